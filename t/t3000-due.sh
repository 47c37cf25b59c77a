#!/bin/sh
test_description='async due: by when, for any calendar'
. "${0%/*}/lib.sh"

test_expect_success 'setup: a calendar with everything in it' '
	cat >berlin.yaml <<-\EOF
	zone: Europe/Berlin
	hours: {mon-thu: "09:00-12:00 13:00-17:00", fri: "09:00-15:00"}
	hours_on: {"2026-05-02": "10:00-14:00", "2026-05-04": none}
	holidays: [{date: "2026-12-24", from: "12:00", name: Christmas Eve}, {date: "2026-02-16", to: "13:00"}, "2026-12-25"]
	away: [{from: "2026-08-03", to: "2026-08-14"}, {from: "2026-03-02T13:00", to: "2026-03-03T11:00"}]
	focus: [{days: mon wed, hours: "09:00-11:00"}, {date: "2026-03-03", hours: "14:00-16:00"}]
	EOF
'

due () {
	async due --calendar berlin.yaml "$@"
}

test_expect_success 'hours, outside of any repository' '
	due --start 2026-03-02T08:00:00Z --within 10h >actual &&
	echo "Thu 2026-03-05 10:00 CET" >expect &&
	test_cmp expect actual
'

test_expect_success 'times without a zone are of the calendar' '
	due --start "2026-03-02 09:00" --within 10h >actual &&
	test_cmp expect actual
'

test_expect_success 'the start is now unless it is given' '
	at "2026-03-02 08:00" due --within 10h >actual &&
	test_cmp expect actual
'

test_expect_success 'days' '
	due --start "2026-08-01 12:00" --within 1d >actual &&
	echo "Mon 2026-08-17 17:00 CEST" >expect &&
	due --start "2026-08-01 12:00" --within 1d --focus count >counted &&
	test_cmp expect counted &&
	echo "Tue 2026-08-18 11:00 CEST" >expect &&
	test_cmp expect actual
'

test_expect_success 'hours_on replaces a date' '
	due --start "2026-05-01 15:00" --within 3h >actual &&
	echo "Sat 2026-05-02 13:00 CEST" >expect &&
	test_cmp expect actual &&
	due --start "2026-05-02 13:00" --within 2h >actual &&
	echo "Tue 2026-05-05 10:00 CEST" >expect &&
	test_cmp expect actual
'

test_expect_success 'by a date, by a moment' '
	due --start "2026-12-22 10:00" --by 2026-12-24 >actual &&
	echo "Thu 2026-12-24 12:00 CET" >expect &&
	test_cmp expect actual &&
	due --start "2026-12-22 10:00" --by "2026-12-24 16:00" >actual &&
	echo "Thu 2026-12-24 16:00 CET" >expect &&
	test_cmp expect actual &&
	due --start "2026-12-22 10:00" --by thu >actual &&
	echo "Thu 2026-12-24 12:00 CET" >expect &&
	test_cmp expect actual
'

test_expect_success 'by a date without working time before it' '
	due --start "2026-03-06 18:00" --by 2026-03-08 >actual &&
	echo "Mon 2026-03-09 00:00 CET, with no working time before it" >expect &&
	test_cmp expect actual &&
	due --start "2026-03-06 18:00" --by "2026-03-09 09:00" --json >actual &&
	echo "{\"v\":1,\"kind\":\"due\",\"due\":\"2026-03-09T08:00:00Z\",\"outside\":true,\"assumed\":false,\"zone\":\"Europe/Berlin\"}" >expect &&
	test_cmp expect actual
'

test_expect_success 'calendar clock' '
	due --start "2026-03-28 16:00" --within 1d --clock calendar >actual &&
	echo "Sun 2026-03-29 16:00 CEST" >expect &&
	test_cmp expect actual &&
	due --start "2026-03-28 16:00" --within 24h --clock calendar >actual &&
	echo "Sun 2026-03-29 17:00 CEST" >expect &&
	test_cmp expect actual
'

