#!/bin/sh
test_description='async sync: what came in is looked at, kept, and said loudly'
. "${0%/*}/lib.sh"

command -v ssh-keygen >/dev/null && test_set_prereq SSH_KEYGEN

post () {
	test_in=$1 && shift && as "$test_in" async -C "$test_in" post -q "$@"
}

note () { # <from> <date> <subject>
	printf "async: 1\nkind: post\nfrom: %s\ndate: %s\ntype: note\nsubject: %s\n" "$@"
}

# send <who>: Chi's clone sends what is planted there, as that person's commit; its id is in `id`.
send () {
	GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$1@example.com GIT_AUTHOR_DATE="$ASYNC_NOW" GIT_COMMITTER_DATE="$ASYNC_NOW" \
		as "$1" plant chi rec >id && git -C chi push -q origin async
}

test_expect_success 'setup' '
	git init -q --bare hub.git && create_log ana ben chi && mv log ana && git -C ana remote add origin "$PWD/hub.git" && as ana async -C ana sync -q &&
	git clone -q hub.git chi 2>err && as chi async -C chi sync -q && git -C chi branch -q -f async origin/async
'

test_expect_success 'what is in order says nothing' '
	post chi "By Chi" && as chi async -C chi sync -q && as ana async -C ana sync >actual 2>err &&
	echo "1 in." >expect && test_cmp expect actual && test_must_be_empty err
'

test_expect_success 'a record in the name of another' '
	test_tick && note ben "$ASYNC_NOW" "I agree" >rec && send chi && as ana async -C ana sync >actual 2>err &&
	echo "warning: MISMATCH: post $(cut -c1-7 id) says it is by ben; chi@example.com committed it" >expect && test_cmp expect err &&
	echo "1 in." >expect && test_cmp expect actual && async -C ana list --format="%(subject)" >actual && test_grep "I agree" actual
'

test_expect_success 'it is said once' '
	as ana async -C ana sync >actual 2>err && test_grep "Up to date" actual && test_must_be_empty err
'

test_expect_success 'one that is dated back, and quiet is no reason to keep still' '
	test_tick && note chi 2026-02-20T09:00:00Z "Long ago" >rec && send chi && as ana async -C ana sync -q >actual 2>err && test_must_be_empty actual &&
	test_grep "^warning: date: post $(cut -c1-7 id) is dated 10 days before its commit by chi@example.com" err
'

test_expect_success 'one dated ahead' '
	test_tick && note chi 2026-04-02T10:00:00Z "Not yet" >rec && send chi && as ana async -C ana sync 2>err >actual &&
	test_grep "^warning: ahead: post $(cut -c1-7 id) is dated 31 days ahead" err
'

test_expect_success 'to programs: a number, and a row each' '
	test_tick && note ben "$ASYNC_NOW" "I do not" >rec && send chi && as ana async -C ana sync --json >actual 2>err && test_line_count = 2 actual &&
	head -n 1 actual >first && test_grep "\"kind\":\"sync\".*\"findings\":1}" first &&
	tail -n 1 actual >last && test_grep "^{\"v\":1,\"kind\":\"finding\",\"what\":\"MISMATCH\",\"text\":\"post " last && test_grep "^warning: MISMATCH" err
'

test_expect_success 'many: the ten most serious ones, and how many more' '
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13
	do
		test_tick && note ben "$ASYNC_NOW" "Many $i" >rec && send chi || return 1
	done &&
	as ana async -C ana sync >actual 2>err && test_line_count = 11 err && tail -n 1 err >last &&
	echo "warning: 3 more like these: '\''async verify'\'' lists them" >expect && test_cmp expect last
'

test_expect_success 'told also by a sync whose own records are rejected, and once' '
	test_tick && note ben "$ASYNC_NOW" "And again" >rec && send chi && post ana "Rejected" &&
	printf "#!/bin/sh\nexit 1\n" >hub.git/hooks/pre-receive && chmod +x hub.git/hooks/pre-receive &&
	test_expect_code 128 as ana async -C ana sync 2>err && test_grep "^warning: MISMATCH" err && test_grep "^async: .origin. rejected" err &&
	test_expect_code 128 as ana async -C ana sync 2>err && test_grep ! MISMATCH err && test_grep "^async: .origin. rejected" err &&
	rm hub.git/hooks/pre-receive && as ana async -C ana sync -q 2>err
