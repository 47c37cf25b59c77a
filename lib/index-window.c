/* Records as they come, gathered into threads. */
#include "index-window.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"

/* A thread that is being gathered. */
struct gathered {
	int64_t root;
	struct item **v;
	size_t nr, alloc;
	size_t cost;
	struct gathered *newer, *older;
};

/* -- records by id ----------------------------------------------------------------- */

static struct slot *find_slot(const struct slots *slots, const struct id *id)
{
	size_t at;

	memcpy(&at, id->raw, sizeof(at));
	at &= slots->size - 1;
	while (slots->v[at].n && !id_equal(&slots->v[at].id, id))
		at = (at + 1) & (slots->size - 1);
	return &slots->v[at];
}

static void grow_slots(struct slots *slots)
{
	struct slots old = *slots;

	slots->size = old.size ? 2 * old.size : 256;
	slots->v = xcalloc(slots->size, sizeof(*slots->v));
	for (size_t i = 0; i < old.size; i++)
		if (old.v[i].n)
			*find_slot(slots, &old.v[i].id) = old.v[i];
	free(old.v);
}

static struct slot *put_slot(struct slots *slots, const struct id *id, int64_t n, int64_t root)
{
	struct slot *slot;

	if (4 * slots->nr >= 3 * slots->size)
		grow_slots(slots);
	slot = find_slot(slots, id);
	slots->nr += !slot->n;
	*slot = (struct slot){ .id = *id, .n = (uint32_t)n, .root = (uint32_t)root };
	return slot;
}

/* A record that is here, or NULL; also NULL on failure, which rows->rc knows. */
static struct slot *look_up(struct window *window, const struct id *id)
{
	const unsigned char *rest;
	struct slot *slot = NULL;
	sqlite3_stmt *stmt;
	int64_t prefix;
	int rc;

	if (window->slots.size)
		slot = find_slot(&window->slots, id);
	if ((slot && slot->n) || window->building)
		return slot && slot->n ? slot : NULL;
	index_prefix(&prefix, &rest, id);
	stmt = index_stmt(window->index, "SELECT n, root FROM record WHERE prefix = ? AND rest = ?", "ib", prefix, rest,
			  (size_t)(ID_RAW - 8));
	rc = index_step(window->index, stmt);
	if (rc < 0)
		window->rows->rc = rc;
	if (rc != 1)
		return NULL;
	slot = put_slot(&window->slots, id, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1));
	sqlite3_reset(stmt);
	return slot;
}

int window_has(bool *out, struct window *window, const struct id *id)
{
	*out = look_up(window, id) != NULL;
	return window->rows->rc;
}

/* -- threads by root --------------------------------------------------------------- */

static struct gathered **find_thread(const struct window *window, int64_t root)
{
	size_t at = ((size_t)root * 0x9e3779b1u) & (window->size_threads - 1);

	while (window->threads[at] && window->threads[at]->root != root)
		at = (at + 1) & (window->size_threads - 1);
	return &window->threads[at];
}

static void grow_threads(struct window *window)
{
	struct gathered **old = window->threads;
	size_t size = window->size_threads;

	window->size_threads = size ? 2 * size : 256;
	window->threads = xcalloc(window->size_threads, sizeof(*window->threads));
	for (size_t i = 0; i < size; i++)
		if (old[i])
			*find_thread(window, old[i]->root) = old[i];
	free(old);
}

/* Close the gap that a thread leaves, so that no search ends before its goal. */
static void forget_thread(struct window *window, int64_t root)
{
	size_t mask = window->size_threads - 1;
	size_t at = (size_t)(find_thread(window, root) - window->threads);

	window->threads[at] = NULL;
	window->nr_threads--;
	for (at = (at + 1) & mask; window->threads[at]; at = (at + 1) & mask) {
		struct gathered *moved = window->threads[at];

		window->threads[at] = NULL;
		*find_thread(window, moved->root) = moved;
	}
}

static void unlink_thread(struct window *window, struct gathered *thread)
{
	*(thread->newer ? &thread->newer->older : &window->newest) = thread->older;
	*(thread->older ? &thread->older->newer : &window->oldest) = thread->newer;
	thread->newer = thread->older = NULL;
}

static void link_newest(struct window *window, struct gathered *thread)
{
	thread->older = window->newest;
	*(window->newest ? &window->newest->newer : &window->oldest) = thread;
	window->newest = thread;
}

static struct gathered *begin_thread(struct window *window, int64_t root)
{
	struct gathered *thread = xcalloc(1, sizeof(*thread));

