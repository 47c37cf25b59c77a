#!/bin/sh
test_description='async digest: what a person needs to know, once'
. "${0%/*}/lib.sh"

test_expect_success 'setup: a week in which everything happens' '
	create_log ana:Europe/Berlin ben:Africa/Lagos chi:Asia/Tokyo &&
	at "2026-02-26 09:00" as ana async -C log post -q --to ben --within 4h "Late for ana" >late &&
	at "2026-02-27 07:00" as chi async -C log post -q --to ana --by 2026-03-02T08:00Z --need approval "Sign off" >sign &&
	at "2026-02-27 07:10" as chi async -C log post -q --to ana --by 2026-03-02T16:00Z -t db "Before tonight" >today &&
	at "2026-02-27 11:00" as ana async -C log post -q --to ben,chi -t db "Two are asked" >two &&
	at "2026-02-28 10:00" as chi async -C log post -q --type decision "We ship on Fridays" >rule &&
	at "2026-03-01 10:00" as ben async -C log post -q "Minutes" >note &&
	at "2026-03-01 10:10" as chi async -C log reply -q -m "Yes." "$(cat two)" >yes &&
	at "2026-03-01 10:20" as chi async -C log reply -q -m "And more." "$(cat two)" >more &&
	at "2026-03-02 08:10" as chi async -C log post -q --to ana -t db "A new ask" >new &&
	at "2026-03-02 08:20" as ana async -C log post -q "My own note" >own
'

# digest <argument>...: as ana sees it on Monday at ten, her time.
digest () {
	as ana async -C log digest "$@"
}

# Ids as words, the same every time.
named () {
	for name in late sign today two rule note new own
	do
		printf 's/%s/%s/g\n' "$(cut -c1-7 $name)" "$(echo $name | tr a-z A-Z)"
	done >names.sed && sed -f names.sed
}

test_expect_success 'sections, and one line for each thing' '
	digest | named >actual &&
	cat >expect <<-\EOF &&
	Overdue: waits on you
	SIGN  chi  Sign off  today 09:00  1h late (1h of work), approval

	Overdue: you wait for it
	LATE  ben  Late for ana  ~2026-02-26 14:00  3d 20h late (12h of work)

	Due today
	TODAY  chi  Before tonight  today 17:00

	Answered
	TWO  chi  Two are asked  reply, yesterday 11:10

	Decided
	RULE  chi  We ship on Fridays  2026-02-28 11:00

	New
	NEW  chi  A new ask  ~tomorrow 09:10
	TWO  chi  Two are asked  2 replies, the last, yesterday 11:20
	NOTE  ben  Minutes  note, yesterday 11:00
	EOF
	sed "/^$/d" expect >lines && test_cmp lines actual
'

test_expect_success '--for: as somebody else needs to know it, in their zone' '
	digest --for ben | named >actual &&
	test_grep "^LATE  ana  Late for ana  ~2026-02-26 14:00  3d 20h late (12h of work)$" actual &&
	test_grep "^Decided$" actual && test_grep ! "Minutes" actual && test_grep ! "Sign off" actual &&
	digest --for chi | named >actual &&
	test_grep "^SIGN  ana  Sign off  today 17:00  1h late (1h of work), approval$" actual &&
	test_grep "^NOTE  ben  Minutes  note, yesterday 19:00$" actual && test_grep ! "We ship" actual
'

test_expect_success 'since when: the last day of work before today; --since; nobody hears of their own' '
	digest --json >out && test_grep "Two are asked" out && test_grep ! "My own note" out &&
	at "2026-03-03 09:00" digest --json >out &&
	test_grep "A new ask" out && test_grep ! "We ship on Fridays" out && test_grep ! "Minutes" out &&
	at "2026-03-03 09:00" digest --json --since "sun 00:00" >out &&
	test_grep "Minutes" out && test_grep ! "We ship on Fridays" out &&
	digest --since "2026-03-02 09:15" >actual && test_grep ! -e "^New" -e "^Answered" -e "^Decided" actual
'

test_expect_success 'a query' '
	digest tag:db | named >actual && test_grep "Before tonight" actual && test_grep "A new ask" actual &&
	test_grep ! -e "Sign off" -e "Minutes" -e "We ship" actual &&
	digest --json -- -tag:db from:chi >out && test_grep "Sign off" out && test_grep ! "A new ask" out
'

test_expect_success 'nothing to say: nothing is printed' '
	create_log_elsewhere () {
		mkdir quiet && (cd quiet && create_log ana)
	} && create_log_elsewhere &&
	for format in text markdown html mail
	do
		as ana async -C quiet/log digest --format $format >actual && test_must_be_empty actual || return 1
	done &&
	as ana async -C quiet/log digest --json >actual && test_must_be_empty actual
'

