#!/bin/sh
test_description='async who: at work now, until when, who comes next; and when people overlap'
. "${0%/*}/lib.sh"

test_expect_success 'setup: three continents; focus, time off with a deputy, a night shift, one who left' '
	create_log ana:Europe/Berlin ben:America/New_York chi:Asia/Tokyo dee:UTC eve:Europe/Berlin fay:UTC gus:UTC &&
	as ana async -C log me "hours=mon-fri 09:00-17:00" &&
	as ben async -C log me "hours=mon-fri 09:00-17:00" &&
	as chi async -C log me "hours=mon-fri 09:00-17:00" &&
	as eve async -C log me "hours=mon-fri 08:00-18:00" "focus=mon 10:00-12:00" &&
	as fay async -C log me "hours=mon-thu 22:00-06:00" &&
	as ana async -C log team edit dee deputy=eve "hours=mon-fri 09:00-17:00" &&
	as ana async -C log team edit eve groups+=ops &&
	as ana async -C log team edit chi groups+=ops &&
	as ana async -C log team leave gus &&
	at "2026-03-02 08:00" as dee async -C log away 2026-03-02..2026-03-04
'

# It is Monday 10:30 in Berlin, 04:30 in New York, 18:30 in Tokyo.
now () {
	at "2026-03-02 09:30" as ana async -C log "$@"
}

test_expect_success 'at work first, then who comes next; my time, and theirs' '
	cat >expect <<-\EOF &&
	ana  Mon 10:30  working  until today 17:00  Europe/Berlin
	eve  Mon 10:30  focus  until today 12:00  Europe/Berlin
	ben  Mon 04:30  off  until today 15:00  09:00 there  America/New_York
	fay  Mon 09:30  off  until today 23:00  22:00 there  UTC
	chi  Mon 18:30  off  until tomorrow 01:00  09:00 there  Asia/Tokyo
	dee  Mon 09:30  away  until Thu 10:00  09:00 there  deputy eve  UTC
	EOF
	now who >actual &&
	test_cmp expect actual
'

test_expect_success 'seen from Tokyo the same, in the time there' '
	cat >expect <<-\EOF &&
	ana  Mon 10:30  working  until tomorrow 01:00  Mon 17:00 there  Europe/Berlin
	ben  Mon 04:30  off  until today 23:00  09:00 there  America/New_York
	EOF
	at "2026-03-02 09:30" as chi async -C log who ana ben >actual &&
	test_cmp expect actual
'

test_expect_success 'groups, handles, addresses and me; everybody once' '
	now who @ops ben@example.com me eve --format="%(person) %(state)" >actual &&
	cat >expect <<-\EOF &&
	ana working
	eve focus
	ben off
	chi off
	EOF
	test_cmp expect actual
'

test_expect_success 'who has left is told where they are named, and nowhere else' '
	now who gus >actual &&
	echo "gus  Mon 09:30  gone  UTC" >expect &&
	test_cmp expect actual &&
	now who >actual && test_grep ! gus actual
'

test_expect_success 'assumed hours are marked' '
	now who gus ana --json >actual &&
	test_grep "\"person\":\"gus\".*\"assumed\":true" actual &&
	at "2026-03-02 09:30" as ana async -C log team add hal Hal hal@example.com zone=UTC >/dev/null &&
	now who hal >actual &&
	echo "hal  Mon 09:30  working  until today 18:00 ~  17:00 there  UTC" >expect &&
	test_cmp expect actual
'

test_expect_success 'somebody who was asked but is not in the team: hours are assumed' '
	now post -q --to zoe@example.org "Who are you?" >/dev/null &&
	now who zoe@example.org >actual &&
	echo "zoe@example.org  Mon 09:30  working  until today 18:00 ~  17:00 there  UTC" >expect &&
	test_cmp expect actual
'

test_expect_success '--at: as it was then' '
	now --at 2026-03-01T12:00Z who dee --format="%(state) %(until:iso)" >actual &&
	echo "off 2026-03-02T09:00:00Z" >expect &&
	test_cmp expect actual &&
	now --at 2026-03-06T08:30Z who eve --format="%(state) %(until:iso)" >actual &&
	echo "working 2026-03-06T17:00:00Z" >expect &&
	test_cmp expect actual
'

test_expect_success 'nobody ever: no time is told' '
	as ana async -C log team add ian Ian ian@example.com zone=UTC >/dev/null &&
	as ian async -C log me hours=none >/dev/null &&
	now who ian >actual &&
	echo "ian  Mon 09:30  off  UTC" >expect &&
	test_cmp expect actual &&
	now who --json ian >actual &&
	test_grep "\"until\":null,\"there\":null" actual
