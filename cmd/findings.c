/* What is wrong with commits, a line or a row each: what verify and sync share. */
#include "findings.h"

#include "print.h"

enum { F_WHAT, F_TEXT, F_COMMIT, F_PATH, F_NOTE, F_NR };

static const struct field fields[F_NR] = {
	[F_WHAT] = { "what", VALUE_TEXT, "what is wrong, in a word", COLUMN },
	[F_TEXT] = { "text", VALUE_TEXT, "all of it", COLUMN },
	[F_COMMIT] = { "commit", VALUE_TEXT, "the commit it was found in", 0 },
	[F_PATH] = { "path", VALUE_TEXT, "the file", 0 },
	[F_NOTE] = { "note", VALUE_BOOL, "it is only worth saying", 0 },
};

static int list_finding(struct listing *list, const struct finding *finding)
{
	char hex[ID_HEX + 1];

	id_hex(hex, &finding->commit);
	return listing_row(list, (const struct value[F_NR]){
		[F_WHAT] = { .text = finding_word(finding->what) },
		[F_TEXT] = { .text = finding->text },
		[F_COMMIT] = { .text = id_is_zero(&finding->commit) ? NULL : hex },
		[F_PATH] = { .text = finding->path },
		[F_NOTE] = { .number = finding_is_note(finding->what) },
	});
}

void finding_put(struct buf *out, const struct finding *finding)
{
	buf_addf(out, "%s: %s", finding_word(finding->what), finding->text);
}

static int print_finding(const struct finding *finding)
{
	struct buf text = BUF_INIT;

	print_safe(&text, finding->text, false);
	print_colored(finding_is_note(finding->what) ? COLOR_DIM : COLOR_OVERDUE, "%s", finding_word(finding->what));
	print(": %s\n", text.ptr);
	buf_release(&text);
	return print_check();
}

int findings_tell(struct worklog *wl, const struct verify *verify)
{
	struct listing *list = NULL;
	int rc = 0, ended;

	if (print_is_machine())
		rc = listing_begin(&list, wl, "finding", fields, F_NR);
	for (size_t i = 0; i < verify->nr && rc == 0; i++)
		rc = list ? list_finding(list, &verify->v[i]) : print_finding(&verify->v[i]);
	ended = listing_end(list);
	if (verify->left_out && rc == 0)
		print_warning("%zu more were found before than are kept: 'async verify --full' tells all",
			      verify->left_out);
	return rc < 0 ? rc : ended;
}
