#!/bin/sh
test_description='async post: what is written, whom it asks, what is told back'
. "${0%/*}/lib.sh"

# count: how many records the log holds.
count () {
	git -C log ls-tree -r --name-only async log | wc -l
}

# body <id>: the record's bytes.
body () {
	git -C log cat-file blob "$1"
}

test_expect_success 'setup: Ana in Berlin, Ben in Lagos, Chi in Tokyo, Dee in New York' '
	create_log ana:Europe/Berlin ben:Africa/Lagos chi:Asia/Tokyo dee:America/New_York &&
	for who in ben dee
	do
		at "2026-03-02 08:00" as ana async -C log team edit $who groups=backend >/dev/null || return 1
		test_tick
	done &&
	ASYNC_NOW=2026-03-02T09:00:00Z && count >before
'

test_expect_success 'an ask tells when it is due, in their time and mine' '
	as ana async -C log post --to chi "Can we ship 2.4?" >actual &&
	id=$(sed "s/ .*//" actual) &&
	echo "$id asked chi: due ~Tue 2026-03-03 17:00 JST (09:00 CET)" >expect &&
	test_cmp expect actual
'

test_expect_success 'it is one commit, by the committer, with the id in subject and trailer' '
	full=$(git -C log rev-parse "$id") &&
	git -C log log -1 --format=%B async >actual &&
	cat >expect <<-EOF &&
	post $(echo $full | cut -c1-7) by ana: Can we ship 2.4?

	Async-Id: $full

	EOF
	test_cmp expect actual &&
	git -C log log -1 --format="%an %ae %cn %ce" async >actual &&
	echo "ana ana@example.com ana ana@example.com" >expect &&
	test_cmp expect actual &&
	test "$(count)" = $(($(cat before) + 1))
'

test_expect_success 'the record lies where its date says, under its blob id, with all frozen in it' '
	full=$(git -C log rev-parse "$id") &&
	git -C log show "async:log/2026/03/02/$full.yaml" >actual &&
	cat >expect <<-\EOF &&
	async: 1
	kind: post
	from: ana
	date: 2026-03-02T09:00:00Z
	type: ask
	subject: Can we ship 2.4?
	to: [chi]
	need: reply
	level: standard
	within: 1d
	EOF
	test_cmp expect actual
'

test_expect_success 'the text comes from -m, given twice as two paragraphs' '
	test_tick &&
	id=$(as ana async -C log post -q --to ben -t release,db -m one -m two "Two paragraphs") &&
	body $id >actual &&
	cat >expect <<-\EOF &&
	async: 1
	kind: post
	from: ana
	date: 2026-03-02T09:01:00Z
	type: ask
	subject: Two paragraphs
	to: [ben]
	need: reply
	level: standard
	within: 1d
	tags: [release, db]
	body: |
	  one

	  two
	EOF
	test_cmp expect actual
'

test_expect_success 'from a file, and from standard input where - says so' '
	printf "from a file\n\tindented\n" >log/text &&
	test_tick && id=$(as ana async -C log post -q --file text "A file") &&
	body $id >actual && test_grep "^  from a file" actual &&
	test_tick && id=$(echo "from a pipe" | as ana async -C log post -q "A pipe" -) &&
	body $id >actual && test_grep "^  from a pipe" actual &&
	test_tick && id=$(echo "from a pipe" | as ana async -C log post -q -F - "A pipe") &&
	body $id >actual && test_grep "^  from a pipe" actual
'

test_expect_success 'without a subject, standard input holds subject and text' '
	test_tick && id=$(printf "The subject\n\nThe text.\n" | as ana async -C log post -q) &&
	body $id >actual &&
	test_grep "^subject: The subject$" actual && test_grep "^  The text.$" actual
'

test_expect_success 'with a subject, standard input is left alone: a loop keeps its lines' '
	test_tick &&
	printf "one\ntwo\nthree\n" | while read -r line
	do
		as ana async -C log post -q "$line" || exit 1
	done >ids &&
	test_line_count = 3 ids
