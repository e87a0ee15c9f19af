/*
 * Arenas: chunks filled from the front. Chunks of the usual size are recycled, so that a unit of work costs
 * no malloc in the steady state; larger pieces get a chunk of their own. For one thread at a time, as
 * everything outside workers.
 */
#include "vobe/arena.h"

#include "core/for_tests.h"
#include "core/memory/memory.h"
#include "core/memory/sanitizer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
enum { RED_ZONE = 16 }; /* unusable bytes behind each piece, so that writing past it is seen */
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
enum { RED_ZONE = 0 };
#endif

/* clang-format off */
enum {
	ALIGNMENT = _Alignof(max_align_t),
	CHUNK = 8192, /* bytes, header included: most requests fit into one */
	PIECE_MAX =
		CHUNK /
		4, /* larger pieces get their own chunk: at most a quarter of a chunk is lost at its end */
	SPARE_MAX = 512 /* chunks kept for the next units of work: 4 MiB */
};
/* clang-format on */

struct chunk {
	_Alignas(ALIGNMENT) struct chunk *next;
	size_t size; /* header included */
};

struct disposer {
	struct disposer *next; /* the one registered before */
	void (*dispose)(void *arg);
	void *arg;
};

struct arena {
	char *at, *end; /* free part of the first chunk of usual size */
	struct chunk *chunks;
	struct disposer *disposers;
	size_t held;
	void *slot;
};

static struct chunk *spare;
static int spare_count;

static size_t aligned(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static struct chunk *chunk_take(size_t size)
{
	struct chunk *c;

	if (size == CHUNK && spare) {
		c = spare;
		spare = c->next;
		spare_count--;
		return c;
	}
	c = memory_take(size);
	c->size = size;
	ASAN_POISON_MEMORY_REGION(c + 1, size - sizeof *c);
	return c;
}

static void chunk_give(struct chunk *c)
{
	if (c->size != CHUNK || spare_count == SPARE_MAX) {
		ASAN_UNPOISON_MEMORY_REGION(c, c->size);
		free(c);
		return;
	}
	c->next = spare;
	spare = c;
	spare_count++;
	ASAN_POISON_MEMORY_REGION(c + 1, c->size - sizeof *c); /* not the link: LeakSanitizer follows it */
}

static void chunk_add(struct arena *a, struct chunk *c)
{
	c->next = a->chunks;
	a->chunks = c;
	a->held += c->size;
}

/* Bytes of a chunk that holds one piece. */
static size_t chunk_size_for(size_t size)
{
	if (size > SIZE_MAX / 2)
		memory_exhausted(size);
	return sizeof(struct chunk) + size + RED_ZONE;
}

static void *take_apart(struct arena *a, size_t size)
{
	struct chunk *c = chunk_take(chunk_size_for(size));

	chunk_add(a, c);
	ASAN_UNPOISON_MEMORY_REGION(c + 1, size);
	return c + 1;
}

static void *take_from_new_chunk(struct arena *a, size_t size)
{
	struct chunk *c = chunk_take(CHUNK);

	chunk_add(a, c);
	a->at = (char *)(c + 1) + aligned(size + RED_ZONE);
	a->end = (char *)c + CHUNK;
	ASAN_UNPOISON_MEMORY_REGION(c + 1, size);
	return c + 1;
}

/* Not zeroed. */
static void *take(struct arena *a, size_t size)
{
	char *p = a->at;

	if (size > PIECE_MAX)
		return take_apart(a, size);
	if (aligned(size + RED_ZONE) > (size_t)(a->end - p))
		return take_from_new_chunk(a, size);
	a->at = p + aligned(size + RED_ZONE);
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

struct arena *arena_new(void)
{
	struct arena first = {0}, *a;

	a = take_from_new_chunk(&first, sizeof *a);
	*a = first;
	return a;
}

void arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (!a)
		return;
	for (struct disposer *d = a->disposers; d; d = d->next)
		d->dispose(d->arg);
	for (c = a->chunks; c; c = next) {
		next = c->next;
		chunk_give(c);
	}
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size), 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		memory_exhausted(SIZE_MAX);
	return arena_alloc(a, bytes);
}

char *arena_strn(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		memory_exhausted(len);
	copy = take(a, len + 1);
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *arena_str(struct arena *a, const char *s)
{
	return s ? arena_strn(a, s, strlen(s)) : NULL;
}

void *arena_copy(struct arena *a, const void *from, size_t size)
{
	return size ? memcpy(take(a, size), from, size) : take(a, 0);
}

/* Whether the piece is the last of the current chunk and can end at `larger` bytes. */
static bool grows_in_place(const struct arena *a, const char *p, size_t size, size_t larger)
{
	return size <= PIECE_MAX && p + aligned(size + RED_ZONE) == a->at && larger <= PIECE_MAX &&
	       aligned(larger + RED_ZONE) <= (size_t)(a->end - p);
}

/* The newest chunk, which holds one piece, given another size: a buffer that grows leaves no smaller ones
 * behind. */
static void *resize_newest(struct arena *a, size_t larger)
{
	struct chunk *c = a->chunks;

	a->chunks = c->next;
	a->held -= c->size;
	ASAN_UNPOISON_MEMORY_REGION(c, c->size);
	c = memory_resize(c, chunk_size_for(larger));
	c->size = chunk_size_for(larger);
	chunk_add(a, c);
	ASAN_POISON_MEMORY_REGION(c + 1, c->size - sizeof *c);
	ASAN_UNPOISON_MEMORY_REGION(c + 1, larger);
	return c + 1;
}

void *arena_resize(struct arena *a, void *p, size_t size, size_t larger)
{
	if (!p)
		return take(a, larger);
	if (size > PIECE_MAX && p == a->chunks + 1)
		return resize_newest(a, larger);
	if (grows_in_place(a, p, size, larger)) {
		a->at = (char *)p + aligned(larger + RED_ZONE);
		ASAN_UNPOISON_MEMORY_REGION(p, larger);
		return p;
	}
	return memcpy(take(a, larger), p, size);
}

char *arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	char *text;
	int len;

	va_copy(again, ap);
	len = vsnprintf(small, sizeof small, fmt, ap);
	if (len < 0)
		text = arena_strn(a, fmt, strlen(fmt)); /* a wide character that the locale cannot show */
	else if ((size_t)len < sizeof small)
		text = arena_strn(a, small, (size_t)len);
	else
		vsnprintf(text = take(a, (size_t)len + 1), (size_t)len + 1, fmt, again);
	va_end(again);
	return text;
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vfmt(a, fmt, ap);
	va_end(ap);
	return text;
}

void arena_on_free(struct arena *a, void (*dispose)(void *arg), void *arg)
{
	struct disposer *d = ARENA_NEW(a, struct disposer);

	*d = (struct disposer){.next = a->disposers, .dispose = dispose, .arg = arg};
	a->disposers = d;
}

void **arena_slot(struct arena *a)
{
	return &a->slot;
}

size_t arena_size(const struct arena *a)
{
	return a->held;
}
