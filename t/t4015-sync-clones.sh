#!/bin/sh
test_description='sync in clones of all sorts, and several at once in one'
. "${0%/*}/lib.sh"

post () {
	test_in=$1 && shift && as ana async -C "$test_in" post -q "$@" >>printed
}

# in_step <clone>: something written here and something written there meet, by two syncs at most.
in_step () {
	post ana "From Ana for $1" && as ana async -C ana sync -q && post "$1" "From $1" && as ana async -C "$1" sync -q 2>err &&
	test_must_be_empty err && as ana async -C ana sync -q && test "$(git -C ana rev-parse async)" = "$(git -C "$1" rev-parse async)" &&
	as ana async -C "$1" sync >actual && test_grep "^Up to date" actual
}

test_expect_success 'setup' '
	create_log ana ben && git -C log commit -q --allow-empty -m code && mv log ana && git clone -q --bare ana hub.git &&
	git -C hub.git config uploadpack.allowFilter true && git -C ana remote add origin "$PWD/hub.git" && url="file://$PWD/hub.git" && as ana async -C ana sync -q
'

test_expect_success 'many at once in one clone' '
	git clone -q "$url" many && as ana async -C many sync -q && for i in $(seq $(long_or 20 3))
	do
		post ana "There $i" && as ana async -C ana sync -q && post many "Here $i" && for at in 1 2 3 4
		do
			{ as ana async -C many sync >out.$at 2>&1; echo $? >code.$at; } &
		done
		wait && cat code.* | sort -u >codes && echo 0 >expect && test_cmp expect codes || { cat out.*; return 1; }
	done && in_step many
'

test_expect_success 'and in two of its work trees' '
	git -C many worktree add -q ../second && git -C many worktree add -q ../third async && for i in $(seq $(long_or 10 2))
	do
		post ana "There $i" && as ana async -C ana sync -q && post second "Here $i" && for at in many second third
		do
			{ as ana async -C $at sync >out.$at 2>&1; echo $? >code.$at; } &
		done
		wait && cat code.* | sort -u >codes && echo 0 >expect && test_cmp expect codes || { cat out.*; return 1; }
	done && git -C third status --porcelain >status && test_must_be_empty status && in_step second
'

for how in --bare --single-branch "--single-branch --branch async" --depth=1 "--depth=1 --no-single-branch" --no-checkout --shared \
	$(long_or "-cremote.origin.promisor=true -cfetch.prune=true -cremote.origin.tagOpt=--tags" "")
do
	test_expect_success "a clone made with $how" '
		rm -rf clone && git clone -q $how "$url" clone && as ana async -C clone sync -q && in_step clone
	'
done

for filter in $(long_or "blob:none tree:0 blob:limit=10" blob:none)
do
	test_expect_success "a partial clone without $filter: what is missing is told, with the remedy, and what comes is whole" '
		rm -rf clone && git clone -q --filter=$filter --no-checkout "$url" clone && post ana "Comes whole" && test_expect_code 128 as ana async -C clone list 2>err &&
		test_grep "was not fetched: this is a partial clone" err && sed -n "s/^hint: .*.\(git fetch [^'\'']*\).*/\1/p" err >remedy && (cd clone && sh ../remedy 2>/dev/null) &&
		as ana async -C clone sync -q && in_step clone && post ana "More" && as ana async -C ana sync -q &&
		as ana async -C clone sync -q && rm -rf away && mv hub.git away && as ana async -C clone list >actual && mv away hub.git && test_grep "More" actual
	'
done

test_expect_success 'a mirror reads, and says that it cannot send' '
	git clone -q --mirror "$url" mirror && post ana "To the mirror" && as ana async -C ana sync -q && as ana async -C mirror sync >actual && echo "1 in." >expect && test_cmp expect actual &&
	as ana async -C mirror post -q "Lost" && test_expect_code 128 as ana async -C mirror sync 2>err && test_grep "^async: nothing can be sent from here" err && test_grep "^hint: write in another clone: " err
'

test_expect_success 'a remote whose HEAD is the log, or whose log is another branch by name' '
	git -C hub.git symbolic-ref HEAD refs/heads/async && rm -rf clone && git clone -q "$url" clone && in_step clone && git -C clone status --porcelain >status && test_must_be_empty status &&
	git -C hub.git branch -m async work && git -C hub.git symbolic-ref refs/heads/async refs/heads/work && in_step clone && git -C hub.git symbolic-ref refs/heads/async >actual &&
	echo refs/heads/work >expect && test_cmp expect actual
'

test_expect_success 'remotes of which one is named below the other' '
	git -C ana config remote.origin/x.url "$PWD/hub.git" && post ana "Below" && test_expect_code 128 as ana async -C ana sync origin/x 2>err &&
	test_grep "cannot create .refs/async/incoming/origin/x." err && test_grep "^async: git cannot put what .origin/x. has into this repository" err
'

test_expect_success 'one that does not go on in the middle of a pack is given up, and the next sync works' '
	mkfifo go && cat >ssh <<-EOF && chmod +x ssh && exec 9<>go &&
	#!/bin/sh
	while test "\${1#-}" != "\$1"; do case \$1 in -o | -p) shift ;; esac; shift; done
	sh -c "\$2" | { stdbuf -o0 head -c 1500; read -r _ <"$PWD/go"; }
	EOF
	post ana "Slowly" && as ana async -C ana sync -q && git -C many config async.syncTimeout 1 && git -C many remote add slow "there:$PWD/hub.git" &&
	test_expect_code 128 as ana env GIT_SSH="$PWD/ssh" async -C many sync slow 2>err && test_grep "took too long" err && test_grep "^hint: .*async.syncTimeout" err &&
	find many/.git -name "tmp_*" -o -name "*.lock" ! -path "*/async/index.lock" >left && test_must_be_empty left && in_step many
'

test_done
