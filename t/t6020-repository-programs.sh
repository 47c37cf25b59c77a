#!/bin/sh
test_description='programs that a repository names in its configuration, hooks and aliases are not started by looking'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-strace.sh"

# A program for each of these, on PATH and with the key as its name, that tells that it was started.
keys='core.fsmonitor core.pager core.editor core.sshCommand core.askPass core.gitProxy core.alternateRefsCommand
diff.external diff.x.textconv diff.x.command merge.x.driver mergetool.x.cmd difftool.x.cmd merge.tool
filter.x.clean filter.x.smudge filter.x.process credential.helper gpg.program gpg.ssh.program gpg.openpgp.program
gpg.x509.program gpg.ssh.defaultKeyCommand sequence.editor interactive.diffFilter pager.async pager.status pager.show
pager.log pager.list alias.async alias.status alias.canary async.alias.status async.alias.canary async.sendmail
async.pager async.editor sendemail.sendmailCmd sendemail.tocmd sendemail.smtpServer uploadpack.packObjectsHook
trailer.x.command trailer.x.cmd browser.x.cmd web.browser man.x.cmd man.viewer help.browser init.templateDir
maintenance.strategy remote.origin.vcs remote.origin.proxy submodule.x.update gc.recentObjectsHook'
# What git itself starts for a remote, by the clone's own word.
wire='remote.origin.uploadpack remote.origin.receivepack'
hooks='applypatch-msg commit-msg fsmonitor-watchman post-applypatch post-checkout post-commit post-index-change
post-merge post-receive post-rewrite post-update pre-applypatch pre-auto-gc pre-commit pre-merge-commit pre-push
pre-rebase pre-receive prepare-commit-msg proc-receive push-to-checkout reference-transaction sendemail-validate update'

mkdir "$TRASH/bin" && PATH=$PATH:$TRASH/bin
printf '#!/bin/sh\necho "${0##*/} $*" >>"%s"\nexit 1\n' "$TRASH/sung" >"$TRASH/bin/canary" && chmod +x "$TRASH/bin/canary"

# silence: no canary has sung.
silence () {
	test ! -e "$TRASH/sung" || { cat "$TRASH/sung"; return 1; }
}

# name_them <repository>: in its configuration, attributes, hooks, and as helpers of git's remotes.
name_them () {
	for key in $keys
	do
		case $key in
		alias.* | async.alias.* | submodule.*.update) value="!canary-$key" ;;
		init.templateDir | core.hooksPath) continue ;;
		*) value=canary-$key ;;
		esac
		ln -sf canary "$TRASH/bin/canary-$key" && git -C "$1" config "$key" "$value" || return 1
	done
	for hook in $hooks
	do
		mkdir -p "$1/.git/hooks" && ln -sf "$TRASH/bin/canary" "$1/.git/hooks/$hook" || return 1
	done
	git -C "$1" config protocol.ext.allow always && git -C "$1" config commit.gpgSign true &&
	git -C "$1" config async.autoSync write &&
	mkdir -p "$1/.git/info" && echo "* diff=x merge=x filter=x" >"$1/.git/info/attributes"
}

# all_looks: a line for each way to look, and for what else only reads.
id= # of the post that some of them want
all_looks () {
	look_commands | while read -r looker
	do
		case $looker in
		show | why) echo "$looker $id" ;;
		search) echo "search ship" ;;
		watch) echo "watch --timeout=0" ;;
		digest) printf "%s\n" "digest --since=2026-01-01" "digest --since=2026-01-01 --format=html" ;;
		*) echo "$looker" ;;
		esac
	done
	printf "%s\n" "cat-record $id" "due --for ben --within 1d" "verify --full" "version" "" "log --patch" "show --raw $id" "status --json"
	echo "--complete async -C log show "
}

# each_look <command>...: every one of these, run by it (env, strace, …); none fails but with an answer.
each_look () {
	all_looks >looks && test_line_count -gt 25 looks &&
	while IFS= read -r look
	do
		"$@" async $look >out 2>err </dev/null
		case $? in 0 | 1 | 3) ;; *) echo "async $look"; cat err; return 1 ;; esac
		silence || { echo "async $look"; return 1; }
	done <looks
}

