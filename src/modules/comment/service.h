/* The module's services. */
#ifndef COMMENT_SERVICE_H
#define COMMENT_SERVICE_H

#include "contracts/import/comment.h"
#include "modules/comment/comment.h"
#include "vobe/service.h"

extern const struct service comment_services[];

trash_lister list_deleted_comments; /* trash.c */

err import_comments(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
err import_find_in_comments(struct ctx *cx, const struct import_batch *batch,
			    struct import_outcome *outcomes);

/* Registers the counters with content and auth. */
void offer_counts(void);

#endif
