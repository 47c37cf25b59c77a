#!/bin/sh
test_description='sync starts git and nothing else, and takes no name for an option'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# runs <clone> <option>...: what a sync there starts itself, a line each, goes to `actual`; ids are ID.
runs () {
	test_in=$1 && shift && as ana strace -f -b execve -qqq -s 4096 -e trace=execve -o trace async -C "$test_in" sync "$@" >out 2>err
	test_code=$?
	sed -n "s/^[0-9]* *execve(\"[^\"]*\", \[\(.*\)\], 0x[0-9a-f]* .*<detached.*/\1/p" trace | sed "s/[0-9a-f]\{40\}/ID/g" >actual
	return $test_code
}

# fetches <remote> [<branch>], pushes <remote> [<branch>], asks <remote>: the whole of what git is told then.
git_args () {
	printf "\"git\", \"--git-dir\", \"%s\", \"-c\", \"protocol.ext.allow=never\", \"-c\", \"core.hooksPath=/dev/null\", " "$PWD/ana/.git"
}
fetches () {
	git_args && printf "\"-c\", \"fetch.fsckObjects=true\", \"fetch\", \"--no-tags\", \"--no-recurse-submodules\", \"--no-write-fetch-head\", \"--no-auto-gc\", " &&
	printf "\"--no-filter\", \"--progress\", \"--refmap=\", \"--end-of-options\", \"%s\", \"+refs/heads/%s:refs/async/incoming/%s\"\n" "$1" "${2:-async}" "$1"
}
pushes () {
	git_args && printf "\"push\", \"--porcelain\", \"--progress\", \"--no-verify\", \"--no-follow-tags\", \"--recurse-submodules=no\", " &&
	printf "\"--end-of-options\", \"%s\", \"ID:refs/heads/%s\"\n" "$1" "${2:-async}"
}
asks () {
	git_args && printf "\"ls-remote\", \"--exit-code\", \"--quiet\", \"--end-of-options\", \"%s\", \"refs/heads/async\"\n" "$1"
}

test_expect_success 'setup' '
	git init -q --bare hub.git && create_log ana && mv log ana && git -C ana remote add origin "$PWD/hub.git" && as ana async -C ana sync -q &&
	tab=$(printf "\t") esc=$(printf "\033[31m") lf="
" && printf "%s\n" -x --all "--upload-pack=touch $PWD/canary" "--receive-pack=touch $PWD/canary" "-oProxyCommand=touch $PWD/canary" "ext::sh -c touch% $PWD/canary" \
		"a b" "$esc" "a${tab}b" "a:b" "+refs/heads/*:refs/heads/*" "@{-1}" . .. "a..b" "x.lock" "~" "*" "\$(touch $PWD/canary)" ";touch $PWD/canary" >names
'

test_expect_success STRACE 'fetch, and push if there is something to send: these two, exactly' '
	as ana async -C ana post -q "Sent" && runs ana && { fetches origin && pushes origin; } >expect && test_cmp expect actual &&
	runs ana && fetches origin >expect && test_cmp expect actual
'

test_expect_success STRACE 'a remote and a branch whose names look like something else, and can be' '
	for name in "a;b" "a\$b" "a=b" "a--upload-pack=x" "ü" "a&b|c" "a(b)" "HEAD" "refs/heads/async" "a%b"
	do
		git -C ana config "remote.$name.url" "$PWD/hub.git" && as ana async -C ana post -q "By $name" && runs ana -- "$name" &&
		{ fetches "$name" && pushes "$name"; } | sed "s/ü/\\\\303\\\\274/g" >expect && test_cmp expect actual || return 1
	done && git -C ana branch -q "work;touch" async && git -C ana config async.branch "work;touch" && runs ana && { fetches origin "work;touch" && asks origin && pushes origin "work;touch"; } |
	sed "s,\"refs/heads/async\",\"refs/heads/work;touch\"," >expect && test_cmp expect actual && git -C ana config --unset async.branch
'

test_expect_success STRACE 'names that no remote can have: nothing is started' '
	while read -r name
	do
		git -C ana config "remote.$name.url" "$PWD/hub.git" && test_expect_code 128 runs ana -- "$name" && test_must_be_empty actual && test_grep "^async: " err &&
		! LC_ALL=C grep -qP "[\x00-\x09\x0b-\x1f\x7f]" err || return 1
	done <names && test_expect_code 128 runs ana -- "a${lf}b" && test_must_be_empty actual && test_path_is_missing canary
'

test_expect_success STRACE 'names that no branch can have: nothing is started' '
	grep -v "^-x$\|^\$(\|^;" names >branches && while read -r name
	do
		git -C ana config async.branch "$name" && test_expect_code 128 runs ana && test_must_be_empty actual && test_grep "is not a valid branch name" err || return 1
	done <branches && git -C ana config async.branch "a${lf}b" && test_expect_code 128 runs ana && test_must_be_empty actual &&
	git -C ana config --unset async.branch && test_path_is_missing canary
'

test_expect_success STRACE 'addresses: what git is told is the same, and none is run' '
	{ grep -v "^[.]*$" names && printf "%s\n" "ssh://-oProxyCommand=touch%20$PWD/canary/x" "-oProxyCommand=touch $PWD/canary:x" "git://-x/y" "file://-x"; } >urls && GIT_SSH=false && export GIT_SSH && while read -r url
	do
		git -C ana config remote.origin.url "$url" && git -C ana config remote.origin.pushurl "$url" && test_expect_code 128 runs ana && { fetches origin && asks origin; } >expect &&
		test_cmp expect actual && test_grep "^async: " err && ! LC_ALL=C grep -qP "[\x00-\x08\x0b-\x1f\x7f]" err || return 1
	done <urls && git -C ana config remote.origin.url "a${lf}b" && test_expect_code 128 runs ana && test_path_is_missing canary &&
	git -C ana config remote.origin.url "ext::sh -c touch% $PWD/canary" && test_expect_code 128 runs ana && test_grep "^async: git does not use the address" err &&
	test_path_is_missing canary
'

test_expect_success 'commits that are no names: merge-logs starts nothing, either' '
	while read -r name
	do
		test_expect_code 128 as ana async -C ana merge-logs -- "$name" 2>err && test_grep "^async: " err || return 1
	done <names && test_path_is_missing canary
'

test_expect_success 'who writes may have any address' '
	git -C ana config --unset remote.origin.pushurl && git -C ana config remote.origin.url "$PWD/hub.git" && for address in -x --upload-pack=x "\$(touch $PWD/canary)@x" "a b@x"
	do
		GIT_COMMITTER_EMAIL=$address GIT_AUTHOR_EMAIL=$address git -C ana commit-tree -p async -m by "async^{tree}" >tip && git -C ana update-ref refs/heads/async "$(cat tip)" &&
		as ana async -C ana sync -q || return 1
	done && test_path_is_missing canary
'

test_done
