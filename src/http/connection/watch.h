/* Deadlines of connections: by request, not by read, and without a timer for each. */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include "http/connection/conn.h"

/* Every open connection is in the list of exactly one watch; setting it again starts its time anew. */
void watch_set(struct conn *c, enum watch watch);
void watch_remove(struct conn *c);

/* `fn` may close the connection it gets. */
void watch_each(void (*fn)(struct conn *c));

/* `expired` is called when the time of c->watch has run out. */
void watches_open(void (*expired)(struct conn *c));
void watches_close(void);

#endif
