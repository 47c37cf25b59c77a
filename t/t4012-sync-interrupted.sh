#!/bin/sh
test_description='sync interrupted while it fetches, joins or pushes: nothing is left, and the next one works'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# An ssh that runs here what would be run there, and a program that signs. What $HOLD names stops: it says so
# in the FIFO `here`, and goes on once there is a line in `go`; a pack stops after some of its bytes.
test_expect_success 'setup: two clones of one log, and a wire that can be stopped' '
	mkfifo here go alive && cat >ssh <<-EOF && cat >sign <<-EOF && cat >taken <<-EOF && chmod +x ssh sign taken && ssh-keygen -q -t ed25519 -N "" -f key &&
	#!/bin/sh
	hold () { cut -d" " -f5 /proc/self/stat >"$PWD/group"; echo held >"$PWD/here"; timeout --foreground 60 cat "$PWD/go"; }
	while test "\${1#-}" != "\$1"; do case \$1 in -o | -p) shift ;; esac; shift; done
	case \$HOLD:\$2 in
	fetch:*upload-pack* | push:*receive-pack*) hold >&2 ;;
	pack:*upload-pack*) sh -c "\$2" | { stdbuf -o0 head -c 150000; hold >&2; cat; }; exit ;;
	esac
	exec sh -c "\$2"
	EOF
	#!/bin/sh
	test "\$HOLD" != join || { echo held >"$PWD/here"; exec timeout --foreground 60 cat "$PWD/go"; }
	exec ssh-keygen "\$@"
	EOF
	#!/bin/sh
	test "\$1 \$HOLD" != "committed taken" || { echo held >"$PWD/here"; exec timeout --foreground 60 cat "$PWD/go"; }
	EOF
	GIT_SSH=$PWD/ssh && export GIT_SSH && git init -q --bare hub.git && cp taken hub.git/hooks/reference-transaction && create_log ana ben && mv log ana &&
	git -C ana remote add origin "there:$PWD/hub.git" && as ana async -C ana sync -q &&
	git clone -q "there:$PWD/hub.git" ben && git -C ben config user.name ben && git -C ben config user.email ben@example.com &&
	git -C ben config fetch.unpackLimit 1 && git -C ben config gpg.format ssh && git config --global gpg.ssh.program "$PWD/sign" &&
	git -C ben config user.signingKey "$PWD/key.pub" && git -C ben config commit.gpgSign true && as ben async -C ben sync -q
'

# Something to take in, which is no small pack, and something to send.
news () {
	head -c 300000 /dev/urandom >noise && as ana async -C ana post -q --attach "$PWD/noise" "From Ana" >>printed &&
	as ana async -C ana sync -q && as ben async -C ben post -q "From Ben" >>printed
}

# held <where>: a sync of Ben's, $sync_pid, with a process group of its own, has come so far. All that it began hold
# `alive` open, which is 8 here.
held () {
	{
		as ben sh -c "echo \$\$ >pid && exec setsid env --default-signal=INT,TERM,HUP HOLD=$1 async -C ben sync" >out 2>err 7>alive &
		sync_job=$!
	} &&
	exec 8<alive && timeout 30 cat here >held && test_grep "^held" held && sync_pid=$(cat pid)
}

# all_gone: nothing that was begun runs any more.
all_gone () {
	timeout 30 cat <&8 && exec 8<&- && { wait "$sync_job" || :; }
}

go_on () {
	timeout 30 sh -c "echo on >go"
}

branches () {
	git -C ben for-each-ref refs/heads && git -C hub.git for-each-ref
}

nothing_is_left () {
	find ben/.git hub.git -name "*.lock" ! -path "*/async/index.lock" -o -name "tmp_*" -o -name "*.keep" -o -path "*/async/*" -name "*.tmp*" >left && test_must_be_empty left
}

next_sync_works () {
	as ben async -C ben sync >actual 2>err && test_must_be_empty err && nothing_is_left && as ana async -C ana sync -q &&
	test "$(git -C ana rev-parse async)" = "$(git -C ben rev-parse async)" && nothing_is_lost ben
}

for each in INT:fetch INT:pack INT:join INT:push TERM:pack HUP:push $(long_or "TERM:fetch TERM:join TERM:push HUP:fetch HUP:pack HUP:join" "")
do
	signal=${each%:*} where=${each#*:}
	test_expect_success "SIG$signal, to it alone or to its group, while it is at: $where" '
		for to in "" $(long_or - "$(test $signal = INT || echo -)")
		do
			news && branches >before && held $where && kill -s $signal -- "$to$sync_pid" && all_gone && branches >after && test_cmp before after &&
			test_must_be_empty out && next_sync_works || return 1
		done
	'
done

test_expect_success 'when all was sent, but not yet confirmed: sent it is' '
	for signal in INT KILL
	do
		news && held taken && kill -s $signal "$sync_pid" && { test $signal = INT || go_on; } && all_gone && next_sync_works &&
		test_grep ! out actual || return 1
	done
'

for where in fetch pack push
do
	test_expect_success "killed while it is at: $where; the git that goes on alone is let do so" '
		news && held $where && kill -KILL "$sync_pid" && find ben/.git -name "tmp_pack_*" >half &&
		{ test $where != pack || test_line_count = 1 half; } && as ben async -C ben sync -q && find ben/.git -name "tmp_pack_*" >still && test_cmp half still &&
		go_on && all_gone && next_sync_works
	'
done

test_expect_success 'killed together with git: half a pack is swept away by the next one' '
	news && held pack && kill -s KILL -- "$sync_pid" "-$(cat group)" && all_gone &&
	find ben/.git -name "tmp_pack_*" >half && test_line_count = 1 half && next_sync_works
'

test_expect_success 'git that went on alone dies only after another sync: its half a pack is swept away too' '
	news && held pack && kill -KILL "$sync_pid" && as ben async -C ben sync -q &&
	find ben/.git -name "tmp_pack_*" >half && test_line_count = 1 half && kill -s KILL -- "-$(cat group)" && all_gone &&
	find ben/.git -name "tmp_pack_*" >still && test_cmp half still && next_sync_works
'

test_expect_success 'git that went on alone dies while another sync is at work, which sweeps when it ends' '
	news && held pack && kill -KILL "$sync_pid" && left_alone=$(cat group) && held join && kill -s KILL -- "-$left_alone" &&
	find ben/.git -name "tmp_pack_*" >half && test_line_count = 1 half && go_on && all_gone && nothing_is_left && next_sync_works
'

test_expect_success 'half a pack that is none of ours stays, and so does one that is still written' '
	before=ben/.git/objects/pack/tmp_pack_before beside=ben/.git/objects/pack/tmp_pack_beside &&
	echo half >$before && news && held pack && echo half >$beside && exec 9>>$beside &&
	kill -s KILL -- "$sync_pid" "-$(cat group)" && all_gone && as ben async -C ben sync -q &&
	test -f $before && test -f $beside && exec 9>&- && rm $before $beside && next_sync_works
'

test_done
