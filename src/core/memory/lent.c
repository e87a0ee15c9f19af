/*
 * See include/vobe/lent.h. A hash of 19 MiB spends a third of its time in the kernel, which clears and maps
 * small pages for it and takes them away again. libsodium takes no allocator, but it calls mmap and munmap by
 * name, and of two definitions the program's own comes first (System V ABI, "Shared Object Dependencies";
 * ld.so(8)). So these two are ours: where nothing is lent they are the plain system calls. What glibc maps
 * for itself (malloc, thread stacks) does not come by here.
 */
#include "core/memory/lent.h"

#include "core/memory/sanitizer.h"

#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20, LEAST = 1 << 20, MOST = 256 << 20 };

static _Thread_local struct {
	char *at; /* NULL: none */
	size_t size;
	bool lending; /* between lent_begin and lent_end */
	bool is_out;  /* a library has it */
} region;

static int unmap(void *at, size_t size)
{
	return (int)syscall(SYS_munmap, at, size);
}

void lent_begin(void)
{
	region.lending = true;
}

/* What a library has not given back is its own from now on; munmap ends it like any other. */
void lent_end(void)
{
	region.lending = false;
	if (!region.is_out)
		return;
	region.is_out = false;
	region.at = NULL;
	region.size = 0;
}

bool lent_is_kept(void)
{
	return region.at;
}

void lent_return(void)
{
	if (region.at)
		unmap(region.at, region.size);
	region.at = NULL;
	region.size = 0;
}

#if !defined WITH_ASAN && !defined WITH_TSAN /* theirs must see every mapping */
static void *map(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

/* A region that begins with a whole huge page: the ends that stand over go back. */
static bool region_make(size_t size)
{
	size_t whole = (size + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
	char *at = map(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return false;
	size_t before = -(uintptr_t)at & (HUGE_PAGE - 1);
	if (before)
		unmap(at, before);
	if (HUGE_PAGE - before)
		unmap(at + before + whole, HUGE_PAGE - before);
	region.at = at + before;
	region.size = whole;
	madvise(region.at, whole, MADV_HUGEPAGE);
	madvise(region.at, whole, MADV_DONTDUMP); /* it is made of passwords */
	return true;
}

static void *lend(size_t size)
{
	if (size > region.size) {
		lent_return();
		if (!region_make(size))
			return MAP_FAILED;
	}
	region.is_out = true;
	return region.at;
}

static bool is_lent(const void *at, size_t size, int flags, int fd)
{
	return region.lending && !region.is_out && !at && fd == -1 && (flags & MAP_ANONYMOUS) &&
	       !(flags & (MAP_SHARED | MAP_FIXED)) && size >= LEAST && size <= MOST;
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	if (is_lent(at, size, flags, fd))
		return lend(size);
	return map(at, size, protection, flags, fd, offset);
}

int munmap(void *at, size_t size)
{
	if (region.is_out && at == region.at) {
		region.is_out = false;
		return 0;
	}
	return unmap(at, size);
}
#endif
