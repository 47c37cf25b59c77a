#!/bin/sh
test_description='show says how far it can be believed who wrote a record'
. "${0%/*}/lib.sh"

# by <who> <file>: that person commits the record, whoever it says it is by; prints its id.
by () {
	GIT_AUTHOR_EMAIL=$1@example.com GIT_COMMITTER_EMAIL=$1@example.com plant log "$2"
}

post () { # <from> <date> <subject> [<line>]
	printf "async: 1\nkind: post\nfrom: %s\ndate: %s\ntype: note\nsubject: %s\n%s" "$@"
}

show () {
	async -C log show "$@"
}

authors () { # of the records of a thread
	show --format="%(from) %(authorship) %(committer)" "$@"
}

# bury <number>: so many records are committed on top.
bury () {
	for i in $(seq "$1")
	do
		post ana 2026-03-02T10:00:00Z "more $i" >rec && by ana rec >/dev/null || return 1
	done
}

test_expect_success 'setup: Ana asks, Ben answers' '
	create_log ana ben chi &&
	id=$(as ana async -C log post -q --to ben "Can we ship?") && test_tick && as ben async -C log ack $id
'

test_expect_success 'what everybody expects is not said to people, and to programs it is' '
	show $id >actual && test_grep ! -i "claimed\|commit" actual &&
	printf "%s\n" "ana claimed ana@example.com" "ben claimed ben@example.com" >expect &&
	authors $id >actual && test_cmp expect actual &&
	show --json $id | grep -o "\"authorship\":[^,]*,\"committer\":[^,]*" >actual &&
	printf "\"authorship\":\"claimed\",\"committer\":\"%s@example.com\"\n" ana ben >expect && test_cmp expect actual
'

test_expect_success 'a post in the name of somebody else: loudly, below the name' '
	post ben 2026-03-02T10:00:00Z "I quit" >rec && forged=$(by chi rec) && show $forged >actual &&
	test_grep "^From:   ben, " actual && test_grep "^        MISMATCH: committed by chi@example.com$" actual &&
	echo "ben MISMATCH chi@example.com" >expect && authors $forged >actual && test_cmp expect actual
'

test_expect_success 'an answer in the name of somebody else: loudly, below what it says' '
	printf "async: 1\nkind: mark\nfrom: ben\ndate: 2026-03-02T10:05:00Z\ntarget: %s\nverb: done\n" $id >rec &&
	by chi rec >done && show $id >actual &&
	printf "ben marked it done\n    MISMATCH: committed by chi@example.com\n" >expect &&
	grep -A1 "marked it done" actual | sed "s/^[0-9a-f]* .*UTC  //" >said && test_cmp expect said
'

test_expect_success 'of many alike none that is a mismatch is passed over' '
	for i in 1 2 3 4 5 6 7
	do
		printf "async: 1\nkind: mark\nfrom: ben\ndate: 2026-03-02T10:0%s:00Z\ntarget: %s\nverb: ack\n" $i $forged >rec &&
		if test $i = 4; then by ana rec; else by ben rec; fi >ack || return 1
	done &&
	show $forged >actual && test_grep "^    MISMATCH: committed by ana@example.com$" actual
'

test_expect_success 'an address that was theirs before the record, and one that was theirs later only' '
	as ana async -C log team edit chi address+=chi@home.example >/dev/null &&
	post chi 2026-03-03T10:00:00Z "From home" >rec &&
	id2=$(GIT_AUTHOR_EMAIL=chi@home.example plant log rec) && echo "chi claimed chi@home.example" >expect &&
	authors $id2 >actual && test_cmp expect actual &&
	post chi 2026-03-01T10:00:00Z "From home, before" >rec && id2=$(GIT_AUTHOR_EMAIL=chi@home.example plant log rec) &&
	show $id2 >actual && test_grep "MISMATCH: committed by chi@home.example$" actual
'

test_expect_success 'what was imported names who did it, and once for all that came along' '
	post ben 2025-03-02T10:00:00Z "Old" "origin: {system: jira, id: X-1, url: https://jira.example/X-1}
" >rec && old=$(by chi rec) &&
	printf "async: 1\nkind: mark\nfrom: ana\ndate: 2025-03-03T10:05:00Z\ntarget: %s\nverb: ack\norigin: {system: jira, id: X-1a}\n" \
		$old >rec && by chi rec >ack && show $old >actual &&
	test_grep "^Origin: imported by chi from jira, https://jira.example/X-1$" actual && test_grep "  ana acked$" actual &&
	printf "async: 1\nkind: mark\nfrom: ana\ndate: 2025-03-04T10:05:00Z\ntarget: %s\nverb: read\norigin: {system: jira, id: X-1b}\n" \
		$old >rec && by ben rec >read && show $old >actual && test_grep "  ana has read it, imported by ben$" actual &&
	printf "%s imported %s@example.com\n" ben chi ana chi ana ben >expect && authors $old >actual && test_cmp expect actual
