#!/bin/sh
test_description='the query grammar of the look commands (async-query(7))'
. "${0%/*}/lib.sh"

# Monday to Friday; ben and chi are asked together, and only chi has answered.
test_expect_success 'setup: a week of asks, a note and a decision' '
	create_log ana ben chi &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben,chi --within 1d -t release,docs "Ship the release" >ship &&
	at "2026-03-03 09:00" as chi async -C log reply -q "$(cat ship)" "Yes, the Rückkehr is planned." &&
	at "2026-03-03 09:00" as ben async -C log post -q --to ana -l urgent -t db "Migration of the draft" >migrate &&
	at "2026-03-03 09:10" as ana async -C log ack -q "$(cat migrate)" &&
	at "2026-03-04 09:00" as chi async -C log post -q -t docs "Note at 10:30 about http://example.com/x" >note &&
	at "2026-03-05 09:00" as ben async -C log post -q --type decision -m "No std::vector." "We use C" >decision &&
	at "2026-03-06 09:00" as ana async -C log post -q --to chi --need approval --within 3d "Budget" >budget &&
	at "2026-03-06 09:30" as ana async -C log post -q --to ben "Lunch?" >lunch &&
	at "2026-03-06 09:40" as ben async -C log reply -q "$(cat lunch)" "Gladly."
'

# finds <first words of the subjects> <argument>...: what list says to Ana on Friday at noon.
finds () {
	printf "%s\n" "$1" | sed "/^$/d" >expect && shift &&
	at "2026-03-06 12:00" as ana async -C log list --format="%(subject)" "$@" | cut -d" " -f1 |
		tr "\n" " " | sed "s/ $//" >actual && sed -i -e "\$a\\" actual && test_cmp expect actual
}

test_expect_success 'a field at a time' '
	finds "Lunch? Budget We Note Migration Ship" &&
	finds "Lunch? Budget Ship" from:ana &&
	finds "Lunch? Budget Ship" from:me &&
	finds "Migration" to:ana &&
	finds "Budget Migration Ship" state:open &&
	finds "Migration Ship" state:overdue &&
	finds "Migration" state:acked &&
	finds "Lunch?" state:met &&
	finds "We Note" state:none &&
	finds "" state:withdrawn &&
	finds "Note Ship" tag:docs &&
	finds "Migration" level:urgent &&
	finds "We" type:decision &&
	finds "Budget" need:approval &&
	finds "Lunch? Budget We" since:thu &&
	finds "Lunch? Budget" since:"\"6 hours ago\"" &&
	finds "Ship" until:2026-03-03 &&
	finds "" until:1970-01-01 && finds "" --until 1970-01-01 &&
	finds "Ship" since:1970-01-01 to:ben tag:docs &&
	finds "Lunch? Budget We Note Migration Ship" -until:1970-01-01 &&
	finds "Lunch?" "since:2026-03-06 until:\"2026-03-06 12:00\"" -need:approval &&
	finds "Ship" "due<:2026-03-03T10:00Z" &&
	finds "Budget" "due>:today" &&
	finds "Migration" due:2026-03-03
'

test_expect_success 'not, or, and' '
	finds "We Note Migration" -from:ana &&
	finds "We Note" -from:ana -to:ana &&
	finds "Lunch? We Note" -state:open &&
	finds "We Note Migration" from:ben,chi &&
	finds "Note Migration Ship" tag:db,docs &&
	finds "Ship" tag:release tag:docs &&
	finds "Note" tag:docs -tag:release &&
	finds "" from:ben from:chi &&
	finds "Lunch? We Note" state:met,none &&
	finds "Lunch? Budget We Note" "-due<:fri" &&
	finds "Lunch? Budget We Note Migration Ship" state:all &&
	finds "Migration" FROM:ben State:OPEN
'

test_expect_success 'with to:, state and need and due are those of that person' '
	finds "Ship" to:ben state:open &&
	finds "Ship" to:ben state:overdue &&
	finds "Budget" to:chi state:open &&
	finds "" to:chi state:overdue &&
	finds "Ship" to:chi state:met &&
	finds "Lunch?" to:ben state:met &&
	finds "Budget Ship" to:chi,ben -state:met &&
	finds "Ship" to:ben to:chi &&
	finds "Migration" to:me state:overdue &&
	finds "" to:ben need:approval &&
	finds "Budget" to:chi "due>:today" &&
	finds "Ship" to:ben --state overdue --due-before today
'

test_expect_success 'words, in the subject and in every text of the thread' '
	finds "Ship" release &&
	finds "Ship" RUCKKEHR &&
	finds "Ship" "planned rück*" &&
	finds "Migration" "\"of the draft\"" &&
	finds "" "\"the of draft\"" &&
	finds "Budget Migration" "budget OR migration" &&
	finds "Migration" "budget OR migration draft" &&
	finds "Ship" ship -tag:db &&
	finds "" "release -planned" &&
	finds "Lunch? Budget We Note Ship" -- -draft &&
	finds "Note" 10:30 &&
	finds "Note" http://example.com/x &&
	finds "We" std::vector &&
	finds "Budget" budget - &&
	finds "" "\"from:ana\"" &&
	finds "Ship" from:ana release state:open
'

test_expect_success 'operands or one, options or fields: the same' '
	finds "Migration" from:ben state:open tag:db &&
	finds "Migration" "from:ben  state:open tag:db" &&
	finds "Migration" --from ben --state open --tag db &&
	finds "Migration" --from ben state:open -t db &&
	finds "We Migration" --from ben,ana --since 2026-03-03 --until 2026-03-06 &&
	finds "" --from ben from:ana &&
	finds "Migration" --level urgent --type ask --need reply &&
	finds "Budget" --due-after today &&
	finds "Migration Ship" --due-before today