test_expect_success '--since-last: each thing that happened once, for each person' '
	at "2026-03-02 12:00" digest --since-last >actual && test_grep "Minutes" actual &&
	at "2026-03-02 12:05" as chi async -C log reply -q -m "Fine." "$(cat own)" >reply &&
	at "2026-03-02 12:10" digest --since-last >actual &&
	test_grep ! -e "Minutes" -e "We ship" -e "A new ask" actual &&
	test_grep "  chi  My own note  replied, today 13:05$" actual && test_grep "Sign off" actual &&
	at "2026-03-02 12:20" digest --since-last >actual && test_grep ! "My own note" actual &&
	at "2026-03-02 12:20" digest --since-last --for ben >actual && test_grep "We ship" actual &&
	at "2026-03-02 12:30" digest --since-last --for ben >actual && test_grep ! "We ship" actual
'

test_expect_success '--since-last: what arrives late is told all the same, and once' '
	git clone -q log away 2>/dev/null && git -C away branch -q async origin/async &&
	at "2026-03-02 12:22" as ben async -C away post -q "Written offline" >offline &&
	at "2026-03-02 12:35" digest --since-last >actual && test_grep ! "Written offline" actual &&
	git -C log fetch -q "$PWD/away" async:async &&
	at "2026-03-02 12:36" digest --since-last >actual && test_grep "Written offline" actual &&
	at "2026-03-02 12:37" digest --since-last >actual && test_grep ! "Written offline" actual
'

test_expect_success '--since-last: what could not be written counts as not told' '
	at "2026-03-02 12:40" as ben async -C log post -q "Another note" >another &&
	test_expect_code 128 at "2026-03-02 12:50" digest --since-last >/dev/full 2>err &&
	test_grep "cannot write" err &&
	at "2026-03-02 13:00" digest --since-last >actual && test_grep "Another note" actual &&
	at "2026-03-02 13:10" digest --since-last >actual && test_grep ! "Another note" actual
'

test_expect_success 'setup: subjects that would be more than text' '
	at "2026-03-02 13:20" as ben async -C log post -q --to ana "<img src=x onerror=alert(1)> **b** [x](http://evil.example) \`c\`" >h1 &&
	at "2026-03-02 13:21" as ben async -C log post -q --to ana "http://evil.example www.evil.example a@b.example ](y) <http://z>" >h2 &&
	at "2026-03-02 13:22" as ben async -C log post -q --to ana "</title><script>alert(1)</script> | a | &amp; &lt; \\\\ _i_ ~~s~~ \$x\$" >h3 &&
	printf "async: 1\nkind: post\nfrom: ben\ndate: 2026-03-02T13:23:00Z\ntype: ask\nsubject: %s\nto: [ana]\nwithin: 1d\n" \
		"\"evil\\u202e Bcc: x@y.example\"" >h4.yaml &&
	plant log h4.yaml >h4 &&
	async -C log list --json --from ben -n 4 >rows &&
	cat >subjects.py <<-\EOF
	import json
	rows = [json.loads(line)["subject"] for line in open("rows", encoding="utf-8")]
	subjects = [s for s in rows if "\u202e" not in s]
	assert len(subjects) >= 3, rows
	EOF
'

# hostile <format>: ana is told of them.
hostile () {
	at "2026-03-02 13:30" digest --since "2026-03-02 14:15" --format "$1"
}

test_expect_success 'markdown: whatever a subject says is text' '
	hostile markdown >actual.md &&
	python3 - <<-\EOF &&
	exec(open("subjects.py").read())
	import re
	text = open("actual.md", encoding="utf-8").read()
	assert "\u202e" not in text and "\r" not in text
	lines = text.split("\n")
	assert sum(line.startswith("# ") for line in lines) == 1, lines
	bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)  # without what is escaped
	for sign in ["[", "]", "<", ">", "&", "_i", "~~", "|", "http:", "www.", "@", "$"]:
	    assert sign not in bare, (sign, bare)
	EOF
	hostile html >actual.html
'

test_expect_success 'html: a small document, in which it is text; nothing is loaded from anywhere' '
	hostile html >actual.html &&
	python3 - <<-\EOF
	exec(open("subjects.py").read())
	from html.parser import HTMLParser
	class P(HTMLParser):
	    tags, text, stack = set(), "", []
	    void = {"meta", "br"}
	    def handle_starttag(self, tag, attrs):
	        self.tags.add(tag)
	        assert tag in self.void | {"html", "head", "title", "body", "h1", "h2", "p", "ul", "li", "code", "strong"}, tag
	        assert tag == "meta" or tag == "html" or not attrs, (tag, attrs)
	        if tag not in self.void: self.stack.append(tag)
	    def handle_startendtag(self, tag, attrs): assert tag == "br" and not attrs
	    def handle_endtag(self, tag): assert self.stack.pop() == tag, tag
	    def handle_data(self, data): self.text += data
	p = P(convert_charrefs=True)
	html = open("actual.html", encoding="utf-8").read()
	p.feed(html); p.close()
	assert not p.stack and {"title", "h1", "h2", "li"} <= p.tags
	assert html.startswith("<!DOCTYPE html>") and "Content-Security-Policy" in html
	for s in subjects:
	    assert s in p.text, (s, p.text)
	assert "evil\\u{202E} Bcc: x@y" in p.text, p.text
	EOF
