/* What meets what, and the words for states. */
#include "async/thread.h"

/* A set of answers: bits of verbs, and one for a reply. */
#define BIT(verb) (1u << (verb))
#define REPLY BIT(VERB_UNKNOWN)

static const unsigned meets[] = {
	[NEED_ACK] = BIT(VERB_ACK) | REPLY | BIT(VERB_DONE) | BIT(VERB_APPROVE) | BIT(VERB_REJECT),
	[NEED_REPLY] = REPLY | BIT(VERB_DONE) | BIT(VERB_APPROVE) | BIT(VERB_REJECT),
	[NEED_APPROVAL] = BIT(VERB_APPROVE) | BIT(VERB_REJECT),
	[NEED_DONE] = BIT(VERB_DONE),
	[NEED_READ] = BIT(VERB_READ) | BIT(VERB_ACK) | REPLY | BIT(VERB_DONE) | BIT(VERB_APPROVE) |
		      BIT(VERB_REJECT),
};

bool need_is_met(enum need need, enum verb verb, bool reply)
{
	unsigned answer = reply ? REPLY : verb == VERB_UNKNOWN ? 0 : BIT(verb);

	if (need == NEED_UNKNOWN) /* of a newer async: the usual one is the best guess */
		need = NEED_REPLY;
	return meets[need] & answer;
}

const char *part_state_name(enum part_state state)
{
	static const char *const names[] = { "open", "acked", "met", "withdrawn" };

	return names[state];
}

bool part_state_is_settled(enum part_state state)
{
	return state == PART_MET || state == PART_WITHDRAWN;
}

const char *thread_state_name(enum thread_state state)
{
	static const char *const names[] = { "none", "open", "met", "withdrawn" };

	return names[state];
}
