/*
 * Each kind of object and each file of a repository, cut short, with bits flipped, with a part set to
 * zero: async ends in time and by itself, lists what is intact and nothing else, and names what is not.
 *
 * What befalls a file is drawn from a seed, which is printed; DAMAGE_SEED=<n> draws the same again.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/error.h"
#include "long.h"
#include "repo.h"
#include "repo-store.h"

#define GUARD_SECONDS 30 /* against hanging; what it took at most is printed */

static char top[] = "/tmp/async-damage-XXXXXX";
static uint64_t seed;

static unsigned rnd(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % below;
}

static void shell(const char *fmt, ...)
{
	va_list ap;
	char *command;

	va_start(ap, fmt);
	assert_true(vasprintf(&command, fmt, ap) > 0);
	va_end(ap);
	if (system(command) != 0)
		fail_msg("%s", command);
	free(command);
}

/* One line that a command prints; the caller frees. */
static char *line_of(const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;
	char *command;
	FILE *pipe;

	va_start(ap, fmt);
	assert_true(vasprintf(&command, fmt, ap) > 0);
	va_end(ap);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(buf_read(&text, fileno(pipe), 1 << 20), 0);
	if (pclose(pipe) != 0)
		fail_msg("%s", command);
	free(command);
	buf_rtrim(&text);
	return buf_detach(&text);
}

static void read_whole(struct buf *out, const char *path)
{
	buf_reset(out);
	if (buf_read_file(out, path, 16 << 20) < 0)
		fail_msg("%s", error_last());
}

