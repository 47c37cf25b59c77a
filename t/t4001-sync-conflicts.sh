#!/bin/sh
test_description='async sync: what is refused, what is rejected, and what to do about it'
. "${0%/*}/lib.sh"

post () {
	test_in=$1 && shift && as "$test_in" async -C "$test_in" post -q "$@"
}

sync () {
	as "$1" async -C "$@"
}

# commit_there <message>: what is in the index file is a commit on the log of the remote, by plain git.
commit_there () {
	test_tree=$(git -C hub.git write-tree) &&
	test_commit=$(git -C hub.git commit-tree -p async -m "$1" "$test_tree") &&
	git -C hub.git update-ref refs/heads/async "$test_commit"
}

# there <git arguments>: change the index of the remote's log.
there () {
	GIT_INDEX_FILE=$PWD/index git -C hub.git "$@"
}

# change_there <what> <git arguments>: that is what somebody did to the log of the remote.
change_there () {
	test_what=$1 && shift && there read-tree async && there "$@" && (
		GIT_INDEX_FILE=$PWD/index && export GIT_INDEX_FILE && commit_there "$test_what"
	)
}

# must_refuse <pattern>...: sync of Ben's clone fails with these words, and leaves both sides as they are.
must_refuse () {
	git -C hub.git rev-parse async >before && git -C ben for-each-ref refs/heads refs/remotes >>before &&
	test_expect_code 128 as ben async -C ben sync >out 2>err && test_must_be_empty out &&
	git -C hub.git rev-parse async >after && git -C ben for-each-ref refs/heads refs/remotes >>after &&
	test_cmp before after &&
	for test_pattern
	do
		test_grep "$test_pattern" err || return 1
	done
}

undo_there () {
	git -C hub.git update-ref refs/heads/async "$1"
}

test_expect_success 'setup: two clones of one log, each with something to send' '
	git init -q --bare hub.git && test_is_damaged hub.git &&
	create_log ana ben && mv log ana && git -C ana remote add origin "$PWD/hub.git" &&
	post ana "Said before" >said && as ana async -C ana sync -q &&
	git clone -q hub.git ben 2>err && test_is_damaged ben && git -C ben branch -q async origin/async &&
	post ben "Here" && git -C hub.git rev-parse async >good && good=$(cat good) &&
	blob=$(echo hello | git -C hub.git hash-object -w --stdin) &&
	record=$(git -C ana ls-tree -r --name-only async | grep "$(cat said)")
'

test_expect_success 'a record that was removed' '
	change_there "removed" rm -q --cached "$record" &&
	must_refuse "^async: the log of .origin. is refused: .$record. was removed" "^hint: nothing was taken in, and nothing was sent" &&
	undo_there $good
'

test_expect_success 'one that was removed and put back is as before' '
	change_there "removed" rm -q --cached "$record" && change_there "restored" update-index --add --cacheinfo "100644,$(cat said),$record" &&
	as ben async -C ben sync --fetch-only -q && undo_there $good && git -C ben update-ref refs/heads/async "$(git -C ben rev-parse async^1)"
'

test_expect_success 'the same path with other content: both ids are named' '
	change_there "forged" update-index --cacheinfo "100644,$blob,$record" &&
	must_refuse "$record. was $(cat said) and is now $blob, which is damaged or forged" &&
	undo_there $good
'

