#!/bin/sh
test_description='main: global options, unknown commands, exit statuses, standard output'
. "${0%/*}/lib.sh"

test_expect_success 'version, in both forms' '
	async version >expect &&
	grep "^async version [0-9][0-9.]*, log format 1$" expect &&
	async --version >actual &&
	test_cmp expect actual
'

test_expect_success 'git async is async' '
	async version >expect &&
	git async version >actual &&
	test_cmp expect actual
'

test_expect_success 'help lists the commands and the global options' '
	async help >out &&
	test_grep "^usage: async \[-C <path>\]" out &&
	test_grep "^    version  *say which async this is$" out &&
	async -h >actual &&
	test_cmp out actual
'

test_expect_success '-h prints usage and options, also outside a repository' '
	async help -h >out &&
	echo "usage: async help [<command> | <topic>]" >expect &&
	test_cmp expect out
'

test_expect_success 'an unknown command: the nearest is suggested' '
	test_expect_code 129 async verison 2>err &&
	cat >expect <<-\EOF &&
	async: '\''verison'\'' is not an async command
	hint: the nearest is '\''version'\''; '\''async help'\'' lists all
	EOF
	test_cmp expect err
'

test_expect_success 'an unknown command that is like none' '
	test_expect_code 129 async xyzzyplugh 2>err &&
	test_grep "is not an async command" err &&
	test_grep "^hint: .async help. lists all commands" err &&
	test_expect_code 129 async "" 2>err &&
	test_grep "is not an async command" err
'

test_expect_success 'what cannot be shown in a name is escaped' '
	test_expect_code 129 async "$(printf "a\033[31mb")" 2>err &&
	test_grep "a.x1B\[31mb" err
'

test_expect_success 'async-NAME on PATH is run, with its arguments and exit status' '
	mkdir bin &&
	cat >bin/async-hello <<-\EOF &&
	#!/bin/sh
	echo "hello $*"
	exit 7
	EOF
	chmod +x bin/async-hello &&
	(PATH=$PWD/bin:$PATH && test_expect_code 7 async hello a "b c") >actual &&
	echo "hello a b c" >expect &&
	test_cmp expect actual
'

test_expect_success 'a name with a slash is never run' '
	test_expect_code 129 async ../bin/async-hello 2>err
'

test_expect_success 'unknown global option, missing and wrong values' '
	test_expect_code 129 async --frobnicate version 2>err &&
	test_grep "unknown option .--frobnicate." err &&
	test_expect_code 129 async --at 2>err &&
	test_grep "^async: --at wants a value" err &&
	test_expect_code 129 async --color=pink version 2>err &&
	test_grep "always, never or auto" err &&
	test_expect_code 129 async -c nothing version 2>err &&
	test_grep "<name>=<value>" err
'

test_expect_success 'an option the command does not have is an error' '
	test_expect_code 129 async version --json 2>err &&
	test_grep "^async: .version. has no option --json" err &&
	test_expect_code 129 async version -n3 2>err &&
	test_grep "has no option -n" err &&
	test_expect_code 129 async version more 2>err &&
	test_grep "does not take .more." err &&
	test_grep "^hint: usage: async version" err
'

test_expect_success '-C goes there first, and again' '
	mkdir -p one/two &&
	async -C one -C two version >actual &&
	test_expect_code 128 async -C nowhere version 2>err &&
	test_grep "cannot change to .nowhere.: No such file" err
'

test_expect_success 'a full disk behind standard output is an error' '
	test_expect_code 128 async version >/dev/full 2>err &&
	echo "async: cannot write to standard output: No space left on device" >expect &&
	test_cmp expect err
'

test_expect_success 'a closed standard output is an error' '
	test_expect_code 128 async version >&- 2>err &&
	test_grep "^async: cannot write to standard output" err
'

test_expect_success 'closed standard input and error are none' '
	async version <&- 2>&- >actual &&
	async version >expect &&
	test_cmp expect actual
'

test_expect_success 'a reader that goes away ends it quietly' '
	{ async help; echo $? >code; } 2>err | : &&
	test_must_be_empty err
'

test_expect_success 'the manual: async help NAME, NAME --help, --help NAME' '
	mkdir -p manbin &&
	cat >manbin/man <<-\EOF &&
	#!/bin/sh
	for last; do :; done
	echo "${last##*/}"
	EOF
	chmod +x manbin/man &&
	(
		PATH=$PWD/manbin:$PATH &&
		async help version && async version --help && async --help version
	) >actual &&
	sed "s/\.1$//" actual | sort -u >pages &&
	echo async-version >expect &&
	test_cmp expect pages &&
	test_line_count = 3 actual
'

test_expect_success 'the manual of what there is not' '
	test_expect_code 129 async help verzion 2>err &&
	test_grep "no manual page for .verzion." err &&
	test_grep "nearest is .version." err &&
	test_expect_code 129 async help tutorail 2>err &&
	test_grep "nearest is .tutorial." err
'

test_done