'

test_expect_success 'after a plain git fetch, too' '
	test_tick && note ben "$ASYNC_NOW" "By git" >rec && git -C chi fetch -q && git -C chi branch -q -f async origin/async && send chi &&
	git -C ana fetch -q && as ana async -C ana sync -q 2>err && test_grep "^warning: MISMATCH" err
'

test_expect_success 'by merge-logs, too' '
	test_tick && note ben "$ASYNC_NOW" "By hand" >rec && git -C chi fetch -q && git -C chi branch -q -f async origin/async && send chi &&
	git -C ana fetch -q --refmap= origin async:refs/heads/came && as ana async -C ana merge-logs came >actual 2>err && test_grep "1 in" actual &&
	test_grep "^warning: MISMATCH: post $(cut -c1-7 id) says it is by ben" err && as ana async -C ana merge-logs -q came 2>err && test_must_be_empty err
'

test_expect_success 'a handle that is claimed twice' '
	test_tick && printf "async: 1\nkind: person\nfrom: ana\ndate: %s\nperson: dee@example.com\nhandle: ben\nname: Dee\n" "$ASYNC_NOW" >rec && send ana &&
	as ana async -C ana sync -q 2>err && test_grep "^warning: handle: .ben. was claimed for dee@example.com, but is already ben@example.com.s" err &&
	test_tick && as ana async -C ana team add eve eve eve@example.com >out && as ana async -C ana sync -q 2>err && test_must_be_empty err
'

test_expect_success SSH_KEYGEN 'signed with a key that is not theirs, and a changed key' '
	ssh-keygen -q -t ed25519 -N "" -f one && ssh-keygen -q -t ed25519 -N "" -f two &&
	git -C chi fetch -q && git -C chi branch -q -f async origin/async && test_tick &&
	as chi async -C chi -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$PWD/one" me key="$(cat one.pub)" >out && as chi async -C chi sync -q 2>err &&
	test_tick && as ana async -C ana sync -q 2>err && test_grep ! "signature\|key:" err &&
	git clone -q hub.git new 2>err && as ben async -C new sync -q 2>err && { as ben async -C new verify -q || :; } &&
	as chi async -C chi -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$PWD/two" post -q "With the other one" && as chi async -C chi sync -q 2>err &&
	test_tick && as ana async -C ana sync -q 2>err && test_grep "^warning: signature: post [0-9a-f]* by chi is signed with a key that is not theirs" err &&
	test_tick && as ana async -C ana team edit chi key+="$(cat two.pub)" >out && as ana async -C ana sync -q 2>err && test_tick &&
	as ben async -C new sync -q 2>err && test_grep "^warning: key: chi has a new key, .*: ask them, then .async verify --trust=chi.$" err
'

test_expect_success 'more than anybody waits for is left to verify' '
	{ for i in $(seq 1001); do printf -- "---\nasync: 1\nkind: post\nfrom: chi\ndate: 2026-03-02T10:00:00Z\ntype: note\nsubject: Bulk %s\n" $i || return 1; done; } >many &&
	git -C chi fetch -q && git -C chi branch -q -f async origin/async && as chi async -C chi write-record --batch "$PWD/many" >out && as chi async -C chi sync -q 2>err &&
	at "2026-03-02 10:00" as ana async -C ana sync >actual 2>err && test_grep "1001 in" actual &&
	test_grep "^warning: 1001 records came, too many to look at now: .async verify. does" err
'

test_expect_success 'one that cannot be read, escaped' '
	git -C chi fetch -q && git -C chi branch -q -f async origin/async && printf "async: 1\nkind: post\ndate: 2026-03-02T09:00:00Z\nfrom: \033[31mchi\n" >rec && send chi &&
	test_expect_code 3 as ana async -C ana sync >actual 2>err && test_grep "^warning: unreadable: " err && ! LC_ALL=C grep -P "[\x00-\x09\x0b-\x1f\x7f]" err
'

test_done
