#!/bin/sh
test_description='hooks pre-push and prepare-commit-msg: the log goes along; the ask of the branch is offered'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-strace.sh"

# The remote says when the log has come; then the sync ends, too.
mkfifo came && exec 7<>came
await_log () {
	timeout 60 sh -c "read -r line <&7" && flock log/.git/async/next flock log/.git/async/turn true
}
log_is_there () {
	test "$(git -C bare.git rev-parse -q --verify async)" = "$(git -C log rev-parse async)"
}

test_expect_success 'setup: a remote that has the code' '
	create_log ana ben &&
	git init -q --bare bare.git && git init -q --bare fork.git &&
	git -C log remote add origin ../bare.git && git -C log remote add fork ../fork.git &&
	git -C log commit -q --allow-empty -m code &&
	async -C log hook install pre-push prepare-commit-msg >out &&
	git -C log push -q origin main
'

test_expect_success 'a log is not taken to a new place' '
	test_must_fail git -C bare.git rev-parse -q --verify async &&
	async -C log sync -q &&
	printf "#!/bin/sh\n! grep -q refs/heads/async || echo came >\"%s/came\"\n" "$PWD" >bare.git/hooks/post-receive &&
	chmod +x bare.git/hooks/post-receive
'

test_expect_success 'the log goes along, in the background; the rest of the hook gets what git said, too' '
	printf "#!/bin/sh\ncat >\"%s/stdin\"\nexit 0\n" "$PWD" >log/.git/hooks/pre-push &&
	async -C log hook install pre-push &&
	async -C log post -q "a note" >/dev/null && ! log_is_there &&
	git -C log commit -q --allow-empty -m more && git -C log push -q origin main >out 2>err &&
	test_must_be_empty err && test_must_be_empty out &&
	test_grep "^refs/heads/main [0-9a-f]* refs/heads/main [0-9a-f]*$" stdin &&
	await_log && log_is_there &&
	git -C log push -q origin main 2>err && test_must_be_empty stdin
'

test_expect_success STRACE 'not to a fork that has no log, not where the log itself is pushed' '
	async -C log post -q "another" >/dev/null &&
	started trace git -C log push -q fork main &&
	test_grep ! "\"--background\"" trace && test_grep "pre-push" trace &&
	started trace git -C log push -q origin async &&
	test_grep ! "\"--background\"" trace && log_is_there
'

test_expect_success 'a remote that cannot be reached: the push says so, the hook nothing' '
	mv bare.git away.git && test_when_finished "mv away.git bare.git" &&
	git -C log commit -q --allow-empty -m again &&
	test_expect_code 128 git -C log push -q origin main 2>err && test_grep ! "async:" err
'

test_expect_success 'the ask of the branch is offered where the editor opens, and taken as it stands' '
	id=$(as ben async -C log post -q --to ana "Mend the login") && short=$(echo "$id" | cut -c1-7) &&
	async -C log hook install post-commit >/dev/null &&
	git -C log checkout -q -b "ana/$short-login" &&
	printf "#!/bin/sh\ncp \"\$1\" \"%s/seen\"\nsed -i \"1s/^/title/; s/^#Async-Closes/Async-Closes/\" \"\$1\"\n" "$PWD" >edit &&
	chmod +x edit &&
	GIT_EDITOR="\"$PWD/edit\"" git -C log commit -q --allow-empty 2>err &&
	test_grep "^# This branch is about $short: Mend the login$" seen &&
	test_grep "^#Async-Refs: $short$" seen &&
	git -C log log -1 --format="%s|%(trailers:only)" >actual &&
	test_grep "^title|Async-Closes: $short$" actual &&
	test_grep "^$short done$" err
'

test_expect_success 'not twice, not where it is settled, not with -m, not for an amended commit' '
	GIT_EDITOR="\"$PWD/edit\"" git -C log commit -q --allow-empty 2>/dev/null && test_grep ! "^#Async" seen &&
	as ben async -C log reopen "$id" >/dev/null &&
	git -C log commit -q --allow-empty -m "with -m" && git -C log log -1 --format=%B >actual &&
	printf "with -m\n\n" >expect && test_cmp expect actual &&
	GIT_EDITOR="\"$PWD/edit\"" git -C log commit -q --amend --allow-empty 2>/dev/null && test_grep ! "^#Async" seen
'

test_done
