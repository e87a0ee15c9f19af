/*
 * How often an id was asked for lately, roughly: a count-min sketch of 4-bit counters that are halved at
 * times (TinyLFU: Einziger, Friedman, Manes, ACM Transactions on Storage 13(4), 2017). An id has four
 * counters side by side, so that memory is waited for once, and the least of them is its frequency: others
 * that share one can only make it look more frequent.
 */
#include "db/loader/frequency.h"

#include "core/memory/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
	WORDS = 8,       /* of a line of the processor's cache, 16 counters each */
	LINES = 1 << 13, /* 512 KiB: ten times as many counters as 48 MiB hold rows of 500 bytes */
	COUNTERS = 4,    /* of an id, in two words each apart */
	COUNTER_MOST = 15,
	AGE_AFTER = 10 * LINES * WORDS, /* times noted */
};

static struct counters {
	uint64_t words[WORDS];
} *table;
static int noted;

/* The place of counter i: its word in the line, and how far to shift. */
static uint64_t *counter_at(uint64_t hash, int i, int *shift)
{
	struct counters *line = &table[hash & (LINES - 1)];
	uint64_t part = hash >> (24 + 8 * i);

	*shift = (int)(part & 15) * 4;
	return &line->words[2 * i + (int)(part >> 4 & 1)];
}

static void age(void)
{
	for (int l = 0; l < LINES; l++)
		for (int w = 0; w < WORDS; w++)
			table[l].words[w] = table[l].words[w] >> 1 & UINT64_C(0x7777777777777777);
	noted /= 2;
}

void frequency_warm(uint64_t hash)
{
	__builtin_prefetch(&table[hash & (LINES - 1)], 1);
}

void frequency_note(uint64_t hash)
{
	int shift;

	for (int i = 0; i < COUNTERS; i++) {
		uint64_t *word = counter_at(hash, i, &shift);
		if ((*word >> shift & COUNTER_MOST) < COUNTER_MOST)
			*word += UINT64_C(1) << shift;
	}
	if (++noted == AGE_AFTER)
		age();
}

int frequency_of(uint64_t hash)
{
	int least = COUNTER_MOST, shift;

	for (int i = 0; i < COUNTERS; i++) {
		const uint64_t *word = counter_at(hash, i, &shift);
		int count = (int)(*word >> shift & COUNTER_MOST);
		least = count < least ? count : least;
	}
	return least;
}

void frequency_open(void)
{
	table = memory_take(LINES * sizeof *table);
	memset(table, 0, LINES * sizeof *table);
	noted = 0;
}

void frequency_close(void)
{
	free(table);
	table = NULL;
}
