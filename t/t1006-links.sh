#!/bin/sh
test_description='what a post links to: --link, --title, --transcript'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben &&
	at "2026-03-02 09:00" as ana async -C log post -q "A post" >first &&
	cat >log/talk.vtt <<-\EOF &&
	WEBVTT

	00:04.000 --> 00:06.000
	<v Ana>Welcome to the walkthrough

	04:05.000 --> 04:09.000
	and this is where the migration begins

	1:04:05.000 --> 1:04:09.000
	we ship on Friday
	EOF
	cat >log/talk.srt <<-\EOF &&
	1
	00:00:04,000 --> 00:00:06,000
	Bienvenue à la démonstration
	EOF
	printf "Only words, no times.\nSecond line.\n" >log/talk.txt
'

post () {
	at "2026-03-02 10:00" as ana async -C log post "$@"
}

# links <argument>...: the links of such a post, as it is written.
links () {
	post -n "$@" x >record && sed -n "/^links:/,/^[a-k]/{/^  - /p}" record >actual && test_cmp expect actual
}

test_expect_success 'a title belongs to the link before it' '
	cat >expect <<-\EOF &&
	  - {commit: 1a2b3c4d}
	  - {url: "https://example.com/v/31", title: "Walkthrough, 4 min"}
	  - {url: "https://example.com/b"}
	  - {path: src/main.c, title: the code}
	EOF
	links --link commit:1a2b3c4d --link https://example.com/v/31 --title "Walkthrough, 4 min" \
		--link https://example.com/b --link path:src/main.c --title "the code"
'

test_expect_success 'records and commits' '
	cat >expect <<-EOF2 &&
	  - {id: $(cat first), title: before}
	  - {commit: deadbeef}
	EOF2
	links --link "$(cut -c 1-7 first)" --title before --link deadbeef
'

# refused <status> <message> <argument>...
refused () {
	want=$1 message=$2 && shift 2 &&
	git -C log rev-parse async >before &&
	test_expect_code $want at "2026-03-02 10:00" as ana async -C log post "$@" x >out 2>err &&
	git -C log rev-parse async >after &&
	test_must_be_empty out && test_grep -e "$message" err && test_cmp before after
}

test_expect_success 'errors' '
	refused 129 "nothing before it" --title a &&
	refused 129 "nothing before it" --title a --link https://example.com &&
	refused 129 "nothing before it" --link https://example.com --title a --title b &&
	refused 128 "is no link" --link elsewhere &&
	refused 128 "is no link" --link commit:xyz &&
	refused 128 "is no link" --link path: &&
	refused 128 "no open post" --link :/nowhere &&
	refused 128 "title" --link https://example.com --title "$(printf "a\nb")" &&
	refused 128 "title" --link https://example.com --title "$(printf "\033[31m")"
'

test_expect_success '--transcript: WebVTT, SubRip and plain text' '
	post -q --link https://example.com/v/31 --title "Walkthrough, 64 min" --transcript talk.vtt "Watch" >watch &&
	async -C log cat-record "$(cat watch)" | sed -n "/^transcript:/,\$p" >actual &&
	cat >expect <<-\EOF &&
	transcript: |
	  0:04 Ana: Welcome to the walkthrough
	  4:05 and this is where the migration begins
	  1:04:05 we ship on Friday
	EOF
	test_cmp expect actual &&
	post -n --link https://example.com/v --transcript talk.srt x >actual &&
	test_grep "^  0:04 Bienvenue à la démonstration" actual &&
	post -n --link https://example.com/v --transcript talk.txt x >actual &&
	test_grep "^  Only words, no times." actual
'

test_expect_success 'show says how many words there are, and where the recording is' '
	async -C log show "$(cat watch)" >actual &&
	test_grep "^Link:   https://example.com/v/31  Walkthrough, 64 min; transcript 16 words" actual
'

test_expect_success 'a reply may bring a recording, too' '
	at "2026-03-02 11:00" as ben async -C log reply -m "as a film" --link https://example.com/w --transcript talk.srt \
		"$(cat first)" >/dev/null &&
	async -C log show "$(cat first)" >actual &&
	test_grep "^    link: https://example.com/w  transcript 4 words" actual
'

test_expect_success 'search finds the words, and says when they are heard' '
	async -C log search migration >out && sed 1d out >actual &&
	echo "    at 4:05: Ana: Welcome to the walkthrough and this is where the migration begins we ship on Friday" >expect &&
	test_cmp expect actual &&
	async -C log search --format="%(in) %(at)" "\"ship on friday\"" >actual &&
	echo "transcript 1:04:05" >expect && test_cmp expect actual &&
	async -C log search --format="%(in) %(at)" demonstration >actual &&
	echo "transcript 0:04" >expect && test_cmp expect actual &&
	async -C log search "\"begins we ship\"" >actual && # over the end of a cue
	test_line_count = 2 actual &&
	async -C log search 05 >actual && # times are no words
	test_must_be_empty actual
'

test_expect_success 'what is no transcript is refused' '
	refused 129 "no link leads to one" --transcript talk.vtt &&
	refused 129 "no link leads to one" --link path:talk.mp4 --transcript talk.vtt &&
	refused 128 "No such file" --link https://example.com --transcript missing &&
	printf "WEBVTT\n\n00:99.000 --> x\nnonsense\n" >log/nonsense &&
	refused 128 "nonsense:3: " --link https://example.com --transcript nonsense &&
	printf "WEBVTT\n\n00:09.000 --> 00:10.000\na\033b\n" >log/escape &&
	refused 128 "escape" --link https://example.com --transcript escape &&
	printf "WEBVTT\n\n00:09.000 --> 00:10.000\na\000b\n" >log/zero &&
	refused 128 "zero" --link https://example.com --transcript zero &&
	: >log/nothing &&
	refused 128 "no words" --link https://example.com --transcript nothing &&
	refused 128 "not a regular file" --link https://example.com --transcript .
'

test_expect_success 'one that a record cannot hold: attach it' '
	yes "and so on and so on" | head -n 12000 >log/long.txt &&
	refused 128 "more than a post can hold" --link https://example.com --transcript long.txt &&
	test_grep "hint: attach it" err &&
	head -n 11000 log/long.txt >log/fits.txt &&
	post -q --link https://example.com --transcript fits.txt "It fits" >fits &&
	async -C log show "$(cat fits)" >actual &&
	test_grep "transcript 66000 words" actual
'

test_expect_success 'edit: links with titles; the transcript stays' '
	at "2026-03-02 12:00" as ana async -C log edit --link https://example.com/new --title Newer "$(cat watch)" >out &&
	async -C log show "$(cat watch)" >actual &&
	test_grep "^Link:   https://example.com/new  Newer; transcript 16 words" actual &&
	async -C log search newer >actual && test_line_count = 2 actual
'

test_done
