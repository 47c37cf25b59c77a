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

test_expect_success 'the template says who is asked, by when there and here, and where they are' '
	at "2026-02-02 09:00" as ana async -C log team add chi Chi chi@example.com zone=Asia/Tokyo \
		"hours=mon-fri 09:00-17:00" >/dev/null &&
	at "2026-02-02 09:00" as ana async -C log team add dee Dee dee@example.com zone=Europe/Berlin \
		"hours=mon-fri 09:00-17:00" "focus=mon 10:00-12:00" >/dev/null &&
	at "2026-02-02 09:00" as chi async -C log away 2026-03-02..2026-03-04 >/dev/null &&
	editor "A question\n" &&
	as ana test_terminal async -C log post -q --to ben,chi,dee --cc eve@example.com >asked &&
	sed -n "/^# Written/,\$p" "$TRASH/template" >actual &&
	cat >expect <<-\EOF &&
	# Written now, it asks (needed: reply):
	#   ben: due ~Tue 2026-03-03 09:01 UTC
	#       ~: the hours are assumed, none are known
	#   chi: due Thu 2026-03-05 17:00 JST (08:00 UTC)
	#       away until Thu 00:00
	#   dee: due Tue 2026-03-03 12:00 CET (11:00 UTC)
	#       in focus until today 11:00
	# For their information: eve@example.com
	EOF
	test_cmp expect actual
'

test_expect_success 'a reply shows whom it asks, too, and what it answers; no text of a record ends a comment' '
	printf "%s\n" "async: 1" "kind: post" "from: ben" "date: 2026-03-02T08:00:00Z" "subject: \"A \\u202e B\"" \
		"to: [ana]" "within: 1d" "body: |" "  First" "" "  Second" "  # Third" >evil && plant log evil >evil.id &&
	editor "And you?\n" &&
	as ana test_terminal async -C log reply -q --to ben "$(cat evil.id)" >reply &&
	body "$(cat reply)" >actual && test_grep "^  And you?$" actual && test_grep ! -e Second -e Third actual &&
	test_grep -F "# Your reply to ben: A \\u{202E} B" "$TRASH/template" &&
	test_grep "^# > Second$" "$TRASH/template" && test_grep "^# > # Third$" "$TRASH/template" &&
	test_grep "^#   ben: due ~Tue 2026-03-03 09:01 UTC$" "$TRASH/template" &&
	test_grep ! -v "^#\|^$" "$TRASH/template"
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

# kept <file>: where a failed command said that it keeps the text.
kept () {
	sed -n "s/^hint: your text is kept in //p" "$1"
}

test_expect_success 'a write that fails keeps the text, and says how to go on; --again does' '
	find "$TRASH/home-ana" -name "post-*" -delete &&
	git -C log config commit.gpgSign true && git -C log config gpg.program false &&
	editor "Can we go?\n\nIt is ready.\n" &&
	test_expect_code 128 as ana test_terminal async -C log post --to ben -t "a b" >actual &&
	test_grep "^hint: to go on with it: async -C log post --to ben -t .a b. --again$" actual &&
	test_grep "^Can we go?$" "$(kept actual)" &&
	git -C log rev-parse async >after && test_cmp before after &&
	cp "$(kept actual)" first &&

	editor "" &&
	test_expect_code 128 as ana test_terminal async -C log post --to ben --again >actual &&
	test_grep "^hint: to go on with it: async -C log post --to ben --again$" actual &&
	sed "/^#/d; /^\$/d" "$(kept actual)" >again && sed "/^#/d; /^\$/d" first >expect && test_cmp expect again &&
	find "$TRASH/home-ana" -name "post-*" >files && test_line_count = 1 files &&

	git -C log config --unset commit.gpgSign &&
	as ana test_terminal async -C log post -q --to ben --again >id &&
	body "$(cat id)" >actual &&
	test_grep "^subject: Can we go?$" actual && test_grep "^  It is ready.$" actual && test_grep ! "#" actual &&
	find "$TRASH/home-ana" -name "post-*" >files && test_must_be_empty files
'

