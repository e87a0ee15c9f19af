/* From a path to a route: a trie of segments, built at start from the modules' tables. */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/message/uri.h"
#include "http/route/methods.h"
#include "vobe/http.h"

enum { PATH_PARAMS_MAX = 4 };

/* A route as the server holds it. */
struct endpoint {
	const struct route *route;
	const char *module;
	const char *path; /* whole: "/api/v1/posts/{id}" */
	int param_count;
	const char *param_names[PATH_PARAMS_MAX];
	const struct endpoint
		*resource; /* of a creating POST: the GET that reads what was made by its id, or NULL */
	const struct field *version; /* of the reply's schema: gives the ETag; NULL: none */
	const struct field *id;      /* of the reply's schema: what the ETag is of; NULL: none */
	const struct field *deleted; /* of the reply's schema: says that it is in the trash; NULL: none */
	uint64_t body_max;
	int bucket;       /* its extra rate limit, -1: none */
	int refusals;     /* what pays for its refusals, -1: nothing */
	bool creates;     /* an Idempotency-Key counts */
	bool is_platform; /* the path begins with "//": tells nobody anything of himself, so who asks is not
			     looked at */
	struct endpoint *next; /* in order of registration */
};

struct match {
	const struct endpoint *endpoint; /* NULL: no route has this path and method */
	unsigned allowed;                /* bits 1 << method that the path has; 0: no such path */
	struct segment params[PATH_PARAMS_MAX];
};

/*
 * Adds one route. False, with one line on stderr that names file and line: a path already taken, an unset
 * policy, a path parameter that `params` lacks, or a row that contradicts itself.
 */
bool router_add(const char *module, const struct route *r);

void router_find(const struct segment *segments, int count, enum method method, struct match *out);

/* nearest.c: a route's path that is much like this one, which no route has; NULL: none is. Empty segments at
 * the end count for nothing. */
const char *router_nearest(struct arena *a, const struct segment *segments, int count);

const struct endpoint *router_first(void);
void router_close(void);

#endif
