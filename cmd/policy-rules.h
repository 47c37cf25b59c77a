/* The rules of a policy that are made of words: `level urgent within=4h`, `remind at=50%`, `escalate urgent to=ana`. */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include "form.h"

/* Is it the first word of such a form? */
bool rule_is(const char *word);

/*
 * Change the policy as the words say, the first of which is the form's; or (`drop`) end the rule.
 * ERR_USAGE, ERR_INVALID, ERR_NOTFOUND.
 */
int rule_change(struct form *form, bool drop, int argc, char **argv);

/* Do the reminders and the escalation of a policy that was changed mean something, and are there those they name? */
int rules_check(struct form *form);

#endif
