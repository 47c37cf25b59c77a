#!/bin/sh
test_description='completion: the program says what can come next, the shells ask it'
. "${0%/*}/lib.sh"

# offers <word>...: the candidates for the last word, without what they mean.
offers () {
	async --complete "$@" | cut -f1
}

test_expect_success 'commands, with what they are for' '
	async --complete vers >actual &&
	printf "version\tsay which async this is\n" >expect &&
	test_cmp expect actual &&
	offers "" >all &&
	async help | sed -n "/^read on/q; s/^    \([a-z][a-z-]*\) .*/\1/p" >expect &&
	test_cmp expect all &&
	offers >actual &&
	test_cmp all actual
'

test_expect_success 'commands behind global options' '
	offers -C somewhere --no-pager vers >actual &&
	echo version >expect &&
	test_cmp expect actual &&
	offers --no-pager -C >actual &&
	echo -C >expect &&
	test_cmp expect actual
'

test_expect_success 'global options' '
	offers --no >actual &&
	echo --no-pager >expect &&
	test_cmp expect actual &&
	offers --c >actual &&
	echo --color= >expect &&
	test_cmp expect actual
'

test_expect_success 'options of a command, = where a value follows; outside a repository' '
	offers overdue --e >actual &&
	echo --exit-code >expect &&
	test_cmp expect actual &&
	offers post --w >actual &&
	echo --within= >expect &&
	test_cmp expect actual &&
	offers overdue - >actual &&
	test_grep "^--json$" actual &&
	test_grep "^-z$" actual &&
	test_grep "^--format=$" actual
'

test_expect_success 'commands of help' '
	offers help over >actual &&
	echo overdue >expect &&
	test_cmp expect actual &&
	offers help work >actual &&
	echo worktime >expect &&
	test_cmp expect actual
'

test_expect_success 'nothing for what is not known; a program of that name may take files' '
	async --complete nonesuch -- >actual &&
	printf "\tfile\n" >expect &&
	test_cmp expect actual &&
	offers zzz >actual &&
	test_must_be_empty actual
'

test_expect_success 'setup: a log with people, groups, levels, tags, calendars and posts' '
	create_log ana ben chi &&
	async -C log team edit ben name="Ben Okoro" group=backend >/dev/null &&
	async -C log team edit chi name="Chi: the \"boss\" \`id\`" groups=backend,ops deputy=ben >/dev/null &&
	async -C log team add old Old old@example.com >/dev/null &&
	async -C log team leave old >/dev/null &&
	async -C log calendar add de 2026-12-25 Christmas >/dev/null &&
	async -C log policy level blocker within=1h >/dev/null &&
	post () { async -C log post -q "$@" && test_tick; } &&
	post --to ben -t release "met: older" >met &&
	as ben async -C log done "$(cat met)" &&
	post --to ben "is it so?" >first &&
	post --to chi -t docs "\$(touch caught) \`touch caught\`; \"quoted\" \\ 100%: café" >second &&
	post -t "G:h=i@j" note >note &&
	for id in met first second note
	do
		cut -c1-7 $id >$id.short || return 1
	done
'

test_expect_success 'ids: what is open first, the newest first, with their subjects' '
	offers -C log ack "" >actual &&
	cat second.short first.short note.short met.short >expect &&
	test_cmp expect actual &&
	async --complete -C log ack "$(cut -c1-3 first)" >actual &&
	printf "%s\tis it so?\n" "$(cat first.short)" >expect &&
	test_cmp expect actual &&
	offers -C log show "$(cut -c1-12 note)" >actual &&
	cut -c1-12 note >expect &&
	test_cmp expect actual &&
	offers --git-dir=log/.git cat-record "$(cut -c1-5 met)" >actual &&
	test_cmp met.short actual &&
	offers -C log show "$(cat note)" >actual &&
	test_cmp note actual &&
	offers -C log ack zzz >actual &&
	test_must_be_empty actual
'

test_expect_success 'what is said of an id is one line and harms no terminal' '
	async --complete -C log ack "$(cat second.short)" >actual &&
	printf "%s\t\$(touch caught) \`touch caught\`; \"quoted\" \\\\ 100%%: café\n" "$(cat second.short)" >expect &&
	test_cmp expect actual &&
	cat >record <<-\EOF &&
	async: 1
	kind: post
	from: ana
	date: 2026-03-02T12:00:00Z
	type: note
	subject: "a\e[31mb"
	EOF
	git clone -q --bare log planted.git &&
	id=$(plant planted.git record) &&
	async --complete --git-dir=planted.git show "$id" >actual &&
	tr -d "[:print:]\t\n" <actual >odd &&
	test_must_be_empty odd
