#!/bin/sh
test_description='async sync: records come and go, over the wires that git has'
. "${0%/*}/lib.sh"

# same_everywhere <repository>...: all have the same tree, which a fresh clone by git has, too.
same_everywhere () {
	rm -rf fresh && git clone -q --bare "$1" fresh && git -C fresh rev-parse "async^{tree}" >expect &&
	for test_repo
	do
		git -C "$test_repo" rev-parse "async^{tree}" >actual && test_cmp expect actual || return 1
	done
}

post () {
	test_in=$1 && shift && as "$test_in" async -C "$test_in" post -q "$@"
}

test_expect_success 'setup: Ana begins a log, for which there is an empty place' '
	git init -q --bare hub.git &&
	create_log ana ben chi && mv log ana &&
	git -C ana remote add origin "$PWD/hub.git"
'

test_expect_success 'the first sync creates it there' '
	as ana async -C ana sync >actual &&
	echo "Sent the log to '\''origin'\'' for the first time: 4 out." >expect &&
	test_cmp expect actual &&
	same_everywhere hub.git ana
'

test_expect_success 'nothing to do says so, and runs git once' '
	as ana env GIT_TRACE="$PWD/trace" async -C ana sync >actual &&
	echo "Up to date with '\''origin'\''." >expect &&
	test_cmp expect actual &&
	grep -c "trace: built-in: git fetch" trace >count && echo 1 >expect && test_cmp expect count &&
	test_grep ! "git push" trace
'

test_expect_success 'what git is told, exactly' '
	sed -n "s/.*trace: built-in: \(git fetch .*\)/\1/p" trace >actual &&
	echo "git fetch --no-tags --no-recurse-submodules --no-write-fetch-head --no-auto-gc --no-filter --progress --refmap= --end-of-options origin +refs/heads/async:refs/async/incoming/origin" >expect &&
	test_cmp expect actual &&
	post ana "Traced" && rm trace &&
	as ana env GIT_TRACE="$PWD/trace" async -C ana sync -q &&
	sed -n "s/.*trace: built-in: \(git push .*\)/\1/p" trace | sed "s/[0-9a-f]\{40\}/ID/" >actual &&
	echo "git push --porcelain --progress --no-verify --no-follow-tags --recurse-submodules=no --end-of-options origin ID:refs/heads/async" >expect &&
	test_cmp expect actual
'

test_expect_success 'a clone without a log takes it up' '
	git init -q ben && git -C ben remote add origin "$PWD/hub.git" &&
	as ben async -C ben sync >actual &&
	echo "Took up the log of '\''origin'\'': 5 in." >expect &&
	test_cmp expect actual &&
	same_everywhere hub.git ben
'

test_expect_success 'what came, what went, and what of it waits on me' '
	post ana --to ben "Can we ship?" >id && post ana "A note" && as ana async -C ana sync >actual &&
	echo "2 out." >expect && test_cmp expect actual &&
	post ben "Here, too" &&
	as ben async -C ben sync >actual &&
	printf "%s\n" "2 in, 1 out; 1 waits on you:" "  $(cut -c1-7 id)  Can we ship?  due today 17:00" >expect &&
	test_cmp expect actual &&
	as ana async -C ana sync >actual && echo "1 in." >expect && test_cmp expect actual &&
	same_everywhere hub.git ana ben
'

test_expect_success 'the merge is one of two parents, by the committer, at the time of the clock' '
	git -C ben log -1 --format="%an <%ae> %at %s%n%P" async >actual &&
	printf "%s\n" "ben <ben@example.com> 1772442000 merge 2 records from origin" >expect &&
	head -n 1 actual >first && test_cmp expect first &&
	tail -n 1 actual >parents && test "$(wc -w <parents)" = 2
'

test_expect_success 'the ordinary remote-tracking branch is where git would have it, and git status tells so' '
	git -C ben for-each-ref --format="%(refname) %(objectname)" >refs &&
	tip=$(git -C hub.git rev-parse async) &&
	printf "%s $tip\n" refs/async/incoming/origin refs/heads/async refs/remotes/origin/async >expect &&
	sed "s,refs/async/incoming/origin .*,refs/async/incoming/origin $tip," refs >actual && test_cmp expect actual &&
	git -C ben branch -q -u origin/async async && git -C ben for-each-ref --format="%(upstream:track)" refs/heads >actual &&
	echo >expect && test_cmp expect actual
'

test_expect_success 'for programs' '
	post ana --to ben "Another" >id && as ana async -C ana sync -q &&
	as ben async -C ben sync --json >actual &&
	echo "{\"v\":1,\"kind\":\"sync\",\"with\":\"origin\",\"in\":1,\"out\":0,\"merged\":false,\"tries\":0,\"waiting\":[\"$(cat id)\"],\"lapse\":null,\"changed\":[],\"findings\":0}" >expect &&
	test_cmp expect actual &&
	as ben async -C ben sync --format="%(with) %(in) %(out)" >actual && echo "origin 0 0" >expect && test_cmp expect actual
'

test_expect_success 'quiet says nothing' '
	post ana "Quietly" && as ana async -C ana sync -q >actual 2>&1 && test_must_be_empty actual
