/* Buffers of one size for connections. Idle connections hold none; the hot ones are the last given back. */
#include "core/memory/memory.h"
#include "http/wire/blocks.h"

#include <stdlib.h>

enum { SPARE_MAX = 256 }; /* 4 MiB kept */

struct spare {
	struct spare *next;
};

static struct spare *spare;
static int spare_count;

char *block_take(void)
{
	struct spare *s = spare;
	if (!s)
		return memory_take(BLOCK);
	spare = s->next;
	spare_count--;
	return (char *)s;
}

void block_give(char *block)
{
	struct spare *s = (struct spare *)block;
	if (!s)
		return;
	if (spare_count == SPARE_MAX) {
		free(s);
		return;
	}
	s->next = spare;
	spare = s;
	spare_count++;
}

void blocks_close(void)
{
	while (spare)
		free(block_take());
}
