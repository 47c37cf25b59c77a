#!/bin/sh
test_description='records as files: check-record, and what other readers of YAML make of them'
. "${0%/*}/lib.sh"

GOLDEN=$TEST_DIR/golden/record

# record <line>...: a small post with these lines at its end.
record () {
	printf '%s\n' 'async: 1' 'kind: post' 'from: ana' 'date: 2026-03-02T09:00:00Z' 'subject: s' "$@"
}

test_expect_success 'a good record: silence, outside any repository' '
	cp "$GOLDEN/post.yaml" post.yaml &&
	async check-record post.yaml >actual 2>&1 &&
	test_must_be_empty actual &&
	async check-record <post.yaml >actual 2>&1 &&
	test_must_be_empty actual &&
	async check-record - post.yaml <post.yaml >actual 2>&1 &&
	test_must_be_empty actual
'
test_expect_success '--canonical prints what would be stored' '
	async check-record --canonical post.yaml >actual &&
	test_cmp post.yaml actual &&
	cat >mixed.yaml <<-\EOF &&
	# by hand
	kind: post
	async: "1"
	subject: "Ready?"
	to:
	  - ben
	  - "chi"
	body: >
	  folded
	  text
	date: 2026-03-02T09:00:00Z
	from: ana
	EOF
	cat >expect <<-\EOF &&
	async: 1
	kind: post
	from: ana
	date: 2026-03-02T09:00:00Z
	subject: Ready?
	to: [ben, chi]
	body: |
	  folded text
	EOF
	async check-record --canonical mixed.yaml >actual &&
	test_cmp expect actual
'
test_expect_success 'each bad file is named with line, column and what was expected' '
	record "to: ben" >to.yaml &&
	record "x: [" >syntax.yaml &&
	printf "async: 2\n" >newer.yaml &&
	test_expect_code 1 async check-record to.yaml post.yaml syntax.yaml newer.yaml >out 2>actual &&
	test_must_be_empty out &&
	cat >expect <<-\EOF &&
	error: to.yaml:6:5: to: expected a list of handles, not '\''ben'\''
	error: syntax.yaml:7:1: expected YAML, but did not find expected node content
	error: newer.yaml:1:8: written by a newer async (format 2)
	hint: upgrade async to read this record
	EOF
	test_cmp expect actual
'
test_expect_success 'standard input has a name, too' '
	test_expect_code 1 async check-record <to.yaml 2>actual &&
	test_grep "^error: stdin:6:5: to: " actual
'
test_expect_success 'what a person could not see is refused' '
	record "body: a\342\200\256b" | sed "s/a.*b$/a\xe2\x80\xaeb/" >bidi.yaml &&
	record "body: \"\\u200Bb\"" >hidden.yaml &&
	record "body: b" | sed "s/$/\r/" >crlf.yaml &&
	record "body: b" | tr b "\033" >escape.yaml &&
	record "body: b" | tr b "\377" >utf8.yaml &&
	record "body: b" | tr b "\000" >nul.yaml &&
	test_expect_code 1 async check-record bidi.yaml hidden.yaml crlf.yaml escape.yaml utf8.yaml nul.yaml 2>actual &&
	cat >expect <<-\EOF &&
	error: bidi.yaml:6:7: body: U+202E at byte 2 is a direction control
	error: hidden.yaml:6:7: body: U+200B at byte 1 is an invisible character
	error: crlf.yaml:1:9: expected text, found U+000D, a carriage return; lines end in LF alone
	error: escape.yaml:5:3: expected text, found U+001B, a control character
	error: utf8.yaml:5:3: expected UTF-8, found byte 0xff
	error: nul.yaml:5:3: expected text, found U+0000, a control character
	EOF
	test_cmp expect actual
'
test_expect_success 'messages carry nothing that harms a terminal' '
	record "to: \"\\u202E\"" >bidi.yaml &&
	test_expect_code 1 async check-record bidi.yaml 2>actual &&
	test_grep "not .*202[Ee]" actual &&
	test_grep ! "$(printf "\342\200\256")" actual
