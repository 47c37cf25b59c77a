#!/bin/sh
test_description='async retract and undo: as if it had not been written'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben chi dee &&
	test_tick 60 && as ana async -C log post -q --to ben,chi "Can we ship 2.4?" >id && cut -c1-7 id >short
'

test_expect_success 'there is nothing to undo yet' '
	test_unchanged 128 as ben async -C log undo && test_grep "there is nothing of yours to undo" err
'

test_expect_success 'an answer is undone: the part is open, due when it was' '
	test_tick && as ben async -C log done -q "$(cat id)" >mark &&
	test_tick && as ben async -C log undo >actual &&
	cat >expect <<-EOF &&
	$(cat short) took back: marked it done
	$(cat short) open again for you: due ~Tue 2026-03-03 10:00 UTC
	EOF
	test_cmp expect actual &&
	last_record >actual && test_grep "^verb: retract$" actual && test_grep "^target: $(cat mark)$" actual
'

test_expect_success 'a second undo brings it back' '
	test_tick && as ben async -C log undo >actual &&
	cat >expect <<-EOF &&
	$(cat short) put back: marked it done
	$(cat short) met again for you (done)
	EOF
	test_cmp expect actual &&
	test_tick && as ben async -C log undo >actual && test_grep "took back: marked it done" actual
'

test_expect_success 'a promise: the due time is the one before' '
	test_tick && as ben async -C log ack --by "fri 12:00" "$(cat id)" &&
	test_tick && as ben async -C log undo --dry-run >out &&
	cat >expect <<-EOF &&
	# $(cat short) took back: acked: an answer by Fri 2026-03-06 12:00 UTC
	# $(cat short) you: due ~Tue 2026-03-03 10:00 UTC, was Fri 12:00
	EOF
	grep "^#" out >actual && test_cmp expect actual &&
	as ben async -C log undo >actual && sed "s/^# //" expect >wanted && test_cmp wanted actual
'

test_expect_success 'a handing over: who got it owes nothing, and it is mine again' '
	test_tick && as ben async -C log assign --to dee "$(cat id)" &&
	test_tick && as ben async -C log undo >actual &&
	test_grep "took back: handed over to dee" actual && test_grep "open again for you" actual &&
	test_grep "no longer asked of dee" actual && as dee async -C log inbox >actual && test_must_be_empty actual
'

test_expect_success 'an extension, a reopening, the author'\''s done' '
	test_tick && as ana async -C log extend "$(cat id)" 1d &&
	test_tick && as ana async -C log undo >actual && test_grep "took back: gave 1d more" actual &&
	test_grep "ben: due ~Tue 2026-03-03 10:00 UTC, was Wed 10:00" actual &&
	test_tick && as ana async -C log done "$(cat id)" &&
	test_tick && as ana async -C log undo >actual && test_grep "open again for ben" actual &&
	test_grep "open again for chi" actual &&
	test_tick && as ben async -C log done "$(cat id)" &&
	test_tick && as ana async -C log reopen "$(cat id)" &&
	test_tick && as ana async -C log undo >actual && test_grep "took back: reopened it" actual &&
	test_grep "met again for ben (done)" actual
'

test_expect_success 'a request for more time' '
	test_tick && as chi async -C log extend "$(cat id)" 1d &&
	test_tick && as chi async -C log undo >actual && test_grep "took back: asked for 1d more" actual &&
	async -C log show "$(cat id)" >actual && test_grep ! "asks for 1d more" actual
'

test_expect_success 'tags, put on and taken off' '
	test_tick && as chi async -C log tag "$(cat id)" one two &&
	test_tick && as chi async -C log tag -d "$(cat id)" one &&
	test_tick && as chi async -C log undo >actual && test_grep "took back: took off the tag one" actual &&
	async -C log show "$(cat id)" >actual && test_grep "^Tags: *one, two$" actual
'

test_expect_success 'a new text' '
	test_tick && as ana async -C log edit --subject "Can we ship 2.5?" "$(cat id)" &&
	test_tick && as ana async -C log undo >actual && test_grep "took back: changed the text" actual &&
	async -C log show "$(cat id)" >actual && test_grep "^$(cat short) Can we ship 2.4?$" actual