static void put(const char *path, const void *data, size_t len)
{
	FILE *file;

	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* ---- running async */

static pid_t running;
static volatile sig_atomic_t hung;

static void end_it(int number)
{
	(void)number;
	hung = 1;
	kill(running, SIGKILL);
}

static struct {
	struct buf out, err;
	double seconds, most; /* this one, and the longest of all */
	size_t nr;
} ran = { .out = BUF_INIT, .err = BUF_INIT };

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Run async in the damaged repository; its exit status. What it was killed by fails the test. */
static int async(const char *title, const char *command)
{
	char *words = xstrdup(command), *argv[12] = { "async", "-C", "log" };
	char *program = xstrfmt("%s/async", getenv("ASYNC_BIN_DIR") ? getenv("ASYNC_BIN_DIR") : ".");
	posix_spawn_file_actions_t files;
	double begin = now();
	int status, nr = 3;
	extern char **environ;

	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[nr++] = word;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addopen(&files, 2, "err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (posix_spawn(&running, program, &files, NULL, argv, environ) != 0)
		fail_msg("cannot start '%s': set ASYNC_BIN_DIR", program);
	posix_spawn_file_actions_destroy(&files);
	alarm(GUARD_SECONDS);
	while (waitpid(running, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	alarm(0);
	ran.seconds = now() - begin;
	ran.most = ran.seconds > ran.most ? ran.seconds : ran.most;
	ran.nr++;
	read_whole(&ran.out, "out");
	read_whole(&ran.err, "err");
	free(program);
	free(words);
	if (hung)
		fail_msg("%s: '%s' hangs", title, command);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 99)
		fail_msg("%s: '%s' died of %x: %s", title, command, (unsigned)status, ran.err.ptr);
	return WEXITSTATUS(status);
}

/* ---- the repository */

/* Eight records on four days, one with a file, all of them by `list --format`; and a remote with the same. */
static void make_log(void)
{
	shell("git init -q --bare remote.git && git init -q log && git -C log config user.name ana &&"
	      "git -C log config user.email ana@example.com && git -C log config gc.auto 0 &&"
	      "git -C log remote add origin ../remote.git && cd log && PATH=${ASYNC_BIN_DIR:-.}:$PATH &&"
	      "export ASYNC_NOW && ASYNC_NOW=2026-03-01T08:00:00Z async init -q && echo 'a file' >file &&"
	      "for day in 01 02 03 04; do ASYNC_NOW=2026-03-${day}T09:00:00Z async post -q --to ben@example.com"
	      " \"first of $day\" 2>&1 && ASYNC_NOW=2026-03-${day}T10:00:00Z async post -q --attach file \"second of $day\"; done >/dev/null &&"
	      "git push -q origin async && git fetch -q && async verify >/dev/null");
}

static int start(void **state)
{
	static const struct sigaction action = { .sa_handler = end_it };

	(void)state;
	seed = getenv("DAMAGE_SEED") ? strtoull(getenv("DAMAGE_SEED"), NULL, 10) : 1;
	print_message("# DAMAGE_SEED=%llu\n", (unsigned long long)seed);
	if (getenv("ASYNC_BIN_DIR") == NULL)
		setenv("ASYNC_BIN_DIR", line_of("pwd"), 1); /* as when it is run by hand */
	assert_non_null(mkdtemp(top));
	assert_int_equal(chdir(top), 0);
	setenv("HOME", top, 1);
	setenv("XDG_STATE_HOME", top, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CEILING_DIRECTORIES", top, 1); /* a damaged one must not lead to another */
	setenv("ASYNC_NOW", "2026-03-05T09:00:00Z", 1);
	sigaction(SIGALRM, &action, NULL);
	make_log();
	return 0;
}

static int end(void **state)
{
	(void)state;
	print_message("# %zu commands, the longest took %.2f s\n", ran.nr, ran.most);
	shell("chmod -R u+w %s && rm -rf %s", top, top);
	return 0;
}

/* ---- damage */

/* A file to be damaged, what it was, and how it is named when it is. */
struct target {
	const char *what;
	char *path;
	struct buf whole;
	struct id id;      /* of the object that it is; zero: it is a file of another kind */
	bool derived;      /* async can do without: what it answers is as before */
	bool keeps_index;  /* the index is not made anew for each trial */
};

/* The lines that `list` prints of the whole log. */
static struct buf all = BUF_INIT;

static void forget_index(const struct target *target)
{
	if (!target->keeps_index)
		shell("rm -rf log/.git/async");
}

static bool is_intact(const struct target *target)
{
	struct store *store = store_new("log/.git/objects");
	struct buf text = BUF_INIT;
	enum pack_type type;
	bool intact = store_read(&text, &type, store, &target->id, SIZE_MAX) == 0;

	error_clear();
	buf_release(&text);
	store_free(store);
	return intact;
}

/* Is it said what is damaged: the object by its id, or the beginning of it; of another file, an object that is lost by it? */
static bool names(const struct buf *text, const struct target *target)
{
	char hex[ID_HEX + 1];

	id_hex(hex, &target->id);
	hex[12] = '\0';
	return text->len && strstr(text->ptr, id_is_zero(&target->id) ? "object " : hex);
}

/* Nothing but ids with their subjects that were there before: whose they are, and their state, may hang on what is lost. */
static bool is_part(const struct buf *some, const struct buf *whole)
{
	for (const char *p = some->ptr; p && *p; p += strcspn(p, "\n") + 1) {
		size_t id = strcspn(p, "|") + 1;
		char *row = xstrndup(p, id + strcspn(p + id, "|") + 1);
		const char *found = strstr(whole->ptr, row);
		bool there = found && (found == whole->ptr || found[-1] == '\n');

		free(row);
		if (!there)
			return false;
	}
	return true;
}

/* What `list` says of it, made from the objects. */
static int check_list(const char *title, const struct target *target)
{
	int code = async(title, "list --format %(id)|%(subject)|%(from)|%(state)");
	bool is_object = !id_is_zero(&target->id);

	if (code == 0 && strcmp(ran.out.len ? ran.out.ptr : "", all.ptr) != 0)
		fail_msg("%s: silently other rows:\n%s%s", title, ran.out.ptr, ran.err.ptr);
	if (code != 0 && target->derived)
		fail_msg("%s: exit %d: %s", title, code, ran.err.ptr);
	if (code == 3 && (!is_part(&ran.out, &all) || !names(&ran.err, target)))
		fail_msg("%s: exit 3, and\n%s%s", title, ran.out.ptr, ran.err.ptr);
	if (code == 128 && (ran.out.len || strncmp(ran.err.ptr, "async: ", 7) != 0))
		fail_msg("%s: exit 128, and\n%s%s", title, ran.out.ptr, ran.err.ptr);
	if (code == 128 && is_object && (!names(&ran.err, target) || !strstr(ran.err.ptr, "\nhint: ")))
		fail_msg("%s: exit 128, but no name or no remedy: %s", title, ran.err.ptr);
	if (code != 0 && code != 3 && code != 128)
		fail_msg("%s: exit %d: %s", title, code, ran.err.ptr);
	return code;
}

static void check_verify(const char *title, const struct target *target)
{
	int code = async(title, "verify --full");

	if (id_is_zero(&target->id) || is_intact(target))
		return;
	if (code != 1 && code != 128)
		fail_msg("%s: verify finds nothing: %d %s%s", title, code, ran.out.ptr, ran.err.ptr);
	if (!names(code == 1 ? &ran.out : &ran.err, target))
		fail_msg("%s: verify does not name it: %s%s", title, ran.out.ptr, ran.err.ptr);
}

/* One of the others: it ends with a status of ours, and does not say that all is well and something else. */
static void check_other(const char *title, const char *command)
{
	int code = async(title, command);

	if (code != 0 && code != 1 && code != 3 && code != 128)
		fail_msg("%s: '%s': exit %d: %s", title, command, code, ran.err.ptr);
	if (code == 128 && !ran.err.len)
		fail_msg("%s: '%s' fails and says nothing", title, command);
}

static const char *const others[] = {
	"log", "status", "search first", "reindex", "show :/first", "inbox --json", "post --to ben@example.com new",
	"merge-logs async~1", "sync", "overdue", "log -p", "stats",
};

/* Undo what a command wrote, and the damage. */
static void restore(const struct target *target)
{
	put(target->path, target->whole.ptr, target->whole.len);
	shell("rm -rf log/.git/refs log/.git/async log/.git/logs remote.git/refs && cp -R kept/* log/.git/ &&"
	      "cp -R kept-remote/refs remote.git/");
	if (target->keeps_index)
		put(target->path, target->whole.ptr, target->whole.len);
}

static void trial(const char *title, const struct target *target)
{
	static size_t turn;
	const char *other = others[turn++ % (sizeof(others) / sizeof(*others))];

	forget_index(target);
	check_list(title, target);
	if (turn % 2)
		check_verify(title, target);
	else
		check_other(title, other);
	restore(target);
}

/* So many of each way to be damaged. */
static void damage(struct target *target)
{
	const size_t cuts = long_or(200, 2), flips = long_or(300, 4), zeroings = long_or(40, 1);
	struct buf now_is = BUF_INIT;
	size_t len = target->whole.len;

	assert_true(len > 0);
	for (size_t i = 0; i < cuts + flips + zeroings; i++) {
		size_t at = rnd((unsigned)len), end = at + 1 + rnd((unsigned)(len - at));
		const char *how = i < cuts ? "cut" : i < cuts + flips ? "flipped" : "zeroed";
		unsigned bit = rnd(8);
		char *title;

		buf_reset(&now_is);
		buf_add(&now_is, target->whole.ptr, i < cuts ? at : len);
		if (i >= cuts + flips)
			memset(now_is.ptr + at, 0, end - at);
		else if (i >= cuts)
			now_is.ptr[at] ^= (char)(1 << bit);
		title = xstrfmt("%s, %s at %zu of %zu (bit %u, end %zu)", target->what, how, at, len, bit, end);
		put(target->path, now_is.len ? now_is.ptr : "", now_is.len);
		trial(title, target);
		free(title);
	}
	buf_release(&now_is);
}

static void target_release(struct target *target)
{
	free(target->path);
	buf_release(&target->whole);
}

/* What is there now is what restore() comes back to. */
static void keep(void)
{
	shell("rm -rf kept kept-remote && mkdir -p kept kept-remote && cp -R log/.git/refs kept/ && cp -R remote.git/refs kept-remote/ &&"
	      "if test -d log/.git/async; then cp -R log/.git/async kept/; fi");
	assert_int_equal(async("before", "list --format %(id)|%(subject)|%(from)|%(state)"), 0);
	buf_reset(&all);
	buf_puts(&all, ran.out.ptr);
	assert_non_null(strstr(all.ptr, "second of 04"));
}

static void damage_object(const char *what, const char *revision)
{
	char *hex = line_of("git -C log rev-parse '%s'", revision);
	struct target target = { .what = what, .whole = BUF_INIT };

	assert_true(id_parse(&target.id, hex, strlen(hex)));
	target.path = xstrfmt("log/.git/objects/%.2s/%s", hex, hex + 2);
	read_whole(&target.whole, target.path);
	damage(&target);
	target_release(&target);
	free(hex);
}

static void damage_file(const char *what, const char *pattern, bool derived, bool keeps_index)
{
	struct target target = { .what = what, .whole = BUF_INIT, .derived = derived, .keeps_index = keeps_index };

	target.path = line_of("ls -d log/.git/%s", pattern);
	chmod(target.path, 0644);
	read_whole(&target.whole, target.path);
	damage(&target);
	target_release(&target);
}

/* ---- the kinds */

static void loose_objects(void **state)
{
	char *root = line_of("git -C log rev-list --max-parents=0 async");
	char *record = line_of("git -C log ls-tree -r async log/2026/03/03 | awk '/yaml/ {print $3; exit}'");
	char *person = line_of("git -C log grep -l '^kind: person' async | head -n 1");
	char *attached = line_of("git -C log ls-tree -r async log | awk '!/yaml/ {print $3; exit}'");
	char *root_tree = xstrfmt("%s^{tree}", root);

	(void)state;
	keep();
	damage_object("the tip", "async");
	damage_object("a commit below", "async~4");
	damage_object("the root commit", root);
	damage_object("the tip's tree", "async^{tree}");
	damage_object("the root's tree", root_tree);
	damage_object("an old tree", "async~4^{tree}");
	damage_object("the log's tree", "async:log");
	damage_object("a year's tree", "async:log/2026");
	damage_object("a month's tree", "async:log/2026/03");
	damage_object("an old month's tree", "async~4:log/2026/03");
	damage_object("a day's tree", "async:log/2026/03/02");
	damage_object("the last day's tree", "async:log/2026/03/04");
	damage_object("a record", record);
	damage_object("a record of a person", person);
	damage_object("a file", attached);
	damage_object("the README", "async:README.md");
	free(root_tree);
	free(attached);
	free(person);
	free(record);
	free(root);
}

static void packed_objects(void **state)
{
	(void)state;
	shell("cd log && git repack -adfq --depth=20 && git prune-packed && git multi-pack-index write &&"
	      "git commit-graph write --reachable 2>/dev/null");
	keep();
	damage_file("a pack", "objects/pack/pack-*.pack", false, false);
	damage_file("a pack's index", "objects/pack/pack-*.idx", false, false);
	damage_file("the multi-pack-index", "objects/pack/multi-pack-index", true, false);
	damage_file("the commit-graph", "objects/info/commit-graph", true, false);
}

static void refs_and_settings(void **state)
{
	(void)state;
	keep();
	damage_file("the branch", "refs/heads/async", false, false);
	damage_file("the remote-tracking branch", "refs/remotes/origin/async", false, false);
	damage_file("HEAD", "HEAD", false, false);
	damage_file("the configuration", "config", false, false);
	shell("cd log && git pack-refs --all");
	keep();
	damage_file("packed-refs", "packed-refs", false, false);
}

static void index_files(void **state)
{
	(void)state;
	assert_int_equal(async("setup", "post new"), 0);
	keep();
	damage_file("the index", "async/index.db", true, true);
	damage_file("the index's log", "async/index.db-wal", true, true);
	damage_file("where the root is", "async/queue", true, true);
}

/* A megabyte that expands to a gigabyte is refused by its header, unread. */
static void bomb(void **state)
{
	const struct repo_options options = { 0 };
	struct buf text = BUF_INIT;
	struct repo *repo;
	struct id id;
	char *hex;

	(void)state;
	assert_int_equal(chdir("log"), 0);
	hex = line_of("python3 -c \"\n"
		      "import zlib, hashlib, os\n"
		      "head = b'blob 268435456\\0'; z = zlib.compressobj(9); h = hashlib.sha1(head)\n"
		      "out = z.compress(head)\n"
		      "for i in range(256):\n"
		      "  out += z.compress(bytes(1 << 20)); h.update(bytes(1 << 20))\n"
		      "out += z.flush(); name = h.hexdigest()\n"
		      "os.makedirs('.git/objects/' + name[:2], exist_ok=True)\n"
		      "open('.git/objects/' + name[:2] + '/' + name[2:], 'wb').write(out)\n"
		      "print(name)\"");
	assert_true(id_parse(&id, hex, strlen(hex)));
	free(hex);
	assert_int_equal(repo_open(&repo, &options), 0);
	assert_int_equal(repo_read(&text, repo, &id, 256 << 10), ERR_INVALID);
	assert_non_null(strstr(error_last(), "268435456 bytes"));
	assert_int_equal(text.len, 0);
	repo_close(repo);
	assert_int_equal(chdir(top), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loose_objects),
		cmocka_unit_test(refs_and_settings),
		cmocka_unit_test(packed_objects),
		cmocka_unit_test(index_files),
		cmocka_unit_test(bomb),
	};

	return cmocka_run_group_tests_name("repo-damage", tests, start, end);
}