	if (2 * window->nr_threads >= window->size_threads)
		grow_threads(window);
	thread->root = root;
	*find_thread(window, root) = thread;
	window->nr_threads++;
	link_newest(window, thread);
	return thread;
}

static void free_thread(struct window *window, struct gathered *thread)
{
	forget_thread(window, thread->root);
	unlink_thread(window, thread);
	window->cost -= thread->cost;
	for (size_t i = 0; i < thread->nr; i++)
		item_free(thread->v[i]);
	free(thread->v);
	free(thread);
}

/* Fold a thread, write its rows, and let go of it. */
static void end_thread(struct window *window, struct gathered *thread)
{
	if (window->rows->rc == 0 && thread->nr)
		rows_put_thread(window->rows, thread->v, thread->nr, thread->root);
	free_thread(window, thread);
}

static void make_room(struct window *window)
{
	if (window->cost <= window->max_cost)
		return;
	while (window->cost > window->max_cost / 4 * 3 && window->oldest != window->newest)
		end_thread(window, window->oldest);
}

static void gather(struct window *window, struct gathered *thread, struct item *item, size_t len)
{
	size_t cost = 2500 + 4 * len;

	GROW(thread->v, thread->nr, thread->alloc);
	thread->v[thread->nr++] = item;
	thread->cost += cost;
	window->cost += cost;
	unlink_thread(window, thread);
	link_newest(window, thread);
}

/* -- reading again what is written -------------------------------------------------- */

struct known {
	struct id id;
	int64_t n, parent;
	time_t date;
	unsigned flags;
};

/* Add a record that has a row; one that cannot be read any more is told of, and left out. */
static int gather_known(struct window *window, struct gathered *thread, const struct known *known)
{
	struct item *item = xcalloc(1, sizeof(*item));
	size_t len = 0;
	int rc;

	rc = index_read_record(&item->rec, window->index, &len, &known->id, known->date);
	if (rc != 0) {
		item_free(item);
		return rc < 0 ? rc : 0;
	}
	item->n = known->n;
	item->parent = known->parent;
	item->flags = known->flags;
	item->written = true;
	rc = texts_load(window->index, item);
	gather(window, thread, item, len);
	return rc;
}

static void column_known(struct known *out, sqlite3_stmt *stmt)
{
	index_join_id(&out->id, stmt, 0);
	out->n = sqlite3_column_int64(stmt, 2);
	out->parent = sqlite3_column_int64(stmt, 3);
	out->date = sqlite3_column_int64(stmt, 4);
	out->flags = (unsigned)sqlite3_column_int(stmt, 5);
}

/* A thread with all its records that have rows. */
static int load_thread(struct gathered **out, struct window *window, int64_t root)
{
	struct gathered *thread = begin_thread(window, root);
	sqlite3_stmt *stmt;
	struct known *v = NULL;
	size_t nr = 0, alloc = 0;
	int rc;

	stmt = index_stmt(window->index,
			  "SELECT prefix, rest, n, parent, date, flags FROM record WHERE n = ?1 UNION ALL "
			  "SELECT prefix, rest, n, parent, date, flags FROM record WHERE root = ?1 AND parent > 0",
			  "i", root);
	while ((rc = index_step(window->index, stmt)) == 1) {
		GROW(v, nr, alloc);
		column_known(&v[nr++], stmt);
	}
	for (size_t i = 0; i < nr && rc == 0; i++)
		rc = gather_known(window, thread, &v[i]);
	free(v);
	*out = thread;
	return rc;
}

/* The thread of this root; NULL while building if it has been folded already. */
static int find_or_load(struct gathered **out, struct window *window, int64_t root)
{
	*out = window->size_threads ? *find_thread(window, root) : NULL;
	return *out || window->building ? 0 : load_thread(out, window, root);
}

/* -- records as they come ----------------------------------------------------------- */

static int place(struct window *window, struct item *item, size_t len, int64_t root)
{
	struct gathered *thread;
	int rc;

	rc = find_or_load(&thread, window, root);
	if (thread) {
		gather(window, thread, item, len);
		return rc;
	}
	rows_put_single(window->rows, item, root);
	item_free(item);
	GROW(window->late, window->nr_late, window->alloc_late);
	window->late[window->nr_late++] = root;
	return rc;
}

