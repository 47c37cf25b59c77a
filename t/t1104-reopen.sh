#!/bin/sh
test_description='async reopen: open again what was settled'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Ana asks Ben in Lagos and Chi in Tokyo, who answer' '
	create_log ana ben:Africa/Lagos chi:Asia/Tokyo dee &&
	as ana async -C log post -q --to ben,chi --within 4h "Does it crash?" >id && cut -c1-7 id >short &&
	test_tick && as ben async -C log done "$(cat id)" &&
	test_tick && as chi async -C log done "$(cat id)"
'

test_expect_success 'the author opens every part again, and is told when each is due' '
	at "2026-03-04 10:00" as ana async -C log reopen -m "It came back." "$(cat id)" >actual &&
	cat >expect <<-EOF &&
	$(cat short) reopened for ben: due ~Wed 2026-03-04 15:00 WAT (14:00 UTC)
	$(cat short) reopened for chi: due ~Thu 2026-03-05 13:00 JST (04:00 UTC)
	EOF
	test_cmp expect actual &&
	echo "reopen $(cat short) by ana" >expect && git -C log log -1 --format=%s async >actual &&
	test_cmp expect actual && last_record >actual && test_grep "^note: It came back.$" actual
'

test_expect_success 'open already: told, and nothing is written' '
	at "2026-03-04 10:01" test_unchanged 0 as ana async -C log reopen "$(cat id)" &&
	echo "$(cat short) is open already" >expect && test_cmp expect out &&
	at "2026-03-04 10:01" test_unchanged 0 as ben async -C log reopen "$(cat id)" && test_cmp expect out
'

test_expect_success 'who was asked opens their own part only' '
	at "2026-03-04 11:00" as ben async -C log done "$(cat id)" &&
	at "2026-03-04 11:01" as chi async -C log done "$(cat id)" &&
	at "2026-03-04 11:02" as ben async -C log reopen "$(cat id)" >actual &&
	test_line_count = 1 actual && test_grep "reopened for you: due ~Wed 2026-03-04 16:02 WAT$" actual &&
	at "2026-03-04 11:03" async -C log show "$(cat id)" >actual && test_grep "chi  met" actual && test_grep "^ben  open .*  reopened$" actual
'

test_expect_success 'what the author withdrew only they can open again' '
	at "2026-03-04 12:00" as ana async -C log done "$(cat id)" &&
	at "2026-03-04 12:01" test_unchanged 128 as ben async -C log reopen "$(cat id)" &&
	test_grep "is withdrawn (settled by the author)" err && test_grep "hint: only ana, who asked, can" err &&
	at "2026-03-04 12:02" as ana async -C log reopen -q "$(cat id)" >mark && test_line_count = 1 mark
'

test_expect_success 'what was handed over stays with whom it was handed to' '
	as ana async -C log post -q --to ben "Who takes it?" >id &&
	test_tick && as ben async -C log assign --to dee "$(cat id)" &&
	test_tick && as dee async -C log done "$(cat id)" &&
	test_tick && as ana async -C log reopen "$(cat id)" >actual &&
	test_line_count = 1 actual && test_grep "reopened for dee" actual
'

test_expect_success 'a date that has passed becomes what the level gives' '
	as ana async -C log post -q --to dee --by "2026-03-03 12:00" "By noon" >id &&
	test_tick && as dee async -C log done "$(cat id)" &&
	at "2026-03-05 10:00" as ana async -C log reopen "$(cat id)" >actual &&
	test_grep "due ~Fri 2026-03-06 10:00 UTC" actual
'

test_expect_success 'a retracted ask stays closed' '
	test_tick && as ana async -C log retract "$(cat id)" &&
	test_unchanged 128 as ana async -C log reopen "$(cat id)" && test_grep "is retracted: post it anew" err
'

test_expect_success 'who is not asked, and what asks nobody' '
	as ana async -C log post -q --to ben "Ben alone" >id &&
	test_unchanged 128 as dee async -C log reopen "$(cat id)" && test_grep "does not ask you; it asks ben" err &&
	as ana async -C log post -q "A note" >note &&
	test_unchanged 128 as ana async -C log reopen "$(cat note)" && test_grep "it asks nobody" err &&
	test_unchanged 129 as ana async -C log reopen && test_unchanged 129 as ana async -C log reopen --for ben "$(cat id)"
'

test_expect_success 'in a dry run nothing is opened' '
	test_tick && as ben async -C log done "$(cat id)" &&
	test_unchanged 0 as ana async -C log reopen -n "$(cat id)" &&
	test_grep "^# $(cut -c1-7 id) reopened for ben" out && test_grep "^verb: reopen$" out
'

test_done
