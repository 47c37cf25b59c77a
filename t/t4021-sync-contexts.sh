#!/bin/sh
test_description='sync and merge-logs wherever the branch is checked out, and in the middle of what git does'
. "${0%/*}/lib.sh"

# Ana writes elsewhere and sends it: something to come here; its id is in `came`.
news () {
	as ana async -C ana post -q "$1" >came && as ana async -C ana sync -q
}

# The work tree is as the log is, down to the last file: the next commit there deletes nothing.
must_be_clean () {
	git -C "$1" status --porcelain >status && test_must_be_empty status && git -C "$1" diff --quiet HEAD async &&
	(cd "$1" && find log -type f) | sort >files && git -C "$1" ls-tree -r --name-only async log | sort >names && test_cmp names files
}

# brings <work tree> <subject>: what is written there and what comes are in its files, and a commit by git keeps them.
brings () {
	news "$2 from Ana" && as ben async -C "$1" post -q "$2 from Ben" && as ben async -C "$1" sync -q &&
	must_be_clean "$1" && grep -rq "$2 from Ana" "$1/log" && grep -rq "$2 from Ben" "$1/log" &&
	git -C "$1" commit -q --allow-empty -m "by hand" && git -C "$1" log -1 --diff-filter=DM --name-only --format= >changed &&
	test_must_be_empty changed && as ben async -C "$1" sync -q
}

# must_refuse <work tree> <words>: neither takes in nor sends, for this reason; afterwards all is as it was.
must_refuse () {
	news "while it is refused" && git -C hub.git rev-parse async >before && git -C ben rev-parse async >>before &&
	test_expect_code 128 as ben async -C "$1" sync 2>err && test_grep "$2" err &&
	git -C ben fetch -q origin async:refs/heads/came -f && test_expect_code 128 as ben async -C "$1" merge-logs came 2>err && test_grep "$2" err &&
	git -C hub.git rev-parse async >after && git -C ben rev-parse async >>after && test_cmp before after
}

test_expect_success 'setup: two clones, each with code, too' '
	create_log ana ben && git -C log commit -q --allow-empty -m code && git clone -q --bare log hub.git && mv log ana &&
	git -C ana remote add origin "$PWD/hub.git" && git clone -q hub.git ben && git -C ben config user.email ben@example.com &&
	git -C ben config user.name ben && git -C ben config core.filesRefLockTimeout 100 && as ben async -C ben sync -q
'

test_expect_success 'checked out in the main work tree' '
	git -C ben checkout -q async && brings ben main && news "by another way" &&
	git -C ben fetch -q origin async:refs/heads/came && as ben async -C ben merge-logs -q came && must_be_clean ben
'

test_expect_success 'checked out in a linked one: called there, in the main one, and in the git directory' '
	git -C ben checkout -q main && git -C ben worktree add -q ../linked async && brings linked linked &&
	for where in ben ben/.git ben/.git/worktrees/linked
	do
		news "$where" && as ben async -C $where sync -q && must_be_clean linked || return 1
	done &&
	git -C ben ls-files >code && test_must_be_empty code
'

test_expect_success 'two work trees of one branch' '
	git -C ben worktree add -q -f ../second async && brings linked both && must_be_clean second && git -C ben worktree remove second
'

test_expect_success 'a merge, cherry-pick or revert under way there: refused, and done afterwards' '
	for state in MERGE_HEAD:merge CHERRY_PICK_HEAD:cherry-pick REVERT_HEAD:revert
	do
		git -C linked rev-parse HEAD >ben/.git/worktrees/linked/${state%:*} &&
		must_refuse ben "a .*${state#*:}.* is under way" &&
		must_refuse linked "a .*${state#*:}.* is under way" &&
		rm ben/.git/worktrees/linked/${state%:*} || return 1
	done &&
	as ben async -C ben sync -q && must_be_clean linked
'

test_expect_success 'a rebase of the log by git, stopped in the middle: refused, and whole after it went on' '
	as ben async -C linked post -q "to be rebased" >id && git -C linked rev-parse async~1 >base &&
	GIT_SEQUENCE_EDITOR="sed -i 1ibreak" git -C linked rebase -q -i --force-rebase "$(cat base)" 2>err &&
	must_refuse ben "a rebase is under way" && must_refuse linked "a rebase is under way" &&
	test_expect_code 128 as ben async -C linked post "not now" 2>err && test_grep "a rebase is under way" err &&
	git -C linked rebase --continue >out 2>&1 && as ben async -C ben sync -q && must_be_clean linked &&
	git -C hub.git ls-tree -r --name-only async >names && test_grep "$(cat id)" names
'

test_expect_success 'a rebase of the code does not matter' '
	git -C ben commit -q --allow-empty -m more && GIT_SEQUENCE_EDITOR="sed -i 1ibreak" git -C ben rebase -q -i --keep-empty HEAD^ 2>err &&
	brings linked rebase && git -C ben rebase --continue >out 2>&1 && test_path_is_missing ben/log
'

test_expect_success 'nor does a bisection of the log: what is written meanwhile is there after it' '
	git -C linked bisect start async async~6 >out && as ben async -C linked post -q "while bisecting" >id && news "came while bisecting" &&
	as ben async -C linked sync -q && git -C linked status --porcelain >status && test_must_be_empty status &&
	git -C linked bisect reset >out 2>&1 && must_be_clean linked && grep -rq "while bisecting" linked/log
'

