#!/bin/sh
test_description='async verify: what of the history can be trusted'
. "${0%/*}/lib.sh"

id='' # of a post

verify () {
	async -C log verify "$@"
}

# by <who> <date> <command>...: a commit on the log by plain git, of what the command does to its tree.
by () {
	(
		GIT_INDEX_FILE=$TRASH/index GIT_DIR=log/.git GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1 \
			GIT_AUTHOR_EMAIL=$1@example.com GIT_COMMITTER_EMAIL=$1@example.com \
			GIT_AUTHOR_DATE="$2 +0000" GIT_COMMITTER_DATE="$2 +0000" &&
		export GIT_INDEX_FILE GIT_DIR GIT_AUTHOR_NAME GIT_COMMITTER_NAME GIT_AUTHOR_EMAIL \
			GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE &&
		shift 2 && git read-tree "${BASE:-async}" && "$@" && tree=$(git write-tree) &&
		set -- && for parent in ${PARENTS:-${BASE:-async}}; do set -- "$@" -p "$parent"; done &&
		commit=$(git commit-tree "$@" -m x "$tree") &&
		git update-ref refs/heads/async "$commit" && echo "$commit"
	)
}

# put <file> [<mode>]: the record in it goes where it belongs.
put () {
	blob=$(git hash-object -w --stdin <"$1") &&
	day=$(sed -n "s|^date: \(....\)-\(..\)-\(..\)T.*|\1/\2/\3|p" "$1") &&
	git update-index --add --cacheinfo "${2:-100644},$blob,log/$day/$blob.yaml"
}

put_at () { # <path> <mode>
	blob=$(echo "$1" | git hash-object -w --stdin) && git update-index --add --cacheinfo "$2,$blob,$1"
}

note () { # <from> <date> <subject>
	printf "async: 1\nkind: post\nfrom: %s\ndate: %s\ntype: note\nsubject: %s\n" "$@"
}

