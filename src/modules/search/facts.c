/* The facts of documents. A kind that does not know a filter has no such facts, and nothing of it is found.
 */
#include "modules/search/source.h"

#include "vobe/facts.h"
#include "vobe/text.h"

/* Their years are a range of published_at, and artists are asked for by id (credits.c). */
struct texts post_facts(struct arena *a, const struct post_document *d)
{
	struct facts f = facts_begin(a, d->artist_ids.count + d->tags.count + 1);

	for (int i = 0; i < d->artist_ids.count; i++)
		fact_add_id(&f, d->artist_ids.at[i]);
	for (int i = 0; i < d->tags.count; i++)
		fact_add(&f, "tag", d->tags.at[i]);
	fact_add(&f, "author", d->author_username ? text_fold(a, d->author_username) : NULL);
	return facts_end(&f);
}

struct texts artist_facts(struct arena *a, const struct artist_document *d)
{
	struct facts f = facts_begin(a, 2 * d->genres.count + 5);

	fact_add_artist(&f, d->name);
	fact_add_id(&f, d->id);
	for (int i = 0; i < d->genres.count; i++)
		fact_add_genre(&f, d->genres.at[i]);
	fact_add(&f, "country", d->country ? text_loose(a, d->country) : NULL);
	fact_add(&f, "verified", d->verified ? "true" : "false");
	return facts_end(&f);
}

struct texts album_facts(struct arena *a, const struct album_document *d)
{
	struct facts f = facts_begin(a, 4);

	fact_add_artist(&f, d->artist_name);
	fact_add_id(&f, d->artist_id);
	fact_add_year(&f, d->release_date);
	return facts_end(&f);
}

struct texts track_facts(struct arena *a, const struct track_document *d, const char *release_date)
{
	struct facts f = facts_begin(a, 4);

	fact_add_artist(&f, d->artist_name);
	fact_add_id(&f, d->artist_id);
	fact_add_year(&f, release_date);
	return facts_end(&f);
}
