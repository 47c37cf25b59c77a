#!/bin/sh
test_description='a week of three clones around a server with a hook: sync, trailers, verify, and one who means no good'
. "${0%/*}/lib.sh"

if ! command -v ssh-keygen >/dev/null
then
	echo "1..0 # SKIP no ssh-keygen"
	exit 0
fi

# Each has a clone of their own, a key to sign with, and the hooks of the code but for pre-push,
# which would go on in the background.
ana () { as ana async -C ana "$@"; }
ben () { as ben async -C ben "$@"; }
chi () { as chi async -C chi "$@"; }

# code <who> <git command>...: that person with git, in their clone; what hooks say is in err.
code () {
	GIT_AUTHOR_DATE=$ASYNC_NOW GIT_COMMITTER_DATE=$ASYNC_NOW as "$1" git -C "$@" 2>err
}

# utc <time>: it is then, from here on.
utc () {
	ASYNC_NOW=$(date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ)
}

# says <command>...: it prints exactly what stands on standard input, ids as <id>.
says () {
	cat >expect && "$@" >actual.out 2>&1
	says_code=$?
	sed "s/\<[0-9a-f]\{7\}\>/<id>/g; s/\<[0-9a-f]\{12,40\}\>/<commit>/g; s/ *$//" actual.out >actual
	test_cmp expect actual && return $says_code
}

# clone <who>: with a key of their own.
clone () {
	git clone -q hub "$1" 2>clone.err && ssh-keygen -q -t ed25519 -N "" -C "$1" -f "key-$1" &&
	git -C "$1" config user.name "$1" && git -C "$1" config user.email "$1@example.com" &&
	git -C "$1" config gpg.format ssh && git -C "$1" config commit.gpgSign true &&
	git -C "$1" config user.signingKey "$PWD/key-$1.pub"
}

# forge <address> <subject>: a note of Ben's, which Mal commits by plain git on what the server has,
# as whoever has this address, and pushes; its id is in id.
forge () {
	printf "async: 1\nkind: post\nfrom: ben\ndate: %s\ntype: note\nsubject: %s\n" "$ASYNC_NOW" "$2" >rec &&
	git -C mal fetch -q && git -C mal update-ref refs/heads/async origin/async &&
	(
		GIT_AUTHOR_DATE=$ASYNC_NOW GIT_COMMITTER_DATE=$ASYNC_NOW GIT_AUTHOR_EMAIL=$1 GIT_COMMITTER_EMAIL=$1 &&
		export GIT_AUTHOR_DATE GIT_COMMITTER_DATE GIT_AUTHOR_EMAIL GIT_COMMITTER_EMAIL &&
		plant mal rec >id
	) && git -C mal push -q origin async 2>err
}

same_everywhere () {
	git -C hub rev-parse async >expect &&
	for test_who in ana ben chi
	do
		git -C $test_who rev-parse async >actual && test_cmp expect actual || return 1
	done
}

# ---- Monday

test_expect_success 'on Monday Ana sets up the server, begins the log, and says by which key she signs' '
	utc "2026-03-02 08:00" && git init -q --bare hub && (cd hub && async hook install) >actual &&
	test_grep "^pre-receive: installed as hooks/pre-receive$" actual && clone ana &&
	code ana commit -q --allow-empty -m "the code" && code ana push -q origin HEAD && ana init -q &&
	ana me handle=ana zone=Europe/Berlin key=user.signingKey >actual && test_grep "^keys: \[ssh-ed25519 " actual &&
	ana team add ben "Ben Okoro" ben@example.com zone=Africa/Lagos >actual &&
	ana team add chi "Chi Tanaka" chi@example.com zone=Asia/Tokyo >actual &&
	says ana sync <<-\EOF
	Sent the log to '\''origin'\'' for the first time: 4 out.
	EOF
'

test_expect_success 'Ben and Chi clone, take the log up and give their keys' '
	utc "2026-03-02 09:00" && clone ben && says ben list <<-\EOF &&
	EOF
	says ben sync <<-\EOF && ben me key=user.signingKey >actual && ben sync -q &&
	Took up the log of '\''origin'\'': 4 in.
	EOF
	clone chi && chi sync -q && chi me key=user.signingKey >actual && chi sync -q && ben sync -q && ana sync -q &&
	same_everywhere
'

test_expect_success 'they have the hooks of the code, too' '
	for who in ana ben chi
	do
		as $who async -C $who hook install prepare-commit-msg post-commit post-rewrite post-merge post-checkout >actual &&
		test_line_count = 5 actual || return 1
	done
'

# ---- Tuesday

test_expect_success 'on Tuesday Ben is on a train: he reads and writes, and a sync says what is the matter' '
	utc "2026-03-03 09:00" && ana post -q --to chi --need done "Mend the login" >login &&
	ana post -q --to ben "Who is on call?" >oncall && says ana sync <<-\EOF && mv hub away &&
	2 out.
	EOF
	ben me hours="mon-fri 07:00-15:00" >actual && ben post -q --to ana "May I work early?" &&
	test_expect_code 128 ben sync >actual 2>err && test_grep "^async: there is no repository where .origin. should be" err &&
	mv away hub
'

