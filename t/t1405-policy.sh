#!/bin/sh
test_description='async policy: levels, and hours for those who have none'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Ana in Berlin, Ben in Lagos' '
	create_log ana:Europe/Berlin ben:Africa/Lagos
'

test_expect_success 'what holds until a team says otherwise' '
	cat >expect <<-\EOF &&
	default: standard
	levels: {urgent: {within: 4h, focus: count}, standard: {within: 1d}, low: {within: 3d}}
	hours: {mon-fri: "09:00-17:00"}   # assumed
	EOF
	async -C log policy >actual &&
	test_cmp expect actual
'

test_expect_success 'for programs' '
	async -C log policy --json >actual &&
	python3 -c "
import json, sys
policy = json.load(open(\"actual\"))
assert policy[\"v\"] == 1 and policy[\"kind\"] == \"policy\"
assert policy[\"policy\"][\"levels\"][\"urgent\"] == {\"within\": \"4h\", \"focus\": \"count\"}
"
'

test_expect_success 'a level changes in what is said of it' '
	async -C log policy level urgent within=2h clock=calendar >actual &&
	cat >expect <<-\EOF &&
	levels: {urgent: {within: 2h, clock: calendar, focus: count}, standard: {within: 1d}, low: {within: 3d}}
	EOF
	test_cmp expect actual &&
	git -C log diff-tree -r --diff-filter=A --name-only --no-commit-id async >path &&
	git -C log show "async:$(cat path)" >actual &&
	test_grep "^levels: {urgent: {within: 2h, clock: calendar, focus: count}}$" actual
'

test_expect_success 'it holds for the next ask' '
	as ana async -C log post --to ben -l urgent "Now?" >actual &&
	test_grep "due ~Mon 2026-03-02 12:00" actual
'

test_expect_success 'a level of our own, and one less' '
	async -C log policy level later within=9d >/dev/null &&
	async -C log policy level low --drop >actual &&
	test_grep "^levels: {urgent: .*standard: .*later: {within: 9d}}" actual &&
	test_grep ! "low" actual
'

test_expect_success 'hours that were assumed can be agreed on' '
	async -C log policy set "hours=mon-fri 9-17" >actual &&
	test_grep "^hours: {mon-fri: \"09:00-17:00\"}$" actual &&
	async -C log team ben >actual &&
	test_grep "^hours: {mon-fri: \"09:00-17:00\"}   # the team.s" actual
'

test_expect_success 'settings' '
	async -C log policy set default=later zone=Europe/Berlin "hours=mon-thu 9-17" >actual &&
	cat >expect <<-\EOF &&
	default: later
	hours: {mon-thu: "09:00-17:00"}
	zone: Europe/Berlin
	EOF
	sort actual >sorted &&
	test_cmp expect sorted
'

test_expect_success 'hours of the team hold for who has none' '
	async -C log team ben >actual &&
	test_grep "^hours: {mon-thu: \"09:00-17:00\"}   # the team.s" actual
'

refused () { # <who> <code> <message> <argument>...
	git -C log rev-parse async >before &&
	refused_who=$1 refused_code=$2 refused_text=$3 && shift 3 &&
	test_expect_code "$refused_code" as "$refused_who" async -C log policy "$@" 2>err &&
	test_grep "$refused_text" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'what makes no sense is refused' '
	refused ana 128 "there is no level .soon." set default=soon &&
	refused ana 128 "there is no level .soon." level soon --drop &&
	refused ana 128 ".later. is the default" level later --drop &&
	refused ana 128 "not a duration such as" level urgent within=soon &&
	refused ana 128 "expected work or calendar" level urgent clock=wall &&
	refused ana 129 "needs within=" level soon focus=count &&
	refused ana 129 "a level has no .whithin." level urgent whithin=1d &&
	refused ana 129 "there is no setting .zoen." set zoen=UTC &&
	refused ana 128 "there is no zone" set zone=Mars/X &&
	refused ana 129 "the nearest is .level." levels &&
	refused ana 129 ".policy level. wants a name" level &&
	refused ana 129 ".policy set. wants settings" set &&
	refused ana 129 "one form, not rows" --format="%(zone)"
'

test_expect_success 'only maintainers change it' '
	refused ben 128 "would not count: only @maintainers may change the policy" set default=urgent
'

test_expect_success 'in the editor' '
	cat >editor <<-\EOF &&
	#!/bin/sh
	sed -i -e "s/^default: .*/default: standard/" -e "s/within: 9d/within: 8d/" "$1"
	EOF
	chmod +x editor &&
	GIT_EDITOR=../editor && export GIT_EDITOR &&
	as ana test_terminal async --no-pager -C log policy --edit >actual &&
	unset GIT_EDITOR &&
	async -C log policy >actual &&
	test_grep "^default: standard$" actual &&
	test_grep "later: {within: 8d}" actual &&
	git -C log diff-tree -r --diff-filter=A --name-only --no-commit-id async >path &&
	git -C log show "async:$(cat path)" >actual &&
	test_grep "^levels: {later: {within: 8d}}$" actual
'

test_expect_success 'two who change it at once change what each has touched' '
	git clone -q -b async log other &&
	at "2026-03-02 10:00" as ana async -C other policy level later within=7d >/dev/null &&
	at "2026-03-02 10:01" as ana async -C log policy level urgent within=1h >/dev/null &&
	git -C log remote add origin ../other &&
	git -C log fetch -q origin &&
	at "2026-03-02 10:02" as ana async -C log policy >actual &&
	test_grep "urgent: {within: 1h" actual &&
	test_grep "later: {within: 7d" actual
'

test_expect_success 'what was so before' '
	async -C log --at 2026-02-01 policy >actual &&
	test_grep "^default: standard" actual &&
	test_grep "low: {within: 3d}" actual &&
	test_expect_code 129 async -C log --at 2026-02-01 policy set default=low 2>err &&
	test_grep "looks at the past" err
'

test_done
