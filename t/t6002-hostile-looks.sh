#!/bin/sh
test_description='every command that looks, before records that were made to do harm'
. "${0%/*}/lib.sh"

hostile= # the worst of the records

# A new one is tested unasked; if it cannot do without operands, it fails until it is given some here.
lookers=$(look_commands)

# ways <command>: what to look at, a line each.
ways () {
	case $1 in
	list) printf "%s\n" "--state=all" "--board" "--board=state/" "--sort=due" ;;
	log) printf "%s\n" "" "--patch" "-- $hostile" ;;
	show) printf "%s\n" "$hostile" "--history $hostile" "--raw $hostile" ;;
	why) echo "$hostile" ;;
	search) printf "%s\n" "evil" "--rank evil" ;;
	who) printf "%s\n" "" "--week" "--overlap ana,ben" ;;
	stats) printf "%s\n" "" "--each" ;;
	overdue) printf "%s\n" "" "--soon=9d" ;;
	team | away) printf "%s\n" "" "--all" ;;
	inbox) printf "%s\n" "" "--all" "--for=ben" ;;
	calendar) printf "%s\n" "" "evil" ;;
	digest) printf "%s\n" "--since=2026-02-01" "--since=2026-02-01 --format=markdown" \
		"--since=2026-02-01 --format=html" "--since=2026-02-01 --format=mail" ;;
	watch) echo "--timeout=0" ;;
	*) echo ;;
	esac
}

# template_of <command> <word>...: every field it has, as it names them itself.
template_of () {
	async -C log "$@" --format="%(no-such-field)" 2>&1 </dev/null |
		sed -n "s/^hint: fields: //p" | sed "s/\([a-z0-9_]*\)\(, \|$\)/%(\1)/g; s/^/--format=/"
}

# On a terminal for --color, with colours and of 60 columns.
look () {
	case $2 in
	--color=*) TEST_COLUMNS=60 test_terminal async --no-pager -C log "$@" ;;
	*) async -C log "$@" ;;
	esac
}

# look_everywhere [--json|-z|--format|--color=always]: in each of these ways, all that is printed
# into `seen`. What cannot be read is 3, and that nothing has come is watch's 1, that something is
# wrong verify's: anything else is a failure.
look_everywhere () {
	rm -f failures
	for looker in $lookers
	do
		ways "$looker" | while IFS= read -r way
		do
			case $looker:$way:$1 in digest:*--format*:-* | digest:*:--format) continue ;; esac
			how=$1
			test "$1" != --format || how=$(template_of "$looker" $way)
			test "$1" = "$how" || test -n "$how" || continue # it is none of rows
			echo "== $looker $way $how"
			look "$looker" $how $way </dev/null
			looked=$?
			case $looked:$looker in 0:* | 3:* | 1:watch | 1:verify) ;; *) echo "$looked: $looker $how $way" >>failures ;; esac
		done
	done >seen 2>&1
	test ! -e failures || { cat failures; return 1; }
}

# Nothing that a terminal obeys, nothing that turns or hides what stands there, all of it UTF-8.
cat >harmless.py <<\PY
import email, email.policy, re, sys, unicodedata
data = open(sys.argv[1], "rb").read()
text = data.decode("utf-8")
for part in re.findall(r"^From: async.*?^--[0-9a-f]{40}--$", text, re.M | re.S):
    message = email.message_from_string(part, policy=email.policy.default)
    text += "".join(str(v) + "\n" for v in message.values())
    text += "".join(p.get_content() for p in message.walk() if not p.is_multipart())
joiners = "\u200c\u200d"
for line in text.split("\n"):
    for c in line:
        if c not in joiners + "\t" and not (c == "\0" and "-z" in sys.argv) and \
           unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Cn"):
            sys.exit(f"U+{ord(c):04X} in: {line!r}")
for page in re.findall(r"<!DOCTYPE html>.*?</html>", text, re.S):
    if re.search(r"<img|javascript:[^<]*\">", page):
        sys.exit(f"not escaped for HTML: {page}")
PY
harmless () {
	python3 harmless.py "$@"
}

