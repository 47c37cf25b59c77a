/* Person records: who they are, what may be changed of them, and by whom. */
#include <string.h>

#include "async/notify.h"
#include "team-fold.h"

/* -- addresses ------------------------------------------------------------------------------ */

/* From now on records that are committed by this address are theirs. */
static void give_address(struct folding *fold, struct member *member, const char *text)
{
	const char *waiting = list_same(member->unconfirmed, text);
	struct node *entry = node_new(&fold->team->fold_pool, NODE_TEXT);

	if (waiting)
		fold_drop_text(member->unconfirmed, waiting);
	entry->text = text;
	node_append(member->addresses, entry);
}

/* An address that its owner had announced, and now commits by, is theirs for good. */
static bool confirm(struct folding *fold)
{
	const char *waiting = list_same(fold->author->unconfirmed, fold->committer);

	if (!waiting)
		return false;
	names_claim(fold->team, fold->author, waiting, true);
	give_address(fold, fold->author, waiting);
	return true;
}

bool folding_is_by_author(struct folding *fold)
{
	bool by;

	if (!fold->committer)
		return true;
	if (fold->author)
		by = list_same(fold->author->addresses, fold->committer) || confirm(fold);
	else
		by = text_same(fold->rec->from, fold->committer);
	if (!by)
		folding_refuse(fold, "MISMATCH: committed by %s", fold->committer);
	return by;
}

/* -- records -------------------------------------------------------------------------------- */

/*
 * Whom the record is about; NULL: it founds somebody. An address that was only announced
 * yields to who founds with it, and never gets what a maintainer gives to its real owner.
 */
static void find_owner(struct folding *fold, const char *name)
{
	struct member *owner = names_owner(fold->team, name);
	bool theirs = !fold->author && text_same(name, fold->rec->from);

	fold->owner = owner;
	if (!owner || names_are_firm(fold->team, name))
		return;
	if (theirs || (member_is_maintainer(fold->author) && fold->author != owner)) {
		names_yield(fold->team, name);
		fold->owner = NULL;
	}
}

/* May the author write this record at all, and how much of it counts? */
static enum right person_right(struct folding *fold, const char *name)
{
	bool founding = !fold->owner || !fold->owner->pub.known, address = strchr(name, '@');

	if (member_is_maintainer(fold->author))
		return RIGHT_ALL;
	if (fold->owner && fold->owner == fold->author)
		return RIGHT_SELF;
	if (!fold->owner && !fold->author && address && text_same(name, fold->rec->from))
		return RIGHT_SELF;
	if (founding && address)
		return RIGHT_FOUND;
	if (founding)
		folding_refuse(fold, "nobody is called '%.80s', and only @maintainers may give a handle", name);
	else
		folding_refuse(fold, "only %s and @maintainers may change this", fold->owner->pub.handle);
	return RIGHT_NONE;
}

static void found(struct folding *fold, const char *name)
{
	struct team *team = fold->team;
	struct member *owner = fold->owner;

	if (!owner) {
		owner = team_member(team, name);
		if (strcmp(owner->pub.key, name) != 0)
			owner->pub.key = pool_strdup(&team->pool, name);
		owner->pub.handle = owner->pub.key;
		names_claim(team, owner, owner->pub.key, true);
	}
	if (!owner->state)
		owner->state = node_new(&team->fold_pool, NODE_MAP);
	owner->pub.known = true;
	owner->pub.number = team->nr_known;
	GROW(team->known, team->nr_known, team->alloc_known);
	team->known[team->nr_known++] = owner;
	fold->owner = owner;
	fold->counts = true;
}

static void set_handle(struct folding *fold, const char *text)
{
	struct member *owner = fold->owner, *other = names_owner(fold->team, text);

	if (!*text)
		text = owner->addresses->first ? owner->addresses->first->text : owner->pub.key;
	if (!strcmp(text, owner->pub.handle)) {
		fold->counts = true;
	} else if (list_same(owner->addresses, text)) {
		owner->pub.handle = text;
		fold->counts = true;
	} else if (fold->right != RIGHT_ALL) {
		folding_refuse(fold, "handle: only @maintainers may give one");
	} else if (strchr(text, '@')) {
		folding_refuse(fold, "handle: '%.80s' is not one of %s's addresses", text, owner->pub.handle);
	} else if (!names_claim(fold->team, owner, text, true)) {
		folding_refuse(fold, "handle '%s' is already %s's", text, other->pub.key);
		fold->team->events[fold->event].taken = text;
	} else {
		owner->pub.handle = text;
		fold->counts = true;
	}
}

