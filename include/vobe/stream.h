/* Server-sent events. */
#ifndef VOBE_STREAM_H
#define VOBE_STREAM_H

#include "vobe/route.h"

/*
 * Server-sent events. The stream outlives the handler: it is owned by the module that asked for it, until
 * `closed`. A client that does not read is closed when its output passes the cap; nothing here suspends.
 */
struct stream;
struct stream *stream_open(struct req *rq, void (*closed)(void *arg), void *arg);
void stream_send(struct stream *s, const char *event, const char *id, const char *data);
void stream_close(struct stream *s); /* `closed` is not called */

#endif
