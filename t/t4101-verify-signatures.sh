#!/bin/sh
test_description='async verify: signatures are checked by us, against the keys of that place in history'
. "${0%/*}/lib.sh"

if ! command -v ssh-keygen >/dev/null
then
	echo "1..0 # SKIP no ssh-keygen"
	exit 0
fi

# signed <who> <key> <command>...: async as that person, who signs with that key.
signed () {
	who=$1 key=$PWD/$2 && shift 2 &&
	as "$who" async -C log -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$key" "$@"
}

# forge <who> <date> <key> <file>: a commit by plain git with a record, signed; on $BASE or the tip.
forge () {
	(
		GIT_INDEX_FILE=$TRASH/index GIT_DIR=log/.git GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1 \
			GIT_AUTHOR_EMAIL=$1@example.com GIT_COMMITTER_EMAIL=$1@example.com \
			GIT_AUTHOR_DATE="$2 +0000" GIT_COMMITTER_DATE="$2 +0000" &&
		export GIT_INDEX_FILE GIT_DIR GIT_AUTHOR_NAME GIT_COMMITTER_NAME GIT_AUTHOR_EMAIL \
			GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE &&
		git read-tree "${BASE:-async}" && blob=$(git hash-object -w --stdin <"$4") &&
		day=$(sed -n "s|^date: \(....\)-\(..\)-\(..\)T.*|\1/\2/\3|p" "$4") &&
		git update-index --add --cacheinfo "100644,$blob,log/$day/$blob.yaml" && tree=$(git write-tree) &&
		git -c gpg.format=ssh -c user.signingKey="$PWD/$3" commit-tree -S -p "${BASE:-async}" -m x "$tree"
	)
}

onto () { # <commit>
	git -C log update-ref refs/heads/async "$1"
}

note () { # <from> <date> <subject>
	printf "async: 1\nkind: post\nfrom: %s\ndate: %s\ntype: note\nsubject: %s\n" "$@"
}

