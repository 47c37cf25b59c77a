#!/bin/sh
test_description='the log branch checked out in a work tree: brought along, or nothing is written'
. "${0%/*}/lib.sh"

post () {
	async -C repo post --to ben@example.com "$@" >/dev/null
}

must_be_clean () {
	git -C "$1" status --porcelain >status &&
	test_must_be_empty status &&
	git -C "$1" diff --cached --quiet async
}

# It fails with these words, and the log stays as it is.
must_refuse () {
	git -C repo rev-parse async >before &&
	test_expect_code 128 async -C repo post --to ben@example.com "refused" 2>err &&
	test_grep "$1" err &&
	git -C repo rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'setup: a log with two posts, and a worktree on it' '
	git init -q repo &&
	git -C repo commit -q --allow-empty -m code &&
	async -C repo init -q &&
	post "one" && post "two" &&
	git -C repo worktree add -q ../wt async &&
	git -C repo config core.filesRefLockTimeout 200
'

test_expect_success 'a post is in the index and files of that worktree' '
	post "three" &&
	must_be_clean wt &&
	find wt/log -name "*.yaml" >files &&
	git -C repo ls-tree -r --name-only async -- log >names &&
	test_line_count = "$(wc -l <names)" files
'

test_expect_success 'the next commit there deletes nothing' '
	echo by hand >wt/note &&
	git -C wt add note &&
	post "four" &&
	git -C wt status --porcelain >actual &&
	echo "A  note" >expect &&
	test_cmp expect actual &&
	git -C wt reset -q --hard
'

test_expect_success 'from inside that worktree, too' '
	async -C wt post --to ben@example.com "five" &&
	must_be_clean wt
'

test_expect_success 'where the branch goes on from the remote, all of that comes along' '
	git clone -q --bare repo hub.git &&
	git -C repo remote add origin "$PWD/hub.git" &&
	git clone -q hub.git other &&
	async -C other post --to ben@example.com "from afar" &&
	git -C other push -q origin async &&
	git -C repo fetch -q &&
	post "here again" &&
	must_be_clean wt &&
	grep -rq "from afar" wt/log
'

test_expect_success 'a file that is in the way is not overwritten' '
	rm -rf wt/log/2026/03/03 &&
	mkdir -p wt/log/2026/03 && echo mine >wt/log/2026/03/03 &&
	(
		ASYNC_NOW=2026-03-03T09:00:00Z &&
		must_refuse "cannot write"
	) &&
	echo mine >expect &&
	test_cmp expect wt/log/2026/03/03 &&
	rm wt/log/2026/03/03
'

test_expect_success 'but one that a killed write began is completed, by the same write done again' '
	git clone -q --bare repo same.git &&
	async -C same.git post -q --to ben@example.com "begun" >id &&
	file=wt/log/2026/03/02/$(cat id).yaml &&
	git -C same.git cat-file blob "$(cat id)" | head -c 20 >"$file" &&
	async -C repo post -q --to ben@example.com "begun" >actual &&
	test_cmp id actual &&
	must_be_clean wt
'

test_expect_success 'a symbolic link in the way is not followed' '
	mkdir away &&
	ln -s "$PWD/away" wt/log/2026/03/04 &&
	(
		ASYNC_NOW=2026-03-04T09:00:00Z &&
		must_refuse "cannot write"
	) &&
	find away -type f >actual &&
	test_must_be_empty actual &&
	rm wt/log/2026/03/04
'

test_expect_success 'during a merge there: refused' '
	git -C wt rev-parse HEAD >repo/.git/worktrees/wt/MERGE_HEAD &&
	must_refuse "a merge is under way" &&
	rm repo/.git/worktrees/wt/MERGE_HEAD
'

test_expect_success 'during a rebase of it: refused' '
	mkdir repo/.git/worktrees/wt/rebase-merge &&
	echo refs/heads/async >repo/.git/worktrees/wt/rebase-merge/head-name &&
	must_refuse "a rebase is under way" &&
	rm -r repo/.git/worktrees/wt/rebase-merge
'

test_expect_success 'while another git holds the index there: refused, after giving it time' '
	>repo/.git/worktrees/wt/index.lock &&
	must_refuse "index.lock. exists" &&
	rm repo/.git/worktrees/wt/index.lock &&
	post "unlocked" &&
	must_be_clean wt
'

test_expect_success 'where that work tree is missing: refused, with the remedy' '
	mv wt hidden &&
	must_refuse "checked out in .*wt., which is missing" &&
	test_grep "git worktree prune" err &&
	mv hidden wt &&
	post "back again" &&
	must_be_clean wt
'

test_expect_success 'a worktree on another branch does not matter' '
	git -C wt checkout -q --detach &&
	git -C wt rev-parse HEAD >repo/.git/worktrees/wt/MERGE_HEAD &&
	post "detached" &&
	rm repo/.git/worktrees/wt/MERGE_HEAD
'

test_expect_success 'checked out in the main work tree' '
	git -C repo checkout -q async &&
	post "in the main one" &&
	must_be_clean repo
'

test_expect_success 'a batch comes along as well' '
	for i in 1 2 3
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ana@example.com\ndate: 2026-02-0${i}T09:00:00Z\ntype: note\nsubject: n$i\n"
	done >stream &&
	async -C repo write-record --batch - <stream >ids &&
	test_line_count = 3 ids &&
	must_be_clean repo
'

test_done
