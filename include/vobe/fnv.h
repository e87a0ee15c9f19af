/* A hash for tables, marks and numbers in place of long texts; not for keys that somebody gains by choosing.
 */
#ifndef VOBE_FNV_H
#define VOBE_FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV_BEGINS UINT64_C(0xcbf29ce484222325)

/* FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv): of bytes behind those that `hash` is of,
 * FNV_BEGINS being that of none. */
static inline uint64_t fnv1a(uint64_t hash, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif
