#!/bin/sh
test_description='every kind of repository: found as git finds it, used or refused clearly'
. "${0%/*}/lib.sh"

# Post something and see it.
works_in () {
	async -C "$1" post --to ben@example.com "in $1" >/dev/null &&
	async -C "$1" list >"$TRASH/list" &&
	test_grep "in $1" "$TRASH/list"
}

test_expect_success 'setup: a repository with a log, another with code' '
	git init -q plain &&
	async -C plain init -q &&
	git init -q code &&
	git -C code commit -q --allow-empty -m code
'

test_expect_success 'an ordinary one, also from a folder in it' '
	works_in plain &&
	mkdir -p plain/a/b &&
	works_in plain/a/b
'

test_expect_success 'a bare one' '
	git init -q --bare bare.git &&
	async -C bare.git init -q &&
	works_in bare.git &&
	git -C bare.git rev-list --count async >actual &&
	echo 2 >expect &&
	test_cmp expect actual
'

test_expect_success 'inside the git directory' '
	works_in plain/.git
'

test_expect_success 'a linked worktree shares the log and its private folder' '
	git -C plain commit -q --allow-empty -m code &&
	git -C plain worktree add -q ../linked &&
	works_in linked &&
	test_path_is_missing plain/.git/worktrees/linked/async &&
	async -C plain list >actual &&
	test_grep "in linked" actual
'

test_expect_success 'a worktree with a configuration of its own (extensions.worktreeConfig)' '
	git -C linked config extensions.worktreeConfig true &&
	git -C linked config --worktree user.email other@example.com &&
	works_in linked &&
	git -C plain log -1 --format=%ce async >actual &&
	echo other@example.com >expect &&
	test_cmp expect actual
'

test_expect_success 'objects that are precious (extensions.preciousObjects)' '
	git init -q precious &&
	git -C precious config core.repositoryFormatVersion 1 &&
	git -C precious config extensions.preciousObjects true &&
	async -C precious init -q &&
	works_in precious
'

test_expect_success 'a submodule has a log of its own' '
	git init -q super &&
	git -C super -c protocol.file.allow=always submodule add -q "$PWD/code" sub &&
	async -C super/sub init -q &&
	works_in super/sub &&
	test -d super/.git/modules/sub/async &&
	! git -C super rev-parse -q --verify async
'

test_expect_success 'a separate git directory' '
	git init -q --separate-git-dir "$PWD/separate.git" separate &&
	async -C separate init -q &&
	works_in separate
'

test_expect_success 'a shallow clone' '
	git clone -q --depth 1 --no-single-branch "file://$PWD/plain" shallow &&
	works_in shallow &&
	git -C shallow push -q origin async:from-shallow
'

test_expect_success 'a clone with a remote-tracking branch alone: a read sees it, a write begins the local one' '
	git clone -q plain clone &&
	async -C clone list >actual &&
	test_grep "in linked" actual &&
	! git -C clone rev-parse -q --verify refs/heads/async &&
	works_in clone &&
	git -C clone rev-parse async^ >actual &&
	git -C clone rev-parse origin/async >expect &&
	test_cmp expect actual
'

test_expect_success 'what both have written is seen together, before any merge' '
	async -C plain post --to ben@example.com "meanwhile in plain" &&
	git -C clone fetch -q &&
	async -C clone list >actual &&
	test_grep "meanwhile in plain" actual &&
	test_grep "in clone" actual
'

test_expect_success 'where the remote is ahead, a write goes on from there' '
	git clone -q plain behind &&
	async -C behind init -q &&
	async -C plain post --to ben@example.com "later in plain" &&
	git -C behind fetch -q &&
	works_in behind &&
	git -C behind rev-parse async^ >actual &&
	git -C plain rev-parse async >expect &&
	test_cmp expect actual
'

test_expect_success 'a remote of another name, and one that maps branches elsewhere' '
	git clone -q -o upstream plain renamed &&
	test_expect_code 128 async -C renamed list &&
	git -C renamed config async.remote upstream &&
	async -C renamed list >actual &&
	test_grep "in linked" actual &&
	git init -q mapped &&
	git -C mapped remote add origin "$PWD/plain" &&
	git -C mapped config remote.origin.fetch "+refs/heads/*:refs/theirs/*" &&
	git -C mapped fetch -q &&
	async -C mapped list >actual &&
	test_grep "in linked" actual