# plant_all <folder>: each *.yaml there onto the log, in one commit, by git alone.
plant_all () {
	(
		GIT_INDEX_FILE=$TRASH/index && export GIT_INDEX_FILE && git -C log read-tree async &&
		ls "$1"/*.yaml | git -C log hash-object -w --stdin-paths --no-filters >ids.planted &&
		sed -n "s|^date: \(....\)-\(..\)-\(..\)T.*|\1/\2/\3|p" "$1"/*.yaml >days.planted &&
		paste -d " " ids.planted days.planted | sed "s|^\([0-9a-f]*\) \(.*\)|100644 \1	log/\2/\1.yaml|" |
			git -C log update-index --index-info &&
		git -C log update-ref refs/heads/async \
			"$(git -C log commit-tree -p async -m planted "$(git -C log write-tree)")"
	)
}

cat >forge.py <<\PY
import json, os, re, sys
folder = sys.argv[1]
os.makedirs(folder)
# Of each class of what turns or hides, its ends; and controls and ends of lines, which no record can have.
E = "evil\u202e\u2066\u200b\ufeff\u200e\u200f\u202a\u2060\u2064\u2069\U000e0001\U000e0041\U000e007f<img src=x>[x](javascript:1)`*_|"
C = ["\x01", "\x07", "\x08", "\r", "\x1b[31m", "\x1b]0;evil\x07", "\x7f", "\x85", "\x9b31m", "\x9d0;evil\x9c", "\u2028", "\u2029"]
N = "evil<img/src=x>`*_|%s\\"  # of a level, a group, a tag: such have no white space, and hide nothing
H = "evil\u202e\u200b"  # so a record with one of these is none
nr = 0
def yaml(value):
    return re.sub(r"\\u(d[89ab]..)\\u(d[c-f]..)", lambda m: "\\U%08x" % (0x10000 + (int(m[1], 16) - 0xd800 << 10) + int(m[2], 16) - 0xdc00),
                  json.dumps(value))
def put(kind, date="2026-03-02T08:00:00Z", who="ben", **keys):
    global nr
    nr += 1
    lines = ["async: 1", f"kind: {kind}", f"from: {who}", f"date: {date}"]
    # JSON is YAML, and escapes what is not ASCII.
    lines += [f"{key}: {yaml(value)}" for key, value in keys.items()]
    with open(f"{folder}/{nr:05}.yaml", "w") as f:
        f.write("\n".join(lines) + "\n")
def ask(**keys):
    put("post", subject=E, to=["ana"], need="reply", level=N, within="1h", tags=[N, "state/" + N], **keys)
what, *ids = sys.argv[2:]
if what == "first":
    ask(any=[{"group": N, "of": ["ana", "ben"]}], cc=["chi"], body=(E + "\n") * 3,
        links=[{"url": "https://example.com/" + N, "title": E}, {"url": "javascript:" + N}, {"path": E}],
        attach=[{"id": "0" * 40, "name": "../" + E, "size": 3, "media": N}], transcript="0:01 " + E)
    put("post", type="sonnet", subject=E)
    put("person", date="2026-03-02T07:00:00Z", person="ben", name=E, groups={"add": [N]}, note=E, deputy="nobody")
    put("away", person="ben", away=[{"from": "2026-03-20"}], note=E)
    put("calendar", date="2026-03-02T07:01:00Z", who="ana", calendar="evil", note=E,
        holidays={"add": [{"date": "2026-12-24", "name": E}, {"date": "2026-12-25", "name": H}]})
    put("policy", date="2026-03-02T07:02:00Z", who="ana", levels={N: {"within": "2h"}}, note=E)
    put("person", person="ana", zone=E, hours={"mon": E})
    put(H); put("post", who=H, subject=E); put("post", subject=E, level=H); put("post", subject=E, tags=[H])
    for c in C:
        put("post", subject="evil" + c); put("post", subject="evil", **{c: c}); put(c)
    put("post", subject=E, any=[{"group": H, "of": ["ana"]}]); put("person", person=H); put("post", subject=E, x={H: H})
if what == "marks":
    for i, (verb, who, more) in enumerate([
        ("ack", "ana", dict(by="2026-03-03T09:00:00Z")), ("extend", "ana", dict(within="1d")), ("tag", "chi", dict(tags=[N])),
        ("assign", "ana", dict(to=["ben"])), ("supersede", "ben", dict(subject=E, body=E)), ("reject", "chi", {}),
        ("sing", "ben", {}), (H, "ben", {}), ("remind", "chi", dict(person="ana", stage=N)), ("untag", "chi", dict(tags=[N])), ("retract", "chi", {})]):
        put("mark", date=f"2026-03-02T08:{i + 10}:00Z", who=who, target=ids[0], verb=verb, **more, note=E)
if what == "thread":
    for i in range(2000):
        at = f"2026-03-02T{8 + i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z"
        if i % 2: put("post", date=at, who=["ana", "ben", "chi"][i % 3], re=ids[0], body=f"evil {i}")
        else: put("mark", date=at, who=["ana", "ben", "chi"][i % 3], target=ids[0], verb=["ack", "tag", "reopen", "done"][i // 2 % 4],
                  **({"tags": ["t"]} if i // 2 % 4 == 1 else {}))
if what == "big":
    put("post", subject="evil " + "x" * 490, to=[f"p{i}@example.com" for i in range(1000)], need="done", within="1h",
        tags=[f"evil-tag-{i}-" + "y" * 40 for i in range(100)])
    put("post", subject="evil and long", to=["ana"], within="1h", body="evil " * 52000)
    put("post", subject="evil and without a space", body="x" * 250000)
    put("post", subject="evil lines", body="e\n" * 80000)
PY

test_expect_success 'setup: a log, and what somebody planted on it' '
	create_log ana ben chi &&
	test -n "$lookers" && echo "$lookers" | grep -q status &&
	python3 forge.py first first && plant_all "$PWD/first" && hostile=$(head -n 1 ids.planted) &&
	python3 forge.py marks marks "$hostile" && plant_all "$PWD/marks" &&
	test_expect_code 3 async -C log list --state=all >actual 2>err && test_grep evil actual && test_grep "^warning: 45 records" err
'

test_expect_success 'text: nothing of it reaches the terminal' '
	look_everywhere && harmless seen && test_grep "u{202E}" seen
'

for option in --json -z --format
do
	test_expect_success "$option: nothing of it reaches whoever reads that" '
		look_everywhere $option && harmless seen $option
	'
done

test_expect_success 'on a terminal, with colours, at 60 columns' '
	look_everywhere --color=always && sed -i "s/$(printf "\033")\[[0-9;]*m//g" seen && harmless seen && test_grep "u{202E}" seen
'

test_expect_success 'a file is not saved outside, whatever its name says' '
	mkdir deep && (cd deep && test_must_fail async -C ../log show "$hostile" --save "../evil" 2>../err) &&
	find . -name "evil*" >actual && test_must_be_empty actual
'

# forge_commit <file>: a commit whose author, files and folders have names of the worst kind.
cat >names.py <<\PY
import subprocess, sys
def git(*args, data=b""):
    return subprocess.run(["git", "-C", "log", *args], input=data, stdout=subprocess.PIPE, check=True).stdout
def put(kind, data):
    return git("hash-object", "-t", kind, "-w", "--stdin", "--literally", data=data).strip()
evil = "evil\x1b[31m\x07\u202e\u200b\u2066\ufeff\U000e0041\x7f\x9b31m\u2028\x85".encode() + b"\xff\xc0\xaf"
def raw(entries):
    return b"".join(mode + b" " + name + b"\0" + bytes.fromhex(id.decode()) for name, mode, id in sorted(entries))
blob = put("blob", b"async: 1\n" + evil)
day = put("tree", raw([(evil + b".yaml", b"100644", blob), (blob + b".yaml", b"100644", blob), (blob, b"120000", blob)]))
for name in b"02", b"03":
    day = put("tree", raw([(name, b"40000", day), (evil, b"40000", day)]))
log = [(e.split(b"\t")[1], b"40000", e.split()[2]) for e in git("ls-tree", "async:log").splitlines()]
log += [(b"2027", b"40000", day), (evil, b"40000", day)]
tree = put("tree", raw([(b"README.md", b"100644", git("rev-parse", "async:README.md").strip()), (evil, b"100644", blob),
                        (b"log", b"40000", put("tree", raw(log)))]))
who = evil + b" <" + evil + b"@example.com> 1772442000 +0000\n"
commit = put("commit", b"tree " + tree + b"\nparent " + git("rev-parse", "async").strip() + b"\nauthor " + who +
             b"committer " + who + b"encoding " + evil + b"\n\n" + evil + b"\n")
git("update-ref", "refs/heads/async", commit.decode())
PY

# say <command>...: what else prints what others named, whatever comes of it.
say () {
	timeout -s KILL 60 async -C log "$@" </dev/null
	case $? in 0 | 1 | 3 | 128 | 129) ;; *) echo died; return 1 ;; esac
}
test_expect_success 'names of files, folders, authors, remotes, branches and hooks' '
	before=$(git -C log rev-parse async) && python3 names.py && evil=$(printf "evil\033[31m\342\200\256\302\233\377") &&
	look_everywhere && harmless seen && test_grep -q "log/2027/03/02/evil.x1B" seen && look_everywhere --json && harmless seen &&
	git -C log update-ref refs/heads/async "$before" &&
	for how in "" --json -z
	do
		mkdir -p "log/$evil" && touch "log/$evil/pre-push" && chmod +x "log/$evil/pre-push" &&
		say -c core.hooksPath="$evil" hook list $how && say -c core.hooksPath="$evil" hook install $how &&
		say -c "remote.$evil.url=$evil" sync $how "$evil" && say -c "remote.x.url=$evil" sync $how x &&
		say -c "async.remote=$evil" sync $how && say -c "async.branch=$evil" status $how &&
		say -c "user.name=$evil" -c "user.email=$evil@example.com" me $how && say merge-logs $how "$evil" &&
		say show $how "$evil" && say list $how --sort "$evil" && say list $how "tag:$evil" && say post --to "$evil" x &&
		say "$evil" && say -c "async.alias.x=$evil" x && say list "--$evil" && say hook run "$evil" && say redact "$evil" &&
		XDG_STATE_HOME="$TRASH/$evil" say inbox || return 1
	done >seen 2>&1 && harmless seen -z && test_grep ! died seen
'

test_expect_success 'a thousand people, a hundred tags, texts of 250 KiB' '
	python3 forge.py big big && plant_all "$PWD/big" &&
	hostile=$(head -n 1 ids.planted) && test_line_count = 4 ids.planted &&
	look_everywhere && harmless seen && look_everywhere --json && harmless seen &&
	test_expect_code 3 async -C log show $(cat ids.planted) >seen && harmless seen && test_line_count -gt 80000 seen
'

test_expect_success 'a thread of two thousand records' '
	hostile=$(at "2026-03-02 07:30" as ana async -C log post -q --to ben,chi "evil and long") &&
	python3 forge.py thread thread "$hostile" && plant_all "$PWD/thread" &&
	look_everywhere && harmless seen && test_grep -c "evil 1999" seen
'

test_done
