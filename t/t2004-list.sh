#!/bin/sh
test_description='async list: the posts'
. "${0%/*}/lib.sh"

test_expect_success 'setup: four posts, one answered, one acked, one withdrawn' '
	create_log ana ben chi &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben -l urgent "One" >one &&
	at "2026-03-03 09:00" as ben async -C log post -q -t release,db "Two" >two &&
	at "2026-03-04 09:00" as ana async -C log post -q --to chi,ben -t release "Three" >three &&
	at "2026-03-05 09:00" as chi async -C log post -q --to ana "Four" >four &&
	at "2026-03-02 10:00" as ben async -C log reply "$(cat one)" "yes" &&
	at "2026-03-04 10:00" as chi async -C log ack "$(cat three)" &&
	at "2026-03-05 10:00" as chi async -C log done "$(cat four)"
'

# subjects <argument>...: what list says, as words.
subjects () {
	at "2026-03-06 12:00" as ana async -C log list --format="%(subject)" "$@" | tr "\n" " " >actual
}

test_expect_success 'newest first; --reverse; so many' '
	subjects && echo "Four Three Two One " | tr -d "\n" >expect && test_cmp expect actual &&
	subjects --reverse && echo "One Two Three Four " | tr -d "\n" >expect && test_cmp expect actual &&
	subjects -n 2 && echo "Four Three " | tr -d "\n" >expect && test_cmp expect actual
'

# lists <subjects> <argument>...
lists () {
	printf "%s" "$1" >expect && shift && subjects "$@" && test_cmp expect actual
}

test_expect_success 'filters' '
	lists "Three One " --from ana &&
	lists "Three One " --to ben &&
	lists "Three " --to chi --from ana &&
	lists "One " --level urgent &&
	lists "Three Two " --tag release &&
	lists "Two " --type note &&
	lists "Four Three " --since "2026-03-04" &&
	lists "Two One " --until "2026-03-04" &&
	lists "Three Two " --since 2026-03-03 --until 2026-03-05
'

test_expect_success 'by state' '
	lists "Three " --state open &&
	lists "Three " --state overdue &&
	lists "Three " --state acked &&
	lists "One " --state met &&
	lists "Four " --state withdrawn &&
	lists "Four Three Two One " --state all
'

test_expect_success 'a line for people' '
	at "2026-03-06 12:00" as ana async -C log list -n 2 --reverse >actual &&
	test_grep "^$(cut -c1-7 one)  2026-03-02 09:00  ana  One *ben *met" actual &&
	test_grep "^$(cut -c1-7 two) .*ben  Two .*release" actual
'

test_expect_success 'JSON has every field' '
	as ana async -C log list --tag db --json >actual &&
	for field in id date from to subject state due level tags type replies parts open last retracted redacted column
	do
		test_grep "\"$field\":" actual || return 1
	done
'

test_expect_success '--sort, and the other way round' '
	lists "One Two Three Four " --sort date &&
	lists "Four Three Two One " --sort=-date &&
	lists "One Two Three Four " --sort -date -r &&
	lists "Three Four Two One " --sort due &&
	lists "Three Four " --sort -due -n 2 &&
	lists "One Two Three Four " --sort last &&
	lists "Four One Three Two " --sort subject &&
	lists "Two Three One Four " --sort -subject &&
	lists "Three One Two Four " --sort from &&
	lists "Four Two Three One " --sort -from &&
	lists "One Four " --sort -replies -n 2 &&
	test_expect_code 129 as ana async -C log list --sort size 2>err &&
	test_grep "not one of date, due, last, subject, from, replies, -date" err
'

test_expect_success '--count' '
	as ana async -C log list --count >actual && echo 4 >expect && test_cmp expect actual &&
	as ana async -C log list --count --json tag:release >actual &&
	echo "{\"v\":1,\"kind\":\"count\",\"count\":2}" >expect && test_cmp expect actual &&
	as ana async -C log list --count -n 3 >actual && echo 3 >expect && test_cmp expect actual &&
	as ana async -C log list --count from:ana,ben -tag:db >actual && echo 2 >expect && test_cmp expect actual &&
	as ana async -C log list --count nothing >actual && echo 0 >expect && test_cmp expect actual &&
	test_expect_code 129 as ana async -C log list --count --board 2>err && test_grep "cannot be used together" err &&
	test_expect_code 129 as ana async -C log list --count -z 2>err && test_grep "one number" err
