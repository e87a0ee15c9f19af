/* The table of a loader's entries: ids of whatever pattern hang in it evenly. */
#include "db/loader/inside.h"
#include "support/test.h"

enum { IDS = 50000, MOST = 2 /* by chance it would be 1.76 */ };

static struct entry entries[IDS];

/* How many hang where an id hangs, on average. */
static double company(void (*make)(int i, struct uuid *id))
{
	struct loading l = {0};
	double squares = 0;

	entries_grow(&l);
	for (int i = 0; i < IDS; i++) {
		entries[i] = (struct entry){0};
		make(i, &entries[i].id);
		entry_list(&l, &entries[i]);
	}
	for (int i = 0; i < IDS; i++)
		ck_assert_ptr_eq(entry_find(&l, entries[i].id), &entries[i]);
	for (size_t b = 0; b < l.bucket_count; b++) {
		double length = 0;
		for (const struct entry *e = l.buckets[b]; e; e = e->next)
			length++;
		squares += length * length;
	}
	entries_close(&l);
	return squares / IDS;
}

/* 00000000-0000-4000-8000-100000000017 */
static void in_decimal_digits(int i, struct uuid *id)
{
	*id = (struct uuid){.b = {[6] = 0x40, [8] = 0x80, [10] = 0x10}};
	for (int at = 15; i; at--, i /= 100)
		id->b[at] = (uint8_t)(i / 10 % 10 << 4 | i % 10);
}

static void by_one(int i, struct uuid *id)
{
	*id = (struct uuid){.b = {[13] = (uint8_t)(i >> 16), [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i}};
}

static void in_high_bytes(int i, struct uuid *id)
{
	*id = (struct uuid){.b = {[8] = (uint8_t)(i >> 16), [9] = (uint8_t)(i >> 8), [10] = (uint8_t)i}};
}

TEST(ids_that_count_up_hang_evenly)
{
	ck_assert_double_le(company(in_decimal_digits), MOST);
	ck_assert_double_le(company(by_one), MOST);
	ck_assert_double_le(company(in_high_bytes), MOST);
}
