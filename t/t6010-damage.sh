#!/bin/sh
test_description='a damaged repository: what is intact is listed, what is not is named, and the exit status says so'
. "${0%/*}/lib.sh"
ASYNC_NOW=2026-03-05T09:00:00Z

# Two posts on each of four days, each a commit of its own.
test_expect_success 'setup: eight posts on four days' '
	git init -q log &&
	at "2026-03-01 08:00" async -C log init -q &&
	for day in 01 02 03 04
	do
		at "2026-03-$day 09:00" async -C log post -q "first of $day" &&
		at "2026-03-$day 10:00" async -C log post -q "second of $day" || return 1
	done &&
	async -C log list >whole &&
	test_line_count = 8 whole &&
	root=$(git -C log rev-list --max-parents=0 async)
'

# damage <cut|flip|rm> <revision>: a copy of the log without an index, with that object damaged; its id in `id`.
damage () {
	rm -rf damaged &&
	cp -R log damaged &&
	rm -f damaged/.git/async/index.db* &&
	git -C log rev-parse "$2" >id &&
	file=damaged/.git/objects/$(sed "s,^..,&/," id) &&
	chmod u+w "$file" &&
	case $1 in
	cut) head -c 20 "$file" >short && cat short >"$file" ;;
	flip) printf "\377" | dd of="$file" bs=1 seek=20 conv=notrunc 2>/dev/null ;;
	rm) rm "$file" ;;
	esac
}

# intact <rows> [<what is named>]: so much is listed, and the damaged object is named, by `verify` too.
intact () {
	test_expect_code 3 async -C damaged list >out 2>err &&
	test_line_count = "$1" out &&
	! grep -v -x -F -f whole out &&
	test_grep "$(cat id)" err &&
	test_grep "${2-$(cat id)}" err &&
	test_grep "part of the log could not be read; see .async verify" err &&
	test_expect_code 1 async -C damaged verify --full >findings &&
	test_grep "^unreadable: .*$(cut -c1-12 id)" findings &&
	test_grep ! -v "^unreadable: " findings
}

test_expect_success 'setup: nothing of this is to be looked at in the end' '
	mkdir damaged &&
	git init -q damaged &&
	test_is_damaged damaged
'

# Whole files, but of something else: only the hash tells.
swap_offsets () {
	python3 -c "
import struct, sys
path, a, b = sys.argv[1:]
data = bytearray(open(path, \"rb\").read())
nr = struct.unpack(\">I\", data[1028:1032])[0]
ids = [data[1032 + 20 * i:1052 + 20 * i].hex() for i in range(nr)]
at = [1032 + 24 * nr + 4 * ids.index(x) for x in (a, b)]
data[at[0]:at[0] + 4], data[at[1]:at[1] + 4] = data[at[1]:at[1] + 4], data[at[0]:at[0] + 4]
open(path, \"wb\").write(data)" "$@"
}

# is_refused <id>: the record of that id is damaged, and what is in its place is shown nowhere.
is_refused () {
	test_expect_code 3 async -C damaged list >out 2>err &&
	test_grep ! "$1\|first of 02" out && test_grep "object $1 is damaged" err &&
	for command in "cat-record $1" "show $1" "log -p" "search first" "search second" status
	do
		async -C damaged $command >out 2>err
		test $? -ne 0 && test_grep "$1" err && test_grep ! "first of 02" out || return 1
	done &&
	test_expect_code 1 async -C damaged verify --full >findings &&
	test_grep "^unreadable: .*object $1 is damaged" findings
}

test_expect_success 'a record whose bytes are those of another, in a loose file and in a pack' '
	a=$(async -C log list --format "%(id) %(subject)" | sed -n "s/ first of 02//p") &&
	b=$(async -C log list --format "%(id) %(subject)" | sed -n "s/ second of 02//p") &&
	damage rm "$a" &&
	cp damaged/.git/objects/$(echo $b | sed "s,^..,&/,") "$file" &&
	is_refused "$a" &&
	rm -rf damaged && cp -R log damaged && rm -f damaged/.git/async/index.db* &&
	git -C damaged repack -adq && git -C damaged prune-packed &&
	chmod u+w damaged/.git/objects/pack/*.idx &&
	swap_offsets damaged/.git/objects/pack/*.idx "$a" "$b" &&
	is_refused "$a"
'

for how in cut flip rm
do
	test_expect_success "the folder of a day ($how)" '
		damage $how async:log/2026/03/02 && intact 6 "log/2026/03/02:" &&
		damage $how async:log/2026/03/04 && intact 6 "log/2026/03/04:"
	'

	test_expect_success "folders above days ($how)" '
		damage $how async:log/2026/03 && intact 0 "log/2026/03:" &&
		damage $how async:log/2026 && intact 0 "log/2026:" &&
		damage $how async:log && intact 0 "log:"
	'

	test_expect_success "an old tree that has been replaced since ($how)" '
		damage $how async~4:log/2026/03 && intact 8 "commit $(git -C log rev-parse --short=12 async~4): log/2026/03:" &&
		damage $how "async~4^{tree}" && intact 8 "commit $(git -C log rev-parse --short=12 async~4):" &&
		damage $how "$root^{tree}" && intact 8
	'

	test_expect_success "a commit on the way, and the root ($how)" '
		damage $how async~1 && intact 8 &&
		damage $how async~4 && intact 8 &&
		damage $how "$root" && intact 8
	'

	test_expect_success "with an index of before that, what is new is brought in ($how)" '
		damage $how async:log/2026/03/02 &&
		cp log/.git/async/index.db* damaged/.git/async/ &&
		as ben async -C damaged post -q "new" >new &&
		async -C damaged list >out &&
		test_line_count = 9 out &&
		rm damaged/.git/async/index.db* &&
		test_expect_code 3 async -C damaged list >out 2>err &&
		test_line_count = 7 out
	'

	test_expect_success "on the way up to another branch of the same log ($how)" '
		damage $how async:log/2026/03/04 &&
		git -C damaged config remote.origin.url . &&
		git -C damaged config remote.origin.fetch "+refs/heads/*:refs/remotes/origin/*" &&
		git -C damaged update-ref refs/remotes/origin/async "$(git -C log rev-parse async~1)" &&
		test_expect_code 3 async -C damaged list >out 2>err &&
		test_line_count = 7 out &&
		test_grep "log/2026/03/04: .*$(cat id)" err
	'

	test_expect_success "the tip, its tree, or the README: nothing can be opened, and that is said ($how)" '
		for what in async "async^{tree}" async:README.md
		do
			damage $how "$what" &&
			for command in list log status "verify --full" reindex "post x"
			do
				test_expect_code 128 async -C damaged $command >out 2>err &&
				test_must_be_empty out &&
				test_grep "^async: .*$(cat id)" err &&
				test_grep "^hint: .*git fetch --refetch" err || return 1
			done || return 1
		done
	'
done

test_done