'

test_expect_success 'only fetching sends nothing, only pushing takes nothing' '
	post ben "Not yet" && git -C hub.git rev-parse async >before &&
	as ben async -C ben sync --fetch-only >actual && test_grep "1 in" actual &&
	as ben async -C ben sync --fetch-only >actual && echo "1 not sent." >expect && test_cmp expect actual &&
	as ben async -C ben sync --fetch-only --format="%(out)" >actual && echo 0 >expect && test_cmp expect actual &&
	git -C hub.git rev-parse async >after && test_cmp before after &&
	git -C ana rev-parse async >before &&
	as ben async -C ben sync --push-only >actual && echo "1 out." >expect && test_cmp expect actual &&
	as ben async -C ben sync --push-only >actual && test_grep "Up to date" actual &&
	as ana async -C ana sync -q && same_everywhere hub.git ana ben
'

test_expect_success 'only pushing where others were first is refused, with the remedy' '
	post ana "First" && as ana async -C ana sync -q &&
	post ben "Second" && git -C ben rev-parse async >before &&
	test_expect_code 128 as ben async -C ben sync --push-only 2>err &&
	test_grep "^async: .origin. has records that are not here yet" err && test_grep "^hint: .async sync. fetches" err &&
	git -C ben rev-parse async >after && test_cmp before after &&
	as ben async -C ben sync -q && as ana async -C ana sync -q && same_everywhere hub.git ana ben
'

test_expect_success 'a clone by git of everything syncs as well' '
	git clone -q hub.git chi 2>err && post chi --to ana "From a clone" &&
	as chi async -C chi sync >actual && echo "1 out." >expect && test_cmp expect actual &&
	as ana async -C ana sync -q && same_everywhere hub.git ana chi
'

test_expect_success 'a clone of one branch only' '
	git clone -q --single-branch --branch async hub.git one && git -C one checkout -q --detach &&
	git -C one config remote.origin.fetch +refs/heads/main:refs/remotes/origin/main &&
	post ana "More" && as ana async -C ana sync -q &&
	as ben async -C one post -q "From one" && as ben async -C one sync >actual && echo "1 in, 1 out." >expect && test_cmp expect actual &&
	git -C one for-each-ref "refs/remotes/origin/async" >refs && as ana async -C ana sync -q && same_everywhere hub.git ana one
'

test_expect_success 'bare, in a linked worktree, and by another name of the branch' '
	git clone -q --bare hub.git bare.git && git -C bare.git remote remove origin && git -C bare.git remote add origin "$PWD/hub.git" &&
	as ben async -C bare.git post -q "From bare" && as ben async -C bare.git sync >actual && echo "1 out." >expect && test_cmp expect actual &&
	git -C ana commit -q --allow-empty -m code && git -C ana worktree add -q ../linked &&
	as ana async -C linked sync >actual && echo "1 in." >expect && test_cmp expect actual &&
	git init -q named && git -C named config async.branch work/log && git -C named remote add origin "$PWD/hub.git" &&
	as ana async -C named init -q && as ana async -C named sync >actual && test_grep "for the first time" actual &&
	git -C hub.git rev-parse work/log >expect && git -C named rev-parse work/log >actual && test_cmp expect actual &&
	git -C hub.git branch -q -D work/log
'

test_expect_success 'with another remote, which is made for it by its first sync' '
	git init -q --bare backup.git && git -C ana remote add backup "$PWD/backup.git" &&
	as ana async -C ana sync backup >actual && test_grep "Sent the log to .backup. for the first time" actual &&
	as ana async -C ana sync backup >actual && test_grep "Up to date with .backup." actual &&
	git -C ana config async.remote backup && as ana async -C ana sync --json >actual && test_grep "\"with\":\"backup\"" actual &&
	git -C ana config --unset async.remote && same_everywhere hub.git backup.git
'

test_expect_success 'by file:// and by ssh' '
	cat >ssh <<-\EOF && chmod +x ssh &&
	#!/bin/sh
	# Runs what would be run there, here.
	while test "${1#-}" != "$1"; do case $1 in -o | -p) shift ;; esac; shift; done
	echo "$1" >>"$SSH_HOSTS" && shift && exec sh -c "$*"
	EOF
	git -C ben remote set-url origin "file://$PWD/hub.git" && post ben "By file" &&
	as ben async -C ben sync >actual && test_grep "1 out" actual &&
	git -C chi remote set-url origin "worklog:$PWD/hub.git" && post chi "By ssh" &&
	SSH_HOSTS="$PWD/hosts" && export SSH_HOSTS &&
	as chi env GIT_SSH="$PWD/ssh" async -C chi sync >actual && test_grep "1 out" actual && test_grep "^worklog$" hosts &&
	as ana async -C ana sync -q && as ben async -C ben sync -q && as chi env GIT_SSH="$PWD/ssh" async -C chi sync -q &&
	same_everywhere hub.git ana ben chi
'

