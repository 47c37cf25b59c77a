#!/bin/sh
test_description='async sync by http, with what git brings for it, and the ways in which it fails'
. "${0%/*}/lib.sh"

# Python's server runs git http-backend; `how` says what it does instead: forbid, ask, cut, or nothing.
start_http () {
	test -x "$(git --exec-path)/git-http-backend" && test -x "$(git --exec-path)/git-remote-http" && cat >server.py <<-\EOF && mkfifo port &&
	import http.server, os, subprocess, sys
	class Handler(http.server.BaseHTTPRequestHandler):
	    def log_message(self, *args): pass
	    def answer(self):
	        how = open("how").read().strip()
	        length = int(self.headers.get("Content-Length") or 0)
	        body = self.rfile.read(length)
	        if self.headers.get("Transfer-Encoding") == "chunked":
	            while True:
	                size = int(self.rfile.readline(), 16)
	                body += self.rfile.read(size)
	                self.rfile.readline()
	                if not size: break
	        open("requests", "a").write(self.command + " " + self.path + "\n")
	        if how == "forbid" or how == "forbid-push" and "receive-pack" in self.path:
	            return self.send_error(403)
	        if how == "ask" and not self.headers.get("Authorization"):
	            self.send_response(401)
	            self.send_header("WWW-Authenticate", "Basic realm=\"log \033[31m\"")
	            self.send_header("Content-Length", "0")
	            return self.end_headers()
	        path, _, query = self.path.partition("?")
	        env = dict(os.environ, GIT_PROJECT_ROOT=os.getcwd(), GIT_HTTP_EXPORT_ALL="1", REMOTE_USER="someone",
	                   PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command, REMOTE_ADDR="127.0.0.1",
	                   CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)),
	                   HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
	                   GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
	        out = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True).stdout
	        head, _, rest = out.partition(b"\r\n\r\n")
	        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
	        status = [int(value.split()[0]) for name, value in fields if name == "Status"] or [200]
	        self.send_response(status[0])
	        for name, value in fields:
	            if name != "Status": self.send_header(name, value)
	        self.send_header("Content-Length", str(len(rest)))
	        self.end_headers()
	        self.wfile.write(rest[:len(rest) // 2] if how == "cut" and self.command == "POST" else rest)
	    do_GET = do_POST = answer
	server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
	open("port", "w").write(str(server.server_address[1]) + "\n")
	server.serve_forever()
	EOF
	echo well >how && { timeout 120 python3 server.py >server.log 2>&1 & HTTP_PID=$!; } && read -r HTTP_PORT <port && test -n "$HTTP_PORT"
}

start_http && test_set_prereq HTTP

post () {
	test_in=$1 && shift && as "$test_in" async -C "$test_in" post -q "$@"
}

# ends <how> <message>: with a server that behaves so Ana's sync fails with that message, asks nothing, and leaves nothing.
ends () {
	echo "$1" >how && git -C ana for-each-ref refs/heads >before && test_expect_code 128 as ana timeout 60 async -C ana sync >out 2>err </dev/null && echo well >how &&
	test_must_be_empty out && test_grep "^async: $2" err && test_grep "^hint: " err && ! LC_ALL=C grep -qP "[\x00-\x08\x0b-\x1f\x7f]" err &&
	git -C ana for-each-ref refs/heads >after && test_cmp before after && find ana/.git -name "tmp_*" >left && test_must_be_empty left
}

test_expect_success HTTP 'setup: the first sync, and a clone' '
	git init -q --bare hub.git && git -C hub.git config http.receivepack true && create_log ana ben && mv log ana &&
	git -C ana remote add origin "http://127.0.0.1:$HTTP_PORT/hub.git" && as ana async -C ana sync >actual && test_grep "^Sent the log to .origin. for the first time: 3 out" actual &&
	git clone -q "http://127.0.0.1:$HTTP_PORT/hub.git" ben 2>err
'

test_expect_success HTTP 'there and back, and with nothing to do' '
	post ben "From Ben" && as ben async -C ben sync >actual && echo "1 out." >expect && test_cmp expect actual &&
	post ana "From Ana" && as ana async -C ana sync >actual 2>err && echo "1 in, 1 out." >expect && test_cmp expect actual && test_must_be_empty err &&
	: >requests && as ana async -C ana sync >actual && test_grep "^Up to date" actual && test_grep ! receive-pack requests &&
	git -C hub.git rev-parse async >expect && git -C ana rev-parse async >actual && test_cmp expect actual
'

test_expect_success HTTP 'no repository there' '
	git -C ana remote set-url origin "http://127.0.0.1:$HTTP_PORT/nowhere.git" && ends well "there is no repository where .origin. should be" &&
	git -C ana remote set-url origin "http://127.0.0.1:$HTTP_PORT/hub.git"
'

test_expect_success HTTP 'one that forbids to read' 'ends forbid ".origin. does not let you read the log"'

test_expect_success HTTP 'one that forbids to write' '
	post ana "Not for them" && ends forbid-push ".origin. does not let you send records" && as ana async -C ana sync >actual && test_grep "1 out" actual
'

test_expect_success HTTP 'one that asks who it is: without a terminal there is no question, and nothing is waited for' '
	ends ask ".origin. does not let you read the log" && (GIT_ASKPASS="$PWD/canary" SSH_ASKPASS="$PWD/canary" && export GIT_ASKPASS SSH_ASKPASS &&
	printf "#!/bin/sh\ntouch asked\n" >canary && chmod +x canary && ends ask ".origin. does not let you read the log") && test_path_is_missing asked
'

test_expect_success HTTP 'a credential helper of the user is asked, and answers' '
	git config --global credential.helper "!f () { echo username=ana; echo password=secret; }; f" && echo ask >how &&
	as ana async -C ana sync >actual && test_grep "^Up to date" actual && echo well >how && git config --global --unset credential.helper
'

test_expect_success HTTP 'one that breaks off in the middle' '
	post ben "To be cut" && as ben async -C ben sync -q && ends cut "the connection to .origin. broke off" && as ana async -C ana sync >actual && test_grep "1 in" actual
'

test_expect_success HTTP 'one that is gone' '
	kill "$HTTP_PID" && { wait "$HTTP_PID" || :; } && ends well "cannot reach .origin."
'

test_done