test_expect_success 'in a repeated hour the offset is printed' '
	due --start "2026-10-24 12:00" --within 15h --clock calendar >actual &&
	echo "Sun 2026-10-25 02:00 CET +01:00" >expect &&
	test_cmp expect actual
'

test_expect_success 'no calendar: assumed hours, and marked' '
	async due --start 2026-03-06T16:00:00Z --within 4h >actual &&
	echo "Mon 2026-03-09 12:00 UTC ~" >expect &&
	test_cmp expect actual &&
	echo "zone: Asia/Tokyo" >tokyo.yaml &&
	async due --start 2026-03-06T07:00:00Z --within 4h --calendar tokyo.yaml --json >actual &&
	echo "{\"v\":1,\"kind\":\"due\",\"due\":\"2026-03-09T03:00:00Z\",\"outside\":false,\"assumed\":true,\"zone\":\"Asia/Tokyo\"}" >expect &&
	test_cmp expect actual
'

test_expect_success 'no working time is an answer, not an error' '
	echo "{zone: UTC, hours: {}}" >never.yaml &&
	async due --within 1h --calendar never.yaml >actual &&
	echo "never: not enough working time within 1,830 days" >expect &&
	test_cmp expect actual &&
	async due --within 1h --calendar never.yaml --json >actual &&
	echo "{\"v\":1,\"kind\":\"due\",\"due\":null,\"outside\":false,\"assumed\":false,\"zone\":\"UTC\"}" >expect &&
	test_cmp expect actual
'

test_expect_success '--explain: what counts, with a running sum, and why the rest does not' '
	due --start "2026-12-23 09:00" --within 12h --explain >actual &&
	cat >expect <<-\EOF &&
	Wed 2026-12-23 09:00 - 11:00                                  focus
	Wed 2026-12-23 11:00 - 12:00                     +1h       1h
	Wed 2026-12-23 12:00 - 13:00                                  out of hours
	Wed 2026-12-23 13:00 - 17:00                     +4h       5h
	Wed 2026-12-23 17:00 - Thu 2026-12-24 09:00                   out of hours
	Thu 2026-12-24 09:00 - 12:00                     +3h       8h
	Thu 2026-12-24 12:00 - 13:00                                  out of hours
	Thu 2026-12-24 13:00 - 17:00                                  Christmas Eve
	Thu 2026-12-24 17:00 - Fri 2026-12-25 09:00                   out of hours
	Fri 2026-12-25 09:00 - 15:00                                  holiday
	Fri 2026-12-25 15:00 - Mon 2026-12-28 09:00                   out of hours
	Mon 2026-12-28 09:00 - 11:00                                  focus
	Mon 2026-12-28 11:00 - 12:00                     +1h       9h
	Mon 2026-12-28 12:00 - 13:00                                  out of hours
	Mon 2026-12-28 13:00 - 16:00                     +3h      12h
	due Mon 2026-12-28 16:00 CET
	EOF
	test_cmp expect actual
'

test_expect_success '--explain of days, of time off, of focus that counts' '
	due --start "2026-03-02 10:00" --within 1d --focus count --explain >actual &&
	cat >expect <<-\EOF &&
	1d from within a day: same local time, working days later
	Mon 2026-03-02 10:00 - 11:00                     +1h       1h focus counts
	Mon 2026-03-02 11:00 - 12:00                     +1h       2h
	Mon 2026-03-02 12:00 - 13:00                                  out of hours
	Mon 2026-03-02 13:00 - 17:00                                  time off
	Mon 2026-03-02 17:00 - Tue 2026-03-03 09:00                   out of hours
	Tue 2026-03-03 09:00 - 11:00                                  time off
	due Tue 2026-03-03 11:00 CET
	EOF
	test_cmp expect actual &&
	due --start "2026-03-05 08:00" --within 1d --explain >actual &&
	cat >expect <<-\EOF &&
	1d from an opening: whole working days, the first one counts
	Thu 2026-03-05 08:00 - 09:00                                  out of hours
	Thu 2026-03-05 09:00 - 12:00                     +3h       3h
	Thu 2026-03-05 12:00 - 13:00                                  out of hours
	Thu 2026-03-05 13:00 - 17:00                     +4h       7h
	due Thu 2026-03-05 17:00 CET
	EOF
	test_cmp expect actual