static void add_address(struct folding *fold, const char *text)
{
	struct member *owner = fold->owner;
	bool sure = fold->right == RIGHT_ALL;

	if (!address_is_valid(text)) {
		folding_refuse(fold, "addresses: '%.80s' is no address", text);
	} else if (list_same(owner->addresses, text)) {
		fold->counts = true;
	} else if (fold->right == RIGHT_FOUND) {
		folding_refuse(fold, "addresses: only %s and @maintainers may add '%.80s'", owner->pub.handle, text);
	} else if (!names_claim(fold->team, owner, text, sure)) {
		folding_refuse(fold, "address '%.80s' is already %s's", text,
		       names_owner(fold->team, text)->pub.key);
	} else if (sure) {
		give_address(fold, owner, text);
		fold->counts = true;
	} else {
		fold->counts = true;
		if (!list_same(owner->unconfirmed, text))
			node_append_text(&fold->team->fold_pool, owner->unconfirmed, text);
		folding_refuse(fold, "address '%.80s' waits for a commit by it, or for @maintainers", text);
	}
}

static void drop_address(struct folding *fold, const char *text)
{
	struct member *owner = fold->owner;
	const char *counted = list_same(owner->addresses, text);
	const char *waiting = list_same(owner->unconfirmed, text);

	if (waiting)
		fold_drop_text(owner->unconfirmed, waiting);
	if (counted && owner->addresses->nr == 1) {
		folding_refuse(fold, "addresses: '%.80s' is the last one", text);
		return;
	}
	if (counted)
		fold_drop_text(owner->addresses, counted);
	if (counted && text_same(owner->pub.handle, text))
		owner->pub.handle = owner->addresses->first->text;
	fold->counts = true;
}

static void change_addresses(struct folding *fold, const struct node *value)
{
	const struct node *drop = node_get(value, "drop");

	if (drop && fold->right == RIGHT_FOUND)
		folding_refuse(fold, "addresses: only %s and @maintainers may drop one", fold->owner->pub.handle);
	else
		NODE_EACH(entry, drop)
			if (entry->text)
				drop_address(fold, entry->text);
	NODE_EACH(entry, node_get(value, "add"))
		if (entry->text)
			add_address(fold, entry->text);
}

static void change_calendar_key(struct folding *fold, enum calendar_key key, const struct node *value)
{
	struct member *owner = fold->owner;
	bool good = fold->team->events[fold->event].good;
	const char *why = good ? NULL : calendar_key_wrong(fold->team, value->key, value);

	if (why) {
		folding_refuse(fold, "%s", why);
		return;
	}
	fold->counts = true;
	if (fold_key(&fold->team->fold_pool, owner->state, value->key, value))
		calendar_change(owner, fold->event, key, value, 0);
}

/* Who is in the one list and not in the other came in, or left. */
static void note_groups(struct folding *fold, const struct node *list, const struct node *other, bool in)
{
	NODE_EACH(group, list)
		if (group->text && !node_list_has(other, group->text))
			team_note_group(fold->team, fold->owner, group->text, fold->rec->date, in);
}

static void change_groups(struct folding *fold, const struct node *value)
{
	struct node *state = fold->owner->state, *was = node_get(state, "groups");

	fold->counts = true;
	if (was)
		was = fold_copy_entries(&fold->team->fold_pool, was);
	if (!fold_key(&fold->team->fold_pool, state, "groups", value))
		return;
	note_groups(fold, was, node_get(state, "groups"), false);
	note_groups(fold, node_get(state, "groups"), was, true);
}

static void change_deputy(struct folding *fold, const struct node *value)
{
	struct member *owner = fold->owner;

	fold->counts = true;
	if (value->text && fold_key(&fold->team->fold_pool, owner->state, "deputy", value))
		history_add(&owner->deputies, fold->rec->date, value->text);
}

/* How much of the text is type and key: what follows is a comment. */
size_t key_length(const char *key)
{
	size_t type = strcspn(key, " ");

	return key[type] ? type + 1 + strcspn(key + type + 1, " ") : type;
}

bool key_same(const char *a, const char *b)
{
	size_t len = key_length(a);

	return len == key_length(b) && !memcmp(a, b, len);
}

static const char *signer_of(const struct folding *fold)
{
	const char *signer;
	char hex[ID_HEX + 1];

	id_hex(hex, &fold->rec->id);
	signer = table_get(&fold->team->signatures, hex);
	return signer ? signer : "";
}

