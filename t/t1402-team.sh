#!/bin/sh
test_description='async team: who is in it, and how that changes'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Ana founds a log; Ben and Chi are in it' '
	create_log ana:Europe/Berlin ben:Africa/Lagos chi:Asia/Tokyo
'

test_expect_success 'everybody: the time there, at work until when' '
	cat >expect <<-\EOF &&
	ana  ana  Mon 10:00  working  until today 16:00  Europe/Berlin  maintainers
	ben  ben  Mon 10:00  working  until today 16:00  Africa/Lagos
	chi  chi  Mon 18:00  off  until tomorrow 00:00  Asia/Tokyo
	EOF
	as dee async -C log team >actual &&
	test_cmp expect actual
'

test_expect_success 'for programs' '
	async -C log team --json >actual &&
	test_line_count = 3 actual &&
	sed -n 3p actual >chi &&
	test_grep "\"person\":\"chi\".*\"state\":\"off\",\"until\":\"2026-03-03T00:00:00Z\",\"zone\":\"Asia/Tokyo\"" chi &&
	echo "chi Asia/Tokyo" >expect &&
	async -C log team --format="%(person) %(zone)" | tail -n 1 >actual &&
	test_cmp expect actual
'

test_expect_success 'one of them, by any name' '
	async -C log team chi@example.com >actual &&
	test_grep "^handle: chi" actual &&
	test_grep "^now: Mon 2026-03-02 18:00 JST, off until tomorrow 09:00" actual &&
	test_expect_code 128 async -C log team cih 2>err &&
	test_grep "did you mean .chi." err
'

test_expect_success 'a maintainer adds somebody with all there is to say' '
	async -C log team add dee "Dee Doe" dee@example.com zone=Europe/Lisbon hours="mon-thu 8-17" \
		groups+=backend deputy=ben >actual &&
	cat >expect <<-\EOF &&
	handle: dee
	name: Dee Doe
	addresses: [dee@example.com]
	zone: Europe/Lisbon
	hours: {mon-thu: "08:00-17:00"}
	groups: [backend]
	deputy: ben
	now: Mon 2026-03-02 09:00 WET, working until today 17:00
	EOF
	test_cmp expect actual &&
	git -C log show -s --format=%s async >subject &&
	test_grep "^person [0-9a-f]* by ana" subject
'

test_expect_success 'she is one of the group that is asked' '
	as dee async -C log me >actual &&
	test_grep "^groups: \[backend\]" actual
'

refused () { # <who> <code> <message> <argument>...
	git -C log rev-parse async >before &&
	refused_who=$1 refused_code=$2 refused_text=$3 && shift 3 &&
	test_expect_code "$refused_code" as "$refused_who" async -C log team "$@" 2>err &&
	test_grep "$refused_text" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'what makes no sense is refused' '
	refused ana 129 "^async: .team add. wants a handle, a name and an address" add eve Eve &&
	refused ana 128 "cannot be a handle" add "Eve!" Eve eve@example.com &&
	refused ana 128 "cannot be a handle" add me Eve eve@example.com &&
	refused ana 128 "is not an address" add eve Eve eve &&
	refused ana 128 "dee@example.com is dee already" add didi Dee dee@example.com &&
	refused ana 128 "the handle .dee. is dee@example.com" add dee Eve eve@example.com &&
	refused ana 128 "nobody here is called .eve." edit eve zone=UTC &&
	refused ana 128 "does not know .eve@example.com." edit eve@example.com zone=UTC &&
	refused ana 129 "^hint: usage: async team edit .* <who> \[<key>=<value>\]" edit dee &&
	refused ana 129 "the nearest is .add." ad dee &&
	refused ana 128 "there is no zone" edit dee zone=Mars/X
'

test_expect_success 'others may bring somebody, but not give a handle' '
	as ben async -C log team add fay "Fay" fay@example.com zone=UTC >actual 2>err &&
	test_grep "not all of it counts: handle: only @maintainers" err &&
	async -C log team fay >actual &&
	test_grep "^handle: fay@example.com" actual &&
	test_grep "^zone: UTC" actual
'

test_expect_success 'a maintainer gives it later, by the same command' '
	async -C log team add fay Fay fay@example.com >actual &&
	test_grep "^handle: fay$" actual
'

test_expect_success 'nobody but the person and @maintainers changes anything' '
	refused ben 128 "would not count: only dee and @maintainers" edit dee zone=UTC &&
	async -C log team edit dee groups+=maintainers zone=UTC >actual &&
	test_grep "^groups: \[backend, maintainers\]" actual &&
	as dee async -C log team edit ben groups+=backend >actual &&
	test_grep "^groups: \[backend\]" actual
'

test_expect_success 'an old handle stays an alias, and is given to nobody else' '
	async -C log team edit fay handle=fee >/dev/null &&
	async -C log team fay >actual &&
	test_grep "^handle: fee" actual &&
	refused ana 128 "handle .fay. is already fay@example.com" edit chi handle=fay
'

test_expect_success 'handles of one second come in their order, whatever their ids are' '
	async -C log team edit fee handle=fa >/dev/null &&
	async -C log team edit fa handle=fb >/dev/null &&
	async -C log team edit fb handle=fay >/dev/null &&
	async -C log team fee >actual &&
	test_grep "^handle: fay$" actual
'

test_expect_success 'leaving: the deputy answers; nobody is left without a word' '
	async -C log post --to dee,fay "What now?" &&
	async -C log team leave dee >actual &&
	cat >expect <<-\EOF &&
	dee has left the team.
	1 open: ben answers for them.
	EOF
	test_cmp expect actual &&
	async -C log team leave fay >actual &&
	test_grep "1 open: shown as gone" actual
'

test_expect_success 'their open parts wait on the deputy, or show gone' '
	as ben async -C log inbox >actual &&
	test_grep "What now?.*  new, for dee$" actual && test_line_count = 1 actual &&
	as ben async -C log overdue --soon 9d --for ben >actual && test_line_count = 1 actual &&
	async -C log status >actual &&
	test_grep "  dee .*  gone, with deputy ben$" actual && test_grep "  fay .*  gone$" actual &&
	as ben async -C log ack --for dee :/What >actual && test_grep "acked for dee$" actual &&
	as ben async -C log inbox >actual && test_grep "  acked, for dee$" actual
'

test_expect_success 'who left is not listed, but known' '
	async -C log team >actual &&
	test_grep ! dee actual &&
	async -C log team --all >actual &&
	test_grep "dee .* gone" actual &&
	refused ana 128 "has left already" leave dee
'

test_expect_success 'and may come back' '
	async -C log team edit fay status=member >/dev/null &&
	async -C log team >actual &&
	test_grep "^fay" actual
'

test_expect_success 'somebody stays in @maintainers' '
	refused ana 128 "would leave nobody in @maintainers" leave ana &&
	refused ana 128 "would leave nobody in @maintainers" edit ana groups-=maintainers
'

test_expect_success '-n writes nothing' '
	git -C log rev-parse async >before &&
	async -C log team add -n gil Gil gil@example.com >actual &&
	test_grep "^handle: gil" actual &&
	async -C log team leave -n ben >actual &&
	test_grep "^status: gone" actual &&
	git -C log rev-parse async >after &&
	test_cmp before after
'

test_expect_success 'as of an earlier day' '
	async -C log --at 2026-02-01 team >actual &&
	test_line_count = 3 actual
'

test_done
