#!/bin/sh
test_description='async search: what was said, by its words'
. "${0%/*}/lib.sh"

# mark <date> <who> <verb> <target> <line>...
mark () {
	mark_who=$2 &&
	{
		printf "%s\n" "async: 1" "kind: mark" "from: $2" "date: $1" "target: $4" "verb: $3" &&
		shift 4 && printf "%s\n" "$@"
	} >mark && as "$mark_who" async -C log write-record - <mark
}

test_expect_success 'setup: asks, replies, notes, links' '
	create_log ana ben chi &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben,chi -t release \
		-m "The changelog is ready; the open point is the migration.

It ran twice on staging, and nobody knows why." "Can we ship 2.4?" >ship &&
	at "2026-03-02 10:00" as ben async -C log ack -m "after the on-call handover" "$(cat ship)" >/dev/null &&
	at "2026-03-02 11:00" as ben async -C log reply -q -m "Die Rückkehr zur alten Version dauert zu lange." \
		"$(cat ship)" >reply &&
	at "2026-03-03 09:00" as chi async -C log post -q --link https://example.com/v/31 -m "Watch this." "Café" >cafe &&
	at "2026-03-03 10:00" as chi async -C log post -q "Nothing to migrate; nothing to ship" >note
'

search () {
	at "2026-03-04 12:00" as ana async -C log search "$@"
}

# found <subject of each record that is found, newest first> <argument>...
found () {
	printf "%s\n" "$1" >expect && shift &&
	search --format="%(what) %(subject)" "$@" >actual &&
	test_cmp expect actual
}

# nothing <argument>...
nothing () {
	search "$@" >actual && test_must_be_empty actual
}

test_expect_success 'newest first: who, when, the thread, and the text around the words' '
	search migration OR ship OR handover >out &&
	sed "s/^[0-9a-f]\{7,\}/ID/" out >actual &&
	cat >expect <<-\EOF &&
	ID  yesterday 10:00  chi  Nothing to migrate; nothing to ship
	ID  2026-03-02 10:00  ben  ack: Can we ship 2.4?
	    after the on-call handover
	ID  2026-03-02 09:00  ana  Can we ship 2.4?
	    The changelog is ready; the open point is the migration. It ran twice on staging, and nobody knows why.
	EOF
	test_cmp expect actual
'

test_expect_success 'words, phrases, prefixes, OR, - and accents' '
	found "ask Can we ship 2.4?" migration changelog &&
	found "ask Can we ship 2.4?" "\"open point\"" &&
	nothing "\"point open\"" &&
	found "note Nothing to migrate; nothing to ship
ask Can we ship 2.4?" "migrat*" &&
	found "note Nothing to migrate; nothing to ship" "migrat*" -- -changelog &&
	found "note Can we ship 2.4?" ruckkehr &&
	found "note Can we ship 2.4?" RÜCKKEHR &&
	found "note Café" cafe &&
	found "note Café
note Can we ship 2.4?" "version OR cafe" &&
	nothing changelog rückkehr
'

test_expect_success 'the query grammar mixes in' '
	found "note Nothing to migrate; nothing to ship" ship from:chi &&
	found "ask Can we ship 2.4?" ship --from ana &&
	found "ask Can we ship 2.4?" ship tag:release type:ask until:2026-03-03 &&
	found "note Nothing to migrate; nothing to ship" -n 1 ship &&
	found "ask Can we ship 2.4?" -n 1 --reverse ship &&
	nothing ship from:ben
'

test_expect_success '--rank: the best first; a subject weighs more' '
	found "note Nothing to migrate; nothing to ship" --rank -n 1 nothing OR knows &&
	found "ask Can we ship 2.4?" --rank -n 1 ship OR changelog OR point
'

