/* Lists of words. */
#include "vobe/word_lists.h"

#include "vobe/buf.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct texts words_ordered(const char **words, int count)
{
	int kept = 0;
	if (count)
		qsort(words, (size_t)count, sizeof *words, by_text);
	for (int i = 0; i < count; i++)
		if (!i || strcmp(words[i], words[kept - 1]))
			words[kept++] = words[i];
	return (struct texts){words, kept};
}

char *words_tsquery(struct arena *a, const char *plain, const char *join)
{
	char *copy = arena_str(a, plain), *rest = NULL;
	struct buf out = {.arena = a};
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		buf_fmt(&out, "%s'%s'", out.len ? join : "", word);
	return arena_str(a, buf_text(&out));
}
