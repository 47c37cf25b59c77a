#!/bin/sh
test_description='async extend: more time, another level, and asking for it'
. "${0%/*}/lib.sh"

test_expect_success 'setup: due on Tuesday at 10:00' '
	create_log ana ben chi:Asia/Tokyo dee &&
	test_tick 60 && as ana async -C log post -q --to ben,chi "Can we ship 2.4?" >id && cut -c1-7 id >short
'

test_expect_success 'the author gives more time, and is told what it was' '
	test_tick && as ana async -C log extend "$(cat id)" 1d >actual &&
	cat >expect <<-EOF &&
	$(cat short) ben: due ~Wed 2026-03-04 10:00 UTC, was tomorrow 10:00
	$(cat short) chi: due ~Wed 2026-03-04 17:00 JST (08:00 UTC), was tomorrow 17:00
	EOF
	test_cmp expect actual && last_record >actual && test_grep "^within: 1d$" actual
'

test_expect_success 'to one of them, until a moment' '
	test_tick && as ana async -C log extend --for chi --by "fri 12:00" "$(cat id)" >actual &&
	echo "$(cat short) chi: due Fri 2026-03-06 21:00 JST (12:00 UTC), was Wed 17:00" >expect &&
	test_cmp expect actual && last_record >actual &&
	test_grep "^for: chi$" actual && test_grep "^by: 2026-03-06T12:00:00Z$" actual &&
	async -C log show "$(cat id)" >actual && test_grep "ana gave chi time until Fri" actual && test_grep "^chi .*  extended$" actual
'

test_expect_success 'a higher level counts from now; the record freezes what it means' '
	at "2026-03-02 11:00" as ana async -C log extend --level urgent --for ben "$(cat id)" >actual &&
	echo "$(cat short) ben: due ~Mon 2026-03-02 15:00 UTC, was Wed 10:00" >expect && test_cmp expect actual &&
	last_record >actual && test_grep "^level: urgent$" actual && test_grep "^within: 4h$" actual &&
	test_grep "^focus: count$" actual
'

test_expect_success 'a lower one from the beginning' '
	at "2026-03-02 12:00" as ana async -C log extend --level low --for ben "$(cat id)" >actual &&
	echo "$(cat short) ben: due ~Thu 2026-03-05 10:00 UTC, was today 15:00" >expect && test_cmp expect actual
'

test_expect_success 'who is asked asks for it, and nothing moves' '
	at "2026-03-02 10:00" as ana async -C log post -q --to ben,chi "May it take longer?" >id && cut -c1-7 id >short &&
	at "2026-03-02 10:00" as ben async -C log extend -m "Ill." "$(cat id)" 2d >actual &&
	echo "$(cat short) asked ana for 2d more; they grant it with: async extend --accept $(cat short)" >expect &&
	test_cmp expect actual &&
	at "2026-03-02 10:01" async -C log show --json "$(cat id)" >actual &&
	test_grep "\"due\":\"2026-03-03T10:00:00Z\"" actual
'

test_expect_success 'the author sees that it waits, and what to type' '
	at "2026-03-02 10:02" as ana async -C log status >actual && test_grep "ben .*asks for 2d more$" actual &&
	at "2026-03-02 10:02" as ana async -C log show "$(cat id)" >actual &&
	test_grep "ben  open .*asks for 2d more$" actual && test_grep "ben asked for 2d more$" actual &&
	test_grep "^    grant it with: async extend --accept [0-9a-f]*$" actual &&
	at "2026-03-02 10:02" as chi async -C log show "$(cat id)" >actual && test_grep "^    waits for ana$" actual
'

test_expect_success 'one command grants it' '
	at "2026-03-02 10:03" as ana async -C log extend --accept "$(cat id)" >actual &&
	echo "$(cat short) ben: due ~Thu 2026-03-05 10:00 UTC, was tomorrow 10:00" >expect && test_cmp expect actual &&
	at "2026-03-02 10:04" as ana async -C log show "$(cat id)" >actual &&
	test_grep "ana granted ben 2d more$" actual && test_grep ! "waits for\|grant it" actual &&
	at "2026-03-02 10:04" as ana async -C log status >actual && test_grep ! "asks for" actual
'

