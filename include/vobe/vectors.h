/* The vectors of a document: what of its fields the index finds, as texts that PostgreSQL reads as
 * tsvector. */
#ifndef VOBE_VECTORS_H
#define VOBE_VECTORS_H

#include "vobe/arena.h"
#include "vobe/schema.h"

/* A text of a document. The first is its title or name. */
struct part {
	const char *text; /* or NULL */
	char weight;      /* A to D */
	bool exact;       /* its words are found as they are, too */
};

struct vectors {
	/* Stems of all texts, each as often as it stands there, and runs of stop words (vobe/stop_runs.h);
	 * places are not kept (tsvector ends at 16,383). */
	const char *doc;
	/* Words of titles and names as they are, stop words and signs too, and in Latin letters; and the
	 * forms of the whole name (vobe/names.h), with a blank before them. */
	const char *exact;
	/* Three bits for each form of a word, by word_hash, in hexadecimal: tells "famed" from "fame". */
	const char *forms;
	const char *plain;  /* words_plain() of the first part, the title */
	int64_t length;     /* of doc, in lexemes */
	struct texts words; /* of exact, for the vocabulary */
};

struct vectors vectors_make(struct arena *a, const struct part *parts, int count);

#endif
