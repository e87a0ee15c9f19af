/* Rings of recent events. A slot's text buffer grows to what it has held, so a warm ring allocates nothing.
 */
#include "bus/record/ring.h"

#include "core/memory/memory.h"

#include <stdlib.h>

enum { TEXT_MAX = 8192 }; /* bytes of payload and correlation id; larger events are read from the outbox */

struct slot {
	struct record record; /* off 0: empty, or not kept */
	int64_t newest;       /* offset last put here, kept or not */
	char *text;           /* payload, NUL, correlation id, NUL */
	size_t room;
};

void ring_open(struct ring *r, int count)
{
	r->slots = memory_take((size_t)count * sizeof *r->slots);
	memset(r->slots, 0, (size_t)count * sizeof *r->slots);
	r->count = count;
}

void ring_close(struct ring *r)
{
	for (int i = 0; i < r->count; i++)
		free(r->slots[i].text);
	free(r->slots);
	*r = (struct ring){0};
}

static struct slot *slot_of(const struct ring *r, int64_t off)
{
	return &r->slots[off % r->count];
}

static void slot_grow(struct slot *s, size_t size)
{
	if (size <= s->room)
		return;
	s->room = (size + 255) & ~(size_t)255;
	s->text = memory_resize(s->text, s->room);
}

void ring_put(struct ring *r, const struct record *e)
{
	struct slot *s = slot_of(r, e->off);
	size_t payload = strlen(e->payload) + 1;
	size_t correlation = e->correlation_id ? strlen(e->correlation_id) + 1 : 0;

	if (e->off <= s->newest)
		return;
	s->newest = e->off;
	s->record.off = 0;
	if (payload + correlation > TEXT_MAX)
		return;
	slot_grow(s, payload + correlation);
	s->record = *e;
	s->record.payload = memcpy(s->text, e->payload, payload);
	if (correlation)
		s->record.correlation_id = memcpy(s->text + payload, e->correlation_id, correlation);
}

const struct record *ring_get(const struct ring *r, int64_t off)
{
	const struct slot *s = slot_of(r, off);

	return s->record.off == off ? &s->record : NULL;
}
