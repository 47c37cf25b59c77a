#!/bin/sh
test_description='what was redacted stays hidden where history cannot be followed to the redaction'
. "${0%/*}/lib.sh"

redacts () { # <from> <minute> <target: <id>, path: <path>>
	printf "async: 1\nkind: mark\nfrom: %s\ndate: 2026-03-02T09:%s:00Z\n%s\nverb: redact\n" "$1" "$2" "$3" |
		as ben async -C log write-record - >/dev/null
}

# is_hidden <repository>: it shows neither text, and tells nobody of the file but in `verify`.
is_hidden () {
	for view in "list --format=%(subject)|%(text)" log "log --patch" "log --json" "search hunter2" "search password" \
		"show --history $(cat id)" "show --json $(cat id)" "show $(cat merged)"
	do
		at "2026-03-02 12:00" async -C "$1" $view
	done >actual 2>&1
	test_grep ! "hunter2\|hunter3\|$(cat bad).yaml:" actual
}

# In the name of Chi and of Ana, but by Ben: where that is known, neither hides anything.
fake_counts () { # <repository>
	at "2026-03-02 12:00" async -C "$1" show "$(cat shown)" >actual 2>err && test_grep ! hunter4 actual
}
fake_is_known () { # <repository>
	at "2026-03-02 12:00" async -C "$1" show "$(cat shown)" >actual 2>err
	test_grep hunter4 actual && test_grep "MISMATCH" actual
}

test_expect_success 'setup: what Ben and Chi hide, a file that Ana hides; and what Ben would hide in other names' '
	create_log ana ben chi &&
	as ben async -C log post -q "The password is hunter2" >id && test_tick &&
	as chi async -C log post -q "The password is hunter4" >shown && test_tick &&
	printf "async: 1\nkind: post\ndate: 2026-03-02T10:00:00Z\nbody: [\n" >rec && plant log rec >bad &&
	redacts chi 20 "target: $(cat shown)" && redacts ana 21 "target: $(cat shown)" &&
	git -C log tag fake async && git -C log branch side async && test_tick &&
	as ben async -C log redact -q "$(cat id)" && git -C log tag own async && test_tick &&
	as ana async -C log redact -q "log/2026/03/02/$(cat bad).yaml" && git -C log tag path async && test_tick &&
	as chi async -C log -c async.branch=side post -q "The password is hunter3" >merged && test_tick &&
	as chi async -C log -c async.branch=side redact -q "$(cat merged)" && git -C log tag side-tip side && test_tick &&
	as ben async -C log merge-logs side && git -C log tag merge async &&
	as chi async -C log post -q "more" && as ben async -C log post -q "and more" &&
	is_hidden log && fake_is_known log &&
	rm log/.git/async/index.db* && is_hidden log && fake_is_known log
'

for depth in 1 2 3 4 5
do
	test_expect_success "a shallow clone, $depth deep" '
		git clone -q --depth $depth --branch async "file://$PWD/log" shallow-$depth &&
		is_hidden shallow-$depth && fake_counts shallow-$depth &&
		async -C shallow-$depth status 2>err >out && test_must_be_empty err
	'
done

test_expect_success 'its people are known, and it may be written in' '
	as chi async -C shallow-1 me >actual && test_grep "^handle: chi$" actual &&
	as chi async -C shallow-1 post -q --to ben "in a shallow clone" >new &&
	as ben async -C shallow-1 inbox >actual && test_grep "chi.*in a shallow clone" actual &&
	git -C shallow-1 fetch -q --depth 1 && is_hidden shallow-1
'

test_expect_success 'once it is deepened, all is known' '
	git -C shallow-5 fetch -q --unshallow && is_hidden shallow-5 && fake_is_known shallow-5
'

# damage <cut|rm> <revision>: in a copy of the log without an index.
damage () {
	rm -rf damaged && cp -R log damaged && rm -f damaged/.git/async/index.db* &&
	id=$(git -C log rev-parse "$2") && file=damaged/.git/objects/$(echo "$id" | sed "s,^..,&/,") &&
	chmod u+w "$file" && case $1 in cut) : >"$file" ;; rm) rm "$file" ;; esac
}

test_expect_success 'setup: nothing of this is to be looked at in the end' '
	mkdir damaged && git init -q damaged && test_is_damaged damaged
'

for how in cut rm
do
	for what in own own~1 path path^ side-tip merge merge^ async~1 "side-tip^{tree}" "side-tip:log" "own:log/2026/03" \
		"path^{tree}" "merge^{tree}"
	do
		test_expect_success "$what is damaged ($how)" '
			damage $how "$what" && is_hidden damaged
		'
	done

	test_expect_success "no one of them makes up for what is known to be by another ($how)" '
		for what in side-tip merge own path
		do
			damage $how $what && is_hidden damaged || return 1
		done &&
		damage $how side-tip && fake_is_known damaged
	'
done

test_done
