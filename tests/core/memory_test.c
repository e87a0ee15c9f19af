/* Huge pages: what the kernel was asked for, by its own account (proc(5), smaps), and pieces that work as
 * before. */
#include "core/memory/memory.h"

#include "core/memory/sanitizer.h"
#include "support/test.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MIB = 1 << 20, HUGE = 2 * MIB };

/* Whether the mapping of `p` was advised to have huge pages. */
static bool is_advised(const void *p)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	bool here = false, advised = false;
	char line[512];

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f)) {
		uintptr_t from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = (uintptr_t)p >= from && (uintptr_t)p < to;
		if (here && !strncmp(line, "VmFlags:", 8))
			advised = strstr(line, " hg");
	}
	fclose(f);
	return advised;
}

static bool kernel_has_huge_pages(void)
{
	return access("/sys/kernel/mm/transparent_hugepage/enabled", R_OK) == 0;
}

#if !defined WITH_ASAN && !defined WITH_TSAN /* their heaps are elsewhere */
TEST(the_heap_is_advised_as_it_grows)
{
	enum { PIECE = 64 * 1024, PIECES = 600 }; /* 37 MiB */
	static char *pieces[PIECES];

	if (!kernel_has_huge_pages())
		return;
	char *end = sbrk(0);
	memory_open();
	ck_assert_int_ge((char *)sbrk(0) - end,
			 2 * HUGE); /* by a step at once: what is touched before it is advised stays small */
	for (int i = 0; i < PIECES; i++) {
		pieces[i] = memory_take(PIECE);
		memset(pieces[i], i, PIECE);
		memory_follow_heap();
	}
	ck_assert(is_advised(pieces[PIECES / 2]));
	ck_assert_int_eq(pieces[PIECES / 2][PIECE - 1], (char)(PIECES / 2));
	for (int i = 0; i < PIECES; i++)
		free(pieces[i]);
}
#endif

TEST(large_pieces_are_whole_huge_pages)
{
	memory_open();
	char *p = memory_take(3 * HUGE);
	memset(p, 7, 3 * HUGE);
	ck_assert_int_eq((uintptr_t)p % HUGE, 0);
	if (kernel_has_huge_pages())
		ck_assert(is_advised(p));
	p = memory_resize(p, 5 * HUGE);
	ck_assert_int_eq(p[3 * HUGE - 1], 7);
	free(p);
}

TEST(without_opening_nothing_is_asked)
{
	char *p = memory_take(3 * HUGE);
	memory_follow_heap();
	ck_assert(!is_advised(p));
	free(p);
}
