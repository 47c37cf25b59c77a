#!/bin/sh
test_description='async done: settled by who is asked, withdrawn by who asks'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben chi &&
	as ana async -C log post -q --to ben,chi "Review the plan" >id
'

test_expect_success 'done settles my part and nobody else'\''s' '
	test_tick && as ben async -C log done -m "Looks good." "$(cat id)" >actual &&
	echo "$(cut -c1-7 id) done" >expect && test_cmp expect actual &&
	as ben async -C log inbox >actual && test_must_be_empty actual &&
	as chi async -C log inbox >actual && test_line_count = 1 actual
'

test_expect_success 'again: told, nothing written' '
	git -C log rev-parse async >before &&
	test_tick && as ben async -C log done "$(cat id)" >actual &&
	test_grep "is met already (done)" actual &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'done by the author withdraws what is open' '
	test_tick && as ana async -C log done "$(cat id)" >actual &&
	test_grep "withdrew what was asked of chi$" actual &&
	as chi async -C log inbox >actual && test_must_be_empty actual &&
	test_tick && as ana async -C log done "$(cat id)" >actual && test_grep "nothing is open" actual &&
	test_tick && as chi async -C log done "$(cat id)" >actual && test_grep "is withdrawn already" actual
'

test_expect_success 'one of a group is enough' '
	as ana async -C log team edit ben groups=backend >/dev/null &&
	as ana async -C log team edit chi groups=backend >/dev/null &&
	test_tick && as ana async -C log post -q --to @backend "Who takes it?" >id &&
	as ben async -C log inbox >actual && test_line_count = 1 actual &&
	test_tick && as ben async -C log done "$(cat id)" &&
	as chi async -C log inbox >actual && test_must_be_empty actual
'

test_expect_success 'an approval is not given by done' '
	test_tick && as ana async -C log post -q --to ben --need approval "The budget" >id &&
	git -C log rev-parse async >before &&
	test_expect_code 128 as ben async -C log done "$(cat id)" 2>err &&
	test_grep "needs an approval" err &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'who is neither asked nor asking is refused' '
	test_expect_code 128 as chi async -C log done "$(cat id)" 2>err &&
	test_grep "does not ask you; it asks ben" err
'

test_expect_success 'what the author owes themselves is not withdrawn' '
	test_tick && own=$(as ana async -C log post -q --to ben "Mine too") &&
	test_tick && as ben async -C log reply --to ana -m "Which one?" "$own" >/dev/null &&
	test_tick && as ana async -C log done "$own" >actual && test_grep " done$" actual
'

test_done
