/* What content does for other modules. */
#ifndef CONTENT_SERVICE_H
#define CONTENT_SERVICE_H

#include "contracts/import/content.h"
#include "modules/content/content.h"

extern const struct service content_services[];

err import_posts(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
err import_find_in_posts(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
err posts_count_by_author(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts);

#endif
