#!/bin/sh
test_description='async stats: how many were asked, how many answered in time, how fast'
. "${0%/*}/lib.sh"

post () { # <when> <who> <argument>...
	post_at=$1 post_who=$2
	shift 2
	at "$post_at" as "$post_who" async -C log post -q -l standard "$@"
}

test_expect_success 'setup: two groups in three zones; in time, late, open, overdue, withdrawn, handed over, reopened' '
	create_log ana:Europe/Berlin ben:America/New_York chi:Asia/Tokyo dee:UTC && ASYNC_NOW=2026-03-02T08:00:00Z &&
	for who in ana ben chi dee
	do
		as $who async -C log me "hours=mon-fri 09:00-17:00" >/dev/null || return 1
	done &&
	as ana async -C log team edit ben groups+=web >/dev/null &&
	as ana async -C log team edit chi groups+=web,ops >/dev/null &&
	a=$(post "2026-03-02 14:00" ana --to ben -t x "In time, after an hour of work") &&
	at "2026-03-02 15:00" as ben async -C log reply $a "Yes." >/dev/null &&
	b=$(post "2026-03-02 09:00" ana --to dee,chi -t x "Late, and never") &&
	at "2026-03-03 10:00" as dee async -C log done $b >/dev/null &&
	c=$(post "2026-03-03 09:00" dee --to @web -t y "One of a group") &&
	at "2026-03-04 01:00" as chi async -C log reply $c "I did." >/dev/null &&
	d=$(post "2026-03-04 09:00" ana --to dee "Taken back") &&
	at "2026-03-04 10:00" as ana async -C log done $d >/dev/null &&
	e=$(post "2026-03-09 09:00" dee --to ana,ben "Open for long") &&
	f=$(post "2026-03-10 09:00" ana --to dee -t x "Promised later") &&
	at "2026-03-10 10:00" as dee async -C log ack --by 2026-03-20 $f >/dev/null &&
	at "2026-03-10 09:00" as ana async -C log post -q "A note" >/dev/null
'

stats () {
	at "2026-03-11 09:00" as ana async -C log stats "$@"
}

test_expect_success 'figures of the team: all, by level, group and tag; no bars in a pipe' '
	stats >actual &&
	test_grep "^all  *9   33%     1     4      3      2      1h      9h$" actual &&
	test_grep "^standard  *9 " actual &&
	test_grep "^web  *5 " actual && test_grep "^ops  *2 " actual && test_grep "^(none)  *3 " actual &&
	test_grep "^x  *4 " actual && test_grep "^y  *2 " actual &&
	test_grep ! "[█#▁]" actual
'

test_expect_success 'templates: the counts, and in minutes how long it took' '
	cat >expect <<-\EOF &&
	all  9 2 1 4 3 2 1h 9h
	group web 5 2 0 2 2 1 1h 1h
	group ops 2 1 0 1 1 0 1h 1h
	group maintainers 1 0 0 1 1 0 - -
	group  3 0 1 1 0 1 9h 9h
	EOF
	stats --by group --format="%(by) %(name) %(asked) %(in_time) %(late) %(open) %(overdue) %(withdrawn) %(median) %(p90)" |
		sed "s/  $/ - -/" >actual &&
	test_cmp expect actual
'

test_expect_success 'a promise moves what is overdue, not what was asked' '
	stats "Promised later" --format="%(open) %(overdue)" --by level >actual &&
	printf "1 0\n1 0\n" >expect && test_cmp expect actual &&
	at "2026-03-19 09:00" as dee async -C log reply $f "Done." >/dev/null &&
	at "2026-03-20 09:00" as ana async -C log stats "Promised later" --format="%(in_time) %(late) %(open)" --by level >actual &&
	printf "0 1 0\n0 1 0\n" >expect && test_cmp expect actual
'

test_expect_success '--at: as it stood then' '
	as ana async -C log --at 2026-03-02T16:00Z stats --by level --format="%(asked) %(in_time) %(open)" >actual &&
	printf "3 1 2\n3 1 2\n" >expect && test_cmp expect actual
