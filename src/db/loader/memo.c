/*
 * A table of lines as long as those of the processor's cache: what is known of an id lies in one of the five
 * places of one line, so that memory is waited for once. A full line forgets what would be forgotten first.
 * An id is known by 64 bits of SipHash (Aumasson, Bernstein, 2012) with a key of this process: nobody can
 * make an id that is taken for another, and by chance one in 10^18 is.
 */
#include "db/loader/memo.h"

#include "core/memory/memory.h"
#include "vobe/clock.h"

#include <sodium.h>
#include <stdlib.h>

enum { PLACES = 5, BITS = 2 };

static struct line {
	uint64_t prints[PLACES];
	uint32_t known[PLACES]; /* the second until when, and the bits; 0: free */
	uint32_t unused;
} *lines;
_Static_assert(sizeof(struct line) == 64, "a line of the processor's cache");
static size_t line_count; /* a power of two; 0: there is no table */
static uint8_t key[crypto_shorthash_KEYBYTES];

size_t memos_open(size_t most)
{
	if (most < sizeof *lines)
		return 0;
	for (line_count = 1; 2 * line_count * sizeof *lines <= most;)
		line_count *= 2;
	lines = memory_map(line_count * sizeof *lines);
	arc4random_buf(key, sizeof key);
	return line_count * sizeof *lines;
}

void memos_close(void)
{
	if (line_count)
		memory_unmap(lines, line_count * sizeof *lines);
	lines = NULL;
	line_count = 0;
}

static uint64_t print_of(const struct memo *m, struct uuid id)
{
	struct {
		struct uuid id;
		const struct memo *memo;
	} what = {id, m};
	uint64_t print;
	_Static_assert(sizeof what == sizeof(struct uuid) + sizeof(void *), "no bytes between");
	_Static_assert(sizeof print == crypto_shorthash_BYTES, "a number");
	crypto_shorthash((uint8_t *)&print, (const uint8_t *)&what, sizeof what, key);
	return print;
}

static struct line *line_of(uint64_t print)
{
	return &lines[print & (line_count - 1)];
}

/* Where it is known, or PLACES. */
static int place_of(const struct line *line, uint64_t print)
{
	int at = 0;
	while (at < PLACES && !(line->known[at] && line->prints[at] == print))
		at++;
	return at;
}

/* A free one is the oldest. */
static int oldest_of(const struct line *line)
{
	int oldest = 0;
	for (int at = 1; at < PLACES; at++)
		if (line->known[at] < line->known[oldest])
			oldest = at;
	return oldest;
}

void memo_note(const struct memo *m, struct uuid id, unsigned bits, uint32_t until_s)
{
	if (!line_count)
		return;
	const uint64_t print = print_of(m, id);
	struct line *line = line_of(print);
	int at = place_of(line, print);
	if (at == PLACES && !bits)
		return;
	if (at == PLACES)
		at = oldest_of(line);
	line->prints[at] = print;
	line->known[at] = bits ? until_s << BITS | bits : 0;
}

void memo_forget(const struct memo *m, struct uuid id)
{
	memo_note(m, id, 0, 0);
}

unsigned memo_bits(const struct memo *m, struct uuid id)
{
	if (!line_count)
		return 0;
	const uint64_t print = print_of(m, id);
	const struct line *line = line_of(print);
	const int at = place_of(line, print);
	if (at == PLACES || line->known[at] >> BITS <= clock_mono() / SECOND_US)
		return 0;
	return line->known[at] & ((1U << BITS) - 1);
}
