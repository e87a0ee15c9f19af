/* UUIDs: order under every clock, the bits of RFC 9562, text. */
#include "core/for_tests.h"
#include "core/value/clock_turn.h"
#include "support/test.h"
#include "vobe/clock.h"
#include "vobe/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t ms_of(struct uuid id)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id.b[i];
	return ms;
}

TEST(version_variant_and_time_stand_where_they_must)
{
	int64_t before = clock_now_us() / 1000;
	struct uuid id = uuid_new();

	ck_assert_uint_eq(id.b[6] >> 4, 7);
	ck_assert_uint_eq(id.b[8] >> 6, 2);
	ck_assert_int_ge(ms_of(id), before);
	ck_assert_int_le(ms_of(id), clock_now_us() / 1000);
}

/* Makes so many ids and demands that each is above the one before; returns the last. */
static struct uuid strictly_increasing(struct uuid before, int count)
{
	for (int i = 0; i < count; i++) {
		struct uuid id = uuid_new();

		if (memcmp(&before, &id, sizeof id) >= 0)
			ck_abort_msg("id %d is not above the one before", i);
		ck_assert_uint_eq(id.b[6] >> 4, 7);
		ck_assert_uint_eq(id.b[8] >> 6, 2);
		before = id;
	}
	return before;
}

TEST(ids_increase)
{
	strictly_increasing(uuid_new(), 300000);
}

TEST(ids_increase_when_the_clock_steps_back)
{
	struct uuid id = strictly_increasing(uuid_new(), 1000);
	int64_t ms = ms_of(id);

	clock_shift(-3600 * SECOND_US);
	id = strictly_increasing(id, 100000);
	ck_assert_int_eq(ms_of(id), ms); /* the counter goes on, the time stands still */
	clock_shift(7200 * SECOND_US);
	id = strictly_increasing(id, 1000);
	clock_shift(-1);
	strictly_increasing(id, 1000);
	clock_shift(-3600 * SECOND_US + 1);
}

TEST(a_forked_child_makes_other_ids)
{
	struct uuid mine, other;
	int ends[2], status;
	pid_t child;

	uuid_new(); /* random bytes are in store now */
	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		other = uuid_new();
		_exit(write(ends[1], &other, sizeof other) != sizeof other);
	}
	ck_assert_int_eq(read(ends[0], &other, sizeof other), sizeof other);
	waitpid(child, &status, 0);
	mine = uuid_new();
	ck_assert_mem_ne(mine.b + 10, other.b + 10, 6);
}

TEST(text_and_back)
{
	for (int i = 0; i < 1000; i++) {
		struct uuid id = uuid_new(), back;
		char out[UUID_TEXT];

		uuid_text(id, out);
		ck_assert_uint_eq(strlen(out), UUID_TEXT - 1);
		ck_assert(uuid_read(out, strlen(out), &back));
		ck_assert(uuid_equal(id, back));
	}
}

TEST(either_letter_case_is_read)
{
	struct uuid lower, upper;
	char out[UUID_TEXT];

	ck_assert(uuid_read("0190abcd-ef01-7234-89ab-cdef01234567", 36, &lower));
	ck_assert(uuid_read("0190ABCD-EF01-7234-89AB-CDEF01234567", 36, &upper));
	ck_assert(uuid_equal(lower, upper));
	uuid_text(upper, out);
	ck_assert_str_eq(out, "0190abcd-ef01-7234-89ab-cdef01234567");
}

TEST(what_is_no_uuid_is_refused)
{
	static const char *const forms[] = {
		"",
		"0190abcdef01723489abcdef01234567",
		"{0190abcd-ef01-7234-89ab-cdef01234567}",
		"0190abcd-ef01-7234-89ab-cdef0123456",
		"0190abcd-ef01-7234-89ab-cdef012345678",
		"0190abcd-ef01-7234-89ab-cdef0123456g",
		"0190abcd_ef01-7234-89ab-cdef01234567",
		"0190abcde-f01-7234-89ab-cdef01234567",
		"0190abcd-ef01-7234-89ab-cdef0123456\n",
		"0190abc@-ef01-7234-89ab-cdef01234567",
		"0190abc`-ef01-7234-89ab-cdef01234567",
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct uuid id = {{1}};

		ck_assert_msg(!uuid_read(forms[i], strlen(forms[i]), &id), "accepted: %s", forms[i]);
		ck_assert_uint_eq(id.b[0], 1);
	}
}

TEST(no_byte_but_a_hex_digit_is_read)
{
	char s[] = "0190abcd-ef01-7234-89ab-cdef01234567";
	struct uuid id;

	for (int c = 0; c < 256; c++) {
		s[4] = (char)c;
		ck_assert_int_eq(uuid_read(s, 36, &id), c && strchr("0123456789abcdefABCDEF", c) != NULL);
	}
}
