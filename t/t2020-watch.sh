#!/bin/sh
test_description='async watch: wait until something arrives'
. "${0%/*}/lib.sh"

# watch <clone> <option>...: in the background; back here when it watches. It would give up in the end.
watch () {
	test_repo=$1 && shift && rm -f told && mkfifo told && exec 7<>told || return 1
	async -C "$test_repo" watch --timeout 30s "$@" >came 2>told &
	watcher=$!
	read -r line <&7 && test "$line" = "watching the log; Ctrl-C ends it"
}

# It has ended, by itself and with success; what it printed is in `came`.
has_come () {
	wait $watcher
}

post () {
	as "$1" async -C log post -q "$2"
}

test_expect_success 'setup' '
	create_log ana ben chi &&
	as ana async -C log post -q --to ben "Asked of Ben" >asked &&
	git clone -q log clone 2>/dev/null
'

test_expect_success 'a post ends it, and is printed as log prints it' '
	watch log && post chi "Hello" && has_come &&
	async -C log log -n 1 >expect && test_cmp expect came && test_grep "chi  note  Hello$" came
'

test_expect_success 'what does not match the query goes by' '
	watch log from:ben hello && post chi "Hello again" && post ben "Something else" && post ben "Hello, too" && has_come &&
	test_line_count = 1 came && test_grep "ben  note  Hello, too" came
'

test_expect_success '--for: what others do in threads that concern somebody' '
	watch log --for ben --format="%(from) %(what) %(subject)" && post chi "None of his" &&
	as ben async -C log ack "$(cat asked)" && as chi async -C log reply "$(cat asked)" "a word" && has_come &&
	echo "chi note Asked of Ben" >expect && test_cmp expect came
'

test_expect_success '-n: so many, as they come' '
	watch log -n 3 --json && post ana "One" && post ana "Two" && post ana "Three" && has_come &&
	test_line_count = 3 came && sed "s/.*\"subject\":\"\([A-Za-z]*\)\".*/\1/" came | sort >actual &&
	printf "%s\n" One Three Two >expect && test_cmp expect actual
'

test_expect_success '-n 0: it goes on, and hands on each row at once' '
	rm -f rows told && mkfifo rows told && exec 6<>rows 7<>told &&
	{ async -C log watch -n 0 --format="%(subject)" >rows 2>told & } && watcher=$! && read -r line <&7 &&
	test_when_finished "kill $watcher; wait $watcher" &&
	post ana "First" && read -r row <&6 && test "$row" = "First" &&
	post ana "Second" && read -r row <&6 && test "$row" = "Second"
'

test_expect_success 'the records themselves' '
	watch log --patch && post ana "In full" && has_come && test_grep "^    subject: In full" came
'

test_expect_success 'nothing came: 1, and nothing is printed' '
	test_expect_code 1 async -C log watch --timeout 0 >actual 2>err && test_must_be_empty actual && test_must_be_empty err
'

test_expect_success 'packed refs, and a branch that is only there' '
	watch log && git -C log pack-refs --all && post ana "Onto a packed one" && has_come && test_grep "Onto a packed one" came &&
	git clone -q log side 2>/dev/null && git -C side branch -q async origin/async && git -C log pack-refs --all &&
	as chi async -C side post -q "Packed at once" && git -C log fetch -q ../side async && watch log &&
	sed "s|^[0-9a-f]* refs/heads/async$|$(git -C side rev-parse async) refs/heads/async|" log/.git/packed-refs >packed &&
	cp packed log/.git/packed-refs.new && mv log/.git/packed-refs.new log/.git/packed-refs && has_come &&
	test_grep "chi  note  Packed at once" came
'

test_expect_success 'the folder of the branch is taken away and comes back' '
	watch log && git -C log pack-refs --all && rmdir log/.git/refs/heads && mkdir log/.git/refs/heads &&
	post ana "In a new folder" && has_come && test_grep "In a new folder" came
'

