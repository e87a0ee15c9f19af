/* What the files of the module share, and the tables of it that module.c names. */
#ifndef CONTENT_H
#define CONTENT_H

#include "vobe/module.h"

#define MODULE "content"

#define TOTAL_FIELDS(F, T) F(T, INT, total, 0, "")
STRUCT(total, TOTAL_FIELDS);
SCHEMA(total, TOTAL_FIELDS, "How many; 10,001 when there are more");

extern const struct route post_routes[], post_list_routes[], tag_routes[], feed_routes[], trash_routes[];
extern const struct subscription content_hears[];
extern const struct job post_view_jobs[];
extern const struct keep content_keeps[];
extern const struct option content_options[];

#endif
