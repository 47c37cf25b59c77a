#!/bin/sh
test_description='who is asked besides when an answer does not come: async-worktime(7) has the example'
. "${0%/*}/lib.sh"

# policy <when> <yaml>: what the policy says from then on
policy () {
	printf "%s\n" "async: 1" "kind: policy" "from: ana" "date: $1" "$2" | as ana async -C log write-record -
}

# parts <when>: who is asked, in the state that it has then, by which step, and for whom
parts () {
	at "$1" as ana async -C log show "$(cat id)" --json | python3 -c '
import json, sys
for part in json.load(sys.stdin)["parts"]:
    print(part["to"], part["state"], part["step"], part["escalated_for"] or "-", part["due"][:16])'
}

test_expect_success 'setup: ben is asked; after two hours leo is, and after four one of the leads' '
	create_log ana ben leo lea eve &&
	at "2026-03-02 08:00" as ana async -C log team edit leo groups+=leads &&
	at "2026-03-02 08:00" as ana async -C log team edit lea groups+=leads &&
	at "2026-03-02 08:30" as ana async -C log policy escalate standard after=2h to=leo,@leads &&
	at "2026-03-02 10:00" as ana async -C log post --to ben "Can we ship?" &&
	async -C log list --format="%(id)" >id
'

test_expect_success 'before the step he alone is asked' '
	echo "ben open 0 - 2026-03-03T10:00" >expect &&
	parts "2026-03-03 11:59" >actual &&
	test_cmp expect actual &&
	at "2026-03-03 11:59" as leo async -C log inbox >actual &&
	test_must_be_empty actual
'

test_expect_success 'when its moment comes nobody has to do anything: it is in the inbox' '
	cat >expect <<-EOF &&
	ben open 0 - 2026-03-03T10:00
	leo open 1 ben 2026-03-04T12:00
	EOF
	parts "2026-03-03 12:00" >actual &&
	test_cmp expect actual &&
	at "2026-03-03 12:00" as leo async -C log inbox --format="%(from) %(due:relative) %(step) %(escalated_for) %(missed:iso)" >actual &&
	echo "ana in 1d 1 ben 2026-03-03T10:00:00Z" >expect &&
	test_cmp expect actual
'

test_expect_success 'and so is the next one, of whom nobody is asked twice' '
	cat >expect <<-EOF &&
	ben open 0 - 2026-03-03T10:00
	leo open 1 ben 2026-03-04T12:00
	lea open 2 ben 2026-03-04T14:00
	EOF
	parts "2026-03-03 14:00" >actual &&
	test_cmp expect actual
'

test_expect_success 'it is shown, and told why' '
	at "2026-03-03 14:00" as ana async -C log show "$(cat id)" >actual &&
	grep "^leo .* escalated: ben has not answered$" actual &&
	at "2026-03-03 14:00" as ana async -C log status >actual &&
	grep "  leo  .*  escalated for ben$" actual &&
	at "2026-03-03 14:00" as ana async -C log why --for leo "$(cat id)" >actual &&
	grep "^Tue 2026-03-03 12:00 UTC  escalated, step 1: ben had not answered by Tue 2026-03-03 10:00 UTC: 1d" actual
'

test_expect_success 'a clock that goes back shows what was so then, and does not keep it' '
	echo "ben open 0 - 2026-03-03T10:00" >expect &&
	parts "2026-03-03 11:00" >actual &&
	test_cmp expect actual &&
	at "2026-03-03 11:00" as leo async -C log inbox >actual &&
	test_must_be_empty actual &&
	at "2026-03-03 14:00" as leo async -C log inbox >actual &&
	test_line_count = 1 actual &&
	at "2026-03-03 15:00" as leo async -C log inbox --at "2026-03-03 11:00" >actual &&
	test_must_be_empty actual
'

test_expect_success 'who comes into the group afterwards is not asked, nor by a policy written afterwards' '
	at "2026-03-03 15:00" as ana async -C log team edit eve groups+=leads &&
	policy 2026-03-03T15:00:01Z "escalate: {standard: {after: 1h, to: [eve]}}" &&
	parts "2026-03-03 16:00" >actual &&
	cut -d" " -f1-4 actual >people &&
	printf "%s\n" "ben open 0 -" "leo open 1 ben" "lea open 2 ben" >expect &&
	test_cmp expect people
'

test_expect_success 'a record that comes late counts from its own date on: the index finds what it changes' '
	printf "%s\n" "async: 1" "kind: person" "from: ana" "date: 2026-03-03T13:00:00Z" "person: eve" \
		"groups: {add: [leads]}" | as ana async -C log write-record - &&
	at "2026-03-03 16:00" as eve async -C log inbox --format="%(step) %(group) %(due:iso)" >actual &&
	echo "2 leads 2026-03-04T14:00:00Z" >expect &&
	test_cmp expect actual
'

test_expect_success 'an index that is made anew says the same' '
	at "2026-03-03 16:00" as ana async -C log list --json >expect &&
	at "2026-03-03 16:00" as ana async -C log status --json >>expect &&
	at "2026-03-03 16:00" as ana async -C log reindex &&
	at "2026-03-03 16:00" as ana async -C log list --json >actual &&
	at "2026-03-03 16:00" as ana async -C log status --json >>actual &&
	test_cmp expect actual
'

test_expect_success 'one of the leads answers for them; ben still owes his' '
	at "2026-03-03 16:10" as lea async -C log reply "$(cat id)" "I have asked him" &&
	parts "2026-03-03 16:20" >actual &&
	cut -d" " -f1-3 actual >people &&
	printf "%s\n" "ben open 0" "leo open 1" "eve withdrawn 2" "lea met 2" >expect &&
	test_cmp expect people
'

test_expect_success 'when ben answers, what came of it is withdrawn, and says so' '
	at "2026-03-03 16:30" as ben async -C log reply "$(cat id)" "yes" &&
	at "2026-03-03 16:40" as leo async -C log inbox >actual &&
	test_must_be_empty actual &&
	at "2026-03-03 16:40" as ana async -C log show "$(cat id)" >actual &&
	grep "^leo  *withdrawn  *answered by ben, today 16:30$" actual
'

test_expect_success 'years later nothing of it has changed' '
	parts "2026-03-03 16:40" >expect &&
	policy 2028-01-03T10:00:00Z "escalate: {standard: {after: 1h, to: [eve]}}" &&
	parts "2028-01-04 10:00" >actual &&
	test_cmp expect actual
'

test_done
