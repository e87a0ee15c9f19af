/* What an operation may answer: each status, its headers, its body, an example. */
#ifndef HTTP_RESPONSES_H
#define HTTP_RESPONSES_H

#include "http/route/router.h"

/* Whether If-Match counts there: what is changed or deleted has an ETag. */
bool takes_if_match(const struct endpoint *e);
bool takes_if_none_match(const struct endpoint *e);
bool is_event_stream(const struct endpoint *e); /* its whole answer is one: it goes on behind Last-Event-ID */

/* The member "responses". */
void responses_write(const struct endpoint *e);

#endif
