#!/bin/sh
test_description='random records: others read what we write as it was meant, in YAML, JSON, HTML and mail'
. "${0%/*}/lib.sh"

BATCH=$(long_or 10000 1500) MOST=$(long_or 100 2) SECONDS_AT_MOST=$(long_or 900 30)

# records.py <seed> <count> <odd or plain>: a stream for write-record; JSON, which is YAML. Plain ones are of the same make.
cat >records.py <<\EOF
import json, random, sys

seed, count, odd = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "odd"
r = random.Random(seed)
pieces = ["a", "b ", " ", "  ", "\t", ":", ": ", "#", " #", "-", "- ", "--- ", "...", "?", ",", "[", "]", "{", "}", "&", "*", "!",
          "|", ">", "\"", "\\", "'", "%", "@", "`", "=", "<<", "~", "no", "null", "1", "0x1f", "1_0", "12:30", "2026-11-22", ".inf",
          "<b>", "</li>", "<!--", "-->", "<script>", "&lt;", "&#10;", "]]>", "<a href='x'>", "\" onclick=x ", "javascript:x", "http://x.y/",
          "\U0001f680", "\u05e9\u05dc\u05d5\u05dd", "\u00e9", "e\u0301", "\u00a0", "\u3000", "\u6f22\u5b57", "=?utf-8?q?x?=", "Bcc: x@y",
          "%0a", "%(id)", "$(x)", "\\n", "\\x1b", "Content-Type: text/html", "--=-boundary", ".", "From ", "**", "_", "![x](y)"]

def text(most, lines):
    parts = [r.choice(pieces) for _ in range(r.randint(1, most))] + [str(r.randrange(10 ** 9))]
    s = "".join(r.choice(["", "", "\n", "\n\n"]) + p if lines else p.strip("\t") for p in parts)
    return s if odd else "plain"

for i in range(count):
    record = {"async": "1", "kind": "post", "from": "ben", "date": f"2026-02-{i % 28 + 1:02}T{i // 28 % 24:02}:{i // 672 % 60:02}:00Z",
              "subject": f"{i} " + text(8, False), "body": text(12, True)}
    if i % 20 == 0:
        record.update(to=["ana"], need="reply", within="1d")
    if i % 3 == 0:
        record["links"] = [{"url": "https://example.com/" + str(i), "title": text(4, False)}]
    if i % 7 == 0:
        record["attic"] = {"k" + str(n): text(5, True) for n in range(3)}
    print("---\n" + json.dumps(record, ensure_ascii=False))
EOF

# judge.py: the records as they were given, against all that was made of them.
cat >judge.py <<\EOF
import collections, datetime, email, email.policy, json, subprocess, sys, unicodedata, yaml
from html.parser import HTMLParser

given = [json.loads(line) for line in open("odd.stream", encoding="utf-8") if line != "---\n"]
ids = open("odd.ids").read().split()
assert len(given) == len(ids), (len(given), len(ids))

def told(what, got, want, where):
    if got != want:
        sys.exit(f"{what}: {where}:\n got {got!r}\nwant {want!r}")

