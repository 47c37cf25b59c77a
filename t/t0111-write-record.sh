#!/bin/sh
test_description='write-record and cat-record: what is given is what is stored'
. "${0%/*}/lib.sh"

GOLDEN=$TEST_DIR/golden/record

# post <subject> [<line>...]: the YAML of a small post by somebody whom the log does not know.
post () {
	printf '%s\n' 'async: 1' 'kind: post' 'from: zoe' 'date: 2026-03-02T09:00:00Z' "subject: $1"
	shift
	test $# = 0 || printf '%s\n' "$@"
}

# ack <target>
ack () {
	printf '%s\n' 'async: 1' 'kind: mark' 'from: zoe' 'date: 2026-03-02T09:01:00Z' "target: $1" 'verb: ack'
}

commits () {
	git -C log rev-list --count async
}

files () {
	git -C log ls-tree -r --name-only async log/
}

test_expect_success 'setup: a log of Ana' '
	git init -q log && async -C log init >init &&
	commits >before
'
test_expect_success 'a record is stored in canonical form under the id that git gives it' '
	post hello >record.yaml &&
	post hello | sort >unsorted.yaml &&
	async -C log write-record "$PWD/unsorted.yaml" >id &&
	test "$(cat id)" = "$(git hash-object record.yaml)" &&
	git -C log cat-file blob "async:log/2026/03/02/$(cat id).yaml" >actual &&
	test_cmp record.yaml actual &&
	test "$(commits)" = $(($(cat before) + 1))
'
test_expect_success 'cat-record prints its bytes' '
	async -C log cat-record "$(cat id)" >actual &&
	test_cmp record.yaml actual &&
	async -C log cat-record "$(cut -c1-7 id)" >actual &&
	test_cmp record.yaml actual
'
test_expect_success 'that is all: nobody was added, and the author is not compared with me' '
	git -C log diff-tree -r --name-status async^ async >actual &&
	printf "A\tlog/2026/03/02/%s.yaml\n" "$(cat id)" >expect &&
	test_cmp expect actual
'
test_expect_success 'the same record again adds nothing and prints its id' '
	commits >before &&
	async -C log write-record <record.yaml >actual &&
	test_cmp id actual &&
	commits >after &&
	test_cmp before after
'
test_expect_success 'several files, several records, one commit' '
	post one >one.yaml && post two >two.yaml && post three >three.yaml &&
	async -C log write-record "$PWD/one.yaml" - "$PWD/three.yaml" <two.yaml >actual &&
	git hash-object one.yaml two.yaml three.yaml >expect &&
	test_cmp expect actual &&
	test "$(commits)" = $(($(cat before) + 1))
'
test_expect_success 'a file of two records needs --batch' '
	git -C log rev-parse async >before &&
	{ post four && echo --- && post five; } >stream.yaml &&
	test_expect_code 128 async -C log write-record <stream.yaml >out 2>err &&
	test_must_be_empty out &&
	test_grep "stdin: expected one record, found more" err &&
	test_grep "^hint: --batch" err &&
	git -C log rev-parse async >after &&
	test_cmp before after &&
	test_expect_code 128 async -C log write-record </dev/null 2>err &&
	test_grep "stdin: expected a record, found nothing" err
'
test_expect_success '--batch: ids in order, and @N is the N-th of the stream' '
	{
		post asks "to: [yan]" && echo --- && ack "\"@1\"" && echo --- &&
		post replies "re: \"@1\"" && echo --- && ack "\"@3\""
	} >stream.yaml &&
	async -C log write-record --batch <stream.yaml >ids &&
	test_line_count = 4 ids &&
	async -C log cat-record "$(sed -n 2p ids)" >actual &&
	test_grep "^target: \"*$(sed -n 1p ids)\"*$" actual &&
	async -C log cat-record "$(sed -n 3p ids)" >actual &&
	test_grep "^re: \"*$(sed -n 1p ids)\"*$" actual &&
	async -C log cat-record "$(sed -n 4p ids)" >actual &&
	test_grep "^target: \"*$(sed -n 3p ids)\"*$" actual
'
test_expect_success 'what cat-record prints of several, write-record takes back' '
	git -C log rev-parse async >before &&
	async -C log cat-record $(cat ids) >stream.yaml &&
	async -C log write-record --batch <stream.yaml >again &&
	test_cmp ids again &&
	git -C log rev-parse async >after &&
	test_cmp before after
'
test_expect_success 'one bad record: nothing is written; number, line and reason are named' '
	{ post six && echo --- && post seven "to: yan" && echo --- && post eight; } >stream.yaml &&
	test_expect_code 128 async -C log write-record --batch <stream.yaml >out 2>err &&
	test_must_be_empty out &&
	test_grep "record 2: stdin:12:5: to: expected a list of handles, not .yan." err &&
	git -C log rev-parse async >after &&
	test_cmp before after