/* Those that waited for `target`, which has the number `parent` and is in the thread of `root`. */
static int adopt(struct window *window, struct id **queue, size_t *nr, size_t *alloc, const struct id *target,
		 int64_t parent, int64_t root)
{
	struct gathered *thread;
	struct known *v = NULL;
	size_t nr_known = 0, alloc_known = 0;
	sqlite3_stmt *stmt;
	int rc;

	stmt = index_stmt(window->index,
			  "SELECT prefix, rest, record.n, parent, date, flags FROM orphan JOIN record USING (n) "
			  "WHERE target = ?", "d", target);
	while ((rc = index_step(window->index, stmt)) == 1) {
		GROW(v, nr_known, alloc_known);
		column_known(&v[nr_known++], stmt);
	}
	for (size_t i = 0; i < nr_known && rc == 0; i++) {
		rc = find_or_load(&thread, window, root);
		if (rc == 0)
			rc = index_run(window->index, "UPDATE record SET root = ?, parent = ? WHERE n = ?", "iii", root,
				       parent, v[i].n);
		if (rc == 0)
			rc = index_run(window->index, "DELETE FROM orphan WHERE n = ?", "i", v[i].n);
		v[i].parent = parent;
		if (rc == 0)
			rc = gather_known(window, thread, &v[i]);
		put_slot(&window->slots, &v[i].id, v[i].n, root);
		GROW(*queue, *nr, *alloc);
		(*queue)[(*nr)++] = v[i].id;
	}
	free(v);
	return rc;
}

/* All that waited for this record, and for those, and so on. */
static int adopt_all(struct window *window, const struct id *id)
{
	struct id *queue = NULL;
	size_t nr = 0, alloc = 0;
	int rc = 0;

	GROW(queue, nr, alloc);
	queue[nr++] = *id;
	for (size_t i = 0; i < nr && rc == 0; i++) {
		const struct id target = queue[i];
		const struct slot slot = *look_up(window, &target);

		if (slot.root)
			rc = adopt(window, &queue, &nr, &alloc, &target, slot.n, slot.root);
	}
	free(queue);
	return rc;
}

int window_add(struct window *window, struct item *item, size_t len)
{
	const struct id id = item->rec.id;
	const struct slot *parent = NULL;
	struct id target;
	bool hangs = record_parent(&item->rec, &target);
	int rc = 0;

	rows_admit(window->rows, item);
	if (hangs)
		parent = look_up(window, &target);
	if (parent && parent->root) {
		int64_t root = parent->root;

		item->parent = parent->n;
		put_slot(&window->slots, &id, item->n, root);
		rc = place(window, item, len, root);
	} else if (!hangs && item->rec.kind == KIND_POST) {
		put_slot(&window->slots, &id, item->n, item->n);
		gather(window, begin_thread(window, item->n), item, len);
	} else {
		put_slot(&window->slots, &id, item->n, 0);
		rows_put_single(window->rows, item, 0);
		item_free(item);
	}
	if (rc == 0 && !window->building)
		rc = adopt_all(window, &id);
	make_room(window);
	return rc < 0 ? rc : window->rows->rc;
}

int window_refold(struct window *window, int64_t root)
{
	struct gathered *thread;
	int rc;

	rc = find_or_load(&thread, window, root);
	make_room(window);
	return rc < 0 ? rc : window->rows->rc;
}

/* The orphans whose target came after them. */
static int adopt_orphans(struct window *window)
{
	sqlite3_stmt *stmt = index_stmt(window->index, "SELECT DISTINCT target FROM orphan", "");
	struct id *v = NULL;
	size_t nr = 0, alloc = 0;
	int rc;

	while ((rc = index_step(window->index, stmt)) == 1) {
		GROW(v, nr, alloc);
		nr += column_id(&v[nr], stmt, 0);
	}
	for (size_t i = 0; i < nr && rc == 0; i++) {
		if (look_up(window, &v[i]))
			rc = adopt_all(window, &v[i]);
		make_room(window);
	}
	free(v);
	return rc;
}

static int compare_numbers(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int window_built(struct window *window)
{
	int rc;

	rc = window_finish(window);
	window->building = false;
	if (window->nr_late)
		qsort(window->late, window->nr_late, sizeof(*window->late), compare_numbers);
	for (size_t i = 0; i < window->nr_late && rc == 0; i++)
		if (!i || window->late[i] != window->late[i - 1])
			rc = window_refold(window, window->late[i]);
	if (rc == 0)
		rc = adopt_orphans(window);
	return rc < 0 ? rc : window_finish(window);
}

int window_finish(struct window *window)
{
	while (window->oldest)
		end_thread(window, window->oldest);
	return window->rows->rc;
}

void window_release(struct window *window)
{
	while (window->oldest)
		free_thread(window, window->oldest);
	free(window->threads);
	free(window->slots.v);
	free(window->late);
}
