#!/bin/sh
test_description='hook install, uninstall, list: beside what is there, and without a trace'
. "${0%/*}/lib.sh"

# script <file>: an executable one, from standard input.
script () {
	mkdir -p "${1%/*}" && cat >"$1" && chmod +x "$1"
}

# without_async <command>...: where no async is on PATH.
without_async () {
	(PATH=$(printf %s "$PATH" | sed "s|^[^:]*:||") && "$@")
}

test_expect_success 'setup: a log in which something waits on me' '
	create_log ana ben &&
	git -C log commit -q --allow-empty -m code &&
	git -C log branch side &&
	as ben async -C log post -q --to ana --within 1h "ship it?" &&
	git -C log config core.excludesFile /dev/null &&
	rm -rf log/.git/hooks
'

test_expect_success 'install makes the folder and the files; they work' '
	async -C log hook install >out &&
	test_grep "^post-checkout: installed as .git/hooks/post-checkout$" out &&
	test_grep "^post-merge: installed as .git/hooks/post-merge$" out &&
	test -x log/.git/hooks/post-checkout &&
	git -C log checkout -q side 2>err &&
	test_grep "^async: 1 due today" err
'

test_expect_success 'again changes nothing' '
	ls -il log/.git/hooks >before &&
	async -C log hook install >out &&
	ls -il log/.git/hooks >after &&
	test_cmp before after &&
	test_grep "^post-merge: is installed already in" out
'

test_expect_success 'list tells it, for programs, too' '
	async -C log hook >out &&
	test_grep "^post-checkout  installed  .git/hooks/post-checkout$" out &&
	async -C log hook --format="%(path)" >out && test_grep "^/.*/log/.git/hooks/post-checkout$" out &&
	async -C log hook list --format="%(hook) %(state)" >out &&
	test_grep "^post-merge installed$" out
'

test_expect_success 'without async on PATH, git says nothing of it' '
	without_async git -C log checkout -q main >out 2>&1 &&
	test_must_be_empty out
'

test_expect_success 'uninstall removes what install made, and then there is nothing to do' '
	async -C log hook uninstall >out &&
	test_grep "^post-checkout: removed .git/hooks/post-checkout$" out &&
	ls -A log/.git/hooks >left &&
	test_must_be_empty left &&
	async -C log hook uninstall >out &&
	echo "nothing is installed" >expect &&
	test_cmp expect out
'

test_expect_success 'only those that are named' '
	async -C log hook install post-merge &&
	ls -A log/.git/hooks >actual &&
	echo post-merge >expect &&
	test_cmp expect actual &&
	async -C log hook uninstall post-checkout >out &&
	test_grep "nothing is installed" out &&
	async -C log hook uninstall post-merge
'

test_expect_success 'a script that is there runs, too, whatever it ends with; and is restored to the byte' '
	for end in "exit 0" "exec true" "false"
	do
		printf "#!/bin/sh\n# no line end\necho mine >&2\n%s" "$end" | script log/.git/hooks/post-checkout &&
		chmod 750 log/.git/hooks/post-checkout &&
		cp -p log/.git/hooks/post-checkout before &&
		async -C log hook install post-checkout >out &&
		test_grep "installed in" out &&
		test "$(stat -c %a log/.git/hooks/post-checkout)" = 750 &&
		{ git -C log checkout -q side 2>err || test "$end" = false; } &&
		test_grep "^mine$" err &&
		test_grep "^async: 1 due" err &&
		git -C log checkout -q main 2>/dev/null
		async -C log hook uninstall >out &&
		cmp before log/.git/hooks/post-checkout &&
		test "$(stat -c %a log/.git/hooks/post-checkout)" = 750 || return 1
	done
'