'

test_expect_success 'a clone of one branch is told how to take up the log' '
	git clone -q --single-branch plain single &&
	test_expect_code 128 async -C single list 2>actual &&
	test_grep "there is no log here" actual &&
	test_grep "^hint: .*if .origin. has one, .async sync. takes it up$" actual &&
	async -C single sync -q &&
	async -C single list >actual &&
	test_grep "in linked" actual
'

test_expect_success 'no log yet: the hint says init' '
	test_expect_code 128 async -C code list 2>actual &&
	cat >expect <<-\EOF &&
	async: there is no log here (no branch '\''async'\'')
	hint: begin one with '\''async init'\''
	EOF
	test_cmp expect actual
'

test_expect_success 'SHA-256 is refused with the remedy, which works' '
	git init -q --object-format=sha256 sha256 &&
	test_expect_code 128 async -C sha256 list 2>actual &&
	test_grep "cannot read a sha256 repository" actual &&
	test_grep "git config async.repo" actual &&
	git init -q --bare elsewhere.git &&
	git -C sha256 config async.repo ../elsewhere.git &&
	async -C sha256 init -q &&
	works_in sha256 &&
	git -C elsewhere.git rev-list --count async >actual &&
	echo 2 >expect &&
	test_cmp expect actual
'

test_expect_success 'reftable, an unknown extension and a later format are refused' '
	git init -q reftable &&
	git config -f reftable/.git/config core.repositoryFormatVersion 1 &&
	git config -f reftable/.git/config extensions.refStorage reftable &&
	test_expect_code 128 async -C reftable list 2>actual &&
	test_grep "cannot read refs stored as reftable" actual &&
	test_grep "hint: .*async.repo" actual &&
	git config -f reftable/.git/config --unset extensions.refStorage &&
	git config -f reftable/.git/config extensions.frobnicate true &&
	test_expect_code 128 async -C reftable list 2>actual &&
	test_grep "frobnicate" actual &&
	git config -f reftable/.git/config --unset extensions.frobnicate &&
	git config -f reftable/.git/config core.repositoryFormatVersion 2 &&
	test_expect_code 128 async -C reftable list 2>actual &&
	test_grep "format version 2" actual &&
	rm -rf reftable
'

test_expect_success 'ASYNC_DIR names the repository with the log, wherever we are' '
	ASYNC_DIR=$PWD/plain async list >actual &&
	test_grep "in linked" actual &&
	ASYNC_DIR=$PWD/plain/.git async -C code list >actual &&
	test_grep "in linked" actual &&
	ASYNC_DIR=$PWD/nowhere test_expect_code 128 async list 2>actual &&
	test_grep "ASYNC_DIR: not a git repository" actual
'

test_expect_success 'async.repo in the own configuration works outside of repositories, too' '
	test_when_finished "git config --global --unset async.repo" &&
	git config --global async.repo "$PWD/plain" &&
	async list >actual &&
	test_grep "in linked" actual &&
	async -C code list >actual &&
	test_grep "in linked" actual
'

test_expect_success 'a second log is chosen by -L' '
	test_expect_code 128 async -C plain -L board list 2>actual &&
	test_grep "no log is named .board." actual &&
	git -C plain config async.log.board.branch board-log &&
	async -C plain -L board init -q &&
	async -C plain -L board post --to ben@example.com "for the board" &&
	async -C plain list >actual &&
	test_grep ! "for the board" actual &&
	async -C plain -L board list >actual &&
	test_grep "for the board" actual &&
	git -C plain config async.log.far.repo ../bare.git &&
	async -C plain -L far list >actual &&
	test_grep "in bare.git" actual
'

test_expect_success 'GIT_DIR and --git-dir' '
	GIT_DIR=plain/.git async list >actual &&
	test_grep "in linked" actual &&
	async --git-dir=bare.git list >actual &&
	test_grep "in bare.git" actual &&
	GIT_DIR=nowhere test_expect_code 128 async list 2>actual &&
	echo "async: not a git repository: '\''nowhere'\''" >expect &&
	test_cmp expect actual
'

