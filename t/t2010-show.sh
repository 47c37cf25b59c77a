#!/bin/sh
test_description='async show: a thread, whole'
. "${0%/*}/lib.sh"

# mark <date> <from> <verb> <target> [<line>...]: a mark that no command writes yet.
mark () {
	mark_date=$1 mark_from=$2 mark_verb=$3 mark_target=$4
	shift 4
	printf '%s\n' 'async: 1' 'kind: mark' "from: $mark_from" "date: $mark_date" "target: $mark_target" \
		"verb: $mark_verb" "$@" | as "$mark_from" async -C log write-record -
}

test_expect_success 'setup: two are asked; one promises, one asks back; one who is not asked' '
	create_log ana:Europe/Berlin ben:Africa/Lagos chi:Asia/Kolkata dee &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben,chi -t release,db \
		--link https://example.com/v/31 -m "The changelog is ready." "Can we ship?" >ship &&
	at "2026-03-02 09:30" as ben async -C log ack --by "thu 17:00" -m "After on-call." "$(cat ship)" &&
	at "2026-03-02 10:00" as chi async -C log reply -q --to ana -m "Which copy?" "$(cat ship)" >which &&
	mark 2026-03-02T10:30:00Z dee done "$(cat ship)" >nope &&
	mark 2026-03-02T10:31:00Z dee tag "$(cat ship)" "tags: [urgent]" >tag
'

# show <argument>...: as ana sees it on Tuesday at noon.
show () {
	at "2026-03-03 12:00" as ana async -C log show "$@"
}

# Ids as words, the same every time.
named () {
	sed -e "s/$(cut -c1-7 ship)/SHIP/g; s/$(cut -c1-7 which)/WHICH/g; s/$(cut -c1-7 nope)/DONE/g" \
		-e "s/$(cut -c1-7 tag)/TAG/g; s/$(cut -c1-7 acked)/ACKED/g"
}

test_expect_success 'the thread: head, who is asked, what was said and done' '
	async -C log log --format="%(what) %(id)" | sed -n "s/^ack //p" >acked &&
	cat >expect <<-\EOF &&
	SHIP Can we ship?
	From:   ana, Mon 2026-03-02 10:00 CET (1d 3h ago)
	State:  open, overdue since today 11:00
	Needs:  a reply within 1d (standard)
	Tags:   db, release, urgent
	Link:   https://example.com/v/31

	ben  acked  Thu 17:00  20h of work left  promised
	chi  met  reply, yesterday 11:00
	chi asks in WHICH
	ana  overdue  ~today 11:00  2h late (2h of work)

	    The changelog is ready.

	ACKED Mon 2026-03-02 10:30 CET  ben acked: an answer by Thu 2026-03-05 17:00 CET
	    After on-call.

	WHICH Mon 2026-03-02 11:00 CET  chi replied and asked ana
	    Which copy?

	DONE Mon 2026-03-02 11:30 CET  dee marked it done
	    not counted: not asked
	TAG Mon 2026-03-02 11:31 CET  dee tagged it urgent
	EOF
	show "$(cat ship)" >out && named <out >actual &&
	test_cmp expect actual
'

test_expect_success 'any record of it shows the whole' '
	show "$(cat ship)" >expect &&
	for id in $(cat which nope tag acked)
	do
		show "$id" >actual && test_cmp expect actual || return 1
	done
'

test_expect_success 'it is "-" from then on' '
	at "2026-03-01 09:00" as ana async -C log post -q "Another" >other &&
	show "$(cat ship)" >expect && show - >actual && test_cmp expect actual &&
	show "$(cat other)" >expect && show - >actual && test_cmp expect actual
'

test_expect_success 'their time, where it differs; nobody is told a time that is over' '
	at "2026-03-01 09:00" as ana async -C log post -q --to chi "Two times" >two &&
	show "$(cat two)" >actual &&
	test_grep "^chi  overdue  ~yesterday 12:30  17:00 IST  1d late (8h of work)" actual
'

test_expect_success 'several, and ids from standard input' '
	show "$(cat ship)" "$(cat other)" >actual &&
	{ show "$(cat ship)" && echo && show "$(cat other)"; } >expect &&
	test_cmp expect actual &&
	cat ship other | show --stdin >actual &&
	test_cmp expect actual
'

test_expect_success '--raw: the bytes' '
	show --raw "$(cat ship)" >actual &&
	git -C log cat-file blob "$(cat ship)" >expect &&
	test_cmp expect actual &&
	git hash-object actual >id && test_cmp ship id
'

