/* What a handler answers with, and what it may ask of its request. */
#ifndef VOBE_REPLY_H
#define VOBE_REPLY_H

#include "vobe/change.h"
#include "vobe/route.h"

/*
 * Answers, in the handler's reply schema and the route's view and status. Each may be called once. A single
 * resource whose schema has a field `version` gets the ETag "v<version>-<hash of the bytes>", and
 * If-None-Match is answered with 304. `re` is the handler's `struct T_reply *`, `value` a `const struct T *`;
 * `re` is evaluated twice.
 */
#define reply(re, ...) reply_((re)->rq, ((re)->value = (__VA_ARGS__)))
err reply_empty(struct req *rq); /* 204, or the route's status without content */
err reply_bytes(struct req *rq, const char *media_type, const void *bytes, size_t len); /* copied */

/* The same of a document that changed at `modified` (wall us): with ETag and Last-Modified, and 304 for who
 * has it. */
err reply_document(struct req *rq, const char *media_type, const void *bytes, size_t len, int64_t modified);
err reply_redirect(struct req *rq, int status, const char *location);

/*
 * Commits the change and answers. With an Idempotency-Key the answer's bytes are written in the same
 * transaction, so that a repeated request gets the very same answer. The one way to answer a creating POST.
 */
#define reply_commit(re, ch, ...) reply_commit_((re)->rq, (ch), ((re)->value = (__VA_ARGS__)))

/* As reply_commit, for what has no content. */
err reply_commit_empty(struct req *rq, struct change *ch);

/* What stands around the items of a list. */
struct list {
	int count;
	const char *next_cursor; /* NULL: the last page */
	int64_t total;           /* -1: not asked for */
	bool total_is_lower_bound;
	const char *members; /* additional members, JSON text without braces, or NULL */
};

/* The total, from a count that stops at 10,001 rows: exact up to 10,000, a lower bound beyond. */
static inline void list_set_total(struct list *list, int64_t counted)
{
	enum { EXACT = 10000 };
	list->total_is_lower_bound = counted > EXACT;
	list->total = list->total_is_lower_bound ? EXACT : counted;
}

/* {"items":[...],"next_cursor":...} and Link: rel="next". `items` are `count` values of the handler's reply.
 */
#define reply_list(re, items, ...) reply_list_((re)->rq, ((re)->value = (items)), (__VA_ARGS__))

err reply_(struct req *rq, const void *value);
err reply_commit_(struct req *rq, struct change *ch, const void *value);
err reply_list_(struct req *rq, const void *items, const struct list *list);

/* A header of the answer; both strings are copied, CR and LF are refused. Call before replying. */
void reply_header(struct req *rq, const char *name, const char *value);

/* Part of the answer could not be had ("author_username"): null there, and X-Partial names it. */
void reply_partial(struct req *rq, const char *field);

/* PRECONDITION_FAILED if If-Match was sent and names another version. */
err require_match(struct req *rq, int64_t version);

/*
 * Lays the body that the handler was given over *it, which is of the body's field list: JSON Merge Patch (RFC
 * 7396), nested objects too. VALIDATION_FAILED if an object breaks its rules then.
 */
err merge_body(struct req *rq, const void *body, void *it);

/*
 * For routes that spend themselves. A token of a guest, of his writes and of the limit by that name (NULL:
 * none), all of his address; or of the limit by that name alone, of whatever `id` names. Errors:
 * TOO_MANY_REQUESTS.
 */
err spend_as_guest(struct req *rq, const char *bucket);
err spend_of(struct req *rq, const char *bucket, struct uuid id);

/* Request facts. */
const char *req_header(const struct req *rq, const char *name); /* NULL: absent. Any letter case */
const char *req_address(const struct req *rq);                  /* the client's, behind a trusted proxy too */

/* The site's address, "https://music.example.org", of which absolute links are made (http.public_url); ""
 * where nobody has said it: then links are relative. What a request says (Host) is never believed. */
const char *req_public_url(const struct req *rq);

#endif
