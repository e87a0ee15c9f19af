/* Loading comments. */
#ifndef CONTRACTS_IMPORT_COMMENT_H
#define CONTRACTS_IMPORT_COMMENT_H

#include "contracts/import/outcome.h"
#include "vobe/ctx.h"
#include "vobe/service.h"

/* A row; the id is the file's. */
struct comment_row {
	struct uuid id, post_id, user_id, parent_id;
	const char *content;
	int64_t created_at; /* TIME_NULL: now */
};

struct comment_import {
	/* By the rules of the API, one transaction for all rows that are good; what is there is left as it
	 * is. */
	err (*import_comments)(struct ctx *cx, const struct comment_row *rows, int count,
			       struct import_outcome *outcomes);
};
SERVICE(comment_import, "comment.import");

#endif
