/* Bytes on their way to a client. Whoever answers writes here; the connection sends all of it at the end of
 * the turn. */
#ifndef HTTP_OUTPUT_H
#define HTTP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* clang-format off */
enum {
	OUTPUT_MAX = 256 * 1024
}; /* bytes unsent beyond which no further request is begun, and a stream is closed */

struct stream;

struct output {
	char *at; /* a block, a larger piece, or NULL */
	size_t sent, len, room;
	int in_kernel; /* bytes that the client had not taken when something last stayed unsent */

	bool is_gone;          /* the client has: what is written goes nowhere */
	bool is_waiting;       /* to be looked at when the turn ends */
	bool has_overflowed;   /* more was written than may wait: the connection is closed */
	bool close_when_sent;  /* what is written says Connection: close */
	struct stream *stream; /* what writes here without a request, or NULL */
	struct output *next_waiting;
};
/* clang-format on */

/* Where `n` further bytes may be written, and then: so many were. */
char *output_room(struct output *o, size_t n);
void output_wrote(struct output *o, size_t n);

static inline size_t output_unsent(const struct output *o)
{
	return o->len - o->sent;
}

/* Has its connection look at it when the turn ends, whether or not something was written. */
void output_wait(struct output *o);

/* The next of those that wait, taken from their list; NULL: none. */
struct output *output_next_waiting(void);

/* Sends what the kernel takes, with one call. False: the connection is broken. */
bool output_send(struct output *o, int fd);

/* Whether the client has taken any of what the kernel holds, since the last call of this or of output_send.
 */
bool output_is_taken(struct output *o, int fd);

/* The client has gone: nothing waits any more. */
void output_leave(struct output *o);

/* Gives the memory back; what is unsent is lost. */
void output_drop(struct output *o);

#endif
