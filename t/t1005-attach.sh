#!/bin/sh
test_description='files beside a post: --attach, and show --save'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben &&
	head -c 15000 /dev/urandom >log/report.pdf &&
	printf "a line\n" >log/notes.txt &&
	printf "a line\n" >log/same.txt &&
	: >log/empty &&
	at "2026-03-02 09:00" as ana async -C log post -q "A post" >first
'

tip () {
	git -C log rev-parse async
}

# refused <status> <message> <argument>...: nothing is written.
refused () {
	want=$1 message=$2 && shift 2 &&
	tip >before &&
	test_expect_code $want at "2026-03-02 10:00" as ana async -C log "$@" >out 2>err &&
	tip >after &&
	test_must_be_empty out && test_grep -e "$message" err && test_cmp before after
}

test_expect_success 'post and files are one commit, the files beside the record' '
	tip >before &&
	at "2026-03-02 10:00" as ana async -C log post -q --attach report.pdf --attach notes.txt "With files" >post &&
	git -C log rev-list "$(cat before)..async" >commits &&
	test_line_count = 1 commits &&
	git -C log diff-tree -r --name-only "$(cat before)" async >actual &&
	{
		echo "log/2026/03/02/$(cat post).yaml" &&
		echo "log/2026/03/02/$(git -C log hash-object report.pdf)" &&
		echo "log/2026/03/02/$(git -C log hash-object notes.txt)"
	} | sort >expect &&
	test_cmp expect actual
'

test_expect_success 'the record lists them' '
	async -C log cat-record "$(cat post)" | sed -n "/^attach:/,\$p" >actual &&
	cat >expect <<-EOF2 &&
	attach:
	  - {id: $(git -C log hash-object report.pdf), name: report.pdf, size: "15000"}
	  - {id: $(git -C log hash-object notes.txt), name: notes.txt, size: "7"}
	EOF2
	test_cmp expect actual
'

test_expect_success 'show tells of them; no file is taken for a record that cannot be read' '
	async -C log show "$(cat post)" >actual 2>err &&
	test_must_be_empty err &&
	grep "^File: " actual >files &&
	cat >expect <<-\EOF &&
	File:   report.pdf, 14 KiB
	File:   notes.txt, 7 bytes
	EOF
	test_cmp expect files &&
	async -C log reindex -q 2>err && async -C log list 2>err >/dev/null && test_must_be_empty err
'

test_expect_success 'a reply has files, too; two names of one content' '
	at "2026-03-02 11:00" as ben async -C log reply -q -m "see these" --attach notes.txt --attach same.txt \
		--attach empty "$(cat post)" >reply &&
	async -C log show "$(cat post)" >actual &&
	test_grep "^    file: same.txt, 7 bytes" actual &&
	test_grep "^    file: empty, 0 bytes" actual
'

test_expect_success '--save writes the bytes that were attached' '
	mkdir saved && cd saved &&
	async -C ../log show --save report.pdf -o "$PWD/report.pdf" "$(cat ../post)" >actual &&
	cmp report.pdf ../log/report.pdf &&
	async --git-dir=../log/.git show --save notes.txt "$(cat ../post)" >actual &&
	echo "saved notes.txt, 7 bytes" >expect && test_cmp expect actual &&
	test_cmp ../log/notes.txt notes.txt &&
	async --git-dir=../log/.git show --save empty "$(cat ../post)" &&
	test_must_be_empty empty
'

# not_saved <status> <message> <argument>...
not_saved () {
	want=$1 message=$2 && shift 2 &&
	ls -la >before &&
	test_expect_code $want async --git-dir="$TRASH/work/log/.git" show "$@" 2>err >out &&
	ls -la >after &&
	test_must_be_empty out && test_grep "$message" err && sed -i "/ \(before\|after\|err\|out\)\$/d" before after &&
	sed -i "/ \.\$/d; /^total/d" before after && test_cmp before after
}

test_expect_success '--save replaces nothing, and says what there is' '
	cd saved &&
	echo mine >notes.txt &&
	not_saved 128 "exists already" --save notes.txt "$(cat ../post)" && echo mine | test_cmp - notes.txt &&
	ln -s nowhere link.txt &&
	not_saved 128 "exists already" --save notes.txt -o link.txt "$(cat ../post)" &&
	test_path_is_missing nowhere &&
	not_saved 128 "there are: report.pdf, notes.txt, notes.txt, same.txt, empty" --save other "$(cat ../post)" &&
	not_saved 128 "no attached file at all" --save other "$(cat ../first)" &&
	not_saved 128 "cannot create" --save same.txt -o none/here "$(cat ../post)" &&
	not_saved 129 "use it alone" --save same.txt --json "$(cat ../post)" &&
	not_saved 129 "which is not given" -o same.txt "$(cat ../post)"
'

test_expect_success 'of two files of one name the id says which' '
	echo other >log/notes.txt &&
	at "2026-03-02 12:00" as ben async -C log reply -q -m "newer" --attach notes.txt "$(cat first)" >one &&
	echo third >log/notes.txt &&
	at "2026-03-02 12:01" as ben async -C log reply -q -m "newest" --attach notes.txt "$(cat first)" >two &&
	mkdir which && cd which &&
	not_saved 128 "each have another file" --save notes.txt "$(cat ../first)" &&
	async --git-dir=../log/.git show --save notes.txt "$(cat ../two)" &&
	echo third | test_cmp - notes.txt
