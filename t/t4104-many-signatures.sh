#!/bin/sh
test_description='async verify: ssh-keygen is asked once about each signed commit'
. "${0%/*}/lib.sh"

if ! command -v ssh-keygen >/dev/null
then
	echo "1..0 # SKIP no ssh-keygen"
	exit 0
fi

many=$(long_or 10000 100)

signed () {
	as ana async -C log -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$PWD/ana" "$@"
}

# counted <command>...: how often it asks ssh-keygen to check a signature is in `asked`.
counted () {
	(
		: >"$TRASH/calls" && PATH=$PWD/bin:$PATH && export PATH && "$@" &&
		grep -c "^verify" "$TRASH/calls" >asked || test "$(cat asked)" = 0
	)
}

test_expect_success 'setup: Ana signs all that she writes' '
	ssh-keygen -q -t ed25519 -N "" -C ana -f ana && mkdir bin &&
	printf "#!/bin/sh\nshift && echo \"\$*\" >>\"%s/calls\"\nexec \"%s\" -Y \"\$@\"\n" "$TRASH" "$(command -v ssh-keygen)" \
		>bin/ssh-keygen && chmod +x bin/ssh-keygen &&
	create_log ana && signed me key="$(cat ana.pub)" && for i in $(seq "$many")
	do
		signed post -q "Number $i" >/dev/null || return 1
	done &&
	git -C log gc -q
'

test_expect_success 'the first time about each, and then about none' '
	counted async -C log verify >actual && test_grep "$((many + 1)) signed" actual &&
	echo $((many + 1)) >expect && test_cmp expect asked &&
	echo 0 >expect && counted async -C log verify && test_cmp expect asked &&
	counted async -C log verify --full >actual && test_grep "$((many + 1)) signed" actual && test_cmp expect asked &&
	counted async -C log verify --require=signed --since=async~10 && test_cmp expect asked
'

test_expect_success 'about a new one only, and another clone of the same log knows the old ones' '
	signed post -q "One more" && echo 1 >expect && counted async -C log verify && test_cmp expect asked &&
	git clone -q log other && git -C other config user.name ana && git -C other config user.email ana@example.com &&
	counted async -C other list && test_cmp expect asked && # its index asks about the change of a key
	echo 0 >expect && counted async -C other verify && test_cmp expect asked
'

test_expect_success 'what cannot be true of a commit is not remembered: a wrong signature is asked about again' '
	git -C log cat-file commit async >one && git -C log cat-file commit async~1 >other-one &&
	{ sed "/^gpgsig/,\$d" one; sed -n "/^gpgsig/,\$p" other-one; } >mixed &&
	git -C log update-ref refs/heads/async "$(git -C log hash-object -t commit -w --stdin <mixed)" &&
	for turn in 1 2
	do
		test_expect_code 1 async -C log verify --full >actual || return 1
		test_grep "is signed but the signature is not that of its commit" actual || return 1
	done
'

test_done