test_expect_success 'a file that somebody added to stays' '
	rm -f log/.git/hooks/* &&
	async -C log hook install post-merge &&
	echo "echo more" >>log/.git/hooks/post-merge &&
	async -C log hook uninstall >out &&
	test_grep "taken out of" out &&
	printf "#!/bin/sh\necho more\n" >expect &&
	test_cmp expect log/.git/hooks/post-merge
'

test_expect_success 'no shell script, a link, not executable, a pipe: left as it is, with what helps' '
	rm -f log/.git/hooks/* &&
	printf "#!/usr/bin/python3\n" | script log/.git/hooks/post-merge &&
	echo "#!/bin/sh" >target && ln -s ../../../target log/.git/hooks/post-checkout &&
	cp -p log/.git/hooks/post-merge before &&
	test_expect_code 128 async -C log hook install 2>err &&
	test_grep "^warning: post-merge: .git/hooks/post-merge is not a shell script: left as it is" err &&
	test_grep "^hint: make it run .async hook run post-merge. with its arguments$" err &&
	test_grep "^warning: post-checkout: .* is a symbolic link" err &&
	test_grep "async hook run post-checkout \"\$@\" </dev/null" err &&
	test_grep "^async: not installed: .*post-merge, post-checkout" err &&
	cmp before log/.git/hooks/post-merge &&
	test -h log/.git/hooks/post-checkout &&
	echo "#!/bin/sh" | cmp - target &&
	rm log/.git/hooks/* &&
	echo "#!/bin/sh" >log/.git/hooks/post-merge &&
	mkfifo log/.git/hooks/post-checkout &&
	test_expect_code 128 async -C log hook install post-merge post-checkout 2>err &&
	test_grep "post-merge is not executable, so git does not run it" err &&
	test_grep "post-checkout is not a file" err &&
	async -C log hook list --format="%(hook) %(state)" >out &&
	test_grep "^post-merge off$" out &&
	test_grep "^post-checkout foreign$" out &&
	rm log/.git/hooks/*
'

test_expect_success 'half a block is not mended by guessing' '
	printf "#!/bin/sh\n# async begin\n" | script log/.git/hooks/post-merge &&
	test_expect_code 128 async -C log hook install post-merge 2>err &&
	test_grep "has .# async begin. without" err &&
	test_expect_code 128 async -C log hook uninstall post-merge 2>err &&
	rm log/.git/hooks/post-merge
'

test_expect_success NOT_ROOT 'a folder that cannot be written' '
	mkdir -p log/.git/hooks && chmod a-w log/.git/hooks && test_when_finished "chmod u+w log/.git/hooks" &&
	test_expect_code 128 async -C log hook install post-merge 2>err &&
	test_grep "cannot write .*/hooks/post-merge.: Permission denied" err
'

test_expect_success 'core.hooksPath in the work tree: also from below, and it is said whose it is' '
	git -C log config core.hooksPath .githooks && test_when_finished "git -C log config --unset core.hooksPath" &&
	mkdir -p log/sub &&
	async -C log/sub hook install post-checkout >out 2>err &&
	test_grep "installed as .githooks/post-checkout" out &&
	echo "note: .githooks is in the work tree: committed, this is everybody'\''s" >expect &&
	test_cmp expect err &&
	git -C log/sub checkout -q side 2>err &&
	test_grep "^async: 1 due" err &&
	git -C log checkout -q main 2>/dev/null &&
	async -C log hook uninstall && rm -r log/.githooks
'

test_expect_success 'core.hooksPath elsewhere: it is said, too; one that is no folder is refused' '
	mkdir mine && git -C log config core.hooksPath "$PWD/mine" &&
	test_when_finished "git -C log config --unset core.hooksPath" &&
	async -C log hook install post-checkout 2>err &&
	test_grep "^note: .*/mine is outside of this repository" err &&
	async -C log hook uninstall &&
	git -C log config core.hooksPath /dev/null &&
	test_expect_code 128 async -C log hook install 2>err &&
	test_grep "./dev/null., where git looks for hooks, is not a folder" err &&
	test_grep "^hint: core.hooksPath is set to" err
'

test_expect_success 'husky, new: its own folder is made anew at times, the scripts beside it stay' '
	git init -q husky9 && (cd husky9 && git commit -q --allow-empty -m 1 && git branch side &&
	git config core.hooksPath .husky/_ && git config async.repo ../log) &&
	script husky9/.husky/_/h <<-\EOF &&
	n=$(basename "$0")
	s=$(dirname "$(dirname "$0")")/$n
	[ ! -f "$s" ] && exit 0
	sh -e "$s" "$@"
	exit $?
	EOF
	script husky9/.husky/_/post-checkout <<-\EOF &&
	#!/usr/bin/env sh
	. "$(dirname "$0")/h"
	EOF
	echo "echo theirs >&2" >husky9/.husky/post-checkout &&
	cp husky9/.husky/post-checkout before &&
	async -C husky9 hook install post-checkout >out 2>err &&
	test_grep "installed in .husky/post-checkout" out &&
	test_grep "^note: .husky is in the work tree" err &&
	git -C husky9 checkout -q side 2>err &&
	printf "%s\n" "async: 1 due today: '\''async inbox'\''" theirs >expect &&
	test_cmp expect err &&
	async -C husky9 hook uninstall &&
	cmp before husky9/.husky/post-checkout