'

test_expect_success 'JSON, -z and a template say the same' '
	now who --json dee >actual &&
	echo "{\"v\":1,\"kind\":\"who\",\"person\":\"dee\",\"time\":\"Mon 09:30\",\"state\":\"away\",\"until\":\"2026-03-05T09:00:00Z\",\"there\":\"09:00\",\"deputy\":\"eve\",\"zone\":\"UTC\",\"assumed\":false}" >expect &&
	test_cmp expect actual &&
	now who -z ana eve | tr "\0" "\n" >actual &&
	printf "ana\tMon 10:30\tworking\tuntil today 17:00\t\t\tEurope/Berlin\n" >expect &&
	printf "eve\tMon 10:30\tfocus\tuntil today 12:00\t\t\tEurope/Berlin\n" >>expect &&
	test_cmp expect actual
'

for width in 60 80 200
do
	test_expect_success "on a terminal of $width columns no line is longer" '
		TEST_COLUMNS=$width NO_COLOR=1 test_terminal async --at 2026-03-02T09:30Z -C log who >out &&
		test_grep "^dee  *Mon 09:30  away  *until Thu 10:00" out &&
		awk -v width=$width "length(\$0) > width" out >long &&
		test_must_be_empty long
	'
done

test_expect_success '--overlap: the next stretches in common, in my time and each one'\''s own' '
	cat >expect <<-\EOF &&
	today 15:00-17:00  2h  ana 15:00-17:00, ben 09:00-11:00
	tomorrow 15:00-17:00  2h  ana 15:00-17:00, ben 09:00-11:00
	EOF
	now who --overlap ana,ben --within 2d >actual &&
	test_cmp expect actual
'

test_expect_success '--overlap: the day is said where it is another one' '
	at "2026-03-02 20:00" as chi async -C log who --overlap fay,chi --within 1d >actual &&
	echo "today 09:00-15:00  6h  fay 00:00-06:00, chi 09:00-15:00" >expect &&
	test_cmp expect actual &&
	at "2026-03-02 20:00" as ben async -C log who --overlap fay,chi --within 1d >actual &&
	echo "today 19:00-01:00  6h  fay Tue 00:00-06:00, chi Tue 09:00-15:00" >expect &&
	test_cmp expect actual
'

test_expect_success '--overlap: focus and time off are not in it; groups are taken apart' '
	now who --overlap ana,eve --within 1d --format="%(from:iso) %(minutes)" >actual &&
	printf "%s\n" "2026-03-02T11:00:00Z 5h" "2026-03-03T08:00:00Z 8h" >expect &&
	test_cmp expect actual &&
	now who --overlap dee,ana --within 2d >actual &&
	echo "They are not at work together within 2 days." >expect &&
	test_cmp expect actual &&
	now who --overlap @ops --json --within 3d >actual &&
	test_line_count = 3 actual &&
	test_grep "\"people\":\[\"chi\",\"eve\"\],\"local\":\[\"chi 16:00-17:00\",\"eve 08:00-09:00\"\]" actual
'

test_expect_success '--overlap --at-least: for so long or longer' '
	now who --overlap ana,eve,ben --at-least 2h --within 1d --format="%(from:iso) %(to:iso)" >actual &&
	echo "2026-03-02T14:00:00Z 2026-03-02T16:00:00Z" >expect &&
	test_cmp expect actual &&
	now who --overlap ana,eve,ben --at-least 2h1m --within 1d >actual &&
	echo "They are not at work together for 2h 1m within 1 day." >expect &&
	test_cmp expect actual
'

test_expect_success 'errors say what would be right' '
	test_expect_code 128 now who bne 2>err && test_grep "did you mean .ben.?" err &&
	test_expect_code 128 now who @opps 2>err && test_grep "no group .@opps." err && test_grep "@ops" err &&
	test_expect_code 129 now who --overlap ana,ben chi 2>err && test_grep "overlap a,b" err &&
	test_expect_code 129 now who --overlap ana,ben --week 2>err && test_grep "one at a time" err &&
	test_expect_code 129 now who --within 5d 2>err && test_grep "go with --overlap" err &&
	test_expect_code 129 now who --overlap ana,ben --within 5h 2>err && test_grep "whole days" err &&
	test_expect_code 129 now who --overlap ana,ben --at-least 1d 2>err && test_grep "such as 30m" err &&
	test_expect_code 128 async who 2>err
'

test_done