'

test_expect_success 'people: not those who have left' '
	async --complete -C log list --from "" >actual &&
	printf "ana\tana\nben\tBen Okoro\nchi\tChi: the \"boss\" \`id\`\nme\tyourself\n" >expect &&
	test_cmp expect actual &&
	offers -C log ack --for=b >actual &&
	echo "--for=ben" >expect &&
	test_cmp expect actual
'

test_expect_success 'recipients: groups, too, also behind a comma' '
	offers -C log post --to "" >offered &&
	sort offered >actual &&
	printf "%s\n" ana ben chi me @backend all:@backend @maintainers all:@maintainers @ops all:@ops | sort >expect &&
	test_cmp expect actual &&
	async --complete -C log post --to @b >actual &&
	printf "@backend\tone of them\n" >expect &&
	test_cmp expect actual &&
	offers -C log post --cc=ben,all:@b >actual &&
	echo "--cc=ben,all:@backend" >expect &&
	test_cmp expect actual
'

test_expect_success 'tags, levels, words' '
	offers -C log list -t "" >actual &&
	printf "%s\n" G:h=i@j docs release >expect &&
	test_cmp expect actual &&
	async --complete -C log post --level b >actual &&
	printf "blocker\t1h\n" >expect &&
	test_cmp expect actual &&
	offers -C log post -l "" >actual &&
	test_line_count = 4 actual &&
	offers post --need a >actual &&
	printf "%s\n" ack approval >expect &&
	test_cmp expect actual &&
	offers post --need=ap >actual &&
	echo "--need=approval" >expect &&
	test_cmp expect actual &&
	offers list --state ov >actual &&
	echo overdue >expect &&
	test_cmp expect actual
'

test_expect_success 'terms of a query, each behind the other' '
	offers list t >actual &&
	printf "%s\n" to: tag: type: >expect &&
	test_cmp expect actual &&
	offers -C log list tag:docs from:b >actual &&
	echo from:ben >expect &&
	test_cmp expect actual &&
	offers -C log overdue "need:reply to:ana,c" >actual &&
	echo "need:reply to:ana,chi" >expect &&
	test_cmp expect actual &&
	offers -C log log level:b >actual &&
	echo level:blocker >expect &&
	test_cmp expect actual &&
	offers inbox state:ov >actual &&
	echo state:overdue >expect &&
	test_cmp expect actual &&
	offers list "due<tom" >actual &&
	echo "due<tomorrow" >expect &&
	test_cmp expect actual &&
	offers list since:y >actual &&
	echo since:yesterday >expect &&
	test_cmp expect actual &&
	offers -C log log -- "$(cut -c1-6 first)" >actual &&
	test_cmp first.short actual
'

test_expect_success 'times and durations' '
	offers ack --by to >actual &&
	printf "%s\n" today tomorrow >expect &&
	test_cmp expect actual &&
	offers list --since y >actual &&
	echo yesterday >expect &&
	test_cmp expect actual &&
	offers post --within 4 >actual &&
	echo 4h >expect &&
	test_cmp expect actual
'

test_expect_success 'forms of a command, and what each takes' '
	offers -C log team a >actual &&
	printf "%s\n" ana add >expect &&
	test_cmp expect actual &&
	offers -C log team edit c >actual &&
	echo chi >expect &&
	test_cmp expect actual &&
	offers -C log team edit -n chi hol >actual &&
	echo holidays= >expect &&
	test_cmp expect actual &&
	offers -C log team add x "" >actual &&
	test_must_be_empty actual &&
	offers -C log calendar drop "" >actual &&
	echo de >expect &&
	test_cmp expect actual &&
	offers -C log policy level b >actual &&
	echo blocker >expect &&
	test_cmp expect actual &&
	offers -C log policy level blocker "" >actual &&
	printf "%s\n" within= clock= focus= >expect &&
	test_cmp expect actual &&
	offers -C log policy escalate urgent to=@o >actual &&
	echo "to=@ops" >expect &&
	test_cmp expect actual &&
	offers -C log policy escalate urgent to=@ops,b >actual &&
	echo "to=@ops,ben" >expect &&
	test_cmp expect actual &&
	offers -C log policy level blocker within=1h clock=c >actual &&
	echo clock=calendar >expect &&
	test_cmp expect actual &&
	offers -C log policy set default=b >actual &&
	echo default=blocker >expect &&
	test_cmp expect actual &&
	offers -C log me deputy=c >actual &&
	echo deputy=chi >expect &&
	test_cmp expect actual