'

test_expect_success 'a reminder names who sent it' '
	printf "async: 1\nkind: mark\ndate: 2026-03-02T12:00:00Z\ntarget: %s\nverb: remind\nperson: ben\nround: %s\nstage: 50%%\n" \
		$id $id >rec && by chi rec >remind && show $id >actual &&
	test_grep "  async reminded ben (50%), sent by chi$" actual && authors $id >actual &&
	test_grep "^  chi@example.com$" actual
'

test_expect_success 'far back only what async verify has found is said; programs are told of all' '
	post ben 2026-03-02T11:00:00Z "I quit, again" >rec && far=$(by chi rec) && bury 60 &&
	show $far >actual && test_grep ! MISMATCH actual &&
	echo "ben MISMATCH chi@example.com" >expect && authors $far >actual && test_cmp expect actual &&
	test_expect_code 1 async -C log verify -q && show $far >actual &&
	test_grep "^        MISMATCH: committed by chi@example.com$" actual &&
	show $old >actual && test_grep "^Origin: imported by chi from jira" actual
'

test_expect_success 'what came by a merge is known by its own commit' '
	git clone -q log other && git -C other config user.name ben && git -C other config user.email ben@example.com &&
	git -C other branch -q async origin/async &&
	side=$(cd other && async post -q "From Ben" && git rev-parse async) && as ana async -C log post -q "From Ana" &&
	git -C log fetch -q ../other async && as ana async -C log merge-logs FETCH_HEAD &&
	id3=$(git -C other log -1 --format="%(trailers:key=Async-Id,valueonly)" async | head -n 1) &&
	echo "ben claimed ben@example.com" >expect && authors $id3 >actual && test_cmp expect actual
'

test_expect_success 'where the history ends before, nothing is said' '
	git clone -q --depth 1 --branch async "file://$PWD/log" shallow && git -C shallow config user.name ben &&
	git -C shallow config user.email ben@example.com && async -C shallow show --format="%(from)-%(authorship)-" $far >actual &&
	echo "ben--" >expect && test_cmp expect actual && async -C shallow show $far >actual && test_grep ! MISMATCH actual
'

if command -v ssh-keygen >/dev/null
then
	test_set_prereq SSH_KEYGEN
fi

signed () { # <who> <key> <command>...
	who=$1 key=$PWD/$2 && shift 2 &&
	as "$who" async -C log -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$key" "$@"
}

test_expect_success SSH_KEYGEN 'signed: by a key of theirs at that place, and by none that they gave up' '
	for key in ben ben2 chi
	do
		ssh-keygen -q -t ed25519 -N "" -C "$key" -f $key || return 1
	done &&
	before=$(signed ben ben post -q "Before") && test_tick && signed ben ben me key="$(cat ben.pub)" && test_tick &&
	first=$(signed ben ben post -q "With the first") && test_tick &&
	signed ben ben me key="$(cat ben2.pub)" && test_tick && late=$(signed ben ben post -q "With the first, late") &&
	second=$(signed ben ben2 post -q "With the second") && other=$(signed ben chi post -q "With a key of Chi") &&
	for at in $before $first $late $second $other
	do
		authors $at || return 1
	done >actual &&
	printf "ben %s ben@example.com\n" claimed signed MISMATCH signed MISMATCH >expect && test_cmp expect actual &&
	show $late >actual && test_grep "MISMATCH: committed by ben@example.com, signed with a key that they have given up" actual &&
	show $other >actual && test_grep "MISMATCH: committed by ben@example.com, signed with a key that is not theirs" actual
'

test_expect_success SSH_KEYGEN 'it agrees with async verify' '
	test_expect_code 1 async -C log verify --full >findings && grep "^signature" findings | cut -d " " -f 3 | sort >actual &&
	printf "%.7s\n" $late $other | sort >expect && test_cmp expect actual
'

test_expect_success SSH_KEYGEN 'for people no program is started; for programs ssh-keygen, once about each commit' '
	mkdir -p bin && real=$(command -v ssh-keygen) &&
	printf "#!/bin/sh\necho \"\$*\" >>\"%s\"\nexec \"%s\" \"\$@\"\n" "$PWD/asked" "$real" >bin/ssh-keygen && chmod +x bin/ssh-keygen &&
	rm -f "$HOME"/.local/state/async/*/signatures && (PATH=$PWD/bin:$PATH && show $first >actual && test_path_is_missing asked &&
	authors $first && authors $first && test_line_count = 1 asked)
'

test_done