'

test_expect_success 'a group is one item, written out without me' '
	test_tick && id=$(as ben async -C log post -q --to @backend,ana "Who takes it?") &&
	body $id >actual &&
	test_grep "^to: \[ana\]$" actual && test_grep "{group: backend, of: \[dee\]}" actual
'

test_expect_success 'all:@group asks each of them' '
	test_tick && id=$(as ana async -C log post -q --to all:@backend "All of you") &&
	body $id >actual && test_grep "^to: \[ben, dee\]$" actual
'

test_expect_success 'who is named and also of the group is told, asked and late once' '
	test_tick && as ana async -C log post --to ben,@backend "Ben, and one of you" >actual &&
	test_line_count = 2 actual &&
	test_grep "asked ben: due" actual && test_grep "asked dee (any of @backend): due" actual &&
	at "2026-03-30 09:00" async -C log overdue >actual &&
	grep "ben  Ben, and one of you" actual >late && test_line_count = 1 late
'

test_expect_success 'an address that is new to the log can be asked; its hours are assumed' '
	test_tick && as ana async -C log post --to zoe@example.com "Welcome" >actual &&
	test_grep "asked zoe.*: due ~Tue 2026-03-03" actual
'

test_expect_success '--within and --by replace the duration of the level' '
	test_tick && as ana async -C log post --to ben --within 2h "Soon" >actual &&
	test_grep "due ~Mon 2026-03-02 12:.. WAT$" actual &&
	as ana async -C log post --to ben --by "fri 12:00" "Friday" >actual &&
	test_grep "due Fri 2026-03-06 12:00 WAT$" actual &&
	as ana async -C log post -q --to chi,ben --by 2026-03-05 "A date" >id &&
	body $(cat id) >actual && test_grep "^by: \"2026-03-05\"$" actual && test_grep ! within actual
'

test_expect_success 'a level is frozen with its focus mode' '
	test_tick && id=$(as ana async -C log post -q --to ben -l urgent "Now") &&
	body $id >actual &&
	test_grep "^level: urgent$" actual && test_grep "^within: 4h$" actual && test_grep "^focus: count$" actual
'