forget () {
	rm -f "$HOME"/.local/state/async/*/verified.*
}

# A repository `damaged`: three posts, the last one in the name of Ana and not by her.
create_damaged () {
	git init -q damaged && async -C damaged init -q && async -C damaged post one && async -C damaged post two &&
	note ana@example.com 2026-03-02T09:00:00Z three >rec && as ben async -C damaged write-record ../rec &&
	async -C damaged list
}

# Undo what a test did to the log, and what was remembered of it.
afresh () {
	good=$(git -C log rev-parse async) &&
	test_when_finished "git -C log update-ref refs/heads/async $good; forget"
}

test_expect_success 'setup: three people write' '
	create_log ana ben chi &&
	id=$(as ana async -C log post -q --to ben,chi "Can we ship?") &&
	test_tick && as ben async -C log ack $id && test_tick && as chi async -C log done $id &&
	echo bytes >file && test_tick && as ben async -C log post --attach ../file "See the file"
'

test_expect_success 'nothing wrong: one line says what was looked at' '
	verify >actual 2>err && test_must_be_empty err &&
	echo "8 records in 8 commits: 8 claimed" >expect && test_cmp expect actual
'

test_expect_success 'the next time only what is new is looked at' '
	verify >actual && echo "8 records in 8 commits: 8 claimed (0 of them new)" >expect && test_cmp expect actual &&
	test_tick && as ben async -C log post "One more" &&
	verify >actual && echo "9 records in 9 commits: 9 claimed (1 of them new)" >expect && test_cmp expect actual &&
	verify --full >actual && echo "9 records in 9 commits: 9 claimed" >expect && test_cmp expect actual &&
	verify --json >actual && test_must_be_empty actual && verify -q >actual && test_must_be_empty actual
'

test_expect_success 'it needs no private state' '
	HOME= verify >actual && echo "9 records in 9 commits: 9 claimed" >expect && test_cmp expect actual
'

test_expect_success 'a record in the name of somebody else' '
	afresh && note ben 2026-03-02T10:00:00Z "I quit" >rec && commit=$(by chi 2026-03-02T10:00:00 put rec) &&
	test_expect_code 1 verify >actual &&
	echo "MISMATCH: post $(git hash-object rec | cut -c1-7) says it is by ben; chi@example.com committed it" >expect &&
	test_cmp expect actual &&
	test_expect_code 1 verify --json >actual &&
	tr , "\n" <actual | sed -n "s/^{*\"\([a-z]*\)\":.*/\1/p" | sed 1,2d >keys &&
	awk "/^\.Ss finding/ { on = 1; next } /^\.S[sh] / { on = 0 } on && /^\.It Cm/ { print \$3 }" \
		"$SOURCE_DIR/man/async-json.5" >documented && sort keys >have && sort documented >want && test_cmp want have &&
	test_grep "\"kind\":\"finding\",\"what\":\"MISMATCH\",\"text\":\"post .*\"commit\":\"$commit\"" actual
'

test_expect_success 'what was found is told again, and --full finds it again' '
	afresh && note ben 2026-03-02T10:00:00Z "I quit" >rec && by chi 2026-03-02T10:00:00 put rec &&
	test_expect_code 1 verify >expect && test_expect_code 1 verify >actual && test_cmp expect actual &&
	at "2026-03-02 11:00" as ben async -C log post "Later" && test_expect_code 1 verify >actual && test_cmp expect actual &&
	test_expect_code 1 verify --full >actual && test_cmp expect actual &&
	test_expect_code 1 verify -q >actual && test_must_be_empty actual
'

test_expect_success '--since looks only at what came after a commit' '
	afresh && note ben 2026-03-02T10:00:00Z "I quit" >rec && commit=$(by chi 2026-03-02T10:00:00 put rec) &&
	at "2026-03-02 11:00" as ben async -C log post "Later" &&
	verify --since=$commit >actual && echo "1 record in 1 commit: 1 claimed" >expect && test_cmp expect actual &&
	verify --since=async~1 >actual && test_cmp expect actual &&
	verify --since=async~0^ >actual && test_cmp expect actual &&
	test_expect_code 1 verify --since=$good &&
	for name in nothing async~1000000 async^3 "async~1x" "async^{tree}" "@{-1}" "~1" ""
	do
		test_expect_code 128 verify --since="$name" 2>err && test_grep "no commit or ref .$name." err || return 1
	done
'

test_expect_success 'a record that was removed, and one that was put back' '
	afresh && path=$(git -C log ls-tree -r --name-only async log/2026/03 | head -n 1) &&
	by chi 2026-03-02T10:00:00 git update-index --force-remove $path &&
	test_expect_code 1 verify >actual && test_grep "^removed: $path, by commit [0-9a-f]* of chi@example.com$" actual &&
	git -C log update-ref refs/heads/async async~1 && test_expect_code 1 verify >actual &&
	test_grep "^rewritten: .async. lost [0-9a-f]*, verified last; now at [0-9a-f]*$" actual
'

test_expect_success 'a record whose bytes were changed' '
	afresh && path=$(git -C log ls-tree -r --name-only async log/2026/03 | head -n 1) &&
	blob=$(echo other | git -C log hash-object -w --stdin) &&
	by chi 2026-03-02T10:00:00 git update-index --cacheinfo "100644,$blob,$path" &&
	test_expect_code 1 verify >actual &&
	test_grep "^removed: $path, by commit" actual && test_grep "^foreign: $path is not named by the id of its content" actual
'

for what in "hooks/x 100644" "log/2026/03/02/readme 100644" "log/x 100644" ".gitattributes 100644" "log/2026/13/01/x 100644"
do
	test_expect_success "what does not belong: $what" '
		afresh && by chi 2026-03-02T10:00:00 put_at $what && test_expect_code 1 verify >actual &&
		test_grep "^foreign: .* of chi@example.com$" actual && test_line_count = 1 actual
	'
done

test_expect_success 'a link, an executable, a submodule in the place of a record' '
	afresh && note chi 2026-03-02T10:00:00Z x >rec && for mode in 120000 100755
	do
		by chi 2026-03-02T10:00:00 put rec $mode && test_expect_code 1 verify >actual || return 1
	done &&
	test_grep "is a symbolic link" actual && test_grep "is executable" actual
'

test_expect_success 'the README changed, and left out' '
	afresh && by chi 2026-03-02T10:00:00 put_at README.md 100644 >commit &&
	test_expect_code 128 verify 2>err && test_grep "is not a log" err &&
	git -C log cat-file blob $good:README.md >readme && echo "Founder: chi" >>readme &&
	blob=$(git -C log hash-object -w "$PWD/readme") &&
	BASE=$good by chi 2026-03-02T10:00:00 git update-index --cacheinfo "100644,$blob,README.md" &&
	test_expect_code 1 verify >actual && test_grep "^foreign: README.md was changed by commit" actual
'

test_expect_success 'what cannot be read is named with line and reason' '
	afresh && printf "async: 1\nkind: post\ndate: 2026-03-02T10:00:00Z\nbody: [\n" >rec && by chi 2026-03-02T10:00:00 put rec &&
	test_expect_code 1 verify >actual 2>err && test_must_be_empty err && test_line_count = 1 actual &&
	test_grep "^unreadable: log/2026/03/02/$(git hash-object rec).yaml:[0-9]*:[0-9]*: " actual
'

test_expect_success 'a record in the folder of another day' '
	afresh && note chi 2026-03-02T10:00:00Z x >rec && blob=$(git -C log hash-object -w "$PWD/rec") &&
	by chi 2026-03-02T10:00:00 git update-index --add --cacheinfo "100644,$blob,log/2026/03/03/$blob.yaml" &&
	test_expect_code 1 verify >actual && test_grep "^unreadable: .* of another day$" actual
'

test_expect_success 'backdated and postdated: by how much' '
	afresh && note chi 2026-02-27T10:00:00Z x >rec && by chi 2026-03-02T10:00:00 put rec &&
	test_expect_code 1 verify >actual &&
	test_grep "^date: post [0-9a-f]* is dated 3 days before its commit by chi@example.com$" actual &&
	note chi 2026-03-02T12:00:00Z y >rec && by chi 2026-03-02T10:00:00 put rec &&
	test_expect_code 1 verify >actual && test_grep "is dated 2h 0m after its commit" actual &&
	note chi 2026-03-02T09:56:00Z z >rec && by chi 2026-03-02T10:00:00 put rec &&
	test_expect_code 1 verify >actual && test_line_count = 2 actual
'

test_expect_success 'a commit that is dated before the one it is built on' '
	afresh && note chi 2026-03-01T10:00:00Z x >rec && by chi 2026-03-01T10:00:00 put rec &&
	test_expect_code 1 verify >actual && test_line_count = 1 actual &&
	test_grep "^date: commit [0-9a-f]* by chi@example.com is dated 23h [0-9]*m before [0-9a-f]*, on which it is built$" actual
'

test_expect_success 'a record dated more than a day ahead' '
	afresh && note chi 2026-03-20T10:00:00Z x >rec && by chi 2026-03-02T10:00:00 put rec &&
	test_expect_code 1 verify >actual && test_grep "^ahead: post [0-9a-f]* is dated 18 days ahead$" actual
'

test_expect_success 'what was imported is exempt from dates, and says whose word it is' '
	afresh && printf "async: 1\nkind: post\nfrom: ben\ndate: 2025-03-02T10:00:00Z\ntype: note\nsubject: x\norigin: {system: jira, id: X-1}\n" >rec &&
	by chi 2026-03-02T10:00:00 put rec && verify >actual && test_grep "9 claimed, 1 imported" actual
'

test_expect_success 'a file that no record lists' '
	afresh && blob=$(git -C log hash-object -w "$PWD/file.new" 2>/dev/null || echo new | git -C log hash-object -w --stdin) &&
	by chi 2026-03-02T10:00:00 git update-index --add --cacheinfo "100644,$blob,log/2026/03/02/$blob" &&
	test_expect_code 1 verify >actual && test_grep "^attachment: log/2026/03/02/$blob: no record of its commit lists it$" actual
'

test_expect_success 'a kind of a newer async is worth saying, and nothing wrong' '
	afresh && printf "async: 1\nkind: poem\nfrom: chi\ndate: 2026-03-02T10:00:00Z\n" >rec && by chi 2026-03-02T10:00:00 put rec &&
	verify >actual && test_grep "^unknown: .* has the kind .poem." actual && test_grep "^10 records" actual
'

remind () { # <date> <stage> <round>
	printf "async: 1\nkind: mark\ndate: %s\ntarget: %s\nverb: remind\nperson: ben\nround: %s\nstage: %s\n" "$1" $id "$3" "$2"
}

test_expect_success 'a reminder that was said too early, or of what was not asked, is worth saying, with who sent it' '
	afresh && remind 2026-03-02T10:00:00Z 100% $id >rec && by chi 2026-03-02T10:00:00 put rec &&
	early=$(git hash-object rec) && verify >actual &&
	test_grep "^reminder: to ben (100%), sent by chi@example.com, does not count: said before its time$" actual &&
	test_grep "^10 records" actual && verify >again && test_grep "^reminder: " again && test_line_count = 2 again &&
	remind 2026-03-02T10:00:00Z 50% $early >rec && by dee 2026-03-02T10:00:01 put rec && verify >actual &&
	test_grep "^reminder: to ben (50%), sent by dee@example.com, does not count: they were not asked so$" actual &&
	at "2026-03-04 10:00" verify >actual && test_grep "^reminder: .* said before its time$" actual
'

test_expect_success 'one that was said in its time, and one that was said twice, are nothing' '
	afresh && remind 2026-03-03T12:00:00Z 50% $id >rec && by chi 2026-03-03T12:00:00 put rec &&
	remind 2026-03-03T12:01:00Z 50% $id >rec && by dee 2026-03-03T12:01:00 put rec &&
	at "2026-03-03 13:00" verify >actual && test_grep ! "^reminder" actual
'

test_expect_success 'two who claim one handle' '
	afresh && as ana async -C log team add dee dee dee@example.com >/dev/null &&
	printf "async: 1\nkind: person\nfrom: ana\ndate: 2026-03-02T10:00:00Z\nperson: eve@example.com\nhandle: dee\n" >rec &&
	by ana 2026-03-02T10:00:00 put rec && test_expect_code 1 verify >actual &&
	echo "handle: '\''dee'\'' was claimed for eve@example.com, but is already dee@example.com'\''s" >expect && test_cmp expect actual
'

test_expect_success 'a merge is the union of its parents' '
	afresh && note ben 2026-03-02T10:00:00Z x >rec && side=$(by ben 2026-03-02T10:00:00 put rec) &&
	note chi 2026-03-02T10:00:00Z y >rec2 && other=$(BASE=$good by chi 2026-03-02T10:00:00 put rec2) &&
	BASE=$side PARENTS="$side $other" by ana 2026-03-02T10:01:00 put rec2 && verify >actual &&
	echo "11 records in 12 commits: 11 claimed" >expect && test_cmp expect actual
'

test_expect_success 'a merge that drops, and one that adds' '
	afresh && note ben 2026-03-02T10:00:00Z x >rec && side=$(by ben 2026-03-02T10:00:00 put rec) &&
	note chi 2026-03-02T10:00:00Z y >rec2 && other=$(BASE=$good by chi 2026-03-02T10:00:00 put rec2) &&
	BASE=$side PARENTS="$side $other" by ana 2026-03-02T10:01:00 true && test_expect_code 1 verify >actual &&
	test_grep "^removed: log/2026/03/02/$(git hash-object rec2).yaml, by commit" actual && test_line_count = 1 actual &&
	git -C log update-ref refs/heads/async $good && forget &&
	both () { put rec2 && note ana 2026-03-02T10:01:00Z z >rec3 && put rec3 && put_at logs/x 100644; } &&
	BASE=$side PARENTS="$side $other" by ana 2026-03-02T10:01:00 both && test_expect_code 1 verify >actual &&
	test_grep "^merge: log/2026/03/02/$(git hash-object rec3).yaml is in neither of the two" actual &&
	test_grep "^foreign: logs does not belong in a log, in commit" actual && test_line_count = 2 actual
'

test_expect_success 'the remote: what was verified there must be there still' '
	git clone -q --bare log origin.git && git clone -q origin.git clone && git -C clone config user.name ben &&
	git -C clone config user.email ben@example.com && async -C clone verify -q &&
	git -C origin.git update-ref refs/heads/async async~1 && git -C clone fetch -q &&
	test_expect_code 1 async -C clone verify >actual && test_line_count = 1 actual &&
	test_grep "^rewritten: .origin/async. lost [0-9a-f]*, verified last; now at [0-9a-f]*$" actual &&
	test_expect_code 1 async -C clone verify && async -C clone verify --full -q
'

test_expect_success 'another clone of the same log has a memory of its own' '
	git clone -q origin.git second && git -C second config user.name ben &&
	git -C second config user.email ben@example.com && async -C second verify -q
'

test_expect_success 'a shallow clone says so' '
	git clone -q --depth 2 --branch async "file://$PWD/origin.git" shallow && git -C shallow config user.name ben &&
	git -C shallow config user.email ben@example.com && test_expect_code 0 async -C shallow verify >actual &&
	test_grep "this clone is shallow" actual
'

test_expect_success 'a file hidden by a redaction is told of here' '
	printf "async: 1\nkind: post\ndate: 2026-03-02T10:00:00Z\nbody: [\n" >rec && by chi 2026-03-02T10:00:00 put rec &&
	test_tick && as ana async -C log redact -q "log/2026/03/02/$(git hash-object rec).yaml" &&
	async -C log list 2>err >actual && test_must_be_empty err &&
	test_expect_code 1 verify >actual && test_grep "^unreadable: " actual
'

test_expect_success 'a control character in a path or name does not reach the terminal' '
	esc=$(printf "log/\033[31m") && by chi 2026-03-02T10:00:00 put_at "$esc" 100644 &&
	test_expect_code 1 verify >actual && test_grep "log/.x1B" actual && test_grep ! "$(printf "\033")" actual &&
	test_expect_code 1 verify >again && test_cmp actual again
'

test_expect_success 'an object that is not here' '
	path=$(git -C log ls-tree -r --name-only async log/2026/03 | head -n 1) && blob=$(basename $path .yaml) &&
	object=log/.git/objects/$(echo $blob | cut -c1-2)/$(echo $blob | cut -c3-) && mv $object kept &&
	test_expect_code 1 verify --full >actual && test_grep "^unreadable: $path: object $blob is missing" actual &&
	printf x >$object && test_expect_code 1 verify --full >actual && test_grep "^unreadable: $path: " actual &&
	rm -f $object && mv kept $object
'

test_expect_success 'a folder or a commit that is damaged: the rest is looked at all the same' '
	create_damaged && for name in async~2:log/2026 async~2
	do
		id=$(git -C damaged rev-parse $name) && object=damaged/.git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-) &&
		cp $object kept && chmod u+w $object && head -c 20 kept >$object &&
		test_expect_code 1 async -C damaged verify --full >actual && cp kept $object &&
		test_grep "^unreadable: .*damaged" actual && test_grep "^MISMATCH: " actual &&
		test_grep ! "^removed" actual || return 1
	done
