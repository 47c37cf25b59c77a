# An sshd of our own on a free port of loopback: for scripts that source lib.sh first.
#
# shellcheck shell=sh

# sshd must be called by its whole name.
test_sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd)

free_port () {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_sshd: host `there` in ./ssh_config is it, with the key ./user; $SSHD_PID. Its words are in sshd.log.
# False: none can be run here.
start_sshd () {
	test -x "$test_sshd" && mkdir -p ssh && chmod 700 ssh &&
	{ test -f ssh/user || ssh-keygen -q -t ed25519 -N "" -f ssh/user && ssh-keygen -q -t ed25519 -N "" -f ssh/host; } &&
	cp ssh/user.pub ssh/authorized && SSHD_PORT=$(free_port) &&
	cat >ssh/sshd_config <<-EOF && cat >ssh_config <<-EOF &&
	ListenAddress 127.0.0.1
	Port $SSHD_PORT
	HostKey "$PWD/ssh/host"
	AuthorizedKeysFile "$PWD/ssh/authorized"
	PidFile none
	StrictModes no
	UsePAM no
	PermitRootLogin yes
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	EOF
	Host there
		HostName 127.0.0.1
		Port $SSHD_PORT
		User $(id -un)
		IdentityFile "$PWD/ssh/user"
		IdentitiesOnly yes
		IdentityAgent none
		UserKnownHostsFile "$PWD/ssh/known"
		GlobalKnownHostsFile none
		StrictHostKeyChecking ask
	EOF
	echo "[127.0.0.1]:$SSHD_PORT $(cut -d" " -f1,2 ssh/host.pub)" >ssh/known &&
	# As root it wants a folder to lock itself into.
	{ test "$(id -u)" != 0 || mkdir -p /run/sshd; } &&
	rm -f ssh/log && mkfifo ssh/log &&
	{ timeout 60 "$test_sshd" -D -e -f "$PWD/ssh/sshd_config" 2>ssh/log & SSHD_PID=$!; } &&
	{ while read -r line <&9; do case $line in "Server listening"*) break ;; esac; done; test -n "$line"; } 9<ssh/log &&
	ssh -F ssh_config -o BatchMode=yes there true
}

stop_sshd () {
	kill "$SSHD_PID" && wait "$SSHD_PID" || :
}
