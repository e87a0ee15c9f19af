/* The partition of an aggregate. Never to change: it is written in every outbox. */
#include "bus/record/record.h"

#include "vobe/fnv.h"

int record_part(struct uuid agg_id)
{
	uint64_t hash = fnv1a(FNV_BEGINS, agg_id.b, sizeof agg_id.b); /* folded to 4 bits */

	hash ^= hash >> 32;
	hash ^= hash >> 16;
	hash ^= hash >> 8;
	return (int)((hash ^ hash >> 4) % PARTS);
}
