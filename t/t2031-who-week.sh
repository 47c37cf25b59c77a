#!/bin/sh
test_description='async who --week: a picture of the week in my zone'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Berlin, New York and Tokyo; focus and time off' '
	create_log ana:Europe/Berlin ben:America/New_York chi:Asia/Tokyo &&
	as ana async -C log me "hours=mon-fri 09:00-17:00" "focus=mon 09:00-12:00" &&
	as ben async -C log me "hours=mon-fri 06:00-14:30" &&
	as chi async -C log me "hours=mon-fri 12:00-21:00" &&
	at "2026-03-02 08:00" as chi async -C log away 2026-03-05..2026-03-06
'

week () {
	at "2026-03-04 10:00" as ana async -C log who "$@"
}

test_expect_success 'a row for each, what is now, and the hours together; 80 columns' '
	cat >expect <<-\EOF &&
	Mon 2026-03-02 to Sun 2026-03-08, Europe/Berlin

	           Mon 02   Tue 03   Wed 04   Thu 05   Fri 06   Sat 07   Sun 08
	           0   12   0   12   0   12   0   12   0   12   0   12   0   12
	now                             ▼
	ana        ···▒█▄·· ···██▄·· ···██▄·· ···██▄·· ···██▄·· ········ ········
	ben        ····██▄· ····██▄· ····██▄· ····██▄· ····██▄· ········ ········
	chi        ·▄██▄··· ·▄██▄··· ·▄██▄··· ·xxxx··· ·xxxx··· ········ ········
	together   ····▄··· ····▄··· ····▄··· ········ ········ ········ ········

	█ at work  ▄ part of it  ▒ focus  x time off or holiday  · out of hours
	each cell is 3h
	EOF
	week --week >actual &&
	test_cmp expect actual
'

test_expect_success 'LC_ALL=C: plain ASCII' '
	cat >expect <<-\EOF &&
	Mon 2026-03-02 to Sun 2026-03-08, Europe/Berlin

	           Mon 02   Tue 03   Wed 04   Thu 05   Fri 06   Sat 07   Sun 08
	           0   12   0   12   0   12   0   12   0   12   0   12   0   12
	now                             v
	ana        ...f#+.. ...##+.. ...##+.. ...##+.. ...##+.. ........ ........
	ben        ....##+. ....##+. ....##+. ....##+. ....##+. ........ ........
	together   ....#+.. ....#+.. ....#+.. ....#+.. ....#+.. ........ ........

	# at work  + part of it  f focus  x time off or holiday  . out of hours
	each cell is 3h
	EOF
	LC_ALL=C week --week ana ben >actual &&
	test_cmp expect actual
'

test_expect_success 'seen from Tokyo the days are those of Tokyo' '
	at "2026-03-04 10:00" as chi async -C log who --week=2026-03-10 ana chi >actual &&
	test_grep "^Mon 2026-03-09 to Sun 2026-03-15, Asia/Tokyo$" actual &&
	test_grep "^ana        ·····▒▒█ ▄····▄██ ▄····▄██ ▄····▄██ ▄····▄██ ▄······· ········$" actual &&
	test_grep "^chi        ····███· ····███· ····███· ····███· ····███· ········ ········$" actual &&
	test_grep ! "^now" actual
'

test_expect_success 'the week of a date; words are understood' '
	week --week=2026-03-15 ana >actual &&
	test_grep "^Mon 2026-03-09 to Sun 2026-03-15," actual &&
	week --week="next mon" ana >out && test_cmp actual out
'

test_expect_success 'a day on which the clock changes has its own hours' '
	week --week=2026-03-29 ana --json >actual &&
	test_line_count = 6 actual &&
	as ana async -C log me "hours_on={\"2026-03-29\": \"00:00-12:00\"}" >/dev/null &&
	week --week=2026-03-29 ana --format="%(what) %(from:iso) %(to:iso) %(minutes)" >actual &&
	test_grep "^work 2026-03-28T23:00:00Z 2026-03-29T10:00:00Z 11h$" actual &&
	TEST_COLUMNS=200 test_terminal async --color=never --at 2026-03-04T10:00Z -C log who --week=2026-03-29 ana >out &&
	test_grep "██ █████████············" out
'

for width in 60 80 200
do
	test_expect_success "on a terminal of $width columns no line is longer; the length of a cell is said" '
		TEST_COLUMNS=$width LC_ALL=C test_terminal async --color=never --at 2026-03-04T10:00Z -C log who --week >out &&
		awk -v width=$width "length(\$0) > width" out >long &&
		test_must_be_empty long &&
		case $width in 60) cell=4h ;; 80) cell=3h ;; 200) cell=1h ;; esac &&
		test_grep "each cell is $cell$" out &&
		test_grep "^ana " out && test_grep "^together " out
	'
done

test_expect_success 'colours are those of color.async' '
	git -C log config color.async.done cyan &&
	LC_ALL=C test_terminal async --at 2026-03-04T10:00Z -C log who --week ana >out &&
	esc=$(printf "\033") &&
	test_grep "^ana  *$esc\[2m\.\.\.$esc\[m$esc\[35mf$esc\[m$esc\[36m#+" out &&
	git -C log config --unset color.async.done
'

test_expect_success 'JSON: a stretch each, those in common without a person' '
	week --week ana ben --json >actual &&
	head -n 1 actual >first &&
	echo "{\"v\":1,\"kind\":\"hours\",\"person\":\"ana\",\"what\":\"focus\",\"from\":\"2026-03-02T08:00:00Z\",\"to\":\"2026-03-02T11:00:00Z\",\"minutes\":180,\"name\":null}" >expect &&
	test_cmp expect first &&
	grep -c "\"person\":null,\"what\":\"together\"" actual >count &&
	echo 5 >expect && test_cmp expect count
'

test_expect_success 'the minutes are those of async due, counted independently' '
	week --week ana ben chi --json >out &&
	python3 - <<-\EOF
	import json
	from datetime import datetime, timedelta
	def at(text):
	    return datetime.fromisoformat(text[:-1])
	rows = [json.loads(line) for line in open("out")]
	work = {}
	for r in rows:
	    minutes = (at(r["to"]) - at(r["from"])).seconds // 60
	    assert minutes == r["minutes"], r
	    key = (r["person"], r["what"])
	    work[key] = work.get(key, 0) + minutes
	assert work[("ana", "work")] == 37 * 60 and work[("ana", "focus")] == 180, work
	assert work[("ben", "work")] == 5 * 510 and work[("chi", "work")] == 3 * 540 and work[("chi", "away")] == 2 * 540
	assert work[(None, "together")] == 3 * 60, work
	EOF
'

test_expect_success 'long names are cut' '
	printf "%s\n" "async: 1" "kind: person" "from: ana" "date: 2026-03-02T09:00:00Z" "person: long@example.com" \
		"handle: a-handle-that-is-longer-than-any-column" |
		as ana async -C log write-record - >/dev/null &&
	TEST_COLUMNS=60 LC_ALL=C.UTF-8 NO_COLOR=1 test_terminal async --at 2026-03-04T10:00Z -C log who --week >out &&
	test_grep "^a-handle-t…  *" out
'

test_expect_success 'nobody, and wrong dates' '
	git init -q empty && git -C empty config user.email ana@example.com && async -C empty init >/dev/null &&
	async -C empty who --week >actual && test_must_be_empty actual &&
	async -C empty who >actual && test_must_be_empty actual &&
	test_expect_code 129 week --week=someday 2>err && test_grep "^async: --week: .someday. is not a time" err &&
	test_grep "hint:" err
'

test_done
