/* The kinds of lines: whose schema reads them, and what makes lines of other systems fit. */
#ifndef COMMANDS_IMPORT_KIND_H
#define COMMANDS_IMPORT_KIND_H

#include "commands/import/line.h"

/* Another name of a member. */
struct alias {
	const char *name, *means;
};

/*
 * Looks at a member before it is read, and may change it, note that, or find a fault. This is where an import
 * is milder than the API, and nowhere else.
 */
struct fit {
	const char *name;
	void (*fit)(struct line *l, struct json *member);
};

struct kind {
	const char *name; /* of its files, without .jsonl */
	const struct importer *(*importer)(void);
	const char *const *also; /* what only answers of the API show, but a line may say */
	const struct alias *aliases;
	const struct fit *fits;

	/* Completes what its lines refer to, many at once; faults are set. NULL: nothing to do. Suspends. */
	err (*complete)(struct ctx *cx, struct line *lines, int count);
};

extern const struct kind kinds[]; /* in order of dependence; ends with an empty name */

/* Names of the fields of which a line of the kind may say something, NULL-terminated. */
const char *const *kind_names(struct arena *a, const struct kind *kind);
bool kind_reads(const struct kind *kind, const struct field *f);

/* fit.c: what fits whatever the kind, by the schema: what is too long is cut, null is an empty list. */
void fit_by_schema(struct line *l, const struct field *f, struct json *member);
extern const struct fit artist_fits[], album_fits[], track_fits[], post_fits[], comment_fits[];

/* hiding.c: a member that the API does not know, but that may say that not everybody may see the line. */
void hiding_judge(struct line *l, const struct json *member);

/* people.c: who wrote posts and comments, and where comments without a post go. */
err authors_find(struct ctx *cx, struct line *lines, int count);
err writers_find(struct ctx *cx, struct line *lines, int count);

#endif
