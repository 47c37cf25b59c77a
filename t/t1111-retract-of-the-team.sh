#!/bin/sh
test_description='async retract and undo of what was said of people, calendars and the policy, before its date'
. "${0%/*}/lib.sh"

# ahead <who> <kind> <line>...: that person writes a record that is dated in 20 hours; prints its id.
ahead () {
	ahead_who=$1 ahead_kind=$2 && shift 2 &&
	printf "%s\n" "async: 1" "kind: $ahead_kind" "from: $ahead_who" "date: 2026-03-03T05:00:00Z" "$@" |
		as "$ahead_who" async -C log write-record -
}

# retraction <who> <date> <target>: a retract as it is written by hand.
retraction () {
	printf "async: 1\nkind: mark\nfrom: %s\ndate: %s\ntarget: %s\nverb: retract\n" "$@"
}

# why_not <id>: what the log says of a record.
why_not () {
	async -C log log --format="%(id) %(why_not)" | sed -n "s/^$1 *//p"
}

state () {
	async -C log policy && async -C log team --format="%(person) %(name)" && async -C log away --json && async -C log calendar
}

everything () {
	async -C log log --format="%(id) %(why_not)" && state
}

# The index that has grown and one from nothing say the same.
same_from_nothing () {
	everything >grown && async -C log reindex >/dev/null && everything >anew && test_cmp anew grown
}

test_expect_success 'setup: Ana, who maintains; Ben' '
	create_log ana ben && as ana async -C log policy level urgent within=2h && state >before
'

test_expect_success 'each kind: as if it had not been written' '
	for record in "policy|levels: {urgent: {within: 1h}}" "calendar|calendar: de|holidays: {add: [2026-04-03]}" \
		"person|person: ben|name: Benedict" "away|person: ana|away: [{from: 2026-05-04}]"
	do
		test_tick && id=$(IFS="|"; set -f; ahead ana $record) && state >actual && ! cmp -s before actual &&
		test_tick && as ana async -C log retract -m "The clock was wrong." $id >actual &&
		echo "$(echo $id | cut -c1-7) retracted: it will not count" >expect && test_cmp expect actual &&
		state >actual && test_cmp before actual && test "$(why_not $id)" = retracted && same_from_nothing ||
		{ echo "$record"; return 1; }
	done
'

test_expect_success 'it stays so when its date has come; and at a time before it was taken back it counts' '
	at "2026-03-04 09:00" state >actual && at "2026-03-04 09:00" async -C log reindex && at "2026-03-04 09:00" state >anew &&
	test_cmp actual anew && test_grep ! "Benedict\|within: 1h" actual &&
	async -C log --at "2026-03-02 09:01" policy >actual && test_grep "within: 2h" actual
'

test_expect_success 'undo takes that back, and undo again' '
	test_tick && id=$(ahead ana policy "levels: {urgent: {within: 30m}}") && state >with &&
	as ana async -C log retract -q $id >mark && as ana async -C log undo >actual &&
	echo "$(cut -c1-7 mark) taken back: what it took back counts again" >expect && test_cmp expect actual &&
	state >actual && test_cmp with actual && same_from_nothing &&
	test_tick && as ana async -C log undo $id >actual && test_grep "retracted: it will not count" actual &&
	state >actual && test_cmp before actual && same_from_nothing
'

test_expect_success 'again: told, and nothing is written; -n writes nothing' '
	test_unchanged 0 as ana async -C log retract $id && test_grep "is taken back already" out &&
	test_tick && id=$(ahead ana policy "levels: {urgent: {within: 45m}}") &&
	test_unchanged 0 as ana async -C log retract -n $id && test_grep "^verb: retract$" out
'

test_expect_success 'only its author may, who is a maintainer or not' '
	test_unchanged 128 as ben async -C log retract $id && test_grep "is by ana: only they can take it back" err &&
	retraction ben 2026-03-02T10:00:00Z $id | as ben async -C log write-record - >mark &&
	test "$(why_not "$(cat mark)")" = "only its author may retract it" && test -z "$(why_not $id)" && same_from_nothing
'

test_expect_success 'nor may anybody in the name of its author: who commits is looked at' '
	retraction ana 2026-03-02T10:00:00Z $id | as ben async -C log write-record - >mark &&
	test "$(why_not "$(cat mark)")" = "MISMATCH: committed by ben@example.com" && test -z "$(why_not $id)" && same_from_nothing
'

test_expect_success 'when its date is not ahead any more: refused, with what to do; and by hand it does not count' '
	at "2026-03-03 05:00" test_unchanged 128 as ana async -C log retract $id &&
	test_grep "counts already: its date is not ahead any more" err && test_grep "^hint: say what is to hold now" err &&
	retraction ana 2026-03-03T05:00:00Z $id | at "2026-03-03 05:00" as ana async -C log write-record - >mark &&
	test "$(at "2026-03-03 06:00" why_not "$(cat mark)")" = "its date is not ahead any more" &&
	at "2026-03-03 06:00" async -C log policy >actual && test_grep "within: 45m" actual
'

test_expect_success 'a retract that comes before what it is about: it counts once both are there' '
	state >before && tip=$(git -C log rev-parse async) && id=$(ahead ana policy "levels: {urgent: {within: 15m}}") &&
	policy=$(git -C log rev-parse async) && git -C log update-ref refs/heads/async $tip && state >actual && test_cmp before actual &&
	retraction ana 2026-03-02T11:00:00Z $id | as ana async -C log write-record - >mark && everything >/dev/null &&
	as ana async -C log merge-logs $policy && state >actual && test_cmp before actual &&
	test "$(why_not $id)" = retracted && test -z "$(why_not "$(cat mark)")" && same_from_nothing
'

test_expect_success 'several at a time are not' '
	test_unchanged 128 as ana async -C log retract $id "$(cat mark)"
'

test_expect_success 'a chain of a thousand that somebody wrote costs no time' '
	create_log zoe && mv log long && ASYNC_NOW=2026-03-02T09:00:00Z &&
	as zoe async -C long me zone=Asia/Tokyo >out && target=$(git -C long ls-tree -r --name-only async log | head -1 | sed "s,.*/,,; s,\.yaml,,") &&
	python3 - $target >stream <<-\EOF &&
	import hashlib, sys
	target = sys.argv[1]
	for i in range(1200):
	    text = f"async: 1\nkind: mark\nfrom: zoe\ndate: 2026-03-02T08:{i // 60:02}:{i % 60:02}Z\ntarget: {target}\nverb: retract\n"
	    target = hashlib.sha1(b"blob %d\0" % len(text) + text.encode()).hexdigest()
	    print("---\n" + text, end="")
	EOF
	as zoe async -C long write-record --batch - <stream >out && timeout 60 async -C long team >grown &&
	rm -f long/.git/async/index.db* && timeout 60 async -C long team >anew && test_cmp grown anew
'

test_done
