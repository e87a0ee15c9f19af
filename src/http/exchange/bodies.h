/*
 * What bodies on their way hold in memory, in bytes: in all, and a sixteenth of that for each address and
 * each account, so that nobody fills the room of the others.
 */
#ifndef HTTP_BODIES_H
#define HTTP_BODIES_H

#include "http/wire/peers.h"
#include "vobe/id.h"

#include <stdbool.h>
#include <stddef.h>

struct body_holder;

/* One body's part of it. Zero is none. */
struct body_share {
	struct body_holder *address, *account;
	size_t bytes;
};

void bodies_open(size_t most);

/* Whose body it is; a nil user is a guest. Before the first byte of it. */
void body_belongs(struct body_share *s, const struct peer *address, const struct uuid *user_id);

/* Whether so many bytes more may be held; they count only when body_holds says so. */
bool body_may_hold(const struct body_share *s, size_t more);
void body_holds(struct body_share *s, size_t more);

/* The body is gone. */
void body_ends(struct body_share *s);

#endif
