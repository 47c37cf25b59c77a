/*
 * Failure and its message.
 *
 * A function that can fail returns 0, or one of these negative codes after it
 * has set a message for the user; callers hand both up untouched and main()
 * prints the message once. A code of its own is only for what a caller acts on.
 */
#ifndef ASYNC_ERROR_H
#define ASYNC_ERROR_H

enum {
	ERR_FAILED = -1,    /* all else */
	ERR_NOTFOUND = -2,  /* what was asked for is not there */
	ERR_CONFLICT = -3,  /* somebody else was faster: look again, try again */
	ERR_USAGE = -4,     /* the command line is wrong: exit 129 */
	ERR_INVALID = -5,   /* a record, file or value that breaks a rule */
	ERR_AMBIGUOUS = -6, /* more than one answers to that name */
	ERR_NEWER = -7,     /* written by a newer async */
};

/* Set the message (without "async: " and line end), drop any hint, return `code`. */
int error_set(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Say what the user can do about it; may hold several lines. Returns nothing to pass on. */
void error_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Put "`prefix`: " before the message: where a file or record becomes known further up. */
int error_prefix(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The message and the hint of the last failure; "" if there is none. Valid until the next. */
const char *error_last(void);
const char *error_last_hint(void);
void error_clear(void);

/* Take the message and the hint away, and put them back (or not): what is done in between may fail and be cleared. */
struct error_kept {
	char *message, *hint;
};
void error_keep(struct error_kept *out);
void error_restore(struct error_kept *kept);
void error_drop(struct error_kept *kept);

/* Nothing sensible can be done without memory: says so and ends the program, with status 128. */
_Noreturn void error_out_of_memory(void);

/* A mistake of ours, never of the user's: prints where and aborts. */
_Noreturn void error_bug(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#define BUG(...) error_bug(__FILE__, __LINE__, __VA_ARGS__)

#endif
