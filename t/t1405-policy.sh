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

test_expect_success 'when people are reminded: what is said changes, the rest stays' '
	as ana async -C log policy remind at=50%,90% times=5 >actual &&
	echo "remind: {at: [\"50%\", \"90%\"], times: \"5\"}" >expect &&
	test_cmp expect actual &&
	as ana async -C log policy remind cap=3 times= >actual &&
	echo "remind: {at: [\"50%\", \"90%\"], cap: \"3\"}" >expect &&
	test_cmp expect actual &&
	as ana async -C log policy remind at=none >actual &&
	echo "remind: {at: [], cap: \"3\"}" >expect &&
	test_cmp expect actual
'

test_expect_success 'whom to ask besides: by names that there are, written as handles' '
	as ana async -C log team edit ben groups+=leads >/dev/null &&
	as ana async -C log policy escalate urgent after=2h to=ben@example.com,@leads >actual &&
	echo "escalate: {urgent: {to: [ben, \"@leads\"], after: 2h}}" >expect &&
	test_cmp expect actual &&
	as ana async -C log policy escalate later to=all:@leads >/dev/null &&
	as ana async -C log policy escalate urgent after=4h >actual &&
	test_grep "urgent: {to: \[ben, .@leads.\], after: 4h}" actual &&
	test_grep "later: {to: \[.all:@leads.\]}" actual
'

test_expect_success 'the domain of mail' '
	as ana async -C log policy set domain=example.org >actual &&
	echo "domain: example.org" >expect &&
	test_cmp expect actual
'

test_expect_success 'a rule that means nothing is refused, and names that nobody has' '
	refused ana 128 "every is .soon., not a duration" remind every=soon &&
	refused ana 128 "has at: at most 8 shares" remind at=50 &&
	refused ana 128 "has times: a number from 0 to 24" remind times=often &&
	refused ana 128 "has cap: a number from 1 to 1000" remind cap=0 &&
	refused ana 129 ".remind. has no .evry." remind evry=1d &&
	refused ana 129 "wants at=, every=, times= or cap=" remind &&
	refused ana 129 "wants a level, and after= or to=" escalate urgent &&
	refused ana 128 "there is no level .soon. to escalate" escalate soon to=ben &&
	refused ana 129 "needs to=<who>" escalate standard after=2h &&
	refused ana 129 "needs to=<who>" escalate urgent to= &&
	refused ana 128 "nobody here is called .bne." escalate urgent to=bne &&
	test_grep "did you mean .ben." err &&
	refused ana 128 "there is no group .@laeds." escalate urgent to=@laeds &&
	test_grep "did you mean .@leads." err &&
	refused ana 128 "to: not one to three steps" escalate urgent to=ben,ben,ben,ben &&
	refused ana 128 "domain" set domain=two..dots &&
	refused ana 129 "drop goes with" --drop set domain= &&
	refused ana 129 "drop takes no" remind --drop at=50%
'

test_expect_success 'a rule ends alone, and the last one leaves nothing' '
	as ana async -C log policy escalate --drop urgent >actual &&
	test_grep ! urgent actual &&
	as ana async -C log policy escalate --drop later >actual &&
	echo "escalate: not set any more" >expect &&
	test_cmp expect actual &&
	as ana async -C log policy remind --drop >actual &&
	echo "remind: not set any more" >expect &&
	test_cmp expect actual &&
	async -C log policy >actual &&
	test_grep ! -E "remind|escalate" actual &&
	refused ana 128 "does not escalate .urgent." escalate --drop urgent &&
	refused ana 128 "says nothing of reminders" remind --drop
'

test_expect_success 'it can be looked at before it is written' '
	git -C log rev-parse async >before &&
	as ana async -C log policy escalate -n standard to=ben >actual &&
	test_grep "^escalate: {standard: {to: \[ben\]}}$" actual &&
	git -C log rev-parse async >after &&
	test_cmp before after
'

test_expect_success 'on a terminal that it does not fit, a key has a line for each part' '
	cat >expect <<-\EOF &&
	levels:
	  urgent: {within: 2h, clock: calendar, focus: count}
	  standard: {within: 1d}
	  later: {within: 9d}
	EOF
	COLUMNS=80 test_terminal async --no-pager -C log policy >actual &&
	tr -d "\r" <actual | sed -n "/^levels/,/later/p" >levels &&
	test_cmp expect levels
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
