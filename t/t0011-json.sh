#!/bin/sh
test_description='what is printed for programs: JSON, templates, -z; as async-json(5) says'
. "${0%/*}/lib.sh"

# The fields that async-json(5) gives a kind, in order.
documented () {
	awk -v kind="$1" '
		/^\.S[sh] / { in_kind = 0; gsub(/,/, ""); for (i = 2; i <= NF; i++) if ($i == kind) in_kind = 1 }
		in_kind && /^\.It Cm / { print $3 }
	' "$SOURCE_DIR/man/async-json.5"
}

# The keys of each object of a file, in order; they must be the documented ones. Objects in a list
# are a kind of their own, named as the list.
check_json () {
	python3 - "$1" >keys <<-\EOF &&
	import json, sys
	def unique(pairs):
	    assert len(dict(pairs)) == len(pairs), pairs
	    return dict(pairs)
	def tell(kind, o):
	    print(kind, *list(o))
	    for key, value in o.items():
	        if key == "links": # as records have them
	            continue
	        for item in value if isinstance(value, list) else []:
	            if isinstance(item, dict):
	                tell(key, item)
	for line in open(sys.argv[1], encoding="utf-8"):
	    o = json.loads(line, object_pairs_hook=unique)
	    assert list(o)[:2] == ["v", "kind"] and o.pop("v") == 1, o
	    tell(o.pop("kind"), o)
	EOF
	sort -u keys | while read -r kind fields
	do
		printf "%s\n" $fields >actual &&
		documented "$kind" >expect &&
		test_cmp expect actual || return 1
	done
}

test_expect_success 'setup: asks, one of them late, a reply, an ack, time off' '
	create_log ana ben:Europe/Berlin chi:Asia/Tokyo &&
	at "2026-03-02 10:00" as ana async -C log post --to ben,chi -t release --within 4h -m "the changelog is ready" \
		"Can we ship?" &&
	at "2026-03-02 11:00" as ana async -C log post "A note" &&
	at "2026-03-02 12:00" as ben async -C log ack :/ship &&
	at "2026-03-03 10:00" as chi async -C log reply :/ship "yes" &&
	at "2026-03-03 11:00" as chi async -C log away 2026-03-10..2026-03-12 &&
	at "2026-03-03 12:00" as ana async -C log calendar add de 2026-12-24 "Christmas Eve" &&
	async -C log list --format="%(id)" >ids &&
	test_line_count = 2 ids &&
	ship=$(tail -n 1 ids) &&
	printf "%s\n" "async: 1" "kind: mark" "from: ana" "date: 2026-03-03T13:00:00Z" "target: $ship" \
		"verb: supersede" "body: the changelog is not ready" | async -C log write-record -
'

for look in status inbox overdue "digest --since 2026-03-01" list "list --board" "list --count" log "search release OR ready OR ship" "show :/ship" who "who --week" "who --overlap ana,ben" "why :/ship" stats team policy calendar "calendar de" away me hook
do
	name=${look%% *}
	test_expect_success "$name --json: fields as documented" '
		at "2026-03-04 12:00" as ben async -C log $look --json >out &&
		test -s out &&
		check_json out
	'
done

test_expect_success 'every row of overdue, whole' '
	at "2026-03-04 12:00" async -C log overdue --json >out &&
	python3 - "$ship" >actual <<-\EOF &&
	import json, sys
	rows = [json.loads(line) for line in open("out")]
	assert len(rows) == 1
	row = rows[0]
	assert row["id"] == row["root"] == sys.argv[1]
	print(row["kind"], row["to"], row["from"], row["subject"], row["due"], row["late"], row["late_work"],
	      row["state"], row["level"], row["group"], row["acked"], row["settled"], row["assumed"])
	EOF
	echo "overdue ben ana Can we ship? 2026-03-02T14:00:00Z 165600 840 acked standard None 2026-03-02T12:00:00Z None True" >expect &&
	test_cmp expect actual
'

