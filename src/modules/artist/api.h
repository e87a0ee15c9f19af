/* What the routes of the module share. */
#ifndef ARTIST_API_H
#define ARTIST_API_H

#include "modules/artist/album.h"
#include "modules/artist/artist.h"
#include "modules/artist/track.h"

extern const struct route artist_routes[], album_routes[], track_routes[], follow_routes[];
extern struct statement follow_statements[];

/* Behind every other text of the same beginning, by code points. */
#define LAST_TEXT "\xf4\x8f\xbf\xbf"

#define TOTAL_PARAM(F, T) F(T, BOOL, include_total, IN, "Adds `total`, exact up to 10,000", .otherwise = "false")

#define PAGE_PARAM_FIELDS(F, T) PAGE_FIELDS(F, T)
STRUCT(page_param, PAGE_PARAM_FIELDS);
SCHEMA(page_param, PAGE_PARAM_FIELDS, "Which page");

enum { TOTAL_EXACT = 10000 };

/* Fills list->total from a statement that counts to 10,001 at most. */
err count_total(struct ctx *cx, const struct statement *st, const void *query, struct list *list);

/* user.deleted: the users' follows end, counts and events with them. */
err follows_end(struct ctx *cx, struct change *ch, struct uuids users);

#endif