'
test_expect_success '--skip-bad writes the rest, and what points at a bad one is bad' '
	{ cat stream.yaml && echo --- && ack "\"@2\"" && echo --- && ack "\"@3\""; } >more.yaml &&
	test_expect_code 3 async -C log write-record --batch --skip-bad <more.yaml >ids 2>err &&
	cat >expect <<-\EOF &&
	error: record 2: stdin:12:5: to: expected a list of handles, not '\''yan'\''
	error: record 4: stdin:24:9: target: record 2, which it points at, is bad
	EOF
	test_cmp expect err &&
	test_line_count = 3 ids &&
	async -C log cat-record "$(sed -n 3p ids)" >actual &&
	test_grep "$(sed -n 2p ids)" actual
'
test_expect_success 'nothing but bad ones: nothing is written' '
	git -C log rev-parse async >before &&
	echo bad | test_expect_code 3 async -C log write-record --skip-bad >out 2>err &&
	test_must_be_empty out &&
	test_grep "^error: record 1: stdin:1:1: expected .key: value. lines" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
'
test_expect_success 'derived records, kinds and keys of a newer async are stored as they are' '
	async -C log write-record "$GOLDEN/derived.yaml" "$GOLDEN/unknown-kind.yaml" "$GOLDEN/unknown-keys.yaml" >ids &&
	async -C log cat-record "$(sed -n 2p ids)" >actual &&
	test_cmp "$GOLDEN/unknown-kind.yaml" actual &&
	async -C log cat-record "$(sed -n 3p ids)" >actual &&
	test_cmp "$GOLDEN/unknown-keys.yaml" actual
'
test_expect_success 'a format of a newer async is refused' '
	echo "async: 2" | test_expect_code 128 async -C log write-record 2>err &&
	test_grep "written by a newer async" err &&
	test_grep "^hint: upgrade" err
'
test_expect_success 'a thousand records: few commits, and all are there' '
	commits >before &&
	for i in $(seq 1000)
	do
		post "number $i" && echo --- || return 1
	done >stream.yaml &&
	async -C log write-record --batch <stream.yaml >ids &&
	test_line_count = 1000 ids &&
	test "$(sort -u ids | wc -l)" = 1000 &&
	test "$(commits)" -le $(($(cat before) + 2)) &&
	files | sed "s,.*/,,; s,\.yaml$,," | sort >there &&
	sort ids >wanted &&
	test -z "$(comm -23 wanted there)"
'
test_expect_success 'cat-record: what is not there' '
	test_expect_code 128 async -C log cat-record 0123456 2>err &&
	test_grep "0123456" err &&
	test_expect_code 129 async -C log cat-record 2>err
'
test_expect_success 'cat-record: what is there and cannot be read is not said to be missing' '
	test_when_finished "git -C log update-ref refs/heads/async $(git -C log rev-parse async)" &&
	printf "async: 2\nkind: post\nfrom: ana\ndate: 2026-03-02T09:00:00Z\nsubject: newer\n" >newer.yaml &&
	id=$(plant log newer.yaml) &&
	test_expect_code 128 async -C log cat-record "$(echo "$id" | cut -c1-9 | tr a-f A-F)" 2>err &&
	test_grep -i "^async: the record .$(echo "$id" | cut -c1-9). cannot be read: written by a newer async (format 2)" err &&
	test_grep "^hint: .git cat-file blob $id." err &&
	git -C log cat-file blob "$id" >actual && test_cmp newer.yaml actual
'
test_expect_success 'hidden characters are refused, and where they got in, a terminal does not see them' '
	{ cat "$GOLDEN/unknown-kind.yaml" && printf "zz: a\342\200\256b\n"; } >bidi.yaml &&
	test_expect_code 128 async -C log write-record "$PWD/bidi.yaml" 2>err &&
	test_grep "bidi.yaml:10:5: zz: U+202E at byte 2 is a direction control" err &&
	id=$(git -C log hash-object -w "$PWD/bidi.yaml") &&
	git -C log read-tree --index-output=.git/tmp-index async &&
	GIT_INDEX_FILE=.git/tmp-index git -C log update-index --add \
		--cacheinfo "100644,$id,log/2026/11/22/$id.yaml" &&
	tree=$(GIT_INDEX_FILE=.git/tmp-index git -C log write-tree) &&
	commit=$(git -C log commit-tree -p async -m "by hand" "$tree") &&
	git -C log update-ref refs/heads/async "$commit" &&
	async -C log cat-record "$id" >actual &&
	test_cmp bidi.yaml actual &&
	test_terminal async -C log cat-record "$id" >actual &&
	test_grep ! "$(printf "\342\200\256")" actual &&
	test_grep "^zz: a.*202[Ee].*b" actual
'

test_done
