/*
 * Free slugs: the smallest number behind a base that no post
 * ever had. post_slugs' primary key decides in the end.
 */
#include "modules/content/post_store.h"

#include "vobe/fnv.h"

#include <stdio.h>
#include <string.h>

#define SLUG_WISHES_FIELDS(F, T)                                                                   \
	F(T, TEXTS, bases, 0, "")                                                                  \
	F(T, UUIDS, ids, 0, "Posts that ask: their own former slugs are free for them")
STRUCT(slug_wishes, SLUG_WISHES_FIELDS);
SCHEMA(slug_wishes, SLUG_WISHES_FIELDS, "Slugs that are wanted");

/* ':' is the character behind '9': the range holds base-1, base-2 ... and little else. */
static QUERY(slugs_taken, slug_wishes, by_slug,
	     "SELECT s.slug FROM post_slugs s WHERE s.slug = ANY ($bases) AND s.post_id <> ALL ($ids)"
	     " UNION ALL SELECT s.slug FROM (SELECT DISTINCT unnest($bases::text[]) AS base) b"
	     " JOIN post_slugs s ON s.slug >= b.base || '-1' AND s.slug < b.base || '-:'"
	     " WHERE s.post_id <> ALL ($ids)");

/* A set of slugs: open addressing, at most half full. */
struct slug_set {
	const char **at;
	int *next; /* for a slug that was a base: the number to try next */
	size_t mask;
};

static struct slug_set slug_set_new(struct arena *a, size_t count)
{
	size_t room = 8;
	while (room < count * 2)
		room *= 2;
	return (struct slug_set){ARENA_ARRAY(a, const char *, room), ARENA_ARRAY(a, int, room), room - 1};
}

/* The place of `slug`: empty if the set lacks it. */
static size_t slug_set_place(const struct slug_set *set, const char *slug)
{
	const uint64_t hash = fnv1a(FNV_BEGINS, slug, strlen(slug));
	size_t i = (hash ^ hash >> 32) & set->mask;
	while (set->at[i] && strcmp(set->at[i], slug) != 0)
		i = (i + 1) & set->mask;
	return i;
}

static const char *take_free(struct arena *a, const struct slug_set *set, const char *base)
{
	char slug[128]; /* a base has 100 characters at most */
	size_t at = slug_set_place(set, base), place = at;
	int n = set->next[at] ? set->next[at] : 2;

	snprintf(slug, sizeof slug, "%s", base);
	for (; set->at[place]; n++) {
		snprintf(slug, sizeof slug, "%.100s-%d", base, n);
		place = slug_set_place(set, slug);
	}
	set->next[at] = n;
	return set->at[place] = arena_str(a, slug);
}

/* Free numbers to pass over: none at first, then fewer than 2, 4, ... 256. */
static int passed_over(int tries)
{
	enum { DOUBLINGS_MOST = 8 };
	return tries ? uuid_new().b[15] % (1 << (tries < DOUBLINGS_MOST ? tries : DOUBLINGS_MOST)) : 0;
}

err post_slugs_choose(struct ctx *cx, struct uuids ids, const char *const *bases, int tries,
		      const char **slugs)
{
	const struct slug_wishes wishes = {.bases = {bases, ids.count}, .ids = ids};
	struct by_slug *taken;
	int count;

	TRY(slugs_taken(cx, &wishes, &taken, &count));
	const int more = passed_over(tries);
	struct slug_set set = slug_set_new(cx->arena, (size_t)count + (size_t)ids.count * (size_t)(more + 1));
	for (int i = 0; i < count; i++)
		set.at[slug_set_place(&set, taken[i].slug)] = taken[i].slug;
	for (int i = 0; i < ids.count; i++)
		for (int n = 0; n <= more; n++)
			slugs[i] = take_free(cx->arena, &set, bases[i]);
	return NULL;
}
