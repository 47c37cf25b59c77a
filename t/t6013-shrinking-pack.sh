#!/bin/sh
test_description='a pack that is cut short while it is read: an error, not a signal'
. "${0%/*}/lib.sh"

pack='' # the file

# Of the output more than a pipe holds is still to come, and no text of it has been read from the pack yet.
test_expect_success 'setup: a pack of texts that hardly get smaller' '
	create_log ana &&
	for n in $(seq 100 199)
	do
		printf "%s\nasync: 1\nkind: post\nfrom: ana\ndate: 2026-03-02T08:00:00Z\nsubject: text %s\nbody: |\n" --- $n &&
		head -c 2000 /dev/urandom | base64 -w 76 | sed "s/^/  /" || return 1
	done >stream.yaml &&
	async -C log write-record --batch <stream.yaml >ids && test_line_count = 100 ids &&
	git -C log repack -adq && git -C log prune-packed && pack=$(ls log/.git/objects/pack/*.pack) && cp "$pack" kept &&
	async -C log log --patch >whole && test $(wc -c <whole) -gt 200000 && chmod u+w "$pack"
'

# cut_while <command>: after its first line the pack is cut; its exit status is in `code`, what it says in `err`.
cut_while () {
	mkfifo lines || return 1
	{
		async -C log "$@" >lines 2>err
		echo $? >code
	} &
	{ read -r first && : >"$pack" && cat; } <lines >rest
	wait
	rm lines
	cp kept "$pack"
}

test_expect_success 'it is said, and how it ends is as for any failure' '
	cut_while log --patch && echo 128 >expect && test_cmp expect code &&
	test_grep "^async: a file of the repository was cut short" err && test_grep "^hint: try again" err &&
	test_line_count = 2 err
'

test_expect_success 'what was printed before is as it should be, and the next command finds nothing wrong' '
	{ echo "$first" && cat rest; } | cmp -n "$(cat rest | wc -c)" - whole &&
	async -C log log --patch >again && test_cmp whole again &&
	async -C log list >out 2>err && test_must_be_empty err
'

test_done