test_expect_success 'a record of no thread' '
	async -C log log --format="%(record) %(id)" | sed -n "s/^person //p;" | head -n 1 >person &&
	show "$(cat person)" >actual &&
	test_grep "^$(cut -c1-7 person) person" actual &&
	test_grep "^    kind: person" actual &&
	show --json "$(cat person)" >actual &&
	test_grep "^{\"v\":1,\"kind\":\"content\",\"id\":\"$(cat person)\",\"record\":{\"async\": *\"1\"" actual &&
	show --raw "$(cat person)" >actual && git hash-object actual >id && test_cmp person id
'

test_expect_success 'JSON: parts and events' '
	show --json "$(cat ship)" >out &&
	python3 - >actual <<-\EOF &&
	import json
	t = json.loads(open("out").read())
	print(t["subject"], t["state"], t["due"], t["tags"])
	for p in t["parts"]:
	    print(p["to"], p["state"], p["outcome"], p["due"], p["asked_due"], p["promised"], p["settled"], p["rounds"])
	for e in t["events"]:
	    print(e["kind"], e["what"], e["from"], e["date"], repr(e["text"]), e["counts"], e["why_not"])
	EOF
	cat >expect <<-\EOF &&
	Can we ship? open 2026-03-03T10:00:00Z ["db", "release", "urgent"]
	ben acked ack 2026-03-05T16:00:00Z 2026-03-03T09:00:00Z 2026-03-05T16:00:00Z None 2
	chi met reply 2026-03-03T09:00:00Z 2026-03-03T09:00:00Z None 2026-03-02T10:00:00Z 1
	ana open None 2026-03-03T10:00:00Z 2026-03-03T10:00:00Z None None 1
	post ask ana 2026-03-02T09:00:00Z "The changelog is ready.\n" True None
	mark ack ben 2026-03-02T09:30:00Z "After on-call." True None
	post ask chi 2026-03-02T10:00:00Z "Which copy?\n" True None
	mark done dee 2026-03-02T10:30:00Z None False not asked
	mark tag dee 2026-03-02T10:31:00Z None True None
	EOF
	tr "\"" "\047" <expect >expect.py && tr "\"" "\047" <actual >actual.py &&
	test_cmp expect.py actual.py
'

test_expect_success 'templates: a row for each record' '
	show --format="%(what) %(from) %(why_not)" "$(cat ship)" >actual &&
	printf "%s\n" "ask ana " "ack ben " "ask chi " "done dee not asked" "tag dee " >expect &&
	test_cmp expect actual
'

test_expect_success 'a newer text, an old one hidden' '
	mark 2026-03-02T11:00:00Z ana supersede "$(cat other)" "subject: A better one" "body: New words." &&
	show "$(cat other)" >actual &&
	test_grep "A better one$" actual && test_grep "^Text:   changed yesterday 12:00 by ana; older: async show --history $(cut -c1-7 other)$" actual &&
	test_grep "^    New words." actual && test_grep "ana changed the text$" actual &&
	test_grep ! "Another" actual &&
	mark 2026-03-02T11:10:00Z ana redact "$(cat other)" &&
	show "$(cat other)" >actual &&
	test_grep "(redacted)" actual && test_grep ! "A better one" actual && test_grep ! "New words" actual &&
	test_must_fail show --raw "$(cat other)" >out 2>err &&
	test_must_be_empty out && test_grep "is redacted" err
'

test_expect_success 'without an id it is "-"' '
	show "$(cat ship)" >expect && show >actual && test_cmp expect actual &&
	show --json >actual && show --json - >expect && test_cmp expect actual &&
	(HOME=$TRASH/nobody && export HOME && test_expect_code 128 async -C log show 2>err) &&
	test_grep "and there is none yet$" err
'

test_expect_success 'a decision for others to know' '
	at "2026-03-02 15:00" as ana async -C log post -q --type decision --cc ben,chi "We ship on Fridays" >rule &&
	show "$(cat rule)" >actual &&
	test_grep "^Cc:     ben, chi$" actual && test_grep "^Type:   decision$" actual
'

test_expect_success 'a row of like marks is cut short; --history has them all' '
	at "2026-03-02 15:30" as ana async -C log post -q "Read this" >memo &&
	for minute in 31 32 33 34 35 36 37
	do
		mark "2026-03-02T15:$minute:00Z" dee tag "$(cat memo)" "tags: [t$minute]" >/dev/null || return 1
	done &&
	show "$(cat memo)" | sed "1,/^$/d; s/^[0-9a-f]\{7,\} //" >actual &&
	cat >expect <<-\EOF &&
	Mon 2026-03-02 16:31 CET  dee tagged it t31
	    … 5 more like this: --history
	Mon 2026-03-02 16:37 CET  dee tagged it t37
	EOF
	test_cmp expect actual &&
	show --history "$(cat memo)" >actual &&
	test_grep -c "dee tagged it" actual >count && echo 7 >expect && test_cmp expect count