'

test_expect_success 'mail: a message that others read the same, with a head that is only ours' '
	hostile mail >actual.eml &&
	python3 - <<-\EOF
	exec(open("subjects.py").read())
	import email, email.policy
	raw = open("actual.eml", "rb").read()
	assert b"\r" not in raw and all(c < 128 for c in raw)
	assert all(len(line) <= 998 for line in raw.split(b"\n"))
	m = email.message_from_bytes(raw, policy=email.policy.default)
	assert not m.defects, m.defects
	assert sorted(k.lower() for k in m.keys()) == sorted(["from", "to", "subject", "date", "message-id",
	    "auto-submitted", "list-id", "mime-version", "content-type"]), m.keys()
	assert m["from"].addresses[0].addr_spec == "ana@example.com"
	assert m["to"].addresses[0].addr_spec == "ana@example.com", m["to"]
	assert m["auto-submitted"] == "auto-generated"
	assert str(m["date"].datetime) == "2026-03-02 13:30:00+00:00", m["date"]
	assert m["subject"].startswith("async: 1 overdue, "), m["subject"]
	assert m["message-id"].endswith(".digest@async.invalid>"), m["message-id"]
	plain, html = m.iter_parts()
	assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
	assert plain.get_content_charset() == html.get_content_charset() == "utf-8"
	assert "<script" not in html.get_content().lower() and "<img" not in html.get_content().lower()
	for s in subjects:
	    assert s in plain.get_content(), (s, plain.get_content())
	EOF
'

test_expect_success 'mail: the same on every machine, another day another message' '
	hostile mail >again.eml && test_cmp actual.eml again.eml &&
	git clone -q -b async log other &&
	at "2026-03-02 13:30" as ana async -C other digest --since "2026-03-02 14:15" --format mail >there.eml &&
	test_cmp actual.eml there.eml &&
	at "2026-03-03 13:30" digest --format mail >later.eml &&
	sed -n "s/^Message-Id: //ip" actual.eml >one && sed -n "s/^Message-Id: //ip" later.eml >two.id &&
	test_line_count = 1 one && test_line_count = 1 two.id && ! cmp -s one two.id
'

test_expect_success 'mail: a name beyond ASCII is encoded as UTF-8; to somebody without an address it is refused' '
	at "2026-03-02 13:00" as ana async -C log team edit ben "name=Bén Okoro, the long-named engineer of the far-away office of Ìbàdàn" >/dev/null &&
	at "2026-03-02 13:30" digest --for ben --format mail >actual &&
	test_grep -i "=?utf-8?" actual &&
	python3 - <<-\EOF &&
	import email, email.policy
	m = email.message_from_bytes(open("actual", "rb").read(), policy=email.policy.default)
	a = m["to"].addresses[0]
	assert a.addr_spec == "ben@example.com" and a.display_name.endswith("Ìbàdàn") and a.display_name.startswith("Bén"), a
	EOF
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-03-02T13:00:00Z\ntype: ask\nsubject: hi\nto: [nobody]\nwithin: 1h\n" |
		as ana async -C log write-record - >/dev/null &&
	test_expect_code 128 at "2026-03-04 13:30" digest --for nobody --format mail 2>err >out &&
	test_must_be_empty out && test_grep "nobody" err
'

test_expect_success 'text on a terminal fits its width' '
	TEST_COLUMNS=60 test_terminal env ASYNC_NOW=2026-03-02T13:30:00Z async -C log --no-pager --color=never \
		digest --since "2026-03-02 09:00" >actual &&
	! grep "^.\{61\}" actual && ! LC_ALL=C grep "$(printf "\033")" actual
'

test_expect_success 'errors' '
	test_expect_code 129 digest --since fri --since-last 2>err && test_grep "cannot be used together" err &&
	test_expect_code 129 digest --format pdf 2>err && test_grep "text, markdown, html, mail" err &&
	test_expect_code 129 digest --format html --json 2>err && test_grep "formats of their own" err &&
	test_expect_code 129 as ana async -C log --at 2026-03-01 digest --since-last 2>err && test_grep "use --since" err &&
	test_expect_code 128 digest --for zebra 2>err && test_grep "zebra" err &&
	test_expect_code 129 digest colour:red 2>err
'

test_done
