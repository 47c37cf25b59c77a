/*
 * Waiting for a lock of another process: a flock, which the kernel frees when one dies.
 *
 * Whose turn is next the kernel does not say: who comes at the right moment passes those
 * that are just being woken, again and again. So before asking for the lock one may queue:
 * each takes a number, and waits until all lower ones are gone. A number is a locked byte
 * of a second file, which goes with its process, too. The queue is a courtesy: where it
 * cannot be had, or somebody stands still in it, one goes on without, and the lock alone
 * keeps writers apart.
 */
#ifndef LOCK_H
#define LOCK_H

/*
 * Take the flock `how` (LOCK_EX, LOCK_SH) of `fd`, by the queue in the file `queue_fd` (-1:
 * none), or -1 and errno; EINTR: not within `seconds` (at least 1), or a few more.
 */
int lock_wait(int fd, int how, int queue_fd, int seconds);

#endif
