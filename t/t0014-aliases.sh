#!/bin/sh
test_description='aliases, and programs async-NAME on PATH'
. "${0%/*}/lib.sh"

alias_of () {
	git config --global "async.alias.$1" "$2"
}

test_expect_success 'setup' '
	create_log ana ben &&
	async -C log post --to ben "ship it?" >id &&
	async -C log list >list
'

test_expect_success 'an alias stands for a command and its first words' '
	alias_of asked "list --from ana" &&
	async -C log asked >actual &&
	test_cmp list actual &&
	async -C log asked --state met >actual &&
	test_must_be_empty actual
'

test_expect_success 'its name is not case sensitive, as names of settings are not' '
	async -C log Asked >actual &&
	test_cmp list actual
'

test_expect_success 'quotes and backslashes are taken out as git does' '
	git clone -q --no-local --branch async log other &&
	alias_of say "-C other post -q  --to ben@example.com \"it is \\\"so\\\"\"" &&
	async say >id &&
	async -C other show --format="%(subject)" "$(cat id)" >actual &&
	echo "it is \"so\"" >expect &&
	test_cmp expect actual &&
	alias_of say "-C other post -q a\\ b'"''"'c\"'\''d\"" &&
	async say >id &&
	async -C other show --format="%(subject)" "$(cat id)" >actual &&
	echo "a bc'\''d" >expect &&
	test_cmp expect actual
'

test_expect_success 'an alias may begin with global options, and stand for another alias' '
	alias_of there "-C log" &&
	alias_of theirs "there asked" &&
	test_expect_code 129 async theirs lo:g 2>err &&
	test_grep "no field .lo." err &&
	alias_of there "-C log asked" &&
	async there >actual &&
	test_cmp list actual
'

test_expect_success 'a loop is found' '
	alias_of a "b --json" &&
	alias_of b "a" &&
	test_expect_code 129 async a 2>err &&
	test_grep "^async: alias loop: a leads to b leads to a$" err
'

test_expect_success 'what cannot be read is said, and where it stands' '
	alias_of bad "list \"open" &&
	test_expect_code 129 async bad 2>err &&
	test_grep "^async: alias .bad.: a quote is not closed$" err &&
	test_grep "^hint: .git config --show-origin --get-all async.alias.bad. shows where it is set$" err &&
	alias_of bad "list \\" &&
	test_expect_code 129 async bad 2>err &&
	test_grep "alias .bad.: it ends with a backslash" err &&
	alias_of bad "  " &&
	test_expect_code 129 async bad 2>err &&
	test_grep "alias .bad.: it stands for nothing" err &&
	git config --global --unset async.alias.bad
'

test_expect_success 'no alias stands before a command of async' '
	alias_of version "!echo caught" &&
	async version >actual &&
	test_grep ! caught actual
'

test_expect_success '!: the shell runs it, with what follows as its arguments; the exit status is its own' '
	alias_of sh "!printf \"%s,\"" &&
	async sh "a b" "\$HOME" >actual &&
	printf "a b,\$HOME," >expect &&
	test_cmp expect actual &&
	alias_of sh "!exit 7; :" &&
	test_expect_code 7 async sh
'

test_expect_success '!: options before it hold for what it starts' '
	alias_of sh "!async list --format=%\(subject\) #" &&
	async -C log sh >actual &&
	async --git-dir=log/.git sh >expect &&
	test_grep "ship it" expect &&
	test_cmp expect actual &&
	alias_of sh "!git config async.x #" &&
	async -c "async.x=it'"'"'s !so" -c async.y=2 sh >actual &&
	echo "it'"'"'s !so" >expect &&
	test_cmp expect actual &&
	alias_of sh "!async list #" &&
	test_expect_code 128 async -C log -L other sh 2>err &&
	test_grep "no log is named .other." err &&
	test_expect_code 129 async -C log --at=yesterday sh 2>err &&
	test_grep "^async: --at cannot be handed on to .sh.," err
'

test_expect_success 'the configuration of a repository makes no alias, and is not silent' '
	git -C log config async.alias.evil "!touch caught" &&
	test_when_finished "git -C log config --unset async.alias.evil" &&
	test_expect_code 129 async -C log evil 2>err &&
	test_path_is_missing log/caught &&
	test_path_is_missing caught &&
	test_grep "^async: .evil. is not an async command$" err &&
	test_grep "^hint: async.alias.evil of this repository.s configuration is not used" err &&
	git -C log config async.alias.asked "!touch caught" &&
	async -C log asked >actual &&
	test_cmp list actual
'

test_expect_success 'git -c and the environment set one' '
	async -C log -c async.alias.x="list --from ana" x >actual &&
	test_cmp list actual &&
	GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=async.alias.x GIT_CONFIG_VALUE_0=asked async -C log x >actual &&
	test_cmp list actual
'

test_expect_success 'help lists them, and tells what one stands for' '
	async help >actual &&
	sed -n "/^your aliases/,/^\$/p" actual >aliases &&
	test_grep "^    asked          list --from ana$" aliases &&
	test_grep ! caught aliases &&
	async help asked >actual &&
	echo "'\''asked'\'' is an alias for '\''list --from ana'\''" >expect &&
	test_cmp expect actual
'

test_expect_success 'a program async-NAME on PATH is a command, before an alias' '
	mkdir bin &&
	write_program () { printf "#!/bin/sh\n%s\n" "$2" >"bin/$1" && chmod +x "bin/$1"; } &&
	write_program async-hello "echo hello \"\$@\"; exit 3" &&
	alias_of hello list &&
	(
		PATH=$PWD/bin:$PATH &&
		test_expect_code 3 async hello "a b" >actual &&
		echo "hello a b" >expect &&
		test_cmp expect actual &&
		test_expect_code 3 git async hello "a b" >actual &&
		test_cmp expect actual
	)
'

test_expect_success 'it gets -C, --git-dir, -L, -c, --no-pager and --color' '
	printf "#!/bin/sh\nasync list\n" >bin/async-posts && chmod +x bin/async-posts &&
	printf "#!/bin/sh\necho \$GIT_PAGER\ngit config async.x\ngit config color.async\necho \$ASYNC_LOG\n" \
		>bin/async-says && chmod +x bin/async-says &&
	(
		PATH=$PWD/bin:$PATH &&
		async -C log posts >actual &&
		async -C log list >expect &&
		test_cmp expect actual &&
		async --git-dir=log/.git posts >actual &&
		test_cmp expect actual &&
		async -c async.branch=async -C log posts >actual &&
		test_cmp expect actual &&
		async -c async.x=y --no-pager --color=never -L board says >actual &&
		printf "%s\n" cat y never board >expect &&
		test_cmp expect actual
	)
'

test_done
