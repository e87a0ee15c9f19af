/* Output buffers: a recycled block in the usual case, a piece of their own for what is larger. */
#include "http/wire/output.h"
#include "core/memory/memory.h"
#include "http/state.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

void output_drop(struct output *o)
{
	if (o->room == BLOCK)
		block_give(o->at);
	else
		free(o->at);
	*o = (struct output){0};
}

static void grow(struct output *o, size_t n)
{
	size_t kept = o->len - o->sent, room = BLOCK;
	while (room < kept + n)
		room *= 2;
	char *at = room == BLOCK ? block_take() : memory_take(room);
	if (kept)
		memcpy(at, o->at + o->sent, kept);
	output_drop(o);
	*o = (struct output){.at = at, .len = kept, .room = room};
}

char *output_room(struct output *o, size_t n)
{
	if (o->room - o->len < n)
		grow(o, n);
	return o->at + o->len;
}

/* Bytes sent that the client has not acknowledged (tcp(7), SIOCOUTQ). */
static int kernel_holds(int fd)
{
	int bytes = 0;
	return ioctl(fd, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

bool output_send(struct output *o, int fd)
{
	size_t unsent = o->len - o->sent;
	ssize_t n = unsent ? send(fd, o->at + o->sent, unsent, MSG_NOSIGNAL) : 0;
	if (n < 0 && errno != EAGAIN)
		return false;
	if (n > 0)
		o->sent += (size_t)n;
	if (o->sent < o->len)
		o->in_kernel = kernel_holds(fd);
	return true;
}

/* The kernel asks for more only when much of its buffer is free: that alone makes a slow reader look still. */
bool output_is_taken(struct output *o, int fd)
{
	int before = o->in_kernel;
	o->in_kernel = kernel_holds(fd);
	return o->in_kernel < before;
}
