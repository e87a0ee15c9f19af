/* Slugs of artists: who has which, and which are free. */
#include "modules/artist/artist.h"
#include "vobe/text.h"

#include <stdlib.h>

#define SLUG_WISH_FIELDS(F, T)                                                                     \
	F(T, TEXTS, stems, IN, "Wanted")                                                           \
	F(T, UUIDS, ids, IN, "By whom")
STRUCT(slug_wish, SLUG_WISH_FIELDS);
SCHEMA(slug_wish, SLUG_WISH_FIELDS, "Slugs wanted");

#define SLUG_STATE_FIELDS(F, T)                                                                    \
	F(T, TEXT, mine, NULLABLE, "A slug of the stem that this artist has or had")               \
	F(T, BOOL, taken, 0, "The stem itself is somebody's slug")                                 \
	F(T, INT, next, 0, "The number behind the greatest of the stem")
STRUCT(slug_state, SLUG_STATE_FIELDS);
SCHEMA(slug_state, SLUG_STATE_FIELDS, "What is known of a wanted slug");

static QUERY(slug_states, slug_wish, slug_state,
	     "SELECT (SELECT min(s.slug) FROM artist_slugs s"
	     " WHERE s.stem = w.stem AND s.artist_id = w.id) AS mine,"
	     " EXISTS (SELECT 1 FROM artist_slugs s WHERE s.slug = w.stem) AS taken,"
	     " (SELECT coalesce(max(s.number), 1) + 1 FROM artist_slugs s WHERE s.stem = w.stem) AS next"
	     " FROM unnest($stems::text[], $ids::uuid[]) WITH ORDINALITY AS w(stem, id, place)"
	     " ORDER BY w.place");

QUERY_ROW(artist_of_slug, by_slug, by_id, "SELECT artist_id AS id FROM artist_slugs WHERE slug = $slug");

COMMAND(artist_take_slug, artist,
	"INSERT INTO artist_slugs (slug, artist_id, stem, number, created_at)"
	" VALUES ($slug, $id, $slug_stem, $slug_number, $updated_at)"
	" ON CONFLICT (slug) DO UPDATE SET artist_id = excluded.artist_id"
	" WHERE artist_slugs.artist_id = excluded.artist_id",
	.rows = 1, .otherwise = SLUG_TAKEN);

/* Eight hexadecimal digits nobody can foresee. */
static const char *random_word(struct arena *a)
{
	const struct uuid id = uuid_new();
	return arena_fmt(a, "%02x%02x%02x%02x", id.b[12], id.b[13], id.b[14], id.b[15]);
}

static int compare_stems(const void *a, const void *b)
{
	return strcmp((*(struct artist *const *)a)->slug_stem, (*(struct artist *const *)b)->slug_stem);
}

/* `before`: the artist before it in the order of stems, or NULL. */
static void choose(struct arena *a, struct artist *it, const struct artist *before,
		   const struct slug_state *known, int attempt)
{
	const bool repeats = before && strcmp(before->slug_stem, it->slug_stem) == 0;

	if (known->mine) {
		it->slug = arena_str(a, known->mine);
		it->slug_number = INT_NULL;
	} else if (!repeats && !known->taken) {
		it->slug = it->slug_stem;
		it->slug_number = 1;
	} else if (attempt < SLUG_ATTEMPTS - 1) {
		const bool goes_on = repeats && before->slug_number >= known->next;
		it->slug_number = goes_on ? before->slug_number + 1 : known->next + attempt;
		it->slug = arena_fmt(a, "%s-%lld", it->slug_stem, (long long)it->slug_number);
	} else {
		it->slug_number = INT_NULL;
		it->slug = arena_fmt(a, "%s-%s", it->slug_stem, random_word(a));
	}
}

err artist_slugs_choose(struct ctx *cx, struct artist *rows, int count, int attempt)
{
	struct artist **sorted = ARENA_ARRAY(cx->arena, struct artist *, count);
	const char **stems = ARENA_ARRAY(cx->arena, const char *, count);
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	struct slug_state *known;
	int known_count;

	for (int i = 0; i < count; i++) {
		const char *stem = text_slug(cx->arena, rows[i].name);
		rows[i].slug_stem = *stem ? stem : arena_fmt(cx->arena, "artist-%s", random_word(cx->arena));
		sorted[i] = &rows[i];
	}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
	qsort(sorted, count, sizeof *sorted, compare_stems);
	for (int i = 0; i < count; i++) {
		stems[i] = sorted[i]->slug_stem;
		ids[i] = sorted[i]->id;
	}
	const struct slug_wish wish = {.stems = {stems, count}, .ids = {ids, count}};
	TRY(slug_states(cx, &wish, &known, &known_count));
	for (int i = 0; i < known_count; i++)
		choose(cx->arena, sorted[i], i ? sorted[i - 1] : NULL, &known[i], attempt);
	return NULL;
}

err artist_rename(struct ctx *cx, const char *old_name, int attempt, struct change *ch, struct artist *it)
{
	if (strcmp(text_slug(cx->arena, old_name), text_slug(cx->arena, it->name)) == 0)
		return NULL;
	TRY(artist_slugs_choose(cx, it, 1, attempt));
	change_touches_name(ch, "slug", it->slug);
	artist_take_slug(ch, it);
	return NULL;
}
