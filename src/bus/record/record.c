/* The partition of an aggregate. Never to change: it is written in every outbox. */
#include "bus/record/record.h"

int record_part(struct uuid agg_id)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a, 64 bits, folded to 4 */

	for (size_t i = 0; i < sizeof agg_id.b; i++)
		hash = (hash ^ agg_id.b[i]) * UINT64_C(0x100000001b3);
	hash ^= hash >> 32;
	hash ^= hash >> 16;
	hash ^= hash >> 8;
	return (int)((hash ^ hash >> 4) % PARTS);
}