'

test_expect_success '--explain across a change of the clock' '
	echo "{zone: America/New_York, hours: {mon-sun: \"22:00-06:00\"}}" >nights.yaml &&
	async due --calendar nights.yaml --start "2026-10-31 22:00" --within 9h --explain >actual &&
	cat >expect <<-\EOF &&
	Sat 2026-10-31 22:00 - Sun 2026-11-01 06:00      +9h       9h the clock changes
	due Sun 2026-11-01 06:00 EST
	EOF
	test_cmp expect actual
'

test_expect_success '--explain --json' '
	due --start "2026-12-24 11:00" --by 2026-12-24 --explain --json >actual &&
	echo "{\"v\":1,\"kind\":\"due\",\"due\":\"2026-12-24T11:00:00Z\",\"outside\":false,\"assumed\":false,\"zone\":\"Europe/Berlin\",\"explain\":[{\"from\":\"2026-12-24T10:00:00Z\",\"to\":\"2026-12-24T11:00:00Z\",\"counts\":true,\"minutes\":60,\"what\":\"work\",\"name\":null}]}" >expect &&
	test_cmp expect actual
'

test_expect_success 'the name of a holiday cannot harm the terminal, or the columns' '
	printf "holidays: [{date: \"2026-03-02\", name: \"\\\\u202Ea very long name of a holiday\"}]\n" >evil.yaml &&
	async due --calendar evil.yaml --start "2026-03-02 09:00" --within 1h --explain >actual &&
	test_grep "u{202E}" actual &&
	sed "s/…/./" actual | awk "length(\$0) > 81 { exit 1 }"
'

# ---- errors

test_expect_success 'wrong usage' '
	test_expect_code 129 async due 2>err &&
	echo "async: one of --within and --by is needed" >expect &&
	test_cmp expect err &&
	test_expect_code 129 async due --within 1h --by fri 2>err &&
	echo "async: one of --within and --by is needed, not both" >expect &&
	test_cmp expect err &&
	test_expect_code 129 async due --within 1h --for ben --calendar berlin.yaml 2>err &&
	test_expect_code 129 async due --batch --within 1h 2>err &&
	test_expect_code 129 async due --within 1.5h 2>err &&
	test_expect_code 129 async due --within 1h --clock sun 2>err &&
	test_expect_code 129 async due --within 1h --start someday 2>err &&
	test_grep "^async: --start: .someday." err &&
	test_expect_code 129 async --at yesterday due --within 1h --calendar berlin.yaml 2>err &&
	test_grep "^async: --at needs a log" err &&
	test_expect_code 129 async due --within 1h more 2>err
'

test_expect_success '--for needs a log' '
	test_expect_code 128 async due --within 1h --for ben 2>err &&
	test_grep "^async: --for: " err
'

test_expect_success 'by in the past, and due times after 2100' '
	test_expect_code 128 due --start "2026-03-06 18:00" --by "2026-03-06 17:59" 2>err &&
	echo "async: by lies before the start" >expect &&
	test_cmp expect err &&
	test_expect_code 128 due --start "2026-03-06 18:00" --by 2026-03-05 2>err &&
	echo "async: by is a date that is over at the start" >expect &&
	test_cmp expect err &&
	test_expect_code 128 due --start "2100-12-31 16:00" --within 2d 2>err &&
	echo "async: the due time lies after the year 2100" >expect &&
	test_cmp expect err
'