test_expect_success 'on a terminal the words are marked, and the text is cut to the width' '
	TEST_COLUMNS=60 at "2026-03-04 12:00" as ana test_terminal async -C log --no-pager search staging ship >out &&
	sed "s/\x1b\[1;31m/</g; s/\x1b\[[0-9;]*m/>/g; s/[0-9a-f]\{7,\}/ID/" out >actual &&
	cat >expect <<-\EOF &&
	>ID>  >2026-03-02 09:00>  ana  Can we <ship> 2.4?
	    … It ran twice on <staging>, and nobody knows why.
	EOF
	test_cmp expect actual &&
	search --color=always changelog >out &&
	grep "$(printf "The \033\[1;31mchangelog\033\[m is")" out
'

test_expect_success 'JSON: where the words stand, in characters' '
	search --json rückkehr OR staging OR café >out &&
	python3 - >actual <<-\EOF &&
	import json
	for line in open("out", encoding="utf-8"):
	    o = json.loads(line)
	    print(o["what"], o["in"], o["at"], [o["snippet"][a:b] for a, b in o["found"]])
	EOF
	cat >expect <<-\EOF &&
	note subject None ['\''Café'\'']
	note text None ['\''Rückkehr'\'']
	ask text None ['\''staging'\'']
	EOF
	test_cmp expect actual
'

test_expect_success 'links are found' '
	search --format="%(in) %(snippet)" "example.com/v/31" >actual &&
	echo "link https://example.com/v/31" >expect &&
	test_cmp expect actual
'

# both_ways <body>: with the index as it grew, and made anew.
both_ways () {
	"$@" && async -C log reindex -q && "$@"
}

new_text () {
	found "ask We ship on Monday" monday &&
	found "ask We ship on Monday" monday staging &&
	nothing 2.4 from:ana &&
	found "ask We ship on Monday" "moon*" -n 1
}

test_expect_success 'of a changed post the newest text is found, and what was not changed' '
	mark 2026-03-03T11:00:00Z ana supersede "$(cat ship)" "subject: We ship on Sunday" >/dev/null &&
	found "ask We ship on Sunday" sunday staging &&
	mark 2026-03-03T12:00:00Z ana supersede "$(cat ship)" "subject: We ship on Monday" \
		"links:" "  - {url: \"https://example.com/moon\", title: Moon}" >/dev/null &&
	both_ways new_text &&
	nothing sunday
'

redacted () {
	nothing staging && nothing monday && nothing moon && nothing rückkehr && nothing "handover"
}

test_expect_success 'what is redacted is not found' '
	mark 2026-03-03T13:00:00Z ana redact "$(cat ship)" >/dev/null &&
	mark 2026-03-03T13:00:00Z ben redact "$(cat reply)" >/dev/null &&
	search --format="%(id)" handover >ack &&
	mark 2026-03-03T13:00:00Z ben redact "$(cat ack)" >/dev/null &&
	both_ways redacted
'

anew () {
	found "ask Said anew" anew && nothing staging && nothing monday
}

test_expect_success 'what is said anew after that is found, and nothing else' '
	mark 2026-03-03T14:00:00Z ana supersede "$(cat ship)" "subject: Said anew" >/dev/null &&
	both_ways anew
'

# refused <status> <message> <argument>...
refused () {
	want=$1 message=$2 && shift 2 &&
	test_expect_code $want at "2026-03-04 12:00" as ana async -C log search "$@" >out 2>err &&
	test_must_be_empty out && test_grep "$message" err
}

test_expect_success 'errors' '
	refused 129 "wants an argument" &&
	refused 129 "wants a word" from:ana &&
	refused 129 "wants a word" -- -draft &&
	refused 129 "use one of them" --rank --reverse ship &&
	refused 128 "nobody" ship from:nobody &&
	refused 129 "no option" --rink ship
'

test_expect_success 'nothing that is typed is taken for the syntax of the full text' '
	for words in "AND" "NOT" "ship NEAR(a b)" "(" ")" "ship)" "^ship" "a + b" "ship *" "*" "a AND" "{a b}" \
		"\"\"" "- -" "ship ; drop" "%s%n" "a\\" "'\''" "$(printf "\001\002 ship")" "$(printf "\377\376")"
	do
		search "$words" >out 2>err
		case $? in 0 | 129) ;; *) echo "$words" && cat err && return 1 ;; esac
		test_grep ! -i "fts5\|sql" err || return 1
	done
'

test_expect_success 'texts of all sorts are searched, and none harms a terminal' '
	python3 - >long <<-\EOF &&
	print("x" * 65536)
	print("aguja " * 20000)
	EOF
	at "2026-03-03 15:00" as chi async -C log post -q -F ../long "Long words" >long.id &&
	search "$(python3 -c "print(\"x\" * 65536)")" >actual &&
	test_grep "Long words" actual &&
	search aguja >actual &&
	sed -n 2p actual >line && test "$(wc -c <line)" -lt 200 &&
	cat >hostile <<-\EOF &&
	async: 1
	kind: post
	from: chi
	date: 2026-03-03T16:00:00Z
	subject: hostile
	body: "before \u202eneedle\u202c \ufeffafter\u2028here"
	EOF
	sed -i "s/.u2028//" hostile &&
	plant log hostile &&
	TEST_COLUMNS=80 at "2026-03-04 12:00" as ana test_terminal async -C log --no-pager search needle >actual &&
	test_grep -F "before \u{202E}" actual &&
	test_grep ! "$(printf "\342\200\256")" actual
'

test_expect_success 'a record whose file is damaged is listed without a text' '
	async -C log search aguja >/dev/null &&
	object="log/.git/objects/$(cut -c 1-2 long.id)/$(cut -c 3- long.id)" &&
	mv "$object" object && test_when_finished "mv object \"$object\"" &&
	async -C log search aguja >actual &&
	test_grep "Long words" actual &&
	test_line_count = 1 actual
'

test_expect_success 'the newest of many, whatever the order in which they came' '
	git init -q many && git -C many config user.email dee@example.com && git -C many config user.name dee &&
	as dee async -C many init >/dev/null &&
	python3 - >stream <<-\EOF &&
	import random
	r = random.Random(7)
	for i in range(3000):
	    t = r.randrange(20 * 86400)
	    d, s = divmod(t, 86400)
	    word = "often" if i % 3 else "seldom" if i % 1500 == 0 else "never"
	    print(f"---\nasync: 1\nkind: post\nfrom: dee@example.com\n"
	          f"date: 2026-01-{d + 6:02}T{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}Z\ntype: note\nsubject: {word} {i}")
	EOF
	split -l 7000 stream part. && # some days come late
	for part in part.*
	do
		as dee async -C many write-record --batch <"$part" >/dev/null && as dee async -C many list -n 1 >/dev/null || return 1
	done &&
	for words in often seldom "often 20*" "often from:me since:2026-01-20"
	do
		as dee async -C many search --format="%(id)" $words | sed -n 1,20p >expect &&
		as dee async -C many search -n 20 --format="%(id)" $words >actual &&
		test_cmp expect actual &&
		as dee async -C many search --format="%(date:unix)" $words >dates &&
		sort -rn dates >sorted && test_cmp sorted dates || return 1
	done &&
	as dee async -C many search --format="%(id)" often >all &&
	test_line_count = 2000 all
'

test_expect_success 'outside a repository, in an empty one, in a pipe that closes' '
	mkdir outside && cd outside &&
	test_expect_code 128 async search x 2>err && cd .. &&
	git init -q empty &&
	test_expect_code 128 async -C empty search x 2>err &&
	test_grep "async init" err &&
	as dee async -C many search often | head -n 1 >actual &&
	test_line_count = 1 actual
'

test_done
