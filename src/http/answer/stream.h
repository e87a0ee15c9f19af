/* The connection's side of server-sent events; what modules see is struct stream of vobe/http.h. */
#ifndef HTTP_STREAM_H
#define HTTP_STREAM_H

#include "vobe/http.h"

/* The connection has gone: tells the owner, and frees the stream. */
void stream_ended(struct stream *s);

/* Opened by a HEAD: only its head is sent. */
bool stream_is_mute(const struct stream *s);

void streams_open(void);
void streams_close(void);

#endif
