/*
 * Any bytes as a record: the two readers agree; what is taken has one canonical form, which
 * reads back as the same record.
 */
#include "fuzz.h"

#include "async/error.h"
#include "async/record.h"
#include "yaml.h"

static bool same_places(const struct node *a, const struct node *b)
{
	const struct node *other = b->first;

	if (a->line != b->line || a->column != b->column)
		return false;
	NODE_EACH(entry, a) {
		if (!same_places(entry, other))
			return false;
		other = other->next;
	}
	return true;
}

/* What the quick reader takes, libyaml takes for the very same. */
static void compare_readers(const char *text, size_t len)
{
	struct node *quick, *slow;
	struct pool pool = POOL_INIT;

	if (yaml_parse(&quick, &pool, text, len, RECORD_MAX_BYTES, "input") == 0) {
		quick = yaml_parse_quick(&pool, text, len, 1);
		if (quick && yaml_parse_events(&slow, &pool, text, len, "input", 1) < 0)
			BUG("only the quick reader takes it: %s", error_last());
		if (quick && (!node_equal(quick, slow) || !same_places(quick, slow)))
			BUG("the two readers do not agree");
	}
	pool_release(&pool);
}

FUZZER(record)
{
	struct record rec, again;
	struct buf form = BUF_INIT;

	compare_readers(data, len);
	if (record_parse(&rec, data, len, "input") < 0)
		return;
	record_format(&form, &rec);
	/* Quotes and escapes make a text longer: only then may its form be too large. */
	if (form.len <= RECORD_MAX_BYTES) {
		if (record_parse(&again, form.ptr, form.len, "form") < 0)
			BUG("the canonical form is refused: %s", error_last());
		if (!node_equal(rec.root, again.root))
			BUG("the canonical form reads as another record:\n%s", form.ptr);
		compare_readers(form.ptr, form.len);
		if (!record_is_canonical(&again, form.ptr, form.len))
			BUG("the canonical form has a canonical form of its own:\n%s", form.ptr);
		record_release(&again);
	}
	record_check(&rec, "input");
	record_release(&rec);
	buf_release(&form);
}
