/* Bytes on their way to a client. */
#ifndef HTTP_OUTPUT_H
#define HTTP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct output {
	char *at; /* a block, a larger piece, or NULL */
	size_t sent, len, room;
	int in_kernel; /* bytes that the client had not taken when something last stayed unsent */
};

/* Where `n` further bytes may be written; the caller then adds to `len`. */
char *output_room(struct output *o, size_t n);

/* Sends what the kernel takes, with one call. False: the connection is broken. */
bool output_send(struct output *o, int fd);

/* Whether the client has taken any of what the kernel holds, since the last call of this or of output_send. */
bool output_is_taken(struct output *o, int fd);

/* Gives the memory back; what is unsent is lost. */
void output_drop(struct output *o);

#endif
