#!/bin/sh
test_description='what stands in an argument stays there: no option, no program, no escape sequence of it'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

test_have_prereq STRACE && command -v ssh-keygen >/dev/null && test_set_prereq KEYGEN

esc=$(printf '\033') lf='
'
# Each would leave a file `pwned`, hang, or turn the terminal red, if it were taken for what it is not.
cat >words <<END
-x
--exec=touch pwned
--upload-pack=touch pwned
\$(touch pwned)
\`touch pwned\`
;touch pwned
|touch pwned
!touch pwned
ext::sh -c touch% pwned
../../../../etc/passwd
@{-1}
%n%s
a b${esc}[31mred
END

# harmless <status>: it was an answer, and nothing came of the word but words.
harmless () {
	case $1 in 0 | 1 | 3 | 128 | 129) ;; *) echo "exit status $1"; return 1 ;; esac
	test ! -e pwned && test ! -e log/pwned || { echo "it was run"; return 1; }
	! grep -l "$esc" out err || { echo "raw on the terminal"; return 1; }
}

# give <argument>...: to async, with an answer soon.
give () {
	timeout -s KILL 30 async -C log "$@" >out 2>err </dev/null
	given=$?
	harmless $given || { printf "<%s> " "$@"; cat out err; return 1; }
}

# Those of the table; what two lines are is no line of it.
each_word () {
	while IFS= read -r word
	do
		"$@" "$word" </dev/null || return 1
	done <words
	"$@" "two${lf}lines" </dev/null
}

id=''
commands=$(async --complete "" | sed 's/	.*//')
test_expect_success 'setup: a log and a remote' '
	create_log ana ben && id=$(async -C log post -q --to ben "Can we ship?") &&
	git clone -q --bare log hub.git && git -C log remote add origin "$PWD/hub.git"
'

as_option () {
	for command in $commands
	do
		give "$command" "$1" && test $given = 129 && test_grep -q "has no option $1" err || { echo "$command $1"; cat err; return 1; }
	done
}
test_expect_success 'what no command has is an option of none' '
	as_option -Z && as_option --receive-pack && as_option --upload-pack
'

operand () {
	for command in $commands
	do
		case $command in watch | help) continue ;; esac
		give "$command" -- "$1" || return 1
		test_grep ! "has no option" err || return 1
	done
}
# Each word costs a run of every command.
test_expect_success 'behind -- it is an operand of each' '
	operand --exec="touch pwned" && operand "a b${esc}[31m${lf}red" && if test -n "$test_long"; then each_word operand; fi
'

# What the options of these take; an id where there must be one.
cat >places <<END
show%--save%WORD%-o%saved/WORD%ID
post%-q%--to%WORD%words
post%-q%--tag%WORD%words
post%-q%--level%WORD%words
post%-q%--attach%WORD%words
post%-q%--link%WORD%words
post%-q%-m%WORD%WORD
list%--sort%WORD
list%--board=WORD
log%--%WORD
search%--%WORD
due%--for%WORD%--within%1h
due%--calendar%WORD%--within%1h
tag%ID%--tag%WORD
ack%-m%WORD%ID
assign%--to%WORD%ID
verify%--since%WORD
verify%--trust%WORD
sync%--%WORD
merge-logs%--%WORD
redact%--%WORD
away%-m%WORD%tomorrow
team%add%--%WORD%WORD%WORD
calendar%show%--%WORD
hook%run%--%WORD
hook%run%update%--%WORD%WORD%WORD
hook%install%--%WORD
me%--%status=WORD
me%--%key=WORD
-L%WORD%status
-c%async.branch=WORD%status
-c%async.remote=WORD%sync
-c%async.alias.x=WORD%x
-c%user.signingKey=WORD%-c%commit.gpgSign=true%-c%gpg.format=ssh%post%-q%words
--git-dir%WORD%status
--at%WORD%status
--color%WORD%status
END
placed () {
	while IFS= read -r place
	do
		rest=$place%
		set -- "$1"
		while test -n "$rest"
		do
			part=${rest%%%*} rest=${rest#*%}
			case $part in
			*WORD*) set -- "$@" "${part%%WORD*}$1${part#*WORD}" ;;
			ID) set -- "$@" "$id" ;;
			*) set -- "$@" "$part" ;;
			esac
		done
		(shift && give "$@") || { echo "in $place"; return 1; }
	done <places
}
test_expect_success 'nor is it anything else in what an option takes' '
	mkdir saved && placed "-x" && placed "\$(touch pwned)${esc}[31m;touch pwned${lf}|touch pwned" &&
	if test -n "$test_long"; then each_word placed; fi
'

# remote <name> <url>: of that name in the configuration, which git itself would not write.
remote () {
	git -C log config "remote.$1.url" "$2" && git -C log config "remote.$1.fetch" "+refs/heads/*:refs/remotes/x/*"
}
remote_word () {
	remote "$1" "$PWD/hub.git" && give sync -- "$1" && git -C log config --remove-section "remote.$1"
}
# A format is printed as its author, who reads it, gave it.
test_expect_success 'nor in a format' '
	give list --format "%(subject)\$(touch pwned)" && echo "Can we ship?\$(touch pwned)" >expect && test_grep -F "$(cat expect)" out &&
	give list --format "%(subject:-x)" && give list --format "%(--exec=touch pwned)" && give list --format "%"
'

test_expect_success 'a remote of such a name, or at such a place' '
	git -C log config async.syncTimeout 2 && remote_word -x && remote_word "--upload-pack=touch pwned" && remote_word "ext::sh -c touch% pwned" && remote_word "\$(touch pwned)" &&
	for url in "ext::sh -c touch% pwned" "--upload-pack=touch pwned" "ssh://-oProxyCommand=touch pwned/x" "file://\$(touch pwned)" "fd::9" "-x"
	do
		remote odd "$url" && give sync odd && test $given = 128 || return 1
	done
'

# started <command>...: what async itself started, a line of arguments each.
started () {
	strace -f -qqq -s 4096 -o calls -e trace=execve,vfork,clone,clone3 "$@" >out 2>err </dev/null
	awk "NR == 1 { us = \$1 }
		\$1 == us && /(vfork|clone|clone3)[( ].* = [0-9]+\$/ { ours[\$NF] = 1 }
		/execve\(/ { at[NR] = \$1; line[NR] = \$0 }
		END { for (i = 1; i <= NR; i++) if (i in line && at[i] in ours) print line[i] }" calls |
		sed -n "s/.*execve(\"[^\"]*\", \[\(.*\)\], .*) = 0$/\1/p; s/.*execve(\"[^\"]*\", \[\(.*\)\], .* <unfinished.*/\1/p"
}
test_expect_success STRACE 'sync starts git with these arguments, and nothing else' '
	git -C log config --remove-section remote.odd && git -C log config async.remote origin && as ana async -C log post -q more &&
	ASYNC_NESTED= started async -C log sync >actual && cat out err && sed "s|\"$PWD/|\"|g" actual >there && cat >expect <<-END &&
	"git", "--git-dir", "log/.git", "-c", "protocol.ext.allow=never", "-c", "core.hooksPath=/dev/null", "-c", "fetch.fsckObjects=true", "fetch", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-gc", "--no-filter", "--progress", "--refmap=", "--end-of-options", "origin", "+refs/heads/async:refs/async/incoming/origin"
	"git", "--git-dir", "log/.git", "-c", "protocol.ext.allow=never", "-c", "core.hooksPath=/dev/null", "push", "--porcelain", "--progress", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--end-of-options", "origin", "$(git -C log rev-parse async):refs/heads/async"
	END
	test_cmp expect there
'

test_expect_success 'the shell gets what the user'\''s own setting says, and the file as one argument' '
	mkdir -p bin "state \$(touch pwned)" && printf "#!/bin/sh\ntest \$# = 1 && echo Typed >\"\$1\"\n" >bin/typist && chmod +x bin/typist &&
	test_terminal env PATH="$PWD/bin:$PATH" EDITOR=typist XDG_STATE_HOME="$PWD/state \$(touch pwned)" async -C log post >out 2>err &&
	last_record >out && test_grep "^subject: Typed$" out && harmless 0
'

test_expect_success KEYGEN 'ssh-keygen, about a signature by somebody else' '
	ssh-keygen -q -t ed25519 -N "" -C "-x \$(touch pwned)" -f "key -x" && rm -f "$HOME"/.local/state/async/*/verified.* &&
	as ana async -C log me key="$(cat "key -x.pub")" && test_tick &&
	as ana async -C log -c commit.gpgSign=true -c gpg.format=ssh -c user.signingKey="$PWD/key -x" post -q signed &&
	started async -C log verify --full >actual && cat actual out err && harmless 0 &&
	sed "s|/proc/[^\"]*|FILE|g" actual | sort -u >there && cat >expect <<-END && test_cmp expect there
	"ssh-keygen", "-Y", "verify", "-n", "git", "-I", "author", "-f", "FILE", "-s", "FILE"
	END
'

test_done
