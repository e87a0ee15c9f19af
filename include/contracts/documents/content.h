/* Posts as documents, for who keeps an index of them. */
#ifndef CONTRACTS_DOCUMENTS_CONTENT_H
#define CONTRACTS_DOCUMENTS_CONTENT_H

#include "vobe/ctx.h"
#include "vobe/schema.h"
#include "vobe/service.h"

/* Current state for an index. `exists` false: not published, deleted or unknown; take it out. */
struct post_document {
	struct uuid id, author_id, primary_artist_id;
	bool exists;
	const char *title, *slug, *description, *content, *status, *cover_image_url;
	const char *author_username; /* NULL: deleted user */
	struct uuids artist_ids;     /* of those that are there, primary first, then featured */
	struct texts tags;
	int64_t published_at, created_at, views_count, comments_count, version;
};

enum { TEXT_HIDDEN = -1 };

struct content_documents {
	/* docs[i] belongs to ids[i]. Never cached. */
	err (*post_documents)(struct ctx *cx, const struct uuid *ids, int count, struct post_document *docs);

	/* texts[i]: what ids[i] says, Markdown; NULL where it is not published (any more). May be cached. */
	err (*post_texts)(struct ctx *cx, const struct uuid *ids, int count, const char **texts);

	/*
	 * fits[i]: a bit for each of the patterns that the text of ids[i] fits, or TEXT_HIDDEN where it is
	 * not published (any more). Patterns are regular expressions of PostgreSQL, 32 at most, and case
	 * counts for nothing. The texts of very many posts are looked at where they are. One statement.
	 */
	err (*texts_fitting)(struct ctx *cx, const struct uuid *ids, int count, struct texts patterns,
			     int64_t *fits);

	/* Ids of published posts in order of id, behind `after`; *count 0 at the end. */
	err (*scan)(struct ctx *cx, struct uuid after, int limit, struct uuid **ids, int *count);

	/* Ids behind `after` of published posts with the name of an author or an artist (the other is nil).
	 */
	err (*scan_of)(struct ctx *cx, struct uuid author_id, struct uuid artist_id, struct uuid after,
		       int limit, struct uuid **ids, int *count);
};
SERVICE(content_documents, "content.documents");

#endif
