#!/bin/sh
test_description='async approve, reject and read: yes, no, and seen'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Ana asks Ben and Chi for an approval' '
	create_log ana ben:Africa/Lagos chi dee &&
	as ana async -C log post -q --to ben,chi --need approval "The budget" >id &&
	cut -c1-7 id >short
'

test_expect_success 'approve settles my part, and is one commit' '
	test_tick && as ben async -C log approve "$(cat id)" >actual &&
	echo "$(cat short) approved" >expect && test_cmp expect actual &&
	echo "approve $(cat short) by ben" >expect && git -C log log -1 --format=%s async >actual &&
	test_cmp expect actual &&
	last_record >actual && test_grep "^verb: approve$" actual && test_grep ! "^note" actual
'

test_expect_success 'again: told, and nothing is written' '
	test_tick && test_unchanged 0 as ben async -C log approve "$(cat id)" &&
	test_grep "is met already (approved), Mon 2026-03-02 10:01 WAT" out
'

test_expect_success 'reject takes a reason by -m' '
	test_tick && as chi async -C log reject -m "Too much." "$(cat id)" >actual &&
	echo "$(cat short) rejected" >expect && test_cmp expect actual &&
	last_record >actual && test_grep "^verb: reject$" actual && test_grep "^note: Too much.$" actual
'

test_expect_success 'who has decided may think better of it' '
	test_tick && as chi async -C log approve -m "With the discount." "$(cat id)" >actual &&
	echo "$(cat short) approved (was rejected)" >expect && test_cmp expect actual &&
	async -C log show "$(cat id)" >actual && test_grep "chi  met  approved" actual
'

test_expect_success 'reject without -m reads the reason from standard input' '
	test_tick && as ana async -C log post -q --to ben --need approval "The party" >id && cut -c1-7 id >short &&
	test_tick && echo "Not in March." | as ben async -C log reject "$(cat id)" >actual &&
	echo "$(cat short) rejected" >expect && test_cmp expect actual &&
	last_record >actual && test_grep "^note: Not in March.$" actual
'

test_expect_success 'or from the editor, which says what it is about' '
	test_tick && as ana async -C log post -q --to ben,chi --need approval "The trip" >id && cut -c1-7 id >short &&
	cat >editor <<-\EOF &&
	#!/bin/sh
	cp "$1" ../template && echo "Too far." >"$1"
	EOF
	chmod +x editor &&
	test_tick && GIT_EDITOR="\"$PWD/editor\"" as ben test_terminal async -C log reject "$(cat id)" >actual &&
	test_grep "^$(cat short) rejected" actual &&
	test_grep "^# Why do you reject it?" template && test_grep "^#   $(cat short) The trip$" template &&
	last_record >actual && test_grep "^note: Too far.$" actual
'

test_expect_success 'an empty reason aborts' '
	test_tick && test_unchanged 128 as chi async -C log reject "$(cat id)" </dev/null &&
	test_grep "aborting: the text is empty" err
'

test_expect_success 'what is settled already asks for no reason' '
	test_unchanged 0 as ben async -C log reject "$(cat id)" </dev/null &&
	test_grep "is met already (rejected)" out
'

test_expect_success 'with --stdin the reason must be given otherwise' '
	test_unchanged 129 as chi async -C log reject --stdin <id && test_grep "give the text with -m or --file" err &&
	test_tick && as chi async -C log reject --stdin -m "No." <id >actual && test_grep "rejected$" actual
'

test_expect_success 'a yes is good for a reply, too; not for what is to be done' '
	test_tick && as ana async -C log post -q --to ben "Tea?" >tea &&
	test_tick && as ben async -C log approve "$(cat tea)" >actual && test_grep "approved$" actual &&
	test_tick && as ana async -C log post -q --to ben --need done "The dishes" >dishes &&
	test_unchanged 128 as ben async -C log approve "$(cat dishes)" &&
	test_grep "needs to be done: .approve. would not settle it" err &&
	test_grep "hint: .async done $(cut -c1-7 dishes). does" err
'

