/* What holds for artists whatever the route: derived fields, who may edit, what links may be. */
#include "modules/artist/artist.h"
#include "vobe/text.h"

#include <cjson/cJSON.h>
#include <string.h>

enum { NAME_KEY_BYTES = 300 };

static bool has_text(const char *const *texts, int count, const char *wanted)
{
	for (int i = 0; i < count; i++)
		if (strcmp(texts[i], wanted) == 0)
			return true;
	return false;
}

/* Bytes of what joins words: a blank, an underscore, a hyphen, a dash of any length (U+2010 to U+2015), a
 * minus; 0: none of them. */
static size_t joint_at(const char *c)
{
	static const char *const joints[] = {" ",      "_",      "-",      "\u2010", "\u2011",
					     "\u2012", "\u2013", "\u2014", "\u2015", "\u2212"};
	for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
		if (strncmp(c, joints[i], strlen(joints[i])) == 0)
			return strlen(joints[i]);
	return 0;
}

/* Trip Hop, trip-hop and, with a dash, Trip–Hop are one genre. */
static const char *hyphened(char *word)
{
	size_t len = 0, joint;
	for (const char *c = word; *c; c += joint ? joint : 1) {
		joint = joint_at(c);
		if (!joint)
			word[len++] = *c;
		else if (len > 0 && word[len - 1] != '-')
			word[len++] = '-';
	}
	word[len] = '\0';
	return word;
}

const char *artist_facet(struct arena *a, const char *kind, const char *word)
{
	char *folded = text_fold(a, text_trim(a, word));
	return arena_fmt(a, "%s:%s", kind, strcmp(kind, "genre") == 0 ? hyphened(folded) : folded);
}

const char *artist_name_key(struct arena *a, const char *name)
{
	const char *key = text_loose(a, name);
	const size_t len = strlen(key);
	return arena_strn(a, key, len > NAME_KEY_BYTES ? utf8_whole(key, NAME_KEY_BYTES) : len);
}

void artist_derive(struct arena *a, struct artist *it)
{
	const char **genres = ARENA_ARRAY(a, const char *, it->genres.count + 1);
	const char **facets = ARENA_ARRAY(a, const char *, it->genres.count + 2);
	int count = 0;

	for (int i = 0; i < it->genres.count; i++) {
		const char *facet = artist_facet(a, "genre", it->genres.at[i]);
		if (has_text(facets, count, facet))
			continue;
		genres[count] = it->genres.at[i];
		facets[count++] = facet;
	}
	it->genres = (struct texts){genres, count};
	if (it->country)
		facets[count++] = artist_facet(a, "country", it->country);
	if (it->verified)
		facets[count++] = "verified";
	it->facets = (struct texts){facets, count};
	it->name_key = artist_name_key(a, it->name);
	if (!it->social_links)
		it->social_links = "{}";
}

err artist_edit_allowed(const struct ctx *cx, bool verified, struct uuid created_by)
{
	if (viewer_is_moderator(cx))
		return NULL;
	if (verified)
		return VERIFIED_ARTIST;
	return viewer_is(cx, created_by) ? NULL : FORBIDDEN;
}

/* The database writes JSON in its own order and spacing. */
static bool is_same_json(const char *one, const char *other)
{
	cJSON *a = cJSON_Parse(one), *b = cJSON_Parse(other);
	const bool same = cJSON_Compare(a, b, true);
	cJSON_Delete(a);
	cJSON_Delete(b);
	return same;
}

void artist_keep_links(const struct artist *before, struct artist *after)
{
	if (is_same_json(before->social_links, after->social_links))
		after->social_links = before->social_links;
}
