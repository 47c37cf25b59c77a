/* Files beside a record. */
#include "attach.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/id.h"
#include "print.h"

#define MAX_NAME 255 /* bytes that a file system takes */

/* "512 bytes", "12 KiB", "1.5 MiB". */
static void put_size(struct buf *out, unsigned long long bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB" };
	unsigned long long tenths = bytes * 10 / 1024;
	size_t unit = 0;

	if (bytes < 1024 || bytes > ULLONG_MAX / 10) {
		buf_addf(out, "%llu bytes", bytes);
		return;
	}
	for (; tenths >= 10240 && unit + 1 < NR(units); unit++)
		tenths /= 1024;
	if (tenths < 100 && tenths % 10)
		buf_addf(out, "%llu.%llu %s", tenths / 10, tenths % 10, units[unit]);
	else
		buf_addf(out, "%llu %s", tenths / 10, units[unit]);
}

void attach_put(struct buf *out, const struct node *file)
{
	const char *size = node_get_text(file, "size");

	print_safe(out, node_get_text(file, "name"), false);
	buf_puts(out, ", ");
	put_size(out, size ? strtoull(size, NULL, 10) : 0);
}

/* -- --attach ------------------------------------------------------------------------------- */

static int too_large(const char *path, size_t limit)
{
	struct buf size = BUF_INIT;

	put_size(&size, limit);
	error_set(ERR_INVALID, "'%s' is larger than %s, the limit of attached files", path, size.ptr);
	error_hint("put it where everybody can get it, and name the place: --link <url>\n"
		   "(the limit is set by 'git config async.maxAttachment')");
	buf_release(&size);
	return ERR_INVALID;
}

static int check_name(const struct node *others, const char *name, const char *path)
{
	int rc;

	rc = text_check(name, strlen(name), true, "the name of the file");
	if (rc < 0)
		return rc;
	if (strlen(name) > MAX_NAME)
		return error_set(ERR_INVALID, "the name of the file '%s' is longer than %d bytes", path, MAX_NAME);
	NODE_EACH(other, others) {
		if (strcmp(node_get_text(other, "name"), name) != 0)
			continue;
		error_set(ERR_INVALID, "two files are called '%s'", name);
		error_hint("files are told apart by their names: rename one, or attach it to a reply");
		return ERR_INVALID;
	}
	return 0;
}

static int read_file(struct attach *attach, struct record *rec, const char *path, size_t limit)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct buf *bytes = &attach->files[attach->nr++];
	int rc;

	*bytes = (struct buf)BUF_INIT;
	rc = buf_read_file(bytes, path, limit);
	if (rc == ERR_INVALID)
		return too_large(path, limit);
	if (rc == 0)
		rc = check_name(record_node(rec, "attach"), name, path);
	if (rc == 0)
		worklog_attach(rec, name, bytes);
	return rc;
}

int attach_read(struct attach *attach, struct worklog *wl, struct record *rec)
{
	size_t limit;
	int rc;

	if (!attach->paths.nr)
		return 0;
	rc = worklog_file_limit(&limit, wl);
	attach->files = xcalloc(attach->paths.nr, sizeof(*attach->files));
	for (size_t i = 0; i < attach->paths.nr && rc == 0; i++)
		rc = read_file(attach, rec, attach->paths.v[i], limit);
	return rc;
}

void attach_release(struct attach *attach)
{
	for (size_t i = 0; i < attach->nr; i++)
		buf_release(&attach->files[i]);
	free(attach->files);
	attach->files = NULL;
	attach->nr = 0;
}

/* -- show --save ---------------------------------------------------------------------------- */

/* A file of the thread, and the record that lists it. */
struct place {
	const struct event *event;
	const struct node *file;
};

static bool is_called(const struct node *file, const char *name)
{
	const char *is = node_get_text(file, "name");

	return is && !strcmp(is, name);
}

static bool is_same_file(const struct node *a, const struct node *b)
{
	return !strcmp(node_get_text(a, "id"), node_get_text(b, "id"));
}

static int no_such_file(const struct thread *thread, const char *name)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < thread->nr_events; i++)
		NODE_EACH(file, thread->events[i].attach)
			buf_addf(&names, "%s%s", names.len ? ", " : "", node_get_text(file, "name"));
	error_set(ERR_NOTFOUND, "no file '%s' is attached there", name);
	if (names.len)
		error_hint("there are: %s", names.ptr);
	else
		error_hint("there is no attached file at all");
	buf_release(&names);
	return ERR_NOTFOUND;
}

