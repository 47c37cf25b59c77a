#!/bin/sh
test_description='what people see: columns, colours, pager; --at; unreadable records'
. "${0%/*}/lib.sh"

test_expect_success 'setup: three asks, two of them late' '
	create_log ana ben chi &&
	at "2026-03-02 09:00" as ana async -C log post --to ben --within 2h "Short" &&
	at "2026-03-02 10:00" as ana async -C log post --to ben,chi --within 1d -t release \
		"日本語の件名 and e$(printf "\314\201") and a subject that is longer than any line of a terminal can be" &&
	at "2026-03-06 10:00" as ana async -C log post --to chi --within 3d "Später" &&
	ASYNC_NOW=2026-03-06T12:00:00Z && export ASYNC_NOW
'

width_is_at_most () {
	python3 -c "
import sys, unicodedata
wide = lambda c: 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in \"WF\" else 1
for line in open(sys.argv[2], encoding=\"utf-8\"):
    width = sum(map(wide, line.rstrip(\"\n\")))
    assert width <= int(sys.argv[1]), (width, line)
" "$1" "$2"
}

test_expect_success 'in a pipe: no colour, no padding, nothing cut' '
	async -C log list >out &&
	test_line_count = 3 out &&
	test_grep "  Short  ben  open  2026-03-02 11:00$" out &&
	test_grep "that is longer than any line of a terminal can be  ben, chi  open" out &&
	test_grep ! "   " out &&
	test_grep ! " $" out &&
	test_grep ! "$(printf "\033")" out
'

for columns in 60 80 120 200
do
	test_expect_success "on a terminal of $columns columns: aligned, and none is wider" '
		TEST_COLUMNS=$columns test_terminal async --color=never -C log overdue >out &&
		test_line_count = 3 out &&
		width_is_at_most $columns out &&
		test_grep "…\|can be" out &&
		async -C log overdue --format="%(due:short)" | sort -u >dues &&
		python3 - out dues <<-\EOF
		import sys, unicodedata
		wide = lambda c: 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
		dues = [d.strip() for d in open(sys.argv[2])]
		at = set()
		for line in open(sys.argv[1], encoding="utf-8"):
		    due = next(d for d in dues if d in line)
		    at.add(sum(map(wide, line[:line.index(due)])))
		assert len(at) == 1, at
		EOF
	'
done

test_expect_success 'COLUMNS says how wide a terminal is' '
	TEST_COLUMNS=200 test_terminal env COLUMNS=60 async --color=never -C log overdue >out &&
	width_is_at_most 60 out
'

esc=$(printf '\033')

test_expect_success 'colours on a terminal' '
	test_terminal async -C log list >out &&
	test_grep "^$esc\[36m[0-9a-f]\{7\}$esc\[m  " out
'

test_expect_success 'no colours: NO_COLOR, a dumb terminal, --color=never, the configuration' '
	test_terminal env NO_COLOR=1 async -C log list >out &&
	test_grep ! "$esc" out &&
	test_terminal env TERM=dumb async -C log list >out &&
	test_grep ! "$esc" out &&
	test_terminal async --color=never -C log list >out &&
	test_grep ! "$esc" out &&
	test_terminal async -C log list --color=never >out &&
	test_grep ! "$esc" out &&
	test_terminal async -c color.ui=never -C log list >out &&
	test_grep ! "$esc" out &&
	test_terminal async -c color.ui=never -c color.async=auto -C log list >out &&
	test_grep "$esc" out &&
	test_terminal env NO_COLOR= async -C log list >out &&
	test_grep "$esc" out
'

test_expect_success 'colours in a pipe only where --color=always asks for them' '
	async -c color.ui=always -C log list >out &&
	test_grep ! "$esc" out &&
	async --color=always -C log list >out &&
	test_grep "^$esc\[36m" out &&
	NO_COLOR=1 async --color=always -C log list >out &&
	test_grep "^$esc\[36m" out
'

test_expect_success 'colours as git names them' '
	async --color=always -c color.async.id="bold blue" -C log list >out &&
	test_grep "^$esc\[1;34m" out &&
	async --color=always -c color.async.id="brightred #ff8800 ul" -C log list >out &&
	test_grep "^$esc\[91;48;2;255;136;0;4m" out &&
	async --color=always -c color.async.id="208 no-bold" -C log list >out &&
	test_grep "^$esc\[38;5;208;22m" out &&
	async --color=always -c color.async.id="normal red" -C log list >out &&
	test_grep "^$esc\[41m" out &&
	async --color=always -c color.async.id=normal -C log list >out &&
	test_grep "^[0-9a-f]" out &&
	async --color=always -c color.async.id=pinkish -C log list >out 2>err &&
	echo "warning: color.async.id: '\''pinkish'\'' is not a colour" >expect &&
	test_cmp expect err
'

test_expect_success 'a pager: GIT_PAGER, core.pager, PAGER in this order' '
	test_terminal env "PAGER=sed s/^/P:/" async -C log list >out &&
	test_grep "^P:" out &&
	test_terminal env "PAGER=sed s/^/P:/" async -c core.pager="sed s/^/C:/" -C log list >out &&
	test_grep "^C:" out &&
	test_terminal env "GIT_PAGER=sed s/^/G:/" async -c core.pager="sed s/^/C:/" -C log list >out &&
	test_grep "^G:" out &&
	test_terminal env "PAGER=sed s/^/P:/" async -c pager.async="sed s/^/A:/" -C log list >out &&
	test_grep "^A:" out
'

test_expect_success 'no pager: --no-pager in both places, pager.async, cat, no terminal, other commands' '
	PAGER="sed s/^/P:/" && export PAGER && test_when_finished "PAGER=cat" &&
	test_terminal async --no-pager -C log list >out &&
	test_grep ! "^P:" out &&
	test_terminal async -C log list --no-pager >out &&
	test_grep ! "^P:" out &&
	test_terminal async -c pager.async=false -C log list >out &&
	test_grep ! "^P:" out &&
	test_terminal env GIT_PAGER=cat async -C log list >out &&
	test_grep ! "^P:" out &&
	test_terminal async version >out &&
	test_grep ! "^P:" out &&
	async -C log list >out &&
	test_grep ! "^P:" out
'

test_expect_success 'a failure needs no pager' '
	test_expect_code 129 test_terminal env "PAGER=sed s/^/P:/" async -C log list --nope >out &&
	test_grep "^async: " out
'

test_expect_success 'a repository names no pager' '
	git -C log config core.pager "touch canary; cat" &&
	git -C log config pager.async "touch canary; cat" &&
	test_when_finished "git -C log config --unset core.pager; git -C log config --unset pager.async" &&
	test_terminal async -C log list >out &&
	test_path_is_missing log/canary &&
	test_path_is_missing canary
'

test_expect_success 'a pager that is not there is told, and nothing is lost' '
	test_terminal env PAGER=no-such-pager async --color=never -C log list >out &&
	test_grep "^warning: cannot run the pager .no-such-pager.: No such file or directory$" out &&
	test_grep "  Short  " out
'

test_expect_success '--at, before and behind the command' '
	async --at "2026-03-02 09:30" -C log list >out &&
	test_line_count = 1 out &&
	test_grep "Short" out &&
	async -C log list --at "2026-03-02 09:30" >actual &&
	test_cmp out actual &&
	async -C log list --at 2026-03-02T09:30:00Z >actual &&
	test_cmp out actual &&
	async -C log overdue --at "2026-03-02 11:00" >out &&
	test_must_be_empty out &&
	async -C log overdue --at "2026-03-02 11:01" >out &&
	test_line_count = 1 out
'

test_expect_success '--at is an error where something is written, and where it is no time' '
	git -C log rev-parse async >before &&
	test_expect_code 129 async --at yesterday -C log post "no" 2>err &&
	echo "async: --at looks at the past; '\''post'\'' writes" >expect &&
	test_cmp expect err &&
	git -C log rev-parse async >after &&
	test_cmp before after &&
	test_expect_code 129 async --at noonish -C log list 2>err &&
	test_grep "^async: --at: .noonish. is not a time" err &&
	test_grep "^hint: write it as" err
'

test_expect_success 'a listing that cannot be written fails, also half-way' '
	test_expect_code 128 async -C log list >/dev/full 2>err &&
	test_grep "^async: cannot write to standard output: No space left on device" err &&
	test_expect_code 128 async -C log list --json >/dev/full 2>err &&
	test_grep "No space left on device" err
'

test_expect_success 'a write whose answer is lost was done all the same, and says so' '
	test_expect_code 128 async -C log post "Once" >/dev/full 2>err &&
	test_grep "No space left on device" err &&
	test_grep "^hint: .async post. itself was done" err &&
	async -C log list --format="%(subject)" >subjects &&
	test "$(grep -c "^Once$" subjects)" = 1
'

test_expect_success 'outside a repository: one error, with what to do' '
	test_expect_code 128 async list 2>err &&
	test_grep "^async: " err &&
	test_line_count -le 3 err
'

test_expect_success 'a record that cannot be read: the rest is shown, exit 3 says so' '
	printf "async: 1\nkind: post\ndate: 2026-03-02T08:00:00Z\nfrom: [ana\n" >broken &&
	id=$(plant log broken) &&
	test_expect_code 3 async -C log list >out 2>err &&
	test_line_count = 4 out &&
	test_grep "^warning: log/2026/03/02/$id.yaml" err &&
	test_grep "^warning: 1 record could not be read and counts for nothing; see .async verify.$" err &&
	test_line_count = 2 err
'

test_done
