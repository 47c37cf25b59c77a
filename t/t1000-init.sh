#!/bin/sh
test_description='beginning a log, and taking up one that is there'
. "${0%/*}/lib.sh"

test_expect_success 'init in an empty repository begins a log and says what to do next' '
	git init -q repo &&
	async -C repo init >actual &&
	test_grep "Began a log on the branch .async." actual &&
	test_grep "async post --to" actual &&
	git -C repo log --format="%an <%ae> %cI %s" async >actual &&
	echo "ana <ana@example.com> 2026-03-02T09:00:00+00:00 init: begin a work log" >expect &&
	test_cmp expect actual
'

test_expect_success 'the branch holds a README and nothing else' '
	git -C repo ls-tree -r --name-only async >actual &&
	echo README.md >expect &&
	test_cmp expect actual &&
	git -C repo show async:README.md >readme &&
	cat >expect <<-\EOF &&
	# async log, format 1
	Founder: ana@example.com

	EOF
	head -n 3 readme >actual &&
	test_cmp expect actual
'

test_expect_success 'HEAD, index and work tree stay as they were' '
	echo refs/heads/main >expect &&
	git -C repo symbolic-ref HEAD >actual &&
	test_cmp expect actual &&
	git -C repo status --porcelain >actual &&
	test_must_be_empty actual &&
	test_path_is_missing repo/README.md
'

test_expect_success 'init again changes nothing and is no error' '
	git -C repo rev-parse async >before &&
	async -C repo init >actual &&
	echo "There is a log already, on the branch '\''async'\''." >expect &&
	test_cmp expect actual &&
	git -C repo rev-parse async >after &&
	test_cmp before after
'

test_expect_success 'init -q says nothing' '
	git init -q quiet &&
	async -C quiet init -q >actual 2>&1 &&
	test_must_be_empty actual &&
	async -C quiet init -q >actual 2>&1 &&
	test_must_be_empty actual
'

test_expect_success 'outside a repository: the words of git' '
	test_expect_code 128 async init 2>actual &&
	cat >expect <<-\EOF &&
	async: not a git repository (or any of the parent directories): .git
	hint: '\''git init'\'' makes one; '\''async -C <path>'\'' goes to another
	EOF
	test_cmp expect actual
'

test_expect_success 'without an identity nothing is begun' '
	git init -q nobody &&
	(
		HOME=$TRASH/nowhere &&
		export HOME &&
		test_expect_code 128 async -C nobody init 2>actual
	) &&
	test_grep "committer identity unknown" actual &&
	test_grep "git config --global user.email" actual &&
	! git -C nobody rev-parse -q --verify async
'

test_expect_success 'a branch of that name that is no log is refused, with the remedy' '
	git init -q taken &&
	git -C taken commit -q --allow-empty -m code &&
	git -C taken branch async &&
	test_expect_code 128 async -C taken init 2>actual &&
	cat >expect <<-\EOF &&
	async: the branch '\''async'\'' is not a log
	hint: keep the log on a branch of another name: '\''git config async.branch worklog'\''
	EOF
	test_cmp expect actual &&
	git -C taken config async.branch worklog &&
	async -C taken init &&
	git -C taken rev-parse --verify worklog
'

test_expect_success 'a branch below that name is in the way, and so is one above' '
	git init -q below &&
	git -C below commit -q --allow-empty -m code &&
	git -C below branch async/io &&
	test_expect_code 128 async -C below init 2>actual &&
	test_grep "cannot be made beside .async/io." actual &&
	test_grep "git config async.branch worklog" actual &&
	git -C below config async.branch main/log &&
	test_expect_code 128 async -C below init 2>actual &&
	test_grep "cannot be made beside .main." actual &&
	git -C below config async.branch team/log &&
	async -C below init &&
	git -C below rev-parse --verify team/log
'

test_expect_success 'a branch name that git does not allow is refused' '
	test_expect_code 128 async -C repo -c async.branch=a..b init 2>actual &&
	test_grep "async.branch: .a..b. is not a valid branch name" actual
'

test_expect_success 'a clone of a repository with a log takes it up' '
	git init -q --bare hub.git &&
	git -C repo push -q ../hub.git async &&
	git clone -q hub.git clone &&
	async -C clone init >actual &&
	test_grep "Took up the log" actual &&
	git -C repo rev-parse async >expect &&
	git -C clone rev-parse async >actual &&
	test_cmp expect actual
'

test_expect_success 'a remote that got its log after the clone is asked' '
	git init -q --bare late.git &&
	git clone -q late.git early 2>/dev/null &&
	git -C repo push -q ../late.git async &&
	async -C early init >actual &&
	test_grep "Took up the log" actual &&
	git -C early rev-parse async >actual &&
	git -C repo rev-parse async >expect &&
	test_cmp expect actual
'

test_expect_success 'a clone of one branch only is made to fetch the log, too' '
	git -C hub.git symbolic-ref HEAD refs/heads/main &&
	git -C taken push -q ../hub.git main &&
	git clone -q --single-branch hub.git single &&
	async -C single init >actual &&
	test_grep "Took up the log" actual &&
	git -C single config --get-all remote.origin.fetch >actual &&
	test_grep "^+refs/heads/async:refs/remotes/origin/async$" actual
'

test_expect_success 'a remote that cannot be asked is warned about' '
	git init -q lonely &&
	git -C lonely remote add origin "$TRASH/nowhere.git" &&
	async -C lonely init >actual 2>err &&
	test_grep "Began a log" actual &&
	test_grep "warning: a remote could not be asked" err
'

test_expect_success 'a branch of a remote that is no log is not taken up' '
	git -C taken push -q ../late.git main:other &&
	git clone -q late.git wrong 2>/dev/null &&
	test_expect_code 128 async -C wrong -c async.branch=other init 2>actual &&
	test_grep "the branch .other. is not a log" actual &&
	! git -C wrong rev-parse -q --verify refs/heads/other
'

test_expect_success 'a log of a newer format is told as such' '
	git init -q newer &&
	(
		cd newer &&
		echo "# async log, format 2" >README.md &&
		git add README.md &&
		git commit -q -m "a newer log" &&
		git branch async
	) &&
	test_expect_code 128 async -C newer init 2>actual &&
	test_grep "format 2: written by a newer async" actual
'

test_expect_success 'where the log branch is checked out before it is born, its files are put there' '
	git init -q -b async unborn &&
	async -C unborn init &&
	git -C unborn status --porcelain >actual &&
	test_must_be_empty actual &&
	test -f unborn/README.md
'

test_expect_success 'init takes no operand' '
	test_expect_code 129 async -C repo init here 2>actual &&
	test_expect_code 129 async -C repo --at 2026-01-01 init 2>actual
'

test_done