'

test_expect_success 'wrong usage, and where there is no log' '
	test_expect_code 129 verify --require=x && test_expect_code 129 verify x && test_expect_code 129 verify --at fri &&
	git init -q empty && test_expect_code 128 async -C empty verify 2>err && test_grep "no log here" err
'

test_expect_success 'a rebase makes commits anew: the finding says so, and what to do instead' '
	rm -rf rebased && git clone -q -b async log rebased && git -C rebased config user.email ana@example.com &&
	git -C rebased config user.name ana && ASYNC_NOW=2026-03-10T09:00:00Z &&
	async -C rebased post -q "Written here" >/dev/null && test_tick && async -C log post -q "Written there" >/dev/null &&
	GIT_COMMITTER_DATE="2026-03-10T12:00:00Z" git -C rebased pull -q --rebase &&
	{ async -C rebased verify >actual; test_grep "^date: post [0-9a-f]* is dated 3h 0m before its commit by ana@example.com, which was made anew, as by a rebase: merge a log instead$" actual; }
'

test_expect_success 'of very many findings the most serious are kept, and the others are counted' '
	git init -q many && git -C many config user.email ana@example.com && git -C many config user.name ana &&
	async -C many init >/dev/null && empty=$(git -C many hash-object -w --stdin </dev/null) &&
	long=$(printf "%0160d" 0) && seq 6000 | sed "s|.*|100644 $empty\tlog/$long-&|" >entries &&
	GIT_INDEX_FILE=$TRASH/many && export GIT_INDEX_FILE && git -C many read-tree async &&
	git -C many update-index --index-info <entries && tree=$(git -C many write-tree) && unset GIT_INDEX_FILE &&
	git -C many update-ref refs/heads/async $(git -C many commit-tree -p async -m x $tree) &&
	test_expect_code 1 async -C many verify >all 2>err && test_must_be_empty err &&
	test_expect_code 1 async -C many verify >kept 2>err && test_grep "more were found before than are kept" err &&
	left=$(sed -n "s/^.*: \([0-9]*\) more were.*/\1/p" err) &&
	test $(($(wc -l <kept) + left)) = $(wc -l <all) && test $(wc -l <kept) -gt 1000 &&
	test_expect_code 1 async -C many verify --full >whole 2>err && test_cmp all whole
'

test_done
