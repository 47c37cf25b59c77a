#!/bin/sh
test_description='async hook run pre-receive: what a server takes in, and what it does not'
. "${0%/*}/lib.sh"

# send <who> <git push arguments>: by plain git, from that person's clone.
send () {
	test_in=$1 && shift && as "$test_in" git -C "$test_in" push -q origin "$@"
}

post () {
	test_in=$1 && shift && as "$test_in" async -C "$test_in" post -q "$@"
}

# state: all that there is on the server, but for objects.
state () {
	(cd hub.git && git for-each-ref && find . -path ./objects -prune -o -type f -exec sha1sum {} + | sort -k2)
}

# must_refuse <pattern> <command>...: the push fails, this is why in a line, and nothing is changed on the server.
must_refuse () {
	test_why=$1 && shift && state >before && ls -R hub.git/objects >>before && test_must_fail_git "$@" 2>err &&
	state >after && ls -R hub.git/objects >>after && test_cmp before after &&
	test_grep "remote: async: $test_why" err && test_grep "remote: hint: nothing was taken in" err
}

test_must_fail_git () {
	if "$@"; then echo "succeeded: $*" >&2; return 1; fi
}

# by <name> <date> <command>...: git's author and committer.
by () {
	(
		GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$1@example.com GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=$1@example.com \
			GIT_AUTHOR_DATE="$2 +0000" GIT_COMMITTER_DATE="$2 +0000"
		export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE
		shift 2 && "$@"
	)
}

# forge <name> <date> <file>...: a commit of Ben's clone on its log, with these records; prints its id.
forge () {
	(
		test_name=$1 test_date=$2 GIT_INDEX_FILE=$TRASH/index && export GIT_INDEX_FILE && shift 2 &&
		git -C ben read-tree "${BASE:-async}" &&
		for test_file
		do
			test_blob=$(git -C ben hash-object -w --stdin <"$test_file") &&
			test_day=$(sed -n "s|^date: \(....\)-\(..\)-\(..\)T.*|\1/\2/\3|p" "$test_file") &&
			git -C ben update-index --add --cacheinfo "100644,$test_blob,log/$test_day/$test_blob.yaml" || exit 1
		done &&
		by "$test_name" "$test_date" git -C ben commit-tree -p "${BASE:-async}" -m x "$(git -C ben write-tree)"
	)
}

note () { # <from> <date> <subject>
	printf "async: 1\nkind: post\nfrom: %s\ndate: %s\ntype: note\nsubject: %s\n" "$@"
}

# changed <git arguments>: a commit of Ben's on the log, with an index that was changed so; prints its id.
changed () {
	(
		GIT_INDEX_FILE=$TRASH/index && export GIT_INDEX_FILE && git -C ben read-tree async && git -C ben "$@" &&
		by ben 2026-03-02T09:00:00 git -C ben commit-tree -p async -m x "$(git -C ben write-tree)"
	)
}

# of_tree <tree>: a commit of Ben's on the log with this tree; prints its id.
of_tree () {
	by ben 2026-03-02T09:00:00 git -C ben commit-tree -p async -m x "$1"
}

test_expect_success 'setup: a bare repository with the hook' '
	git init -q --bare hub.git && test_is_damaged hub.git &&
	printf "#!/bin/sh\nexec async hook run pre-receive\n" >hub.git/hooks/pre-receive && chmod +x hub.git/hooks/pre-receive
'

test_expect_success 'a log is founded, by sync and by plain git' '
	create_log ana ben chi && mv log ana && git -C ana remote add origin "$PWD/hub.git" && send ana async &&
	git clone -q hub.git ben 2>err && test_is_damaged ben && git -C ben branch -q async origin/async &&
	git init -q --bare other.git && cp hub.git/hooks/pre-receive other.git/hooks &&
	git -C ana remote add other "$PWD/other.git" && as ana async -C ana sync -q other &&
	test "$(git -C other.git rev-parse async)" = "$(git -C ana rev-parse async)" &&
	git clone -q hub.git chi 2>err && test_is_damaged chi && git -C chi branch -q async origin/async