'

test_expect_success 'time off is cancelled; that it was cannot be undone' '
	test_tick && as chi async -C log away tomorrow >/dev/null &&
	test_tick && as chi async -C log undo >actual && test_grep "chi is there again" actual &&
	test_tick && test_unchanged 128 as chi async -C log undo &&
	test_grep "cannot be undone: it is about time off that was cancelled" err && test_grep "hint: .*async away" err
'

test_expect_success 'what was said of a person is not undone, but said anew' '
	test_tick && as ana async -C log team edit dee name="Dee D" >/dev/null &&
	test_unchanged 128 as ana async -C log undo && test_grep "cannot be undone: it is about a person" err &&
	test_grep "hint: .*async team edit" err
'

test_expect_success 'undo <id> takes back one of mine; of somebody else'\''s it names mine' '
	test_tick && as ben async -C log reply -q -m "Which one?" "$(cat id)" >reply &&
	test_tick && as ben async -C log tag "$(cat id)" three &&
	test_unchanged 128 as ben async -C log undo "$(cat id)" && test_grep "is by ana: only they can take it back" err &&
	test_grep "hint: what you did there last is [0-9a-f]* (tagged it three)" err &&
	test_tick && as ben async -C log undo "$(cat reply)" >actual && test_grep "retracted$" actual &&
	test_unchanged 0 as ben async -C log undo "$(cat reply)" && test_grep "is taken back already" out
'

test_expect_success 'retract withdraws what was asked, and says of whom' '
	test_tick && as ana async -C log post -q --to ben,chi,dee "Wrong team" >id && cut -c1-7 id >short &&
	test_tick && as chi async -C log done "$(cat id)" &&
	test_tick && as ana async -C log retract -m "Sorry." "$(cat id)" >actual &&
	echo "$(cat short) retracted: withdrew what was asked of ben, dee" >expect && test_cmp expect actual &&
	as ben async -C log inbox >actual && test_grep ! "Wrong team" actual &&
	async -C log show "$(cat id)" >actual && test_grep "^State: *retracted" actual &&
	test_grep "ana retracted it$" actual
'

test_expect_success 'again: told, and nothing is written; and undone' '
	test_tick && test_unchanged 0 as ana async -C log retract "$(cat id)" && test_grep "is taken back already" out &&
	as ana async -C log undo >actual && test_grep "put it back" actual && test_grep "open again for ben" actual &&
	as ana async -C log show "$(cat id)" >actual && test_grep "^    taken back$" actual &&
	as ana async -C log log -n 2 >actual && test_grep "ana  retract  Wrong team  (taken back)$" actual
'

test_expect_success 'only its author may' '
	test_unchanged 128 as ben async -C log retract "$(cat id)" && test_grep "is by ana: only they can" err
'

test_expect_success 'several, from a list; -q; nothing if one is wrong' '
	for i in 1 2; do as ana async -C log post -q --to ben "Number $i" || return 1; done >ids &&
	as ben async -C log post -q "By Ben" >bens && { cat ids && cat bens; } >mixed &&
	test_unchanged 128 as ana async -C log retract --stdin <mixed && test_grep "is by ben" err &&
	test_tick && as ana async -C log retract -q --stdin <ids >marks && test_line_count = 2 marks
'

test_expect_success 'no id, no such record, a record about a person' '
	test_unchanged 129 as ana async -C log retract && test_unchanged 128 as ana async -C log undo 0123456 &&
	person=$(async -C log log --format="%(id) %(record)" | sed -n "s/ person$//p" | head -n 1) &&
	test_unchanged 128 as ana async -C log retract "$person" && test_grep "counts already: its date is not ahead any more" err &&
	test_grep "hint: say what is to hold now" err &&
	test_unchanged 128 as ana async -C log retract "$person" "$person" && test_grep "belongs to no thread" err &&
	test_grep "hint: .*changed by saying it anew" err
'

test_done