'

test_expect_success 'what may come again, and what follows it' '
	offers -C log extend "$(cat first)" 4 >actual &&
	echo 4h >expect &&
	test_cmp expect actual &&
	offers -C log extend "$(cat first)" "$(cut -c1-6 second)" >actual &&
	test_cmp second.short actual &&
	offers -C log snooze --clear "$(cut -c1-6 first)" >actual &&
	test_cmp first.short actual &&
	offers -C log tag "$(cat first)" docs rel >actual &&
	echo release >expect &&
	test_cmp expect actual
'

test_expect_success 'time off is cancelled by its own id' '
	async -C log away 2026-03-10 >/dev/null &&
	offers -C log away --cancel "" >actual &&
	test_line_count = 1 actual &&
	async -C log away --cancel "$(cat actual)" >/dev/null
'

test_expect_success 'an option that waits for its value gets it, whatever it looks like' '
	offers -C log list -rt d >actual &&
	echo docs >expect &&
	test_cmp expect actual &&
	offers -C log reply -m -- "" >actual &&
	test_line_count = 4 actual &&
	offers -C log reply -- -m >actual &&
	test_must_be_empty actual
'

test_expect_success 'files are left to the shell' '
	printf "\tfile\n" >expect &&
	async --complete post --file= >actual &&
	test_cmp expect actual &&
	async --complete check-record "" >actual &&
	test_cmp expect actual &&
	async --complete -C "" >actual &&
	test_cmp expect actual
'

test_expect_success 'values of global options' '
	offers --color=a >actual &&
	printf "%s\n" --color=always --color=auto >expect &&
	test_cmp expect actual &&
	offers --color n >actual &&
	echo never >expect &&
	test_cmp expect actual
'

test_expect_success 'aliases, and what is behind them' '
	git config --global async.alias.asked "-C log list --from" &&
	git config --global async.alias.loop loop &&
	git config --global async.alias.run "!touch caught" &&
	test_when_finished "git config --global --remove-section async.alias" &&
	async --complete ask >actual &&
	printf "asked\t-C log list --from\n" >expect &&
	test_cmp expect actual &&
	offers asked b >actual &&
	echo ben >expect &&
	test_cmp expect actual &&
	offers loop x >/dev/null &&
	offers run x >/dev/null &&
	test_path_is_missing caught
'

test_expect_success 'nothing is said outside a log, where it is broken, and of wrong options' '
	mkdir nothing broken && git init -q empty && echo "gitdir: nowhere" >broken/.git &&
	for where in nothing empty broken missing
	do
		async --complete -C $where ack "" >actual 2>err &&
		test_must_be_empty actual && test_must_be_empty err || return 1
	done &&
	for word in --nonesuch --at=x --git-dir=nowhere -cx
	do
		async --complete $word post --to "" >actual 2>err &&
		test_must_be_empty actual && test_must_be_empty err || return 1
	done
'

# type.py <shell>...: give it the lines of standard input, with TAB for ~, and print what arguments
# they give to `zz`. It waits for nothing but for the answer.
cat >type.py <<\EOF
import os, pty, re, sys
pid, tty = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[1], sys.argv[1:])
def answer(line):
    os.write(tty, line.encode() + b"\n")
    seen = b""
    while not re.search(rb"<<(.*)>>", seen):
        more = os.read(tty, 65536)
        if not more:
            sys.exit("the shell has ended: " + repr(seen))
        seen += more
    return re.search(rb"<<(.*)>>", seen).group(1).decode()
answer(". ./setup")
for line in sys.stdin:
    print(answer(line.rstrip("\n").replace("~", "\t")))
os.write(tty, b"exit\n")
EOF

# What they read first: a command whose words are completed as async's are, and which shows what it got.
cat >setup.sh <<\EOF
zz () { printf "<""<"; printf "[%s]" "$@"; echo ">"">"; }
cd log
zz
EOF

