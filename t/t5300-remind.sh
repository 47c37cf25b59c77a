#!/bin/sh
test_description='async remind: what is to be said to whom now, by every clock'
. "${0%/*}/lib.sh"

test_expect_success 'setup: four people in four zones' '
	create_log ana ben:Europe/Berlin chi:Asia/Tokyo dee:America/New_York
'

# said <time>: who is told what then, without writing it down.
said () {
	at "$1" async -C log remind --format="%(to) %(stage) %(subject)"
}

# tell <time>: and it is said.
tell () {
	at "$1" async -C log remind --exec : --format="%(to) %(stage) %(subject)"
}

test_expect_success 'nothing to say: nothing is printed, and nothing written' '
	test_unchanged 0 async -C log remind && test_must_be_empty out && test_must_be_empty err &&
	test_unchanged 0 async -C log remind --exec false && test_must_be_empty out && test_must_be_empty err
'

test_expect_success 'half of the time, the due time, and each day after it: in their hours, the newest only' '
	at "2026-03-02 09:00" as ana async -C log post -q --to ben "Can we ship?" >ship &&
	said "2026-03-02 12:59" >actual && test_must_be_empty actual &&
	test_unchanged 0 at "2026-03-02 13:00" async -C log remind &&
	echo "ben  $(cut -c1-7 ship)  Can we ship?  half of the time is over  tomorrow 09:00  mail" >expect &&
	test_cmp expect out &&
	said "2026-03-02 16:00" >actual && test_must_be_empty actual &&
	for when in "03-03 08:05=50%" "03-03 09:00=100%" "03-04 08:30=100%" "03-04 09:00=late-1" "03-09 09:00=late-3"
	do
		said "2026-${when%%=*}" >actual && echo "ben ${when#*=} Can we ship?" >expect &&
		test_cmp expect actual || return 1
	done &&
	said "2026-03-07 11:00" >actual && test_must_be_empty actual
'

test_expect_success 'in words, as the time goes' '
	at "2026-03-03 09:00" async -C log remind --format="%(state)" >actual && echo "due now" >expect && test_cmp expect actual &&
	at "2026-03-03 09:01" async -C log remind --format="%(state)" >actual &&
	echo "overdue since today 09:00" >expect && test_cmp expect actual &&
	at "2026-03-04 09:00" async -C log remind --format="%(state)" >actual &&
	echo "overdue since yesterday 09:00" >expect && test_cmp expect actual
'

test_expect_success 'what was said is not said again, and the mark says what' '
	tell "2026-03-02 13:10" >actual && echo "ben 50% Can we ship?" >expect && test_cmp expect actual &&
	last_record >actual &&
	printf "%s\n" "async: 1" "kind: mark" "date: 2026-03-02T13:10:00Z" "target: $(cat ship)" "verb: remind" \
		"person: ben" "round: $(cat ship)" "stage: 50%" >expect &&
	test_cmp expect actual &&
	git -C log log -1 --format="%an %s" async >actual &&
	echo "ana remind ben of $(cut -c1-7 ship) (50%)" >expect && test_cmp expect actual &&
	tell "2026-03-02 13:10" >actual && test_must_be_empty actual &&
	tell "2026-03-03 08:30" >actual && test_must_be_empty actual &&
	async -C log show :/ship >shown && test_grep "reminded ben (50%)" shown && async -C log verify
'

test_expect_success 'an ack is enough, a promise begins anew; an answer ends it' '
	at "2026-03-03 08:30" as ben async -C log ack --by "2026-03-04 16:00" :/ship >/dev/null &&
	said "2026-03-03 09:00" >actual && test_must_be_empty actual &&
	said "2026-03-04 15:00" >actual && echo "ben 100% Can we ship?" >expect && test_cmp expect actual &&
	at "2026-03-04 14:59" as ben async -C log reply :/ship "yes" >/dev/null &&
	said "2026-03-04 15:00" >actual && test_must_be_empty actual
'