'

test_expect_success 'log: who, when and words of the record, all else of its thread' '
	trail () {
		echo "$1" >expect && shift &&
		at "2026-03-06 12:00" as ana async -C log log --since 2026-02-01 --format="%(from):%(what)" "$@" |
			tr "\n" " " | sed "s/ $//" >actual && echo >>actual && test_cmp expect actual
	} &&
	trail "ben:note ben:ask" from:ben type:ask &&
	trail "chi:note ana:ask" tag:release &&
	trail "chi:note" tag:release -from:ana &&
	trail "chi:note" ruckkehr &&
	trail "ana:ack" tag:db -from:ben &&
	trail "ana:ack ben:ask" state:acked &&
	trail "chi:note ana:ask" to:ben state:overdue &&
	trail "chi:note" -- "$(cat note)" &&
	trail "chi:note" from:chi -- "$(cat ship)" &&
	trail "ana:ask" --reverse -n 1 release -- "$(cat ship)" &&
	trail "ben:ask" draft
'

test_expect_success 'log: an id is a thread behind --, and before it words that hardly stand anywhere' '
	as ana async -C log log "$(cat ship)" >actual 2>err && test_must_be_empty actual &&
	test_grep "a thread is shown by .async log -- $(cat ship)" err &&
	as ana async -C log log :/Nowhere >actual 2>err && test_grep "async log -- :/Nowhere" err &&
	as ana async -C log log from:ana nothing 2>err && test_must_be_empty err &&
	as ana async -C log log -- :/Ship >actual && test_line_count = 2 actual &&
	test_expect_code 129 as ana async -C log log -- "$(cat ship)" "$(cat note)" 2>err && test_grep "is a second" err &&
	test_expect_code 128 as ana async -C log log -- 0123456789 2>err && test_grep "no record" err
'

# refuses <status> <message> <hint> <argument>...
refuses () {
	code=$1 message=$2 hint=$3 && shift 3 &&
	git -C log rev-parse async >before &&
	test_expect_code "$code" as ana async -C log list "$@" >actual 2>err &&
	test_must_be_empty actual && test_grep "^async: .*$message" err &&
	if test -n "$hint"; then test_grep "^hint: .*$hint" err; fi &&
	git -C log rev-parse async >after && test_cmp before after
}

test_expect_success 'what is refused, and what would be accepted' '
	refuses 129 "no field .frm." "the nearest is from:" frm:ana &&
	refuses 129 "no field .note." "the fields are from: to: state: due<:" note:this &&
	refuses 129 "is not one of open, overdue" "did you mean state:open?" state:opne &&
	refuses 129 "wants a value" "from:ana,ben" from: &&
	refuses 129 "has an empty value" "tag:release" tag:a, &&
	refuses 129 "since:someday.*is not a time" "yesterday, 3 days ago" since:someday &&
	refuses 129 "due<:never.*is not a time" "in 3 days" "due<:never" &&
	refuses 129 "wants a date alone" "due<:17:00" due:17:00 &&
	refuses 129 "behind the colon" "due<:fri" "due:<fri" &&
	refuses 129 "only due: takes one" "level:urgent" "level<:urgent" &&
	refuses 129 "no level .soonish." "urgent" level:soonish &&
	refuses 128 "nobody here is called .bne." "did you mean .ben." from:bne &&
	refuses 128 "nobody here is called .bne." "did you mean .ben." -to:ana,bne &&
	refuses 129 "OR" "comma" from:ana OR from:ben &&
	refuses 129 "opened and not closed" "double quotes" "\"ship it" &&
	refuses 129 "no option -d" "put the query in quotes" -draft
'

test_expect_success 'nothing of a query reaches a terminal as it is, nor is it SQL' '
	evil=$(printf "fr\033[31mm\342\200\256:x") &&
	test_expect_code 129 as ana async -C log list "state:$evil" 2>err &&
	test_grep ! "$(printf "\033")" err && test_grep ! "$(printf "\342\200\256")" err &&
	finds "" "tag:\"x'\'' OR 1=1 --\"" &&
	finds "" "zz'\'' OR 1=1" &&
	finds "" "NEAR(a,b) AND {subject}" &&
	many () {
		awk "BEGIN { for (i = 0; i < $1; i++) printf \"$2\", i }"
	} &&
	ls -i log/.git/async/index.db >before-inode &&
	finds "Lunch? Budget We Note Migration Ship" "$(many 100 "-tag:t%d ")" &&
	finds "" "$(many 100 "w%d ")" &&
	finds "" "$(many 50 "w%d OR ")w" &&
	finds "" "tag:$(many 99 "t%d,")t" &&
	refuses 129 "at most 100 terms" "" "$(many 101 "w%d ")" &&
	refuses 129 "101 values" "" "tag:$(many 100 "t%d,")t" &&
	ls -i log/.git/async/index.db >after-inode && test_cmp before-inode after-inode
'

test_expect_success 'in an empty log there is nothing; without one it is said' '
	git init -q empty && (cd empty && async init -q) &&
	async -C empty list from:me state:open release >actual && test_must_be_empty actual &&
	async -C empty list --board >actual && test_must_be_empty actual &&
	async -C empty list --count tag:x >actual && echo 0 >expect && test_cmp expect actual &&
	git init -q none && test_expect_code 128 async -C none list from:ana 2>err && test_grep "async init" err &&
	test_expect_code 128 async list from:ana 2>err
'

test_done