test_expect_success 'done is no approval, and says what is' '
	test_tick && as ana async -C log post -q --to ben --need approval "The plan" >plan &&
	test_unchanged 128 as ben async -C log done "$(cat plan)" &&
	test_grep "needs an approval" err && test_grep "hint: .async approve " err
'

test_expect_success 'one of a group approves for all' '
	as ana async -C log team edit ben groups=backend >/dev/null &&
	as ana async -C log team edit chi groups=backend >/dev/null &&
	test_tick && as ana async -C log post -q --to @backend --need approval "One of you" >group &&
	test_tick && as chi async -C log approve "$(cat group)" &&
	test_unchanged 0 as ben async -C log approve "$(cat group)" &&
	test_grep "is withdrawn already (answered by chi)" out
'

test_expect_success 'the deputy approves on behalf, and nobody else' '
	test_unchanged 128 as dee async -C log approve --for ben "$(cat plan)" &&
	test_grep "you cannot answer for ben" err &&
	as ana async -C log team edit ben deputy=dee >/dev/null &&
	test_tick && as dee async -C log approve --for ben "$(cat plan)" >actual &&
	test_grep "approved for ben$" actual && last_record >actual && test_grep "^for: ben$" actual
'

test_expect_success 'who is not asked is refused, and told who is' '
	test_unchanged 128 as dee async -C log approve "$(cat id)" && test_grep "does not ask you; it asks ben, chi" err
'

test_expect_success 'reading settles what is only to be read' '
	test_tick && as ana async -C log post -q --to ben,chi --need read "The minutes" >id && cut -c1-7 id >short &&
	test_tick && as ben async -C log read "$(cat id)" >actual &&
	echo "$(cat short) read" >expect && test_cmp expect actual &&
	test_unchanged 0 as ben async -C log read "$(cat id)" && test_grep "is met already (read)" out
'

test_expect_success 'else it says what is still needed' '
	test_tick && as ana async -C log post -q --to ben "A question" >id && cut -c1-7 id >short &&
	test_tick && as ben async -C log read "$(cat id)" >actual &&
	echo "$(cat short) read; it still needs a reply" >expect && test_cmp expect actual &&
	as ben async -C log inbox >actual && test_grep "A question" actual &&
	test_unchanged 0 as ben async -C log read "$(cat id)" && test_grep "is read already" out
'

test_expect_success 'anybody may read a note; my own is mine' '
	test_tick && as ana async -C log post -q "A note" >note &&
	test_tick && as dee async -C log read "$(cat note)" >actual && test_grep "read$" actual &&
	test_unchanged 0 as dee async -C log read "$(cat note)" && test_grep "is read already" out &&
	test_unchanged 0 as ana async -C log read "$(cat note)" && test_grep "is your own" out
'

test_expect_success 'several at once, -q and --dry-run' '
	for i in 1 2 3
	do
		as ana async -C log post -q --to ben --need approval "Number $i" || return 1
	done >ids &&
	test_unchanged 0 as ben async -C log approve --dry-run --stdin <ids &&
	grep "^verb: approve" out >verbs && test_line_count = 3 verbs &&
	git -C log rev-list --count async >before && test_tick &&
	as ben async -C log approve -q --stdin <ids >marks && test_line_count = 3 marks &&
	echo $(($(cat before) + 1)) >expect && git -C log rev-list --count async >after && test_cmp expect after &&
	for id in $(cat marks); do git -C log cat-file blob $id >mark && test_grep "^verb: approve" mark || return 1; done
'

test_expect_success 'a mark means the post it is about' '
	test_tick && as ana async -C log post -q --to ben,chi "By a mark" >id &&
	test_tick && as ben async -C log ack -q "$(cat id)" >mark &&
	test_tick && as chi async -C log approve "$(cat mark)" >actual && test_grep "^$(cut -c1-7 id) approved$" actual
'

test_expect_success 'no record, and no id' '
	test_unchanged 128 as ben async -C log approve 0123456 && test_grep "no record" err &&
	test_unchanged 129 as ben async -C log reject -m "x" && test_grep "which record" err &&
	test_unchanged 128 as ben async -C log read "$(as ana async -C log log --format="%(id) %(record)" |
		sed -n "s/ person$//p" | head -n 1)" && test_grep "belongs to no thread" err
'

test_done
