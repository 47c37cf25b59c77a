#!/bin/sh
test_description='records in packs, as git makes them and as they come damaged'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# contents: the records of `ids`, as async reads them.
contents () {
	while read -r id _
	do
		async -C log cat-record "$id" || return 1
	done <ids
}

twelfth () {
	sed -n "12s/ .*//p" ids
}

# put_byte <file> <offset> <octal>
put_byte () {
	printf "\\$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

test_expect_success 'setup: records that resemble each other, and all of them packed' '
	create_log ana ben &&
	sed -n 1,60p "$TEST_DIR/lib.sh" >text &&
	for i in 1 2 3 4 5 6 7 8 9 10 11 12
	do
		{ cat text && echo "number $i"; } |
		async -C log post --to ben -F - "Please look at $i" >>ids || return 1
	done &&
	contents >expect &&
	git -C log repack -adfq --depth=50 --window=50 &&
	git -C log prune-packed &&
	find log/.git/objects -path "*/objects/??/*" -type f >loose &&
	test_must_be_empty loose &&
	git verify-pack -v log/.git/objects/pack/*.idx >deltas &&
	test_grep "chain length = [2-9]" deltas
'

test_expect_success 'they are the same, whole or made of deltas' '
	contents >actual &&
	test_cmp expect actual &&
	async -C log show "$(twelfth)" >shown &&
	test_grep "number 12" shown
'

test_expect_success STRACE 'and libgit2 need not be started for it' '
	strace -f -e trace=openat -o trace async -C log cat-record "$(twelfth)" >actual &&
	test_grep "pack-.*\.idx" trace &&
	! grep multi-pack-index trace
'

test_expect_success 'deltas on another object, named by its id' '
	git -C log -c repack.useDeltaBaseOffset=false repack -adfq --depth=50 --window=50 &&
	contents >actual &&
	test_cmp expect actual
'

test_expect_success 'several packs' '
	async -C log post --to ben "One more" >>ids &&
	git -C log repack -q &&
	async -C log post --to ben "And one" >>ids &&
	contents >expect &&
	ls log/.git/objects/pack/*.pack >packs &&
	test_line_count = 2 packs &&
	contents >actual &&
	test_cmp expect actual
'

test_expect_success 'setup: one pack, to be damaged' '
	git -C log repack -adfq --depth=50 --window=50 &&
	git -C log prune-packed &&
	chmod -R u+w log/.git/objects &&
	cp -r log/.git/objects/pack good &&
	async -C log cat-record "$(twelfth)" >expect.record &&
	test_is_damaged log
'

# A wrong byte here and there: what is said is right, or it is an error.
for suffix in pack idx
do
	test_expect_success "a damaged .$suffix is an error, or does no harm" '
		file=$(ls log/.git/objects/pack/*.$suffix) &&
		size=$(wc -c <"$file") &&
		step=$((size / 60 + 1)) &&
		at=1 && while test $at -lt $size
		do
			put_byte "$file" $at 377 &&
			if async -C log cat-record "$(twelfth)" >actual 2>err
			then
				test_cmp expect.record actual || return 1
			else
				test $? = 128 && test -s err || return 1
			fi
			cp "good/${file##*/}" "$file" || return 1
			at=$((at + step))
		done
	'

	test_expect_success "so it is with one that was cut off (.$suffix)" '
		file=$(ls log/.git/objects/pack/*.$suffix) &&
		for size in 0 1 20 1040 1100 1500
		do
			head -c $size "good/${file##*/}" >"$file" &&
			if async -C log cat-record "$(twelfth)" >actual 2>err
			then
				test_cmp expect.record actual || return 1
			else
				test $? = 128 && test -s err || return 1
			fi
		done &&
		cp "good/${file##*/}" "$file"
	'
done

test_expect_success 'whole again, all is there' '
	contents >actual &&
	test_cmp expect actual
'

test_done
