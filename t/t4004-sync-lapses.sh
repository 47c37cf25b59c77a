#!/bin/sh
test_description='async sync: a remote that no longer has what it had, and what was changed on both sides'
. "${0%/*}/lib.sh"

post () {
	test_in=$1 && shift && as "$test_in" async -C "$test_in" post -q "$@"
}

# there <commit>: that is what the remote has from now on; "" is nothing.
there () {
	if test -n "$1"
	then git -C hub.git update-ref refs/heads/async "$1"
	else git -C hub.git update-ref -d refs/heads/async
	fi
}

test_expect_success 'setup: two clones, in step with a remote' '
	git init -q --bare hub.git && create_log ana ben chi && mv log ana && git -C ana remote add origin "$PWD/hub.git" &&
	post ana "One" && as ana async -C ana sync -q && old=$(git -C hub.git rev-parse async) &&
	post ana "Two" && as ana async -C ana sync -q && git clone -q hub.git ben 2>err && as ben async -C ben sync -q &&
	new=$(git -C hub.git rev-parse async)
'

# ---- lapses

test_expect_success 'a remote that went back: said, kept, and sent again' '
	there $old && at "2026-03-02 10:00" as ana async -C ana sync >actual 2>err &&
	cat >expect <<-\EOF &&
	warning: '\''origin'\'' went back to an older state since the last sync, today 09:00
	warning: what it lacked was sent again
	EOF
	test_cmp expect err && echo "1 out." >expect && test_cmp expect actual &&
	test "$(git -C hub.git rev-parse async)" = $new &&
	at "2026-03-02 10:00" as ana async -C ana sync >actual 2>err && test_must_be_empty err && test_grep "Up to date" actual
'

test_expect_success 'said again while it lacks something, also to programs and with -q' '
	there $old && as ben async -C ben sync --fetch-only -q 2>err && test_grep "^warning: .origin. went back .* since the last sync, today 09:00$" err && test_grep "^warning: what it lacks is kept here" err &&
	as ben async -C ben sync --fetch-only --json >actual 2>err && test_grep "\"lapse\":\"back\"" actual && test_grep "^warning: " err &&
	as ben async -C ben sync --json >actual 2>err && test_grep "\"lapse\":\"back\"" actual && test_grep "sent again" err &&
	as ben async -C ben sync --json >actual 2>err && test_grep "\"lapse\":null" actual && test_must_be_empty err
'

test_expect_success 'where sending fails, both are said' '
	there $old && printf "#!/bin/sh\nexit 1\n" >hub.git/hooks/pre-receive && chmod +x hub.git/hooks/pre-receive &&
	test_expect_code 128 as ana async -C ana sync 2>err && test_grep "^warning: .*what it lacks is kept here" err &&
	test_grep "^async: .origin. rejected the records" err && rm hub.git/hooks/pre-receive && as ana async -C ana sync -q 2>err && test_grep "sent again" err
'

test_expect_success 'a plain git fetch in between does not hide it' '
	there $old && git -C ben fetch -q && as ben async -C ben sync -q 2>err && test_grep "went back" err
'

test_expect_success 'one that was rewritten' '
	other=$(as chi git -C hub.git commit-tree -p $old -m other $old^{tree}) && there $other &&
	as ana async -C ana sync >actual 2>err && test_grep "^warning: .origin. was rewritten since the last sync, today 09:00$" err && test_grep "^warning: what it lacked was sent again" err &&
	git -C hub.git merge-base --is-ancestor $new async && git -C hub.git merge-base --is-ancestor $other async &&
	new=$(git -C hub.git rev-parse async)
'

test_expect_success 'one that lost its log gets it again, and not for the first time' '
	there "" && as ana async -C ana sync >actual 2>err && test_grep "^warning: .origin. lost its log since the last sync" err &&
	echo "7 out." >sent && sed "s/[0-9]*/7/" actual >got && test_cmp sent got && test "$(git -C hub.git rev-parse async)" = $new
'

test_expect_success 'a new clone in the same place finds what the old one saw' '
	as ben async -C ben sync -q 2>err && rm -rf ben && there $old && git clone -q hub.git ben 2>err &&
	as ben async -C ben sync >actual 2>err && test_grep "went back\|was rewritten" err && test_grep "^warning: what it lacked is not here either" err &&
	as ben async -C ben sync >actual 2>err && test_must_be_empty err && as ana async -C ana sync -q 2>err && as ben async -C ben sync -q
