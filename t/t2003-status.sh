#!/bin/sh
test_description='async status: what waits on me, and what I wait for'
. "${0%/*}/lib.sh"

test_expect_success 'an empty log says how to begin' '
	create_log ana ben chi &&
	as ana async -C log status >actual && test_grep "^The log is empty. Begin with: async post" actual &&
	as ana async -C log status --short >actual && test_must_be_empty actual
'

test_expect_success 'nothing waits' '
	as ana async -C log post -q "A note" &&
	as ana async -C log status >actual && echo "Nothing waits on you." >expect && test_cmp expect actual
'

test_expect_success 'setup: Ana waits for two, and one waits on her' '
	at "2026-03-02 09:00" as ana async -C log post -q --to ben,chi "Can we ship?" >id &&
	at "2026-03-02 09:00" as ben async -C log post -q --to ana -l urgent "The queue grows" >mine
'

test_expect_success 'both sections, then the counts' '
	at "2026-03-02 10:00" as ana async -C log status >actual &&
	cat >expect <<-EOF &&
	Waits on you:
	$(cut -c1-7 mine) ben The queue grows ~today 13:00 reply
	You wait for:
	$(cut -c1-7 id) ben Can we ship? ~today 17:00 reply
	$(cut -c1-7 id) chi Can we ship? ~today 17:00 reply
	1 due today; you wait for 2 answers.
	EOF
	sed "s/  */ /g" actual >a && test_cmp expect a
'

test_expect_success 'plain async is the same, but for what is no longer new' '
	grep -v -e "^Since" -e "asked" actual >expect &&
	at "2026-03-02 10:00" as ana async -C log >again && test_cmp expect again
'

test_expect_success 'what is overdue is counted first' '
	at "2026-03-03 10:00" as ana async -C log status >actual &&
	test_grep "^1 overdue; you wait for 2 answers, 2 overdue.$" actual
'

test_expect_success '--short is one line for a prompt' '
	at "2026-03-02 10:00" as ana async -C log status --short >actual && echo "1 today" >expect && test_cmp expect actual &&
	at "2026-03-03 10:00" as ana async -C log status --short >actual && echo "1 overdue" >expect && test_cmp expect actual &&
	at "2026-03-01 10:00" as ben async -C log status -s >actual && echo "1 open" >expect && test_cmp expect actual &&
	at "2026-03-02 10:00" as ben async -C log status -s >actual && echo "1 today" >expect && test_cmp expect actual
'

test_expect_success 'for programs there is a row for each, with its section' '
	at "2026-03-02 10:00" as ana async -C log status --json >actual && test_line_count = 3 actual &&
	grep -c "\"section\": *\"mine\"" actual >nr && echo 1 >expect && test_cmp expect nr
'

test_expect_success 'a long list is cut for people, with the command that shows all' '
	i=0 &&
	while test $i -lt 15
	do
		at "2026-03-02 11:00" as chi async -C log post -q --to ben "Number $i" || return 1
		i=$((i + 1))
	done &&
	at "2026-03-02 12:00" as ben async -C log status >actual &&
	test_grep "^… 10 more on you: async inbox$" actual &&
	at "2026-03-02 12:00" as chi async -C log status >actual &&
	test_grep "^… 9 more to wait for: async list --from me --state open$" actual &&
	at "2026-03-02 12:00" as ben async -C log status --json >actual && test_line_count = 17 actual
'

test_expect_success 'a record dated ahead of the clock is told about' '
	cat >log/ahead.yaml <<-\EOF &&
	async: 1
	kind: post
	from: ana
	date: 2027-01-01T00:00:00Z
	subject: from the future
	EOF
	as ana async -C log write-record ahead.yaml &&
	as ana async -C log status 2>err >/dev/null &&
	test_grep "1 record is dated more than a day ahead" err
'

test_expect_success 'outside a repository, without a log, without an identity' '
	test_expect_code 128 async status 2>err && test_grep "repository" err &&
	git init -q empty && test_expect_code 128 async -C empty 2>err && test_grep "async init" err &&
	test_expect_code 129 as ana async -C log status extra 2>err
'

# Ben's news: what stands before the line that counts.
news () {
	as ben async -C news status | sed -n "/^Since/,\$p" | sed "/\.\$/d"
}

test_expect_success 'setup: another log, in which Ben looks for the first time' '
	mkdir two && (cd two && create_log ana ben chi) && mv two/log news &&
	at "2026-03-02 09:00" as ana async -C news post -q --to ben "Asked of Ben" >his &&
	at "2026-03-02 09:01" as ben async -C news post -q --to ana "Asked by Ben" >theirs &&
	at "2026-03-02 09:02" as ana async -C news post -q --to chi "None of his" >other &&
	as ben async -C news status >actual && test_grep ! "^Since" actual
