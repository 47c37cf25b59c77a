#!/bin/sh
test_description='clocks that are wrong, jump or change their zone: order and due times stay, and nothing wraps'
. "${0%/*}/lib.sh"

# It is loaded ahead of all else, which sanitizers do not allow.
if faketime "2026-05-04 10:00:00" async --version >/dev/null 2>&1
then
	test_set_prereq FAKETIME
fi

# now <instant> <command>...: our clock shows that.
now () {
	(ASYNC_NOW=$1 && shift && "$@")
}

# due <repository> <id>: when it is due, as programs see it.
due () {
	async -C "$1" list state:all --json >listed && sed -n "s/.*\"id\":\"$2\".*\"due\":\"\([^\"]*\)\".*/\1/p" listed
}

test_expect_success 'setup: an ask on Monday, due in a working day' '
	create_log ana ben:Europe/Berlin && as ana async -C log post -q --to ben --within 1d "Asked on Monday" >id &&
	due log "$(cat id)" >due && test -s due
'

test_expect_success 'a clock that is a day slow or fast: what is due when stays, what is late follows the clock' '
	now 2026-03-01T09:00:00Z due log "$(cat id)" >actual && test_cmp due actual &&
	now 2026-03-03T18:00:00Z due log "$(cat id)" >actual && test_cmp due actual &&
	now 2026-03-01T09:00:00Z async -C log overdue >actual && test_must_be_empty actual &&
	now 2026-03-03T18:00:00Z async -C log overdue >actual && test_grep "Asked on Monday" actual
'

test_expect_success 'an answer by a slow clock comes after what it answers, also a jump back between two commands' '
	now 2026-03-01T20:00:00Z as ben async -C log ack -q "$(cat id)" >ack && now 2026-03-01T19:59:00Z as ben async -C log done -q "$(cat id)" >answer &&
	now 2026-03-02T12:00:00Z async -C log show "$(cat id)" >actual && test_grep "^State: *met" actual &&
	for verb in ack answer
	do
		async -C log cat-record "$(cat $verb)" | sed -n "s/^date: //p"
	done >dates && sort -u dates >sorted && test_cmp sorted dates && test_line_count = 2 dates
'

test_expect_success 'the ends of time: 1970, 2038, 2100' '
	git init -q ends && now 1970-01-01T00:00:00Z as ana async -C ends init -q &&
	for year in 1970-01-01T00:00:01Z 2038-01-19T03:14:07Z 2038-01-19T03:14:08Z 2100-12-30T09:00:00Z
	do
		now $year as ana async -C ends post -q "At $year" >id.end &&
		now $year async -C ends cat-record "$(cat id.end)" >record && test_grep "^date: $year" record || return 1
	done &&
	now 2100-12-31T00:00:00Z async -C ends log --json >rows && sed -n "s/.*\"subject\":\"At \([^\"]*\).*/\1/p" rows >actual &&
	sort -r actual >expect && test_cmp expect actual && test_line_count = 4 actual &&
	git -C ends log --format="%ct" --grep="At 2038-01-19T03:14:08Z" async >actual && echo 2147483648 >expect && test_cmp expect actual
'

test_expect_success 'outside of them is an error, and nothing is written' '
	for year in 1969-12-31T23:59:59Z 2101-01-01T00:00:00Z 2106-02-07T06:28:16Z 10000-01-01T00:00:00Z nonsense
	do
		export year && (ASYNC_NOW=$year && test_unchanged 128 async -C log post "No" && test_grep "^async: .*ASYNC_NOW is .$year" err) || return 1
	done
'

test_expect_success 'a record from a clock ahead waits until its day, and moves nobody along' '
	as ana async -C log post -q --to ben "Who is ahead?" >ask && now 2027-03-02T09:00:00Z as ben async -C log done -q "$(cat ask)" >ahead &&
	async -C log show "$(cat ask)" >actual && test_grep "^State: *open" actual && test_tick &&
	as ben async -C log ack -q "$(cat ask)" >ack && async -C log cat-record "$(cat ack)" >record && test_grep "^date: 2026-03-02T09:01:00Z" record &&
	now 2027-03-02T09:00:00Z async -C log show "$(cat ask)" >actual && test_grep "^State: *met" actual
'

test_expect_success 'whatever zone the machine is in, the same is due, in the same order' '
	async -C log list state:all --json >expect &&
	for zone in UTC Asia/Tokyo America/New_York Pacific/Kiritimati Pacific/Pago_Pago Asia/Kathmandu ":/no/such" ""
	do
		TZ=$zone async -C log list state:all --json >actual && test_cmp expect actual || return 1
	done
'

test_expect_success 'in the nights of both clock changes' '
	for night in 2026-03-29T00:59:59Z 2026-03-29T01:00:00Z 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z
	do
		TZ=Europe/Berlin now $night as ana async -C log post -q --to ben "In the night $night" >>night || return 1
	done &&
	for id in $(cat night)
	do
		async -C log cat-record $id | sed -n "s/^date: //p"
	done >actual && sort -u actual >expect && test_cmp expect actual && test_line_count = 4 actual &&
	for id in $(cat night)
	do
		now 2026-11-01T09:00:00Z due log $id
	done | sort -u >actual && printf "%s\n" 2026-03-30T15:00:00Z 2026-10-26T16:00:00Z >expect && test_cmp expect actual
'

test_expect_success 'a commit whose clock is not that of its record: verify says by how much, and the record counts' '
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-03-02T09:00:00Z\ntype: note\nsubject: by another clock\n" >other &&
	GIT_COMMITTER_DATE="2026-03-04T09:00:00Z" GIT_AUTHOR_DATE="2026-03-04T09:00:00Z" GIT_COMMITTER_EMAIL=ana@example.com GIT_AUTHOR_EMAIL=ana@example.com plant log other >planted &&
	test_expect_code 1 async -C log verify >actual && test_grep "^date: post $(cut -c1-7 planted) is dated 2 days before its commit" actual &&
	async -C log list >actual && test_grep "by another clock" actual
'

test_expect_success FAKETIME 'git and async by one false clock, which jumps back between two commands' '
	unset ASYNC_NOW && git clone -q -b async log false && git -C false config user.email ben@example.com && git -C false config user.name ben &&
	faketime "2026-05-04 10:00:00" async -C false post -q --to ana "By a false clock" >first 2>err &&
	faketime "2026-05-04 10:00:01" git -C false commit -q --allow-empty -m "by git" &&
	faketime "2026-05-03 10:00:00" async -C false done -q "$(cat first)" >second 2>err &&
	faketime "2026-05-04 12:00:00" async -C false show "$(cat first)" >actual 2>err && test_grep "^State: *withdrawn" actual &&
	git -C false log -3 --date=format:%F --format=%cd async >actual && printf "%s\n" 2026-05-03 2026-05-04 2026-05-04 >expect &&
	test_cmp expect actual && test_must_fail faketime "2106-02-07 07:00:00" async -C false list 2>err && test_grep "does not show a year from 1970 to 2100" err
'

test_done