test_expect_success 'where no editor can open, --again writes the text as it is' '
	git -C log config commit.gpgSign true &&
	editor "Later?\n" &&
	test_expect_code 128 as ana test_terminal async -C log post --to ben >actual &&
	git -C log config --unset commit.gpgSign &&
	as ana async -C log post --dry-run --to ben --again >actual && test_grep "^subject: Later?$" actual &&
	as ana async -C log post -q --to ben --again >id </dev/null &&
	body "$(cat id)" >actual && test_grep "^subject: Later?$" actual && test_grep ! "#" actual &&
	test_expect_code 128 as ana async -C log post --to ben --again 2>err &&
	test_grep "^async: there is no text to go on with" err
'

test_expect_success 'an empty text aborts, and what was kept before still is' '
	git -C log config commit.gpgSign true &&
	editor "Precious\n" &&
	test_expect_code 128 as ana test_terminal async -C log post >actual &&
	kept=$(kept actual) && test_grep "^Precious" "$kept" &&
	git -C log config --unset commit.gpgSign &&
	printf "#!/bin/sh\n: >\"\$1\"\n" >"$TRASH/editor" &&
	test_expect_code 128 as ana test_terminal async -C log post --again >actual &&
	test_grep "aborting" actual && test_grep "^Precious" "$kept" &&
	editor "Another\n" && as ana test_terminal async -C log post -q >id &&
	test_grep "^# A text of .* is kept: --again goes on with it" "$TRASH/template" &&
	test_grep "^Precious" "$kept" &&
	rm "$kept"
'

test_expect_success 'a reply is gone on with under what it answers' '
	git -C log config commit.gpgSign true &&
	editor "Well.\n" &&
	test_expect_code 128 as ben test_terminal async -C log reply "$(cat id)" >actual &&
	test_grep "^hint: to go on with it: async -C log reply $(cat id) --again$" actual &&
	git -C log config --unset commit.gpgSign &&
	first=$(async -C log list -r -n 1 --format="%(id)") &&
	test_expect_code 128 as ben async -C log reply --again "$first" 2>err &&
	test_grep "no text to go on with" err &&
	editor "" && as ben test_terminal async -C log reply -q --again "$(cat id)" >reply &&
	body "$(cat reply)" >actual && test_grep "^  Well.$" actual && test_grep "^re: $(cat id)$" actual
'

test_expect_success 'a text by standard input, at a terminal' '
	printf "By hand\n" >text && git -C log config commit.gpgSign true &&
	test_expect_code 128 as ana test_terminal sh -c "async -C log post --to ben - <text" >actual &&
	kept=$(kept actual) && echo "By hand" >expect && test_cmp expect "$kept" &&
	test_grep "^hint: to go on with it: async -C log post --to ben - <" actual &&
	test_expect_code 128 as ana async -C log post --to ben - <text 2>err &&
	test_grep ! "kept" err &&
	git -C log config --unset commit.gpgSign &&
	sh -c "$(sed -n "s/^hint: to go on with it: //p" actual)" >id && test_grep "asked ben" id
'

test_expect_success 'a hostile command line is quoted and harmless' '
	git -C log config commit.gpgSign true && editor "Text\n" &&
	test_expect_code 128 as ana test_terminal async -C log post -t "\$(touch pwned)" -t "it'"'"'s" -- >actual &&
	test_grep -F "post -t '"'"'\$(touch pwned)'"'"' -t '"'"'it'"'\\\\''"'s'"'"' --again --" actual &&
	git -C log config --unset commit.gpgSign
'

test_expect_success '--again with another text is wrong usage' '
	test_expect_code 129 as ana async -C log post --again -m x 2>err && test_grep "another" err &&
	test_expect_code 129 as ana async -C log post --again "A subject" 2>err && test_grep "brings the subject" err &&
	test_expect_code 129 as ana async -C log reply --again "$(cat reply)" text 2>err && test_grep "use one of them" err
'

test_expect_success 'a wrong name is told before the editor opens' '
	rm -f "$TRASH/template" &&
	test_expect_code 128 as ana test_terminal async -C log post --to nobody >actual &&
	test_path_is_missing "$TRASH/template"
'

test_done
