#!/bin/sh
test_description='async calendar: holidays that people and the policy name'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Ana in Berlin, Ben in Lagos' '
	create_log ana:Europe/Berlin ben:Africa/Lagos
'

test_expect_success 'none yet' '
	async -C log calendar >actual &&
	test_must_be_empty actual &&
	test_expect_code 128 async -C log calendar show de 2>err &&
	test_grep "there is no calendar .de." err
'

test_expect_success 'a day, with its name' '
	async -C log calendar add de 2026-12-25 Christmas Day >actual &&
	test_grep "^de: added 2026-12-25; nobody names this calendar yet" actual &&
	git -C log diff-tree -r --diff-filter=A --name-only --no-commit-id async >path &&
	git -C log show "async:$(cat path)" >actual &&
	cat >expect <<-\EOF &&
	async: 1
	kind: calendar
	from: ana
	date: 2026-03-02T09:00:00Z
	calendar: de
	holidays: {add: [{date: "2026-12-25", name: Christmas Day}]}
	EOF
	test_cmp expect actual
'

test_expect_success 'a date alone, and a part of a day' '
	async -C log calendar add de 2026-05-01 >/dev/null &&
	async -C log calendar add --from 12:00 de 2026-12-24 Christmas Eve >/dev/null &&
	cat >expect <<-\EOF &&
	2026-05-01  Fri
	2026-12-24  Thu  12:00  Christmas Eve
	2026-12-25  Fri  Christmas Day
	EOF
	async -C log calendar show de >actual &&
	test_cmp expect actual
'

test_expect_success 'the same date again gets the new name' '
	async -C log calendar add de 2026-05-01 May Day >/dev/null &&
	async -C log calendar show de >actual &&
	test_line_count = 3 actual &&
	test_grep "^2026-05-01  Fri  May Day" actual
'

test_expect_success 'for programs' '
	async -C log calendar show de --json >actual &&
	test_grep "^{\"v\":1,\"kind\":\"holiday\",\"date\":\"2026-12-24\",\"weekday\":\"Thu\",\"from\":\"12:00\",\"to\":null,\"name\":\"Christmas Eve\"}" actual &&
	async -C log calendar --json >actual &&
	test_grep "\"calendar\":\"de\",\"days\":3,\"next\":\"2026-05-01\",\"name\":\"May Day\",\"people\":0,\"team\":false" actual
'

test_expect_success 'it holds for who names it' '
	as ben async -C log me holidays+=de >/dev/null &&
	at "2026-05-01 12:00" async -C log team ben >actual &&
	test_grep "^now: .*holiday until Mon 09:00" actual &&
	at "2026-05-01 12:00" async -C log team ana >actual &&
	test_grep "^now: .*working" actual &&
	async -C log calendar --format="%(people) %(team)" >actual &&
	test_grep "^1 " actual
'

test_expect_success 'and for everybody when the policy does' '
	async -C log policy set holidays+=de >/dev/null &&
	at "2026-05-01 12:00" async -C log team ana >actual &&
	test_grep "^now: .*holiday until Mon 09:00" actual
'

test_expect_success 'a day less' '
	async -C log calendar drop de 2026-05-01 >actual &&
	test_grep "^de: dropped 2026-05-01$" actual &&
	async -C log calendar show de >actual &&
	test_grep ! 2026-05-01 actual &&
	test_line_count = 2 actual
'

refused () { # <who> <code> <message> <argument>...
	git -C log rev-parse async >before &&
	refused_who=$1 refused_code=$2 refused_text=$3 && shift 3 &&
	test_expect_code "$refused_code" as "$refused_who" async -C log calendar "$@" 2>err &&
	test_grep "$refused_text" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'what makes no sense is refused' '
	refused ana 128 "de has no 2026-05-01" drop de 2026-05-01 &&
	refused ana 128 "there is no calendar .dee." drop dee 2026-05-01 &&
	test_grep "did you mean .de." err &&
	refused ana 128 "is not a date" add de "fri 17:00" &&
	refused ana 128 "is not a time" add de someday &&
	refused ana 129 "^hint: usage: async calendar add .* <calendar> <date>" add de &&
	refused ana 129 ".calendar drop. wants a calendar and a date" drop de &&
	refused ana 129 ".calendar show. wants one calendar" show &&
	refused ana 129 "does not take .remove." remove de 2026-05-01 &&
	refused ana 128 "holiday" add --from late de 2026-05-01
'

test_expect_success 'only maintainers change one' '
	refused ben 128 "would not count: only @maintainers may change calendars" add de 2026-05-01
'

test_expect_success 'another, with a long name for its day' '
	async -C log calendar add ng 2026-10-01 "Independence  Day" >/dev/null &&
	async -C log calendar >actual &&
	test_line_count = 2 actual
'

test_done
