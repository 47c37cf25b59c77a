#!/bin/sh
test_description='async show --history: every text that a post ever had'
. "${0%/*}/lib.sh"

# mark <date> <from> <verb> <target> [<line>...]: a mark, as its YAML; prints its id.
mark () {
	mark_date=$1 mark_from=$2 mark_verb=$3 mark_target=$4
	shift 4
	printf '%s\n' 'async: 1' 'kind: mark' "from: $mark_from" "date: $mark_date" "target: $mark_target" \
		"verb: $mark_verb" "$@" | as "$mark_from" async -C log write-record -
}

# show <argument>...: as ana sees it on Tuesday at noon.
show () {
	at "2026-03-03 12:00" as ana async -C log show "$@"
}

# Ids as words, the same every time.
named () {
	for name in post reply first second third other hide
	do
		test ! -s $name || printf 's/%s/%s/g\n' "$(cut -c1-7 $name)" "$(echo $name | tr a-z A-Z)"
	done >names.sed && sed -f names.sed
}

test_expect_success 'setup: a post whose text is changed twice, and by one who may not' '
	create_log ana ben &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben --link https://example.com/1 \
		-m "On Friday." "Can we ship?" >post &&
	at "2026-03-02 09:30" as ben async -C log reply -q -m "Perhaps." "$(cat post)" >reply &&
	mark 2026-03-02T10:00:00Z ana supersede "$(cat post)" "subject: Can we ship 2.4?" >first &&
	mark 2026-03-02T11:00:00Z ana supersede "$(cat post)" "links: [{url: \"https://example.com/2\"}]" \
		"body: On Thursday." >second &&
	mark 2026-03-02T11:30:00Z ben supersede "$(cat post)" "body: Never." >other &&
	mark 2026-03-02T12:00:00Z ben supersede "$(cat reply)" "body: \"Yes.\"" >third
'

test_expect_success 'the newest is shown, that it was changed, and how to see the rest' '
	show "$(cat post)" | named >actual &&
	cat >expect <<-\EOF &&
	POST Can we ship 2.4?
	From:   ana, Mon 2026-03-02 09:00 UTC (1d 3h ago)
	State:  met
	Text:   changed yesterday 11:00 by ana; older: async show --history POST
	Needs:  a reply within 1d (standard)
	Link:   https://example.com/2

	ben  met  reply, yesterday 09:30

	    On Thursday.

	REPLY Mon 2026-03-02 09:30 UTC  ben replied
	    text changed yesterday 12:00 by ben; older: --history
	    Yes.

	FIRST Mon 2026-03-02 10:00 UTC  ana changed the text
	SECOND Mon 2026-03-02 11:00 UTC  ana changed the text
	OTHER Mon 2026-03-02 11:30 UTC  ben changed the text
	    not counted: only the author may do that
	THIRD Mon 2026-03-02 12:00 UTC  ben changed the text (of REPLY)
	EOF
	sed -i "s/^    not counted: .*/    not counted: only the author may do that/" actual &&
	test_cmp expect actual
'

test_expect_success '--history: each text where it was given' '
	show --history "$(cat post)" | named | sed "1,/^ben /d; s/^    not counted: .*/    not counted/" >actual &&
	cat >expect <<-\EOF &&

	POST Mon 2026-03-02 09:00 UTC  ana posted and asked ben
	    Subject: Can we ship?

	    On Friday.
	    link: https://example.com/1

	REPLY Mon 2026-03-02 09:30 UTC  ben replied
	    Perhaps.

	FIRST Mon 2026-03-02 10:00 UTC  ana changed the text
	    Subject: Can we ship 2.4?

	SECOND Mon 2026-03-02 11:00 UTC  ana changed the text
	    On Thursday.
	    link: https://example.com/2

	OTHER Mon 2026-03-02 11:30 UTC  ben changed the text
	    not counted

	THIRD Mon 2026-03-02 12:00 UTC  ben changed the text (of REPLY)
	    Yes.
	EOF
	test_cmp expect actual
'

test_expect_success 'a post that was never changed' '
	at "2026-03-02 13:00" as ana async -C log post -q -m "A body." "A subject" >plain &&
	show --history "$(cat plain)" >actual &&
	test_grep "^    A subject$" actual && test_grep "^    A body.$" actual
'

test_expect_success '--json: the texts, oldest first, and each record' '
	show --json "$(cat post)" >out &&
	python3 - >actual <<-\EOF &&
	import json
	t = json.loads(open("out", encoding="utf-8").read())
	for e in t["events"]:
	    assert e["record"]["date"] == e["date"] and e["record"]["kind"] == e["kind"], e
	    for x in e["texts"]:
	        print(e["what"], x["from"], x["date"], x["subject"], repr(x["text"]), len(x["links"]), x["redacted"])
	EOF
	cat >expect <<-\EOF &&
	ask ana 2026-03-02T09:00:00Z Can we ship? "On Friday.\n" 1 False
	ask ana 2026-03-02T10:00:00Z Can we ship 2.4? None 0 False
	ask ana 2026-03-02T11:00:00Z None "On Thursday." 1 False
	note ben 2026-03-02T09:30:00Z None "Perhaps.\n" 0 False
	note ben 2026-03-02T12:00:00Z None "Yes." 0 False
	EOF
	tr "\"" "\047" <expect >expect.py && test_cmp expect.py actual
'

test_expect_success 'what is redacted is in no text of it, nor are its records; what is said anew is' '
	mark 2026-03-02T14:00:00Z ana redact "$(cat post)" >hide &&
	for look in "" --history --json
	do
		show $look "$(cat post)" >actual &&
		test_grep "redacted" actual &&
		test_grep ! -e "On [FT]" -e "an we ship" -e "example.com/[12]" actual || return 1
	done &&
	for id in post first second
	do
		test_expect_code 128 show --raw "$(cat $id)" >out 2>err &&
		test_must_be_empty out && test_grep "is redacted" err || return 1
	done &&
	show --raw "$(cat third)" >actual && test_grep "Yes" actual &&
	mark 2026-03-02T15:00:00Z ana supersede "$(cat post)" "subject: Said anew" >anew &&
	show --history "$(cat post)" >actual && test_grep "Said anew$" actual && test_grep ! "On [FT]" actual &&
	show "$(cat post)" >actual && test_grep "Said anew$" actual && test_grep ! "On [FT]" actual &&
	test_expect_code 128 show --raw "$(cat post)" 2>err &&
	show --raw "$(cat anew)" >actual && test_grep "^subject: Said anew" actual
'

test_expect_success 'a redacted change is as if it had not been made' '
	at "2026-03-02 13:00" as ana async -C log post -q "Fine" >other &&
	mark 2026-03-02T13:10:00Z ana supersede "$(cat other)" "subject: Secret" >first &&
	mark 2026-03-02T13:20:00Z ana redact "$(cat first)" >hide &&
	for look in "" --history --json
	do
		show $look "$(cat other)" >actual &&
		test_grep "Fine" actual && test_grep ! "Secret" actual || return 1
	done
'

test_expect_success 'texts cannot harm a terminal' '
	printf "%s\n" "async: 1" "kind: mark" "from: ana" "date: 2026-03-02T15:00:00Z" "target: $(cat plain)" \
		"verb: supersede" "subject: \"exe\\u202egpj\"" "body: \"a\\u2066b\"" >evil &&
	plant log evil >id &&
	show --history "$(cat plain)" >actual &&
	test_grep -F "Subject: exe\\u{202E}gpj" actual && test_grep -F "a\\u{2066}b" actual
'

test_done
