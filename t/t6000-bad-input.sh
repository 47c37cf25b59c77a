#!/bin/sh
test_description='bad input: one clear error or the right output, and nothing lost'
. "${0%/*}/lib.sh"

# Commands that only look; those that cannot do without operands are named with some below.
lookers=$(look_commands | grep -v -x -e show -e why -e search)

# The branch must be as it was: snapshot before, unchanged after.
snapshot () { git -C "${1:-log}" rev-parse -q --verify refs/heads/async >snapshot; }
unchanged () { git -C "${1:-log}" rev-parse -q --verify refs/heads/async | diff snapshot -; }

# put <path> <file> [<mode>]: commit a file onto the log as a stranger's git would, checked by nobody.
put () {
	(
		cd log &&
		blob=$(git hash-object -w --stdin <"../$2") &&
		GIT_INDEX_FILE=$PWD/.git/put-index &&
		export GIT_INDEX_FILE &&
		git read-tree async &&
		git update-index --add --cacheinfo "${3:-100644},$blob,$(echo "$1" | sed "s/@/$blob/")" &&
		tree=$(git write-tree) &&
		commit=$(git commit-tree -p async -m put "$tree") &&
		git update-ref refs/heads/async "$commit" &&
		rm -f .git/put-index &&
		echo "$blob"
	)
}

# look <command>...: it may have to say that something could not be read, nothing worse.
look () {
	async -C log "$@" >out 2>err
	case $? in 0 | 3) ;; *) cat err; return 1 ;; esac
}

# no_escapes <file>: nothing that a terminal obeys, no controls, no change of direction.
no_escapes () {
	! LC_ALL=C grep -q "[$(printf '\033\007\233')]" "$1" &&
	! grep -q "$(printf '\342\200\256\|\342\201\246')" "$1"
}

# fill_up: post until it fails, noting each id that was given.
fill_up () {
	: >written
	i=0
	while test $i -lt 2000
	do
		async -C disk/log post -q "note $i" >one 2>err
		code=$?
		test $code = 0 || return $code
		cat one >>written
		i=$((i + 1))
	done
}

# forge: a post by ben, with this subject and whatever else is on standard input.
forge () {
	printf 'async: 1\nkind: post\nfrom: ben\ndate: 2026-03-02T08:00:00Z\nsubject: %s\n' "$1" >forged &&
	cat >>forged
}

test_expect_success 'outside a repository, all say so in git'\''s words' '
	mkdir outside &&
	for command in $lookers "search x" "show 1234" "why 1234" "post x" "ack 1234" "undo" "reindex"
	do
		test_expect_code 128 async -C outside $command 2>err >out &&
		test_must_be_empty out &&
		test_grep "^async: not a git repository" err || return 1
	done
'

test_expect_success 'in a repository without a log, all say how to begin one' '
	git init -q empty &&
	for command in $lookers "search x" "show 1234" "why 1234" "post x" "ack 1234" "undo" "reindex"
	do
		test_expect_code 128 async -C empty $command 2>err >out &&
		test_must_be_empty out &&
		test_grep "^hint:.*async init" err || return 1
	done &&
	test_must_fail git -C empty rev-parse -q --verify refs/heads/async
'

test_expect_success 'setup: a log of three, and a question' '
	create_log ana:Europe/Berlin ben:Africa/Lagos chi:Asia/Tokyo &&
	as ana async -C log post -q --to ben "Can we ship 2.4?" >id &&
	test_line_count = 1 id
'

test_expect_success 'nobody without an identity writes; looking needs none' '
	snapshot &&
	mkdir -p nobody &&
	git -C log config --unset user.name && git -C log config --unset user.email &&
	test_when_finished "git -C log config user.name ana; git -C log config user.email ana@example.com" &&
	test_expect_code 128 env HOME="$PWD/nobody" GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.useConfigOnly \
		GIT_CONFIG_VALUE_0=true async -C log post x 2>err &&
	test_grep "^hint:.*user.email" err &&
	HOME="$PWD/nobody" async -C log list >out &&
	test_grep "Can we ship" out &&
	unchanged
'

test_expect_success 'an unknown person is refused, and the nearest is named' '
	snapshot &&
	test_expect_code 128 async -C log post --to bem "hm" 2>err &&
	test_grep "bem" err && test_grep "^hint:.*ben" err &&
	test_expect_code 128 async -C log overdue --for nobodyatall 2>err &&
	test_grep "nobodyatall" err &&
	unchanged
'