cat >typed <<EOF
zz vers~
zz ack $(cut -c1-6 first 2>/dev/null)~
zz post --wi~
zz post --to be~
zz post --to=be~
zz post --to @ba~
zz post --to=ben,@ba~
zz post --to all:@ba~
zz post --to "be~
zz list -t G:h=~
zz list --tag=G~
zz me deputy=ch~
zz list tag:doc~
zz --git-dir=.git team edit ch~
EOF
cat >expect.typed <<EOF
[version]
[ack][$(cat first.short 2>/dev/null)]
[post][--within=]
[post][--to][ben]
[post][--to=ben]
[post][--to][@backend]
[post][--to=ben,@backend]
[post][--to][all:@backend]
[post][--to][ben]
[list][-t][G:h=i@j]
[list][--tag=G:h=i@j]
[me][deputy=chi]
[list][tag:docs]
[--git-dir=.git][team][edit][chi]
EOF

test_expect_success 'bash: words, options and values, with = : and @ in them, and in quotes' '
	cat - setup.sh >setup <<-\EOF &&
	. "$SOURCE_DIR/cmd/completion/async.bash"
	complete -o nospace -F _async zz
	bind "set enable-bracketed-paste off"
	EOF
	python3 type.py bash --norc --noprofile -i <typed >actual &&
	test_cmp expect.typed actual
'

test_expect_success 'bash: what stands in a log is quoted' '
	cp -R log hostile &&
	async -C hostile post -q -t "D\$HOME;\`id\`" x &&
	sed -i "s/^cd log/cd hostile/" setup &&
	echo "zz list -t D~" >lines &&
	python3 type.py bash --norc --noprofile -i <lines >actual &&
	echo "[list][-t][D\$HOME;\`id\`]" >expect &&
	test_cmp expect actual
'

test_expect_success 'bash: a list says what each candidate means, in the width there is' '
	cat >ask.bash <<-\EOF &&
	. "$SOURCE_DIR/cmd/completion/async.bash"
	line=$* COLUMNS=30
	COMP_WORDS=(async "$@") COMP_CWORD=$# COMP_LINE="async $line" COMP_POINT=$((6 + ${#line})) COMP_TYPE=63
	_async
	printf "%s|\n" "${COMPREPLY[@]}"
	EOF
	bash ask.bash -C log ack "" >offered &&
	sed -n 2p offered >actual &&
	printf "%s  (is it so?)|\n" "$(cat first.short)" >expect &&
	test_cmp expect actual &&
	test_grep ! "^.\{30,\}|" offered &&
	bash ask.bash vers >actual &&
	echo "version |" >expect &&
	test_cmp expect actual
'

test_expect_success 'bash: git async' '
	cat >ask-git.bash <<-\EOF &&
	. "$SOURCE_DIR/cmd/completion/async.bash"
	line=$*
	COMP_WORDS=(git "$@") COMP_CWORD=$# COMP_LINE="git $line" COMP_POINT=$((4 + ${#line})) COMP_TYPE=9
	_git_async
	printf "%s|\n" "${COMPREPLY[@]}"
	EOF
	bash ask-git.bash -C log async ack "$(cut -c1-6 first)" >actual &&
	echo "$(cat first.short) |" >expect &&
	test_cmp expect actual &&
	bash ask-git.bash async vers >actual &&
	echo "version |" >expect &&
	test_cmp expect actual
'

type zsh >/dev/null 2>&1 && test_set_prereq ZSH
type fish >/dev/null 2>&1 && test_set_prereq FISH

test_expect_success ZSH 'zsh: the same' '
	mkdir functions && cp "$SOURCE_DIR/cmd/completion/async.zsh" functions/_async &&
	cat - setup.sh >setup <<-\EOF &&
	unset zle_bracketed_paste
	fpath=("$PWD/functions" $fpath)
	autoload -Uz compinit
	compinit -u -D
	compdef _async zz
	EOF
	python3 type.py zsh -f -i <typed >actual &&
	test_cmp expect.typed actual
'

test_expect_success FISH 'fish: words, options, values, and what they mean' '
	ask_fish () {
		fish --no-config -c "source \"\$SOURCE_DIR/cmd/completion/async.fish\"; complete -C \"\$argv\"" "$1"
	} &&
	ask_fish "async -C log ack " >actual &&
	async --complete -C log ack "" >expect &&
	test_cmp expect actual &&
	ask_fish "async -C log post --to=ben,@b" >actual &&
	printf -- "--to=ben,@backend\tone of them\n" >expect &&
	test_cmp expect actual &&
	ask_fish "git-async vers" >actual &&
	test_grep "^version" actual &&
	ask_fish "async post --file=type.p" >actual &&
	echo "--file=type.py" >expect &&
	test_cmp expect actual
'

test_done