'

test_expect_success 'what cannot be attached is named, and nothing is written' '
	mkdir log/folder && mkfifo log/pipe &&
	refused 128 "No such file" post --attach missing x &&
	refused 128 "not a regular file" post --attach folder x &&
	refused 128 "not a regular file" post --attach folder/ x &&
	refused 128 "not a regular file" post --attach pipe x &&
	refused 128 "two files are called" post --attach notes.txt --attach ./notes.txt x &&
	refused 128 "No such file" post --attach notes.txt --attach missing x &&
	refused 128 "No such file" reply -m x --attach missing "$(cat first)" &&
	name=$(printf "a\nb") && echo x >"log/$name" &&
	refused 128 "name of the file" post --attach "$name" x &&
	name=$(printf "a\342\200\256b") && echo x >"log/$name" &&
	refused 128 "name of the file" post --attach "$name" x &&
	name=$(printf "a\377b") && echo x >"log/$name" &&
	refused 128 "name of the file" post --attach "$name" x
'

test_expect_success NOT_ROOT 'an unreadable file' '
	echo x >log/secret && chmod a-r log/secret &&
	refused 128 "Permission denied" post --attach secret x
'

test_expect_success 'async.maxAttachment' '
	head -c 2000 /dev/zero >log/zeros &&
	refused 128 "larger than 1 KiB" -c async.maxAttachment=1k post --attach zeros x &&
	test_grep "hint: .*--link" err &&
	refused 128 "no number of bytes" -c async.maxAttachment=much post --attach zeros x &&
	refused 128 "no number of bytes" -c async.maxAttachment=9999999999g post --attach zeros x &&
	head -c 10485761 /dev/zero >log/zeros &&
	refused 128 "larger than 10 MiB" post --attach zeros x &&
	head -c 10485760 /dev/zero >log/zeros &&
	at "2026-03-02 13:00" as ana async -C log post -q --attach zeros "Ten" >ten &&
	mkdir big && cd big &&
	async --git-dir=../log/.git show --save zeros "$(cat ../ten)" &&
	cmp zeros ../log/zeros && rm zeros &&
	test_expect_code 128 async --git-dir=../log/.git -c async.maxAttachment=1m show --save zeros "$(cat ../ten)" 2>err &&
	test_path_is_missing zeros
'

test_expect_success '--dry-run shows the list and writes nothing' '
	tip >before &&
	async -C log post -n --attach notes.txt "Dry" >actual &&
	test_grep "name: notes.txt" actual &&
	tip | test_cmp before -
'

# hostile <date> <name> <id>: a record by somebody who does not use async; prints its id.
hostile () {
	printf "%s\n" "async: 1" "kind: post" "from: ben" "date: $1" "subject: hostile" "attach:" \
		"  - {id: \"$3\", name: \"$2\", size: \"3\"}" >hostile && plant log hostile
}

test_expect_success 'a name of somebody else is a plain file name here, or none' '
	id=$(git -C log hash-object same.txt) && n=0 &&
	mkdir -p trap/here && cd trap/here &&
	for name in ../out /tmp/async-out .git .bashrc .. -rf "a/b"
	do
		n=$((n + 1)) &&
		post=$(cd ../.. && hostile "2026-03-02T15:00:0${n}Z" "$name" "$id") &&
		not_saved 128 "nothing is written under it" "--save=$name" "$post" &&
		test_path_is_missing ../out || return 1
	done &&
	post=$(cd ../.. && hostile "2026-03-02T15:01:00Z" "a\\u202eb" "$id") &&
	async --git-dir=../../log/.git show "$post" >out &&
	test_grep -F "a\u{202E}b" out &&
	test_grep ! "$(printf "\342\200\256")" out
'

test_expect_success 'an id of what is not beside the record is no attached file' '
	secret=$(echo secret | git -C log hash-object -w --stdin) &&
	post=$(hostile "2026-03-02T16:00:00Z" loot.txt "$secret") &&
	mkdir loot && cd loot &&
	not_saved 128 "loot.txt" --save loot.txt "$post" &&
	test_path_is_missing loot.txt
'

test_expect_success 'redacted: nor the files' '
	async -C log show "$(cat reply)" | grep same.txt &&
	printf "%s\n" "async: 1" "kind: mark" "from: ben" "date: 2026-03-02T17:00:00Z" "target: $(cat reply)" \
		"verb: redact" >redact && as ben async -C log write-record - <redact &&
	async -C log show "$(cat reply)" >actual &&
	test_grep ! same.txt actual &&
	mkdir hidden && cd hidden &&
	not_saved 128 "no file" --save same.txt "$(cat ../reply)"
'

test_expect_success 'where the branch is checked out, its files are there' '
	git -C log worktree add -q ../tree async &&
	at "2026-03-03 09:00" as ana async -C log post -q --attach report.pdf --attach same.txt "Checked out" >out &&
	git -C tree status --porcelain >status && test_must_be_empty status &&
	cmp "tree/log/2026/03/03/$(git -C log hash-object report.pdf)" log/report.pdf
'

test_expect_success 'names of files are found' '
	async -C log search report >actual &&
	test_grep "report.pdf notes.txt" actual
'

test_done