'

test_expect_success 'posts, answers and files, by plain git and by sync' '
	test_tick && post ana --to ben "Ready?" >id && send ana async && test_tick && as ben async -C ben sync -q &&
	as ben async -C ben ack "$(cat id)" && echo data >file && post ben --attach "$PWD/file" "With a file" && send ben async &&
	as ana async -C ana sync -q && test "$(git -C hub.git rev-parse async)" = "$(git -C ana rev-parse async)"
'

test_expect_success 'a merge, by sync and by plain git' '
	test_tick && post ana "Here" && post ben "There" && as ana async -C ana sync -q && as ben async -C ben sync -q &&
	test "$(git -C hub.git log --merges --format=%h async | wc -l)" = 1 &&
	as ana async -C ana sync -q && test_tick && post ana "Again" && send ana async && post ben "And again" && git -C ben fetch -q &&
	git -C ben worktree add -q tree async && (cd ben/tree && by ben 2026-03-02T09:03:00 git merge -q -m union origin/async) &&
	git -C ben worktree remove tree && send ben async
'

test_expect_success 'weeks offline' '
	at "2026-01-10 12:00" post chi "Written in the woods" && at "2026-02-10 12:00" post chi "Still there" &&
	test_tick && as chi async -C chi sync -q && as ben async -C ben sync -q
'

test_expect_success 'what was imported may be old, and by anybody' '
	printf "async: 1\nkind: post\nfrom: zed\ndate: 2019-05-05T10:00:00Z\ntype: note\nsubject: Old\norigin: {system: chat, id: \"7\"}\n" >old &&
	as ben async -C ben write-record <old >out && send ben async
'

test_expect_success 'other branches and tags pass as they are, deleted or rewritten' '
	git -C ben checkout -q --orphan code && git -C ben commit -q --allow-empty -m one && send ben code && git -C ben tag v1 && send ben v1 &&
	git -C ben commit -q --amend --allow-empty -m other && send ben +code && send ben :code && send ben :v1
'

test_expect_success 'the log is not deleted, and not rewritten' '
	must_refuse "rewritten: a log is not removed (commit [0-9a-f]\{12\})" send ben :async &&
	must_refuse "rewritten: .async. would go to [0-9a-f]*, which does not contain [0-9a-f]*, where it is" send ben +async~1:async &&
	must_refuse "rewritten: " send ben "+$(by ben 2026-03-02T09:00:00 git -C ben commit-tree -p async~1 -m x "async^{tree}"):async"
'

test_expect_success 'of several branches in one push the log decides for all' '
	must_refuse "rewritten: " send ben code +async~1:async && test_must_fail_git git -C hub.git rev-parse -q --verify code
'

test_expect_success 'nothing is removed or changed, not even if it is put back' '
	record=$(git -C ben ls-tree -r --name-only async log | head -1) && blob=$(echo x | git -C ben hash-object -w --stdin) &&
	removed=$(changed rm -q --cached "$record") &&
	must_refuse "removed: $record, by commit [0-9a-f]* of ben@example.com" send ben "$removed:async" &&
	back=$(by ben 2026-03-02T09:00:00 git -C ben commit-tree -p $removed -m back "async^{tree}") &&
	must_refuse "removed: $record" send ben "$back:async" &&
	must_refuse "removed: $record" send ben "$(changed update-index --cacheinfo "100644,$blob,$record"):async" &&
	must_refuse "foreign: README.md was changed" send ben "$(changed update-index --cacheinfo "100644,$blob,README.md"):async" &&
	must_refuse "foreign: README.md was left out" send ben "$(changed rm -q --cached README.md):async"
'

