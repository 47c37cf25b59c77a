#!/bin/sh
test_description='ten days of three people in three zones, with two clones between them'
. "${0%/*}/lib.sh"

# Ana works in Berlin, Chi in Tokyo, Dee in New York. Ana and Dee log in to the same machine,
# and so share the clone `here`; Chi's is `there`. What they say travels by plain git.
ana () { as ana async -C here "$@"; }
dee () { as dee async -C here "$@"; }
chi () { as chi async -C there "$@"; }

# berlin|tokyo|newyork <time> [<command>...]: it is that time there, from here on.
berlin () { clock Europe/Berlin "$@"; }
tokyo () { clock Asia/Tokyo "$@"; }
newyork () { clock America/New_York "$@"; }
clock () {
	ASYNC_NOW=$(date -u -d "TZ=\"$1\" $2" +%Y-%m-%dT%H:%M:%SZ) || return 1
	shift 2 && "$@"
}

# exchange <clone>: fetch, join, push, as anybody can who has only git.
exchange () (
	cd "$1" && git fetch -q origin || exit 1
	ours=$(git rev-parse -q --verify refs/heads/async)
	theirs=$(git rev-parse -q --verify refs/remotes/origin/async)
	if test -z "$ours"
	then
		git update-ref refs/heads/async "$theirs"
	elif test -n "$theirs" && ! git merge-base --is-ancestor "$theirs" "$ours"
	then
		git update-ref refs/heads/async "$(join_logs "$ours" "$theirs")" || exit 1
	fi
	git push -q origin async
)
join_logs () {
	git merge-base --is-ancestor "$1" "$2" && echo "$2" && return
	git commit-tree -p "$1" -p "$2" -m "merge the logs" "$(git merge-tree --write-tree "$1" "$2")"
}

# says <command>...: it prints exactly what stands on standard input, ids as <id>.
says () {
	cat >expect && "$@" >actual.out 2>&1
	says_code=$?
	sed "s/\<[0-9a-f]\{7\}\>/<id>/g" actual.out >actual
	test_cmp expect actual && return $says_code
}

# ---- Monday

test_expect_success 'on Monday Ana begins a log in the repository of the team' '
	git init -q --bare hub && git clone -q hub here 2>/dev/null &&
	git -C here commit -q --allow-empty -m "the code" && git -C here push -q origin HEAD &&
	berlin "2026-03-02 08:55" ana init >actual &&
	test_grep "^Began a log on the branch .async." actual &&
	ana me handle=ana zone=Europe/Berlin &&
	ana team add chi "Chi Tanaka" chi@example.com zone=Asia/Tokyo groups=api &&
	ana team add dee "Dee Ruiz" dee@example.com zone=America/New_York groups=api &&
	exchange here
'

test_expect_success 'a clone is all that Chi needs' '
	git clone -q hub there &&
	chi >actual && test_grep "^The log is empty." actual
'

test_expect_success 'who is at work? Tokyo has gone home, New York is asleep' '
	berlin "2026-03-02 10:00" says ana who <<-\EOF
	ana  Mon 10:00  working  until today 17:00 ~  Europe/Berlin
	dee  Mon 04:00  off  until today 15:00 ~  09:00 there  America/New_York
	chi  Mon 18:00  off  until tomorrow 01:00 ~  09:00 there  Asia/Tokyo
	EOF
'

test_expect_success 'so Ana asks, and each has their own time to answer' '
	says ana post --to chi -t release "Can v1 of the API go?" -m "Two customers still call it." <<-\EOF &&
	<id> asked chi: due ~Tue 2026-03-03 17:00 JST (09:00 CET)
	EOF
	says ana post --to dee --need approval -l urgent -t release "Deploy 2.4 tonight" \
		-m "The changelog is ready." <<-\EOF &&
	<id> asked dee: due ~Mon 2026-03-02 13:00 EST (19:00 CET)
	EOF
	says ana post --to all:@api --need done --within 3d -t retro "Fill in the retro" -m "Numbers, please." <<-\EOF &&
	<id> asked chi: due ~Thu 2026-03-05 17:00 JST (09:00 CET)
	<id> asked dee: due ~Wed 2026-03-04 17:00 EST (23:00 CET)
	EOF
	ana >actual && test_grep "^Nothing waits on you; you wait for 4 answers.$" actual &&
	exchange here
'

test_expect_success 'Dee opens her shell in New York: the prompt says that something is due' '
	newyork "2026-03-02 09:05" says dee status --short <<-\EOF &&
	1 today
	EOF
	says dee <<-\EOF &&
	Waits on you:
	<id>  ana  Deploy 2.4 tonight  ~today 13:00  approval
	<id>  ana  Fill in the retro  ~Wed 17:00  done
	1 due today.
	EOF
	says dee approve :/Deploy -m "Go; the dashboards are green." <<-\EOF
	<id> approved
	EOF