'

test_expect_success 'long lines go on below themselves, on 60 columns; wide characters, too' '
	at "2026-03-02 16:00" as ana async -C log post -q --to ben,chi,dee \
		-m "$(printf "締め切りは勤務時間で数えます%.0s" 1 2 3 4 5 6)" \
		"$(printf "words to read %.0s" 1 2 3 4 5 6 7)" >long &&
	at "2026-03-02 16:10" as ben async -C log reply -q --to ana,chi,dee -m "Who?" "$(cat long)" >/dev/null &&
	TEST_COLUMNS=60 test_terminal env ASYNC_NOW=2026-03-03T12:00:00Z async -C log --no-pager --color=never \
		show "$(cat long)" >actual &&
	python3 - actual <<-\EOF &&
	import sys, unicodedata
	lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
	width = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
	assert all(width(line) <= 60 for line in lines), [line for line in lines if width(line) > 60]
	assert lines[1].startswith(8 * " " + "read words"), lines[1]
	wide = [line for line in lines if "勤" in line]
	assert len(wide) == 3 and all(line.startswith("    ") for line in wide), wide
	assert [line for line in lines if line.startswith("    ") and "dee" in line], lines
	EOF
	test_grep "Needs:  a reply within 1d (standard)" actual
'

test_expect_success 'what was retracted says so' '
	mark 2026-03-02T12:00:00Z ana retract "$(cat two)" &&
	show "$(cat two)" >actual &&
	test_grep "^State:  retracted" actual &&
	test_grep "^chi  withdrawn  *retracted" actual
'

test_expect_success 'texts cannot harm a terminal, and are wrapped to its width' '
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-03-01T09:30:00Z\nsubject: %s\nbody: %s\n" \
		"\"evil \\u202e\"" "\"$(printf "word %.0s" $(seq 40)) \\u2066end\"" >evil &&
	plant log evil >id &&
	test_terminal env ASYNC_NOW=2026-03-03T12:00:00Z async -C log --no-pager --color=never show "$(cat id)" >actual &&
	test_grep -F "evil \\u{202E}" actual &&
	test_grep -F "\\u{2066}end" actual &&
	! LC_ALL=C grep "$(printf "\033")" actual &&
	! grep "^.\{81\}" actual
'

test_expect_success 'errors' '
	test_expect_code 129 async -C log show --raw --history - 2>err && test_grep "use one of them" err &&
	test_expect_code 128 async -C log show 0123456789 2>err && test_grep "no record" err &&
	test_expect_code 128 async -C log show xyz 2>err && test_grep "hint: an id is" err &&
	test_expect_code 129 async -C log show --nope x 2>err
'

test_expect_success 'a move of the due time is told' '
	at "2026-03-02 18:00" as ben async -C log away 2026-03-05..2026-03-06 >/dev/null &&
	show "$(cat ship)" >actual &&
	test_grep "^ben  acked .*  promised$" actual &&
	at "2026-03-02 09:10" as ana async -C log post -q --to ben --within 3d "And 2.5?" >next &&
	show "$(cat next)" >actual &&
	test_grep "^ben  open  ~Mon 10:10 .*  was Thu 10:10: time off$" actual
'

test_expect_success 'a record about people says whether it counts, and which of its keys do not' '
	printf "%s\n" "async: 1" "kind: person" "from: ben" "date: 2026-03-03T10:00:00Z" "person: ben" \
		"name: Benjamin" "groups: {add: [maintainers]}" | as ben async -C log write-record - >part &&
	show "$(cat part)" >actual &&
	test_grep "^not all of it counts: groups: only @maintainers may change them$" actual &&
	printf "%s\n" "async: 1" "kind: policy" "from: ben" "date: 2026-03-03T10:00:00Z" "default: low" |
		as ben async -C log write-record - >none &&
	show "$(cat none)" >actual && test_grep "^not counted: only @maintainers may change the policy$" actual &&
	printf "%s\n" "async: 1" "kind: zebra" "from: ben" "date: 2026-03-03T10:00:00Z" |
		as ben async -C log write-record - >new &&
	show "$(cat new)" >actual && test_grep "^$(cut -c1-7 new) zebra$" actual
'

test_done
