#!/bin/sh
test_description='reindex, and an index that is gone, damaged, or cannot be written'
. "${0%/*}/lib.sh"

# answers: all that the look commands say.
answers () {
	async -C log status &&
	async -C log list --json &&
	async -C log overdue --json
}

test_expect_success 'setup: a log with two asks, one of them answered' '
	create_log ana ben chi &&
	async -C log post --to ben,chi -m "Soon, please." "Can we ship?" >/dev/null &&
	async -C log post --to ben "Where is the key?" >/dev/null &&
	test_tick &&
	as ben async -C log ack :/ship >/dev/null &&
	test_tick 5000 &&
	answers >expect &&
	test -s expect
'

test_expect_success 'reindex says how many records there are' '
	echo "7 records indexed" >expect.said &&
	async -C log reindex >actual &&
	test_cmp expect.said actual &&
	async -C log reindex -q >actual &&
	test_must_be_empty actual &&
	answers >actual &&
	test_cmp expect actual
'

test_expect_success 'a second run reads the same file' '
	ls -i log/.git/async/index.db >before &&
	answers >actual &&
	ls -i log/.git/async/index.db >after &&
	test_cmp before after
'

for damage in \
	'rm -rf log/.git/async' \
	'rm -f log/.git/async/index.db' \
	': >log/.git/async/index.db' \
	'echo garbage >log/.git/async/index.db' \
	'echo garbage >log/.git/async/index.db-wal' \
	'rm -rf log/.git/async/index.db*; mkdir log/.git/async/index.db' \
	'rm -rf log/.git/async/index.db*; mkfifo log/.git/async/index.db' \
	'rm -rf log/.git/async/index.db*; ln -s /dev/zero log/.git/async/index.db' \
	'rm -rf log/.git/async/index.db*; chmod a-w log/.git/async' \
	'chmod u+w log/.git/async; rm -rf log/.git/async; : >log/.git/async'
do
	test_expect_success "the same answers after: $damage" '
		eval "$damage" &&
		answers >actual 2>err &&
		test_cmp expect actual &&
		test_must_be_empty err
	'
done

test_expect_success 'setup: a good index again' '
	rm -f log/.git/async &&
	answers >actual &&
	test -f log/.git/async/index.db
'

test_expect_success 'an index of another log' '
	git init -q other &&
	git -C other config user.name eve &&
	git -C other config user.email eve@example.com &&
	as eve async -C other init >/dev/null &&
	as eve async -C other post "Mine alone" >/dev/null &&
	as eve async -C other list >/dev/null &&
	cp other/.git/async/index.db log/.git/async/ &&
	answers >actual &&
	test_cmp expect actual
'

test_expect_success 'without a place on disk it is made in memory' '
	rm -rf log/.git/async "$HOME/.cache" &&
	: >log/.git/async && : >"$HOME/.cache" &&
	answers >actual &&
	test_cmp expect actual &&
	rm log/.git/async "$HOME/.cache"
'

test_expect_success 'a record that cannot be read is named, and the rest is indexed' '
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-03-02T09:00:00Z\nsubject: [\n" >bad &&
	id=$(plant log bad) &&
	test_expect_code 3 async -C log reindex >actual 2>err &&
	test_cmp expect.said actual &&
	test_grep "^warning: log/2026/03/02/$id.yaml: 6:1: expected" err
'

test_expect_success 'not of a past moment' '
	test_expect_code 129 async -C log --at 2026-03-02T10:00:00Z reindex 2>err &&
	test_grep "reindex" err
'

test_done
