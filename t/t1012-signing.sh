#!/bin/sh
test_description='commits are signed as git is configured to'
. "${0%/*}/lib.sh"

command -v ssh-keygen >/dev/null && test_set_prereq SSH
command -v gpg >/dev/null && test_set_prereq GPG

post () {
	async -C repo post --to ben@example.com "$@"
}

test_expect_success 'setup' '
	git init -q repo &&
	async -C repo init -q &&
	git -C repo config commit.gpgSign true
'

test_expect_success SSH 'by an ssh key, which git verifies' '
	ssh-keygen -q -t ed25519 -N "" -f key &&
	echo "ana@example.com $(cat key.pub)" >allowed &&
	git -C repo config gpg.format ssh &&
	git -C repo config user.signingKey "$PWD/key" &&
	post "signed" &&
	git -C repo -c gpg.ssh.allowedSignersFile="$PWD/allowed" verify-commit async
'

test_expect_success SSH 'the commits of a batch, too' '
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-02-01T09:00:00Z\ntype: note\nsubject: n\n" >stream &&
	async -C repo write-record --batch - <stream &&
	git -C repo -c gpg.ssh.allowedSignersFile="$PWD/allowed" verify-commit async
'

test_expect_success 'without a key for ssh nothing is written' '
	git -C repo rev-parse async >before &&
	git -C repo config --unset user.signingKey &&
	git -C repo config gpg.format ssh &&
	test_expect_code 128 async -C repo post --to ben@example.com x 2>actual &&
	test_grep "user.signingKey needs to be set" actual &&
	git -C repo rev-parse async >after &&
	test_cmp before after
'

test_expect_success 'a signer that fails is quoted, and nothing is written' '
	git -C repo config user.signingKey "$PWD/missing" &&
	git -C repo rev-parse async >before &&
	test_expect_code 128 async -C repo post --to ben@example.com x 2>actual &&
	test_grep "could not sign the commit" actual &&
	git -C repo rev-parse async >after &&
	test_cmp before after
'

test_expect_success 'a program that the repository names is not started' '
	printf "#!/bin/sh\ntouch \"%s\"\nexit 1\n" "$PWD/sung" >canary &&
	chmod +x canary &&
	git -C repo config gpg.ssh.program "$PWD/canary" &&
	git -C repo config gpg.program "$PWD/canary" &&
	test_expect_code 128 async -C repo post --to ben@example.com x &&
	git -C repo config gpg.format openpgp &&
	test_expect_code 128 env GNUPGHOME="$PWD/empty" async -C repo post --to ben@example.com x &&
	test_path_is_missing sung &&
	git config --global gpg.program "$PWD/canary" &&
	test_expect_code 128 async -C repo post --to ben@example.com x &&
	git config --global --unset gpg.program &&
	test -f sung
'

test_expect_success GPG 'by OpenPGP, which git verifies' '
	GNUPGHOME=$(mktemp -d) && export GNUPGHOME &&
	test_when_finished "gpgconf --kill all; rm -rf \"$GNUPGHOME\"; unset GNUPGHOME" &&
	gpg --batch --quiet --passphrase "" --quick-gen-key "ana <ana@example.com>" default default never 2>/dev/null &&
	git -C repo config --unset user.signingKey &&
	git -C repo config --unset gpg.program &&
	git -C repo config gpg.format openpgp &&
	post "signed by gpg" &&
	git -C repo verify-commit async
'

test_expect_success 'an unknown format is an error' '
	git -C repo config gpg.format sealing-wax &&
	test_expect_code 128 async -C repo post --to ben@example.com x 2>actual &&
	test_grep "gpg.format: .sealing-wax. is none of openpgp, x509, ssh" actual
'

test_done