test_expect_success 'by person, the urgent first; focus holds what is not' '
	as dee async -C log me focus+="2026-03-05 10:00-12:00" >/dev/null &&
	at "2026-03-05 14:00" as ana async -C log post -q --to dee,chi --within 2h "Soon" &&
	at "2026-03-05 14:00" as ana async -C log post -q --to dee --level urgent --within 2h "At once" &&
	said "2026-03-05 16:00" >actual && echo "dee 100% At once" >expect && test_cmp expect actual &&
	said "2026-03-05 17:40" >actual && printf "%s\n" "dee 100% At once" "dee 50% Soon" >expect && test_cmp expect actual &&
	said "2026-03-05 15:30" >actual && echo "dee 50% At once" >expect && test_cmp expect actual &&
	said "2026-03-06 01:00" >actual && echo "chi 50% Soon" >expect && test_cmp expect actual &&
	at "2026-03-05 17:40" async -C log remind --for chi >actual && test_must_be_empty actual &&
	at "2026-03-05 17:40" async -C log remind --for dee >actual && test_line_count = 2 actual &&
	at "2026-03-05 22:00" as dee async -C log done :/once >/dev/null && at "2026-03-05 22:00" as dee async -C log done :/Soon >/dev/null &&
	at "2026-03-06 02:00" as chi async -C log done :/Soon >/dev/null
'

test_expect_success 'an ask to oneself is an ask; who has left is not told' '
	printf "%s\n" "async: 1" "kind: post" "from: ana" "date: 2026-03-09T09:00:00Z" "type: ask" "subject: My own" \
		"to: [ana]" "within: 2h" | as ana async -C log write-record - >/dev/null &&
	said "2026-03-09 10:00" >actual && echo "ana 50% My own" >expect && test_cmp expect actual &&
	at "2026-03-09 09:00" as ana async -C log post -q --to dee --within 2h "To dee" &&
	at "2026-03-09 13:30" as ana async -C log team leave dee >/dev/null &&
	said "2026-03-09 14:00" >actual && echo "ana 100% My own" >expect && test_cmp expect actual &&
	at "2026-03-09 14:10" as ana async -C log done :/own >/dev/null
'

test_expect_success 'no reminders wanted, no address known: passed over, and named to who asks' '
	at "2026-03-09 15:00" as chi async -C log me notify=none >/dev/null &&
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-03-10T01:00:00Z\ntype: ask\nsubject: hi\nto: [chi, nobody]\nwithin: 1h\n" |
		as ana async -C log write-record - >/dev/null &&
	test_unchanged 0 at "2026-03-10 09:30" async -C log remind && test_must_be_empty out &&
	at "2026-03-10 09:30" async -C log remind -v --format="%(to)|%(by)|%(why)" >actual &&
	echo "nobody||no address is known" >expect && test_cmp expect actual &&
	at "2026-03-10 02:00" async -C log remind --json >actual && test_grep "\"why\":\"wants no reminders\"" actual &&
	test_unchanged 0 at "2026-03-10 02:00" async -C log remind --exec false &&
	at "2026-03-10 02:00" async -C log remind --for chi --exec : -v >actual && test_grep "delivered$" actual &&
	at "2026-03-10 09:35" as ana async -C log retract :/hi >/dev/null &&
	at "2026-03-10 10:00" as chi async -C log me notify= >/dev/null
'

test_expect_success 'a digest: what is not urgent waits for its time of day in their zone' '
	at "2026-03-11 07:00" as ben async -C log me digest=14:00 >/dev/null &&
	at "2026-03-11 08:00" as ana async -C log post -q --to ben --within 4h "Not urgent" &&
	at "2026-03-11 08:00" as ana async -C log post -q --to ben --within 4h --level urgent "Urgent" &&
	said "2026-03-11 10:30" >actual && echo "ben 50% Urgent" >expect && test_cmp expect actual &&
	said "2026-03-11 12:59" >actual && echo "ben 100% Urgent" >expect && test_cmp expect actual &&
	said "2026-03-11 13:00" >actual && printf "%s\n" "ben 100% Urgent" "ben 100% Not urgent" >expect &&
	test_cmp expect actual &&
	at "2026-03-11 11:00" async -C log remind -v --format="%(subject): %(why)" >actual &&
	test_grep "^Not urgent: waits for the digest$" actual &&
	tell "2026-03-11 13:00" >actual && test_line_count = 2 actual &&
	said "2026-03-12 12:30" >actual && echo "ben late-1 Urgent" >expect && test_cmp expect actual &&
	at "2026-03-12 12:40" as ben async -C log done :/Urgent >/dev/null && at "2026-03-12 12:40" as ben async -C log done ":/Not urgent" >/dev/null &&
	at "2026-03-12 12:50" as ben async -C log me digest= >/dev/null
'

