#!/bin/sh
test_description='async me: who I am, and when I work'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Ana founds a log, Ben and Chi are in it' '
	create_log ana:Europe/Berlin ben:Africa/Lagos chi:Asia/Tokyo &&
	git -C log rev-parse async >tip
'

test_expect_success 'who I am, as settings' '
	cat >expect <<-\EOF &&
	handle: ben
	name: ben
	addresses: [ben@example.com]
	zone: Africa/Lagos
	hours: {mon-fri: "09:00-17:00"}   # assumed
	now: Mon 2026-03-02 10:00 WAT, working until today 17:00
	EOF
	as ben async -C log me >actual &&
	test_cmp expect actual
'

test_expect_success 'as one JSON object' '
	as ben async -C log me --json >actual &&
	test_grep "^{\"v\":1,\"kind\":\"person\",\"person\":\"ben\",\"name\":\"ben\",\"time\":\"Mon 10:00\"" actual &&
	test_line_count = 1 actual
'

test_expect_success 'looking writes nothing' '
	git -C log rev-parse async >actual &&
	test_cmp tip actual
'

test_expect_success 'hours as people write them; what was understood is told' '
	as ben async -C log me hours="mon-fri 9-12 13:00-17:00, sat 10-12" zone=Europe/Lisbon >actual &&
	cat >expect <<-\EOF &&
	zone: Europe/Lisbon
	hours: {mon-fri: "09:00-12:00 13:00-17:00", sat: "10:00-12:00"}
	now: Mon 2026-03-02 09:00 WET, working until today 12:00
	EOF
	test_cmp expect actual
'

test_expect_success 'one record holds what changed, and nothing else' '
	git -C log log -1 --format=%s async >subject &&
	test_grep "^person [0-9a-f]\{7\} by ben$" subject &&
	git -C log diff-tree -r --diff-filter=A --name-only --no-commit-id async >path &&
	test_line_count = 1 path &&
	git -C log show "async:$(cat path)" >actual &&
	cat >expect <<-\EOF &&
	async: 1
	kind: person
	from: ben
	date: 2026-03-02T09:00:00Z
	person: ben
	zone: Europe/Lisbon
	hours: {mon-fri: "09:00-12:00 13:00-17:00", sat: "10:00-12:00"}
	EOF
	test_cmp expect actual
'

test_expect_success 'another in the same second comes after it' '
	as ben async -C log me zone=Africa/Lagos >actual &&
	test_grep "^zone: Africa/Lagos" actual &&
	as ben async -C log me >actual &&
	test_grep "^zone: Africa/Lagos" actual
'

test_expect_success 'the same again is nothing to change' '
	git -C log rev-parse async >tip &&
	echo "nothing to change" >expect &&
	as ben async -C log me zone=Africa/Lagos >actual &&
	test_cmp expect actual &&
	git -C log rev-parse async >actual &&
	test_cmp tip actual
'

test_expect_success 'sets grow and shrink' '
	as ben async -C log me focus+="mon wed 9-11" focus+="2026-03-03 14-16" hours_on+="2026-03-07 none" \
		hours_on+="2026-03-08 10-14" >/dev/null &&
	as ben async -C log me focus-="mon wed 9-11" hours_on-=2026-03-07 >actual &&
	test_grep "^hours_on: {\"2026-03-08\": \"10:00-14:00\"}" actual &&
	test_grep "^focus: \[{date: \"2026-03-03\", hours: \"14:00-16:00\"}\]" actual
'

test_expect_success 'holidays: dates, parts of days' '
	as ben async -C log me holidays+="2026-12-24 12:00- Christmas Eve, 2026-12-31" >actual &&
	test_grep "^holidays: \[{date: \"2026-12-24\", from: \"12:00\", name: Christmas Eve}, \"2026-12-31\"\]" actual &&
	as ben async -C log me holiday-=2026-12-24 >actual &&
	test_grep "^holidays: \[\"2026-12-31\"\]" actual
'

test_expect_success 'an empty value is as if it had never been set' '
	as ben async -C log me hours= holidays= hours_on= focus= >actual &&
	test_grep "^hours: .*# assumed" actual &&
	test_grep ! "^holidays: \[" actual
'

test_expect_success 'no hours at all is something else' '
	as ben async -C log me hours=none >actual &&
	test_grep "^hours: {}" actual &&
	test_grep "^now: .*off for as long as can be seen" actual &&
	as ben async -C log me hours= >/dev/null
'

test_expect_success 'a deputy by any name' '
	as ben async -C log me deputy=chi@example.com >actual &&
	test_grep "^deputy: chi" actual
'

