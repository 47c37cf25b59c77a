#!/bin/sh
test_description='async log: every record, newest first'
. "${0%/*}/lib.sh"

test_expect_success 'setup: an ask with answers, a note, time off' '
	create_log ana ben chi &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben -t release "Can we ship?" >ship &&
	at "2026-03-02 10:00" as ben async -C log ack "$(cat ship)" >/dev/null &&
	at "2026-03-02 11:00" as ben async -C log reply -q -m "yes" "$(cat ship)" >yes &&
	at "2026-03-03 09:00" as chi async -C log post -q "A note" >note &&
	at "2026-03-03 10:00" as chi async -C log away 2026-03-10 >/dev/null &&
	printf "%s\n" "async: 1" "kind: mark" "from: chi" "date: 2026-03-03T11:00:00Z" "target: $(cat ship)" \
		"verb: ack" | async -C log write-record - >refused
'

log () {
	at "2026-03-04 12:00" as ana async -C log log "$@"
}

test_expect_success 'newest first; what does not count says why' '
	log --since 2026-03-01 | sed "s/^[0-9a-f]*  //" >actual &&
	cat >expect <<-\EOF &&
	yesterday 11:00  chi  ack  Can we ship?  (not counted: not asked)
	yesterday 10:00  chi  away  chi
	yesterday 09:00  chi  note  A note
	2026-03-02 11:00  ben  reply  Can we ship?
	2026-03-02 10:00  ben  ack  Can we ship?
	2026-03-02 09:00  ana  ask  Can we ship?
	EOF
	test_cmp expect actual
'

test_expect_success 'each record of the log is there, once' '
	log --format="%(id)" | sort >actual &&
	git -C log ls-tree -r --name-only async log/ | sed "s/.*\///; s/\.yaml//" | sort >expect &&
	test_cmp expect actual
'

# whats <words> <argument>...
whats () {
	echo "$1" >expect && shift &&
	log --format="%(what)" "$@" | tr "\n" " " | sed "s/ $//" >actual && echo >>actual &&
	test_cmp expect actual
}

test_expect_success 'filters' '
	whats "ack away note" -n 3 &&
	whats "ask ack note" -n 3 --reverse --since 2026-03-01 &&
	whats "ack away note" --from chi &&
	whats "note ack" --from ben --since 2026-03-01 &&
	whats "ack note ack ask" --tag release &&
	whats "ack note ack ask" -- "$(cat ship)" &&
	whats "ack note ack ask" -- "$(cat yes)" &&
	whats "note" -- "$(cat note)" &&
	whats "note ack ask" --since 2026-03-01 --until 2026-03-03
'

test_expect_success '--patch: the records themselves' '
	log -p -n 1 >actual &&
	{
		printf "%s ack by chi, Tue 2026-03-03 11:00 UTC\nnot counted: not asked\n\n" "$(cut -c1-7 refused)" &&
		git -C log cat-file blob "$(cat refused)" | sed "s/^/    /"
	} >expect &&
	test_cmp expect actual &&
	log -p --json -n 1 >actual &&
	test_grep "\"yaml\":\"async: 1.nkind: mark.n" actual &&
	log --json -n 1 >actual &&
	test_grep "\"yaml\":null" actual
'

test_expect_success 'JSON has every field' '
	log --json -n 1 >out &&
	python3 - >actual <<-\EOF &&
	import json
	r = json.loads(open("out").read())
	print(r["kind"], r["id"], r["date"], r["from"], r["what"], r["subject"], r["why_not"], r["target"], r["root"], r["record"])
	EOF
	echo "record $(cat refused) 2026-03-03T11:00:00Z chi ack Can we ship? not asked $(cat ship) $(cat ship) mark" >expect &&
	test_cmp expect actual
'

test_expect_success 'what is redacted is not told' '
	printf "%s\n" "async: 1" "kind: mark" "from: ana" "date: 2026-03-03T12:00:00Z" "target: $(cat ship)" \
		"verb: redact" | async -C log write-record - &&
	log -p >actual &&
	test_grep "(redacted)" actual && test_grep ! "Can we ship" actual &&
	log --json >actual && test_grep ! "Can we ship" actual
'

test_expect_success 'as of an earlier time' '
	at "2026-03-04 12:00" as ana async -C log --at 2026-03-02T10:30:00Z log --since 2026-03-01 --format="%(what)" >actual &&
	printf "ack\nask\n" >expect &&
	test_cmp expect actual
'

test_expect_success 'errors' '
	test_expect_code 128 async -C log log -- 0123456789 2>err && test_grep "no record" err &&
	test_expect_code 128 async -C log log --from nobody 2>err &&
	test_expect_code 129 async -C log log --since someday 2>err &&
	test_expect_code 129 async -C log log -- a b 2>err
'

test_done