'

test_expect_success 'what others did in threads that concern me is told once, newest first' '
	at "2026-03-02 10:00" as ana async -C news ack "$(cat theirs)" &&
	at "2026-03-02 10:01" as chi async -C news reply "$(cat his)" "a word from Chi" &&
	at "2026-03-02 10:02" as chi async -C news done "$(cat other)" &&
	at "2026-03-02 10:03" as ben async -C news ack "$(cat his)" &&
	at "2026-03-02 11:00" news >actual &&
	printf "%s\n" "Since you last looked:" "$(cut -c1-7 his)  today 10:01  chi  replied  Asked of Ben" \
		"$(cut -c1-7 theirs)  today 10:00  ana  acked  Asked by Ben" | cut -c8- >expect &&
	cut -c8- actual >a && test_cmp expect a &&
	at "2026-03-02 11:01" news >actual && test_must_be_empty actual
'

test_expect_success 'neither --short nor programs nor a look at the past take it for told' '
	at "2026-03-02 11:10" as ana async -C news reply "$(cat theirs)" "an answer" &&
	as ben async -C news status --short && as ben async -C news status --json >json && as ben async -C news status -z &&
	as ben async -C news status --format="%(id)" && as ben async -C news --at 2026-03-02T11:05Z status >past &&
	test_grep ! "^Since" past && test_grep "\"record\".*\"Asked by Ben\"" json &&
	at "2026-03-02 11:20" news >actual && test_grep "replied  Asked by Ben" actual
'

test_expect_success 'what comes late is told, whatever its date' '
	git clone -q news away && git -C away branch -q async origin/async &&
	at "2026-03-02 11:15" as ana async -C away reply "$(cat his)" "said before, but offline" &&
	at "2026-03-02 12:00" news >actual && test_must_be_empty actual &&
	git -C news fetch -q ../away async:async &&
	at "2026-03-02 12:01" news >actual && test_grep "today 11:15  ana  replied  Asked of Ben" actual
'

test_expect_success 'with another index, or a file that makes no sense, it goes by the date' '
	at "2026-03-02 12:10" as ana async -C news reply "$(cat theirs)" "more" &&
	looked=$(find "$TRASH/home-ben/.local/state/async/$(git -C news rev-list --max-parents=0 async)" -name looked) &&
	sed "s/ [0-9]* / 999 /" "$looked" >new && cp new "$looked" &&
	at "2026-03-02 12:20" news >actual && test_line_count = 2 actual && test_grep "Asked by Ben" actual &&
	head -c 500 /dev/urandom >"$looked" && at "2026-03-02 12:20" news >actual && test_must_be_empty actual &&
	at "2026-03-02 12:20" news >actual && test_must_be_empty actual
'

test_expect_success 'many are cut, with the command that shows all' '
	for i in 1 2 3 4 5 6 7
	do
		at "2026-03-02 13:0$i" as ana async -C news reply "$(cat his)" "word $i" || return 1
	done &&
	at "2026-03-02 14:00" news >actual && test_line_count = 6 actual && tail -n 1 actual >last &&
	echo "… 3 more: async log" >expect && test_cmp expect last && sed -n 2p actual | grep "13:07"
'

test_expect_success 'who asks for more time is told, and stands among those I wait for' '
	id=$(at "2026-03-02 14:05" as ben async -C news post -q --to ana "How long?") &&
	printf "%s\n" "async: 1" "kind: mark" "from: ana" "date: 2026-03-02T14:10:00Z" "target: $id" "verb: extend" "within: 2d" >news/extend &&
	as ana async -C news write-record extend &&
	at "2026-03-02 14:20" as ben async -C news status >actual &&
	test_grep "ana  How long?  .*asks for" actual && test_grep "ana  wants more time  How long?" actual
'

test_expect_success 'a status file that cannot be written is no reason to fail' '
	>file && (export XDG_STATE_HOME=$PWD/file && as ben async -C news status >actual 2>err &&
		test_must_be_empty err && test_grep "How long?" actual)
'

test_expect_success 'all is on one screen of 24 lines' '
	for i in 1 2 3 4 5 6 7 8 9
	do
		at "2026-03-03 09:00" as ana async -C news post -q --to ben "Number $i" >/dev/null &&
		at "2026-03-03 09:00" as ben async -C news post -q --to chi "Number $i" >/dev/null || return 1
	done &&
	at "2026-03-03 10:00" as ben test_terminal async -C news status >actual &&
	test_line_count = 22 actual
'

test_done