/* Was the record's commit signed with a key that its author has? */
static bool is_signed(const struct folding *fold)
{
	const char *signer = signer_of(fold);

	if (!*signer || fold->author != fold->owner)
		return false;
	NODE_EACH(entry, node_get(fold->owner->state, "keys"))
		if (entry->text && key_same(entry->text, signer))
			return true;
	return false;
}

/* Does it only give keys up? */
static bool only_drops(const struct node *value)
{
	if (value->type == NODE_MAP)
		return node_get(value, "drop") && !node_get(value, "add");
	return value->type == NODE_TEXT && value->text && !*value->text;
}

/* A further key speaks for the person: one that they have vouches for it, or a maintainer. To give one up takes nobody else. */
static void change_keys(struct folding *fold, const struct node *value)
{
	struct team_event *event = &fold->team->events[fold->event];
	struct member *owner = fold->owner;
	bool refused = !strcmp(signer_of(fold), KEYS_REFUSED), first = !owner->has_keys && !refused;

	if (!first && fold->right != RIGHT_ALL && !only_drops(value) && !is_signed(fold)) {
		event->keys_refused = !refused;
		folding_refuse(fold, "keys: a further one counts from @maintainers, or in a commit signed with one "
			       "that they have");
		return;
	}
	fold->counts = true;
	event->keys = true;
	event->first_keys = first;
	fold_key(&fold->team->fold_pool, owner->state, "keys", value);
	owner->has_keys |= node_get(owner->state, "keys") != NULL;
}

/* All other keys. */
static void change_other_key(struct folding *fold, const struct node *value)
{
	const char *why = notify_wrong(value->key, value);

	if (why) {
		folding_refuse(fold, "%s", why);
		return;
	}
	fold->counts = true;
	fold_key(&fold->team->fold_pool, fold->owner->state, value->key, value);
}

/* One key of a person record. */
static void change_person(struct folding *fold, const struct node *value)
{
	enum calendar_key key = calendar_key_of(value->key);
	bool simple = !strcmp(value->key, "name") || key == CALENDAR_ZONE || key == CALENDAR_HOURS;

	if (!strcmp(value->key, "handle") && value->text) {
		set_handle(fold, value->text);
	} else if (!strcmp(value->key, "addresses")) {
		change_addresses(fold, value);
	} else if (fold->right == RIGHT_FOUND && !simple) {
		folding_refuse(fold, "%.80s: only %s and @maintainers may set it", value->key, fold->owner->pub.handle);
	} else if (key < CALENDAR_AWAY) {
		change_calendar_key(fold, key, value);
	} else if (key == CALENDAR_AWAY) {
		folding_refuse(fold, "away: time off is a record of its own");
	} else if (!strcmp(value->key, "groups") && fold->right != RIGHT_ALL) {
		folding_refuse(fold, "groups: only @maintainers may change them");
	} else if (!strcmp(value->key, "groups")) {
		change_groups(fold, value);
	} else if (!strcmp(value->key, "deputy")) {
		change_deputy(fold, value);
	} else if (!strcmp(value->key, "keys")) {
		change_keys(fold, value);
	} else {
		change_other_key(fold, value);
	}
}

/* Would the last one leave @maintainers by this? */
static bool would_empty(const struct folding *fold)
{
	const struct node *groups = record_node(fold->rec, "groups");
	const char *status = record_text(fold->rec, "status");
	bool leaves = status && !strcmp(status, "gone");

	if (fold->right == RIGHT_FOUND || !member_is_maintainer(fold->owner) || fold->team->nr_maintainers != 1)
		return false;
	if (fold->right == RIGHT_ALL && node_list_has(node_get(groups, "drop"), MAINTAINERS))
		leaves |= !node_list_has(node_get(groups, "add"), MAINTAINERS);
	if (groups && groups->type == NODE_TEXT)
		leaves |= fold->right == RIGHT_ALL;
	return leaves;
}

void folding_person(struct folding *fold)
{
	const char *name = record_text(fold->rec, "person");

	if (!name || !folding_is_by_author(fold))
		return;
	find_owner(fold, name);
	fold->right = person_right(fold, name);
	if (fold->right == RIGHT_NONE)
		return;
	if (would_empty(fold)) {
		folding_refuse(fold, "it would leave nobody in @maintainers");
		return;
	}
	if (!fold->owner || !fold->owner->pub.known)
		found(fold, name);
	NODE_EACH(value, fold->rec->root)
		if (!folding_is_heading(value->key))
			change_person(fold, value);
	member_note_maintainer(fold->team, fold->owner, fold->rec->date);
	member_note_gone(fold->owner, fold->rec->date);
}
