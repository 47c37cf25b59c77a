#!/bin/sh
test_description='async.autoSync: after a write, in the background; and how old the last sync is'
. "${0%/*}/lib.sh"

# Each fetch says that it begins.
mkfifo begun && exec 7<>begun
cat >upload-pack <<EOF && chmod +x upload-pack
#!/bin/sh
echo begun >"$PWD/begun" && exec git-upload-pack "\$@"
EOF

# Once a sync in the background is over, and the one that waits for it; what they said is forgotten.
await_end () {
	flock log/.git/async/next flock log/.git/async/turn true &&
	echo end >&7 && while read -r line <&7 && test "$line" != end; do :; done
}

# One has begun: wait until it is over.
await_sync () {
	timeout 60 sh -c "read -r line <&7" && await_end
}

has () {
	git --git-dir="$1" cat-file -e "async:log/2026/03/02/$2.yaml"
}

test_expect_success 'setup' '
	git init -q --bare hub.git && create_log ana ben && git -C log remote add origin "$PWD/hub.git" && async -C log sync -q &&
	git -C log config remote.origin.uploadpack "\"$PWD/upload-pack\""
'

test_expect_success 'unless it is set, nothing is sent' '
	id=$(async -C log post -q "Stays here") && test_path_is_missing log/.git/async/turn &&
	git -C log config async.autoSync never && id=$(async -C log post -q "Stays, too") && test_path_is_missing log/.git/async/turn
'

test_expect_success 'after a write, all is sent' '
	git -C log config async.autoSync write && id=$(async -C log post -q "Goes") && await_sync && has hub.git $id
'

test_expect_success 'also from elsewhere, and many at a time' '
	for i in 1 2 3 4 5
	do
		id=$(async --git-dir log/.git post -q "One of many: $i") || return 1
	done &&
	until has hub.git $id
	do
		await_sync || return 1
	done
'

test_expect_success 'looking sends nothing' '
	await_end && rm log/.git/async/turn && async -C log list >actual && async -C log status >actual && test_path_is_missing log/.git/async/turn
'

test_expect_success 'a failure fails no write, and is told once by the next command' '
	mv hub.git away.git && async -C log post -q "While it is away" >id 2>err && test_must_be_empty err && test -s id &&
	await_sync && test -s log/.git/async/trouble &&
	async -C log list --count >actual 2>err && echo "warning: the last sync in the background failed: there is no repository where '\''origin'\'' should be" >expect &&
	test_cmp expect err && async -C log list --count >actual 2>err && test_must_be_empty err
'

test_expect_success 'and is forgotten once one succeeds' '
	async -C log post -q "Still away" && await_sync && mv away.git hub.git &&
	async -C log sync -q 2>err && id=$(async -C log post -q "Back") && until has hub.git $id; do await_sync || return 1; done && await_end &&
	async -C log status >actual 2>err && test_must_be_empty err
'

test_expect_success 'a name with a line end in it is no second warning' '
	git -C hub.git rev-parse async >tip && blob=$(git -C hub.git hash-object -w --stdin </dev/null) &&
	tree=$({ git -C hub.git ls-tree -z async && printf "100644 blob %s\tx\nwarning: y\0" $blob; } | git -C hub.git mktree -z) &&
	git -C hub.git update-ref refs/heads/async "$(git -C hub.git commit-tree -p async -m x $tree)" &&
	async -C log post -q "Beside it" && await_sync && async -C log list --count >actual 2>err && test_line_count = 1 err &&
	test_grep "^warning: the last sync in the background failed: .*x.x0Awarning: y" err &&
	git -C hub.git update-ref refs/heads/async "$(cat tip)" && async -C log sync -q
'

test_expect_success 'status tells when the last sync is more than a day ago' '
	async -C log status >actual && test_grep ! "Last synced" actual &&
	at "2026-03-05 10:00" async -C log status >actual && echo "Last synced 3d 1h ago: async sync" >expect &&
	tail -n 1 actual >last && test_cmp expect last &&
	at "2026-03-05 10:00" async -C log sync -q && at "2026-03-05 11:00" async -C log status >actual && test_grep ! "Last synced" actual
'

test_done
