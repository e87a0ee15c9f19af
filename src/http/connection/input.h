/* From the bytes that come to a request that is there as a whole. */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include "http/connection/conn.h"

/* clang-format off */
enum input {
	INPUT_WAITS,   /* for the client, or for the next turn */
	INPUT_GOES_ON, /* there may be more to do at once */
	INPUT_HEAD,    /* c->exchange holds a request whose body has yet to come: to be judged first */
	INPUT_WHOLE,   /* c->exchange holds a request whose body is complete */
	INPUT_REFUSED, /* no request can be made of it; where the next one begins is not known */
};
/* clang-format on */

/* One step of reading, in the states IDLE, HEAD and BODY. *fault: why it is refused. */
enum input input_read(struct conn *c, int *budget, err *fault);

/* The request may have its body. */
void input_begin_body(struct conn *c);

/* Drops what comes: it is of no use any more. True: there may be more. */
bool input_drop(struct conn *c, int *budget);

/* Reads what there is into the block; false: nothing new. */
bool input_fill(struct conn *c);

#endif
