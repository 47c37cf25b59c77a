#!/bin/sh
test_description='async inbox: what waits on me'
. "${0%/*}/lib.sh"

test_expect_success 'setup: three asks of Ben, one of Chi' '
	create_log ana ben chi &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben -l low "Later" >low &&
	at "2026-03-02 09:01" as ana async -C log post -q --to ben -l urgent "Now" >urgent &&
	at "2026-03-02 09:02" as chi async -C log post -q --to ben --need done -t db "Tomorrow" >standard &&
	at "2026-03-02 09:03" as ana async -C log post -q --to chi "Not his" >other
'

test_expect_success 'the first to be due is first' '
	at "2026-03-02 10:00" as ben async -C log inbox >actual &&
	cat >expect <<-EOF &&
	$(cut -c1-7 urgent) ana Now ~today 13:01 reply urgent new
	$(cut -c1-7 standard) chi Tomorrow ~tomorrow 09:02 done standard new
	$(cut -c1-7 low) ana Later ~Wed 17:00 reply low new
	EOF
	sed "s/  */ /g" actual >a && test_cmp expect a
'

test_expect_success 'late is said' '
	at "2026-03-02 14:01" as ben async -C log inbox >actual && head -n 1 actual >first && test_grep "Now .*1h late" first
'

test_expect_success 'for somebody else, from somebody, of a level, with a tag' '
	as ben async -C log inbox --for chi >actual && test_line_count = 1 actual && test_grep "Not his" actual &&
	as ben async -C log inbox --from chi >actual && test_line_count = 1 actual && test_grep "Tomorrow" actual &&
	as ben async -C log inbox -l low >actual && test_line_count = 1 actual && test_grep "Later" actual &&
	as ben async -C log inbox -t db >actual && test_line_count = 1 actual && test_grep "Tomorrow" actual
'

test_expect_success 'a query' '
	subjects () {
		at "2026-03-02 14:01" as ben async -C log inbox --format="%(subject)" "$@" >actual
	} &&
	subjects from:chi && echo Tomorrow >expect && test_cmp expect actual &&
	subjects -from:chi -level:low && echo Now >expect && test_cmp expect actual &&
	subjects state:overdue && echo Now >expect && test_cmp expect actual &&
	subjects --need done tag:db tomorrow && echo Tomorrow >expect && test_cmp expect actual &&
	subjects "due<:tue" && echo Now >expect && test_cmp expect actual &&
	subjects nothing && test_must_be_empty actual &&
	test_expect_code 129 as ben async -C log inbox stat:open 2>err && test_grep "nearest is state:" err &&
	test_expect_code 129 as ben async -C log inbox --state open 2>err && test_grep "no option --state" err
'

test_expect_success 'an ack marks it, an answer takes it away' '
	at "2026-03-02 10:00" as ben async -C log ack "$(cat low)" "$(cat urgent)" &&
	at "2026-03-02 10:01" as ben async -C log done "$(cat urgent)" &&
	at "2026-03-02 10:02" as ben async -C log inbox >actual &&
	test_line_count = 2 actual && test_grep "Later.*low  acked$" actual
'

test_expect_success 'templates and JSON' '
	as ben async -C log inbox --format="%(id) %(from) %(subject)" -t db >actual &&
	test_grep "chi Tomorrow$" actual &&
	as ben async -C log inbox --json -t db >actual && test_grep "\"need\": *\"done\"" actual
'

test_expect_success 'somebody new has an empty inbox' '
	as zoe async -C log inbox >actual && test_must_be_empty actual
'

test_expect_success 'somebody who was asked by address before they wrote sees it' '
	as ana async -C log post -q --to zoe@example.com "Welcome" &&
	as zoe async -C log inbox >actual && test_grep "Welcome" actual
'

test_expect_success 'a row is bold on a terminal while there is something new in it' '
	as ben test_terminal async -C log inbox --color=always >actual &&
	test_grep "$(printf "\033\\[1m")Tomorrow" actual && test_grep ! "$(printf "\033\\[1m")Later" actual
'

test_expect_success 'what is snoozed is not listed, and how much that is said last' '
	at "2026-03-02 10:03" as ben async -C log snooze "$(cat standard)" tomorrow &&
	at "2026-03-02 10:04" as ben async -C log inbox >actual &&
	test_grep ! "Tomorrow" actual && tail -n 1 actual >last && echo "… 1 snoozed: async inbox --all" >expect &&
	test_cmp expect last &&
	at "2026-03-02 10:04" as ben async -C log inbox --json >actual && test_grep ! "snoozed:" actual &&
	test_grep ! "Tomorrow" actual
'

test_expect_success '--all lists it, too, and marks it' '
	at "2026-03-02 10:04" as ben async -C log inbox --all >actual &&
	test_grep "Tomorrow.*standard  snoozed$" actual && test_grep ! "inbox --all" actual &&
	at "2026-03-02 10:04" as ben async -C log inbox -a --json -t db >actual &&
	test_grep "\"seen\": *false, *\"snoozed\": *\"2026-03-03T00:00:00Z\"" actual
'

test_expect_success 'it is hidden from me alone, and not among what is overdue' '
	at "2026-03-02 10:04" as ana async -C log inbox --for ben >actual && test_grep "Tomorrow" actual &&
	at "2026-03-02 10:04" as chi async -C log overdue --soon 3d >actual && test_grep "Tomorrow" actual &&
	at "2026-03-02 10:04" as ben async -C log overdue --soon 3d >actual && test_grep "Tomorrow" actual
'

test_done