test_expect_success 'meanwhile Ana sets the same; he joins the two, and hears which one counts' '
	test_tick && ana team edit ben hours="mon-fri 08:00-16:00" >actual && ana sync -q && test_tick && says ben sync <<-\EOF &&
	3 in, 2 out; 1 waits on you:
	  <id>  Who is on call?  due tomorrow 10:00
	ben'\''s hours: changed here and there; ana'\''s counts (later)
	EOF
	git -C ben rev-list --merges --count async >actual && echo 1 >expect && test_cmp expect actual &&
	ana sync -q && chi sync -q && same_everywhere
'

# ---- Wednesday

test_expect_success 'on Wednesday Chi mends it, on a branch that is named after the ask' '
	utc "2026-03-04 01:00" && short=$(cut -c1-7 login) &&
	code chi fetch -q && code chi checkout -q -b "$short-login" origin/main && echo "async: 1 due today: '\''async inbox'\''" >expect && test_cmp expect err &&
	printf "#!/bin/sh\ncp \"\$1\" \"%s/offered\"\nsed -i \"1s/^/Mend the login/; s/^#Async-Closes/Async-Closes/\" \"\$1\"\n" "$PWD" >edit && chmod +x edit &&
	GIT_EDITOR="\"$PWD/edit\"" code chi commit -q --allow-empty && test_grep "^# This branch is about $short: Mend the login$" offered &&
	echo "$short done" >expect && test_cmp expect err &&
	test_tick && code chi commit -q --amend --allow-empty -m "Mend the login

Async-Closes: $short" && test_must_be_empty err &&
	code chi push -q origin HEAD && says chi sync <<-\EOF
	1 out.
	EOF
'

test_expect_success 'Ben merges: what her commit says is hers, and is told; what waits on him is a line' '
	utc "2026-03-04 09:30" && code ben fetch -q && ben sync >actual &&
	code ben checkout -q -B main origin/main && code ben merge -q --no-ff -m "merge" "origin/$short-login" &&
	sed "s/^async: [0-9a-f]\{7\}/async: <commit>/" err >told && cat >expect <<-EOF && test_cmp expect told &&
	async: <commit> by chi closes $short
	async: 1 overdue: '\''async inbox'\''
	EOF
	git -C ben rev-parse async >before && git -C hub rev-parse async >after && test_cmp after before &&
	says ben list login <<-\EOF
	<id>  yesterday 10:00  ana  Mend the login  chi  met
	EOF
'

# ---- Thursday

test_expect_success 'on Thursday Mal, who may push, speaks for Ben; the server does not take it in' '
	utc "2026-03-05 10:00" && git clone -q hub mal 2>err && git -C mal config user.name mal && git -C mal config user.email mal@example.com &&
	! forge mal@example.com "I resign" &&
	sed -n "s/ *$//; s/[0-9a-f]\{12\}/<commit>/; s/[0-9a-f]\{7\}/<id>/; s/^remote: //p" err >actual && cat >expect <<-\EOF && test_cmp expect actual
	async: MISMATCH: post <id> says it is by ben; mal@example.com committed it (commit <commit>)
	hint: nothing was taken in; '\''man async-hook'\'' has the server'\''s rules
	EOF
'

test_expect_success 'nor does it let go of what was said' '
	! git -C mal push -q origin :async 2>err && test_grep "^remote: async: rewritten: a log is not removed" err &&
	! git -C mal push -q -f origin "origin/async~1:async" 2>err && test_grep "^remote: async: rewritten: " err &&
	ana sync >actual && ben sync -q && chi sync -q && same_everywhere
'

test_expect_success 'where a commit gives the name of somebody else, only signatures tell: Ana requires them' '
	forge ben@example.com "I resign" && cp id forged && ana sync >actual && test_grep "^1 in" actual &&
	test_expect_code 1 ana verify --require=signed >actual && test_grep "^unsigned: post $(cut -c1-7 id) by ben is not signed$" actual &&
	ana policy set require=signed >actual && ana redact -q -m "Ben did not say that" "$(cat id)" >actual && ana sync -q &&
	! forge ben@example.com "I do resign" && test_grep "^remote: async: unsigned: post [0-9a-f]* by ben is not signed" err
'

# ---- Friday

test_expect_success 'on Friday the server comes back from a backup of Wednesday; the clones know better' '
	utc "2026-03-06 09:00" && ben sync -q && git -C hub update-ref refs/heads/async async~3 && says ana sync <<-\EOF &&
	warning: '\''origin'\'' went back to an older state since the last sync, yesterday 11:00
	warning: what it lacked was sent again
	3 out.
	EOF
	ben sync -q && chi sync -q && same_everywhere
'

test_expect_success 'and each of them verifies all of it' '
	for who in ana ben chi
	do
		as $who async -C $who verify >actual && test_grep "^[0-9]* records in [0-9]* commits: [0-9]* signed, [0-9]* claimed" actual || return 1
	done &&
	root=$(git -C ana rev-list --max-parents=0 async) && test_expect_code 1 ana verify --since=$root --require=signed >actual &&
	cat actual && test_line_count = 1 actual && test_grep "^unsigned: post $(cut -c1-7 forged) by ben is not signed$" actual &&
	ana list --state=all --format="%(subject)" | sort >expect && chi list --state=all --format="%(subject)" | sort >actual && test_cmp expect actual
'

test_done
