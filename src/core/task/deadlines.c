/* The heap of deadlines. Requests mostly come with growing deadlines, so that a new one stays where it is
 * put: last. */
#include "core/task/deadlines.h"

#include "core/memory/memory.h"

#include <stdlib.h>

static struct deadline **heap; /* heap[1] is the earliest; heap[0] is not used */
static int count, room;

static void put(struct deadline *d, int place)
{
	heap[place] = d;
	d->place = place;
}

static void sift_up(struct deadline *d, int place)
{
	for (; place > 1 && heap[place / 2]->at > d->at; place /= 2)
		put(heap[place / 2], place);
	put(d, place);
}

static void sift_down(struct deadline *d, int place)
{
	for (int child; (child = place * 2) <= count; place = child) {
		if (child < count && heap[child + 1]->at < heap[child]->at)
			child++;
		if (heap[child]->at >= d->at)
			break;
		put(heap[child], place);
	}
	put(d, place);
}

static void settle(struct deadline *d, int place)
{
	if (place > 1 && heap[place / 2]->at > d->at)
		sift_up(d, place);
	else
		sift_down(d, place);
}

void deadline_set(struct deadline *d, int64_t at)
{
	d->at = at;
	if (d->place) {
		settle(d, d->place);
		return;
	}
	if (count + 1 >= room) {
		room = room ? room * 2 : 64;
		heap = memory_resize(heap, (size_t)room * sizeof(struct deadline *));
	}
	sift_up(d, ++count);
}

void deadline_clear(struct deadline *d)
{
	int place = d->place;
	struct deadline *last;

	if (!place)
		return;
	d->place = 0;
	last = heap[count--];
	if (last != d)
		settle(last, place);
}

struct deadline *deadline_first(void)
{
	return count ? heap[1] : NULL;
}

void deadlines_close(void)
{
	free(heap);
	heap = NULL;
	room = 0;
}