test_expect_success 'the search ends at a ceiling' '
	mkdir -p plain/c/d &&
	GIT_CEILING_DIRECTORIES=$PWD/plain/c test_expect_code 128 async -C plain/c/d list 2>actual &&
	test_grep "not a git repository (or any of the parent directories): .git" actual &&
	GIT_CEILING_DIRECTORIES=$PWD/plain async -C plain list &&
	GIT_CEILING_DIRECTORIES=$PWD async -C plain/c/d list
'

test_expect_success 'what a calling hook sets is not ours: index, objects, author, dates' '
	(
		GIT_INDEX_FILE=$PWD/nowhere/index GIT_OBJECT_DIRECTORY=$PWD/nowhere GIT_AUTHOR_NAME=other &&
		GIT_AUTHOR_DATE="2001-01-01 00:00" GIT_COMMITTER_DATE="2001-01-01 00:00" &&
		export GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_AUTHOR_NAME GIT_AUTHOR_DATE GIT_COMMITTER_DATE &&
		works_in plain
	) &&
	git -C plain log -1 --format="%an %aI %cI" async >actual &&
	echo "ana 2026-03-02T09:00:00+00:00 2026-03-02T09:00:00+00:00" >expect &&
	test_cmp expect actual &&
	test_path_is_missing nowhere
'

test_expect_success 'GIT_CONFIG_COUNT, GIT_CONFIG_PARAMETERS and -c, the last one wins' '
	GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=async.branch GIT_CONFIG_VALUE_0=board-log async -C plain list >actual &&
	test_grep "for the board" actual &&
	git -c async.branch=board-log -c alias.x="!async list" -C plain x >actual &&
	test_grep "for the board" actual &&
	GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=async.branch GIT_CONFIG_VALUE_0=nowhere \
		async -C plain -c ASYNC.Branch=board-log list >actual &&
	test_grep "for the board" actual &&
	GIT_CONFIG_PARAMETERS="oops" test_expect_code 128 async -C plain list 2>actual &&
	test_grep "bogus format in GIT_CONFIG_PARAMETERS" actual
'

test_expect_success 'GIT_CONFIG_GLOBAL replaces the configuration of the user' '
	echo "[async] branch = board-log" >other-config &&
	GIT_CONFIG_GLOBAL=$PWD/other-config async -C plain list >actual &&
	test_grep "for the board" actual &&
	GIT_CONFIG_GLOBAL=/dev/null async -C plain list >actual &&
	test_grep "in linked" actual
'

test_expect_success ROOT 'a repository of somebody else is refused in the words of git, until it is called safe' '
	git init -q theirs &&
	async -C theirs init -q &&
	works_in theirs &&
	chown -R 12345 theirs &&
	test_expect_code 128 async -C theirs list 2>actual &&
	test_grep "detected dubious ownership in repository at .$PWD/theirs." actual &&
	test_grep "git config --global --add safe.directory $PWD/theirs" actual &&
	test_expect_code 128 env GIT_CONFIG_COUNT=0 async -C theirs list &&
	async -C theirs -c safe.directory="$PWD/theirs" list >actual &&
	test_grep "in theirs" actual &&
	async -C theirs -c "safe.directory=*" list >actual &&
	test_grep "in theirs" actual &&
	test_expect_code 128 async -C theirs -c "safe.directory=*" -c safe.directory= list &&
	git -C theirs -c "safe.directory=*" config safe.directory "*" &&
	test_expect_code 128 async -C theirs list &&
	chown -R 0 theirs
'

test_expect_success 'a group may write: new files are as git makes them there' '
	git init -q --shared=group shared &&
	async -C shared init -q &&
	works_in shared &&
	stat -c %a shared/.git/refs/heads/async >actual &&
	echo 664 >expect &&
	test_cmp expect actual &&
	find shared/.git/objects -type d ! -perm -g+ws >actual &&
	test_must_be_empty actual
'

test_expect_success 'a symbolic ref is no branch of ours' '
	git -C plain symbolic-ref refs/heads/symbolic refs/heads/async &&
	test_expect_code 128 async -C plain -c async.branch=symbolic list 2>actual &&
	test_grep "is a symbolic ref" actual &&
	git -C plain symbolic-ref -d refs/heads/symbolic
'

