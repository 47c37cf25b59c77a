#!/bin/sh
test_description='async assign: hand a part over'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben chi:Asia/Tokyo dee eve &&
	as ana async -C log post -q --to ben,dee --within 1d "Who looks at it?" >id && cut -c1-7 id >short
'

test_expect_success 'my part goes over, with the same expectation in their calendar' '
	at "2026-03-02 12:00" as ben async -C log assign --to chi -m "I am on call." "$(cat id)" >actual &&
	echo "$(cat short) handed over to chi: due ~Tue 2026-03-03 17:00 JST (08:00 UTC)" >expect &&
	test_cmp expect actual && last_record >actual &&
	test_grep "^to: \[chi\]$" actual && test_grep "^note: I am on call.$" actual &&
	async -C log show "$(cat id)" >actual &&
	test_grep "ben  met  *handed over to chi" actual && test_grep "chi  open" actual &&
	as chi async -C log inbox >actual && test_grep "Who looks at it" actual
'

test_expect_success 'handed over already: told, and nothing is written' '
	test_tick && test_unchanged 0 as ben async -C log assign --to eve "$(cat id)" &&
	echo "$(cat short) is met already (handed over to chi)" >expect && test_cmp expect out
'

test_expect_success 'who was asked as well keeps their due time' '
	at "2026-03-02 13:00" as chi async -C log assign --to dee "$(cat id)" >actual &&
	test_grep "handed over to dee, who was asked already: due ~Mon 2026-03-02 17:00 UTC" actual
'

test_expect_success 'who asked hands over the only part that is open' '
	at "2026-03-02 14:00" as ana async -C log assign --to eve "$(cat id)" >actual &&
	test_grep "handed over to eve: due" actual && async -C log show "$(cat id)" >actual &&
	test_grep "dee  met  *handed over to eve" actual
'

test_expect_success 'or says whose' '
	as ana async -C log post -q --to ben,chi "Two of you" >id && cut -c1-7 id >short &&
	test_unchanged 128 as ana async -C log assign --to dee "$(cat id)" &&
	test_grep "is open for ben, chi: whose part is handed over?" err && test_grep "hint: --for <who>" err &&
	test_tick && as ana async -C log assign --for ben --to dee "$(cat id)" >actual &&
	test_grep "handed over to dee" actual && last_record >actual && test_grep "^for: ben$" actual &&
	async -C log show "$(cat id)" >actual && test_grep "ana handed the part of ben over to dee$" actual
'

test_expect_success 'nobody else may, not even the deputy' '
	as ana async -C log team edit chi deputy=eve >/dev/null &&
	test_unchanged 128 as eve async -C log assign --for chi --to dee "$(cat id)" &&
	test_grep "you cannot hand over the part of chi" err && test_grep "hint: only chi can, or ana, who asked" err &&
	test_unchanged 128 as eve async -C log assign --to dee "$(cat id)" && test_grep "does not ask you" err
'

test_expect_success 'not to who has it, to a group, to a stranger, to one who left, to nobody' '
	test_unchanged 128 as chi async -C log assign --to chi "$(cat id)" &&
	test_grep "it is the part of chi already" err &&
	test_unchanged 128 as chi async -C log assign --to @backend "$(cat id)" && test_grep "not to a group" err &&
	test_unchanged 128 as chi async -C log assign --to bne "$(cat id)" && test_grep "did you mean .ben.?" err &&
	at "2026-03-02 15:00" as ana async -C log team leave eve >/dev/null &&
	at "2026-03-02 15:01" test_unchanged 128 as chi async -C log assign --to eve "$(cat id)" &&
	test_grep "eve has left the team" err &&
	test_unchanged 129 as chi async -C log assign "$(cat id)" && test_grep "hand it over to whom" err
'

test_expect_success 'to several: each owes an answer; to an address that is new' '
	as ana async -C log post -q --to ben "For more" >id && test_tick &&
	as ben async -C log assign --to dee,fay@example.com "$(cat id)" >actual && test_line_count = 2 actual &&
	test_grep "handed over to dee: due" actual && test_grep "handed over to fay@example.com: due ~" actual
'

test_expect_success 'several ids' '
	for i in 1 2; do as ana async -C log post -q --to ben "Number $i" || return 1; done >ids && test_tick &&
	as ben async -C log assign -q --to dee --stdin <ids >marks && test_line_count = 2 marks
'

test_done