static int ambiguous(struct worklog *wl, const struct place *one, const struct place *other, const char *name)
{
	char first[ID_HEX + 1], second[ID_HEX + 1];

	worklog_short_id(first, wl, &one->event->rec->id);
	worklog_short_id(second, wl, &other->event->rec->id);
	error_set(ERR_AMBIGUOUS, "%s and %s each have another file '%s'", first, second, name);
	error_hint("say of which: async show --save '%s' %s", name, first);
	return ERR_AMBIGUOUS;
}

/* That of the record that was asked for, else the one there is in the thread. */
static int find_file(struct place *out, struct worklog *wl, const struct thread *thread, const struct id *id,
		     const char *name)
{
	struct place other = { .event = NULL };

	*out = other;
	for (size_t i = 0; i < thread->nr_events; i++) {
		const struct event *event = &thread->events[i];

		NODE_EACH(file, event->attach) {
			const struct place here = { event, file };

			if (!is_called(file, name))
				continue;
			if (id_equal(&event->rec->id, id) && event->rec != thread->root) {
				*out = here;
				return 0;
			}
			if (!out->event)
				*out = here;
			else if (!is_same_file(out->file, file))
				other = here;
		}
	}
	if (!out->event)
		return no_such_file(thread, name);
	/* The root's id means the thread, but also the root. */
	if (other.event && !(id_equal(id, &thread->root->id) && out->event->rec == thread->root))
		return ambiguous(wl, out, &other, name);
	return 0;
}

/* Names come from other people: only what is a plain file name here is used as one. */
static int check_own_name(const char *name)
{
	const char *wrong = NULL;

	if (strchr(name, '/'))
		wrong = "has a '/' in it";
	else if (*name == '.')
		wrong = "begins with a dot";
	else if (*name == '-')
		wrong = "begins with a dash";
	else if (strlen(name) > MAX_NAME)
		wrong = "is too long";
	else if (text_check(name, strlen(name), true, "the name") < 0)
		wrong = "has characters that a name should not have";
	if (!wrong)
		return 0;
	error_set(ERR_INVALID, "the name '%s' %s: nothing is written under it", name, wrong);
	error_hint("give the file a name: -o <file>");
	return ERR_INVALID;
}

/* A new file, or none: what has not been written whole is removed again. */
static int write_new(const char *path, const struct buf *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	bool written;
	int saved;

	if (fd < 0 && errno == EEXIST) {
		error_set(ERR_FAILED, "'%s' exists already, and is not replaced", path);
		error_hint("give it another name: -o <file>");
		return ERR_FAILED;
	}
	if (fd < 0)
		return error_set(ERR_FAILED, "cannot create '%s': %s", path, strerror(errno));
	written = buf_write(fd, bytes);
	saved = errno;
	if (close(fd) < 0 && written) {
		written = false;
		saved = errno;
	}
	if (written)
		return 0;
	unlink(path);
	return error_set(ERR_FAILED, "cannot write '%s': %s", path, strerror(saved));
}

/* The size is that of the blob, not what a record says of it. */
static int read_bytes(struct buf *out, struct worklog *wl, const struct place *place, const char *name)
{
	const char *hex = node_get_text(place->file, "id");
	size_t limit;
	struct id id;
	int rc;

	if (!id_parse(&id, hex, strlen(hex)))
		return error_set(ERR_INVALID, "the file '%s' has no id", name);
	rc = worklog_file_limit(&limit, wl);
	if (rc == 0)
		rc = worklog_read_file(out, wl, place->event->rec, &id, limit);
	return rc < 0 && rc != ERR_FAILED ? error_prefix(rc, "'%s'", name) : rc;
}

int attach_save(struct worklog *wl, const struct thread *thread, const struct id *id, const char *name,
		const char *path)
{
	struct buf bytes = BUF_INIT, line = BUF_INIT;
	struct place place;
	int rc;

	rc = find_file(&place, wl, thread, id, name);
	if (rc == 0 && !path)
		rc = check_own_name(name);
	if (rc == 0)
		rc = read_bytes(&bytes, wl, &place, name);
	if (rc == 0)
		rc = write_new(path ? path : name, &bytes);
	if (rc == 0) {
		print_safe(&line, path ? path : name, false);
		buf_puts(&line, ", ");
		put_size(&line, bytes.len);
		print("saved %s\n", line.ptr);
	}
	buf_release(&bytes);
	buf_release(&line);
	return rc;
}