test_expect_success 'setup: a log, its remote, and canaries wherever a program can be named' '
	create_log ana ben && id=$(as ana async -C log post -q --to ben "Can we ship?") &&
	test_tick && as ben async -C log ack "$id" &&
	git clone -q --bare log hub.git && git -C log remote add origin "$PWD/hub.git" && git -C log fetch -q &&
	name_them log &&
	git -C log config core.editor >actual && echo canary-core.editor >expect && test_cmp expect actual &&
	echo x >log/x && ! git -C log commit -q --allow-empty -m x 2>err &&
	test_grep "canary\|pre-commit" "$TRASH/sung" && rm "$TRASH/sung" log/x
'

test_expect_success 'looking starts none of them' '
	cd log && each_look env
'

test_expect_success 'nor as from a hook, with git'\''s variables set' '
	each_look env GIT_DIR="$PWD/log/.git" GIT_WORK_TREE="$PWD/log" GIT_INDEX_FILE="$PWD/log/.git/index" GIT_PREFIX=
'

test_expect_success 'nor as from cron: no home, no terminal, hardly an environment' '
	cd log && each_look env -i PATH="$PATH" ASYNC_NOW="$ASYNC_NOW"
'

test_expect_success 'nor on a terminal' '
	(cd log && for look in status list "show $id" log help
	do
		MANPAGER=cat test_terminal async $look >../out || return 1
	done) && silence
'

test_expect_success STRACE 'nothing at all is started but what was called' '
	cd log && all_looks >looks && while IFS= read -r look
	do
		started calls async $look >out 2>err </dev/null
		grep "execve(" calls | grep -v "ENOENT" >started && test_line_count = 1 started || { echo "async $look"; cat calls; return 1; }
	done <looks
'

# includes <path>: in a clone whose configuration includes this, listing ends soon, and tells nothing of it.
includes () {
	printf "[include]\n\tpath = \"%s\"\n" "$1" >included/.git/config &&
	timeout 30 async -C included list >out 2>err </dev/null
	case $? in 0 | 128) ;; *) cat err; return 1 ;; esac
	test_grep ! "root:" out err && silence
}

test_expect_success 'a configuration that includes a FIFO, a device or a file of the system does no harm' '
	cp -r log included && mkfifo fifo && cp log/.git/config plain-config &&
	for path in "$PWD/fifo" ../../fifo /dev/zero /dev/tty /etc/passwd /etc "$PWD/no such" /dev/null
	do
		includes "$path" || return 1
	done &&
	printf "[includeIf \"gitdir:**\"] x = a \\\\\n[y]\npath = \"%s\"\n" "$PWD/fi\\\\fo" >included/.git/config &&
	test_when_finished "rm -rf included" && timeout 30 async -C included list >out 2>err &&
	printf "[include] path = %s" ../../fifo >included/.git/config && test_expect_code 128 timeout 30 async -C included list 2>err &&
	test_grep "includes .*fifo.*no file" err
'

test_expect_success 'one that includes itself many times is told, not followed' '
	cp -r log itself && for i in 1 2 3 4 5 6 7 8 9; do echo "[include] path = config"; done >>itself/.git/config &&
	test_expect_code 128 timeout 30 async -C itself list 2>err && test_grep "includes more than 1000 files" err && rm -r itself
'

test_expect_success 'a helper for a remote is not started' '
	test_must_fail as ana async -C log sync 2>err && silence && git -C log config --unset remote.origin.vcs
'

test_expect_success 'sync runs what git runs for a remote, and nothing besides' '
	git clone -q hub.git mate && git -C mate fetch -q origin async:async && test_tick && as ben async -C mate post -q "More" &&
	as ben async -C mate sync -q && as ana async -C log sync >out 2>err && test_grep "1 in" out && silence &&
	as ben async -C mate post -q "More yet" && as ben async -C mate sync -q &&
	as ana async -C log watch --fetch=1h -n 1 --timeout=30s >out 2>err && test_grep "More yet" out && silence &&
	for key in $wire
	do
		ln -sf canary "$TRASH/bin/canary-$key" && git -C log config "$key" "canary-$key" || return 1
	done &&
	test_expect_code 128 as ana async -C log sync >out 2>err && test_grep "^canary-remote.origin.uploadpack" "$TRASH/sung" &&
	rm "$TRASH/sung"
'

test_expect_success 'writing starts no hook, editor or signer that the repository names' '
	git -C log config --unset commit.gpgSign && git -C log config async.autoSync never &&
	for write in "post -q note" "reply -q -m hello $id" "tag $id urgent" "done $id" "undo"
	do
		test_tick && as ben async -C log $write >out 2>err </dev/null || { cat err; return 1; }
		silence || return 1
	done &&
	test_expect_code 128 as ben async -C log post </dev/null 2>err && silence
'

test_done
