/* What replies of handlers (vobe/http.h) share. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "http/answer/answer.h"

/* A value of the route's reply schema as JSON in the scratch, with the ETag it has (in the arena, or NULL).
 */
void answer_render(struct exchange *ex, const void *value, struct answer *a);

/* Of a 201: where what was made can be read. Our JSON begins with its id. NULL: nowhere. */
const char *answer_location(const struct exchange *ex, int status, const char *json, size_t len);

/* What http_reply_constant has kept. */
void constants_forget(void);

#endif