test_expect_success 'a template' '
	at "2026-03-04 12:00" async -C log overdue \
		--format="%(id) %(id:short) %(to)%x09%(due) %(due:iso) %(due:unix) %(due:short) %(due:relative)%n100%% %(late) %(late_work)%x2e" >actual &&
	short=$(echo "$ship" | cut -c1-7) &&
	printf "%s %s ben\tMon 2026-03-02 14:00 UTC 2026-03-02T14:00:00Z 1772460000 2026-03-02 14:00 1d 22h ago\n100%% 1d 22h 14h.\n" "$ship" "$short" >expect &&
	test_cmp expect actual
'

test_expect_success 'what has no value is empty in a template' '
	async -C log list --format="<%(due)|%(due:iso)|%(level)|%(to)|%(tags)>" >actual &&
	head -n 1 actual >first &&
	echo "<||||>" >expect &&
	test_cmp expect first
'

test_expect_success 'rows that end with NUL' '
	async -C log list -z --format="%(subject)" >actual &&
	printf "A note\0Can we ship?\0" >expect &&
	cmp expect actual &&
	async -C log list -z --json >actual &&
	tr "\0" "\n" <actual >lines &&
	test_line_count = 2 lines &&
	check_json lines
'

test_expect_success '-z alone: the columns, with TABs' '
	at "2026-03-04 12:00" async -C log overdue -z >actual &&
	tr "\0" "\n" <actual | cut -f1 >id &&
	async -C log list --format="%(id:short)" | tail -n 1 >expect &&
	test_cmp expect id
'

test_expect_success 'wrong templates say what there is' '
	test_expect_code 129 async -C log list --format="%(nope)" 2>err &&
	test_grep "no field .nope." err &&
	test_grep "^hint: fields: id, date, from, subject" err &&
	test_expect_code 129 async -C log list --format="%(subject:iso)" 2>err &&
	test_grep "cannot be shown as .:iso." err &&
	for bad in "%" "%q" "%(id" "%x" "%x0" "%xzz"
	do
		test_expect_code 129 async -C log list --format="$bad" 2>err >out &&
		test_must_be_empty out &&
		test_grep "^async: --format: cannot read" err || return 1
	done
'

test_expect_success 'a subject that turns the text around is harmless in every form' '
	printf "async: 1\nkind: post\nfrom: ana\ndate: 2026-03-02T08:00:00Z\ntype: note\nsubject: %s\n" \
		"\"exe.\\u202egpj.doc\"" >evil &&
	plant log evil >id &&
	async -C log list >text && async -C log list --json >json &&
	async -C log list -z >nul && async -C log list --format="%(subject)" >format &&
	for form in text nul format
	do
		test_grep -a -F "exe.\\u{202E}gpj.doc" $form || return 1
	done &&
	test_grep -F "exe.\\u202egpj.doc" json &&
	! LC_ALL=C grep -a "$(printf "\342")" text json nul format &&
	check_json json
'

test_expect_success 'snooze --json, and inbox --json of what is snoozed' '
	at "2026-03-04 10:00" as ana async -C log post -q --to ben "Later" &&
	at "2026-03-04 11:00" as ben async -C log snooze :/Later fri &&
	at "2026-03-04 12:00" as ben async -C log snooze --list --json >out && test_line_count = 1 out && check_json out &&
	at "2026-03-04 12:00" as ben async -C log inbox --all --json >out && test_line_count = 2 out && check_json out
'

test_expect_success 'status --json: what others did since I looked comes as log prints it' '
	at "2026-03-04 13:00" as ana async -C log status >/dev/null &&
	at "2026-03-04 14:00" as ben async -C log reply :/Later "fine" &&
	at "2026-03-04 15:00" as ana async -C log status --json >out && check_json out && test_grep "\"kind\":\"record\"" out
'

test_expect_success 'remind --json, and what its command gets' '
	async -C log --at "2026-03-03 03:00" remind --json >out && test_line_count = 1 out && check_json out &&
	at "2026-03-05 09:00" as ana async -C log post -q --to ben -m "It is long." "Read this" &&
	at "2026-03-05 15:00" async -C log remind --exec "cat >>../message" --json >out &&
	test_line_count = 1 out && check_json out && test_line_count = 1 message && check_json message &&
	test_grep "^reminders id root" keys
'

test_done
