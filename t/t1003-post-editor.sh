#!/bin/sh
test_description='post and reply in the editor: what is typed is never lost'
. "${0%/*}/lib.sh"

# editor <text>: an editor that puts this text first.
editor () {
	cat >"$TRASH/editor" <<-EOF &&
	#!/bin/sh
	cp "\$1" "$TRASH/template"
	{ printf '%b' '$1'; cat "\$1"; } >"\$1.new" && mv "\$1.new" "\$1"
	EOF
	chmod +x "$TRASH/editor" && EDITOR=\"$TRASH/editor\" && export EDITOR
}

body () {
	git -C log cat-file blob "$1"
}

test_expect_success 'setup' '
	create_log ana ben
'

test_expect_success 'the first line is the subject, comments are left out' '
	editor "Can we ship?\n\nThe changelog is ready.\n" &&
	as ana test_terminal async -C log post -q --to ben >id &&
	body "$(cat id)" >actual &&
	test_grep "^subject: Can we ship?$" actual && test_grep "^  The changelog is ready.$" actual &&
	test_grep ! "#" actual &&
	test_grep "^# The first line is the subject" "$TRASH/template"
'

test_expect_success 'a reply shows what it answers' '
	test_tick && editor "Yes.\n" &&
	as ben test_terminal async -C log reply -q "$(cat id)" >reply &&
	body "$(cat reply)" >actual && test_grep "^  Yes.$" actual &&
	test_grep "^# Your reply to ana: Can we ship?" "$TRASH/template"
'

test_expect_success 'an empty text aborts, and nothing is written or kept' '
	git -C log rev-parse async >before &&
	editor "" &&
	test_expect_code 128 as ana test_terminal async -C log post >actual &&
	test_grep "aborting: empty message" actual &&
	git -C log rev-parse async >after && test_cmp before after &&
	find "$TRASH/home-ana" -name "post-*" >kept && test_must_be_empty kept
'

test_expect_success 'an editor that is stopped: nothing is written' '
	printf "#!/bin/sh\nkill -INT \$\$\n" >"$TRASH/editor" &&
	test_expect_code 128 as ana test_terminal async -C log post >actual &&
	test_grep "nothing was written" actual &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'an editor that fails: what was typed is kept, a mere template is not' '
	find "$TRASH/home-ana" -name "post-*" -delete &&
	printf "#!/bin/sh\nexit 3\n" >"$TRASH/editor" &&
	test_expect_code 128 as ana test_terminal async -C log post >actual &&
	test_grep "failed (3); nothing was written" actual && test_grep ! "kept" actual &&
	EDITOR=/no/such/editor test_expect_code 128 as ana test_terminal async -C log post >actual &&
	test_grep "cannot run the editor" actual && test_grep ! "kept" actual &&
	find "$TRASH/home-ana" -name "post-*" >kept && test_must_be_empty kept &&
	printf "#!/bin/sh\necho Typed >>\"\$1\"\nexit 3\n" >"$TRASH/editor" &&
	test_expect_code 128 as ana test_terminal async -C log post >actual &&
	kept=$(sed -n "s/.*your text is kept in //p" actual) &&
	test_grep "^Typed" "$kept"
'

test_expect_success 'when the text is refused, it is kept, and told where' '
	editor "$(printf "%0501d" 0)\n" &&
	test_expect_code 128 as ana test_terminal async -C log post >actual &&
	test_grep "500" actual &&
	kept=$(sed -n "s/.*your text is kept in //p" actual) &&
	test_grep "^000" "$kept" &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'a wrong name is told before the editor opens' '
	rm -f "$TRASH/template" &&
	test_expect_code 128 as ana test_terminal async -C log post --to nobody >actual &&
	test_path_is_missing "$TRASH/template"
'

test_done
