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
	for field in id date from to subject state due level tags type replies parts open last retracted redacted
	do
		test_grep "\"$field\":" actual || return 1
	done
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
