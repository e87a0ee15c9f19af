/* Finders: what is wrong with a body that no schema can tell, for who is refused. */
#ifndef VOBE_FINDER_H
#define VOBE_FINDER_H

#include "vobe/route.h"

/* What can be found about a body that is refused anyway, made by FINDER. */
struct finder {
	err (*run)(struct req *rq, struct faults *fs);
	const char *name;
	const char *file;
	int line;
	const struct schema *params, *body; /* those of the handler */
};

/*
 * Stands above a function that tells what only the database and other modules can find about the fields of a
 * body: a name taken, an artist that is not there. It is asked when a request is refused, so that the answer
 * names all faults at once, and never for one that is fine: by the schema, or by the handler with a problem
 * that has faults.
 *
 *	FINDER(find_post_faults, by_id, post);
 *	static err find_post_faults(struct req *rq, const struct by_id *in, const struct post *body,
 *				    struct faults *fs)
 *	...
 *	ROUTE(PATCH, "/posts/{id}", USER, 200, update_post, "...", FINDS(find_post_faults)),
 *
 * *body is as it was sent, but what the schema has found fault with is null, or an element of a list that is
 * null, and not in rq->present: every member may be null, also one that is required. It looks at rights
 * first, as the handler does, writes nothing, and makes no guess at a secret. *fs holds the faults that are
 * known already, to which it adds (faults_take). An err says that no more can be found; nobody is told it.
 */
#define FINDER(NAME, PARAMS, BODY)                                                                 \
	static err NAME(struct req *rq SEAM_PARAMS(PARAMS) SEAM_SENT(BODY), struct faults *fs);    \
	static err NAME##_run(struct req *rq, struct faults *fs)                                   \
	{                                                                                          \
		return NAME(rq SEAM_PARAMS_OF(PARAMS) SEAM_BODY_OF(BODY), fs);                     \
	}                                                                                          \
	static const struct finder NAME##_finder = {.run = NAME##_run,                             \
						    .name = #NAME,                                 \
						    .file = __FILE__,                              \
						    .line = __LINE__,                              \
						    .params = SEAM_SCHEMA(PARAMS),                 \
						    .body = SEAM_SCHEMA(BODY)}
#define FINDS(NAME) .finder = &NAME##_finder

#define SEAM_SENT(tag)        SEAM_UNLESS_NONE(tag, SEAM_SENT_A, SEAM_NOTHING)(tag)
#define SEAM_SENT_A(tag)      , const struct tag *body

#endif
