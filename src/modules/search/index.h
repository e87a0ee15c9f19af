/* The index: how its documents are brought up to date, compared with their sources, and counted. */
#ifndef SEARCH_INDEX_H
#define SEARCH_INDEX_H

#include "modules/search/entry.h"

#include "contracts/operator/search.h"
#include "vobe/subscription.h"

enum { INDEX_BATCH = 64 }; /* documents read and written at once */

#define KIND_ROW_FIELDS(F, T) F(T, TEXT, kind, 0, "Kind of document")
STRUCT(kind_row, KIND_ROW_FIELDS);
SCHEMA(kind_row, KIND_ROW_FIELDS, "A kind");

#define COUNT_ROW_FIELDS(F, T) F(T, INT, count, 0, "How many")
STRUCT(count_row, COUNT_ROW_FIELDS);
SCHEMA(count_row, COUNT_ROW_FIELDS, "A count");

/*
 * Reads the current state of up to INDEX_BATCH sources and adds to the change what makes their documents so:
 * written where the source can be found, removed where not. Takes the stamp before reading. Suspends.
 */
err index_refresh(struct ctx *cx, struct change *ch, enum kind kind, const struct uuid *ids, int count);

/*
 * The same for any number of ids, in changes of its own. A document that the database refuses is told of
 * (document_refused) and passed over.
 */
err index_refresh_all(struct ctx *cx, enum kind kind, const struct uuid *ids, int count);
/* Between these two very many documents are written: what they say may wait longer to go into the index. */
void index_many(bool begun);
bool index_writes_many(void); /* whether that is so */
int64_t index_refused(void);  /* how many, since the start */

/* Ids of the documents of a kind behind `after`. Suspends. */
err entry_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count);

/* A stamp, and which of the documents have none or an older one. Suspend. */
err index_stamp(struct ctx *cx, int64_t *stamp);
err entries_older(struct ctx *cx, struct uuids ids, int64_t stamp, struct uuids *older);

/* Compares up to INDEX_BATCH documents with their sources; adds to missing, stale and extra. Suspends. */
err index_compare(struct ctx *cx, enum kind kind, const struct uuid *ids, int count,
		  struct index_status *differ);

/* How many documents there are. Suspends. */
err entry_count(struct ctx *cx, enum kind kind, int64_t *count);

/* Brings lexemes, statistics and vocabulary up to date where the index has changed enough. Suspends. */
err statistics_refresh(struct ctx *cx);

extern const struct subscription search_hears[];
extern const struct search_operator search_operator;

#endif