'

# ---- Tuesday

test_expect_success 'on Tuesday Chi fetches, and promises an answer' '
	tokyo "2026-03-03 09:10" git -C there fetch -q &&
	says chi <<-\EOF &&
	Waits on you:
	<id>  ana  Can v1 of the API go?  ~today 17:00  reply
	<id>  ana  Fill in the retro  ~Thu 17:00  done
	1 due today.
	EOF
	says chi ack :/API --by "wed 12:00" -m "I have to ask the customers." <<-\EOF
	<id> acked: an answer by Wed 2026-03-04 12:00 JST
	EOF
'

test_expect_success 'before Ana knows of it she gives more time' '
	berlin "2026-03-03 09:00" says ana <<-\EOF &&
	You wait for:
	<id>  chi  Can v1 of the API go?  ~today 09:00  reply
	<id>  dee  Fill in the retro  ~tomorrow 23:00  done
	<id>  chi  Fill in the retro  ~Thu 09:00  done
	Since you last looked:
	<id>  yesterday 15:05  dee  approved  Deploy 2.4 tonight
	Nothing waits on you; you wait for 3 answers.
	EOF
	says ana extend -l low :/API -m "No hurry after all." <<-\EOF
	<id> chi: due ~Thu 2026-03-05 17:00 JST (09:00 CET), was today 17:00
	EOF
'

test_expect_success 'once they have exchanged, both clones show one thread, word for word' '
	exchange there && exchange here && exchange there &&
	chi show --json :/API >expect && ana show --json :/API >actual && test_cmp expect actual &&
	chi list --json >expect && ana list --json >actual && test_cmp expect actual
'

# ---- Wednesday

test_expect_success 'on Wednesday Chi asks for more time; it is for Ana to grant' '
	tokyo "2026-03-04 11:00" says chi extend :/retro 2d -m "I was ill." <<-\EOF &&
	<id> asked ana for 2d more; they grant it with: async extend --accept <id>
	EOF
	exchange there && git -C here fetch -q &&
	berlin "2026-03-04 09:30" ana status >actual &&
	test_grep "chi  Fill in the retro  ~tomorrow 09:00  done  asks for 2d more" actual &&
	says ana extend --accept :/retro <<-\EOF
	<id> chi: due ~Mon 2026-03-09 17:00 JST (09:00 CET), was tomorrow 17:00
	EOF
'

test_expect_success 'a question back is an answer, too; and what Chi cannot do, Dee can' '
	says chi reply :/API -m "One of them moves next week. Which one pays more?" <<-\EOF &&
	<id> replied to ana (<id>)
	EOF
	says chi assign :/retro --to dee -m "Dee has the numbers." <<-\EOF &&
	<id> handed over to dee, who was asked already: due ~Wed 2026-03-04 17:00 EST (Thu 2026-03-05 07:00 JST)
	EOF
	exchange there && exchange here
'

test_expect_success 'Dee does not want to see it now, which is nobody else'\''s business' '
	newyork "2026-03-04 09:10" says dee snooze :/retro "15:00" <<-\EOF &&
	<id> snoozed until Wed 2026-03-04 15:00 EST: Fill in the retro
	EOF
	echo "… 1 snoozed: async inbox --all" >expect && dee inbox >actual && test_cmp expect actual &&
	ana inbox --for dee >actual && test_grep "Fill in the retro  ~today 23:00" actual &&
	newyork "2026-03-04 15:01" dee inbox >actual && test_grep "Fill in the retro  ~today 17:00" actual
'

test_expect_success 'Ana says her question anew, and asks again: a new clock' '
	berlin "2026-03-04 16:30" ana list --format="%(id)" API >id &&
	says ana edit "$(cat id)" -s "Can v1 of the API go in April?" -m "One customer still calls it." <<-\EOF &&
	<id> changed: Can v1 of the API go in April?
	EOF
	says ana reply "$(cat id)" --to chi -m "The one that stays. April, then: agreed?" <<-\EOF &&
	<id> replied to ana (<id>)
	<id> asked chi: due ~Thu 2026-03-05 17:00 JST (09:00 CET)
	EOF
	exchange here
'

# ---- Thursday

test_expect_success 'on Thursday Chi agrees, and goes skiing' '
	tokyo "2026-03-05 09:30" git -C there fetch -q &&
	says chi reply :/April "Agreed." <<-\EOF &&
	<id> replied to ana (<id>)
	EOF
	says chi away 2026-03-09..2026-03-10 -m "Skiing" <<-\EOF &&
	<id>  chi is away from 2026-03-09 to 2026-03-10 (Asia/Tokyo), working time off: 16h
	EOF
	exchange there
'