# What YAML 1.1 takes for numbers and instants is told apart; all else is text.
def plain(record):
    record["async"] = str(record["async"])
    record["date"] = record["date"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return record

blobs = subprocess.run(["git", "-C", "odd", "cat-file", "--batch"], input="".join(i + "\n" for i in ids).encode(),
                       stdout=subprocess.PIPE, check=True).stdout
at = 0
for n, (record, id) in enumerate(zip(given, ids)):
    end = blobs.index(b"\n", at)
    size = int(blobs[at:end].split()[2])
    data = blobs[end + 1:end + 1 + size].decode("utf-8")
    at = end + 2 + size
    # Lines end in LF and the last one too; a body is stored without blank lines at its end.
    want = dict(record, body=record["body"].rstrip("\n")) if "body" in record else record
    for loader in [yaml.CSafeLoader] + [yaml.SafeLoader] * (n % 10 == 0):
        got = plain(yaml.load(data, Loader=loader))
        got["body"] = got["body"].rstrip("\n")
        told(loader.__name__, got, want, id)

by_id = dict(zip(ids, given))
for name in ["list.json", "log.json"]:
    seen = 0
    for line in open(name, encoding="utf-8"):
        row = json.loads(line)
        if row["id"] in by_id:
            told(name, row["subject"], by_id[row["id"]]["subject"].strip(), row["id"])
            seen += 1
    told(name, seen, len(given), "rows")

class Census(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = collections.Counter(), ""
    def handle_starttag(self, tag, attrs): self.tags[tag, tuple(sorted(a for a, _ in attrs))] += 1
    def handle_endtag(self, tag): self.tags["/" + tag] += 1
    def handle_comment(self, data): self.tags["comment"] += 1
    def unknown_decl(self, data): self.tags["declaration"] += 1
    def handle_pi(self, data): self.tags["pi"] += 1
    def handle_data(self, data): self.text += data

def census(html):
    p = Census()
    p.feed(html)
    p.close()
    return p

def page(which):
    return open(which + ".html", encoding="utf-8").read()

def message(which):
    m = email.message_from_bytes(open(which + ".eml", "rb").read(), policy=email.policy.default)
    assert not m.defects, m.defects
    return m

told("html", census(page("odd")).tags, census(page("plain")).tags, "tags")
ours, theirs = message("odd"), message("plain")
told("mail", ours.keys(), theirs.keys(), "headers")
for name in ["From", "To", "Subject", "Date", "Auto-Submitted", "MIME-Version"]:
    told("mail", ours[name], theirs[name], name)
parts, others = list(ours.walk()), list(theirs.walk())
told("mail", [p.get_content_type() for p in parts], ["multipart/alternative", "text/plain", "text/html"], "parts")
for mine, other in zip(parts, others):
    told("mail", mine.keys(), other.keys(), "headers of a part")
told("mail", census(parts[2].get_content()).tags, census(others[2].get_content()).tags, "tags")

# No character that a terminal obeys, or that turns or hides what stands there.
for name in sys.argv[1:]:
    for c in set(open(name, "rb").read().decode("utf-8")) - set("\n\t\u200d\u200c"):
        if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Cn"):
            sys.exit(f"U+{ord(c):04X} in {name}")
shown = parts[1].get_content() + page("odd")
assert any(record["subject"].split()[0] in shown for record in given)
EOF

# batch <seed>: two logs of one make, odd and plain, and all that is made of them; python is the judge.
batch () {
	rm -rf odd plain && for which in odd plain
	do
		/usr/bin/python3 records.py "$1" "$BATCH" $which >$which.stream && git clone -q -b async log $which &&
		as ben async -C $which write-record --batch - <$which.stream >$which.ids &&
		async -C $which digest --since "2026-01-06" --format html >$which.html &&
		async -C $which digest --since "2026-01-06" --format mail >$which.eml || return 1
	done &&
	async -C odd list state:all --json >list.json && async -C odd log --json >log.json && async -C odd list state:all >list.text &&
	async -C odd log >log.text && async -C odd show "$(sed -n 1p odd.ids)" "$(sed -n 22p odd.ids)" >show.text &&
	async -C odd digest --since "2026-01-06" >digest.text && async -C odd digest --since "2026-01-06" --format markdown >digest.md &&
	head -n 40 odd.ids | xargs async -C odd cat-record >records.text && async -C odd inbox >inbox.text && async -C odd search -n 50 script >search.text &&
	/usr/bin/python3 judge.py list.json log.json odd.html odd.eml ./*.text digest.md
}

test_expect_success 'setup' '
	create_log ana ben
'

test_expect_success 'batches of random records, until there are enough or time is up' '
	read -r from _ </proc/uptime && batches=0 &&
	while test $batches -lt $MOST
	do
		batches=$((batches + 1)) && { batch $batches || { echo "seed $batches"; return 1; }; } &&
		read -r to _ </proc/uptime && test $((${to%.*} - ${from%.*})) -lt $SECONDS_AT_MOST || break
	done &&
	test_figure "$((batches * BATCH)) records"
'

test_done
