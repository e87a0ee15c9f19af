/* Loading posts. */
#ifndef CONTRACTS_IMPORT_CONTENT_H
#define CONTRACTS_IMPORT_CONTENT_H

#include "contracts/import/outcome.h"
#include "vobe/ctx.h"
#include "vobe/schema.h"
#include "vobe/service.h"

/* A row; the id is the file's. */
struct post_row {
	struct uuid id, author_id, primary_artist_id;
	const char *title, *description, *content, *slug; /* slug NULL: made from the title; taken: -2, -3 */
	struct uuids featured_artist_ids;
	struct texts tags;
	int64_t published_at; /* TIME_NULL: now */
};

struct content_import {
	/* By the rules of the API, one transaction for all rows that are good; what is there is left as it
	 * is. */
	err (*import_posts)(struct ctx *cx, const struct post_row *rows, int count,
			    struct import_outcome *outcomes);
};
SERVICE(content_import, "content.import");

#endif
