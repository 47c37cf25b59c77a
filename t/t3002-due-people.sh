#!/bin/sh
test_description='async due: in the calendars of a log'
. "${0%/*}/lib.sh"

test_expect_success 'setup: a log with Ben, whose hours are his own' '
	create_log ana ben:Europe/Berlin &&
	as ben async -C log me "hours=mon-thu 08:00-16:00"
'

test_expect_success '--for: in the calendar of a person' '
	async -C log due --start 2026-03-05T14:00:00Z --within 2h --for ben >actual &&
	echo "Mon 2026-03-09 09:00 CET" >expect &&
	test_cmp expect actual
'

test_expect_success 'without --for it is yours' '
	as ben async -C log due --start 2026-03-05T14:00:00Z --within 2h >actual &&
	test_cmp expect actual
'

test_expect_success 'times without a zone are yours, not of the person' '
	async -C log due --start "2026-03-05 14:00" --within 2h --for ben >actual &&
	test_cmp expect actual
'

test_expect_success '--at: the calendar as it was known then' '
	async -C log --at "2026-01-05 08:01:30" due --start 2026-03-05T14:00:00Z --within 2h --for ben >actual &&
	echo "Thu 2026-03-05 17:00 CET ~" >expect &&
	test_cmp expect actual
'

test_expect_success 'an unknown person' '
	test_expect_code 128 async -C log due --within 2h --for bne 2>err &&
	test_grep "bne" err
'

test_done
