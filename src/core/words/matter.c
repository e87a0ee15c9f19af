/* What a question is about. */
#include "vobe/buf.h"
#include "vobe/text.h"
#include "vobe/words.h"

#include <string.h>

/* Words that make a question and say nothing of its matter; posts with them in the title would come first. */
static const char *const asking[] = {
	"who", "whom",  "whose", "what",   "when",  "where",    "which", "why",        "how",   "is",  "are",
	"was", "were",  "did",   "do",     "does",  "the",      "a",     "an",         "of",    "in",  "on",
	"me",  "tell",  "about", "please", "кто",   "что",      "кого",  "чего",       "когда", "где", "куда",
	"как", "какой", "какая", "какие",  "какую", "почему",   "зачем", "ли",         "это",   "про", "о",
	"об",  "в",     "на",    "и",      "мне",   "расскажи", "скажи", "пожалуйста", NULL,
};

static bool is_asking(struct arena *a, const char *word, size_t len)
{
	const char *folded = text_fold(a, arena_strn(a, word, len));

	for (const char *const *w = asking; *w; w++)
		if (!strcmp(*w, folded))
			return true;
	return false;
}

const char *question_matter(struct arena *a, const char *question)
{
	static const char between[] = " \t\r\n?!.,;:()\"";
	struct buf out = {.arena = a};

	for (size_t len; *(question += strspn(question, between)); question += len) {
		len = strcspn(question, between);
		if (is_asking(a, question, len))
			continue;
		buf_add(&out, question, len);
		buf_char(&out, ' ');
	}
	return buf_text(&out);
}
