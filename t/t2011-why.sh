#!/bin/sh
test_description='async why: how each due time came about'
. "${0%/*}/lib.sh"

test_expect_success 'setup: two are asked; one is away after that, one promises' '
	create_log ana:UTC ben:Africa/Lagos chi:UTC &&
	at "2026-01-06 09:00" as ben async -C log me "hours=mon-fri 09:00-17:00" >/dev/null &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben,chi "Can we ship?" >ship &&
	at "2026-03-02 10:00" as ben async -C log away 2026-03-03..2026-03-04 >/dev/null &&
	at "2026-03-02 11:00" as chi async -C log ack --by "thu 12:00" "$(cat ship)" >/dev/null
'

why () {
	at "2026-03-03 12:00" as ana async -C log why "$@"
}

test_expect_success 'what counted, what did not, what moved it' '
	cat >expect <<-EOF &&
	$(cut -c1-7 ship) Can we ship?

	ben (Africa/Lagos)

	Mon 2026-03-02 10:00 WAT  ana asked: 1d of working time
	1d from within a day: same local time, working days later
	Mon 2026-03-02 10:00 - 17:00                     +7h       7h
	Mon 2026-03-02 17:00 - Tue 2026-03-03 09:00                   out of hours
	Tue 2026-03-03 09:00 - 17:00                                  time off
	Tue 2026-03-03 17:00 - Wed 2026-03-04 09:00                   out of hours
	Wed 2026-03-04 09:00 - 17:00                                  time off
	Wed 2026-03-04 17:00 - Thu 2026-03-05 09:00                   out of hours
	Thu 2026-03-05 09:00 - 10:00                     +1h       8h
	was Tue 2026-03-03 10:00 WAT, now Thu 2026-03-05 10:00 WAT: time off
	due Thu 2026-03-05 10:00 WAT (Thu 2026-03-05 09:00 UTC)
	EOF
	why --for ben "$(cat ship)" >actual &&
	test_cmp expect actual
'

test_expect_success 'each round: the promise has a clock of its own' '
	cat >expect <<-EOF &&
	$(cut -c1-7 ship) Can we ship?

	chi (UTC, assumed hours)

	Mon 2026-03-02 09:00 UTC  ana asked: 1d of working time
	1d from an opening: whole working days, the first one counts
	Mon 2026-03-02 09:00 - 17:00                     +8h       8h
	due Mon 2026-03-02 17:00 UTC

	Mon 2026-03-02 11:00 UTC  chi acked: an answer by Thu 2026-03-05 12:00 UTC
	due Thu 2026-03-05 12:00 UTC: the moment that was named
	acked, Mon 2026-03-02 11:00 UTC
	EOF
	why --for chi "$(cat ship)" >actual &&
	test_cmp expect actual
'

test_expect_success 'an extension counts from the old due time' '
	printf "%s\n" "async: 1" "kind: mark" "from: ana" "date: 2026-03-02T12:00:00Z" "target: $(cat ship)" \
		"verb: extend" "within: 2h" | async -C log write-record - >id &&
	why --for ben "$(cat ship)" >actual &&
	test_grep "^Mon 2026-03-02 13:00 WAT  ana gave 2h more: 2h of working time$" actual &&
	test_grep "^counted from Thu 2026-03-05 10:00 WAT$" actual &&
	test_grep "^due Thu 2026-03-05 12:00 WAT" actual
'

test_expect_success 'a date: the last moment at work' '
	at "2026-03-02 09:00" as ana async -C log post -q --to ben --by sun "By Sunday" >sun &&
	why "$(cat sun)" >actual &&
	test_grep "^due Fri 2026-03-06 17:00 WAT .*: the last moment at work on 2026-03-08 or before$" actual
'

test_expect_success 'JSON' '
	why --json --for ben "$(cat ship)" >out &&
	python3 - >actual <<-\EOF &&
	import json
	w = json.loads(open("out").read())
	print(w["to"], w["zone"], w["state"], w["due"], len(w["rounds"]))
	r = w["rounds"][0]
	print(r["what"], r["start"], r["within"], r["by"], r["due"], r["moves"][0]["was"], r["moves"][0]["now"], r["moves"][0]["why"])
	print(sum(s["minutes"] for s in r["explain"] if s["counts"]), [s["what"] for s in r["explain"] if not s["counts"]])
	EOF
	cat >expect <<-\EOF &&
	ben Africa/Lagos open 2026-03-05T11:00:00Z 2
	ask 2026-03-02T09:00:00Z 1d None 2026-03-05T09:00:00Z 2026-03-03T09:00:00Z 2026-03-05T09:00:00Z time off
	480 ["hours", "away", "hours", "away", "hours"]
	EOF
	tr "\"" "\047" <expect >expect.py &&
	test_cmp expect.py actual
'

test_expect_success 'templates: a row for each round' '
	why --format="%(to) %(round) %(what) %(due:iso) %(moves)" "$(cat ship)" >actual &&
	cat >expect <<-\EOF &&
	ben 1 ask 2026-03-05T09:00:00Z 1
	ben 2 extend 2026-03-05T11:00:00Z 0
	chi 1 ask 2026-03-02T17:00:00Z 0
	chi 2 ack 2026-03-05T12:00:00Z 0
	chi 3 extend 2026-03-05T14:00:00Z 0
	EOF
	test_cmp expect actual
