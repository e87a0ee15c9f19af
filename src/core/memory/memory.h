/* malloc that cannot fail: when memory runs out the process ends with one log line, and a supervisor starts
 * it again. */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include <stddef.h>

void *memory_take(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
void *memory_resize(void *p, size_t size) __attribute__((alloc_size(2), returns_nonnull));

/*
 * Zeros straight from the kernel, which take memory only where they are written: for a large table that fills
 * slowly. calloc would take it from the heap, which is there already, and write it. Given back with its size.
 */
void *memory_map(size_t size) __attribute__((alloc_size(1), returns_nonnull));
void memory_unmap(void *p, size_t size);

/*
 * Asks the kernel for huge pages under the heap, which then grows in larger steps, and under pieces of 2 MiB
 * or more. A request touches memory all over the heap; where page tables are nested (in a virtual machine)
 * finding the pages is a tenth of its cost. For a server, once, before the loop runs. A kernel without
 * transparent huge pages goes on with small ones.
 */
void memory_open(void);

/*
 * Asks again for what the heap has grown by since; costs nothing when it has not. Call it with every turn of
 * the loop: what is touched before it is advised stays on small pages for minutes, and under load a cache
 * fills tens of megabytes in a second.
 */
void memory_follow_heap(void);

/* Ends the process: `wanted` bytes could not be had (SIZE_MAX: the size itself overflowed). */
_Noreturn void memory_exhausted(size_t wanted);

#endif