test_expect_success 'a file in the way, or changed there' '
	news "in the way" && file=log/2026/03/02/$(cat came).yaml && mkdir -p "linked/${file%/*}" && echo mine >"linked/$file" &&
	test_expect_code 128 as ben async -C ben sync 2>err && test_grep "is in the way of a record" err && echo mine >expect && test_cmp expect "linked/$file" &&
	rm "linked/$file" && as ben async -C ben sync -q && must_be_clean linked &&
	echo by hand >linked/note && git -C linked add note && news "beside it" && as ben async -C ben sync -q &&
	git -C linked status --porcelain >actual && echo "A  note" >expect && test_cmp expect actual && git -C linked rm -q --cached note && rm linked/note
'

test_expect_success 'bare: a mirror that people push to, which has a remote of its own' '
	git clone -q --bare hub.git between.git && git -C between.git remote remove origin && git -C between.git remote add origin "$PWD/hub.git" &&
	news bare && as ben async -C between.git post -q "in between" && as ben async -C between.git sync -q &&
	as ana async -C ana sync >actual && test_grep "1 in" actual
'

test_expect_success 'a submodule: its own log, its own remote; the project around it sees nothing' '
	git init -q super && git -C super -c protocol.file.allow=always submodule add -q "$PWD/hub.git" sub && git -C super commit -q -m sub &&
	git -C super/sub checkout -q -b async origin/async && git -C super/sub branch -q -u origin/async && git -C super/sub config user.email ben@example.com &&
	git -C super/sub config user.name ben && brings super/sub submodule && ! git -C super rev-parse -q --verify async &&
	test_path_is_missing super/.git/async && git -C super/sub checkout -q main && git -C super status --porcelain >status && test_must_be_empty status
'

# hook <repository> <name>: what stands on standard input runs there.
hook () {
	mkdir -p "$1/hooks" && { echo "#!/bin/sh" && cat; } >"$1/hooks/$2" && chmod +x "$1/hooks/$2"
}

test_expect_success 'in a pre-commit hook of the code: git commits its own index, and the log has the record' '
	hook ben/.git pre-commit <<-\EOF && news "before the commit" &&
	echo "$GIT_INDEX_FILE" >"$TRASH/index-file"
	async post -q "From pre-commit" >"$TRASH/id" && async sync -q
	EOF
	echo code >ben/code && git -C ben add code && export TRASH && (cd ben && as ben git commit -q -m code) && test -s "$TRASH/index-file" &&
	git -C ben show --name-only --format= main >actual && echo code >expect && test_cmp expect actual &&
	git -C hub.git ls-tree -r --name-only async >names && test_grep "$(cat "$TRASH/id")" names && must_be_clean linked &&
	git -C ben status --porcelain >status && test_must_be_empty status
'

test_expect_success 'also with an index that git made for the occasion (commit -- <file>)' '
	echo more >ben/code && (cd ben && as ben git commit -q -m more -- code) && git -C ben show --name-only --format= main >actual && test_cmp expect actual &&
	git -C ben cat-file -e "async:log/2026/03/02/$(cat "$TRASH/id").yaml" && must_be_clean linked
'

test_expect_success 'in one of the log itself: refused while git holds the index there, and the commit goes its way' '
	hook ben/.git pre-commit <<-\EOF && news "while the index is held" &&
	async post -q "While the index is held" 2>"$TRASH/err"
	echo $? >"$TRASH/code"
	async sync -q --fetch-only || echo "sync $?" >>"$TRASH/code"
	EOF
	(cd linked && as ben git commit -q -a --allow-empty -m "by hand") && printf "128\nsync 128\n" >expect && test_cmp expect "$TRASH/code" &&
	test_grep "index.lock. exists" "$TRASH/err" && must_be_clean linked
'

test_expect_success 'where git does not hold it, the record is there, and the commit has to be made again' '
	test_must_fail as ben git -C linked commit -q --allow-empty -m "by hand" 2>err && test_grep "cannot lock ref" err && must_be_clean linked &&
	rm ben/.git/hooks/pre-commit && as ben git -C linked commit -q --allow-empty -m "by hand" && must_be_clean linked &&
	grep -rq "While the index is held" linked/log && as ben async -C ben sync -q && must_be_clean linked
'

test_expect_success 'in pre-receive, in quarantine: what is written there stays, also where the push is turned away' '
	hook hub.git pre-receive <<-\EOF &&
	test -n "$GIT_QUARANTINE_PATH" || exit 1
	async post -q "From pre-receive" >>"$TRASH/received" && async list --json >"$TRASH/list" && async sync -q elsewhere && exit "$(cat "$TRASH/verdict")"
	EOF
	git clone -q --bare hub.git elsewhere.git && git -C hub.git remote add elsewhere "$PWD/elsewhere.git" &&
	echo 1 >"$TRASH/verdict" && git -C ben checkout -q -b topic && git -C ben commit -q --allow-empty -m topic && ! as ben git -C ben push -q origin topic 2>err &&
	test_grep "pre-receive hook declined" err && echo 0 >"$TRASH/verdict" && as ben git -C ben push -q origin topic &&
	test_line_count = 2 "$TRASH/received" && git -C elsewhere.git ls-tree -r --name-only async >names &&
	test_grep "$(sed -n 1p "$TRASH/received")" names && test_grep "$(sed -n 2p "$TRASH/received")" names && rm hub.git/hooks/pre-receive
'

test_expect_success 'in the end all have the same' '
	as ben async -C ben sync -q && as ana async -C ana sync -q && git -C hub.git rev-parse "async^{tree}" >expect &&
	git -C ana rev-parse "async^{tree}" >actual && test_cmp expect actual && git -C ben rev-parse "async^{tree}" >actual && test_cmp expect actual
'

test_done
