#!/bin/sh
test_description='async tag: put tags on, take them off'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben chi &&
	as ana async -C log post -q --to ben --tag release "Can we ship 2.4?" >id && cut -c1-7 id >short
'

test_expect_success 'anybody tags, with several at once' '
	test_tick && as chi async -C log tag "$(cat id)" state/doing urgent >actual &&
	echo "$(cat short) tagged state/doing, urgent" >expect && test_cmp expect actual &&
	last_record >actual && test_grep "^tags: \[state/doing, urgent\]$" actual &&
	async -C log show "$(cat id)" >actual && test_grep "^Tags: *release, state/doing, urgent$" actual
'

test_expect_success 'there already: told; only what is new is written' '
	test_tick && test_unchanged 0 as ben async -C log tag "$(cat id)" urgent release &&
	echo "$(cat short) is tagged urgent, release already" >expect && test_cmp expect out &&
	as ben async -C log tag "$(cat id)" urgent new new >actual &&
	printf "%s tagged new\n%s is tagged urgent already\n" "$(cat short)" "$(cat short)" >expect &&
	test_cmp expect actual && last_record >actual && test_grep "^tags: \[new\]$" actual
'

test_expect_success '-d takes them off; what is not there is told' '
	test_tick && as ana async -C log tag -d "$(cat id)" new release >actual &&
	echo "$(cat short) no longer tagged new, release" >expect && test_cmp expect actual &&
	last_record >actual && test_grep "^verb: untag$" actual &&
	test_tick && test_unchanged 0 as ana async -C log tag -d "$(cat id)" new &&
	echo "$(cat short) is not tagged new" >expect && test_cmp expect out &&
	async -C log show "$(cat id)" >actual && test_grep "^Tags: *state/doing, urgent$" actual
'

test_expect_success 'lists find it, and find it no more' '
	async -C log list --tag urgent >actual && test_line_count = 1 actual &&
	async -C log list --tag release >actual && test_must_be_empty actual
'

test_expect_success 'with --tag all operands are ids, with --stdin none is' '
	for i in 1 2 3; do as ana async -C log post -q "Number $i" || return 1; done >ids &&
	test_tick && as ben async -C log tag -t one,two $(cat ids) >actual && test_line_count = 3 actual &&
	test_grep "tagged one, two$" actual &&
	test_tick && as ben async -C log tag --stdin archive <ids >actual && test_line_count = 3 actual &&
	test_tick && as ben async -C log tag --stdin -d --tag one <ids >actual && test_line_count = 3 actual &&
	async -C log list --tag archive >actual && test_line_count = 3 actual
'

test_expect_success 'what one command says twice is written once' '
	test_tick && as ben async -C log reply -q -m "Yes." "$(cat id)" >reply &&
	test_tick && as ben async -C log tag -q -t both "$(cat id)" "$(cat reply)" >marks && test_line_count = 1 marks
'

test_expect_success 'no tag, no id, none that is one' '
	test_unchanged 129 as ana async -C log tag "$(cat id)" && test_grep "which tag" err &&
	test_unchanged 129 as ana async -C log tag && test_grep "which tag" err &&
	test_unchanged 129 as ana async -C log tag --tag x && test_grep "which record" err &&
	test_unchanged 128 as ana async -C log tag nothing x && test_grep "is not the id of a record" err &&
	test_unchanged 128 as ana async -C log tag "$(cat id)" "two words" && test_grep "tag" err &&
	test_unchanged 128 as ana async -C log tag "$(cat id)" "" && test_grep "tag" err
'

test_expect_success 'in a dry run nothing is tagged' '
	test_unchanged 0 as ana async -C log tag -n "$(cat id)" later &&
	test_grep "^# $(cat short) tagged later$" out && test_grep "^verb: tag$" out
'

test_done
