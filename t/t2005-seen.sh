#!/bin/sh
test_description='what I have seen: private, kept by show, told by inbox'
. "${0%/*}/lib.sh"

# new <who>: the subjects that are new in their inbox, sorted.
new () {
	as "$1" async -C "${2:-log}" inbox --format="%(seen) %(subject)" | sed -n "s/^no //p" | sort
}

test_expect_success 'setup: Ana asks Ben and Chi' '
	create_log ana ben chi &&
	at "2026-03-02 09:00" as ana async -C log post -q --to ben,chi "One" >one &&
	at "2026-03-02 09:01" as ana async -C log post -q --to ben "Two" >two
'

test_expect_success 'what nobody looked at is new' '
	printf "One\nTwo\n" >expect && new ben >actual && test_cmp expect actual &&
	as ben async -C log inbox >actual && test_grep "One.*new$" actual
'

test_expect_success 'show makes it seen, for who looked' '
	as ben async -C log show "$(cat one)" >/dev/null &&
	echo Two >expect && new ben >actual && test_cmp expect actual &&
	echo One >expect && new chi >actual && test_cmp expect actual
'

test_expect_success 'but not for programs, not raw, and not the past' '
	as ben async -C log show --json "$(cat two)" && as ben async -C log show --format="%(id)" "$(cat two)" &&
	as ben async -C log show --raw "$(cat two)" && as ben async -C log --at 2026-03-02T09:30Z show "$(cat two)" &&
	echo Two >expect && new ben >actual && test_cmp expect actual
'

test_expect_success 'another record makes it new again, of others only' '
	at "2026-03-02 10:00" as ben async -C log ack "$(cat one)" &&
	echo Two >expect && new ben >actual && test_cmp expect actual &&
	at "2026-03-02 10:01" as chi async -C log reply "$(cat one)" "fine" &&
	printf "One\nTwo\n" >expect && new ben >actual && test_cmp expect actual
'

test_expect_success 'who writes in a thread has seen it' '
	at "2026-03-02 10:02" as ben async -C log ack "$(cat two)" &&
	echo One >expect && new ben >actual && test_cmp expect actual &&
	at "2026-03-02 10:03" as ben async -C log ack --dry-run --by fri "$(cat one)" &&
	new ben >actual && test_cmp expect actual &&
	at "2026-03-02 10:03" as ben async -C log ack --by fri "$(cat one)" &&
	new ben >actual && test_must_be_empty actual
'

test_expect_success 'several at once' '
	at "2026-03-02 10:04" as ana async -C log post -q --to ben "Three" >three &&
	at "2026-03-02 10:04" as ana async -C log post -q --to ben "Four" >four &&
	as ben async -C log show "$(cat three)" "$(cat four)" >/dev/null &&
	new ben >actual && test_must_be_empty actual
'

test_expect_success 'on another machine, what is older than my own last word is not new' '
	git clone -q log clone && mkdir -p "$TRASH/elsewhere" &&
	(export XDG_STATE_HOME="$TRASH/elsewhere" && new ben clone) >actual &&
	printf "Four\nThree\n" >expect && test_cmp expect actual
'

test_expect_success 'what comes late is new, whatever its date' '
	git -C clone branch -q async origin/async &&
	at "2026-03-02 10:05" as chi async -C clone reply "$(cat three)" "said before, but offline" &&
	at "2026-03-02 12:00" as ben async -C log show "$(cat three)" >/dev/null &&
	new ben >actual && test_must_be_empty actual &&
	git -C log fetch -q ../clone async:async &&
	echo Three >expect && new ben >actual && test_cmp expect actual
'

state_file () {
	find "$TRASH/home-ben/.local/state/async" -name "$1"
}

test_expect_success 'it is ours alone, and not in the log' '
	seen=$(state_file seen) && stat -c %a "$seen" >actual && echo 600 >expect && test_cmp expect actual &&
	stat -c %a "${seen%/*}" >actual && echo 700 >expect && test_cmp expect actual
'

test_expect_success 'garbage in the file is passed over, and what can be read counts' '
	seen=$(state_file seen) && cp "$seen" kept &&
	{ echo nonsense; head -c 3000 /dev/urandom; printf "\n%s\n" "$(cat four) -3 x"; echo "before never"; cat kept; } >"$seen" &&
	echo Three >expect && new ben >actual && test_cmp expect actual &&
	as ben async -C log show "$(cat three)" >/dev/null && new ben >actual && test_must_be_empty actual &&
	test_grep ! nonsense "$seen"
'

test_expect_success 'a FIFO, a folder or a huge file in its place does no harm' '
	seen=$(state_file seen) && cp "$seen" kept && test_when_finished "rm -rf \"$seen\" && cp kept \"$seen\"" &&
	printf "Four\nThree\n" >expect &&
	rm "$seen" && mkfifo "$seen" && new ben >actual && test_cmp expect actual &&
	rm "$seen" && mkdir "$seen" && new ben >actual && test_cmp expect actual &&
	as ben async -C log show "$(cat three)" >/dev/null &&
	rmdir "$seen" && truncate -s 3M "$seen" && new ben >actual && test_cmp expect actual
'

test_expect_success 'the file stays small: of many threads the quiet ones are only "before"' '
	seen=$(state_file seen) &&
	awk "BEGIN { for (i = 0; i < 600; i++) printf \"%040x 1 2026-02-%02dT%02d:00:00Z\n\", i + 1, 1 + i / 24, i % 24 }" >"$seen" &&
	as ben async -C log show "$(cat one)" >/dev/null &&
	test_line_count = 501 "$seen" && head -n 1 "$seen" >actual && echo "before 2026-02-05T04:00:00Z" >expect &&
	test_cmp expect actual && test_grep "^$(cat one) 2 " "$seen"
'

test_expect_success 'of many who look at once, nobody loses what another saw' '
	rm "$(state_file seen)" &&
	for id in one two three four
	do
		as ben async -C log show "$(cat $id)" >/dev/null &
		echo $! >>pids
	done && wait $(cat pids) &&
	new ben >actual && test_must_be_empty actual
'

test_expect_success 'a state folder that cannot be: nothing is seen, and nothing fails' '
	>file && (export XDG_STATE_HOME=$PWD/file &&
		as ben async -C log show "$(cat one)" 2>err && test_must_be_empty err &&
		as ben async -C log inbox 2>err && test_must_be_empty err) &&
	(unset HOME && export GIT_CONFIG_GLOBAL=$TEST_HOME/.gitconfig &&
		async -C log show "$(cat one)" 2>err && test_must_be_empty err && async -C log inbox 2>err && test_must_be_empty err)
'

test_done
