#!/bin/sh
test_description='async redact: a text hidden in every view'
. "${0%/*}/lib.sh"

views () {
	at "2026-03-02 12:00" async -C log "$@"
}

test_expect_success 'setup: Ben writes down what he should not' '
	create_log ana ben chi &&
	echo "hunter2 is in here, too" >secret.txt &&
	as ben async -C log post -q --to chi --link https://example.com/hunter2 --attach ../secret.txt \
		-m "It is hunter2." "The password of hunter2" >id && cut -c1-7 id >short &&
	test_tick && as chi async -C log reply -q "$(cat id)" "So hunter2 it is." >reply
'

test_expect_success 'nobody else may: neither who was asked, nor somebody from outside' '
	test_unchanged 128 as chi async -C log redact "$(cat id)" &&
	test_grep "^async: $(cat short) is by ben: only its author or one of @maintainers may hide it$" err &&
	test_grep "^hint: " err &&
	test_unchanged 128 as eve async -C log redact "$(cat id)"
'

test_expect_success 'a dry run says what would be done, and does not do it' '
	test_unchanged 0 as ben async -C log redact --dry-run -m "a mistake" "$(cat id)" &&
	test_grep "^# $(cat short) hidden: what it asks and what was answered stay as they are$" out &&
	test_grep "^verb: redact$" out && test_grep "^target: $(cat id)$" out && test_grep "^note: a mistake$" out
'

test_expect_success 'its author may, and is told what remains' '
	test_tick && as ben async -C log redact -m "a mistake" "$(cat id)" >out &&
	cat >expect <<-EOF &&
	$(cat short) hidden: what it asks and what was answered stay as they are
	its bytes stay in the history of every clone: see '\''async help redact'\''
	EOF
	test_cmp expect out
'

test_expect_success 'a maintainer may, too, several at once; --quiet prints ids only' '
	test_tick && as ana async -C log redact -q "$(cat reply)" "$(cat id)" >out &&
	test_line_count = 1 out && test_grep -E "^[0-9a-f]{40}\$" out
'

test_expect_success 'what is hidden already gets no second redaction' '
	test_unchanged 0 as ben async -C log redact "$(cat id)" && test_grep "^$(cat short) is hidden already$" out
'

for again in "as it has grown" "made anew"
do
	test_expect_success "no view shows it, by an index $again" '
		id=$(cat id) &&
		for view in "show $id" "show --history $id" "show --json $id" "show --json --history $id" \
			"show --format=%(subject)%(text) $id" "list is:all" "list --json is:all" log "log --patch" \
			"log --json" status "status --json" "digest --since 2026-03-01 --for chi" \
			"digest --json --since 2026-03-01" "inbox --for chi" "why $id" "search password" "search --json secret"
		do
			views $view >actual 2>err || : &&
			test_grep ! hunter2 actual && test_grep ! hunter2 err || { echo "in $view"; return 1; }
		done &&
		test_unchanged 128 views show --raw $id && test_grep "$(cat short) is redacted" err &&
		test_unchanged 128 views show --save secret.txt $id &&
		views show $id >actual && test_grep "(redacted)" actual && test_grep "a mistake" actual &&
		rm -rf log/.git/async
	'
done

test_expect_success 'an index made anew never holds its words' '
	views list && test_grep ! hunter2 log/.git/async/index.db
'

test_expect_success 'what it asks stays, and what was answered' '
	as ben async -C log show --json "$(cat id)" >actual &&
	test_grep "\"to\":\"chi\",\"state\":\"met\",\"outcome\":\"reply\"" actual
'

test_expect_success 'the history has it still, as the manual says' '
	git -C log log -p async >actual && test_grep hunter2 actual &&
	async -C log cat-record "$(cat id)" >actual && test_grep hunter2 actual
'

test_expect_success 'a mark'\''s note is hidden likewise' '
	id=$(as ben async -C log post -q --to chi "Another") &&
	test_tick && ack=$(as chi async -C log ack -q -m "hunter3" $id) &&
	test_tick && as chi async -C log redact $ack >out && test_grep "hidden" out &&
	views show $id >actual && test_grep ! hunter3 actual && test_grep "chi acked" actual
'

test_expect_success 'what is said of people is no text of a thread' '
	person=$(async -C log log --format="%(id) %(record)" | sed -n "s/ person$//p" | head -n 1) &&
	test_unchanged 128 as ana async -C log redact $person && test_grep "^hint: " err
'

test_expect_success 'wrong usage' '
	test_unchanged 129 async -C log redact && test_unchanged 128 async -C log redact 0000000 &&
	test_unchanged 129 async -C log redact log/2026/03/02/x "$(cat id)" &&
	test_grep "give ids or paths, not both at once" err &&
	test_unchanged 128 async -C log redact log/2026/03/02/x && test_grep "no file .log/2026/03/02/x. that cannot be read" err &&
	test_unchanged 128 async -C log redact "log/2026/03/02/$(cat id).yaml" && test_grep "^hint: it can be read" err
'

test_expect_success 'a file that cannot be read is told of at every look' '
	printf "async: 1\nkind: post\ndate: 2026-03-02T09:00:00Z\nhunter4: [\n" >bad && bad=$(plant log bad) &&
	echo "log/2026/03/02/$bad.yaml" >path &&
	test_expect_code 3 views list >actual 2>err && test_grep "$(cat path)" err
'

test_expect_success 'only a maintainer may hide it' '
	test_unchanged 128 as ben async -C log redact "$(cat path)" && test_grep "only @maintainers may hide a file" err &&
	test_unchanged 0 as ana async -C log redact --dry-run "$(cat path)" && test_grep "^path: $(cat path)$" out &&
	printf "async: 1\nkind: mark\nfrom: ana\ndate: 2026-03-02T09:30:00Z\npath: %s\nverb: redact\n" "$(cat path)" |
		as ben async -C log write-record - &&
	test_expect_code 3 views list >actual 2>err && test_grep "$(cat path)" err
'

test_expect_success 'then nothing is said of it any more, by an index made anew likewise' '
	test_tick && as ana async -C log redact -m "not a record" "$(cat path)" >out &&
	test_grep "^$(cat path) is told of by .async verify. only$" out &&
	views list >actual 2>err && test_must_be_empty err &&
	views log --json >actual 2>err && test_must_be_empty err &&
	rm -rf log/.git/async && views list >actual 2>err && test_must_be_empty err &&
	test_unchanged 128 as ana async -C log redact "$(cat path)"
'

test_done