'

test_expect_success 'nobody is asked' '
	at "2026-03-02 09:00" as ana async -C log post -q "A note" >note &&
	why "$(cat note)" >actual &&
	printf "%s A note\nasks nobody\n" "$(cut -c1-7 note)" >expect &&
	test_cmp expect actual &&
	why --json "$(cat note)" >actual && test_must_be_empty actual
'

# mark <when> <who> <line>...: a mark on the ship.
mark () {
	{
		printf "%s\n" "async: 1" "kind: mark" "from: $2" "date: $(date -u -d "$1" +%FT%TZ)" \
			"target: $(cat moved)" && shift 2 && printf "%s\n" "$@"
	} | async -C log write-record - >/dev/null
}

test_expect_success 'another level, a part handed over, asked again and reopened: each has its round' '
	at "2026-04-06 09:00" as ana async -C log post -q --to ben -l standard "Moved about" >moved &&
	mark "2026-04-06 11:00" ana "verb: extend" "level: urgent" "within: 4h" "focus: count" &&
	mark "2026-04-06 12:00" ben "verb: assign" "to: [chi]" &&
	at "2026-04-06 13:00" as chi async -C log reply "$(cat moved)" "Yes." >/dev/null &&
	at "2026-04-06 14:00" as ana async -C log reply --to chi --within 4h "$(cat moved)" "Sure?" >/dev/null &&
	at "2026-04-06 15:00" as chi async -C log done "$(cat moved)" >/dev/null &&
	mark "2026-04-06 16:00" ana "verb: reopen" &&
	cat >expect <<-EOF &&
	$(cut -c1-7 moved) Moved about

	ben (Africa/Lagos)

	Mon 2026-04-06 10:00 WAT  ana asked: 1d of working time
	1d from within a day: same local time, working days later
	Mon 2026-04-06 10:00 - 17:00                     +7h       7h
	Mon 2026-04-06 17:00 - Tue 2026-04-07 09:00                   out of hours
	Tue 2026-04-07 09:00 - 10:00                     +1h       8h
	due Tue 2026-04-07 10:00 WAT (Tue 2026-04-07 09:00 UTC)

	Mon 2026-04-06 12:00 WAT  ana gave the level urgent: 4h of working time, focus counts
	Mon 2026-04-06 12:00 - 16:00                     +4h       4h
	due Mon 2026-04-06 16:00 WAT (Mon 2026-04-06 15:00 UTC)
	met (handed over to chi), Mon 2026-04-06 12:00 UTC

	chi (UTC, assumed hours)

	Mon 2026-04-06 12:00 UTC  ben handed over to chi: 4h of working time, focus counts
	Mon 2026-04-06 12:00 - 16:00                     +4h       4h
	due Mon 2026-04-06 16:00 UTC
	ended Mon 2026-04-06 13:00 UTC: chi replied

	Mon 2026-04-06 14:00 UTC  ana asked: 4h of working time
	Mon 2026-04-06 14:00 - 17:00                     +3h       3h
	Mon 2026-04-06 17:00 - Tue 2026-04-07 09:00                   out of hours
	Tue 2026-04-07 09:00 - 10:00                     +1h       4h
	due Tue 2026-04-07 10:00 UTC
	ended Mon 2026-04-06 15:00 UTC: chi marked it done

	Mon 2026-04-06 16:00 UTC  ana reopened it: 4h of working time
	Mon 2026-04-06 16:00 - 17:00                     +1h       1h
	Mon 2026-04-06 17:00 - Tue 2026-04-07 09:00                   out of hours
	Tue 2026-04-07 09:00 - 12:00                     +3h       4h
	due Tue 2026-04-07 12:00 UTC
	EOF
	at "2026-04-07 08:00" as ana async -C log why "$(cat moved)" >actual &&
	test_cmp expect actual
'

test_expect_success 'several posts, several people; by --stdin too' '
	why --for ben,chi "$(cat ship)" "$(cat sun)" >actual &&
	{ why "$(cat ship)" && echo && why "$(cat sun)"; } >expect &&
	test_cmp expect actual &&
	cat ship sun | why --stdin --format="%(id) %(to)" >actual &&
	printf "$(cat ship) %s\n" ben ben chi chi chi >expect && echo "$(cat sun) ben" >>expect &&
	test_cmp expect actual &&
	why --for chi "$(cat sun)" "$(cat ship)" --format="%(to)" >actual &&
	printf "chi\nchi\nchi\n" >expect && test_cmp expect actual
'

test_expect_success 'errors' '
	test_expect_code 128 async -C log why --for ana "$(cat ship)" 2>err >out &&
	test_grep "ana is not asked there" err && test_must_be_empty out &&
	test_expect_code 128 async -C log why --for ana,dan "$(cat ship)" 2>err && test_grep "nobody here is called .dan." err &&
	: | test_expect_code 0 async -C log why --stdin >out && test_must_be_empty out &&
	test_expect_code 128 async -C log why 0123456789 2>err && test_grep "no record" err &&
	test_expect_code 129 async -C log why 2>err
'

test_done