test_expect_success 'a wrong calendar: file, line, key, value and what is allowed' '
	printf "zone: UTC\nhours: {mon: 9-5}\n" >wrong.yaml &&
	test_expect_code 128 async due --within 1h --calendar wrong.yaml 2>err &&
	test_grep "^async: wrong.yaml: line 2: hours mon is .9-5., not times like 09:00-12:00" err &&
	echo "hour: {}" >wrong.yaml &&
	test_expect_code 128 async due --within 1h --calendar wrong.yaml 2>err &&
	echo "async: wrong.yaml: line 1: a calendar has no key '\''hour'\''; its keys are zone, hours, hours_on, holidays, away, focus" >expect &&
	test_cmp expect err &&
	echo "holidays: [de]" >wrong.yaml &&
	test_expect_code 128 async due --within 1h --calendar wrong.yaml 2>err &&
	test_grep "a calendar.s name needs a log" err &&
	echo "zone: Mars/Base" >wrong.yaml &&
	test_expect_code 128 async due --within 1h --calendar wrong.yaml 2>err &&
	test_grep "^async: wrong.yaml: line 1: zone: there is no zone .Mars/Base." err &&
	echo "{" >wrong.yaml &&
	test_expect_code 128 async due --within 1h --calendar wrong.yaml 2>err &&
	test_grep "^async: wrong.yaml:2:1: " err
'

test_expect_success 'a calendar that is no file, or far too large' '
	test_expect_code 128 async due --within 1h --calendar missing.yaml 2>err &&
	test_grep "missing.yaml" err &&
	test_expect_code 128 async due --within 1h --calendar . 2>err &&
	mkfifo fifo &&
	test_expect_code 128 async due --within 1h --calendar fifo 2>err &&
	test_expect_code 128 async due --within 1h --calendar /dev/zero 2>err &&
	head -c 2000000 /dev/zero | tr "\0" "#" >large.yaml &&
	test_expect_code 128 async due --within 1h --calendar large.yaml 2>err
'

test_expect_success 'an empty file, or one of comments, has no keys' '
	printf "# nothing here\n\n" >empty.yaml &&
	async due --start 2026-03-06T16:00:00Z --within 4h --calendar empty.yaml >actual &&
	echo "Mon 2026-03-09 12:00 UTC ~" >expect &&
	test_cmp expect actual
'

# ---- batches

test_expect_success '--batch: each question has its answer, in order' '
	cat >questions <<-\EOF &&
	{"start": "2026-03-02T09:00:00Z", "within": "4h"}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "calendar": null, "clock": "work", "focus": "pause"}
	{"start": "2026-03-06T16:00:00Z", "within": "1d", "clock": "calendar"}
	{"start": "2026-03-02T09:00:00Z", "by": "2026-03-06"}
	{"start": "2026-03-02T09:00:00Z", "by": "2026-03-06T10:11:12Z"}
	{"start": "2026-03-02T09:00:00+01:00", "by": "2026-03-07", "calendar": {"zone": "Europe/Berlin"}}
	{"start": "2026-03-06T17:00:00Z", "by": "2026-03-07"}
	{"start": "2026-03-06T17:00:00Z", "within": "1h", "calendar": {"hours": {}}}
	{"start": "2026-03-02T09:30:00Z", "within": "4h", "calendar": {"focus": [{"days": "mon", "hours": "10:00-12:00"}]}}
	{"start": "2026-03-02T09:30:00Z", "within": "4h", "focus": "count", "calendar": {"focus": [{"days": "mon", "hours": "10:00-12:00"}]}}
	EOF
	cat >expect <<-\EOF &&
	{"due": "2026-03-02T13:00:00Z"}
	{"due": "2026-03-02T13:00:00Z"}
	{"due": "2026-03-07T16:00:00Z"}
	{"due": "2026-03-06T17:00:00Z"}
	{"due": "2026-03-06T10:11:12Z"}
	{"due": "2026-03-06T16:00:00Z"}
	{"due": "2026-03-08T00:00:00Z", "outside": true}
	{"due": null}
	{"due": "2026-03-02T15:30:00Z"}
	{"due": "2026-03-02T13:30:00Z"}
	EOF
	async due --batch <questions >actual &&
	test_cmp expect actual
'

