/* Edit distance, and "did you mean". */
#include "vobe/text.h"

#include "core/value/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Names are short. Longer texts count as far apart unless equal, which bounds the time and the stack. */
enum { LETTERS_MOST = 64 };

/* Code points of `s`; -1: too many. */
static int letters_of(const char *s, uint32_t out[LETTERS_MOST])
{
	int n = 0;

	while (*s) {
		if (n == LETTERS_MOST)
			return -1;
		out[n++] = utf8_next(&s);
	}
	return n;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* One row of the matrix of optimal string alignment; returns its least entry. */
static int fill_row(const uint32_t *x, int i, const uint32_t *y, int m, const int *before, const int *above,
		    int *row)
{
	int lowest = row[0] = i;

	for (int j = 1; j <= m; j++) {
		row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + (x[i - 1] != y[j - 1]));
		if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
			row[j] = least(row[j], before[j - 2] + 1);
		lowest = least(lowest, row[j]);
	}
	return lowest;
}

int text_distance(const char *a, const char *b, int limit)
{
	uint32_t x[LETTERS_MOST], y[LETTERS_MOST];
	int rows[3][LETTERS_MOST + 1];
	int n = letters_of(a, x), m = letters_of(b, y);

	if (n < 0 || m < 0)
		return strcmp(a, b) == 0 ? 0 : limit + 1;
	if (abs(n - m) > limit)
		return limit + 1;
	for (int j = 0; j <= m; j++)
		rows[0][j] = j;
	for (int i = 1, previous = 0; i <= n; i++) {
		int lowest = fill_row(x, i, y, m, rows[(i + 1) % 3], rows[(i + 2) % 3], rows[i % 3]);
		/* a transposition may reach back over one row, not over two */
		if (lowest > limit && previous > limit)
			return limit + 1;
		previous = lowest;
	}
	return least(rows[n % 3][m], limit + 1);
}

/* coverImageUrl and cover-image-url are both near to cover_image_url. */
static void plain_form(const char *word, char *out, size_t room)
{
	size_t len = strnlen(word, room - 1);

	for (size_t i = 0; i < len; i++) {
		char c = word[i];
		out[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c == '-' ? '_' : c;
	}
	out[utf8_whole(out, len)] = '\0';
}

const char *text_nearest(const char *word, const char *const *names)
{
	char plain[LETTERS_MOST * 4 + 1], name[LETTERS_MOST * 4 + 1];
	const char *nearest = NULL;

	plain_form(word, plain, sizeof plain);
	int length = (int)utf8_length(plain), limit = length <= 4 ? 1 : length <= 6 ? 2 : 3;
	for (; *names && limit >= 0; names++) {
		plain_form(*names, name, sizeof name);
		int distance = text_distance(plain, name, limit);
		if (distance > limit || distance >= length)
			continue;
		nearest = *names;
		limit = distance - 1;
	}
	return nearest;
}
