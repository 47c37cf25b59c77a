#!/bin/sh
test_description='async remind delivers: mail, Maildir, commands; each once, and what fails again'
. "${0%/*}/lib.sh"

test_expect_success 'setup: people who have chosen, and a sendmail that writes down what it gets' '
	create_log ana ben:Europe/Berlin chi dee eve &&
	mkdir bin && cat >bin/sendmail <<-\EOF && chmod +x bin/sendmail &&
	#!/bin/sh
	n=$(mktemp "$MAILBOX/XXXXXX") && cat >"$n" && printf "%s\n" "$@" >"$n.argv" && env >"$n.env"
	exit "$(cat "$MAILBOX/exit" 2>/dev/null || echo 0)"
	EOF
	mkdir mail && MAILBOX=$PWD/mail && export MAILBOX &&
	git config --global async.sendmail "\"$PWD/bin/sendmail\" --tool" &&
	at "2026-03-02 09:10" as chi async -C log me notify=none &&
	at "2026-03-02 09:10" as dee async -C log me notify=exec:pager &&
	at "2026-03-02 09:10" as eve async -C log me notify=mail
'

# mails: the names of those that were sent; nothing: none.
mails () {
	find mail -name "??????" | sort
}

test_expect_success 'mail: a message a person, by sendmail with -i -f and the recipient, each once' '
	at "2026-03-02 09:20" as ana async -C log post -q --to ben,chi,dee -m "The changelog is ready." "Can we ship?" >ship &&
	at "2026-03-02 09:20" as ana async -C log post -q --to ben,eve --need approval "Sign this" &&
	at "2026-03-02 14:00" async -C log remind --mail >out && test_must_be_empty out &&
	mails >sent && test_line_count = 2 sent &&
	cat mail/*.argv | sort >actual && printf "%s\n" -- --tool --tool -f -f -i -i ana@example.com ana@example.com \
		ben@example.com eve@example.com -- | sort >expect && test_cmp expect actual &&
	at "2026-03-02 14:00" async -C log remind --mail && mails >again && test_cmp sent again &&
	git -C log log -1 --format=%s async >actual && echo "remind: 3 reminders" >expect && test_cmp expect actual
'

test_expect_success 'the message: theirs in zone and words, with names by which it is known' '
	cat >look.py <<-\EOF &&
	import email, email.policy, glob, sys
	def mail(path):
	    raw = open(path, "rb").read()
	    assert b"\r" not in raw and all(c < 128 for c in raw) and all(len(line) <= 998 for line in raw.split(b"\n"))
	    m = email.message_from_bytes(raw, policy=email.policy.default)
	    assert not m.defects, m.defects
	    known = ["from", "to", "subject", "date", "message-id", "auto-submitted", "list-id", "mime-version", "content-type"]
	    assert sorted(k.lower() for k in m.keys() if k.lower() != "references") == sorted(known), m.keys()
	    return m
	def texts(m):
	    plain, html = m.iter_parts()
	    return plain.get_content(), html.get_content()
	EOF
	python3 - "$(cat ship)" $(mails) <<-\EOF
	import sys
	exec(open("look.py").read())
	got = {m["to"].addresses[0].addr_spec: m for m in map(mail, sys.argv[2:])}
	assert sorted(got) == ["ben@example.com", "eve@example.com"]
	ben, eve = got["ben@example.com"], got["eve@example.com"]
	assert ben["subject"] == "ben, 2 asks wait, the first due tomorrow 10:20: Can we ship?", ben["subject"]
	assert ben["references"] is None and ".ben.batch@async.invalid" in ben["message-id"]
	assert eve["subject"] == "eve, due tomorrow 09:20: Sign this", eve["subject"]
	assert eve["references"] == eve["message-id"].split(".eve.")[0] + ".eve@async.invalid>", eve["references"]
	assert eve["auto-submitted"] == "auto-generated" and eve["from"].addresses[0].addr_spec == "ana@example.com"
	plain, html = texts(ben)
	short = sys.argv[1][:7]
	for word in ["ana asks, due ~Tue 2026-03-03 10:20 CET: half of the time is over", "> The changelog is ready.",
	             f"async reply {short}", f"async ack --by <when> {short}", sys.argv[1], "async approve "]:
	    assert word in plain, (word, plain)
	assert f"<code>async reply {short}</code>" in html, html
	EOF
'

test_expect_success 'a command has its way: by whom it is named, never by the repository' '
	git -C log config async.exec.pager "touch ../canary" && git -C log config async.sendmail "touch ../canary" &&
	git -C log config sendemail.sendmailCmd "touch ../canary" &&
	at "2026-03-02 14:10" async -C log remind --mail && test_path_is_missing canary &&
	at "2026-03-02 14:10" async -C log remind --mail -v --format="%(to) %(why)" >actual &&
	printf "%s\n" "chi wants no reminders" "dee no such command here" >expect && test_cmp expect actual &&
	git config --global async.exec.pager "cat >>\"$PWD/paged\"; env >\"$PWD/paged.env\"" &&
	at "2026-03-02 14:10" async -C log remind --deliver && test_line_count = 1 paged && test_path_is_missing canary &&
	python3 - "$(cat ship)" <<-\EOF &&
	import json, sys
	o = json.load(open("paged"))
	assert (o["v"], o["kind"], o["to"], o["address"]) == (1, "message", "dee", "dee@example.com"), o
	assert o["subject"] == "dee, due tomorrow 09:20: Can we ship?", o["subject"]
	assert o["message"] == sys.argv[1] + ".dee." + sys.argv[1][:12] + ".50%@async.invalid"
	assert o["references"] == sys.argv[1] + ".dee@async.invalid"
	(r,) = o["reminders"]
	assert (r["id"], r["stage"], r["from"], r["body"]) == (sys.argv[1], "50%", "ana", "The changelog is ready.\n"), r
	EOF
	test_grep ! "ship" paged.env &&
	at "2026-03-02 14:10" async -C log remind --deliver && test_line_count = 1 paged
'

test_expect_success 'a Maildir: made, whole, and by its rules; it takes the place of sending' '
	at "2026-03-03 08:00" as ana async -C log post -q --to ben,eve --within 4h "Into a box" &&
	mails >sent &&
	at "2026-03-03 10:00" async -C log remind --maildir ../box && ls box >actual && printf "%s\n" cur new tmp >expect &&
	test_cmp expect actual && ls box/new >actual && test_line_count = 2 actual && test_grep "^1772532000\.R[0-9a-f]*_[0-9]*\." actual &&
	ls box/tmp >actual && test_must_be_empty actual && mails >again && test_cmp sent again &&
	python3 -c "
import glob
exec(open(\"look.py\").read())
for m in map(mail, glob.glob(\"box/new/*\")): texts(m)
" &&
	test_expect_code 128 at "2026-03-03 13:00" async -C log remind --maildir /dev/null/x 2>err && test_grep "/dev/null/x" err &&
	at "2026-03-03 13:00" async -C log remind --for ben >actual && test_line_count = 1 actual
'

# fails <time>: the sendmail says no.
fails () {
	echo 75 >mail/exit && rm -f mail/??????* && test_expect_code 128 at "$1" async -C log remind --mail 2>err
}

test_expect_success 'what fails is told, kept, and tried again by the next run' '
	fails "2026-03-03 13:00" && mails >tried && test_line_count = 2 tried &&
	test_grep "^warning: ben was not reminded of [0-9a-f]*: .*status 75" err &&
	test_grep "^warning: eve was not reminded of" err && test_grep "^async: 2 messages could not be delivered$" err &&
	fails "2026-03-03 13:05" && mails >tried && test_line_count = 2 tried &&
	rm mail/??????* && echo 0 >mail/exit &&
	test_unchanged 0 at "2026-03-03 13:10" async -C log remind --mail && mails >sent && test_line_count = 2 sent &&
	at "2026-03-03 13:15" async -C log remind --mail && mails >again && test_cmp sent again
'

test_expect_success 'not by another user, nor once there is something newer, or it was answered' '
	at "2026-03-04 08:30" as ana async -C log post -q --to eve --within 4h "Fails" &&
	fails "2026-03-04 11:00" && rm -f mail/??????* mail/exit &&
	at "2026-03-04 11:05" as chi async -C log remind --mail && mails >sent && test_must_be_empty sent &&
	fails "2026-03-04 13:00" && rm -f mail/??????* mail/exit &&
	at "2026-03-04 13:05" async -C log remind --mail -v --format="%(to) %(stage) %(subject)" >actual &&
	test_grep "^eve 100% Fails$" actual && test_grep ! "50%" actual &&
	fails "2026-03-05 13:00" && rm -f mail/??????* mail/exit &&
	at "2026-03-05 13:01" as eve async -C log reply :/Fails "well" >/dev/null &&
	at "2026-03-05 13:05" async -C log remind --mail -v --format="%(subject)" >actual && test_grep ! "^Fails" actual
'

test_expect_success 'a program that is not there, or dies; where mail cannot be sent nothing is written' '
	at "2026-03-06 08:00" as ana async -C log post -q --to ben,eve --within 4h --level urgent "Dies" &&
	test_expect_code 128 at "2026-03-06 10:00" async -C log remind --for ben --exec "kill -9 \$\$" 2>err &&
	test_grep "ben was not reminded of .*signal 9.*not tried again" err &&
	at "2026-03-06 10:05" async -C log remind --for ben >actual && test_grep ! Dies actual &&
	test_expect_code 128 at "2026-03-06 11:00" async -C log remind --for eve --exec "no-such-program" 2>err &&
	test_grep "status 127" err && at "2026-03-06 11:05" async -C log remind --for eve --exec : -v >actual && test_grep Dies actual &&
	git config --global --unset async.sendmail &&
	{ test -x /usr/sbin/sendmail || { test_unchanged 128 at "2026-03-06 12:05" async -C log remind --mail &&
		test_grep "async.sendmail" err; }; } &&
	git config --global sendemail.sendmailCmd "\"$PWD/bin/send\" mail" && cp bin/sendmail bin/send &&
	rm -f mail/??????* && at "2026-03-06 12:05" async -C log remind --for ben --mail && mails >sent && test_line_count -ge 1 sent
'

test_expect_success 'hostile texts and names stay where they belong' '
	cat >hostile.py <<-\EOF &&
	subjects = ["a\nBcc: x@y.org\n\n<b>", "Re: evil =?utf-8?q?=0ABcc:?=", "x" * 480, "\r\nX-Evil: 1", "é" * 240,
	    "[x](javascript:alert)", "<script>alert(1)</script>", "$(touch canary) `touch canary`; touch canary", "-rf"]
	import json
	for i, s in enumerate(subjects):
	    print("---\nasync: 1\nkind: post\nfrom: ana\ndate: 2026-03-09T08:00:%02dZ\ntype: ask" % i)
	    print("subject:", json.dumps(s.replace("\n", " ").replace("\r", " ")))
	    print("to: [ben, ana]\nwithin: 4h\nlevel: urgent\nfocus: count\nbody:", json.dumps(s.replace("\r", " ") + "\n.\nFrom here\n--\n"))
	EOF
	python3 hostile.py >hostile.yaml && as ana async -C log write-record --batch - <hostile.yaml >/dev/null &&
	printf "%s\n" "async: 1" "kind: post" "from: ana" "date: 2026-03-09T08:00:30Z" "type: ask" "to: [ben, ana]" "within: 4h" \
		"focus: count" "subject: \"\\u202eevil\"" "body: \"\\u202ex\"" >evil && plant log evil >/dev/null &&
	at "2026-03-09 08:01" as ben async -C log me "name=Bén \"x\" <b@c>, d@e; (f)" >/dev/null &&
	at "2026-03-09 10:10" async -C log remind --maildir ../hostile &&
	at "2026-03-09 12:10" async -C log remind --exec "cat >>../hostile.json" && test_path_is_missing canary &&
	test_path_is_missing log/canary &&
	python3 - <<-\EOF
	import glob, json
	exec(open("look.py").read())
	ms = [mail(p) for p in glob.glob("hostile/new/*")]
	assert len([m for m in ms if "ben" in m["to"]]) >= 10, len(ms)
	for m in ms:
	    assert len(m["to"].addresses) == 1, m["to"]
	    a = m["to"].addresses[0]
	    assert a.addr_spec in ("ben@example.com", "ana@example.com", "eve@example.com"), a
	    plain, html = texts(m)
	    assert "\u202e" not in plain + html and "<script" not in html.lower() and "\u202e" not in m["subject"]
	    assert "<a " not in html, html
	os = [json.loads(line) for line in open("hostile.json")]
	assert len(os) >= 18 and all(o["kind"] == "message" for o in os)
	EOF
'

test_done