test_expect_success 'a link is a URL, a record or a commit' '
	test_tick && id=$(as ana async -C log post -q "First") &&
	two=$(as ana async -C log post -q --link https://example.com/v/31 --link $id --link 1234567890ab "Links") &&
	body $two >actual &&
	test_grep "url: .*https://example.com/v/31" actual && test_grep "id: .*$id" actual &&
	test_grep "commit: .*1234567890ab" actual
'

test_expect_success 'the same post twice in one second is two posts' '
	test_tick && one=$(as ana async -C log post -q "Again") && two=$(as ana async -C log post -q "Again") &&
	test "$one" != "$two" &&
	body $one >actual && test_grep ! copy actual &&
	body $two >actual && test_grep "^copy: 2$" actual &&
	three=$(as ana async -C log post -q "Again") && body $three >actual && test_grep "^copy: 3$" actual
'

test_expect_success '--dry-run prints the record and writes nothing' '
	git -C log rev-parse async >before &&
	as ana async -C log post --dry-run --to ben -m text "Only looking" >actual &&
	test_grep "^subject: Only looking$" actual && test_grep "^to: \[ben\]$" actual &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'whoever writes first is added in the same commit, and told' '
	test_tick && git -C log rev-list --count async >before &&
	TZ=Asia/Seoul as eve async -C log post --to ana "Hello" >actual 2>err &&
	test_grep "^note: added you to the log as eve@example.com (Asia/Seoul)" err &&
	echo $(($(cat before) + 1)) >expect && git -C log rev-list --count async >after && test_cmp expect after &&
	git -C log show --format= --name-only async >names && test_line_count = 2 names &&
	test_tick && as eve async -C log post --to ana "Again" 2>err && test_must_be_empty err
'

# refused <exit status> <message> <argument>...: an error, and the log is as it was.
refused () {
	want=$1 message=$2 &&
	shift 2 &&
	git -C log rev-parse async >before &&
	test_expect_code "$want" as ana async -C log post "$@" >out 2>err &&
	test_must_be_empty out &&
	test_grep -e "$message" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'a person nobody knows is refused, with the nearest name' '
	refused 128 "nobody here is called .bne." --to bne "x" && test_grep "hint: did you mean .ben." err
'
test_expect_success 'so is a group' '
	refused 128 "nobody here is called .all:backend." --to all:backend "x" && test_grep "all:@<group>" err &&
	refused 128 "there is no group .@bakend." --to @bakend "x" && test_grep "hint: did you mean .@backend." err
'
test_expect_success 'asking oneself is refused' '
	refused 128 "you cannot ask yourself" --to ana "x" && refused 128 "you cannot ask yourself" --to me "x"
'
test_expect_success 'a time that is past is refused' '
	refused 128 "--by .* is past" --to ben --by "2026-03-01 10:00" "x" &&
	refused 128 "--by Sun 2026-03-01 is past" --to ben --by 2026-03-01 "x"
'
test_expect_success 'what contradicts itself is refused' '
	refused 129 "use one of them" --to ben --within 1d --by fri "x" &&
	refused 129 "nobody is asked" --within 1d "x" &&
	refused 129 "nobody is asked" -l urgent "x" &&
	refused 129 "-m and --file" -m a -F text "x" &&
	refused 129 "put the subject in quotes" --to ben Can we
'
test_expect_success 'a level that the policy lacks is refused' '
	refused 129 "level" --to ben -l soonish "x"
'
test_expect_success 'a wrong link is refused' '
	refused 128 "is no link" --link "somewhere" "x"
'
test_expect_success 'an empty subject aborts' '
	refused 128 "the subject is empty" "" && refused 128 "empty" </dev/null
'
test_expect_success 'control and direction characters, bad UTF-8 and CRLF are refused' '
	refused 128 "subject" "$(printf "a\033[31mb")" &&
	refused 128 "subject" "$(printf "a\342\200\256b")" &&
	refused 128 "subject" "$(printf "a\377b")" &&
	refused 128 "-m" -m "$(printf "a\r\nb")" "x"
'
test_expect_success 'a subject of more than 500 bytes is refused' '
	refused 128 "500" "$(printf "%0501d" 0)"
'
test_expect_success 'a missing file is named' '
	refused 128 "nowhere" -F nowhere "x"
'

test_expect_success 'someone without working time before it is due is warned about' '
	as ana async -C log post --to dee --by "13:00" "Before New York is up" >out 2>err &&
	test_grep "warning: dee has no working time before it is due" err
'

test_expect_success 'git without an identity: who are you?' '
	git -C log config --unset user.email && git -C log config --unset user.name &&
	test_when_finished "git -C log config user.email ana@example.com; git -C log config user.name ana" &&
	HOME=$TRASH/nowhere test_expect_code 128 async -C log -c user.useConfigOnly=true post "x" 2>err &&
	test_grep "user.email" err
'

test_expect_success 'no log: the hint names init' '
	git init -q bare-of-log && test_expect_code 128 async -C bare-of-log post "x" 2>err &&
	test_grep "async init" err
'

test_expect_success 'what was said of people in this very second was said before' '
	ASYNC_NOW=2026-03-03T09:00:00Z &&
	as ana async -C log team add fay Fay fay@example.com >/dev/null &&
	as ana async -C log team edit fay zone=Asia/Tokyo >/dev/null &&
	as ana async -C log post -q --to fay "Welcome" >id && body "$(cat id)" >actual &&
	test_grep "^date: 2026-03-03T09:00:01Z$" actual &&
	as ana async -C log show "$(cat id)" >actual && test_grep "JST" actual && test_grep ! "zone\|was " actual &&
	as ana async -C log team edit fay deputy=ben >/dev/null && as ben async -C log ack --for fay "$(cat id)"
'

test_done
