/* UUIDs (RFC 9562): made as version 7, read and written as text. For the loop's thread. */
#include "vobe/id.h"

#include "core/value/hex.h"
#include "vobe/clock.h"

#include <pthread.h>
#include <sodium.h>
#include <stddef.h>

/* --- randomness, by the block: a system call for each id would cost more than the id --- */

static struct {
	uint8_t at[1024];
	size_t used;
	bool open;
} stock = {.used = sizeof stock.at};

static void stock_empty(void)
{
	stock.used = sizeof stock.at;
}

/* The child of a fork must not hand out its parent's bytes again. */
static void stock_open(void)
{
	if (sodium_init() >= 0 && pthread_atfork(NULL, NULL, stock_empty) == 0)
		stock.open = true;
}

static void random_bytes(void *out, size_t size)
{
	if (!stock.open)
		stock_open();
	if (size > sizeof stock.at - stock.used) {
		randombytes_buf(stock.at, sizeof stock.at);
		stock.used = 0;
	}
	memcpy(out, stock.at + stock.used, size);
	stock.used += size;
}

/* --- version 7 --- */

/*
 * RFC 9562 section 6.2, method 1: a counter of 26 bits behind the milliseconds, seeded anew each millisecond
 * with its highest bit clear, so that it can count 2^25 ids; then the milliseconds are carried on by one.
 * They never go back.
 */
enum { COUNTER_BITS = 26 };

static struct {
	int64_t ms;
	uint32_t counter;
} last;

static void advance(uint32_t seed)
{
	int64_t ms = clock_now_us() / 1000;

	if (ms <= last.ms && ++last.counter < 1u << COUNTER_BITS)
		return;
	last.ms = ms > last.ms ? ms : last.ms + 1;
	last.counter = seed & ((1u << (COUNTER_BITS - 1)) - 1);
}

/* 48 bits of milliseconds, version, 12 bits of the counter, variant, 14 bits of the counter, 48 random bits.
 */
struct uuid uuid_new(void)
{
	struct {
		uint8_t tail[6];
		uint8_t seed[4];
	} dice;
	struct uuid id;
	uint32_t seed;

	random_bytes(&dice, sizeof dice);
	memcpy(&seed, dice.seed, sizeof seed);
	advance(seed);
	for (int i = 0; i < 6; i++)
		id.b[i] = (uint8_t)(last.ms >> (40 - 8 * i));
	id.b[6] = 0x70 | (uint8_t)(last.counter >> 22);
	id.b[7] = (uint8_t)(last.counter >> 14);
	id.b[8] = 0x80 | (uint8_t)(last.counter >> 8 & 0x3f);
	id.b[9] = (uint8_t)last.counter;
	memcpy(id.b + 10, dice.tail, sizeof dice.tail);
	return id;
}

/* --- text --- */

static bool dash_follows(size_t byte)
{
	return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

void uuid_text(struct uuid id, char out[UUID_TEXT])
{
	static const unsigned char places[] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

	for (size_t i = 0; i < sizeof id.b; i++)
		hex_put(out + places[i], id.b[i]);
	out[8] = out[13] = out[18] = out[23] = '-';
	out[UUID_TEXT - 1] = '\0';
}

bool uuid_read(const char *s, size_t len, struct uuid *out)
{
	struct uuid id;

	if (len != UUID_TEXT - 1)
		return false;
	for (size_t i = 0; i < sizeof id.b; i++) {
		int high = hex_value(*s++), low = hex_value(*s++);

		if (high < 0 || low < 0 || (dash_follows(i) && *s++ != '-'))
			return false;
		id.b[i] = (uint8_t)(high << 4 | low);
	}
	*out = id;
	return true;
}
