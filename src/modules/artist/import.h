/* Imports of the module's kinds: what all go through (import.c), and what each kind adds to it. */
#ifndef ARTIST_IMPORT_H
#define ARTIST_IMPORT_H

#include "contracts/import/artist.h"
#include "modules/artist/track.h"

/* One batch of one kind. */
struct intake {
	struct ctx *cx;
	const struct import_batch *batch;
	const void **stored; /* what the database holds of each row, or NULL */
	struct import_outcome *outcomes;
	int attempt;
};

struct import_rules {
	const struct schema *schema;
	uint64_t pair; /* fields that say one thing together: complete() fills in both */
	err (*load)(struct ctx *cx, const struct uuid *ids, int count, const void **rows);

	/* What a line does not say, and what its fields say together: faults and notes of row i. */
	void (*complete)(struct intake *in, int i);

	/* What needs the database for the rows that are to be added: parents, slugs, numbers. */
	err (*prepare)(struct intake *in);

	/* What prepare would refuse of rows that are refused anyway and not PRESENT; NULL: nothing. */
	err (*find)(struct intake *in);

	/* Adds the row; one that is deleted was there before. */
	void (*add)(struct change *ch, const void *row);

	/* Whether it is deleted, and by staff. */
	bool (*is_deleted)(const void *row, bool *by_staff);

	/* Fills in what is derived in `after`; writes it over `before`. */
	void (*derive)(struct arena *a, const void *before, void *after);
	err (*save)(struct ctx *cx, const void *before, void *after);
};

err import_take(const struct import_rules *rules, struct ctx *cx, const struct import_batch *batch,
		struct import_outcome *outcomes);

err import_find(const struct import_rules *rules, struct ctx *cx, const struct import_batch *batch,
		struct import_outcome *outcomes);

/* Whether row i goes in. */
bool intake_adds(const struct intake *in, int i);
void intake_refuse(struct intake *in, int i, const char *pointer, const char *code, const char *detail);
void intake_refuse_for(struct intake *in, int i, err why);

/* Times that a line did not give; revised ones for a row that is edited, deleted or restored now. */
void complete_times(int64_t *created_at, int64_t *updated_at, int64_t *deleted_at, bool is_deleted);
void revise_times(const struct ctx *cx, bool was_deleted, bool is_deleted, int64_t *updated_at,
		  int64_t *deleted_at, struct uuid *deleted_by);

err import_artists(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
err import_albums(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
err import_tracks(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);

/* Of lines that are refused anyway: `find` of struct importer. */
err import_find_in_albums(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);
err import_find_in_tracks(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes);

#endif
