/* Small pictures of figures. */
#include "chart.h"

#include "print.h"

#define EIGHTHS 8

void chart_bar(struct buf *out, size_t part, size_t whole, int width)
{
	static const char *const partly[EIGHTHS] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	bool blocks = print_has_blocks();
	int steps = blocks ? EIGHTHS : 1;
	size_t filled = whole ? (part * (size_t)(width * steps) + whole / 2) / whole : 0;
	int full = (int)(filled / (size_t)steps), rest = (int)(filled % (size_t)steps);

	for (int i = 0; i < full; i++)
		buf_puts(out, blocks ? "█" : "#");
	if (rest)
		buf_puts(out, partly[rest]);
	for (int i = full + (rest != 0); i < width; i++)
		buf_puts(out, blocks ? "░" : ".");
}

void chart_spark(struct buf *out, const unsigned *v, size_t nr, unsigned most)
{
	static const char *const heights[EIGHTHS + 1] = { "·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[EIGHTHS + 1] = { ".", "_", ",", "-", "~", "=", "+", "*", "#" };
	bool blocks = print_has_blocks();

	for (size_t i = 0; i < nr; i++) {
		size_t height = most ? ((size_t)v[i] * EIGHTHS + most - 1) / most : 0;

		buf_puts(out, blocks ? heights[height] : ascii[height]);
	}
}
