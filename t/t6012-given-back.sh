#!/bin/sh
test_description='what was damaged, missing, or not to be read for a moment, is seen again by the next command'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"
ASYNC_NOW=2026-03-05T09:00:00Z
record='' person='' root='' # objects of the log

test_expect_success 'setup: eight posts on four days; one of them, and a person, by a merge' '
	git init -q log &&
	at "2026-03-01 08:00" async -C log init -q &&
	for day in 01 02 03 04
	do
		at "2026-03-$day 09:00" async -C log post -q "first of $day" &&
		at "2026-03-$day 10:00" async -C log post -q "second of $day" || return 1
	done &&
	async -C log team add ben ben ben@example.com &&
	async -C log list >whole && async -C log team --json >team && test_line_count = 8 whole &&
	root=$(git -C log rev-list --max-parents=0 async) &&
	record=$(async -C log list --format "%(id) %(subject)" | sed -n "s/ first of 03//p") &&
	person=$(git -C log grep -l "^handle: ben" async | sed "s,.*/,,; s,\.yaml,,") &&
	mkdir damaged && git init -q damaged && test_is_damaged damaged
'

whats="record async~1 root^{tree} async:log/2026/03"
all="$whats person async~4 root async~4:log/2026/03 async:log async:log/2026/03/02"

# a_copy <what>: of the log, without an index; `file` is that object of it.
a_copy () {
	rm -rf damaged && cp -R log damaged && rm -f damaged/.git/async/index.db* damaged/.git/async/root &&
	case $1 in record) set -- $record ;; person) set -- $person ;; root*) set -- "$root${1#root}" ;; esac &&
	file=damaged/.git/objects/$(git -C log rev-parse "$1" | sed "s,^..,&/,") && chmod u+w "$file"
}

# is_less <command>...: it says that something could not be read.
is_less () {
	test_expect_code 3 "$@" >out 2>err && test_grep "could not be read.*; see .async verify" err
}

is_whole () {
	async -C damaged list >out 2>err && test_cmp whole out && test_must_be_empty err &&
	async -C damaged team --json >out 2>err && test_cmp team out && test_must_be_empty err
}

for what in $(long_or "$all" "$whats")
do
	test_expect_success "$what: what is copied in again is seen, and no more is said of it" '
		a_copy "$what" && mv "$file" kept && is_less async -C damaged list && is_less async -C damaged list &&
		mv kept "$file" && is_whole &&
		a_copy "$what" && cp "$file" kept && head -c 20 kept >"$file" && is_less async -C damaged list &&
		rm "$file" && is_less async -C damaged list &&
		cp kept "$file" && is_whole
	'

	test_expect_success STRACE "$what: what the system refused is asked for again" '
		for error in EIO EACCES
		do
			a_copy "$what" &&
			is_less strace -f --seccomp-bpf -qqq -o /dev/null -P "$PWD/$file" -e trace=openat -e inject=openat:error=$error \
				async -C "$PWD/damaged" list &&
			is_whole || return 1
		done
	'
done

test_expect_success 'a pack that was away, and a fetch of all of it' '
	git clone -q --bare log origin.git && a_copy record && git -C damaged remote add origin ../origin.git &&
	rm -r $(ls -d damaged/.git/objects/?? | grep -v "/$(git -C log rev-parse async | cut -c1-2)\$") &&
	test_expect_code 128 async -C damaged list &&
	git -C damaged fetch -q --refetch origin async && is_whole
'

test_expect_success 'of many that are lost one comes again: that one is seen' '
	a_copy record && mkdir away &&
	for id in $(async -C log list --format "%(id)")
	do
		mv damaged/.git/objects/$(echo $id | sed "s,^..,&/,") away/$id || return 1
	done &&
	is_less async -C damaged list && test_must_be_empty out &&
	mv away/$record "$file" && is_less async -C damaged list && test_line_count = 1 out &&
	test_grep "first of 03" out && is_less async -C damaged list && test_line_count = 1 out
'

# Else each look would be a write.
test_expect_success 'what stays damaged, or too large, costs no refresh' '
	is_less async -C damaged list &&
	stat -c "%i %y %s" damaged/.git/async/index.db* >before &&
	is_less async -C damaged list && is_less async -C damaged status &&
	stat -c "%i %y %s" damaged/.git/async/index.db* >after && test_cmp before after &&
	{ echo "date: 2026-03-04T12:00:00Z" && head -c 300000 /dev/zero | tr "\0" x; } >large &&
	rm -rf damaged && cp -R log damaged && plant damaged large && is_less async -C damaged list &&
	test_grep "has 300027 bytes, more than" err &&
	stat -c "%i %y %s" damaged/.git/async/index.db* >before &&
	is_less async -C damaged list &&
	stat -c "%i %y %s" damaged/.git/async/index.db* >after && test_cmp before after
'

test_done
