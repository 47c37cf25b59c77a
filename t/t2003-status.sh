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

test_expect_success 'plain async is the same' '
	at "2026-03-02 10:00" as ana async -C log >again && test_cmp actual again
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
	test_grep "^… 4 more on you: async inbox$" actual &&
	at "2026-03-02 12:00" as chi async -C log status >actual &&
	test_grep "^… 3 more to wait for: async list --from me --state open$" actual &&
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

test_done
