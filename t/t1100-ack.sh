#!/bin/sh
test_description='async ack: seen, and perhaps when an answer will come'
. "${0%/*}/lib.sh"

test_expect_success 'setup: on Monday at 09:00 Ana asks Ben and Chi' '
	create_log ana ben chi dee &&
	as ana async -C log post -q --to ben,chi "Can we ship 2.4?" >id &&
	as ana async -C log post -q "Only a note" >note
'

test_expect_success 'an ack is told, and is one commit' '
	git -C log rev-list --count async >before &&
	test_tick 60 && as ben async -C log ack "$(cut -c1-8 id)" >actual &&
	short=$(cut -c1-7 id) &&
	echo "$short acked" >expect && test_cmp expect actual &&
	echo "ack $short by ben" >expect && git -C log log -1 --format=%s async >actual && test_cmp expect actual &&
	echo $(($(cat before) + 1)) >expect && git -C log rev-list --count async >after && test_cmp expect after
'

test_expect_success 'the mark says what, by whom, on what' '
	mark=$(git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async) &&
	git -C log cat-file blob $mark >actual &&
	cat >expect <<-EOF &&
	async: 1
	kind: mark
	from: ben
	date: 2026-03-02T10:00:00Z
	target: $(cat id)
	verb: ack
	EOF
	test_cmp expect actual
'

test_expect_success 'acked already: it is told, and nothing is written' '
	git -C log rev-parse async >before &&
	test_tick && as ben async -C log ack "$(cat id)" >actual &&
	test_grep "is acked already, Mon 2026-03-02 10:00 UTC" actual &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'the part is still open, and overdue when it is' '
	at "2026-03-02 17:00" as ben async -C log overdue >actual && test_must_be_empty actual &&
	at "2026-03-02 17:01" as ben async -C log overdue --for ben >actual &&
	test_grep "Can we ship" actual && test_grep "acked$" actual
'

test_expect_success 'a promise moves the due time, and is told' '
	test_tick && as ben async -C log ack --by "thu 12:00" -m "After the on-call." "$(cat id)" >actual &&
	test_grep "acked: an answer by Thu 2026-03-05 12:00 UTC" actual &&
	at "2026-03-05 12:00" as ben async -C log overdue --for ben >actual && test_must_be_empty actual &&
	at "2026-03-05 12:01" as ben async -C log overdue --for ben >actual && test_line_count = 1 actual &&
	mark=$(git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async) &&
	git -C log cat-file blob $mark >actual &&
	test_grep "^by: 2026-03-05T12:00:00Z$" actual && test_grep "^note: After the on-call.$" actual
'

test_expect_success 'a date is after what it answers, whatever the clock says' '
	at "2026-03-02 08:00" as chi async -C log ack "$(cat id)" &&
	mark=$(git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async) &&
	git -C log cat-file blob $mark >actual && test_grep "^verb: ack" actual
'

test_expect_success 'several ids are one commit; what was done before is told' '
	for i in 1 2 3
	do
		as ana async -C log post -q --to ben "Number $i" || return 1
	done >ids &&
	git -C log rev-list --count async >before &&
	test_tick && as ben async -C log ack $(cat ids) "$(cat id)" >actual &&
	test_line_count = 4 actual && test_grep "acked already" actual &&
	echo $(($(cat before) + 1)) >expect && git -C log rev-list --count async >after && test_cmp expect after
'

test_expect_success 'ids come from standard input too' '
	as ana async -C log post -q --to ben "From a list" >new &&
	sed "s/$/ and more/" new >lines &&
	test_tick && as ben async -C log ack --stdin <lines >actual && test_grep "acked$" actual
'

test_expect_success ':/text and - name posts' '
	as ana async -C log post -q --to ben "Something rare" >new &&
	test_tick && as ben async -C log ack :/rare >actual && test_grep "^$(cut -c1-7 new) acked" actual &&
	test_tick && as ben async -C log ack - >actual && test_grep "^$(cut -c1-7 new) is acked already" actual
'