'

test_expect_success 'a part handed over is withdrawn here and asked there; a reopened one keeps its first answer' '
	printf "%s\n" "async: 1" "kind: mark" "from: ben" "date: 2026-03-10T15:00:00Z" "target: $e" "verb: assign" "to: [chi]" |
		async -C log write-record - >/dev/null &&
	printf "%s\n" "async: 1" "kind: mark" "from: ana" "date: 2026-03-10T16:00:00Z" "target: $a" "verb: reopen" |
		async -C log write-record - >/dev/null &&
	at "2026-03-10 17:00" as ana async -C log stats "Open for long" --by group --format="%(by) %(name) %(asked) %(open) %(withdrawn)" >actual &&
	printf "%s\n" "all  3 2 1" "group web 2 1 1" "group maintainers 1 1 0" "group ops 1 1 0" >expect &&
	test_cmp expect actual &&
	at "2026-03-10 17:00" as ana async -C log stats "In time" --by level --format="%(asked) %(in_time) %(open) %(median)" >actual &&
	printf "1 1 1 1h\n1 1 1 1h\n" >expect && test_cmp expect actual
'

test_expect_success 'of people, one'\''s own figures only, unless --each is given' '
	stats --by person --format="%(by) %(name) %(asked)" >actual &&
	printf "%s\n" "all  1" "person ana 1" >expect && test_cmp expect actual &&
	stats --for me --by level --format="%(asked)" >actual && printf "1\n1\n" >expect && test_cmp expect actual &&
	for how in "--for ben" "to:ben" "--to ben" "to:me,ben"
	do
		test_expect_code 129 stats $how 2>err >out && test_must_be_empty out &&
		test_grep "stats --for me" err && test_grep "hint: --each" err || return 1
	done &&
	stats --for ben --each --format="%(by) %(name) %(asked)" >actual &&
	printf "%s\n" "all  3" "person ben 3" >expect && test_cmp expect actual &&
	stats --each --format="%(by) %(name) %(asked)" >actual &&
	printf "%s\n" "all  10" "person chi 3" "person dee 3" "person ben 3" "person ana 1" >want && sort want >expect &&
	sort actual >sorted && test_cmp expect sorted
'

test_expect_success 'since and until are those of the posts' '
	stats --since 2026-03-09 --by level --format="%(asked)" >actual && printf "4\n4\n" >expect && test_cmp expect actual &&
	stats --until 2026-03-03 --by level --format="%(asked)" >actual && printf "3\n3\n" >expect && test_cmp expect actual &&
	stats since:2026-03-09 tag:x --by level --format="%(asked)" >actual && printf "1\n1\n" >expect && test_cmp expect actual
'

test_expect_success 'weeks: the last is that of now, or of --until' '
	stats --by level --json >out && head -n 1 out >actual &&
	test_grep "\"weeks\":\[\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"6\",\"4\"\]" actual &&
	stats --by level --json --until 2026-03-09 >out && head -n 1 out >actual &&
	test_grep "\"0\",\"0\",\"6\"\]" actual
'

test_expect_success 'nothing answered: no median; nobody asked: no figures' '
	stats "Taken back" --by level --json >out && head -n 1 out >actual &&
	test_grep "\"median\":null,\"p90\":null" actual &&
	stats "Taken back" --by level >actual && test_grep "^all  *1  *-  *0  *0  *0  *1  *-  *-$" actual &&
	stats nothing-of-the-kind >actual && echo "Nobody was asked." >expect && test_cmp expect actual &&
	stats nothing-of-the-kind --json >actual && test_must_be_empty actual
'

