#!/bin/sh
test_description='answers in two clones at once: the same state in whatever order they come together'
. "${0%/*}/lib.sh"

# in_one, in_two <who> <command>...: act in that clone, all of them in the same second, and remember what was said.
in_one () {
	who=$1 && shift && as "$who" async -C one "$@" >>said.one
}

in_two () {
	who=$1 && shift && as "$who" async -C two "$@" >>said.two
}

# state <repository>: everything that is told of every thread, for programs.
state () {
	async -C "$1" list --json &&
	async -C "$1" status --json &&
	for id in $(cat ids.*)
	do
		async -C "$1" show --json "$id" || return 1
	done
}

# joined <name> <ours> <theirs>: a clone in which plain git has merged theirs into ours.
joined () {
	git clone -q "$2" "$1" 2>/dev/null &&
	git -C "$1" checkout -q -b async origin/async &&
	git -C "$1" fetch -q "../$3" async &&
	git -C "$1" merge -q -m "two clones" FETCH_HEAD &&
	git -C "$1" update-ref -d refs/remotes/origin/async
}

test_expect_success 'setup: asks of many kinds, and two clones of them' '
	create_log ana ben:Africa/Lagos chi:Asia/Tokyo dee eve &&
	as ana async -C log team edit ben groups=backend deputy=dee >/dev/null &&
	as ana async -C log team edit chi groups=backend >/dev/null &&
	test_tick 60 &&
	for name in answer withdraw retract assign extend grant level edit tag again promise
	do
		as ana async -C log post -q --to ben,chi "$name" >ids.$name || return 1
	done &&
	as ana async -C log post -q --to ben --need approval "decide" >ids.decide &&
	as ana async -C log post -q --to @backend "group" >ids.group &&
	as ana async -C log post -q --to ben "reopen" >ids.reopen &&
	test_tick && as ben async -C log done "$(cat ids.reopen)" >/dev/null &&
	as ben async -C log extend -q "$(cat ids.grant)" 2d >request &&
	git clone -q log one 2>/dev/null && git clone -q log two 2>/dev/null &&
	git -C one fetch -q && git -C two fetch -q
'

test_expect_success 'in the same second they are answered in both' '
	test_tick 60 &&
	in_one ben done "$(cat ids.answer)" && in_two ben reply -m "Both of me." "$(cat ids.answer)" &&
	in_one ana done "$(cat ids.withdraw)" && in_two chi done "$(cat ids.withdraw)" &&
	in_one ana retract "$(cat ids.retract)" && in_two ben done "$(cat ids.retract)" &&
	in_one ben assign --to eve "$(cat ids.assign)" && in_two ben assign --to dee "$(cat ids.assign)" &&
	in_one ana extend "$(cat ids.extend)" 1d && in_two ana extend "$(cat ids.extend)" --by "fri 12:00" &&
	in_one ana extend --accept "$(cat request)" && in_two ben undo && in_two ben extend "$(cat ids.grant)" 3d &&
	in_one ana extend --level urgent "$(cat ids.level)" && in_two ana extend --level low "$(cat ids.level)" &&
	in_one ana edit -s "edit in one" "$(cat ids.edit)" && in_two ana edit -m "Edited in two." "$(cat ids.edit)" &&
	in_one chi tag "$(cat ids.tag)" x y && in_two dee tag "$(cat ids.tag)" y z &&
	in_one ana reply --to ben -m "Once more." "$(cat ids.again)" && in_two ben done "$(cat ids.again)" &&
	in_one ben ack --by "thu 12:00" "$(cat ids.promise)" && in_two ben ack "$(cat ids.promise)" &&
	in_one ben approve "$(cat ids.decide)" && in_two dee reject --for ben -m "No." "$(cat ids.decide)" &&
	in_one ben done "$(cat ids.group)" && in_two chi done "$(cat ids.group)" &&
	in_one ana reopen "$(cat ids.reopen)" && in_two ben reopen "$(cat ids.reopen)"
'

test_expect_success 'and again, each by its own clock' '
	test_tick 60 && slow=$ASYNC_NOW && test_tick 7 &&
	in_one ben undo && in_one chi tag -d "$(cat ids.tag)" y && in_one ana reopen "$(cat ids.withdraw)" &&
	in_one eve done "$(cat ids.assign)" &&
	fast=$ASYNC_NOW && ASYNC_NOW=$slow &&
	in_two ben reopen "$(cat ids.again)" && in_two chi done "$(cat ids.again)" && in_two ana done "$(cat ids.extend)" &&
	in_two dee assign --to eve "$(cat ids.assign)" && in_two dee tag "$(cat ids.tag)" w &&
	ASYNC_NOW=$fast && test_tick
'

test_expect_success 'the clones say different things' '
	state one >one.json && state two >two.json && ! cmp -s one.json two.json
'

test_expect_success 'fetched by plain git, both read the same, byte for byte' '
	git -C one fetch -q ../two +async:refs/remotes/origin/async &&
	git -C two fetch -q ../one +async:refs/remotes/origin/async &&
	state one >one.json && state two >two.json && test_cmp one.json two.json
'

test_expect_success 'merged by plain git, in either order, it is the same again' '
	joined first one two && joined second two one &&
	git -C first rev-parse async^{tree} >expect && git -C second rev-parse async^{tree} >actual && test_cmp expect actual &&
	state first >first.json && test_cmp one.json first.json &&
	state second >second.json && test_cmp one.json second.json
'

test_expect_success 'an index made anew says it, too' '
	rm -rf first/.git/async && state first >first.json && test_cmp one.json first.json
'

# part <name> <who>: state and outcome of somebody in an ask.
part () {
	async -C first show --json "$(cat "ids.$1")" |
	sed "s/\"parts\":/&\n/; s/},{/}\n{/g" |
	sed -n "s/.*\"to\":\"$2\",\"state\":\"\([a-z]*\)\",\"outcome\":\(\"[^\"]*\"\|null\).*/\1 \2/p" | head -n 1
}

test_expect_success 'and it makes sense: what was answered first counts, a retract wins' '
	test "$(part answer ben)" = "met \"done\"" -o "$(part answer ben)" = "met \"reply\"" &&
	test "$(part retract chi)" = "withdrawn \"retracted\"" &&
	test "$(part decide ben)" = "met \"approved\"" -o "$(part decide ben)" = "met \"rejected\"" &&
	async -C first show "$(cat ids.tag)" >actual && test_grep "^Tags: .*x" actual && test_grep "^Tags: .*z" actual
'

test_expect_success 'what is written in the merged clone comes after all of it' '
	test_tick && as ana async -C first done $(cat ids.*) >/dev/null &&
	async -C first list --state open >actual && test_must_be_empty actual
'

test_done
