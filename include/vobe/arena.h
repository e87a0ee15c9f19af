/*
 * Arenas: the memory of one unit of work (a request, a job, an event batch).
 * Everything allocated lives until the arena is freed; nothing is freed singly.
 */
#ifndef VOBE_ARENA_H
#define VOBE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena. Never NULL: out of memory ends the process with one log line. */
struct arena *arena_new(void);

/* Runs the disposers in reverse order of registration, then gives all memory back. */
void arena_free(struct arena *a);

/* `size` zeroed bytes aligned for any type. Never NULL. */
void *arena_alloc(struct arena *a, size_t size);

/* As arena_alloc, of `count * size` bytes; a product that overflows ends the process. */
void *arena_array(struct arena *a, size_t count, size_t size);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

/* Copies, NUL-terminated. arena_str(a, NULL) is NULL. */
char *arena_str(struct arena *a, const char *s);
char *arena_strn(struct arena *a, const char *s, size_t len);
void *arena_copy(struct arena *a, const void *from, size_t size);

/* `p` (of `size` bytes, or NULL) made `larger`, in place if it was the last piece taken. The new part is not
 * zeroed. */
void *arena_resize(struct arena *a, void *p, size_t size, size_t larger);

/* printf into the arena. */
char *arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vfmt(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* `dispose(arg)` runs when the arena is freed. */
void arena_on_free(struct arena *a, void (*dispose)(void *arg), void *arg);

/* A pointer of the arena's for whoever keeps something by unit of work (src/db/load.c does); NULL at first.
 */
void **arena_slot(struct arena *a);

#endif