'
test_expect_success 'a file that is too large, missing or a folder' '
	record "body: x" >large.yaml &&
	head -c 300000 /dev/zero | tr "\0" "#" >>large.yaml &&
	test_expect_code 1 async check-record large.yaml 2>actual &&
	test_grep "large.yaml:1:1: expected at most 262144 bytes" actual &&
	test_expect_code 128 async check-record missing.yaml 2>actual &&
	test_grep "cannot open .missing.yaml.: No such file" actual &&
	test_expect_code 128 async check-record . 2>actual &&
	test_grep "Is a directory" actual &&
	test_expect_code 129 async check-record --no-such-option 2>actual
'
test_expect_success 'an id is what git gives the file' '
	git init -q repo &&
	id=$(git -C repo hash-object -w "$GOLDEN/mark.yaml") &&
	async check-record --canonical "$GOLDEN/mark.yaml" >canonical &&
	test "$id" = "$(git hash-object canonical)"
'

# ---- another reader: PyYAML resolves as YAML 1.1 says

cat >compare.py <<\EOF
import datetime, json, sys, yaml

# async and copy are numbers, instants are timestamps; every other scalar must be text.
def plain(record):
    for key in ("async", "copy"):
        if key in record and type(record[key]) is int:
            record[key] = str(record[key])
    for key in ("date", "by"):
        if key in record and type(record[key]) is datetime.datetime:
            record[key] = record[key].strftime("%Y-%m-%dT%H:%M:%SZ")
    return record

for path in sys.argv[1:]:
    with open(path + ".yaml", encoding="utf-8", newline="") as file:
        got = plain(yaml.safe_load(file))
    with open(path + ".json", encoding="utf-8") as file:
        want = json.load(file)
    if got != want:
        sys.exit(f"{path}:\n got {got!r}\nwant {want!r}")
EOF
cat >odd.py <<\EOF
import json, random

pieces = ["a", "b ", " ", "  ", "\n", "\n\n", "\t", ":", ": ", "#", " #", "-", "- ", "--- ", "...", "?", ",", "[",
          "]", "{", "}", "&", "*", "!", "|", ">", '"', "\\", "'", "%", "@", "`", "=", "<<", "~", "no", "Yes",
          "null", "1", "0", "e3", "0x1f", "1_0", ".5", "12:30", "2026-11-22", "T", "Z", "+", ".inf", "\U0001f680",
          "\u05e9\u05dc\u05d5\u05dd", "\u200d", "\u200c", "\u00e9", "\u00a0", "\u3000", "\u0300"]
random.seed(1)

def text():
    return "".join(random.choice(pieces) for _ in range(random.randint(0, 6)))

def value(depth):
    kind = random.randint(0, 3) if depth < 3 else 0
    if kind == 1:
        return [value(depth + 1) for _ in range(random.randint(0, 4))]
    if kind == 2:
        return {f"k{i}": value(depth + 1) for i in range(random.randint(0, 4))}
    return text()

for n in range(20):
    record = {"async": "1", "kind": "post", "from": "ana", "date": "2026-03-02T09:00:00Z", "subject": "s"}
    record["body"] = text() or "x"
    for i in range(200):
        record[f"odd{i}"] = value(0)
    with open(f"odd{n}.json", "w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False)
EOF

test_expect_success 'PyYAML reads the golden records as we do' '
	for f in "$GOLDEN"/*.yaml
	do
		/usr/bin/python3 compare.py "${f%.yaml}" || return 1
	done
'
test_expect_success 'PyYAML reads back thousands of odd texts' '
	/usr/bin/python3 odd.py &&
	for n in $(seq 0 19)
	do
		async check-record --canonical "odd$n.json" >"odd$n.yaml" &&
		async check-record --canonical "odd$n.yaml" >again &&
		cmp "odd$n.yaml" again &&
		/usr/bin/python3 compare.py "odd$n" || return 1
	done
'

test_done
