#!/bin/sh
test_description='async edit: say a post anew'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben chi &&
	as ana async -C log post -q --to ben --link https://example.com/1 -m "Some
text." "Can we ship 2.4?" >id && cut -c1-7 id >short &&
	cat >editor <<-\EOF &&
	#!/bin/sh
	cp "$1" ../template && cp ../new "$1"
	EOF
	chmod +x editor && GIT_EDITOR="\"$PWD/editor\"" && export GIT_EDITOR
'

test_expect_success 'subject and text, each alone; the record holds both' '
	test_tick && as ana async -C log edit -s "Can we ship 2.5?" "$(cat id)" >actual &&
	echo "$(cat short) changed: Can we ship 2.5?" >expect && test_cmp expect actual &&
	last_record >actual && test_grep "^verb: supersede$" actual && test_grep "^subject: Can we ship 2.5?$" actual &&
	test_grep "^  text.$" actual &&
	test_tick && as ana async -C log edit -m "Another text." "$(cat id)" >actual &&
	test_grep "changed: Can we ship 2.5?" actual &&
	async -C log show "$(cat id)" >actual && test_grep "Another text." actual && test_grep ! "Some$" actual &&
	test_grep "^Text: *changed today 09:02 by ana" actual
'

test_expect_success 'whom it asks and when it is due stay' '
	as ben async -C log inbox >actual && test_grep "Can we ship 2.5?" actual && test_grep "today 17:00" actual
'

test_expect_success 'links are replaced' '
	test_tick && as ana async -C log edit --link https://example.com/2 "$(cat id)" &&
	async -C log show "$(cat id)" >actual && test_grep "example.com/2" actual && test_grep ! "example.com/1" actual
'

test_expect_success 'the same text: told, and nothing is written' '
	test_tick && test_unchanged 0 as ana async -C log edit -s "Can we ship 2.5?" -m "Another text." "$(cat id)" &&
	test_grep "says that already: nothing was changed" out
'

test_expect_success 'the editor opens with the text as it is' '
	printf "A new subject\n\nA new\ntext.\n# gone\n\\\\# A heading\n" >new &&
	test_tick && as ana test_terminal async -C log edit "$(cat id)" >actual &&
	test_grep "^$(cat short) changed: A new subject" actual &&
	printf "Can we ship 2.5?\n\nAnother text.\n" >expect && head -n 3 template >old && test_cmp expect old &&
	test_grep "^# The first line is the subject" template &&
	last_record >actual && test_grep "^subject: A new subject$" actual && test_grep "^  # A heading$" actual &&
	test_grep ! "gone" actual
'

test_expect_success 'a line that begins with # survives an edit that leaves it alone' '
	printf "#!/bin/sh\ncp \"\$1\" ../template && sed \"s/A new/An old/\" ../template >\"\$1\"\n" >editor &&
	test_tick && as ana test_terminal async -C log edit "$(cat id)" >actual &&
	test_grep "^[\\]# A heading$" template && last_record >actual &&
	test_grep "^  # A heading$" actual && test_grep "^  An old$" actual &&
	printf "#!/bin/sh\n" >editor &&
	test_tick && test_unchanged 0 as ana test_terminal async -C log edit "$(cat id)" &&
	test_grep "nothing was changed" out
'

test_expect_success 'an emptied text aborts' '
	printf "#!/bin/sh\n: >\"\$1\"\n" >editor &&
	test_tick && test_unchanged 128 as ana test_terminal async -C log edit "$(cat id)" &&
	test_grep "aborting: empty message" out &&
	test_unchanged 128 as ana async -C log edit -m "" "$(cat id)" && test_grep "the text is empty" err &&
	test_unchanged 128 as ana async -C log edit -s " " "$(cat id)" && test_grep "the subject is empty" err
'

test_expect_success 'the text alone cannot be taken away' '
	test_tick && echo "Only a subject" >new &&
	test_unchanged 128 as ana async -C log edit "$(cat id)" <new &&
	test_grep "an edit cannot take the whole text away" err && test_grep "hint: .*async retract" err
'

test_expect_success 'where standard input is no terminal, the whole is read from there' '
	test_tick && printf "From a pipe\n\nAll of it.\n" | as ana async -C log edit "$(cat id)" >actual &&
	test_grep "changed: From a pipe" actual && last_record >actual && test_grep "^  All of it.$" actual
'

test_expect_success 'a reply has no subject, only a text' '
	test_tick && as ben async -C log reply -q -m "Which one?" "$(cat id)" >reply && cut -c1-7 reply >short &&
	printf "#!/bin/sh\ncp \"\$1\" ../template && echo \"Which of the two?\" >\"\$1\"\n" >editor &&
	test_tick && as ben test_terminal async -C log edit "$(cat reply)" >actual &&
	test_grep "^$(cat short) changed: the text of a reply" actual &&
	head -n 1 template >old && echo "Which one?" >expect && test_cmp expect old &&
	async -C log show "$(cat id)" >actual && test_grep "Which of the two?" actual && test_grep ! "Which one?" actual
'

test_expect_success 'only its author may' '
	test_unchanged 128 as chi async -C log edit -m "x" "$(cat id)" && test_grep "is by ana: only they can change" err &&
	test_grep "hint: .async reply" err
'

test_expect_success 'not what was retracted, and no two at once' '
	test_tick && as ben async -C log retract "$(cat reply)" &&
	test_unchanged 128 as ben async -C log edit -m "x" "$(cat reply)" && test_grep "is retracted: post it anew" err &&
	test_unchanged 129 as ana async -C log edit -m "x" "$(cat id)" "$(cat reply)" && test_unchanged 129 as ana async -C log edit &&
	test_unchanged 128 as ana async -C log edit -s "two
lines" "$(cat id)" && test_grep "subject" err
'

test_expect_success 'what was redacted is said anew, subject and all' '
	as ana async -C log post -q -m "Secret." "Oh no" >hidden && cut -c1-7 hidden >short && test_tick &&
	cat >redact <<-EOF &&
	async: 1
	kind: mark
	from: ana
	date: $ASYNC_NOW
	target: $(cat hidden)
	verb: redact
	EOF
	as ana async -C log write-record <redact >/dev/null && test_tick &&
	test_unchanged 128 as ana async -C log edit -m "Nothing." "$(cat hidden)" && test_grep "the subject is empty" err &&
	printf "Oh yes\n\nNothing.\n" | as ana async -C log edit "$(cat hidden)" >actual &&
	test_grep "^$(cat short) changed: Oh yes$" actual &&
	async -C log show "$(cat hidden)" >actual && test_grep "Nothing." actual && test_grep ! "Secret" actual
'

test_expect_success '-q and --dry-run' '
	test_unchanged 0 as ana async -C log edit -n -s "Dry" "$(cat id)" && test_grep "^subject: Dry$" out &&
	test_tick && as ana async -C log edit -q -s "Quiet" "$(cat id)" >actual &&
	git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async | sed "/^$/d" >expect && test_cmp expect actual
'

test_done
