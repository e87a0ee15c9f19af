/* Memory that is there or ends the process: there is no half-way state to recover to, and no caller has to look. */
#include "core/memory.h"

#include "vobe/log.h"

#include <stdlib.h>

_Noreturn void memory_exhausted(size_t wanted)
{
	log_error("out_of_memory",
		  "Cannot have %zu bytes: out of memory, or a size that makes no sense. The process ends.", wanted);
	abort();
}

void *memory_take(size_t size)
{
	void *p = malloc(size);

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
