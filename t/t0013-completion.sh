#!/bin/sh
test_description='completion: the program says what can come next, the shells ask it'
. "${0%/*}/lib.sh"

# offers <word>...: the candidates for the last word, without what they mean.
offers () {
	async --complete "$@" | cut -f1
}

test_expect_success 'commands, with what they are for' '
	async --complete ver >actual &&
	printf "version\tsay which async this is\n" >expect &&
	test_cmp expect actual &&
	offers "" >all &&
	async help | sed -n "/^read on/q; s/^    \([a-z][a-z-]*\) .*/\1/p" >expect &&
	test_cmp expect all &&
	offers >actual &&
	test_cmp all actual
'

test_expect_success 'commands behind global options' '
	offers -C somewhere --no-pager ver >actual &&
	echo version >expect &&
	test_cmp expect actual &&
	offers --no-pager -C >actual &&
	echo -C >expect &&
	test_cmp expect actual
'

test_expect_success 'global options' '
	offers --no >actual &&
	echo --no-pager >expect &&
	test_cmp expect actual &&
	offers --c >actual &&
	echo --color= >expect &&
	test_cmp expect actual
'

test_expect_success 'options of a command, = where a value follows; outside a repository' '
	offers overdue --e >actual &&
	echo --exit-code >expect &&
	test_cmp expect actual &&
	offers post --w >actual &&
	echo --within= >expect &&
	test_cmp expect actual &&
	offers overdue - >actual &&
	test_grep "^--json$" actual &&
	test_grep "^-z$" actual &&
	test_grep "^--format=$" actual
'

test_expect_success 'commands of help' '
	offers help over >actual &&
	echo overdue >expect &&
	test_cmp expect actual &&
	offers help work >actual &&
	echo worktime >expect &&
	test_cmp expect actual
'

test_expect_success 'nothing for what is not known' '
	offers nonesuch -- >actual &&
	test_must_be_empty actual &&
	offers zzz >actual &&
	test_must_be_empty actual
'

test_expect_success 'bash: words and options' '
	cat >ask.bash <<-\EOF &&
	. "$SOURCE_DIR/cmd/completion/async.bash"
	COMP_WORDS=(async "$@") COMP_CWORD=$#
	_async
	printf "%s|\n" "${COMPREPLY[@]}"
	EOF
	bash ask.bash ver >actual &&
	echo "version |" >expect &&
	test_cmp expect actual &&
	bash ask.bash post --wi >actual &&
	echo "--within=|" >expect &&
	test_cmp expect actual
'

type zsh >/dev/null 2>&1 && test_set_prereq ZSH
type fish >/dev/null 2>&1 && test_set_prereq FISH

test_expect_success ZSH 'zsh reads its script' '
	zsh -n "$SOURCE_DIR/cmd/completion/async.zsh"
'

test_expect_success FISH 'fish: words' '
	fish -c "source \"$SOURCE_DIR/cmd/completion/async.fish\"; complete -C \"async ver\"" >actual &&
	test_grep "^version" actual
'

test_done
