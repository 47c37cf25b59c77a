/*
 * What the plumbing for records shares: files to read, and what is wrong with them.
 */
#ifndef RECORD_INPUT_H
#define RECORD_INPUT_H

/* Open `path` for reading, "-" being standard input; `*name` is what messages call it. */
int input_open(int *fd, const char **name, const char *path);
void input_close(int fd);

/* Print the last error, as main() does for one that ends a command, and go on. */
void input_tell_bad(void);

#endif