test_expect_success '--dry-run writes nothing' '
	as dee async -C log post -q --to ben,chi "Dry" >new && git -C log rev-parse async >before &&
	as ben async -C log ack --dry-run "$(cat new)" >actual && test_grep "^verb: ack$" actual &&
	test_grep "^# $(cut -c1-7 new) acked$" actual && async check-record actual &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success '-q prints the ids of the records alone, of what was written' '
	test_tick && as ben async -C log ack -q "$(cat new)" "$(cat id)" >actual && test_line_count = 1 actual &&
	git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async | sed "/^$/d" >expect &&
	test_cmp expect actual
'

test_expect_success 'what is one part to two ids is acked once' '
	as ana async -C log post -q --to ben "Twice" >new && test_tick &&
	as ana async -C log reply -q --to ben -m "Once more" "$(cat new)" >again && test_tick &&
	as ben async -C log ack "$(cat new)" "$(cat again)" >actual && test_line_count = 2 actual &&
	test_grep "acked$" actual && test_grep "is acked already" actual
'

test_expect_success 'a deputy may, and the record says for whom' '
	as ana async -C log team edit ben deputy=dee >/dev/null &&
	as ana async -C log post -q --to ben "For the deputy" >new &&
	test_tick && as dee async -C log ack --for ben "$(cat new)" >actual &&
	test_grep "acked for ben" actual &&
	mark=$(git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async) &&
	git -C log cat-file blob $mark >actual && test_grep "^for: ben$" actual && test_grep "^from: dee$" actual
'

# refused <who> <exit status> <message> <argument>...: an error, and the log is as it was.
refused () {
	who=$1 want=$2 message=$3 &&
	shift 3 &&
	git -C log rev-parse async >before &&
	test_expect_code "$want" as "$who" async -C log ack "$@" >out 2>err &&
	test_grep -e "$message" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'nobody else may' '
	refused chi 128 "you cannot answer for ben" --for ben "$(cat new)"
'
test_expect_success 'what does not ask you says whom it asks' '
	refused dee 128 "does not ask you; it asks ben, chi" "$(cat id)" &&
	refused dee 128 "does not ask you; it asks nobody" "$(cat note)"
'
test_expect_success 'the deputy is told about --for' '
	as ana async -C log post -q --to ben "Hint" >new && refused dee 128 "does not ask you" "$(cat new)" &&
	test_grep "hint: you are the deputy of ben: use --for ben" err
'
test_expect_success 'one that is wrong leaves the others alone' '
	refused ben 128 "does not ask you" "$(cat new)" "$(cat note)"
'
test_expect_success 'an id that nobody has, one that is none, none at all' '
	refused ben 128 "no record .0123456." 0123456 &&
	refused ben 128 "is not the id of a record" xyzzy &&
	refused ben 128 "no open post" ":/nothing like this" &&
	test_grep ! "^hint: one that is not open" err &&
	refused ben 129 "which record"
'
test_expect_success 'where no post is open that is about it, one that is not is named' '
	settled=$(as ana async -C log post -q --to ben "Over and done") &&
	as ana async -C log retract $settled &&
	refused ben 128 "no open post has .Over and.*" ":/Over and" &&
	test_grep "hint:.*$(echo $settled | cut -c1-7) .* by ana: Over and done" err
'
test_expect_success 'a promise that is past is refused' '
	refused ben 128 "is past" --by "2026-02-01 10:00" "$(cat new)"
'

test_expect_success 'an ambiguous id lists the candidates' '
	i=0 && while test $i -lt 700; do echo "async: 1
kind: post
from: ana
date: 2026-03-02T09:00:00Z
subject: number $i
---"; i=$((i + 1)); done | sed "\$d" >log/stream &&
	as ana async -C log write-record --batch stream >ids &&
	prefix=$(cut -c1-4 ids | sort | uniq -d | head -n 1) &&
	test -n "$prefix" &&
	refused ben 128 "the id .$prefix. is ambiguous" "$prefix" &&
	test_grep "^hint:   $prefix[0-9a-f]* 2026-03-02 post by ana: number" err
'

test_done
