#!/bin/sh
test_description='what is looked at fits the terminal, at any width, in any script'
. "${0%/*}/lib.sh"

long=a-handle-that-goes-on-for-longer-than-anybody-would-like-to-type

test_expect_success 'setup: long, wide, joined and combining' '
	create_log ana ben chi:Asia/Tokyo "$long" &&
	async -C log team edit ben name="Ben 岡田 Okoro" groups=backend,frontend,operations,on-call >/dev/null &&
	async -C log calendar add de 2026-12-25 "Weihnachten, 圣诞节, und noch viel mehr als auf eine Zeile geht, der zweite Tag" &&
	async -C log away --for ben 2026-04-01..2026-04-07 -m "休暇, and a word about it that is long enough to be cut on a terminal" &&
	post () { async -C log post -q "$@" >>ids && test_tick; } &&
	post --to ben,chi -t release -t docs "Can we ship 2.4 on Friday? The changelog is ready, and what is open is the migration" &&
	post --to "$long" -l urgent "リリースノートの日本語訳をレビューしてください、急ぎませんが、今週中にお願いします" &&
	post --to ben "👨‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👍🏽 thumb, 🇩🇪 country, ❤️ heart: all of them as wide as they look to be" &&
	post --to chi "e$(printf "\314\201")tude a$(printf "\314\210")hnlich हिन्दी ภาษาไทย العربية עברית" &&
	post --to ben "x" &&
	post "a note to nobody 笔记" &&
	for id in $(cat ids)
	do
		as chi async -C log reply "$id" -m "漢字かな交じり文は、空白のない長い行でも、端末の幅で折り返される。English words, too, of which there are many." >/dev/null ||
			return 1
	done &&
	as ben async -C log ack "$(sed -n 1p ids)" --by "fri 17:00" -m "After the on-call handover, which will take all of Thursday and some of Friday" >/dev/null &&
	as ben async -C log snooze "$(sed -n 3p ids)" wed 09:00 >/dev/null &&
	as ana async -C log edit "$(sed -n 4p ids)" -s "Can we ship 2.4 on Friday, if what is open, the migration, is through by then?" \
		-m "変更履歴は準備できています。" >/dev/null &&
	as ana async -C log tag "$(sed -n 4p ids)" state/やること state/a-state-that-has-a-long-name >/dev/null
'

# How wide each line is on a terminal that joins emoji: Python knows the characters on its own.
cat >wide.py <<\EOF
import re, sys, unicodedata
def width(line):
    total = last = joined = 0
    for c in line:
        n = ord(c)
        w = 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if unicodedata.category(c) in ("Mn", "Me", "Cf"):
            w = 0
        if n == 0xFE0F:
            w = 2 - last
        elif joined or 0x1F3FB <= n <= 0x1F3FF:
            w = 0
        elif 0x1F1E6 <= n <= 0x1F1FF:
            w = 1
        joined = n == 0x200D and last == 2
        if w or n == 0xFE0F:
            last = 2 if n == 0xFE0F else w
        total += w
    return total
limit, what, *columns = sys.argv[1:]
lines = [re.sub(r"\x1b\[[0-9;]*[mK]", "", line) for line in sys.stdin.read().split("\n")]
for line in lines:
    if width(line) > int(limit):
        sys.exit(f"{what}: {width(line)} wide, not {limit}: {line}")
for word in columns:
    at = {width(line[:m.start()]) for line in lines for m in [re.search(word, line)] if m}
    if len(at) != 1:
        sys.exit(f"{what} at {limit}: '{word}' is at {sorted(at)}:\n" + "\n".join(lines))
EOF

# fits <columns> <column that must align>... -- <command>...
fits () {
	fits_at=$1 fits_columns=
	shift
	while test "$1" != --
	do
		fits_columns="$fits_columns $1"
		shift
	done
	shift
	TEST_COLUMNS=$fits_at test_terminal env PAGER=cat async -C log "$@" >screen || return 1
	test -s screen || { echo "nothing is shown: $*"; return 1; }
	python3 wide.py "$fits_at" "$*" $fits_columns <screen
}

for width in 60 80 120 200
do
	test_expect_success "$width columns: nothing is wider, and columns are straight" '
		ASYNC_NOW=2026-03-03T12:00:00Z &&
		id=$(sed -n 1p ids) &&
		fits $width "(today|yesterday|Fri).[0-9]+:" -- list &&
		fits $width ana -- list --state open &&
		fits $width -- log &&
		fits $width -- status &&
		as ben fits $width ana -- inbox &&
		fits $width -- inbox --for "$long" &&
		fits $width "~" -- overdue --soon 3d &&
		fits $width -- team --all &&
		fits $width -- who &&
		fits $width -- who --week &&
		fits $width -- away --all &&
		fits $width -- calendar &&
		fits $width -- calendar de &&
		fits $width -- show $(cat ids) &&
		fits $width -- why "$id" &&
		fits $width -- list --board &&
		fits $width -- list --board=state/ &&
		fits $width ana -- search migration &&
		fits $width -- search 漢字 OR English &&
		fits $width -- digest --since 2026-02-01 &&
		as ben fits $width -- digest --since 2026-02-01 &&
		fits $width -- stats &&
		fits $width -- stats --each &&
		fits $width -- stats --by tag --since 2026-02-01 &&
		as ben fits $width -- snooze --list &&
		as ben fits $width -- inbox --all &&
		fits $width -- show --history "$(sed -n 4p ids)" &&
		fits $width -- who --overlap "ana,ben" &&
		fits $width -- me
	'
done

test_expect_success 'what matters most stays where it is narrow: id, who, what, until when' '
	ASYNC_NOW=2026-03-03T12:00:00Z TEST_COLUMNS=60 test_terminal async -C log --color=never overdue >plain &&
	test_grep "^$(sed -n 2p ids | cut -c1-7)  a-handle.*…  リリ.*…  .*~yesterday 13:01" plain &&
	ASYNC_NOW=2026-03-03T12:00:00Z TEST_COLUMNS=60 test_terminal async -C log --color=never list >plain &&
	test_grep "^$(sed -n 1p ids | cut -c1-7)  ana  Can we ship.*…  .*:00" plain
'

test_expect_success 'in a pipe nothing is cut, padded or coloured' '
	async -C log list >actual &&
	test_grep "  ana  x  ben  open  " actual &&
	test_grep "what is open is the migration  ben, chi  open" actual &&
	test_grep ! "$(printf "\033")" actual &&
	test_grep ! " \$" actual
'

test_done