test_expect_success '--batch: a wrong question is answered, and the next one too' '
	cat >questions <<-\EOF &&

	nonsense
	[]
	"start"
	{"start": "2026-03-02T09:00:00Z"
	{"start": "2026-03-02T09:00:00Z"}
	{"within": "4h"}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "by": "2026-03-06"}
	{"start": "2026-03-02 09:00", "within": "4h"}
	{"start": "1969-12-31T23:59:59Z", "within": "4h"}
	{"start": "2026-03-02T09:00:00Z", "within": "1.5h"}
	{"start": "2026-03-02T09:00:00Z", "within": 4}
	{"start": "2026-03-02T09:00:00Z", "by": "friday"}
	{"start": "2026-03-02T09:00:00Z", "by": "2026-03-01"}
	{"start": "2026-03-02T09:00:00Z", "by": "2026-03-02T08:59:59Z"}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "clock": "sun"}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "focus": ["count"]}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "calendar": "de"}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "calendar": {"holidays": ["de"]}}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "calendar": {"hour": {}}}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "calendar": {"away": [{"form": "2026-03-02"}]}}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "calender": {}}
	{"start": "2026-03-02T09:00:00Z", "start": "2026-03-02T09:00:00Z", "within": "4h"}
	{"start": "2026-03-02T09:00:00Z", "within": "4h", "calendar": {"zone": "../../etc/passwd"}}
	{"start": "2100-12-31T16:30:00Z", "within": "1h"}
	{"start": "2026-03-02T09:00:00Z", "within": "4h\u0000"}
	EOF
	async due --batch <questions >actual &&
	test_line_count = 26 actual &&
	test_grep ! -v "^{\"error\": \"..*\"}$" actual &&
	{
		cat questions &&
		echo "{\"start\": \"2026-03-02T09:00:00Z\", \"within\": \"4h\"}"
	} | async due --batch | tail -n 1 >actual &&
	echo "{\"due\": \"2026-03-02T13:00:00Z\"}" >expect &&
	test_cmp expect actual
'

test_expect_success '--batch: the answer to a hostile question is harmless JSON on one line' '
	printf "{\"start\": \"\\\\u001b[31m\\\\n\\\\u202e\", \"within\": \"4h\"}\n\377\376\n\0\n" | async due --batch >actual &&
	test_line_count = 3 actual &&
	python3 -c "
import json, sys
for line in sys.stdin:
	assert list(json.loads(line)) == [\"error\"], line
	assert line.isascii(), line
" <actual
'

test_expect_success '--batch: no input, no end of line, a line that is too long' '
	async due --batch </dev/null >actual &&
	test_must_be_empty actual &&
	printf "{\"start\": \"2026-03-02T09:00:00Z\", \"within\": \"4h\"}" | async due --batch >actual &&
	test_cmp expect actual &&
	{
		head -c 3000000 /dev/zero | tr "\0" " " &&
		echo "{}" &&
		printf "{\"start\": \"2026-03-02T09:00:00Z\", \"within\": \"4h\"}\n" &&
		head -c 300000 /dev/zero | tr "\0" "["
	} | async due --batch >actual &&
	cat >expect <<-\EOF &&
	{"error": "the line is longer than 262144 bytes"}
	{"due": "2026-03-02T13:00:00Z"}
	{"error": "the line is longer than 262144 bytes"}
	EOF
	test_cmp expect actual
'

test_expect_success '--batch: it can be asked one by one' '
	mkfifo in out &&
	{ async due --batch <in >out & } &&
	exec 8>in 9<out &&
	echo "{\"start\": \"2026-03-02T09:00:00Z\", \"within\": \"4h\"}" >&8 &&
	read -r first <&9 &&
	echo "{\"start\": \"2026-03-02T09:00:00Z\", \"within\": \"5h\"}" >&8 &&
	read -r second <&9 &&
	exec 8>&- 9<&- &&
	wait &&
	test "$first$second" = "{\"due\": \"2026-03-02T13:00:00Z\"}{\"due\": \"2026-03-02T14:00:00Z\"}"
'

test_expect_success '--batch: standard output that cannot be written is told' '
	echo "{\"start\": \"2026-03-02T09:00:00Z\", \"within\": \"4h\"}" >one &&
	test_expect_code 128 async due --batch <one >/dev/full 2>err &&
	test_grep "^async: cannot write to standard output" err
'

test_done
