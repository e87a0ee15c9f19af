/* malloc that cannot fail: when memory runs out the process ends with one log line, and a supervisor starts it again. */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include <stddef.h>

void *memory_take(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
void *memory_resize(void *p, size_t size) __attribute__((alloc_size(2), returns_nonnull));

/* Ends the process: `wanted` bytes could not be had (SIZE_MAX: the size itself overflowed). */
_Noreturn void memory_exhausted(size_t wanted);

#endif
