#!/bin/sh
test_description='async reply: answers in words'
. "${0%/*}/lib.sh"

body () {
	git -C log cat-file blob "$1"
}

test_expect_success 'setup: Ana asks Ben and Chi within four hours' '
	create_log ana ben chi dee &&
	as ana async -C log post -q -l urgent --to ben,chi "Can we ship 2.4?" >id
'

test_expect_success 'a reply settles my part' '
	test_tick 30 && as ben async -C log reply "$(cat id)" "Yes." >actual &&
	test_grep "replied to ana ($(cut -c1-7 id))$" actual &&
	as ben async -C log inbox >actual && test_must_be_empty actual &&
	as chi async -C log inbox >actual && test_line_count = 1 actual
'

test_expect_success 'it is a post that hangs on the other' '
	reply=$(git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async) &&
	body $reply >actual &&
	cat >expect <<-EOF &&
	async: 1
	kind: post
	from: ben
	date: 2026-03-02T09:30:00Z
	type: note
	re: $(cat id)
	body: |
	  Yes.
	EOF
	test_cmp expect actual &&
	echo "reply $(echo $reply | cut -c1-7) to $(cut -c1-7 id) by ben" >expect &&
	git -C log log -1 --format=%s async >actual && test_cmp expect actual
'

test_expect_success 'the text comes from -m, a file, or standard input' '
	test_tick && r=$(as dee async -C log reply -q -m one -m two "$(cat id)") && body $r >actual &&
	test_grep "^  one$" actual && test_grep "^  two$" actual &&
	echo "from a file" >log/text &&
	test_tick && r=$(as dee async -C log reply -q -F text "$(cat id)") && body $r >actual &&
	test_grep "^  from a file$" actual &&
	test_tick && r=$(echo "from a pipe" | as dee async -C log reply -q "$(cat id)") && body $r >actual &&
	test_grep "^  from a pipe$" actual
'

test_expect_success 'a question back, and the author asks again: a new clock with the same level' '
	test_tick && as chi async -C log reply "$(cat id)" "Which database?" &&
	as chi async -C log inbox >actual && test_must_be_empty actual &&
	test_tick 60 && as ana async -C log reply --to chi "$(cat id)" "The main one." >actual &&
	test_grep "asked chi: due ~Mon 2026-03-02 14:3[0-9] UTC" actual &&
	as chi async -C log inbox >actual && test_line_count = 1 actual && test_grep "Can we ship" actual
'

test_expect_success 'a reply that asks, by somebody else, is an ask of its own' '
	test_tick && as ben async -C log reply --to dee "$(cat id)" "Dee, is the backup done?" >actual &&
	test_grep "asked dee: due ~Tue 2026-03-03" actual &&
	as dee async -C log inbox >actual && test_line_count = 1 actual
'

test_expect_success 'twice the same in one second is two replies' '
	test_tick && one=$(as dee async -C log reply -q "$(cat id)" "+1") && two=$(as dee async -C log reply -q "$(cat id)" "+1") &&
	test "$one" != "$two"
'

test_expect_success 'a reply to a reply, by its id' '
	test_tick && r=$(as dee async -C log reply -q "$one" "And again") && body $r >actual &&
	test_grep "^re: $one$" actual
'

test_expect_success 'a deputy answers for somebody' '
	as ana async -C log team edit chi deputy=dee >/dev/null &&
	test_tick && as dee async -C log reply --for chi "$(cat id)" "Chi says yes." >actual &&
	test_grep "for chi$" actual &&
	as chi async -C log inbox >actual && test_must_be_empty actual
'

refused () {
	who=$1 want=$2 message=$3 &&
	shift 3 &&
	git -C log rev-parse async >before &&
	test_expect_code "$want" as "$who" async -C log reply "$@" >out 2>err &&
	test_grep -e "$message" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'errors change nothing' '
	refused ben 128 "text is empty" "$(cat id)" </dev/null &&
	refused ben 128 "cannot answer for chi" --for chi "$(cat id)" "x" &&
	test_grep "team edit chi deputy=<who>" err &&
	refused ben 128 "you cannot ask yourself" --to ben "$(cat id)" "x" &&
	refused ben 129 "both give the text" -m a "$(cat id)" "x" &&
	refused ben 128 "no record" 0123456 "x" &&
	refused ben 129 "" "$(cat id)" two words
'

test_done
