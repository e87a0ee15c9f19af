/* What the routes of the module share, and the tables that module.c names. */
#ifndef ARTIST_API_H
#define ARTIST_API_H

#include "modules/artist/album.h"
#include "modules/artist/artist.h"
#include "modules/artist/track.h"

extern const struct route artist_routes[], album_routes[], track_routes[], follow_routes[];
extern const struct route artist_list_routes[], album_list_routes[], track_list_routes[];
extern const struct subscription artist_hears[];

/* Who could restore it sees whether it is deleted, too: by every route, so that it has one ETag. */
void show_deletion(struct req *rq, struct uuid deleted_by);

/* In the change that does it: what is done by right of role to what another made (contracts/staff_act.h). */
void note_act(struct req *rq, struct change *ch, const struct event *done, struct uuid id, struct uuid maker);

/* Fills is_following of each, for a viewer who is signed in. */
err artists_mark_followed(struct ctx *cx, struct artist *rows, int count);

/* A title's key is its beginning, as left() has it. */
enum { TITLE_KEY = 100 };

#define TOTAL_PARAM(F, T)                                                                          \
	F(T, BOOL, include_total, IN, "Adds `total`, exact up to 10,000", .otherwise = "false")

#define PAGE_PARAM_FIELDS(F, T) PAGE_FIELDS(F, T)
STRUCT(page_param, PAGE_PARAM_FIELDS);
SCHEMA(page_param, PAGE_PARAM_FIELDS, "Which page");

#define TOTAL_FIELDS(F, T) F(T, INT, total, 0, "")
STRUCT(total, TOTAL_FIELDS);
SCHEMA(total, TOTAL_FIELDS, "How many; 10,001 when there are more");

#endif
