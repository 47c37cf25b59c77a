#!/bin/sh
test_description='an older and a newer async on one log: what one does not know it keeps, and says so'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-load.sh"

EACH=$(long_or 1000 250)

# What a newer async might write: kinds, types, verbs and keys that are not known here, and another format.
# It does not even put keys in our order.
cat >newer.py <<\EOP
import hashlib, os, random, sys

count, target = int(sys.argv[1]), sys.argv[2]
r = random.Random(12)
deep = ["{a: [b, {c: d}]}", "[]", "\"\\u00e9\"", "|\n  text\n  more", "2026-03-02", "3.5", "~", "'it''s'"]

def extra():
    return "".join(f"new{i}: {r.choice(deep)}\n" for i in range(r.randint(0, 4)))

def record(i):
    head = f"async: 1\nfrom: ana\ndate: 2026-02-{i % 28 + 1:02}T09:{i // 28 % 60:02}:{i // 1680:02}Z\n"
    what = i % 5
    if what == 0:
        return head + f"kind: vote{i % 3}\nabout: lunch {i}\n" + extra()
    if what == 1:
        return head + f"kind: post\ntype: poll{i % 3}\nsubject: newer type {i}\n" + extra()
    if what == 2:
        return head + f"kind: mark\ntarget: {target}\nverb: applaud\nnote: newer verb {i}\n" + extra()
    if what == 3:
        return head + f"kind: post\ntype: note\nsubject: newer keys {i}\nnew: {i}\n" + extra()
    return "async: 2\n" + head[9:] + f"kind: post\nsubject: {{text: newer format {i}}}\n"

for i in range(count):
    data = record(i).encode()
    name = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    folder = f"log/2026/02/{i % 28 + 1:02}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{name}.yaml", "wb") as f:
        f.write(data)
    print(name)
EOP

# Nothing but additions in all of history, and the newer records are there, byte for byte (a name is that of the content).
must_keep () {
	git -C "$1" log -m --diff-filter=DMRT --name-only --no-renames --format= --first-parent async >changed && test_must_be_empty changed &&
	records_of "$1" >there && sort newer.ids | comm -23 - there >lost && test_must_be_empty lost &&
	sort older.ids | comm -23 - there >lost && test_must_be_empty lost
}

test_expect_success 'setup: a log, and a clone in which a newer async is at work' '
	create_log ana ben && as ana async -C log post -q --to ben "To be answered" >asked && git clone -q --bare log hub.git &&
	git -C log remote add origin "$PWD/hub.git" && git clone -q hub.git newer 2>err && git -C newer checkout -q async
'

test_expect_success 'both write, and meet; the newer one by a merge that it makes itself' '
	(cd newer && python3 ../newer.py $EACH "$(cat ../asked)" >../newer.ids && git add log && git commit -q -m "newer: a batch") &&
	for i in $(seq $EACH)
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ben\ndate: 2026-03-01T09:00:00Z\ntype: note\nsubject: older %s\n" $i || return 1
	done >stream &&
	as ben async -C log write-record --batch - <stream >older.ids && as ben async -C log sync -q &&
	git -C newer pull -q --no-rebase --no-edit && git -C newer push -q origin async &&
	test_expect_code 3 as ben async -C log sync --json >actual 2>err && test_grep "\"in\":$EACH," actual && must_keep log
'

test_expect_success 'in one second they write again, and the older one merges' '
	as ben async -C log done -q "$(cat asked)" >>older.ids && (cd newer && python3 ../newer.py $((EACH + 50)) "$(cat ../asked)" >../newer.ids &&
	git add log && git commit -q -m "newer: more" && git push -q origin async) &&
	test_expect_code 3 as ben async -C log sync --json >actual 2>err && test_grep "\"in\":50,\"out\":1,\"merged\":true" actual && must_keep log && must_keep hub.git
'

test_expect_success 'each is listed as what it is' '
	test_expect_code 3 async -C log log --json >log.json 2>err && test_grep "^warning: .*: written by a newer async (format 2)" err &&
	test_grep "^warning: $(((EACH + 50) / 5)) records could not be read and count for nothing; see .async verify." err &&
	grep -c "\"what\":\"vote" log.json >votes && grep -c "\"what\":\"poll" log.json >polls &&
	grep -c "\"what\":\"applaud\".*a verb this async does not know" log.json >marks && grep -c "\"subject\":\"newer keys" log.json >keys &&
	for actual in votes polls marks keys
	do
		echo $(((EACH + 50) / 5)) >expect && test_cmp expect $actual || return 1
	done
'

test_expect_success 'what it does not know changes nothing that it does' '
	test_expect_code 3 async -C log show "$(cat asked)" >actual 2>err && test_grep "^State: *met" actual >state &&
	grep -c "not counted: a verb this async does not know" actual >count && test_cmp marks count &&
	test_expect_code 3 async -C log reindex -q 2>err && test_expect_code 3 async -C log log --json >again 2>err && test_cmp log.json again
'

test_expect_success 'verify tells of them, and of nothing worse' '
	test_expect_code 1 async -C log verify >findings && cut -d: -f1 findings | sort | uniq -c >actual &&
	grep -c "^unreadable: .*: written by a newer async (format 2)" findings >newer-format && echo $(((EACH + 50) / 5)) >expect && test_cmp expect newer-format &&
	grep -c "^unknown: .*a newer async may know it" findings >unknown && test_grep ! -e "^rewritten" -e "^removed" -e "^foreign" -e "^merge" findings
'

test_expect_success 'plumbing gives them as they are' '
	for n in 1 2 3 4
	do
		id=$(sed -n ${n}p newer.ids) && async -C log cat-record "$id" >actual && test "$(git hash-object actual)" = "$id" || return 1
	done
'

test_done
