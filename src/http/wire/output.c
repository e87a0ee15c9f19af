/* Output buffers: a recycled block in the usual case, a piece of their own for what is larger. */
#include "core/memory/memory.h"
#include "http/wire/blocks.h"
#include "http/wire/output.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct output *waiting; /* the newest first */

void output_drop(struct output *o)
{
	if (o->room == BLOCK)
		block_give(o->at);
	else
		free(o->at);
	o->at = NULL;
	o->sent = o->len = o->room = 0;
	o->in_kernel = 0;
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
	o->at = at;
	o->len = kept;
	o->room = room;
}

char *output_room(struct output *o, size_t n)
{
	if (o->room - o->len < n)
		grow(o, n);
	return o->at + o->len;
}

void output_wrote(struct output *o, size_t n)
{
	o->len += n;
	output_wait(o);
}

void output_wait(struct output *o)
{
	if (o->is_waiting || o->is_gone)
		return;
	o->is_waiting = true;
	o->next_waiting = waiting;
	waiting = o;
}

struct output *output_next_waiting(void)
{
	struct output *o = waiting;
	if (!o)
		return NULL;
	waiting = o->next_waiting;
	o->is_waiting = false;
	return o;
}

void output_leave(struct output *o)
{
	struct output **at = &waiting;
	o->is_gone = true;
	if (!o->is_waiting)
		return;
	while (*at && *at != o)
		at = &(*at)->next_waiting;
	if (*at)
		*at = o->next_waiting;
	o->is_waiting = false;
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

/* The kernel asks for more only when much of its buffer is free: that alone makes a slow reader look still.
 */
bool output_is_taken(struct output *o, int fd)
{
	int before = o->in_kernel;
	o->in_kernel = kernel_holds(fd);
	return o->in_kernel < before;
}
