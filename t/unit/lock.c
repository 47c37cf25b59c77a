/* Waiting for a lock: in order, past the dead, and not for ever. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lock.h"

#define MANY 12
#define TIMEOUT 60

static char dir[] = "/tmp/async-lock-XXXXXX";

static int open_file(const char *name)
{
	int fd;

	assert_int_equal(chdir(dir), 0);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	return fd;
}

/* Wait until somebody holds a number: until its byte is locked. */
static void wait_for_number(int queue, off_t number)
{
	struct flock byte;

	do {
		sched_yield();
		byte = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = number, .l_len = 1 };
		assert_int_equal(fcntl(queue, F_OFD_GETLK, &byte), 0);
	} while (byte.l_type == F_UNLCK);
}

/* A process that queues, and once it has the lock says its letter. What we hold is not to live on in it. */
static pid_t writer(char letter, int out, int held_lock, int held_queue)
{
	pid_t pid = fork();
	int lock, queue;

	if (pid)
		return pid;
	close(held_lock);
	close(held_queue);
	lock = open_file("lock");
	queue = open_file("queue");
	if (lock_wait(lock, LOCK_EX, queue, TIMEOUT) < 0 || write(out, &letter, 1) != 1)
		_exit(1);
	_exit(0);
}

/* Those that queue while we are at work, of which the marked ones ('x') are killed; who had the lock then, in order. */
static void run_queue(char *order, const char *letters)
{
	int lock = open_file("lock"), queue = open_file("queue"), out[2];
	pid_t pids[MANY];
	int64_t first;
	ssize_t len;

	assert_int_equal(pipe(out), 0);
	assert_int_equal(lock_wait(lock, LOCK_EX, queue, TIMEOUT), 0);
	assert_int_equal(pread(queue, &first, sizeof(first), 0), sizeof(first));
	for (size_t i = 0; letters[i]; i++) {
		pids[i] = writer(letters[i], out[1], lock, queue);
		wait_for_number(queue, (off_t)first + (off_t)i);
	}
	for (size_t i = 0; letters[i]; i++)
		if (letters[i] == 'x')
			kill(pids[i], SIGKILL);
	for (size_t i = 0; letters[i]; i++)
		if (letters[i] == 'x')
			waitpid(pids[i], NULL, 0);
	close(lock);
	close(queue);
	for (size_t i = 0; letters[i]; i++)
		if (letters[i] != 'x')
			waitpid(pids[i], NULL, 0);
	close(out[1]);
	len = read(out[0], order, MANY);
	order[len > 0 ? len : 0] = '\0';
	close(out[0]);
}

static void test_order(void **state)
{
	static const struct {
		const char *letters, *order;
	} tests[] = {
		{ "a", "a" },
		{ "abcdefghijkl", "abcdefghijkl" },
		{ "axb", "ab" },      /* who is behind a dead one does not pass who is before it */
		{ "abxxxcxd", "abcd" },
		{ "xa", "a" },
		{ "abx", "ab" },
		{ "xxx", "" },
	};
	char order[MANY + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		run_queue(order, tests[i].letters);
		assert_string_equal(order, tests[i].order);
	}
}

/* Whatever is in the file of the queue, the lock is had, and the queue is one again. */
static void test_damaged_queue(void **state)
{
	static const int64_t numbers[] = { -1, INT64_MAX, INT64_MIN, (int64_t)1 << 62 };
	char order[MANY + 1];
	int queue = open_file("queue");

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		assert_int_equal(pwrite(queue, &numbers[i], sizeof(numbers[i]), 0), sizeof(numbers[i]));
		run_queue(order, "abc");
		assert_string_equal(order, "abc");
	}
	assert_int_equal(ftruncate(queue, 3), 0);
	run_queue(order, "abc");
	assert_string_equal(order, "abc");
	close(queue);
}

static void test_no_queue(void **state)
{
	int lock = open_file("lock"), read_only = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(lock_wait(lock, LOCK_EX, -1, TIMEOUT), 0);
	assert_int_equal(lock_wait(lock, LOCK_EX, read_only, TIMEOUT), 0);
	close(lock);
	close(read_only);
}

static void test_not_for_ever(void **state)
{
	int held = open_file("lock"), lock = open_file("lock");

	(void)state;
	assert_int_equal(lock_wait(held, LOCK_SH, -1, TIMEOUT), 0);
	assert_int_equal(lock_wait(lock, LOCK_SH, -1, TIMEOUT), 0);
	assert_int_equal(lock_wait(lock, LOCK_EX, -1, 1), -1);
	assert_int_equal(errno, EINTR);
	close(held);
	close(lock);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return chdir(dir) < 0 || unlink("lock") < 0 || unlink("queue") < 0 || chdir("/") < 0 || rmdir(dir) < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_damaged_queue),
		cmocka_unit_test(test_no_queue),
		cmocka_unit_test(test_not_for_ever),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
