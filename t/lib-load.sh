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

# nothing_is_lost_or_added <repository> <before> <printed>: beside the records of <before>, it has each id that was
# printed to one who wrote, and no other; a clone by git has the same.
nothing_is_lost_or_added () {
	sort "$2" "$3" >expect && records_of "$1" >actual && cmp expect actual >&2 || {
		echo "lost: $(comm -23 expect actual | wc -l), not asked for: $(comm -13 expect actual | wc -l)" >&2
		return 1
	}
	rm -rf clone-by-git.git && git clone -q --bare --no-local "$1" clone-by-git.git 2>clone-err &&
	test "$(git -C clone-by-git.git rev-parse "async^{tree}")" = "$(git -C "$1" rev-parse "async^{tree}")"
}
