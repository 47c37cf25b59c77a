#!/bin/sh
test_description='async sync by ssh: a real sshd, and the ways in which it fails'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-sshd.sh"

start_sshd >sshd.out 2>&1 && test_set_prereq SSHD

post () {
	test_in=$1 && shift && as "$test_in" async -C "$test_in" post -q "$@"
}

# only <shell command>: that is all that the key may do from now on, whatever git asks for ($SSH_ORIGINAL_COMMAND).
only () {
	cat >"command" && chmod +x command && echo "command=\"'$PWD/command'\" $(cat ssh/user.pub)" >ssh/authorized
}

anything () {
	cp ssh/user.pub ssh/authorized
}

# ends <title>: Ana's sync fails with that message, what ssh and git say is there but once, and nothing is left.
ends () {
	git -C ana for-each-ref refs/heads refs/remotes >before && test_expect_code 128 as ana timeout 60 async -C ana sync >out 2>err </dev/null &&
	test_must_be_empty out && test_grep "^async: $1" err && test_grep "^hint: " err && grep -v "^@" err | sort | uniq -d >twice && test_must_be_empty twice &&
	git -C ana for-each-ref refs/heads refs/remotes >after && test_cmp before after && nothing_is_left ana
}

nothing_is_left () {
	find "$1/.git" -name "tmp_*" -o -path "$1/.git/async" -prune -o -name "*.lock" -print >left && test_must_be_empty left
}

test_expect_success SSHD 'setup: a host of the ssh config, and a path with all sorts of characters' '
	hub="$PWD/a hub ~ with '\''quotes'\'' \"and\" \$HOME ümlaut.git" && git init -q --bare "$hub" && create_log ana ben && mv log ana &&
	git -C ana config core.sshCommand "ssh -F '\''$PWD/ssh_config'\''" && git -C ana remote add origin "there:$hub" &&
	as ana async -C ana sync >actual && test_grep "^Sent the log to .origin. for the first time: 3 out" actual
'

test_expect_success SSHD 'there and back, by a url, by the environment, and with nothing to do' '
	GIT_SSH_COMMAND="ssh -F '\''$PWD/ssh_config'\''" && export GIT_SSH_COMMAND && git clone -q "there:$hub" ben 2>err &&
	post ben "From Ben" && as ben async -C ben sync >actual && echo "1 out." >expect && test_cmp expect actual && unset GIT_SSH_COMMAND &&
	as ana async -C ana sync >actual 2>err && echo "1 in." >expect && test_cmp expect actual && test_must_be_empty err &&
	ln -s "$hub" plain.git && git -C ana remote set-url origin "ssh://there$PWD/plain.git" && post ana "By url" && as ana async -C ana sync >actual && test_grep "1 out" actual &&
	as ana async -C ana sync >actual && test_grep "Up to date" actual && nothing_is_left ana &&
	git -C "$hub" rev-parse async >expect && git -C ana rev-parse async >actual && test_cmp expect actual
'

test_expect_success SSHD 'no repository there' '
	git -C ana remote set-url origin there:/nowhere.git && ends "there is no repository where .origin. should be" && git -C ana remote set-url origin "there:$hub"
'

test_expect_success SSHD 'a key that is not let in' '
	: >ssh/authorized && ends ".origin. does not let you read the log" && test_grep "Permission denied (publickey)" err && anything
'

test_expect_success SSHD 'one that may read, and not write' '
	post ana "Not for them" && echo "case \$SSH_ORIGINAL_COMMAND in git-receive-pack*) echo ERROR: write access denied >&2; exit 1 ;; esac; eval \"\$SSH_ORIGINAL_COMMAND\"" | only &&
	ends ".origin. does not let you send records" && anything && as ana async -C ana sync >actual && test_grep "1 out" actual
'

test_expect_success SSHD 'a host that nobody has met, without anybody to ask: no question, no waiting' '
	mv ssh/known known && : >ssh/known && ends "ssh does not know the host of .origin." && test_grep "Host key verification failed" err && mv known ssh/known
'

test_expect_success SSHD 'one that is another than before' '
	cp ssh/known known && ssh-keygen -q -t ed25519 -N "" -f other && echo "[127.0.0.1]:$SSHD_PORT $(cut -d" " -f1,2 other.pub)" >ssh/known &&
	ends "ssh does not know the host of .origin." && mv known ssh/known
'

test_expect_success SSHD 'one that says nothing is given up after async.syncTimeout' '
	echo "exec cat >/dev/null 2>&1" | only && git -C ana config async.syncTimeout 1 && git -C ana rev-parse async >before &&
	test_expect_code 128 as ana timeout 60 async -C ana sync 2>err && test_grep "took too long" err && test_grep "^hint: .*async.syncTimeout" err &&
	git -C ana rev-parse async >after && test_cmp before after && anything && git -C ana config --unset async.syncTimeout && nothing_is_left ana
'

test_expect_success SSHD 'the same words in another language' '
	: >ssh/authorized && (LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de && export LC_ALL LANG LANGUAGE && ends ".origin. does not let you read the log") &&
	git -C ana remote set-url origin there:/nowhere.git && anything && (LC_ALL= LANG=de_DE.UTF-8 LANGUAGE=de:fr && export LC_ALL LANG LANGUAGE && ends "there is no repository where .origin. should be") && git -C ana remote set-url origin "there:$hub"
'

test_expect_success SSHD 'a hook there that rejects: its words, once' '
	printf "#!/bin/sh\necho no records on Mondays >&2\nexit 1\n" >"$hub/hooks/update" && chmod +x "$hub/hooks/update" && post ana "Rejected" &&
	test_expect_code 128 as ana async -C ana sync 2>err && grep -c "^remote: no records on Mondays" err >count && echo 1 >expect && test_cmp expect count &&
	test_grep "^async: .origin. rejected the records: .*hook declined" err && rm "$hub/hooks/update" && as ana async -C ana sync -q
'

test_expect_success SSHD 'nobody there any more' '
	stop_sshd && ends "cannot reach .origin." && test_grep "Connection refused" err
'

test_done
