#!/bin/sh
test_description='async overdue: who is late with what'
. "${0%/*}/lib.sh"

test_expect_success 'setup: on Friday at 16:00 Ana asks Ben, within two working hours' '
	create_log ana ben chi:Asia/Tokyo &&
	at "2026-03-06 16:00" as ana async -C log post -q --to ben --within 2h "Ship it?" >id
'

test_expect_success 'a weekend is not working time' '
	at "2026-03-08 12:00" async -C log overdue >actual && test_must_be_empty actual
'

test_expect_success 'due means in time, one second later is late' '
	at "2026-03-09 10:00" async -C log overdue >actual && test_must_be_empty actual &&
	at "2026-03-09 10:00:01" async -C log overdue >actual && test_line_count = 1 actual
'

test_expect_success 'a line says who, what, when it was due and how late that is' '
	at "2026-03-10 09:30" async -C log overdue >actual &&
	echo "$(cut -c1-7 id)  ben  Ship it?  ~yesterday 10:00  23h 30m late  (7h 30m of work)  standard" >expect &&
	test_cmp expect actual
'

test_expect_success 'the same for programs' '
	at "2026-03-10 09:30" async -C log overdue --json >actual &&
	test_line_count = 1 actual &&
	python3 -c "
import json
row = json.load(open(\"actual\"))
assert row[\"kind\"] == \"overdue\", row
assert row[\"id\"] == open(\"id\").read().strip(), row
assert row[\"subject\"] == \"Ship it?\", row
assert row[\"due\"] == \"2026-03-09T10:00:00Z\", row
assert row[\"late\"] == 84600, row
assert row[\"late_work\"] == 450, row
assert row[\"state\"] == \"open\", row
"
'

test_expect_success 'the exit status says so where asked for' '
	at "2026-03-09 10:00" test_expect_code 0 async -C log overdue --exit-code &&
	at "2026-03-09 11:00" test_expect_code 0 async -C log overdue >actual && test_line_count = 1 actual &&
	at "2026-03-09 11:00" test_expect_code 1 async -C log overdue --exit-code >actual && test_line_count = 1 actual &&
	at "2026-03-09 11:00" test_expect_code 1 async -C log overdue -q >actual && test_must_be_empty actual &&
	at "2026-03-09 09:00" test_expect_code 0 async -C log overdue -q
'

test_expect_success '--soon shows what becomes due' '
	at "2026-03-09 09:00" async -C log overdue --soon 59m >actual && test_must_be_empty actual &&
	at "2026-03-09 09:00" async -C log overdue --soon 1h >actual && test_grep "Ship it?" actual &&
	test_grep ! late actual
'

test_expect_success 'setup: two more, of another level, tag and people' '
	at "2026-03-09 09:00" as ben async -C log post -q --to chi,ana -l urgent -t release "Both of you" >two
'

test_expect_success 'filters' '
	at "2026-03-20 12:00" async -C log overdue >actual && test_line_count = 3 actual &&
	at "2026-03-20 12:00" async -C log overdue --for ben >actual && test_line_count = 1 actual &&
	at "2026-03-20 12:00" async -C log overdue --for me >actual && test_line_count = 1 actual && test_grep "Both" actual &&
	at "2026-03-20 12:00" async -C log overdue --from ben >actual && test_line_count = 2 actual &&
	at "2026-03-20 12:00" async -C log overdue --level urgent >actual && test_line_count = 2 actual &&
	at "2026-03-20 12:00" async -C log overdue --tag release >actual && test_line_count = 2 actual &&
	at "2026-03-20 12:00" async -C log overdue --tag release --for chi >actual && test_line_count = 1 actual &&
	at "2026-03-20 12:00" async -C log overdue --tag nothing >actual && test_must_be_empty actual
'

test_expect_success 'an answer takes the line away, for the one who answered' '
	at "2026-03-12 12:00" as chi async -C log reply "$(cat two)" "Done." &&
	at "2026-03-20 12:00" async -C log overdue --from ben >actual && test_line_count = 1 actual && test_grep ana actual
'

test_expect_success '--at looks at what was so then' '
	at "2026-03-20 12:00" async -C log --at "2026-03-11 12:00" overdue --from ben >actual && test_line_count = 2 actual
'

test_expect_success 'nothing is written, and the index may go' '
	git -C log rev-parse async >before &&
	at "2026-03-20 12:00" async -C log overdue >one &&
	rm -rf log/.git/async &&
	at "2026-03-20 12:00" async -C log overdue >two && test_cmp one two &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'errors' '
	test_expect_code 128 async -C log overdue --for bne 2>err && test_grep "did you mean .ben." err &&
	test_expect_code 129 async -C log overdue --level soonish 2>err &&
	test_expect_code 129 async -C log overdue --son 1d 2>err && test_grep "soon" err &&
	test_expect_code 129 async -C log overdue state:extra 2>err &&
	test_expect_code 128 async overdue 2>err
'

test_expect_success 'a query restricts it, and --soon widens it' '
	at "2026-03-20 12:00" async -C log overdue from:ben to:chi,ana --format="%(to) %(subject)" >actual &&
	echo "ana Both of you" >expect && test_cmp expect actual &&
	at "2026-03-20 12:00" test_expect_code 1 async -C log overdue -q tag:release both &&
	at "2026-03-20 12:00" test_expect_code 0 async -C log overdue -q tag:release -level:urgent &&
	at "2026-03-20 12:00" async -C log overdue --due-before 2026-03-01 >actual && test_must_be_empty actual &&
	test_expect_code 129 async -C log overdue due:now 2>err && test_grep "date alone" err
'

test_done
