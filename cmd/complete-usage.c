/* What the next operand of a command can be: read from its usage lines, which the manual has too. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "complete.h"
#include "print.h"

#define MORE "…"

/* One word of a usage line that is an operand: "<id>…", "[<key>=<value>]…", "add". */
struct token {
	const char *text; /* without brackets */
	size_t len;
	bool optional, again;
};

#define MAX_TOKENS 16

struct form {
	struct token v[MAX_TOKENS];
	size_t nr;
	bool named; /* the first one is the form's own name */
};

/* A word ends at a space that is in no brackets. */
static size_t word_length(const char *text, size_t len)
{
	size_t at = 0;

	for (int depth = 0; at < len && (depth || text[at] != ' '); at++) {
		if (strchr("[(<", text[at]))
			depth++;
		else if (strchr("])>", text[at]))
			depth--;
	}
	return at;
}

static void take_more(struct token *token)
{
	if (token->len <= strlen(MORE) || memcmp(token->text + token->len - strlen(MORE), MORE, strlen(MORE)) != 0)
		return;
	token->again = true;
	token->len -= strlen(MORE);
}

static struct token token_of(const char *word, size_t len)
{
	struct token token = { .text = word, .len = len };

	take_more(&token); /* "[<id>]…" */
	if (*word == '[') {
		token.optional = true;
		token.text++;
		token.len -= 2;
		take_more(&token); /* "[<id>…]" */
	}
	token.again |= !strncmp(token.text, "<query>", strlen("<query>")); /* of any number of words */
	return token;
}

static bool takes_value(const struct opt *opts, const struct token *option)
{
	for (; opts->type != OPT_TYPE_END; opts++)
		if (opts->name && option->len == strlen(opts->name) + 2 &&
		    !strncmp(option->text + 2, opts->name, option->len - 2))
			return opts->type != OPT_TYPE_FLAG;
	return false;
}

/* "[-- <id>]": what "--" is followed by, where that is another thing than what stands before it. */
static bool follows_dashes(struct token *token)
{
	if (!token->optional || strncmp(token->text, "-- ", 3) != 0)
		return false;
	token->text += 3;
	token->len -= 3;
	return true;
}

/* The operands of one usage line, those that "--" sets apart being another form; options are passed over. */
static void read_form(struct form *form, const char *line, size_t len, const struct completion *c, const struct opt *opts)
{
	bool skip = false; /* the value of an option */

	*form = (struct form){ .nr = 0 };
	form->named = len && *line >= 'a' && *line <= 'z';
	while (len && form->nr < MAX_TOKENS) {
		size_t word = word_length(line, len);
		struct token token = token_of(line, word);
		bool apart = follows_dashes(&token), is_option = *token.text == '-' || *token.text == '(' || !strncmp(token.text, "<options>", 9);

		if (apart && c->only_operands)
			form->nr = 0;
		if (!skip && !is_option && (!apart || c->only_operands))
			form->v[form->nr++] = token;
		skip = !skip && is_option && !token.optional && takes_value(opts, &token);
		word += word < len;
		line += word;
		len -= word;
	}
}

/* Call it for each usage line: `*line` begins NULL. False after the last. */
static bool next_form(struct form *form, const char **line, const struct completion *c, const struct opt *opts)
{
	size_t len;

	*line = *line ? *line + strcspn(*line, "\n") : c->cmd->usage;
	if (**line == '\n')
		(*line)++;
	else if (*line != c->cmd->usage)
		return false;
	len = strcspn(*line, "\n");
	read_form(form, *line, len, c, opts);
	return true;
}

static bool is_named(const struct form *form, const char *word)
{
	return form->named && strlen(word) == form->v[0].len && !strncmp(form->v[0].text, word, form->v[0].len);
}

static bool is_literal(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] < 'a' || text[i] > 'z') && text[i] != '-')
			return false;
	return len && *text != '-';
}

static void offer_text(struct completion *c, const char *text, size_t len, const char *end)
{
	char *copy = xstrndup(text, len);

	offer(c, copy, end, NULL);
	free(copy);
}

/* "<name>", "word", "word|word": what stands on one side of a "name=", or is all of it. */
static void offer_words(struct completion *c, const char *text, size_t len)
{
	while (len) {
		const char *bar = memchr(text, '|', len);
		size_t word = bar ? (size_t)(bar - text) : len;

		while (word && *text == ' ')
			text++, word--, len--;
		if (word && *text == '<')
			offer_named(c, text + 1, strcspn(text + 1, ">"));
		else if (is_literal(text, word))
			offer_text(c, text, word, "");
		word += bar != NULL;
		text += word;
		len -= word;
	}
}

/* "within=<duration>": first the name, then what follows it. */
static void offer_assignment(struct completion *c, const struct token *token, size_t name)
{
	struct completion value;
	const char *comma;

	if (strncmp(c->word, token->text, name + 1) != 0) {
		offer_text(c, token->text, name, "=");
		return;
	}
	comma = token->text[token->len - 1] == ',' ? strrchr(c->word, ',') : NULL; /* "to=<who>,…": of several the last */
	value = completion_after(c, comma ? (size_t)(comma + 1 - c->word) : name + 1);
	offer_words(&value, token->text + name + 1, token->len - name - 1);
}

static void offer_token(struct completion *c, const struct token *token)
{
	const char *equals = memchr(token->text, '=', token->len);
	size_t name = equals ? (size_t)(equals - token->text) : 0;

	if (equals && is_literal(token->text, name))
		offer_assignment(c, token, name);
	else
		offer_words(c, token->text, equals ? name : token->len);
}

/*
 * The operand after `at` others: what may be left out lets the next one take its place, and behind
 * one that may come again it is that or any that follows.
 */
static void offer_at(struct completion *c, const struct form *form, size_t at)
{
	for (size_t i = 0; i < form->nr && i < at; i++)
		if (form->v[i].again)
			at = i;
	for (bool more = true; more && at < form->nr; at++) {
		offer_token(c, &form->v[at]);
		more = form->v[at].optional || form->v[at].again;
	}
}

void offer_operand(struct completion *c, const struct opt *opts, const char *const *operands, size_t nr)
{
	const char *line = NULL;
	bool named = false; /* the first operand is the name of a form */
	struct form form;

	while (nr && next_form(&form, &line, c, opts))
		named |= is_named(&form, operands[0]);
	line = NULL;
	while (next_form(&form, &line, c, opts))
		if (!nr || (named ? is_named(&form, operands[0]) : !form.named))
			offer_at(c, &form, nr);
}
