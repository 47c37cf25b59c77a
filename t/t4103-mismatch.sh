#!/bin/sh
test_description='what identity rests on counts from a commit of its author only, however it comes'
. "${0%/*}/lib.sh"

secret= # the id of what Ben wrote

# by <who> <repository> <file>: that person commits the record, whoever it says it is by; prints its id.
by () {
	GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1 GIT_AUTHOR_EMAIL=$1@example.com GIT_COMMITTER_EMAIL=$1@example.com plant "$2" "$3"
}

# why_not <repository> <id>: what the log says of a record; nothing if it counts.
why_not () {
	async -C "$1" log --format="%(id) %(why_not)" | sed -n "s/^$2 *//p"
}

# What the four kinds bear on.
state () {
	async "$@" policy && async "$@" calendar && async "$@" team && async "$@" show --format="%(kind) %(text)" $secret | grep ^post
}

# record <kind>: one in the name of Ana, who maintains, that would change that.
record () {
	case $1 in
	policy) set -- policy "levels: {urgent: {within: 1m}}" ;;
	calendar) set -- calendar "calendar: de" "holidays: {add: [2026-03-02]}" ;;
	person) set -- person "person: chi" "groups: {add: [maintainers]}" ;;
	redact) set -- mark "target: $secret" "verb: redact" ;;
	esac &&
	printf "%s\n" "async: 1" "kind: $1" "from: ana" "date: 2026-03-02T09:30:00Z" && shift && printf "%s\n" "$@"
}

test_expect_success 'setup: Ana, who maintains; Ben writes something; Chi would like to be Ana' '
	create_log ana ben chi && as ana async -C log calendar add de 2026-04-03 >/dev/null &&
	secret=$(as ben async -C log post -q -m "The body." "The subject") && at "2026-03-02 10:00" state -C log >before &&
	test_grep "The body" before && git clone -q --bare log origin.git && git -C log remote add origin ../origin.git &&
	git -C log fetch -q && test_tick 60
'

for kind in policy calendar person redact
do
	why="MISMATCH: committed by chi@example.com"
	test "$kind" = redact && why="MISMATCH: committed by somebody else"

	test_expect_success "$kind: in an index that has grown, and in one from nothing" '
		cp -R log chi && record $kind >rec && id=$(by chi chi rec) && test "$(why_not chi $id)" = "$why" &&
		state -C chi >actual && test_cmp before actual &&
		async -C chi reindex >/dev/null && test "$(why_not chi $id)" = "$why" && state -C chi >actual && test_cmp before actual
	'

	test_expect_success "$kind: --at" '
		test "$(async -C chi --at "2026-03-02 09:45" log --format="%(id) %(why_not)" | sed -n "s/^$id *//p")" = "$why" &&
		state -C chi --at "2026-03-02 10:00" >actual && test_cmp before actual
	'

	test_expect_success "$kind: the same record by its author counts" '
		cp -R log ana && by ana ana rec >same && echo $id >expect && test_cmp expect same &&
		test -z "$(why_not ana $id)" && state -C ana >actual && ! cmp -s before actual
	'

	test_expect_success "$kind: it is told, and named by show and verify" '
		async -C chi log >listed && test_grep "^$(echo $id | cut -c1-7) .*not counted: MISMATCH: committed by " listed &&
		async -C chi show $id >shown && test_grep "MISMATCH: committed by chi@example.com\|not counted: MISMATCH" shown &&
		test_expect_code 1 async -C chi verify >found &&
		test_grep "^MISMATCH: .* says it is by ana; chi@example.com committed it$" found
	'

	test_expect_success "$kind: after a merge by plain git, which Ana makes" '
		for from in $(long_or "log ana-posts" ana-posts)
		do
			rm -rf merged ana-posts && cp -R log ana-posts && as ana async -C ana-posts post -q "Ana was here" >/dev/null &&
			if test $from = log; then cp -R log merged; else cp -R ana-posts merged; fi &&
			git -C merged fetch -q ../chi async:refs/chi && git -C merged worktree add -q out async &&
			git -C merged/out merge -q --no-ff -m merge refs/chi && test "$(why_not merged $id)" = "$why" &&
			async -C merged reindex >/dev/null && test "$(why_not merged $id)" = "$why" &&
			state -C merged >actual && test_cmp before actual || return 1
		done
	'

	test_expect_success "$kind: brought by sync, which says so" '
		rm -rf synced remote.git && cp -R log synced && git clone -q --bare chi remote.git &&
		git -C synced remote set-url origin ../remote.git && as ana async -C synced sync >out 2>err &&
		cat out err >said && test_grep "MISMATCH" said && test "$(why_not synced $id)" = "$why" &&
		state -C synced >actual && test_cmp before actual &&
		git -C synced update-ref -d refs/heads/async && test "$(why_not synced $id)" = "$why" &&
		state -C synced >actual && test_cmp before actual
	'

	test_expect_success "$kind: who merges or passes it on does not make it theirs" '
		git -C merged log --first-parent --format=%ae -1 async >author && echo ana@example.com >expect && test_cmp expect author &&
		rm -rf chi ana merged synced remote.git
	'
done

test_done