test_expect_success 'hooks of the clone, and its settings about pushing code, do not matter' '
	mkdir -p ana/.git/hooks &&
	for hook in pre-push reference-transaction post-merge
	do
		printf "#!/bin/sh\necho %s >>\"$PWD/canaries\"\nexit 1\n" $hook >ana/.git/hooks/$hook &&
		chmod +x ana/.git/hooks/$hook || return 1
	done &&
	git -C ana config push.default nothing && git -C ana config push.followTags true &&
	git -C ana config fetch.prune true && git -C ana config fetch.recurseSubmodules true &&
	post ana "Past the hooks" && as ana async -C ana sync >actual && echo "1 out." >expect && test_cmp expect actual &&
	test_path_is_missing canaries && rm -r ana/.git/hooks
'

test_expect_success 'the environment of a hook that calls it does not lead it astray' '
	git init -q elsewhere && post ana "From a hook" &&
	(
		cd ana && GIT_DIR="$PWD/.git" GIT_INDEX_FILE="$PWD/nowhere" GIT_OBJECT_DIRECTORY="$PWD/.git/objects" &&
		GIT_QUARANTINE_PATH="$PWD/q" && export GIT_DIR GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_QUARANTINE_PATH && as ana async sync
	) >actual && echo "1 out." >expect && test_cmp expect actual
'

test_expect_success 'the branch checked out: index and files come along' '
	git -C ben checkout -q async && post ana "For the work tree" && as ana async -C ana sync -q &&
	post ben "From the work tree" && as ben async -C ben sync >actual && test_grep "in, 1 out" actual &&
	git -C ben status --porcelain >status && test_must_be_empty status &&
	grep -rq "For the work tree" ben/log
'

test_expect_success 'during a merge there: refused before anything is sent' '
	post ana "Now" && as ana async -C ana sync -q && post ben "Before" &&
	git -C ben rev-parse HEAD >ben/.git/MERGE_HEAD &&
	git -C hub.git rev-parse async >before &&
	test_expect_code 128 as ben async -C ben sync 2>err && test_grep "a merge is under way" err &&
	git -C hub.git rev-parse async >after && test_cmp before after &&
	rm ben/.git/MERGE_HEAD && as ben async -C ben sync -q
'

test_expect_success 'plain git pull and push of it work, merges and all' '
	as ana async -C ana sync -q && post ana "One" && as ana async -C ana sync -q &&
	as ben async -C ben post -q "Two" && as ben git -C ben pull -q --no-rebase --no-edit && as ben git -C ben push -q origin async &&
	as ana async -C ana sync >actual && test_grep "1 in" actual && same_everywhere hub.git ana ben
'

test_expect_success 'signed, if git signs' '
	test_when_finished "git -C ana config --unset commit.gpgsign" &&
	ssh-keygen -q -t ed25519 -N "" -f key &&
	git -C ana config gpg.format ssh && git -C ana config user.signingKey "$PWD/key.pub" && git -C ana config commit.gpgsign true &&
	post ben "Meanwhile" && as ben async -C ben sync -q && post ana "Signed" && as ana async -C ana sync -q &&
	git -C ana cat-file commit async >commit && test "$(grep -c ^parent commit)" = 2 && test_grep "^gpgsig " commit &&
	echo "ana@example.com $(cat key.pub)" >allowed &&
	git -C ana -c gpg.ssh.allowedSignersFile="$PWD/allowed" verify-commit async
'

test_expect_success 'wrong usage' '
	test_expect_code 129 async -C ana sync --fetch-only --push-only 2>err && test_grep "exclude each other" err &&
	test_expect_code 129 async -C ana sync --push-only --join 2>err && test_grep "join" err &&
	test_expect_code 129 async -C ana sync a b 2>err &&
	test_expect_code 129 async -C ana --at 2026-01-01 sync 2>err && test_grep "looks at the past" err &&
	test_expect_code 128 async sync 2>err && test_grep "not a git repository" err
'

test_expect_success 'remotes that are none' '
	git -C ana rev-parse async >before &&
	for name in nowhere -x --upload-pack=touch "ext::sh -c touch% canary" ../hub.git ""
	do
		test_expect_code 128 as ana async -C ana sync -- "$name" 2>err && test_grep "there is no remote" err &&
		test_grep "^hint: .git remote -v." err || return 1
	done &&
	git -C ana config remote.-x.url "$PWD/hub.git" && test_expect_code 128 as ana async -C ana sync -- -x 2>err && test_grep "there is no remote .-x." err &&
	git -C ana config "remote.a b.url" "$PWD/hub.git" && test_expect_code 128 as ana async -C ana sync "a b" 2>err && test_grep "is not a name" err &&
	git -C ana config remote.ext.url "ext::touch $PWD/canary" && test_expect_code 128 as ana async -C ana sync ext 2>err &&
	test_grep "transport .ext. not allowed" err && test_path_is_missing canary &&
	git -C ana rev-parse async >after && test_cmp before after &&
	git init -q lonely && test_expect_code 128 async -C lonely sync 2>err && test_grep "there is no remote .origin." err &&
	git -C lonely remote add origin "$PWD/elsewhere" && test_expect_code 128 async -C lonely sync 2>err &&
	test_grep "there is no log here (no branch .async.), and .origin. has none" err && test_grep "^hint: .*async init" err
'

test_done
