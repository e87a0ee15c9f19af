/* The sources of the index: the modules that documents are made of, and what each source becomes. */
#ifndef SEARCH_SOURCE_H
#define SEARCH_SOURCE_H

#include "modules/search/entry.h"

#include "contracts/documents/artist.h"
#include "contracts/documents/auth.h"
#include "contracts/documents/content.h"

/* The services this module needs; set by start. */
extern const struct content_documents *content;
extern const struct artist_documents *artist;
extern const struct auth_documents *auth;

/* What one source becomes: the entry of its kind to be written, or nothing. */
struct made {
	bool exists;
	const void *entry;
	struct texts words;
};

/* The current state of sources: made[i] of ids[i]. Suspends. */
err sources_read(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, int64_t stamp,
		 struct made *made);

/* Ids of the sources of a kind behind `after`. Suspends. */
err source_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count);

/* What filters may ask of a document (vobe/facts.h). */
struct texts post_facts(struct arena *a, const struct post_document *d);
struct texts artist_facts(struct arena *a, const struct artist_document *d);
struct texts album_facts(struct arena *a, const struct album_document *d);
struct texts track_facts(struct arena *a, const struct track_document *d, const char *release_date);

#endif