test_expect_success 'what does not belong: files, modes, names, places' '
	day=log/2026/03/02 && blob=$(echo x | git -C ben hash-object -w --stdin) &&
	for entry in "100644 notes.txt" "100644 log/notes.txt" "100755 $day/$blob.yaml" "120000 $day/$blob" "160000 $day/$blob" \
		"100644 $day/$blob.yml" "100644 $day/deeper/$blob.yaml" "100644 log/2026/02/30/$blob.yaml" "100644 log/2026/3/2/$blob.yaml" \
		"100644 .gitattributes" "100644 log/1969/01/01/$blob.yaml" "100644 $day/$(echo $blob | tr a-f A-F).yaml"
	do
		must_refuse "foreign: .*, in commit [0-9a-f]* of ben@example.com" \
			send ben "$(changed update-index --add --cacheinfo "${entry%% *},$blob,${entry#* }"):async" || return 1
	done
'

test_expect_success 'a file that is no record, and one that no record lists' '
	blob=$(echo x | git -C ben hash-object -w --stdin) && day=log/2026/03/02 &&
	must_refuse "unreadable: $day/$blob.yaml" send ben "$(changed update-index --add --cacheinfo "100644,$blob,$day/$blob.yaml"):async" &&
	must_refuse "attachment: $day/$blob: no record of its commit lists it" send ben "$(changed update-index --add --cacheinfo "100644,$blob,$day/$blob"):async" &&
	note ben 2026-03-02T09:00:00Z x >rec && id=$(git -C ben hash-object -w rec 2>/dev/null || git -C ben hash-object -w --stdin <rec) &&
	must_refuse "unreadable: log/2026/03/03/$id.yaml: the record.s date is of another day" \
		send ben "$(changed update-index --add --cacheinfo "100644,$id,log/2026/03/03/$id.yaml"):async"
'

test_expect_success 'trees that git would not make' '
	python3 - >trees "$(git -C ben rev-parse async:README.md)" "$(git -C ben rev-parse async:log)" "$(git -C ben rev-parse async:log/2026)" <<-\EOF &&
	import subprocess, sys
	readme, log, year = map(bytes.fromhex, sys.argv[1:4])
	def tree(*entries):
	    raw = b"".join(mode + b" " + name + b"\0" + id for mode, name, id in entries)
	    out = subprocess.run("git -C ben hash-object -t tree -w --literally --stdin".split(), input=raw, stdout=subprocess.PIPE, check=True)
	    return bytes.fromhex(out.stdout.decode().strip())
	README = (b"100644", b"README.md", readme)
	LOG = (b"40000", b"log", log)
	def deep():
	    at = year
	    for i in range(500):
	        at = tree((b"40000", b"d", at))
	    return at
	for tops in (
	    (README, LOG, LOG), (README, (b"040000", b"log", log)), (LOG, README), (README, LOG, (b"100644", b"..", readme)),
	    (README, LOG, (b"100644", b"x\x1b[31m", readme)), (README, LOG, (b"100644", b"x\x80", readme)),
	    (README, (b"40000", b"log", tree((b"40000", b"2026", year), (b"40000", b"2027", year)))),
	    (README, (b"40000", b"log", deep())), (README, LOG, (b"100664", b"zz", readme)), (README, LOG, (b"1", b"zz", readme)),
	    (README, (b"100644", b"log", readme)), (README, LOG, (b"100644", b"z/z", readme))):
	    print(tree(*tops).hex())
	EOF
	while read -r tree
	do
		commit=$(git -C ben hash-object -t commit -w --literally --stdin <<-EOF
		tree $tree
		parent $(git -C ben rev-parse async)
		author ben <ben@example.com> 1772442000 +0000
		committer ben <ben@example.com> 1772442000 +0000

		x
		EOF
		) && must_refuse "\(foreign\|removed\|unreadable\): " send ben "$commit:async" && test_grep ! "$(printf "[\033\200]")" err || return 1
	done <trees
'

test_expect_success 'in the name of another' '
	note ana 2026-03-02T09:00:00Z "I quit" >rec &&
	must_refuse "MISMATCH: post [0-9a-f]* says it is by ana; ben@example.com committed it (commit [0-9a-f]\{12\})" \
		send ben "$(forge ben 2026-03-02T09:00:00 rec):async"
'

test_expect_success 'a handle counts that an earlier commit of the same push gives' '
	test_tick && as ana async -C ana sync -q && as ana async -C ana team add dee dee dee@example.com >out && test_tick &&
	as dee async -C ana post -q "Hello" && test_tick && as ana async -C ana post -q "Welcome" && send ana async && as ben async -C ben sync -q
'

test_expect_success 'a name of somebody else is not taken by saying so' '
	printf "async: 1\nkind: person\nfrom: ben\ndate: 2026-03-02T09:00:00Z\nperson: ana\naddresses: {add: [ben@example.com]}\n" >rec &&
	note ana 2026-03-02T09:00:01Z "I quit" >rec2 &&
	must_refuse "MISMATCH: post [0-9a-f]* says it is by ana" send ben "$(forge ben 2026-03-02T09:00:00 rec rec2):async"
'

test_expect_success 'dates: ahead of the server, and of another time than the commit' '
	note ben 2026-03-04T09:00:00Z "Soon" >rec &&
	must_refuse "ahead: post [0-9a-f]* is dated .* ahead" send ben "$(forge ben 2026-03-04T09:00:00 rec):async" &&
	must_refuse "ahead: commit [0-9a-f]* of ben@example.com is dated .* ahead" send ben "$(forge ben 2026-03-04T09:00:00):async" &&
	note ben 2026-02-02T09:00:00Z "Said long ago" >rec &&
	must_refuse "date: post [0-9a-f]* is dated 28 days before its commit" send ben "$(forge ben 2026-03-02T09:00:00 rec):async" &&
	must_refuse "date: commit [0-9a-f]* by ben@example.com is dated [0-9]* days before [0-9a-f]*, on which it is built" \
		send ben "$(forge ben 2026-02-02T09:00:00 rec):async" &&
	note ben 2026-03-02T08:00:00Z "A clock an hour behind" >rec && send ben "$(forge ben 2026-03-02T08:00:00 rec):async" &&
	as ben async -C ben sync -q
'

test_expect_success 'the policy says how far a clock may be off, and may be undone' '
	test_tick && as ana async -C ana sync -q && as ana async -C ana policy set tolerance=30m >out && test_grep "^tolerance: 30m$" out &&
	test_expect_code 128 as ana async -C ana policy set tolerance=soon 2>err && test_grep "^async: tolerance is .soon., not a duration" err &&
	send ana async && as ben async -C ben sync -q && note ben 2026-03-02T08:00:00Z "An hour behind again" >rec &&
	must_refuse "date: commit [0-9a-f]* by ben@example.com is dated .* before" send ben "$(forge ben 2026-03-02T08:00:00 rec):async" &&
	test_tick && as ana async -C ana policy set tolerance= >out && send ana async && as ben async -C ben sync -q &&
	send ben "$(forge ben 2026-03-02T08:00:00 rec):async" && as ben async -C ben sync -q
'

test_expect_success 'a log that was begun elsewhere is not joined to this one' '
	git init -q apart && as ben async -C apart init -q && git -C ben fetch -q ../apart async &&
	joined=$(by ben 2026-03-02T09:10:00 git -C ben commit-tree -p async -p FETCH_HEAD -m x "async^{tree}") &&
	must_refuse "foreign: commit [0-9a-f]* of ben@example.com is the beginning of another log" send ben "$joined:async" &&
	must_refuse "rewritten: " send ben +FETCH_HEAD:async
'

test_expect_success 'a merge has no more than both sides have, and two sides' '
	note ben 2026-03-02T09:00:00Z "Slipped in" >rec && side=$(forge ben 2026-03-02T09:10:00) && with=$(forge ben 2026-03-02T09:10:00 rec) &&
	merge=$(by ben 2026-03-02T09:11:00 git -C ben commit-tree -p async -p $side -m x "$with^{tree}") &&
	must_refuse "merge: .* is in neither of the two" send ben "$merge:async" &&
	note ben 2026-03-02T09:00:01Z "Other" >rec && third=$(forge ben 2026-03-02T09:10:00 rec) &&
	octopus=$(by ben 2026-03-02T09:11:00 git -C ben commit-tree -p async -p $side -p $third -m x "$third^{tree}") &&
	must_refuse "merge: commit [0-9a-f]* by ben@example.com has 3 parents" send ben "$octopus:async"
'

test_expect_success 'more at once than the server wants' '
	for i in 1 2 3
	do
		note ben 2026-03-02T09:10:0${i}Z "Many $i" >rec$i || return 1
	done &&
	git -C hub.git config async.receiveLimit 2 && commit=$(forge ben 2026-03-02T09:10:00 rec1 rec2 rec3) &&
	must_refuse "foreign: more than 2 records and files at once" send ben "$commit:async" &&
	git -C hub.git config async.receiveLimit many && test_must_fail_git send ben "$commit:async" 2>err &&
	test_grep "remote: async: async.receiveLimit is .many., not a number" err &&
	git -C hub.git config --unset async.receiveLimit && send ben "$commit:async" && as ben async -C ben sync -q
'

test_expect_success 'of very many faults a dozen is told' '
	for i in $(seq 15)
	do
		note ana "2026-03-02T09:11:$((i + 10))Z" "I quit $i" >rec$i || return 1
	done &&
	must_refuse "MISMATCH" send ben "$(forge ben 2026-03-02T09:11:00 rec?*):async" && test_grep "remote: async: and [0-9]* more" err &&
	test "$(grep -c "MISMATCH: \|date: \|DATE" err)" = 12
'

test_expect_success 'names with escapes reach no terminal' '
	note ben 2026-03-02T09:00:00Z x >rec &&
	commit=$(forge ben 2026-03-02T09:00:00 rec) && git -C ben cat-file commit $commit |
	sed "s/^author ben <[^>]*>/author x <$(printf "\033")[31m@x>/" >raw && git -C ben hash-object -t commit -w --literally --stdin <raw >id &&
	must_refuse "MISMATCH: " send ben "$(cat id):async" && test_grep "; .x1B.31m@x committed it" err && test_grep ! "$(printf "\033")" err
'

test_expect_success 'sync tells that it was rejected, and why' '
	git -C ben rev-parse async >good && git -C ben update-ref refs/heads/async "$(forge ben 2026-03-04T09:00:00)" &&
	test_expect_code 128 as ben async -C ben sync 2>err && test_grep "remote: async: ahead: commit" err &&
	git -C ben update-ref refs/heads/async "$(cat good)"
'

test_expect_success 'a branch of another name is the log, if the server says so' '
	git init -q --bare named.git && cp hub.git/hooks/pre-receive named.git/hooks && git -C named.git config async.branch worklog &&
	git -C ben push -q ../named.git async:worklog 2>err && test_must_fail_git git -C ben push ../named.git :worklog 2>err &&
	test_grep "remote: async: rewritten: a log is not removed" err && git -C ben push -q ../named.git async~1:refs/heads/async && git -C ben push -q ../named.git :async
'

test_expect_success 'where the pusher has the log elsewhere does not lead the hook astray' '
	git -C hub.git rev-parse async >before && git init -q --bare elsewhere.git &&
	test_must_fail_git env ASYNC_DIR="$PWD/elsewhere.git" ASYNC_LOG=x GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=async.repo GIT_CONFIG_VALUE_0="$PWD/elsewhere.git" \
		git -C ben push origin :async 2>err && test_grep "remote: async: rewritten" err &&
	git config --global async.repo "$PWD/elsewhere.git" && test_must_fail_git git -C ben push origin :async 2>err &&
	git config --global --unset async.repo && test_grep "remote: async: rewritten" err && git -C hub.git rev-parse async >after && test_cmp before after
'

test_expect_success 'the update hook says the same for one branch' '
	git init -q --bare one.git && printf "#!/bin/sh\nexec async hook run update \"\$@\"\n" >one.git/hooks/update && chmod +x one.git/hooks/update &&
	git -C ben push -q ../one.git async && test_must_fail_git git -C ben push ../one.git :async async~1:refs/heads/code 2>err &&
	test_grep "remote: async: rewritten: a log is not removed" err && git -C one.git rev-parse -q --verify async && git -C one.git rev-parse -q --verify code
'

test_expect_success 'post-receive brings an index, which pre-receive uses and does not touch, be it older' '
	test_path_is_missing hub.git/async && printf "#!/bin/sh\nexec async hook run post-receive\n" >hub.git/hooks/post-receive &&
	chmod +x hub.git/hooks/post-receive && test_tick && post ben "Makes an index" && send ben async 2>err && test_must_be_empty err &&
	test -f hub.git/async/index.db && (cd hub.git/async && sha1sum * >"$TRASH/before" && ls -l --time-style=full-iso >>"$TRASH/before") &&
	rm hub.git/hooks/post-receive && test_tick && as ana async -C ana sync -q && as ana async -C ana team add fay fay fay@example.com >out &&
	send ana async && test_tick && as fay async -C ana post -q "Known by a push of before" && send ana async && as ben async -C ben sync -q &&
	note ana 2026-03-02T09:00:00Z "I quit" >rec && must_refuse "MISMATCH: post" send ben "$(forge ben 2026-03-02T09:00:00 rec):async" &&
	(cd hub.git/async && sha1sum * >"$TRASH/after" && ls -l --time-style=full-iso >>"$TRASH/after") && test_cmp "$TRASH/before" "$TRASH/after" &&
	dd if=/dev/urandom of=hub.git/async/index.db bs=4096 count=20 conv=notrunc 2>err && must_refuse "MISMATCH: post" send ben "$(forge ben 2026-03-02T09:00:00 rec):async" &&
	rm -r hub.git/async
'

test_expect_success 'install in a bare repository puts it there; without async nothing is taken in' '
	git init -q --bare set.git && async -C set.git hook install >out && test_grep "^pre-receive: installed" out && test_grep "^post-receive: " out &&
	test_grep ! "^update" out && git -C ben push -q ../set.git async 2>err && test_must_be_empty err && test -f set.git/async/index.db &&
	test_must_fail_git git -C ben push ../set.git :async 2>err && test_grep "remote: async: rewritten" err &&
	mkdir -p bin && for tool in git sh cat git-receive-pack; do ln -s "$(command -v $tool)" bin/$tool || return 1; done &&
	test_must_fail_git env PATH="$PWD/bin" git -C ben push ../set.git :async 2>err && test_grep "remote: async is not on PATH here" err
'

test_expect_success 'where the policy requires signatures, nothing else comes in, imported or not' '
	ssh-keygen -q -t ed25519 -N "" -C ana -f key && as ana async -C ana sync -q && test_tick &&
	as ana async -C ana -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$PWD/key" me key="$(cat key.pub)" >out &&
	as ana async -C ana -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$PWD/key" policy set require=signed >out &&
	test_grep "^require: signed$" out && send ana async && test_tick && as ben async -C ben sync -q &&
	note ben 2026-03-02T09:00:00Z "Not signed" >rec && must_refuse "unsigned: post [0-9a-f]* by ben is not signed" send ben "$(forge ben 2026-03-02T09:30:00 rec):async" &&
	printf "origin: {system: chat, id: \"8\"}\n" >>rec && must_refuse "unsigned: post" send ben "$(forge ben 2026-03-02T09:30:00 rec):async" &&
	as ana async -C ana -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$PWD/key" post -q "Signed" && send ana async &&
	test_expect_code 128 as ana async -C ana policy set require=sealed 2>err && test_grep "what can be required is .signed." err
'

test_expect_success 'wrong usage, and lines that are none' '
	test_expect_code 129 async -C hub.git hook run pre-receive x 2>err && test_grep "no arguments" err &&
	test_expect_code 129 async -C hub.git hook run update x 2>err && test_grep "<ref> <old> <new>" err &&
	for line in x "$(git -C hub.git rev-parse async) refs/heads/async" "$(printf "%082d" 0)" "$(printf "%040d %040d " 0 0)"
	do
		echo "$line" | test_expect_code 128 async -C hub.git hook run pre-receive 2>err && test_grep "is not .<old> <new> <ref>." err || return 1
	done &&
	async -C hub.git hook run pre-receive </dev/null
'

test_done
