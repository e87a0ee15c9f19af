/* Keyset paging: cursors. */
#ifndef VOBE_PAGE_H
#define VOBE_PAGE_H

#include "vobe/ctx.h"
#include "vobe/schema.h"

/*
 * Keyset paging. The cursor is opaque and bound to `scope` (sort and filters): one made for another list is
 * INVALID_CURSOR. A list asks for limit + 1 rows; with more than limit of them the last shown row makes the
 * next cursor.
 */
struct page_key {
	int64_t number;   /* INT and TIME sorts */
	const char *text; /* TEXT sorts; NULL otherwise */
	struct uuid id;   /* breaks ties */
};

#define PAGE_FIELDS(F, T)                                                                          \
	F(T, INT, limit, IN, "Items on a page", .min = 1, .max = 100, .otherwise = "20")           \
	F(T, TEXT, cursor, IN | NULLABLE, "Where the page before ended: its `next_cursor`")

/* Where a list that falls begins: behind every other text of the same beginning, by code points. */
#define LAST_TEXT "\xf4\x8f\xbf\xbf"

/* Which of a list's sorts it is, one of `sorts`: what names the statement where those stand in the same
 * order. */
int page_order(const char *const *sorts, const char *sort);

/* *key is untouched (the caller's start of the list) when cursor is NULL. */
err page_read(struct ctx *cx, const char *cursor, const char *scope, struct page_key *key);
const char *page_write(struct ctx *cx, const char *scope, const struct page_key *key);

#endif
