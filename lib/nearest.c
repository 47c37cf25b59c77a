/* The nearest of some names to a mistyped one. */
#include "async/nearest.h"

#include <string.h>

/* Longer words are not compared: nobody mistypes them, and the table below stays small. */
#define LONGEST 32

static int least(int a, int b, int c)
{
	int least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters must be put in, taken out, changed or swapped with a neighbour. */
static int distance(const char *a, const char *b)
{
	int before[LONGEST + 1] = { 0 }, last[LONGEST + 1], row[LONGEST + 1];
	size_t rows = strlen(a), columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		last[j] = (int)j;
	for (size_t i = 1; i <= rows; i++) {
		row[0] = (int)i;
		for (size_t j = 1; j <= columns; j++) {
			row[j] = least(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		memcpy(before, last, sizeof(before));
		memcpy(last, row, sizeof(last));
	}
	return last[columns];
}

const char *nearest(const char *word, const char *const *names)
{
	const char *best = NULL;
	size_t len = strlen(word);
	int least_far = len < 4 ? 2 : 3; /* as many mistakes are no likeness any more */

	if (!len || len > LONGEST)
		return NULL;
	for (; *names; names++) {
		int far;

		if (strlen(*names) > LONGEST)
			continue;
		if (len > 2 && !strncmp(*names, word, len))
			return *names;
		far = distance(word, *names);
		if (far < least_far) {
			least_far = far;
			best = *names;
		}
	}
	return best;
}
