/* The module's service. */
#ifndef COMMENT_SERVICE_H
#define COMMENT_SERVICE_H

#include "comment.h"

extern const struct comment_service comment_service;

err import_comments(struct ctx *cx, const struct comment_row *rows, int count, struct import_outcome *outcomes);

/* Registers the counters with content and auth. */
void offer_counts(void);

#endif
