#!/bin/sh
test_description='async sync with servers that mean no good'
. "${0%/*}/lib.sh"

# refused: Ana's sync fails, nothing moves, nothing is left, and no control character reaches the terminal.
refused () {
	git -C ana for-each-ref refs/heads refs/remotes >before && test_expect_code 128 as ana timeout 60 async -C ana sync "$@" >out 2>err </dev/null &&
	git -C ana for-each-ref refs/heads refs/remotes >after && test_cmp before after && test_must_be_empty out &&
	test_grep "^async: " err && ! LC_ALL=C grep -qP "[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]" err && test "$(wc -c <err)" -lt 60000 &&
	find ana/.git/objects -name "tmp_*" >left && test_must_be_empty left
}

test_expect_success 'setup' '
	git init -q --bare hub.git && test_is_damaged hub.git && create_log ana && mv log ana && git -C ana remote add origin "$PWD/hub.git" && as ana async -C ana sync -q &&
	good=$(git -C hub.git rev-parse async) && as ana async -C ana post -q "Ours" >id &&
	cat >server.py <<-\EOF && printf "#!/bin/sh\nexec python3 \"%s/server.py\" \"\$HOW\" %s\n" "$PWD" "$good" >ssh && chmod +x ssh
	import os, sys, zlib
	how, ours = sys.argv[1:3]
	out = sys.stdout.buffer
	def pkt(data): out.write(b"%04x" % (len(data) + 4) + data)
	def flush(): out.write(b"0000"); out.flush()
	ref = b"1" * 40 + b" refs/heads/async\0 side-band-64k ofs-delta agent=x\n"
	pkt(ref)
	if how == "refs":
	    for i in range(100000): pkt(b"2" * 40 + b" refs/heads/r%06d\n" % i)
	if how == "escape":
	    pkt(b"2" * 40 + b" refs/heads/\033]0;x\007\n")
	flush()
	while True:
	    head = sys.stdin.buffer.read(4)
	    if not head: sys.exit(0)
	    size = int(head, 16)
	    line = sys.stdin.buffer.read(size - 4) if size else b""
	    if line.startswith(b"done"): break
	pkt(b"NAK\n")
	try:
	    if how == "words":
	        pkt(b"\2\033[31mred\033]0;title\007 \302\233 \342\200\256 end\n")
	        for i in range(160): pkt(b"\2" + b"x" * 65000)
	        pkt(b"\3no \033[2J more")
	    elif how == "endless":
	        pkt(b"\1PACK\0\0\0\2\0\017\377\377")
	        data = zlib.compress(b"", 0); n = 0
	        while True:
	            block = b""
	            for i in range(200):
	                n += 1; text = b"%09d" % n * 10
	                block += bytes([0x80 | 3 << 4 | len(text) & 15, len(text) >> 4]) + zlib.compress(text, 0)
	            pkt(b"\1" + block)
	    elif how == "cut":
	        pkt(b"\1PACK\0\0\0\2\0\0\3\350abc")
	    out.flush()
	except BrokenPipeError:
	    os._exit(1)
	EOF
'

test_expect_success 'a tip that is no commit' '
	for tip in "$(git -C hub.git rev-parse $good^{tree})" "$(echo x | git -C hub.git hash-object -w --stdin)"
	do
		echo "$tip" >hub.git/refs/heads/async && refused || return 1
	done && git -C hub.git tag -a -m x note $good && git -C hub.git rev-parse note >hub.git/refs/heads/async && { refused || as ana async -C ana sync -q; } &&
	echo $good >hub.git/refs/heads/async
'

for how in words refs escape cut
do
	test_expect_success "a server with $how" '
		{ git -C ana config remote.bad.url >old || git -C ana remote add bad there:x; } &&
		HOW=$how GIT_SSH="$PWD/ssh" && export HOW GIT_SSH && refused bad && unset GIT_SSH
	'
done

test_expect_success 'a pack without end' '
	HOW=endless GIT_SSH="$PWD/ssh" && export HOW GIT_SSH && git -C ana config async.maxFetch 1m && refused bad && unset GIT_SSH &&
	test_grep "^async: what .bad. sends is more than async.maxFetch allows" err
'

test_done