refused () { # <code> <message> <setting>...
	git -C log rev-parse async >before &&
	refused_code=$1 refused_text=$2 && shift 2 &&
	test_expect_code "$refused_code" as ben async -C log me "$@" 2>err &&
	test_grep "$refused_text" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'wrong settings name the key, the value and what is allowed; nothing is written' '
	refused 128 "there is no zone .Mars/X." zone=Mars/X &&
	refused 128 "hours: .mon. has no times" "hours=mon" &&
	refused 128 "hours mon is .09:00-late." "hours=mon 9-late" &&
	refused 128 "is .25:00-26:00." "hours=mon 25-26" &&
	refused 128 "hours_on: .monday. is not a date" "hours_on+=monday 9-10" &&
	refused 128 "focus: .09:00. is not like" "focus+=09:00" &&
	refused 128 "name of a calendar" holidays+=nowhere &&
	refused 128 "nobody here is called .nobody." deputy=nobody &&
	refused 129 "there is no setting .zoen." zoen=UTC &&
	test_grep "nearest is .zone." err &&
	refused 129 "is not <key>=<value>" zone &&
	refused 129 "zone holds one value" zone+=UTC &&
	refused 128 "focus has no" "focus-=mon 9-10"
'

test_expect_success 'what would not count is refused' '
	refused 128 "would not count: groups: only @maintainers" groups+=leads &&
	refused 128 "would not count: handle: only @maintainers" handle=benny
'

test_expect_success 'what counts in part is written, with a warning' '
	as ben async -C log me name=Benny groups+=leads >actual 2>err &&
	test_grep "^name: Benny" actual &&
	test_grep "^warning: not all of it counts: groups: only @maintainers" err
'

test_expect_success 'a further address waits until it has made a commit' '
	as ben async -C log me address+=benny@example.com 2>err &&
	test_grep "waits for a commit" err &&
	as ben async -C log me >actual &&
	test_grep "^unconfirmed: \[benny@example.com\]" actual &&
	as benny async -C log me name=Ben &&
	as ben async -C log me >actual &&
	test_grep "^addresses: \[ben@example.com, benny@example.com\]" actual &&
	test_grep ! "^unconfirmed" actual
'

test_expect_success '-n shows the record and writes nothing' '
	git -C log rev-parse async >tip &&
	as ben async -C log me -n name=Bee >actual &&
	test_grep "^name: Bee" actual &&
	test_grep "^kind: person" actual &&
	git -C log rev-parse async >actual &&
	test_cmp tip actual
'

test_expect_success 'in the editor' '
	cat >editor <<-\EOF &&
	#!/bin/sh
	sed -i -e "s/^name: .*/name: Ben Okoro/" -e "/^zone:/d" "$1"
	echo "hours: {mon: \"10:00-11:00\"}" >>"$1"
	EOF
	chmod +x editor &&
	GIT_EDITOR=../editor && export GIT_EDITOR &&
	as ben test_terminal async --no-pager -C log me --edit >actual &&
	unset GIT_EDITOR &&
	test_grep "^name: Ben Okoro" actual &&
	as ben async -C log me >actual &&
	test_grep "^zone: UTC   # assumed" actual &&
	test_grep "^hours: {mon: \"10:00-11:00\"}$" actual &&
	test_grep "^deputy: chi" actual
'

test_expect_success 'a mistake in the editor loses no text' '
	printf "#!/bin/sh\necho zoen: UTC >\"\$1\"\n" >editor &&
	GIT_EDITOR=../editor && export GIT_EDITOR &&
	test_expect_code 129 as ben test_terminal async --no-pager -C log me --edit >actual &&
	unset GIT_EDITOR &&
	test_grep "there is no setting .zoen." actual &&
	test_grep "your text is kept in" actual
'

test_expect_success 'somebody new is not known yet' '
	as eve async -C log me >actual &&
	test_grep "does not know you (eve@example.com) yet" actual
'

test_expect_success 'and is added by the first setting, which counts' '
	as eve async -C log me zone=Asia/Tokyo >actual 2>err &&
	test_grep "^zone: Asia/Tokyo" actual &&
	test_grep "added you to the log as eve@example.com" err &&
	as eve async -C log me >actual &&
	test_grep "^zone: Asia/Tokyo" actual &&
	test_grep "^name: eve" actual
'

test_expect_success 'as of an earlier day; but the past is not written' '
	as eve async -C log --at 2026-02-01 me >actual &&
	test_grep "does not know you" actual &&
	as ben async -C log --at 2026-02-01 me >actual &&
	test_grep "^zone: Africa/Lagos" actual &&
	test_expect_code 129 as ben async -C log --at 2026-02-01 me zone=UTC 2>err &&
	test_grep "looks at the past" err
'

test_expect_success 'a name that turns the text around, or a terminal upside down, is refused' '
	refused 128 "direction control" name="$(printf "a\342\200\256b")" &&
	refused 128 "control character" name="$(printf "a\033[31mb")"
'

test_done
