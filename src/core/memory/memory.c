/* Memory that is there or ends the process: there is no half-way state to recover to, and no caller has to
 * look. */
#include "core/memory/memory.h"

#include "vobe/log.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20, HEAP_STEP = 4 * HUGE_PAGE, HEAP_KEPT = 8 * HUGE_PAGE };

static uintptr_t advised; /* the heap up to here */

_Noreturn void memory_exhausted(size_t wanted)
{
	log_error("out_of_memory",
		  "Cannot have %zu bytes: out of memory, or a size that makes no sense. The process ends.",
		  wanted);
	abort();
}

/* Whole huge pages within; it is advice, so what becomes of it is no matter. */
static void advise(uintptr_t from, uintptr_t to)
{
	from = (from + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
	to &= ~(uintptr_t)(HUGE_PAGE - 1);
	if (from < to)
		madvise((void *)from, to - from, MADV_HUGEPAGE);
}

void memory_follow_heap(void)
{
	uintptr_t end = (uintptr_t)sbrk(0);

	if (advised && end > advised) {
		advise(advised - HUGE_PAGE, end); /* the page that was not whole then */
		advised = end;
	}
}

void memory_open(void)
{
	mallopt(M_TOP_PAD, HEAP_STEP);
	mallopt(M_TRIM_THRESHOLD, HEAP_KEPT);
	mallopt(M_MMAP_THRESHOLD, HUGE_PAGE / 2);
	advised = (uintptr_t)sbrk(0);
	void *volatile more =
		malloc(HUGE_PAGE /
		       4); /* than there is: the heap grows by a step. Volatile, or the compiler drops both */
	free(more);
	memory_follow_heap();
}

static void *take_aligned(size_t size)
{
	void *p = NULL;

	if (posix_memalign(&p, HUGE_PAGE, size))
		return NULL;
	advise((uintptr_t)p, (uintptr_t)p + size);
	return p;
}

void *memory_take(size_t size)
{
	void *p = advised && size >= HUGE_PAGE ? take_aligned(size) : malloc(size);

	if (!p)
		memory_exhausted(size);
	return p;
}

void *memory_resize(void *p, size_t size)
{
	void *moved = realloc(p, size);

	if (!moved)
		memory_exhausted(size);
	return moved;
}

void *memory_map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		memory_exhausted(size);
	return p;
}

void memory_unmap(void *p, size_t size)
{
	munmap(p, size);
}