test_expect_success 'a FIFO in the place of a file does not hang us' '
	git init -q fifo &&
	async -C fifo init -q &&
	test_is_damaged fifo &&
	rm fifo/.git/refs/heads/async &&
	mkfifo fifo/.git/refs/heads/async &&
	test_expect_code 128 timeout 20 "$ASYNC_BIN_DIR/async" -C fifo list 2>actual &&
	test_grep "is not a regular file" actual &&
	rm fifo/.git/config &&
	mkfifo fifo/.git/config &&
	test_expect_code 128 timeout 20 "$ASYNC_BIN_DIR/async" -C fifo list 2>actual &&
	test_grep "is not a regular file" actual
'

test_expect_success 'packed refs and packed objects' '
	git -C plain pack-refs --all &&
	git -C plain gc -q &&
	works_in plain &&
	test_path_is_missing plain/.git/refs/heads/board-log
'

test_expect_success 'objects in another repository (alternates), loose and packed' '
	git clone -q --shared plain borrower &&
	works_in borrower
'

test_expect_success 'a list of alternates that names itself, again and again, comes to an end' '
	for i in 0 1 2 3 4 5 6 7 8 9
	do
		printf "%s\n" . ../objects . ../objects . ../objects . ../objects . missing || return 1
	done >many &&
	cat many many many many many many many many many many >>borrower/.git/objects/info/alternates &&
	timeout 30 async -C borrower post --to ben@example.com "in the borrower, again" &&
	async -C borrower list >actual &&
	test_grep "in the borrower, again" actual
'

test_expect_success 'a partial clone lacks the records; the remedy that is told fetches them' '
	git -C plain config uploadpack.allowFilter true &&
	git clone -q --no-checkout --filter=blob:none "file://$PWD/plain" partial &&
	test_is_damaged partial &&
	test_expect_code 128 async -C partial list 2>actual &&
	test_grep "was not fetched: this is a partial clone" actual &&
	test_grep "git fetch --refetch --no-filter origin async" actual &&
	git -C partial fetch -q --refetch --no-filter origin async &&
	async -C partial list >actual &&
	test_grep "in linked" actual
'

test_expect_success 'setup: a crowded log, and a git that only says what it was called for' '
	git init -q crowded && async -C crowded init -q && async -C crowded post -q "a note" >id &&
	git -C crowded config gc.auto 1 && git -C crowded config maintenance.auto true &&
	mkdir -p crowded/.git/objects/17 bin && touch crowded/.git/objects/17/1 crowded/.git/objects/17/2 &&
	printf "#!/bin/sh\necho \"\$*\" >>\"%s\"\n" "$PWD/called" >bin/git && chmod +x bin/git
'

# in_crowded [<variable>=<value>...] <command>...: what was begun in the background, too, has ended when this returns,
# and git was called for what is in `called`. (All of that has the pipe open.)
in_crowded () {
	: >called && { env PATH="$PWD/bin:$PATH" "$@" 7>&1 >printed && touch did; } | cat && rm did
}

test_expect_success 'git packs what many writes left, in the background' '
	in_crowded async -C crowded post hello && echo "--git-dir $PWD/crowded/.git maintenance run --auto --quiet" >expect &&
	test_cmp expect called && in_crowded async -C crowded reply "$(cat id)" more && test_cmp expect called
'

test_expect_success 'not while git is at work, whose hook it is' '
	for each in ASYNC_NESTED=1 GIT_INDEX_FILE="$PWD/crowded/.git/index" GIT_QUARANTINE_PATH="$PWD/crowded/.git/objects/incoming"
	do
		in_crowded "$each" async -C crowded post "within git" && test_must_be_empty called || return 1
	done
'

test_expect_success 'not where the settings say no, or that it is not crowded' '
	for each in gc.auto=0 gc.auto=-1 gc.auto=1k maintenance.auto=false maintenance.auto=0
	do
		in_crowded async -C crowded -c "$each" post "left as it is" && test_must_be_empty called || return 1
	done
'

test_expect_success 'not by a command that reads' '
	for each in list inbox status log verify "show $(cat id)" "list -n 1" reindex
	do
		in_crowded async -C crowded $each && test_must_be_empty called || return 1
	done &&
	in_crowded async -C crowded post "still crowded" && test_line_count = 1 called && rm crowded/.git/objects/17/[12]
'

test_done