'

test_expect_success 'each remote has its own' '
	git init -q --bare two.git && git -C ana remote add two "$PWD/two.git" && as ana async -C ana sync -q two && post ana "Three" && as ana async -C ana sync -q &&
	as ana async -C ana sync two >actual 2>err && echo "1 out." >expect && test_cmp expect actual && test_must_be_empty err
'

test_expect_success 'without a place for private state nothing is known, and nothing fails' '
	there $old && as ana env -u HOME XDG_STATE_HOME= async -C ana sync -q 2>err && test_grep ! "warning: .origin" err
'

test_expect_success 'what the private state holds is not believed if it is none' '
	heard=$(find "$TRASH/home-ana" -name "heard.*") && test -f "$heard" &&
	for text in "" "origin" "origin	x	y" "origin	$old	2026-03-02T09:00:00Z	more" "origin	1111111111111111111111111111111111111111	2026-03-02T09:00:00Z"
	do
		echo "$text" >"$heard" && as ana async -C ana sync -q 2>err || return 1
	done && test_grep "is not here either" err
'

test_expect_success 'a shallow clone tells what it can be sure of' '
	as ana async -C ana sync -q && for i in 1 2 3; do post ana "Deep $i" || return 1; done && as ana async -C ana sync -q && deep=$(git -C hub.git rev-parse async) &&
	git clone -q --depth 3 --no-single-branch "file://$PWD/hub.git" shallow 2>err && as ben async -C shallow sync -q && there $deep^ &&
	as ben async -C shallow sync -q 2>err && test_grep "went back" err &&
	post ana "Deep 4" && as ana async -C ana sync -q && git -C shallow fetch -q --depth 1 && as ben async -C shallow sync -q 2>err && test_grep ! warning err
'

# ---- clashes

test_expect_success 'setup: both change their minds' '
	as ana async -C ana sync -q && as ben async -C ben sync -q && as ana async -C ana team edit ben zone=Asia/Tokyo "name=Ben Okoro" >out &&
	at "2026-03-02 09:10" as ben async -C ben me zone=Africa/Lagos "name=Ben Okoro" >out && as ana async -C ana policy level low within=5d >out &&
	as ana async -C ana sync >actual && echo "2 out." >expect && test_cmp expect actual
'

test_expect_success 'who joins the two is told which one counts' '
	at "2026-03-02 09:20" as ben async -C ben sync >actual &&
	printf "%s\n" "2 in, 1 out." "ben'\''s zone: changed here and there; ben'\''s counts (later)" >expect && test_cmp expect actual &&
	at "2026-03-02 09:20" as ben async -C ben sync >actual && test_grep ! changed actual
'

test_expect_success 'to programs; in a merge by hand; and whose it is, if both are by one' '
	git clone -q hub.git two 2>err && at "2026-03-02 09:30" as ana async -C two policy level low within=6d >out && at "2026-03-02 09:31" as ana async -C ana policy level low within=7d >out &&
	as ana async -C ana sync -q && git -C two fetch -q && git -C two branch -q save async &&
	at "2026-03-02 09:40" as ana async -C two merge-logs origin/async >actual && test_grep "^the policy.s levels: changed here and there; the one that came counts (later)" actual &&
	git -C two update-ref refs/heads/async save && at "2026-03-02 09:40" as ana async -C two sync --json >actual && test_grep "\"changed\":\[\"the policy.s levels\"\]" actual
'

test_expect_success 'what does not count does not clash' '
	as ana async -C ana sync -q && as ben async -C ben sync -q && at "2026-03-02 09:50" as ana async -C ana policy level low within=8d >out && as ana async -C ana sync -q &&
	{ at "2026-03-02 09:55" as ben async -C ben policy level low within=9d 2>err || cat >raw <<-EOF; } &&
	async: 1
	kind: policy
	from: ben
	date: 2026-03-02T09:55:00Z
	levels:
	  low: {within: 9d}
	EOF
	as ben async -C ben write-record <raw >out && at "2026-03-02 09:56" as ben async -C ben sync >actual && test_grep "1 in, 1 out" actual && test_grep ! changed actual
'

test_done