forget () {
	rm -f "$HOME"/.local/state/async/*/verified.*
}

afresh () {
	good=$(git -C log rev-parse async) &&
	test_when_finished "onto $good; forget"
}

verify () {
	async -C log verify "$@"
}

test_expect_success 'setup: Ana and Ben sign, Chi has never said by which key' '
	for key in ana ben ben2 chi
	do
		ssh-keygen -q -t ed25519 -N "" -C "$key here" -f $key || return 1
	done &&
	create_log ana ben chi &&
	test_tick && signed ana ana me key="$(cat ana.pub)" && test_tick && signed ben ben me key="$(cat ben.pub)" &&
	test_tick && signed ben ben post "Signed by Ben" && test_tick && signed chi chi post "Signed by Chi" &&
	test_tick && as ben async -C log post "Not signed"
'

test_expect_success 'signed by a key of theirs, or merely claimed' '
	verify >actual && echo "9 records in 9 commits: 3 signed, 6 claimed" >expect && test_cmp expect actual
'

test_expect_success '--require=signed: what is not is a finding' '
	test_expect_code 1 verify --require=signed >actual && test_line_count = 6 actual &&
	test_grep "^unsigned: post [0-9a-f]* by ben is not signed$" actual &&
	test_grep "^unsigned: post [0-9a-f]* by chi is signed with an unknown key$" actual &&
	signed=$(git -C log rev-parse async~2) && test_expect_code 1 verify --require=signed --since=$signed >actual &&
	test_line_count = 2 actual && verify >actual
'

test_expect_success 'signed by another one than the author' '
	afresh && note ben 2026-03-02T10:00:00Z "I quit" >rec && onto $(forge ben 2026-03-02T10:00:00 chi rec) &&
	test_expect_code 1 verify >actual && test_line_count = 1 actual &&
	test_grep "^signature: post [0-9a-f]* by ben is signed with a key that is not theirs$" actual &&
	onto $(BASE=$good forge chi 2026-03-02T10:00:00 ben rec) && test_expect_code 1 verify >actual &&
	test_grep "^MISMATCH: post [0-9a-f]* says it is by ben; chi@example.com committed it$" actual
'

test_expect_success 'a list of signers in the configuration of the repository does not help, nor a program' '
	afresh && note ben 2026-03-02T10:00:00Z "I quit" >rec && onto $(forge ben 2026-03-02T10:00:00 chi rec) &&
	echo "ben@example.com $(cat chi.pub)" >foreign && git -C log config gpg.ssh.allowedSignersFile "$PWD/foreign" &&
	printf "#!/bin/sh\ntouch \"%s\"\n" "$PWD/sung" >canary && chmod +x canary &&
	git -C log verify-commit async && git -C log config gpg.ssh.program "$PWD/canary" &&
	test_expect_code 1 verify >actual && test_grep "^signature: .* with a key that is not theirs$" actual &&
	test_path_is_missing sung &&
	git -C log config --remove-section gpg.ssh
'

test_expect_success 'a signature that was taken from another commit' '
	afresh && note ben 2026-03-02T10:00:00Z x >rec && note ben 2026-03-02T10:00:00Z y >rec2 &&
	one=$(forge ben 2026-03-02T10:00:00 ben rec) && other=$(forge ben 2026-03-02T10:00:00 ben rec2) &&
	git -C log cat-file commit $one >one && git -C log cat-file commit $other >other &&
	{ sed "/^gpgsig/,\$d" other; sed -n "/^gpgsig/,\$p" one; } >mixed &&
	onto $(git -C log hash-object -t commit -w --stdin <mixed) && test_expect_code 1 verify >actual &&
	test_grep "^signature: post [0-9a-f]* by ben is signed but the signature is not that of its commit$" actual &&
	sed "s/^ U1NI.*/ AAAA/" one >garbled && onto $(git -C log hash-object -t commit -w --stdin <garbled) &&
	forget && test_expect_code 1 verify >actual &&
	test_grep "^signature: post [0-9a-f]* is signed, but that is no signature$" actual
'

test_expect_success 'OpenPGP: said to be not checked' '
	afresh && note ben 2026-03-02T10:00:00Z x >rec && one=$(forge ben 2026-03-02T10:00:00 ben rec) &&
	git -C log cat-file commit $one | sed "s/SSH SIGNATURE/PGP SIGNATURE/" >pgp &&
	onto $(git -C log hash-object -t commit -w --stdin <pgp) && verify >actual &&
	test_grep "^1 commit is signed otherwise than by ssh: not checked$" actual && test_grep "3 signed, 7 claimed" actual &&
	test_expect_code 1 verify --require=signed >actual && test_grep "otherwise than by ssh, which is not checked" actual
'

test_expect_success 'a new key counts from a maintainer, and is said loudly until it is accepted' '
	test_tick &&
	signed ana ana team edit ben key+="$(cat ben2.pub)" >/dev/null && test_tick &&
	signed ben ben2 post "By the new key" && test_expect_code 1 verify >actual && test_line_count = 1 actual &&
	test_grep "^key: ben has a new key, .* --trust=ben.$" actual && test_expect_code 1 verify >again &&
	test_cmp actual again && HOME="$TRASH/home-new" && mkdir -p "$HOME" && verify -q && HOME=$TEST_HOME &&
	verify --trust=ben >actual && test_grep "5 signed" actual && verify -q
'

test_expect_success 'the old key is given up: what it signed before stays signed' '
	before=$(git -C log rev-parse async) && test_tick &&
	signed ben ben2 me key-="$(cat ben.pub)" >out && verify >actual && test_grep "6 signed" actual &&
	verify --full >actual && test_grep "6 signed" actual
'

test_expect_success 'keys changed in the name of a maintainer who signs, but without that' '
	afresh && test_tick && as ana async -C log team edit chi key="$(cat chi.pub)" >/dev/null && test_tick &&
	as ana async -C log team edit ben key+="$(cat chi.pub)" >/dev/null && test_tick && signed ben chi post "Not Ben" &&
	test_expect_code 1 verify >actual &&
	test_grep "^signature: person [0-9a-f]* by ana changes keys of ben without a signature of theirs: it is not believed$" actual &&
	test_grep "^signature: post [0-9a-f]* by ben is signed with a key that is not theirs$" actual &&
	test_grep "^key: ben has a new key" actual && test_expect_code 1 verify --full >again && test_cmp actual again
'

test_expect_success 'a retired key on a backdated commit' '
	afresh && note ben 2026-03-02T09:08:00Z x >rec && onto $(forge ben 2026-03-02T09:08:00 ben rec) &&
	test_expect_code 1 verify >actual && test_line_count = 1 actual &&
	test_grep "^signature: post [0-9a-f]* by ben is signed with a key that they have given up$" actual &&
	test_expect_code 1 verify --full >again && test_cmp actual again
'

test_expect_success 'a retired key on a line of history from before, merged' '
	afresh && note ben 2026-03-02T09:08:00Z x >rec && side=$(BASE=$before forge ben 2026-03-02T09:08:00 ben rec) &&
	GIT_INDEX_FILE=$TRASH/index git -C log read-tree -i --aggressive -m $before $good $side &&
	tree=$(GIT_INDEX_FILE=$TRASH/index git -C log write-tree) &&
	onto $(git -C log commit-tree -p $good -p $side -m merge $tree) && test_expect_code 1 verify --full >actual &&
	test_line_count = 1 actual && test_grep "which they have given up elsewhere meanwhile$" actual &&
	forget && onto $good && verify -q &&
	onto $(git -C log commit-tree -p $good -p $side -m merge $tree) && test_expect_code 1 verify >again &&
	test_cmp actual again
'

test_expect_success 'rollover by oneself: a further key in a commit signed with the old one' '
	afresh && test_tick && signed chi chi me key=../chi.pub >out && test_grep "^keys: \[ssh-ed25519 " out &&
	ssh-keygen -q -t ed25519 -N "" -f chi2 && test_tick && signed chi chi me key=../chi2.pub >out &&
	test_tick && signed chi chi2 post "By the new one" && verify --trust=chi >actual &&
	test_grep "9 signed" actual && verify --full >actual && test_grep "9 signed" actual &&
	test_tick && signed chi chi post "By the old one" && test_expect_code 1 verify >actual &&
	test_grep "^signature: .*by chi is signed with a key that they have given up$" actual && test_line_count = 1 actual
'

test_expect_success '... and not in one that is signed with a strange key, or not at all' '
	afresh && test_tick && signed chi chi me key=../chi.pub >out && test_tick &&
	test_unchanged 128 as chi async -C log me key=../chi2.pub && test_grep "would not count: keys: a further one" err &&
	test_unchanged 128 signed chi ana me key+=../chi2.pub &&
	printf "async: 1\nkind: person\nfrom: chi\ndate: 2026-03-02T10:00:00Z\nperson: chi\nkeys: {add: [%s]}\n" \
		"$(cut -d" " -f1,2 chi2.pub)" >rec && onto $(forge chi 2026-03-02T10:00:00 ana rec) &&
	async -C log show $(git -C log hash-object ../rec) >actual && test_grep "^not counted: keys: a further one" actual &&
	onto $(BASE=async~1 forge chi 2026-03-02T10:00:00 chi rec) && async -C log reindex &&
	async -C log show $(git -C log hash-object ../rec) >actual && test_grep ! "not counted" actual
'

test_expect_success 'a key that was given up vouches for none, where it was not known to be, either' '
	afresh && test_tick && signed chi chi me key=../chi.pub >out && base=$(git -C log rev-parse async) && test_tick &&
	signed chi chi me key+=../chi2.pub >out && test_tick && signed chi chi2 me key-=../chi.pub >out &&
	tip=$(git -C log rev-parse async) && verify -q --trust=chi && ssh-keygen -q -t ed25519 -N "" -f thief &&
	printf "async: 1\nkind: person\nfrom: chi\ndate: 2026-03-02T09:01:00Z\nperson: chi\nkeys: {add: [%s]}\n" \
		"$(cut -d" " -f1,2 thief.pub)" >rec && evil=$(git -C log hash-object ../rec) &&
	for on in $tip $base
	do
		side=$(BASE=$on forge chi 2026-03-02T09:30:00 chi rec) &&
		onto $tip && forget && { test $on = $tip && onto $side || as chi async -C log merge-logs $side >/dev/null; } &&
		async -C log show $evil >actual && test_grep "^not counted: keys: a further one" actual &&
		test_tick && signed chi thief post "Not Chi" >out && test_expect_code 1 verify >actual &&
		test_grep "^signature: post [0-9a-f]* by chi is signed with a key that is not theirs$" actual &&
		test_expect_code 1 verify --full >again && test_cmp actual again || return 1
	done && rm -rf log/.git/async && async -C log show $evil >actual && test_grep "^not counted" actual
'

test_expect_success 'a certificate, also one that has expired, is no key of theirs' '
	afresh && ssh-keygen -q -t ed25519 -N "" -f authority && cp ben2 certified && cp ben2.pub certified.pub &&
	ssh-keygen -q -s authority -I ben -n ben@example.com -V 20200101:20200102 certified.pub &&
	note ben 2026-03-02T10:00:00Z x >rec && onto $(forge ben 2026-03-02T10:00:00 certified-cert.pub rec) &&
	test_expect_code 1 verify >actual && test_line_count = 1 actual &&
	test_grep "^signature: .* by ben is signed with a certificate, and not with a plain key of theirs$" actual
'

test_expect_success 'async me: a file, what git signs with; never a private key' '
	refused () {
		test_unchanged 128 as dee async -C log me "$2" && test_grep "$1" err && test_grep "^hint: give a line" err
	} &&
	refused "private key" "key=$PWD/chi" && refused "private key" "key=$(cat chi)" &&
	refused "is a certificate" key=../certified-cert.pub && refused "no public key of ssh" key=../rec &&
	refused "cannot open .nothing." key=nothing && test_grep "^hint: give a line of a .pub file, its path" err &&
	refused "no public key of ssh" "key=ssh-ed25519 hello" && refused "names no ssh key" key=user.signingKey &&
	test_unchanged 128 as dee async -C log me key=missing.pub && test_grep missing.pub err &&
	afresh && test_tick && as dee async -C log -c user.signingKey="$PWD/chi2" me key=user.signingKey >out &&
	test_grep "^keys: \[$(cut -d" " -f1,2 chi2.pub)\]$" out && test_tick &&
	as dee async -C log me key= >out && test_grep "^keys: none$" out
'

test_expect_success 'what it remembers is not trusted to be whole' '
	forget && verify >expect && test_grep "^tip.local.[0-9a-f]* 0" "$HOME"/.local/state/async/*/verified.* &&
	for end in "  " " 0  1 " " x" " -1" " 99999999999999999999999" "	"
	do
		verify -q && sed -i "/^tip/s/\$/$end/" "$HOME"/.local/state/async/*/verified.* &&
		timeout -s KILL 30 async -C log verify >actual && test_cmp expect actual || return 1
	done
'

test_expect_success 'ssh-keygen is asked once about each commit' '
	forget && verify -q && mkdir counting && printf "#!/bin/sh\necho x >>\"%s\"\nexec \"%s\" \"\$@\"\n" "$PWD/asked" \
		"$(command -v ssh-keygen)" >counting/ssh-keygen && chmod +x counting/ssh-keygen &&
	rm -f "$HOME"/.local/state/async/*/signatures && PATH=$PWD/counting:$PATH verify --full -q &&
	test_line_count = 6 asked && PATH=$PWD/counting:$PATH verify --full >actual && test_line_count = 6 asked &&
	test_grep "6 signed" actual
'

test_expect_success 'without ssh-keygen it says what is missing' '
	rm -f "$HOME"/.local/state/async/*/signatures && mkdir bin && ln -s "$(command -v git)" bin/git && test_expect_code 128 env PATH="$PWD/bin" \
		"$ASYNC_BIN_DIR/async" -C log verify --full 2>err &&
	test_grep "cannot run .ssh-keygen." err && test_grep "^hint: " err
'

test_done
