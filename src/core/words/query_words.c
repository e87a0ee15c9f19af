/* The words of a query as tsqueries, cut and stemmed like those of documents. */
#include "vobe/name_queries.h"
#include "vobe/query_words.h"

#include "vobe/words.h"

#include <string.h>

static const char *lexeme_of(struct arena *a, const char *word, const char *label)
{
	struct buf out = {.arena = a};

	lexeme_write(&out, word);
	buf_str(&out, label);
	return arena_str(a, buf_text(&out));
}

struct query_word query_word_of(struct arena *a, const char *bare, bool prefix)
{
	struct query_word w = {
		.bare = bare, .raw = bare, .lexeme = "", .stems = "", .prefix = prefix, .of = NO_WORD};

	if (word_is_unspaced(bare)) {
		w.several = true;
		w.stems = w.exact = run_tsquery(a, bare, prefix);
		return w;
	}
	const char *stem = word_stem(a, bare);
	w.exact = lexeme_of(a, bare, prefix ? ":*" : "");
	if (prefix) {
		w.several = true;
		w.stems = stem && strcmp(stem, bare) != 0
				  ? arena_fmt(a, "(%s | %s)", w.exact, lexeme_of(a, stem, ":*"))
				  : w.exact;
	} else if (stem) {
		w.lexeme = stem;
		w.stems = lexeme_of(a, stem, "");
	}
	return w;
}
