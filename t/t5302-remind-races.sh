#!/bin/sh
test_description='async remind by many at once: in one clone, in clones of one remote; each reminder arrives once'
. "${0%/*}/lib.sh"

# Under the sanitizers each takes longer.
case $ASYNC_BIN_DIR in *san*) MOST=4 ;; *) MOST=10 ;; esac
MANY=$(long_or 30 $MOST)

# together <words>...: so many at once, in clones 1, 2, ...; or, with `log` first, all in one.
together () {
	where=$1 && shift && rm -f ended.* &&
	for n in $(seq "$MANY")
	do
		in=$where && { test "$where" = log || in=$n; } &&
		{ async -C "$in" remind "$@" >"said.$n" 2>&1; echo $? >"ended.$n"; } &
	done &&
	wait && echo 0 >expect &&
	for n in $(seq "$MANY")
	do
		test_cmp expect "ended.$n" || { cat "said.$n"; return 1; }
	done
}

# arrived <box>: the name and recipient of each message, sorted.
arrived () {
	cat "$1"/new/* | sed -n "s/^Message-I[dD]: //p" | sort
}

# arrived_once <box> <n>: that many, and none twice.
arrived_once () {
	arrived "$1" >names && test_line_count = "$2" names && uniq -d names >twice && test_must_be_empty twice
}

# In each of these there are four people with one ask each, of which all are told alone.
test_expect_success 'setup: four are asked' '
	create_log ana ben chi dee eve &&
	for who in ben chi dee eve
	do
		at "2026-03-02 09:30" as ana async -C log post -q --to $who "For $who" || return 1
	done &&
	git init -q --bare hub.git && git -C log remote add origin "$PWD/hub.git" &&
	async -C log sync -q &&
	for n in $(seq "$MANY")
	do
		git clone -q hub.git $n 2>/dev/null || return 1
	done
'

test_expect_success 'in one clone, without a remote' '
	cp -R log alone && git -C alone remote remove origin && mv log kept && mv alone log &&
	ASYNC_NOW=2026-03-02T14:00:00Z && together log --maildir ../box.alone && arrived_once box.alone 4 &&
	git -C log log --grep="^remind" --format=%s async >commits && test_line_count = 1 commits &&
	together log --maildir ../box.alone && arrived_once box.alone 4 &&
	rm -rf log && mv kept log
'

test_expect_success 'in clones of one remote, of one person in one second' '
	together . --sync --maildir ../box.clones && arrived_once box.clones 4 &&
	git -C hub.git log -1 --format=%s async >subject && test_grep "^remind: 4 reminders" subject &&
	git -C hub.git rev-list --merges async >merges && test_must_be_empty merges &&
	async -C 1 verify && async -C log sync -q && async -C log show ":/For ben" >shown &&
	grep "reminded ben" shown >told && test_line_count = 1 told
'

test_expect_success 'again: nothing is said, nothing is sent, and what was written here stays here' '
	ASYNC_NOW=2026-03-03T09:00:00Z && as ana async -C 2 post -q "A note" >note &&
	git -C hub.git rev-parse async >before && git -C 2 rev-parse async >mine &&
	as chi async -C 3 post -q "Another" && async -C 3 sync -q && git -C hub.git rev-parse async >before &&
	together . --sync --maildir ../box.again && test_path_is_missing box.again/new/* &&
	git -C hub.git rev-parse async >after && test_cmp before after &&
	git -C 2 rev-parse async >after && test_cmp mine after && async -C 2 list --format="%(subject)" >seen && test_grep Another seen
'

test_expect_success 'many in each of several ways: in one clone and others at once, some of them writing' '
	ASYNC_NOW=2026-03-03T09:31:00Z && export ASYNC_NOW &&
	{ for n in 1 2 3; do async -C 1 remind --sync --maildir ../box.mixed; as dee async -C 2 post -q "note $n"; done >mixed 2>&1 & } &&
	together . --sync --maildir ../box.mixed && wait && arrived_once box.mixed 4 &&
	async -C 2 sync -q && async -C 2 verify && git -C 2 merge-base --is-ancestor origin/async async
'

test_expect_success 'offline: nothing is said, because others may have' '
	ASYNC_NOW=2026-03-04T09:40:00Z && mv hub.git gone.git &&
	test_unchanged 128 async -C log remind --sync --maildir ../box.offline && test_grep "^async: " err &&
	grep -c "^async: " err >said && echo 1 >expect && test_cmp expect said &&
	ls box.offline/new >new && test_must_be_empty new && mv gone.git hub.git &&
	async -C log remind --sync --maildir ../box.offline && arrived_once box.offline 4
'

test_expect_success 'where sending is refused nothing is said' '
	ASYNC_NOW=2026-03-05T09:40:00Z && printf "#!/bin/sh\nexit 1\n" >hub.git/hooks/update && chmod +x hub.git/hooks/update &&
	test_expect_code 128 async -C log remind --sync --maildir ../box.refused 2>err && test_grep "rejected" err &&
	ls box.refused/new >new && test_must_be_empty new && rm hub.git/hooks/update &&
	async -C 1 remind --sync --maildir ../box.refused && arrived_once box.refused 4
'

# A server that takes what was sent, and then says nothing more.
test_expect_success 'a connection that breaks once it has arrived: it is ours' '
	ASYNC_NOW=2026-03-06T09:40:00Z && mkdir bin && cat >bin/git-receive-pack <<-\EOF && chmod +x bin/git-receive-pack &&
	#!/bin/sh
	git receive-pack "$@" && exit 1
	EOF
	git -C log config remote.origin.receivepack "\"$PWD/bin/git-receive-pack\"" &&
	async -C log remind --sync --maildir ../box.breaks && arrived_once box.breaks 4 &&
	git -C log config --unset remote.origin.receivepack && async -C 1 remind --sync --maildir ../box.breaks &&
	arrived_once box.breaks 4
'

test_expect_success 'a clone that fetches only the branch of the code' '
	ASYNC_NOW=2026-03-06T10:00:00Z && git -C log commit -q --allow-empty -m code && git -C log push -q origin HEAD:main &&
	git clone -q --single-branch -b main hub.git single && git -C single fetch -q origin async:async &&
	as chi async -C 1 post -q --to dee --within 1m "Single" && async -C 1 sync -q && ASYNC_NOW=2026-03-06T10:05:00Z &&
	async -C single remind --sync --maildir ../box.single && ls box.single/new >new && test_line_count = 1 new &&
	async -C 2 remind --sync --maildir ../box.single && ls box.single/new >again && test_cmp new again
'

test_expect_success 'errors' '
	test_unchanged 129 async -C log remind --sync && test_grep "goes with --mail" err &&
	git -C log remote remove origin &&
	test_unchanged 128 async -C log remind --sync --exec : && test_grep "no remote" err &&
	async -C log remind --sync --exec : -n
'

test_done
