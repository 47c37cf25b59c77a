# Many at once: for scripts that source lib.sh first.
#
# shellcheck shell=sh

# timed <file> <command>...: run it, and append to the file how long that took, in hundredths of a second.
timed () {
	read -r timed_from _ </proc/uptime
	timed_file=$1
	shift
	"$@"
	timed_code=$?
	read -r timed_to _ </proc/uptime
	echo $((${timed_to%.*}${timed_to#*.} - ${timed_from%.*}${timed_from#*.})) >>"$timed_file"
	return $timed_code
}

# longest <file>...: of what timed() took down, the longest and the median, in words.
longest () {
	cat "$@" | sort -n | awk '{ v[NR] = $1 } END { printf "longest %.2f s, median %.2f s\n", v[NR] / 100, v[int((NR + 1) / 2)] / 100 }'
}

# draw <n>: a number below n goes to $drawn, the next of a series that $seed began.
draw () {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$((seed / 65536 % $1))
}

# records_of <repository>: the ids of all its records, by git alone, sorted.
records_of () {
	git -C "$1" ls-tree -r --name-only async log | sed "s,.*/,,; s,\.yaml$,," | sort
}

# nothing_is_lost <repository> <before> <printed>: beside the records of <before>, it has each id that was
# printed to one who wrote, and no other (O1, O2 of the plan); a clone by git has the same (O3).
nothing_is_lost () {
	sort "$2" "$3" >expect && records_of "$1" >actual && cmp expect actual >&2 || {
		echo "lost: $(comm -23 expect actual | wc -l), not asked for: $(comm -13 expect actual | wc -l)" >&2
		return 1
	}
	rm -rf clone-by-git.git && git clone -q --bare --no-local "$1" clone-by-git.git 2>clone-err &&
	test "$(git -C clone-by-git.git rev-parse "async^{tree}")" = "$(git -C "$1" rev-parse "async^{tree}")"
}

# index_is_right <repository>: the index as it grew tells the same as one made anew (O5).
index_is_right () {
	for index_as in grown anew
	do
		async -C "$1" list state:all --json >"list-$index_as" && async -C "$1" log --json >"log-$index_as" &&
		async -C "$1" stats --json >"stats-$index_as" && rm -rf "$(git -C "$1" rev-parse --absolute-git-dir)/async" || return 1
	done
	test_cmp list-grown list-anew && test_cmp log-grown log-anew && test_cmp stats-grown stats-anew
}