test_expect_success 'an unknown level names those that there are' '
	snapshot &&
	test_must_fail async -C log post --to ben -l urgnet x 2>err &&
	test_grep "urgnet" err && test_grep "urgent" err &&
	unchanged
'

test_expect_success 'an ambiguous id lists the candidates' '
	i=0 &&
	while test $i -lt 700
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ana\ndate: 2026-02-01T08:00:00Z\nsubject: note %d\n" $i &&
		i=$((i + 1)) || return 1
	done | as ana async -C log write-record --batch >ids &&
	test_line_count = 700 ids &&
	cut -c1-4 ids | sort | uniq -d | head -n 1 >prefix &&
	test_line_count = 1 prefix &&
	test_expect_code 128 async -C log show "$(cat prefix)" 2>err &&
	test_grep "ambiguous" err &&
	for candidate in $(grep "^$(cat prefix)" ids | cut -c1-7)
	do
		test_grep "$candidate" err || return 1
	done
'

test_expect_success 'an id that is none, or too short' '
	snapshot &&
	for id in zzzz 12 "" "../../x" -- "$(printf "\033[31m")"
	do
		test_must_fail async -C log ack "$id" 2>err >out &&
		test_must_be_empty out &&
		test_grep ! "$(printf "\033")" err || return 1
	done &&
	test_expect_code 128 async -C log show 0000000 2>err &&
	test_grep "0000000" err &&
	unchanged
'

test_expect_success 'what a terminal would obey is refused at the way in' '
	snapshot &&
	for subject in "$(printf "a\033[31mb")" "$(printf "a\rb")" "$(printf "a\nb")" "$(printf "a\342\200\256b")" \
		"$(printf "a\302\205b")" "$(printf "a\377b")"
	do
		test_expect_code 128 async -C log post "$subject" 2>err &&
		test_grep ! "$(printf "[\033\377]")" err || return 1
	done &&
	test_expect_code 128 async -C log post -m "$(printf "body \033]0;x\007")" "fine" 2>err &&
	test_expect_code 128 async -C log post -t "$(printf "t\342\200\256g")" "fine" 2>err &&
	unchanged
'

test_expect_success 'what is too long is refused, and the limit is named' '
	snapshot &&
	long=$(printf "%0501d" 0) &&
	test_expect_code 128 async -C log post "$long" 2>err &&
	test_grep "500" err &&
	test_expect_code 128 async -C log post -t "$(printf "%065d" 0)" x 2>err &&
	test_grep "64" err &&
	dd if=/dev/zero bs=1024 count=300 2>/dev/null | tr "\0" x >big &&
	test_expect_code 128 async -C log post --file ../big x 2>err &&
	test_grep "256 KiB\|262144\|large" err &&
	unchanged
'

test_expect_success 'an empty subject, an empty text' '
	snapshot &&
	test_must_fail async -C log post "" 2>err &&
	test_must_fail async -C log reply "$(cat id)" -m "" 2>err &&
	unchanged
'

test_expect_success 'times that are none, or over' '
	snapshot &&
	test_must_fail async -C log post --to ben --by "2026-03-01" x 2>err &&
	test_grep "past\|over" err &&
	test_must_fail async -C log post --to ben --by "the day after" x 2>err &&
	test_must_fail async -C log post --to ben --within 0h x 2>err &&
	test_must_fail async -C log post --to ben --within 1.5h x 2>err &&
	test_must_fail async -C log post --to ben --within 2h --by fri x 2>err &&
	test_must_fail async -C log --at nonsense list 2>err &&
	unchanged
'

test_expect_success 'a zone that there is not' '
	snapshot &&
	for zone in Mars/Phobos ../../etc/passwd /etc/localtime "Europe/Berlin\$(id)" ""
	do
		test_must_fail as ben async -C log me "zone=$zone" 2>err && test -s err || test -z "$zone" || return 1
	done &&
	test_must_fail as ben async -C log me zone=Mars/Phobos 2>err &&
	test_grep "Mars/Phobos" err
'

test_expect_success 'options that a command does not have' '
	test_expect_code 129 async -C log list --borad 2>err &&
	test_expect_code 129 async -C log ack 2>err &&
	test_expect_code 129 async -C log overdue ext:ra 2>err &&
	test_must_fail async -C log list --format "%(nonsense)" 2>err &&
	test_grep nonsense err && test_grep subject err
'

test_expect_success 'looking at the past is not for writing' '
	snapshot &&
	test_expect_code 129 async -C log --at yesterday post x 2>err &&
	test_grep "at" err &&
	unchanged
'

test_expect_success 'a full or closed standard output is a failure that is told' '
	test_expect_code 128 async -C log list >/dev/full 2>err &&
	test_grep "standard output" err &&
	test_expect_code 128 async -C log list >&- 2>err &&
	test_grep "standard output" err
'

test_expect_success 'a reader that goes away ends it quietly' '
	{ async -C log log 2>err; echo $? >status; } | head -n 1 >/dev/null &&
	test_must_be_empty err
'

# ---- what others have put onto the branch

test_expect_success 'a record that is no YAML: the rest is listed, the end says so, with 3' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	printf "async: 1\nkind: [post\n" >bad &&
	put log/2026/03/02/@.yaml bad >blob &&
	test_expect_code 3 async -C log list >out 2>err &&
	test_grep "Can we ship" out &&
	test_grep "$(cat blob)" err &&
	test_grep "could not be read" err &&
	as ben async -C log ack "$(cat id)"
'

test_expect_success 'a record of a newer async is told as such' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	printf "async: 2\nkind: post\nfrom: ben\ndate: 2026-03-02T08:00:00Z\nsubject: later\n" >newer &&
	put log/2026/03/02/@.yaml newer >blob &&
	test_expect_code 3 async -C log list >out 2>err &&
	test_grep "newer async" err &&
	test_expect_code 128 async -C log show "$(cat blob)" 2>err
'

test_expect_success 'kinds, types, verbs and keys of a newer async are no errors' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	forge "of another type" <<-\EOF &&
	type: sonnet
	meter: iambic
	EOF
	put log/2026/03/02/@.yaml forged >blob &&
	printf "async: 1\nkind: poem\nfrom: ben\ndate: 2026-03-02T08:00:00Z\ntitle: x\n" >poem &&
	put log/2026/03/02/@.yaml poem >poem-id &&
	printf "async: 1\nkind: mark\nfrom: ben\ndate: 2026-03-02T08:00:00Z\ntarget: %s\nverb: sing\n" "$(cat id)" >sing &&
	put log/2026/03/02/@.yaml sing >sing-id &&
	async -C log list >out &&
	test_grep "of another type" out &&
	async -C log log >out &&
	test_grep "poem" out && test_grep "sing" out &&
	async -C log show "$(cat id)" >out &&
	test_grep "sing" out &&
	async -C log cat-record "$(cat blob)" >actual &&
	test_cmp forged actual
'

test_expect_success 'huge, deep, misnamed, misfiled: each is one unreadable record' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	{ cat forged && printf "body: |\n" && sed "s/^/  /" big; } >huge &&
	put log/2026/03/02/@.yaml huge >huge-id &&
	printf "async: 1\nkind: post\nfrom: ben\ndate: 2026-03-02T08:00:00Z\nsubject: deep\nx: %s%s\n" \
		"$(printf "%0200d" 0 | tr 0 "[")" "$(printf "%0200d" 0 | tr 0 "]")" >deep &&
	put log/2026/03/02/@.yaml deep >deep-id &&
	forge "misnamed" </dev/null &&
	put log/2026/03/02/0123456789012345678901234567890123456789.yaml forged >misnamed-id &&
	forge "misfiled" </dev/null &&
	put log/2025/01/01/@.yaml forged >misfiled-id &&
	test_expect_code 3 async -C log list >out 2>err &&
	test_grep "Can we ship" out &&
	test_grep ! "misnamed\|misfiled" out &&
	test_grep "4 records could not be read" err &&
	test_grep "$(cat huge-id)" err && test_grep "$(cat deep-id)" err &&
	test_grep "0123456789012345678901234567890123456789" err && test_grep "$(cat misfiled-id)" err
'

test_expect_success 'names and modes that do not belong on the branch harm nobody' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	forge "linked" </dev/null &&
	put log/2026/03/02/@.yaml forged 120000 >link-id &&
	put evil.yaml forged >/dev/null &&
	put log/x forged >/dev/null &&
	put log/2026/13/45/@.yaml forged >/dev/null &&
	put "log/2026/03/02/deep/er/@.yaml" forged >/dev/null &&
	look list &&
	test_grep "Can we ship" out &&
	test_grep ! "linked" out &&
	as ana async -C log post -q "still writing" >after &&
	look list &&
	test_grep "still writing" out
'

test_expect_success 'directions and invisible characters in a forged record never reach the output' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	forge "\"\\u202e flip \\u2066x\"" <<-\EOF &&
	to: [ana]
	within: 1h
	tags: [odd]
	links:
	  - {url: "https://example.com/\u202e", title: "\u2066x"}
	body: "line \u202e\nnext \u202e"
	EOF
	put log/2026/03/02/@.yaml forged >blob &&
	for command in list log inbox status overdue "list --json" "list --format %(subject)%(tags)" \
		"log -p" "show $(cat blob)" "why $(cat blob)" "show --json $(cat blob)" "list --state overdues"
	do
		look $command || test "$command" = "list --state overdues" || return 1
		no_escapes out && no_escapes err || return 1
	done
'

test_expect_success 'escape sequences in a forged record make it unreadable, and do not reach the terminal either' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	forge "\"\\e[31mred \\a\"" </dev/null &&
	put log/2026/03/02/@.yaml forged >/dev/null &&
	printf "async: 1\nkind: post\nfrom: \"b\\\\x1b\"\n\033]0;x\007: y\n" >worse &&
	put log/2026/03/02/@.yaml worse >/dev/null &&
	put "log/2026/03/02/$(printf "\033[31m").yaml" worse >/dev/null &&
	test_expect_code 3 async -C log list >out 2>err &&
	test_grep "3 records could not be read" err &&
	no_escapes out && no_escapes err &&
	look log && no_escapes out && no_escapes err
'

test_expect_success 'a branch of that name that is no log: one error, with the remedy' '
	git init -q other && git -C other commit -q --allow-empty -m code && git -C other branch async &&
	for command in list "post x" init
	do
		test_expect_code 128 async -C other $command 2>err &&
		test_grep "async.branch" err || return 1
	done &&
	git -C other config async.branch worklog && async -C other init >out &&
	as ana async -C other post "fine" >out &&
	git -C other rev-parse -q --verify refs/heads/worklog
'

test_expect_success 'a log of a newer format' '
	git init -q newer-log &&
	blob=$(echo "# async log, format 2" | git -C newer-log hash-object -w --stdin) &&
	tree=$(printf "100644 blob %s\tREADME.md\n" $blob | git -C newer-log mktree) &&
	git -C newer-log update-ref refs/heads/async $(git -C newer-log commit-tree -m x $tree) &&
	test_expect_code 128 async -C newer-log list 2>err &&
	test_grep "newer" err
'

test "$(id -u)" = 0 && command -v setpriv >/dev/null && test_set_prereq SETPRIV
mkdir -p probe && mount -t tmpfs -o size=64k tmpfs probe 2>/dev/null && umount probe && test_set_prereq MOUNT

test_expect_success SETPRIV 'a repository that cannot be written is read, and a write says why not' '
	git clone -q -b async log readonly 2>/dev/null && git -C readonly remote remove origin &&
	chmod 755 "$TRASH" . && chown -R 65534 readonly && chmod -R a-w readonly &&
	test_when_finished "chmod -R u+w readonly" &&
	test_is_damaged readonly &&
	mkdir nobody-home && chown 65534 nobody-home &&
	setpriv --reuid=65534 --clear-groups env HOME="$PWD/nobody-home" \
		GIT_COMMITTER_NAME=ana GIT_COMMITTER_EMAIL=ana@example.com async -C readonly list >out &&
	test_grep "Can we ship" out &&
	test_expect_code 128 setpriv --reuid=65534 --clear-groups env HOME="$PWD/nobody-home" \
		GIT_COMMITTER_NAME=ana GIT_COMMITTER_EMAIL=ana@example.com async -C readonly post x 2>err &&
	test_grep "readonly" err
'

test_expect_success MOUNT 'a full disk: the post fails or is whole, and the next one works' '
	mkdir disk && mount -t tmpfs -o size=1m tmpfs disk &&
	test_when_finished "umount disk" &&
	git init -q --template= disk/log && dd if=/dev/zero of=disk/log/ballast bs=1024 count=200 2>/dev/null && git -C disk/log config user.name ana &&
	git -C disk/log config user.email ana@example.com &&
	async -C disk/log init >/dev/null &&
	test_expect_code 128 fill_up &&
	test_grep "^async: " err &&
	test -s written &&
	git -C disk/log fsck --strict --no-dangling &&
	git -C disk/log ls-tree -r --name-only async >paths &&
	for id in $(cat written); do grep -q "$id" paths || return 1; done &&
	rm disk/log/ballast &&
	async -C disk/log post -q "after" >out &&
	async -C disk/log list >out &&
	test_grep "after" out
'

test_done