'

test_expect_success '--board: in a pipe, columns one below the other' '
	at "2026-03-04 12:00" as ana async -C log list --board >actual &&
	grep -v "^[0-9a-f]\{7\}  " actual >titles &&
	printf "%s\n" "acked (1)" "met (1)" "withdrawn (1)" >expect && test_cmp expect titles &&
	test_grep "^$(cut -c1-7 three) " actual && test_grep ! Two actual &&
	at "2026-03-06 12:00" as ana async -C log list --board=rel >actual &&
	head -n 1 actual >titles && echo "ease (2)" >expect && test_cmp expect titles && test_line_count = 3 actual &&
	at "2026-03-06 12:00" as ana async -C log list --board= -n 1 from:ana >actual &&
	printf "%s\n" "overdue (1)" "met (1)" >expect && grep "(" actual >titles && test_cmp expect titles &&
	as ana async -C log list --board=nothing >actual && test_must_be_empty actual &&
	at "2026-03-06 12:00" as ana async -C log list --board=d -n 1 >actual && test_grep "^b (1)$" actual
'

test_expect_success '--board: for programs, each row with its column' '
	at "2026-03-06 12:00" as ana async -C log list --board --json >out &&
	sed "s/.*\"subject\":\"\([^\"]*\)\".*\"column\":\"\([^\"]*\)\".*/\2 \1/" out >actual &&
	printf "%s\n" "overdue Three" "met One" "withdrawn Four" >expect && test_cmp expect actual &&
	as ana async -C log list --board= --format="%(column):%(subject)" -n 1 state:met >actual &&
	echo met:One >expect && test_cmp expect actual &&
	as ana async -C log list --json -n 1 >actual && test_grep "\"column\":null" actual
'

test_expect_success '--board: on a terminal side by side, if it is wide enough' '
	TEST_COLUMNS=100 test_terminal env ASYNC_NOW=2026-03-06T12:00:00Z \
		async -C log --no-pager --color=never list --board >actual &&
	cat >expect <<-EOF &&
	overdue (1)                       met (1)                           withdrawn (1)
	$(cut -c1-7 three) 2026-03-04 17:00          $(cut -c1-7 one)                           $(cut -c1-7 four)
	Three                             One                               Four
	ana to ben, chi                   ana to ben                        chi to ana
	EOF
	sed "s/chi, ben/ben, chi/; s/ *$//" actual >a && test_cmp expect a &&
	TEST_COLUMNS=60 test_terminal env ASYNC_NOW=2026-03-06T12:00:00Z \
		async -C log --no-pager --color=never list --board >actual &&
	test_line_count = 6 actual && test_grep "^met (1)$" actual
'

test_expect_success 'what could harm a terminal is escaped' '
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-03-06T09:00:00Z\nsubject: \"a\\\\u202Ec\"\n" >evil &&
	blob=$(git -C log hash-object -w ../evil) &&
	GIT_INDEX_FILE=$PWD/index && export GIT_INDEX_FILE &&
	test_when_finished "unset GIT_INDEX_FILE" &&
	git -C log read-tree async &&
	git -C log update-index --add --cacheinfo "100644,$blob,log/2026/03/06/$blob.yaml" &&
	tree=$(git -C log write-tree) &&
	git -C log update-ref refs/heads/async "$(git -C log commit-tree -p async -m evil "$tree")" &&
	subjects -n 1 && printf "%s" "a\\u{202E}c " >expect && test_cmp expect actual &&
	at "2026-03-06 12:00" as ana async -C log list >actual &&
	test_grep ! "$(printf "\033")" actual && test_grep ! "$(printf "\342\200\256")" actual
'

test_expect_success 'errors' '
	test_expect_code 129 as ana async -C log list --state opne 2>err && test_grep "open" err &&
	test_expect_code 128 as ana async -C log list --from bne 2>err && test_grep "did you mean" err &&
	test_expect_code 129 as ana async -C log list frm:ana 2>err && test_grep "nearest is from:" err
'

test_done