test_expect_success 'what does not belong: files, modes, names, places' '
	day=${record%/*} &&
	for entry in "100644 notes.txt" "100644 log/notes.txt" "100755 $day/$blob.yaml" "120000 $day/$blob" "160000 $day/$blob" \
		"100644 $day/$blob.yml" "100644 $day/deeper/$blob.yaml" "100644 log/2026/02/30/$blob.yaml" "100644 log/2026/3/2/$blob.yaml" \
		"100644 .gitattributes" "100644 log/1969/01/01/$blob.yaml"
	do
		change_there "odd" update-index --add --cacheinfo "${entry%% *},$blob,${entry#* }" &&
		must_refuse "the log of .origin. is refused: .[a-z0-9./]*. .*(object [0-9a-f]\{40\})" || return 1
		undo_there $good
	done
'

test_expect_success 'a README that was changed, or is gone' '
	readme=$({ git -C hub.git cat-file blob async:README.md && echo more; } | git -C hub.git hash-object -w --stdin) &&
	change_there "changed" update-index --cacheinfo "100644,$readme,README.md" && must_refuse "refused: .README.md. was changed" && undo_there $good &&
	change_there "gone" rm -q --cached README.md && must_refuse "is not a log" && undo_there $good
'

test_expect_success 'a tree that git itself would not make' '
	log=$(git -C hub.git rev-parse async:log) && readme=$(git -C hub.git rev-parse async:README.md) &&
	for entries in "40000 40000" 040000
	do
		python3 - $readme $log $entries >raw <<-\EOF &&
		import sys
		out = sys.stdout.buffer
		readme, log = map(bytes.fromhex, sys.argv[1:3])
		out.write(b"100644 README.md\0" + readme)
		for mode in sys.argv[3:]:
		    out.write(mode.encode() + b" log\0" + log)
		EOF
		tree=$(git -C hub.git hash-object -t tree -w --literally --stdin <raw) &&
		undo_there "$(git -C hub.git commit-tree -p async -m odd $tree)" &&
		must_refuse "fsck error" "^async: what .origin. sent is damaged; nothing was taken in" && undo_there $good || return 1
	done
'

test_expect_success 'a record whose object is missing there' '
	lost=$(echo lost | git -C hub.git hash-object -w --stdin) &&
	change_there "missing" update-index --add --cacheinfo "100644,$lost,log/2026/03/02/$lost.yaml" &&
	rm "hub.git/objects/$(echo $lost | sed "s,..,&/,")" &&
	must_refuse "^remote: .*corruption on the remote side" "^async: what .origin. sent is damaged" && undo_there $good
'

test_expect_success 'what does not belong in ours is not sent' '
	git clone -q hub.git own 2>err && test_is_damaged own && git -C own checkout -q async && echo x >own/notes.txt && git -C own add notes.txt &&
	git -C own commit -q -m "by hand" && test_expect_code 128 async -C own sync 2>err &&
	test_grep "^async: your branch .async. is not fit to be shared: .notes.txt. does not belong in a log" err &&
	test_grep "git revert" err &&
	git -C own revert --no-edit HEAD >out && async -C own sync -q &&
	post ana "Meanwhile" && as ana async -C ana sync -q &&
	echo x >own/notes.txt && git -C own add notes.txt && git -C own commit -q -m "by hand" && test_expect_code 128 async -C own sync 2>err &&
	test_grep "is not fit to be shared: .notes.txt." err
'

test_expect_success 'records that were removed here come back with the next merge' '
	git -C own reset -q --hard origin/async && git -C own rm -q "$record" && git -C own commit -q -m oops &&
	async -C own sync -q && git -C own cat-file -e "async:$record" && test -f "own/$record" &&
	git -C own status --porcelain >status && test_must_be_empty status &&
	good=$(git -C hub.git rev-parse async) && as ben async -C ben sync -q && good=$(git -C hub.git rev-parse async)
'

test_expect_success 'a log begun apart is refused, and joined only when asked to' '
	git init -q apart && as chi async -C apart init -q && as chi async -C apart post -q "Begun apart" &&
	git -C apart remote add origin "$PWD/hub.git" && git -C apart rev-parse async >before &&
	test_expect_code 128 as chi async -C apart sync 2>err &&
	test_grep "^async: the log of .origin. was not begun with this one" err && test_grep "^hint: .*--join" err &&
	git -C apart rev-parse async >after && test_cmp before after &&
	as ana async -C hub.git hook install >/dev/null && test_expect_code 128 as chi async -C apart sync --join 2>err &&
	test_grep "^remote: async: foreign: .* is the beginning of another log" err && test_grep ! "^warning:" err &&
	git -C apart rev-parse async >after && test_cmp before after &&
	as chi async -C apart list >actual && test_line_count = 1 actual && as ana async -C hub.git hook uninstall >/dev/null &&
	as chi async -C apart sync --join >actual 2>err && test_grep "in, 2 out" actual && test_grep ! MISMATCH err &&
	as chi async -C apart team >actual && as chi async -C apart reindex -q && as chi async -C apart team >expect && test_cmp expect actual &&
	git -C apart rev-parse async >expect && git -C apart rev-parse origin/async >actual && test_cmp expect actual &&
	git -C apart log --first-parent --format=%H async | tail -n 1 >actual && git -C ana log --format=%H async | tail -n 1 >expect && test_cmp expect actual &&
	git -C hub.git cat-file blob async:README.md | sed -n 2p >actual && echo "Founder: ana@example.com" >expect && test_cmp expect actual
'

test_expect_success 'nor does one get in by way of the remote' '
	test_expect_code 128 as ana async -C ana sync 2>err && test_grep "was not begun with this one" err &&
	as ana async -C ana sync --join >actual && test_grep " in" actual &&
	as ana async -C ana sync >actual && test_grep "Up to date" actual &&
	as ben async -C ben sync --join -q
'

test_expect_success 'the branch there is something else' '
	git init -q --bare other.git && git -C ana commit -q --allow-empty -m code && git -C ana push -q ../other.git HEAD:refs/heads/async &&
	git -C ana remote add other "$PWD/other.git" && test_expect_code 128 as ana async -C ana sync other 2>err &&
	test_grep "^async: the branch .other. is not a log" err
'

test_expect_success 'a hook that rejects: its words, escaped, once; all stays here' '
	post ana "To be rejected" && git -C ana rev-parse async >before &&
	mkdir -p hub.git/hooks && cat >hub.git/hooks/pre-receive <<-\EOF && chmod +x hub.git/hooks/pre-receive &&
	#!/bin/sh
	printf "no \033[31mrecords\033[0m on Mondays\a\n" >&2
	printf "\033]0;title\a\302\233 \342\200\256 over\rwritten\n" >&2
	exit 1
	EOF
	test_expect_code 128 as ana async -C ana sync >out 2>err && test_must_be_empty out &&
	test_grep "^async: .origin. rejected the records: pre-receive hook declined$" err &&
	grep -c "on Mondays" err >count && echo 1 >expect && test_cmp expect count &&
	! LC_ALL=C grep -P "[\x00-\x1f\x7f]|\xe2\x80\xae|\xc2\x9b" err &&
	test_grep "remote: no .x1B.31mrecords" err &&
	git -C ana rev-parse async >after && test_cmp before after
'

test_expect_success 'what came is read all the same, and no merge is left behind by what could not be sent' '
	git -C ana rev-parse async >before && mv hub.git/hooks/pre-receive hook && post ben "From Ben" && as ben async -C ben sync -q && mv hook hub.git/hooks/pre-receive &&
	for try in 1 2 3
	do
		test_expect_code 128 as ana async -C ana sync 2>err || return 1
	done &&
	git -C ana rev-parse async >after && test_cmp before after &&
	as ana async -C ana list --format="%(subject)" >actual && test_grep "From Ben" actual &&
	rm hub.git/hooks/pre-receive && as ana async -C ana sync >actual && test_grep " in, 1 out" actual
'

test_expect_success 'a hook that accepts and says something is heard' '
	printf "#!/bin/sh\necho thank you\n" >hub.git/hooks/post-receive && chmod +x hub.git/hooks/post-receive && as ana async -C ana sync -q 2>err && post ana "Heard" &&
	as ana async -C ana sync >actual 2>err && echo "1 out." >expect && test_cmp expect actual &&
	echo "remote: thank you" >expect && test_cmp expect err && rm hub.git/hooks/post-receive
'

test_expect_success 'a remote that lets read, and not write' '
	cat >ssh <<-\EOF && chmod +x ssh &&
	#!/bin/sh
	while test "${1#-}" != "$1"; do case $1 in -o | -p) shift ;; esac; shift; done
	case $2 in *receive-pack*) echo "ERROR: Permission to log.git denied to ana." >&2; exit 1 ;; esac
	shift && exec sh -c "$*"
	EOF
	git -C ana remote add readonly "there:$PWD/hub.git" && post ana "Not for them" &&
	test_expect_code 128 as ana env GIT_SSH="$PWD/ssh" async -C ana sync readonly 2>err &&
	test_grep "^ERROR: Permission to log.git denied" err && test_grep "^async: .readonly. does not let you send records" err &&
	test_grep "^hint: ask whoever keeps it for the right" err
'

test_expect_success 'one that lets do nothing, and one that is not there' '
	printf "#!/bin/sh\necho \"ana@there: Permission denied (publickey).\" >&2; exit 255\n" >ssh &&
	test_expect_code 128 as ana env GIT_SSH="$PWD/ssh" async -C ana sync readonly 2>err &&
	test_grep "^async: .readonly. does not let you read the log" err &&
	git -C ana remote add gone "$PWD/gone.git" && test_expect_code 128 as ana async -C ana sync gone 2>err &&
	test_grep "^async: there is no repository where .gone. should be" err && test_grep "^hint: .git remote -v. shows where" err &&
	printf "#!/bin/sh\necho \"ssh: Could not resolve hostname there\" >&2; exit 255\n" >ssh &&
	test_expect_code 128 as ana env GIT_SSH="$PWD/ssh" async -C ana sync readonly 2>err &&
	test_grep "^ssh: Could not resolve hostname there" err && test_grep "^async: cannot reach .readonly." err &&
	grep -c "Could not resolve" err >count && echo 1 >expect && test_cmp expect count
'

test_expect_success 'a shallow clone' '
	as ana async -C ana sync -q && git clone -q --depth 1 --no-single-branch "file://$PWD/hub.git" shallow 2>err &&
	as ben async -C shallow post -q "From the shallow end" && as ben async -C shallow sync >actual && test_grep "1 out" actual &&
	for i in 1 2 3; do post ana "Deeper $i" || return 1; done && as ana async -C ana sync -q &&
	as ben async -C shallow post -q "Again" && as ben async -C shallow sync >actual && test_grep "3 in, 1 out" actual
'

test_expect_success 'merge-logs: what git brought is joined' '
	as ben async -C ben sync -q && as ana async -C ana sync -q &&
	post ana --to ben "By hand" >id && git -C ben fetch -q ../ana async:refs/heads/from-ana && post ben "Mine" &&
	as ben async -C ben merge-logs from-ana >actual &&
	printf "%s\n" "1 in; 1 waits on you:" "  $(cut -c1-7 id)  By hand  due today 17:00" >expect && test_cmp expect actual &&
	git -C ben log -1 --format=%s async >actual && echo "merge 1 record from from-ana" >expect && test_cmp expect actual &&
	as ben async -C ben merge-logs "$(git -C ana rev-parse --short async)" >actual && test_grep "Up to date" actual &&
	as ben async -C ben merge-logs -q from-ana origin/async >actual && test_must_be_empty actual
'

test_expect_success 'merge-logs: from nothing, from apart, and wrong' '
	git init -q empty && git -C empty fetch -q ../ana async && as ben async -C empty merge-logs "$(git -C ana rev-parse async)" >actual &&
	test_grep "Took up the log of" actual &&
	git init -q alone && as dee async -C alone init -q && git -C alone fetch -q ../ana async:theirs &&
	test_expect_code 128 as dee async -C alone merge-logs theirs 2>err && test_grep "was not begun with this one" err &&
	as dee async -C alone merge-logs --join theirs >actual && test_grep " in" actual &&
	git -C alone cat-file blob async:README.md | sed -n 2p >actual && echo "Founder: dee@example.com" >expect && test_cmp expect actual &&
	test_expect_code 128 as ben async -C ben merge-logs nowhere 2>err && test_grep "no commit or ref .nowhere." err &&
	test_expect_code 128 as ben async -C ben merge-logs "$(cat id)" 2>err && test_grep "is a blob, not a commit" err &&
	test_expect_code 129 as ben async -C ben merge-logs 2>err
'

test_done
