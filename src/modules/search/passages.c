/* Passages for a question: the same search as everybody's, with the marks taken out again. */
#include "modules/search/search.h"

#include "vobe/text.h"
#include "vobe/words.h"

enum { QUESTION_MAX = 400, TEXT_MAX = 400 /* code points */ };

/* Around what was found; otherwise the first of the texts that is there, from its beginning. */
static const char *text_of(struct arena *a, const void *highlight, const char *first, const char *otherwise)
{
	const struct highlight *h = highlight;

	if (h && h->text)
		return text_unmark(a, h->text);
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

static err find_passages(struct ctx *cx, const char *question, int limit, struct passage **passages,
			 int *count)
{
	const char *cut = text_cut(cx->arena, question, QUESTION_MAX),
		   *matter = question_matter(cx->arena, cut);
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