test_expect_success 'the same figures, worked out from the threads by another program' '
	at "2026-03-11 09:00" as ana async -C log list --format="%(id)" type:ask >ids &&
	at "2026-03-11 09:00" as ana async -C log show --json --stdin <ids >threads &&
	stats --by level --json >out && head -n 1 out >mine &&
	python3 - <<-\EOF
	import json
	from datetime import datetime, timedelta
	from zoneinfo import ZoneInfo
	ZONES = {"ana": "Europe/Berlin", "ben": "America/New_York", "chi": "Asia/Tokyo", "dee": "UTC"}
	NOW = datetime.fromisoformat("2026-03-11T09:00:00+00:00")
	def at(text):
	    return datetime.fromisoformat(text.replace("Z", "+00:00"))
	def work(who, start, end):
	    minutes = 0
	    while start < end:
	        local = start.astimezone(ZoneInfo(ZONES[who]))
	        minutes += local.weekday() < 5 and 9 <= local.hour < 17
	        start += timedelta(minutes=1)
	    return minutes
	asked = in_time = late = open_ = overdue = withdrawn = 0
	took = []
	for line in open("threads"):
	    t = json.loads(line)
	    for p in t["parts"]:
	        who = p["to"]
	        asked += 1
	        answers = [at(e["date"]) for e in t["events"] if e["counts"] and e["from"] == who
	                   and (e["kind"] == "post" or e["what"] == "done")]
	        assert p["state"] in ("open", "acked", "met", "withdrawn"), p
	        if p["state"] in ("open", "acked"):
	            open_ += 1
	            overdue += at(p["due"]) < NOW
	        if answers:
	            first = min(answers)
	            took.append(work(who, at(t["date"]), first))
	            in_time += first <= at(p["asked_due"])
	            late += first > at(p["asked_due"])
	        elif p["state"] not in ("open", "acked"):
	            withdrawn += 1
	took.sort()
	def rank(percent):
	    return took[-(-len(took) * percent // 100) - 1]
	mine = json.loads(open("mine").read())
	theirs = dict(asked=asked, in_time=in_time, late=late, open=open_, overdue=overdue, withdrawn=withdrawn,
	              median=rank(50), p90=rank(90))
	assert theirs == {k: mine[k] for k in theirs}, (theirs, mine)
	EOF
'

for width in 60 80 200
do
	test_expect_success "on a terminal of $width columns: pictures where there is room" '
		TEST_COLUMNS=$width LC_ALL=C test_terminal async --color=never --no-pager --at 2026-03-11T09:00Z -C log stats >out &&
		awk "length(\$0) > ($width < 66 ? 66 : $width)" out >long && test_must_be_empty long &&
		case $width in
		60) test_grep ! "a week" out ;;
		*) test_grep "a week$" out && test_grep "^all .*[.]#[+]$" out ;;
		esac
	'
done

test_expect_success 'bars and sparklines in blocks' '
	TEST_COLUMNS=100 test_terminal async --color=never --no-pager --at 2026-03-11T09:00Z -C log stats --by level >out &&
	test_grep "^all .*  █▋░░░  33%.*··········█▆$" out
'

test_expect_success 'names from elsewhere do no harm' '
	printf "%s\n" "async: 1" "kind: post" "from: ana" "date: 2026-03-10T09:30:00Z" "type: ask" "subject: Odd" "to: [dee]" \
		"within: 1d" "tags: [\"odd\\u2028\"]" >odd.yaml &&
	plant log odd.yaml >/dev/null &&
	{ async -C log stats --by tag >actual 2>err || test $? = 3; } &&
	test_grep ! "$(printf "\342\200\250")" actual
'

test_expect_success 'errors' '
	test_expect_code 129 stats --by colour 2>err && test_grep "level, tag, group, person" err &&
	test_expect_code 128 stats --for nobody-here 2>err && test_grep "nobody here is called" err &&
	test_expect_code 129 stats --since someday 2>err && test_grep "hint:" err &&
	test_expect_code 129 stats frm:ana 2>err &&
	git init -q empty && git -C empty config user.email ana@example.com && async -C empty init >/dev/null &&
	async -C empty stats >actual && echo "Nobody was asked." >expect && test_cmp expect actual
'

test_done