test_expect_success 'Dee is done with the retro, by the verb that it needs' '
	exchange here &&
	newyork "2026-03-05 10:00" test_must_fail dee reject :/retro -m "no" 2>actual &&
	test_grep "needs to be done" actual && test_grep "^hint: .async done" actual &&
	says dee done :/retro -m "The numbers are in." <<-\EOF &&
	<id> done
	EOF
	says dee post --to ana,chi --need read "How we deploy" -m "Read this once." <<-\EOF &&
	<id> asked ana: due ~Fri 2026-03-06 16:00 CET (10:00 EST)
	<id> asked chi: due ~Fri 2026-03-06 17:00 JST (03:00 EST)
	EOF
	says ana read :/deploy <<-\EOF
	<id> read
	EOF
'

# ---- Friday, and over the weekend

test_expect_success 'on Friday at four in New York, one working day ends on Monday at four: of summer time' '
	newyork "2026-03-06 16:00" says ana post --to dee -t state/todo "Which region next?" <<-\EOF &&
	<id> asked dee: due ~Mon 2026-03-09 16:00 EDT (21:00 CET)
	EOF
	ana why - >actual &&
	test_grep "^Fri 2026-03-06 17:00 - Mon 2026-03-09 09:00 *out of hours$" actual &&
	test_grep "^Mon 2026-03-09 09:00 - 16:00 *+7h *8h$" actual &&
	says ana tag - state/doing <<-\EOF &&
	<id> tagged state/doing
	EOF
	says ana tag -d - state/todo <<-\EOF &&
	<id> no longer tagged state/todo
	EOF
	ana list --board=state/ >actual && test_grep "^doing (1)$" actual && test_grep ! todo actual &&
	exchange here
'

test_expect_success 'the weekend is nobody'\''s working time' '
	berlin "2026-03-08 12:00" ana who --format="%(person) %(state)" >actual &&
	test_grep ! working actual
'

# ---- Monday again

test_expect_success 'on Monday evening two answers are late, and everybody sees the same' '
	newyork "2026-03-09 17:30" says ana overdue <<-\EOF &&
	<id>  chi  How we deploy  ~2026-03-06 09:00  3d 13h late  (0m of work)  standard
	<id>  dee  Which region next?  ~today 21:00  1h 30m late  (1h of work)  standard
	EOF
	test_expect_code 1 ana overdue -q &&
	exchange there && chi overdue --json >expect && ana overdue --json >actual && test_cmp expect actual
'

test_expect_success 'what was hasty can be undone' '
	ana retract :/region >actual && test_grep "retracted: withdrew what was asked of dee" actual &&
	ana overdue >actual && test_grep ! region actual &&
	ana undo >actual && test_grep "open again for dee" actual
'

test_expect_success 'what was said is found by its words, and told with who and when' '
	says ana search "customer*" <<-\EOF &&
	<id>  2026-03-03 01:10  chi  ack: Can v1 of the API go in April?
	    I have to ask the customers.
	<id>  2026-03-02 10:00  ana  Can v1 of the API go in April?
	    One customer still calls it.
	EOF
	ana show :/deploy >actual && test_grep "^ana  met  read, " actual && test_grep "^chi  overdue " actual &&
	ana show "$(cat id)" >actual &&
	test_grep "^Text: .*--history" actual &&
	test_grep "chi acked: an answer by Wed 2026-03-04 04:00 CET" actual
'

# ---- Wednesday, the week after

test_expect_success 'on Wednesday Chi is back from the mountains, and reads once what she missed' '
	exchange here && tokyo "2026-03-11 09:05" git -C there fetch -q &&
	says chi digest --since "2026-03-07" <<-\EOF &&
	Overdue: waits on you
	<id>  dee  How we deploy  ~2026-03-06 17:00  4d 16h late (5m of work), read
	EOF
	chi read :/deploy &&
	chi digest --since-last >actual && test_grep ! Overdue actual && exchange there
'

test_expect_success 'how well does it go? Ana looks at the figures of the team, not at those of people' '
	exchange here && berlin "2026-03-11 09:00" says ana stats --by level <<-\EOF
	                   in              over-  with-   first  answer
	          asked  time  late  open    due  drawn  median    90 %
	all           7   33%     3     1      1      1   8h 5m     25h

	by level
	standard      6   20%     3     1      1      1   8h 5m     25h
	urgent        1  100%     0     0      0      0      5m      5m
	EOF
'

test_expect_success 'in the end both clones hold one log, and plain git tells its history' '
	exchange here && exchange there && exchange here &&
	git -C here rev-parse async >expect && git -C there rev-parse async >actual && test_cmp expect actual &&
	chi log --json >expect && ana log --json >actual && test_cmp expect actual &&
	git -C hub log --format=%s --no-merges async >subjects &&
	test_grep "^post [0-9a-f]* by ana: Can v1 of the API go?$" subjects &&
	test_grep "^approve [0-9a-f]* by dee$" subjects &&
	test_grep "^ack [0-9a-f]* by chi$" subjects
'

test_done
