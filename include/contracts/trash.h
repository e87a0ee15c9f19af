/* What was deleted and can be brought back: one shape for every module that keeps such things. */
#ifndef CONTRACTS_TRASH_H
#define CONTRACTS_TRASH_H

#include "vobe/ctx.h"
#include "vobe/problem.h"
#include "vobe/schema.h"

#define TRASHED_FIELDS(F, T)                                                                       \
	F(T, TEXT, type, 0, "posts, comments, artists, albums or tracks")                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, 0, "Title or name; of a comment how it begins")                          \
	F(T, BOOL, is_deleted, NO_COLUMN, "true")                                                  \
	F(T, TIME, deleted_at, 0, "When it was deleted")
STRUCT(trashed, TRASHED_FIELDS);
SCHEMA(trashed, TRASHED_FIELDS, "Something in the trash");

/* To whoever may delete it, and would restore what staff deleted. */
PROBLEM(DELETED_BY_STAFF, 403, "deleted_by_staff", "Deleted by a moderator",
	"Only a moderator may restore it: ask one.");

/* Which part of a user's trash: those of `types` (none: all) deleted before `time`, or then and with a lesser
 * id. */
#define TRASH_PAGE_FIELDS(F, T)                                                                    \
	F(T, UUID, user_id, 0, "Whose")                                                            \
	F(T, TEXTS, types, 0, "Of which types; all of the module's when there are none")           \
	F(T, TIME, time, 0, "Key: deleted_at")                                                     \
	F(T, UUID, id, 0, "Key: id")                                                               \
	F(T, INT, limit, 0, "Rows")
STRUCT(trash_page, TRASH_PAGE_FIELDS);
SCHEMA(trash_page, TRASH_PAGE_FIELDS, "A part of the trash");

/*
 * Those of a module, the latest deleted first: as many as the page has room for, or all that are left. What
 * the user could not restore, since what it belongs to is gone, is not among them.
 */
typedef err trash_lister(struct ctx *cx, const struct trash_page *page, struct trashed **items, int *count);

#endif
