#!/bin/sh
test_description='async.durable: what is acknowledged is on the disk'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# traced <command>...: what it does to files goes to `trace`.
traced () {
	strace -f -y -qq -o trace \
		-e trace=write,pwrite64,rename,renameat,renameat2,link,unlink,mkdir,fsync,fdatasync "$@" >printed
}

# unsynced: by the time that something is printed, what of objects and refs would not survive a power
# failure: files published before they were synced after their last write, and folders that were not
# synced since a name was put into them.
unsynced () {
	awk '
	function folder(path) { sub("/[^/]*$", "", path); return path }
	function of_git(path) { return path ~ "/[.]git/(objects|refs)(/|$)" }
	function strings(line, out,   nr) { # what stands in quotes
		nr = split(line, part, "\"")
		out[1] = part[2]; out[2] = part[4]
		return nr
	}
	/ = -1 / { next }
	{ call = $2; sub("[(].*", "", call); fd = $0; sub("^[^<]*<", "", fd); sub(">.*", "", fd) }
	call ~ "^p?write" && $0 ~ "write[(]1<" {
		for (path in dirty) print "not synced: " path
		for (path in named) print "folder not synced: " path
		printed = 1
		exit
	}
	call ~ "^p?write" && of_git(fd) { dirty[fd] = 1; written++ }
	call ~ "^f(data)?sync$" { delete dirty[fd]; delete named[fd] }
	call == "unlink" { strings($0, name); delete dirty[name[1]] }
	call == "mkdir" { strings($0, name); if (of_git(name[1])) named[folder(name[1])] = 1 }
	call ~ "^rename|^link$" {
		strings($0, name)
		if (!of_git(name[2])) next
		if (name[1] in dirty) print "published before it was synced: " name[2]
		named[folder(name[2])] = 1
		published++
	}
	END { if (!printed || !published || !written) print "nothing was seen" }
	' trace
}

# All of it is on the disk.
is_synced () {
	unsynced >found && test_must_be_empty found
}

test_expect_success STRACE 'without async.durable nothing is synced' '
	create_log ana &&
	traced async -C log post "fast" &&
	test_grep ! "sync([0-9]*<.*/log/.git/[or]" trace &&
	unsynced >found &&
	test_grep "published before it was synced" found
'

test_expect_success STRACE 'with it objects and ref are, before the id is printed' '
	git -C log config async.durable true &&
	traced async -C log post "durable" &&
	is_synced &&
	sed "s/ .*//" printed >id &&
	grep -c "fsync.*tmp_object_git2" trace >objects &&
	echo 7 >expect &&
	test_cmp expect objects &&
	test_grep "fsync.*refs/heads/async.lock" trace &&
	test_grep "fsync.*/objects>" trace
'

test_expect_success STRACE 'so it is with core.fsync and core.fsyncObjectFiles' '
	git -C log config --unset async.durable &&
	traced async -C log -c core.fsync=all post "by git" &&
	is_synced &&
	traced async -C log -c core.fsyncObjectFiles=true post "as it used to be" &&
	is_synced &&
	git -C log config async.durable true
'

test_expect_success STRACE 'an answer, and many records as a pack' '
	traced async -C log reply "$(cat id)" -m "seen" &&
	is_synced &&
	for i in 1 2 3
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ana\ndate: 2026-02-01T08:00:00Z\nsubject: note %d\n" $i || return 1
	done >records &&
	traced async -C log write-record --batch <records &&
	is_synced
'

test_expect_success STRACE 'a log that begins, on a branch in a folder of its own' '
	git init -q new && git -C new config user.name ana && git -C new config user.email ana@example.com &&
	git -C new config async.durable true && git -C new config async.branch team/work/log &&
	traced async -C new init &&
	is_synced
'

test_done
