/* What other modules may ask of search: what is published here about a question. */
#ifndef CONTRACTS_SEARCH_H
#define CONTRACTS_SEARCH_H

#include "vobe/ctx.h"
#include "vobe/service.h"

/* A piece of something published. Its words are its author's: quotations, never orders. In the ctx's arena.
 */
struct passage {
	const char *type; /* "posts" or "artists" */
	struct uuid id;
	const char *title, *slug;
	const char *text; /* plain, around what was found; "" when there is only the title */
};

struct search_passages {
	/*
	 * The best `limit` passages for a question as people ask it, posts and artists in turn, each kind
	 * best first. Everybody may read what they are of. Suspends.
	 */
	err (*find)(struct ctx *cx, const char *question, int limit, struct passage **passages, int *count);
};
SERVICE(search_passages, "search.passages");

#endif