'

test_expect_success 'husky, old: a script that starts itself again runs the block once' '
	git init -q husky8 && (cd husky8 && git commit -q --allow-empty -m 1 && git branch side &&
	git config core.hooksPath .husky && git config async.repo ../log) &&
	script husky8/.husky/_/husky.sh <<-\EOF &&
	if [ -z "$husky_skip_init" ]; then
		export husky_skip_init=1
		sh -e "$0" "$@"
		exit $?
	fi
	EOF
	script husky8/.husky/post-checkout <<-\EOF &&
	#!/usr/bin/env sh
	. "$(dirname -- "$0")/_/husky.sh"

	echo theirs >&2
	EOF
	async -C husky8 hook install post-checkout &&
	git -C husky8 checkout -q side 2>err &&
	printf "%s\n" "async: 1 due today: '\''async inbox'\''" theirs >expect &&
	test_cmp expect err
'

test_expect_success 'pre-commit: its script is added to; and it keeps ours where it comes later' '
	git init -q framework && (cd framework && git commit -q --allow-empty -m 1 && git branch side &&
	git config async.repo ../log) &&
	script framework/.git/hooks/post-checkout <<-\EOF &&
	#!/usr/bin/env bash
	# File generated by pre-commit: https://pre-commit.com
	here="$(cd "$(dirname "$0")" && pwd)"
	exec sh -c "echo theirs >&2; test ! -x \"$here/post-checkout.legacy\" || \"$here/post-checkout.legacy\" \"\$@\"" sh "$@"
	EOF
	cp framework/.git/hooks/post-checkout generated &&
	async -C framework hook install post-checkout &&
	git -C framework checkout -q side 2>err &&
	test_line_count = 2 err &&
	async -C framework hook uninstall && cmp generated framework/.git/hooks/post-checkout &&
	rm framework/.git/hooks/post-checkout &&
	async -C framework hook install post-checkout &&
	mv framework/.git/hooks/post-checkout framework/.git/hooks/post-checkout.legacy &&
	cp -p generated framework/.git/hooks/post-checkout &&
	git -C framework checkout -q - 2>err &&
	test_grep "^async: 1 due" err &&
	async -C framework hook list --format="%(hook) %(state)" >out &&
	test_grep "^post-checkout installed$" out
'

test_expect_success 'linked worktrees share the hooks, also where the log is elsewhere' '
	git -C log worktree add -q ../linked -b other &&
	async -C linked hook install post-checkout >out &&
	test_grep "installed as .*/log/.git/hooks/post-checkout" out &&
	git -C linked checkout -q -b another 2>err &&
	test_grep "^async: 1 due" err &&
	async -C linked hook uninstall &&
	git -C framework worktree add -q ../linked-framework -b other 2>err &&
	test_grep "^async: 1 due" err
'

test_expect_success 'a submodule has hooks of its own' '
	git init -q super &&
	git -C super -c protocol.file.allow=always submodule --quiet add "$PWD/log" sub &&
	async -C super/sub hook install post-checkout >out &&
	test -x super/.git/modules/sub/hooks/post-checkout
'

test_expect_success 'a bare repository has its hooks at its top' '
	git init -q --bare bare.git &&
	async -C bare.git hook install post-merge >out &&
	test -x bare.git/hooks/post-merge &&
	async -C bare.git hook list >out && test_grep "^post-merge  installed  hooks/post-merge$" out
'

test_expect_success 'outside of a repository; wrong words' '
	(cd / && test_expect_code 128 async hook install) 2>err &&
	test_grep "not a git repository" err &&
	test_expect_code 129 async -C log hook install post-comit 2>err &&
	test_grep "post-comit. is not a hook that async knows" err &&
	test_expect_code 129 async -C log hook list more 2>err &&
	test_expect_code 129 async -C log hook instal 2>err &&
	test_expect_code 129 async -C log hook install --json 2>err &&
	test_grep "prints no rows" err
'

test_done