test_expect_success 'granted already, or nobody asks: told, and nothing is written' '
	at "2026-03-02 10:05" test_unchanged 0 as ana async -C log extend --accept "$(cat id)" &&
	test_grep "nobody waits for more time" out &&
	request=$(async -C log log --format="%(id) %(from) %(what)" -- "$(cat id)" | sed -n "s/ ben extend$//p") &&
	at "2026-03-02 10:05" test_unchanged 0 as ana async -C log extend --accept "$request" &&
	test_grep "that is granted already" out
'

test_expect_success 'two requests: which one, says the list' '
	as ana async -C log post -q --to ben,chi "Both are late" >id && cut -c1-7 id >short &&
	at "2026-03-02 10:00" as ben async -C log extend -q "$(cat id)" 1d >one &&
	at "2026-03-02 10:01" as chi async -C log extend -q "$(cat id)" 2d >two &&
	test_unchanged 128 as ana async -C log extend --accept "$(cat id)" &&
	test_grep "2 requests wait on $(cat short)" err && test_grep "^hint: .async extend --accept <id>. of that one: $(cut -c1-7 one) by ben, $(cut -c1-7 two) by chi$" err &&
	at "2026-03-02 10:02" as ana async -C log extend --accept "$(cat one)" "$(cat two)" >actual &&
	test_line_count = 2 actual && test_grep "ben: due" actual && test_grep "chi: due" actual
'

test_expect_success 'only who asked grants it' '
	as ana async -C log post -q --to ben,chi "Not yours" >id &&
	at "2026-03-02 10:10" as ben async -C log extend -q "$(cat id)" 1d >one &&
	for who in ben chi dee
	do
		test_unchanged 128 as $who async -C log extend --accept "$(cat one)" && test_grep "is not yours" err || return 1
	done
'

test_expect_success 'a request that was taken back, or that the answer has overtaken' '
	at "2026-03-02 10:11" as ben async -C log undo >actual && test_grep "took back: asked for 1d more" actual &&
	test_unchanged 128 as ana async -C log extend --accept "$(cat one)" && test_grep "ben took that request back" err &&
	at "2026-03-02 10:12" as chi async -C log extend -q "$(cat id)" 1d >two &&
	at "2026-03-02 10:13" as chi async -C log done "$(cat id)" &&
	test_unchanged 128 as ana async -C log extend --accept "$(cat two)" && test_grep "needs no answer any more" err
'

test_expect_success 'a deputy asks on behalf, and nobody else' '
	test_unchanged 128 as dee async -C log extend --for ben "$(cat id)" 1d && test_grep "you cannot answer for ben" err &&
	as ana async -C log team edit ben deputy=dee >/dev/null &&
	at "2026-03-02 11:00" as dee async -C log extend --for ben "$(cat id)" 1d >actual &&
	test_grep "asked ana for 1d more" actual && last_record >actual && test_grep "^for: ben$" actual
'

test_expect_success 'nothing is open: told, and nothing is written' '
	at "2026-03-02 12:00" as ana async -C log done "$(cat id)" &&
	at "2026-03-02 12:01" test_unchanged 0 as ana async -C log extend "$(cat id)" 1d && test_grep "nothing is open" out &&
	at "2026-03-02 12:01" test_unchanged 0 as ben async -C log extend "$(cat id)" 1d &&
	test_grep "nothing is open for you" out
'

test_expect_success 'what is wrong with the words is said' '
	test_unchanged 129 as ana async -C log extend "$(cat id)" && test_grep "by how much" err &&
	test_unchanged 129 as ana async -C log extend --by fri --level low "$(cat id)" && test_grep "do not go together" err &&
	test_unchanged 129 as ana async -C log extend 1d && test_grep "which record" err &&
	test_unchanged 129 as ana async -C log extend --accept --for ben "$(cat id)" && test_grep "has no use" err &&
	test_unchanged 128 as ana async -C log extend --by "2026-02-01 10:00" "$(cat id)" && test_grep "is past" err &&
	test_must_fail as ana async -C log extend --level nosuch "$(cat id)" 2>err && test_grep "nosuch" err &&
	test_unchanged 128 as dee async -C log extend "$(cat id)" 1d && test_grep "does not ask you" err
'

test_expect_success 'in a dry run nothing moves' '
	as ana async -C log post -q --to ben "Dry" >id &&
	test_unchanged 0 as ana async -C log extend -n "$(cat id)" 1d &&
	test_grep "^# $(cut -c1-7 id) ben: due" out && test_grep "^verb: extend$" out
'

test_done
