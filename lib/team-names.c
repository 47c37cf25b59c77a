/*
 * Identity: whose a name is. Every handle and address is somebody's for ever; only an
 * address that nobody has confirmed yields to the person who founds with it.
 */
#include <stdint.h>
#include <string.h>

#include "async/buf.h"
#include "team-internal.h"

/* Stands for a local part that several have. */
static const struct member ambiguous;

struct member *names_owner(const struct team *team, const char *text)
{
	const struct name *name = table_get(&team->names, text);

	return name ? name->owner : NULL;
}

bool names_are_firm(const struct team *team, const char *text)
{
	const struct name *name = table_get(&team->names, text);

	return name && name->owner && name->firm;
}

const char *list_same(const struct node *list, const char *text)
{
	NODE_EACH(entry, list)
		if (entry->text && text_same(entry->text, text))
			return entry->text;
	return NULL;
}

/* Node and text of a record live at least as long as the fold. */
static struct node *borrowed_text(struct team *team, const char *text)
{
	struct node *node = node_new(&team->fold_pool, NODE_TEXT);

	node->text = text;
	return node;
}

bool names_claim(struct team *team, struct member *member, const char *text, bool firm)
{
	struct name *name = table_get(&team->names, text);

	if (name && name->owner && name->owner != member) {
		if (name->firm || !firm)
			return false;
		names_yield(team, text);
	}
	if (!name) {
		name = pool_alloc(&team->fold_pool, sizeof(*name));
		name->text = text;
		table_set(&team->names, text, name);
	}
	name->firm |= firm;
	if (name->owner != member) {
		name->owner = member;
		if (!list_same(member->names, text))
			node_append(member->names, borrowed_text(team, text));
	}
	return true;
}

void names_yield(struct team *team, const char *text)
{
	struct name *name = table_get(&team->names, text);

	fold_drop_text(name->owner->names, name->text);
	fold_drop_text(name->owner->unconfirmed, name->text);
	name->owner = NULL;
}

static size_t local_length(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? (size_t)(at - address) : 0;
}

static void add_local(struct team *team, struct member *member, const char *address)
{
	size_t len = local_length(address);
	struct member *present;
	char *local;

	if (!len)
		return;
	local = pool_strndup(&team->fold_pool, address, len);
	present = table_get(&team->locals, local);
	table_set(&team->locals, local, present && present != member ? (void *)&ambiguous : member);
}

struct member *local_owner(const struct team *team, const char *local)
{
	struct member *member = table_get(&team->locals, local);

	return member == &ambiguous ? NULL : member;
}

void names_finish(struct team *team)
{
	for (size_t i = 0; i < team->nr_known; i++)
		NODE_EACH(name, team->known[i]->names)
			add_local(team, team->known[i], name->text);
	for (size_t i = 0; i < team->nr_known; i++) {
		struct member *member = team->known[i];
		struct person *person = &member->pub;
		size_t len = local_length(person->handle);
		/* Shown texts outlive the fold, as all that callers hold of a person does. */
		const char *local = len ? pool_strndup(&team->pool, person->handle, len) : NULL;

		person->shown = person->handle;
		if (local && !names_owner(team, local) && local_owner(team, local) == member)
			person->shown = local;
	}
}

#define TYPED_MAX 64

/* How many letters are wrong, missing, too many, or swapped with the next. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][TYPED_MAX + 1], len_a = strlen(a), len_b = strlen(b);

	if (len_a > TYPED_MAX || len_b > TYPED_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i <= len_a; i++) {
		size_t *row = rows[i % 3], *up = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		for (size_t k = 0; k <= len_b; k++) {
			if (!i || !k) {
				row[k] = i + k;
				continue;
			}
			row[k] = up[k - 1] + (a[i - 1] != b[k - 1]);
			if (up[k] + 1 < row[k])
				row[k] = up[k] + 1;
			if (row[k - 1] + 1 < row[k])
				row[k] = row[k - 1] + 1;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    before[k - 2] + 1 < row[k])
				row[k] = before[k - 2] + 1;
		}
	}
	return rows[len_a % 3][len_b];
}

static void consider(const char **best, size_t *least, const char *typed, const char *name)
{
	size_t far = distance(typed, name);

	if (far < *least) {
		*least = far;
		*best = name;
	}
}

const char *team_suggest(const struct team *team, const char *name)
{
	size_t len = strlen(name), least = len < 4 ? 2 : len < 8 ? 3 : 4;
	const char *best = NULL;

	for (size_t i = 0; i < team->nr_known; i++) {
		const struct person *person = &team->known[i]->pub;

		consider(&best, &least, name, person->shown);
		NODE_EACH(entry, person->names)
			consider(&best, &least, name, entry->text);
	}
	return best;
}