test_expect_success 'a linked worktree, a bare repository' '
	git -C log commit -q --allow-empty -m code && git -C log worktree add -q ../linked &&
	watch linked && post ana "Seen in the other" && has_come && test_grep "Seen in the other" came &&
	git clone -q --bare log bare.git && watch bare.git && as ben async -C bare.git post -q "Bare" && has_come &&
	test_grep "Bare" came
'

test_expect_success 'a fetch brings it, also where nothing was fetched before' '
	git init -q later && git -C later fetch -q ../log async:async && git -C later remote add origin ../log &&
	post chi "At the remote" && watch later && git -C later fetch -q && has_come && test_grep "At the remote" came &&
	watch clone && git -C clone fetch -q && has_come && test_grep "At the remote" came
'

test_expect_success 'what is dated before we began to watch is new all the same' '
	post ana "Fetched before" && git -C later fetch -q && git -C side fetch -q && git -C side branch -qf async origin/async &&
	at "2026-02-01 09:00" as ben async -C side post -q "From February" &&
	watch log && git -C log fetch -q ../side async:async && has_come && test_grep "From February" came
'

test_expect_success '--fetch: fetch by itself' '
	post chi "To be fetched" && async -C clone watch --fetch 1h --timeout 0 >actual && test_grep "To be fetched" actual &&
	test_expect_code 1 async -C clone watch --fetch 1h --timeout 0 >actual && test_must_be_empty actual &&
	watch clone --fetch 1s && post chi "A second later" && has_come && test_grep "A second later" came
'

test_expect_success 'a fetch that fails is told once, and is no reason to end' '
	git clone -q log broken 2>/dev/null && git -C broken remote set-url origin ../nowhere &&
	test_expect_code 1 async -C broken watch --fetch 1h --timeout 0 >actual 2>err && test_must_be_empty actual &&
	test_line_count = 1 err && test_grep "^warning: cannot fetch the log from .origin.: fatal: .*nowhere" err &&
	watch broken --fetch 1s && read -r line <&7 && as ana async -C broken post -q "Here" && has_come && test_grep "Here" came
'

test_expect_success 'without a remote, or one whose log is not fetched, there is a remedy' '
	test_expect_code 128 async -C log watch --fetch 1m 2>err && test_grep "no remote .origin." err && test_grep "^hint: add it with .git remote add" err &&
	git clone -q --single-branch --branch main "file://$PWD/log" single && git -C single fetch -q origin async:async &&
	test_expect_code 128 async -C single watch --fetch 1m 2>err && test_grep "^hint: add it with .git remote set-branches --add origin async" err
'

# It may hold 32 files: were one more kept for each record that came, the rows would end.
test_expect_success 'it holds no more files the more it has seen' '
	rm -f rows told && mkfifo rows told && exec 7<>told &&
	{ (ulimit -n 32 && exec async -C log watch --timeout 100s -n 40 --format="%(subject)") >rows 2>told & } &&
	watcher=$! && exec 6<rows && read -r line <&7 &&
	i=0 && while test $i -lt 40
	do
		i=$((i + 1)) && post ana "Number $i" && read -r row <&6 && test "$row" = "Number $i" || return 1
	done && has_come
'

test_expect_success 'wrong usage' '
	for wrong in "--timeout soon" "--timeout 5" "--timeout=-1s" "--fetch 0" "--fetch 1x" "-n some" "stat:open" "--at yesterday"
	do
		test_expect_code 129 async -C log watch $wrong 2>err >actual && test_must_be_empty actual || return 1
	done &&
	test_expect_code 129 async -C log watch --timeout 5 2>err && test_grep "^hint: write it as 30s" err &&
	test_expect_code 128 async -C log watch --for nobody --timeout 0 2>err && test_grep "nobody" err &&
	test_expect_code 128 async watch 2>err && test_grep "repository" err
'

test_expect_success 'looking took nothing from the log, and changed nothing in it' '
	git -C log status --porcelain >actual && test_must_be_empty actual
'

test_done
