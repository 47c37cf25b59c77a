/* Waiting for a lock of another process: first come, first served, and not for ever. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#define QUEUE_SECONDS 2 /* behind one that stands still */

#define DOOR ((off_t)1 << 62) /* the byte to hold while taking a number; numbers are below it */

static int lock_bytes(int fd, short type, off_t first, off_t nr, bool wait)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = first, .l_len = nr };

	return fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
}

/* The next number, or -1. The file keeps the one after it; should it be lost, one queue mixes with another. */
static off_t take_number(int fd)
{
	int64_t number = 0, next;

	if (lock_bytes(fd, F_WRLCK, DOOR, 1, true) < 0)
		return -1;
	if (pread(fd, &number, sizeof(number), 0) != sizeof(number) || number < 0 || number >= DOOR)
		number = 0;
	next = number + 1;
	if (lock_bytes(fd, F_WRLCK, number, 1, false) < 0 || pwrite(fd, &next, sizeof(next), 0) != sizeof(next))
		number = -1;
	lock_bytes(fd, F_UNLCK, DOOR, 1, false);
	return number;
}

/* Wait until whoever came earlier is gone. Of the one before us first, which wakes us alone; it may have died. */
static void queue_up(int fd)
{
	off_t number = take_number(fd);

	if (number > 0 && lock_bytes(fd, F_WRLCK, number - 1, 1, true) == 0)
		lock_bytes(fd, F_WRLCK, 0, number, true);
}

static volatile sig_atomic_t is_time_over; /* what a signal handler can tell */

static void on_alarm(int sig)
{
	(void)sig;
	is_time_over = 1;
}

/* End waits from then on: again and again, because the first alarm may come just before a wait begins. */
static void set_alarm(time_t seconds)
{
	struct itimerval timer = { .it_value = { .tv_sec = seconds }, .it_interval = { .tv_sec = 1 } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

int lock_wait(int fd, int how, int queue_fd, int seconds)
{
	struct sigaction action = { .sa_handler = on_alarm }, old;
	int rc;

	sigaction(SIGALRM, &action, &old);
	if (queue_fd >= 0) {
		set_alarm(QUEUE_SECONDS);
		queue_up(queue_fd);
	}
	is_time_over = 0;
	set_alarm(seconds);
	do
		rc = flock(fd, how);
	while (rc < 0 && errno == EINTR && !is_time_over);
	set_alarm(0);
	sigaction(SIGALRM, &old, NULL);
	return rc;
}
