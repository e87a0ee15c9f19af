/* Passages for a question: the same search as everybody's, with the marks taken out again. */
#include "modules/search/search.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <string.h>

enum { QUESTION_MAX = 400, TEXT_MAX = 400 /* code points */ };

/* What text_mark put in (modules/search/mark.h), and what stands for it. */
static const struct {
	const char *put;
	char is;
} marks[] = {{"<mark>", 0}, {"</mark>", 0},  {"&amp;", '&'}, {"&lt;", '<'},
	     {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};

static size_t unmark_one(struct buf *out, const char *s)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t len = strlen(marks[i].put);
		if (strncmp(s, marks[i].put, len) != 0)
			continue;
		if (marks[i].is)
			buf_char(out, marks[i].is);
		return len;
	}
	buf_char(out, *s);
	return 1;
}

static const char *unmarked(struct arena *a, const char *marked)
{
	struct buf out = {.arena = a};

	while (*marked)
		marked += unmark_one(&out, marked);
	return arena_str(a, buf_text(&out));
}

/* Around what was found; otherwise the first of the texts that is there, from its beginning. */
static const char *text_of(struct arena *a, const void *highlight, const char *first, const char *otherwise)
{
	const struct highlight *h = highlight;

	if (h && h->text)
		return unmarked(a, h->text);
	if (!first || !*first)
		first = otherwise ? otherwise : "";
	return text_cut(a, first, TEXT_MAX);
}

static struct passage post_passage(struct arena *a, const struct post_hit *hit)
{
	return (struct passage){.type = "posts",
				.id = hit->post_id,
				.title = hit->title,
				.slug = hit->slug,
				.text = text_of(a, hit->highlight, hit->description, hit->content)};
}

static struct passage artist_passage(struct arena *a, const struct artist_hit *hit)
{
	return (struct passage){.type = "artists",
				.id = hit->artist_id,
				.title = hit->name,
				.slug = hit->slug,
				.text = text_of(a, hit->highlight, hit->bio, NULL)};
}

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

/* The question without such words; as it is if it has no others. */
static const char *matter_of(struct arena *a, const char *question)
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

static err find_passages(struct ctx *cx, const char *question, int limit, struct passage **passages,
			 int *count)
{
	const char *cut = text_cut(cx->arena, question, QUESTION_MAX), *matter = matter_of(cx->arena, cut);
	const char *asked = *matter ? matter : cut;
	struct search posts, artists;
	struct branch branches[] = {{search_run, &posts, NULL}, {search_run, &artists, NULL}};
	struct passage *at = ARENA_ARRAY(cx->arena, struct passage, (size_t)limit * 2);
	int n = 0;

	search_begin(cx->arena, &posts, KIND_POSTS, asked, NULL);
	search_begin(cx->arena, &artists, KIND_ARTISTS, asked, NULL);
	posts.find.limit = artists.find.limit = limit;
	together(cx, branches, 2);
	TRY(branches[0].result);
	TRY(branches[1].result);
	for (int i = 0; i < limit && n < limit; i++) {
		if (i < posts.count)
			at[n++] = post_passage(cx->arena, &posts.hits.posts[i]);
		if (i < artists.count)
			at[n++] = artist_passage(cx->arena, &artists.hits.artists[i]);
	}
	*passages = at;
	*count = n < limit ? n : limit;
	return NULL;
}

const struct search_passages search_passages = {.find = find_passages};