test_expect_success 'wrong wishes are refused, and count for nothing where others write them' '
	for wrong in notify=sms notify=exec: "notify=exec:a b" notify=exec:/bin/sh "notify=exec:x;y" digest=25:00 digest=24:00 digest=noon
	do
		test_unchanged 128 as ben async -C log me "$wrong" && test_grep "is mail, none\|is a time of day" err || return 1
	done &&
	printf "%s\n" "async: 1" "kind: person" "from: ben" "date: 2026-03-12T13:00:00Z" "person: ben" "notify: {a: b}" \
		"digest: soon" >wish && as ben async -C log write-record - <wish >/dev/null &&
	as ben async -C log me --json >actual && as ben async -C log me >actual && test_grep ! "notify\|digest" actual
'

# The clocks go on in Berlin on 29 March at 02:00 and back on 25 October at 03:00.
test_expect_success 'the spring night: a shift in which an hour is missing' '
	at "2026-03-13 09:00" as ben async -C log me hours="sat sun 22:00-06:00" >/dev/null &&
	at "2026-03-28 21:00" as ana async -C log post -q --to ben --within 4h "Spring" &&
	said "2026-03-28 22:59" >actual && test_must_be_empty actual &&
	said "2026-03-28 23:00" >actual && echo "ben 50% Spring" >expect && test_cmp expect actual &&
	said "2026-03-29 01:00" >actual && echo "ben 100% Spring" >expect && test_cmp expect actual &&
	at "2026-03-29 01:01" as ben async -C log done :/Spring >/dev/null
'

test_expect_success 'the autumn night: run each minute, also in the hour that comes twice, each is said once' '
	at "2026-10-24 21:00" as ana async -C log post -q --to ben --within 4h "Autumn" >autumn &&
	for minute in 22:59 23:00 23:30 00:00 00:29 00:30 00:59 01:00 01:29 01:30 02:00
	do
		day=24 && case $minute in 0*) day=25 ;; esac &&
		tell "2026-10-$day $minute" | sed "s/^/$minute /" || return 1
	done >actual &&
	printf "%s\n" "23:00 ben 50% Autumn" "01:00 ben 100% Autumn" >expect &&
	test_cmp expect actual &&
	at "2026-10-25 02:00" as ben async -C log done :/Autumn >/dev/null &&
	at "2026-10-25 09:00" as ben async -C log me hours= >/dev/null
'

test_expect_success 'the zone of the machine is no matter' '
	at "2026-11-02 09:00" as ana async -C log post -q --to ben "Anywhere" &&
	said "2026-11-02 13:00" >expect && test_line_count = 1 expect &&
	for zone in Asia/Tokyo America/St_Johns Pacific/Apia
	do
		ASYNC_NOW=2026-11-02T13:00:00Z TZ=$zone async -C log remind --format="%(to) %(stage) %(subject)" >actual &&
		test_cmp expect actual && ASYNC_NOW=2026-11-02T12:59:59Z TZ=$zone async -C log remind >actual &&
		test_must_be_empty actual || return 1
	done
'

test_expect_success 'asleep over the weekend, and away: the newest once they are back' '
	tell "2026-11-02 13:00" >actual && test_line_count = 1 actual &&
	tell "2026-11-07 12:00" >actual && test_must_be_empty actual &&
	tell "2026-11-09 07:59" >actual && test_must_be_empty actual &&
	tell "2026-11-09 08:00" >actual && echo "ben late-3 Anywhere" >expect && test_cmp expect actual &&
	tell "2026-11-20 12:00" >actual && test_must_be_empty actual
'

test_expect_success 'as of another time: to look only' '
	async -C log --at "2026-11-03 09:30" remind >actual && test_grep "overdue since" actual &&
	test_expect_code 129 async -C log --at "2026-11-03 09:30" remind --mail 2>err && test_grep "dry-run" err &&
	async -C log --at "2026-11-03 09:30" remind --exec : -n >actual && test_grep "exec$" actual
'

test_expect_success 'errors' '
	test_unchanged 129 async -C log remind --mail --deliver && test_grep "exclude each other" err &&
	test_unchanged 129 async -C log remind --exec "" && test_unchanged 129 async -C log remind --maildir "" &&
	test_unchanged 129 async -C log remind ship && test_unchanged 128 async -C log remind --for zebra &&
	test_expect_code 128 async remind 2>err && test_grep "not a git repository" err &&
	git init -q empty && test_expect_code 128 async -C empty remind 2>err && test_grep "async init" err
'

test_done
