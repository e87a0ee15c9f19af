/* Published posts from a file: by the rules of the API, many in one change, with a fault for each row. */
#include "modules/content/post_enrich.h"
#include "modules/content/post_store.h"
#include "modules/content/service.h"
#include "modules/content/tag.h"
#include "vobe/buf.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>

enum { IMPORT_TRIES = 3 }; /* against others who take the same slugs at the same moment */

/*
 * Columns of the posts to add. An array holds no nulls and no
 * arrays: '' is null, lists are joined with commas.
 */
#define IMPORT_FIELDS(F, T)                                                                        \
	F(T, UUIDS, ids, 0, "")                                                                    \
	F(T, TEXTS, titles, 0, "")                                                                 \
	F(T, TEXTS, slugs, 0, "")                                                                  \
	F(T, TEXTS, descriptions, 0, "")                                                           \
	F(T, TEXTS, contents, 0, "")                                                               \
	F(T, UUIDS, author_ids, 0, "")                                                             \
	F(T, TEXTS, artist_ids, 0, "")                                                             \
	F(T, TEXTS, featured, 0, "")                                                               \
	F(T, TEXTS, tags, 0, "")                                                                   \
	F(T, INTS, times, 0, "Microseconds since 1970")
STRUCT(import, IMPORT_FIELDS);
SCHEMA(import, IMPORT_FIELDS, "Posts to add");

static QUERY(posts_known, by_ids, by_id, "SELECT id FROM posts WHERE id = ANY ($ids)");

static COMMAND(
	posts_insert, import,
	"INSERT INTO posts (id, title, slug, description, content, status, author_id, primary_artist_id,"
	" featured_artist_ids, tags, created_at, updated_at, published_at)"
	" SELECT r.id, r.title, r.slug, nullif(r.description, ''), r.content, 'published', r.author_id,"
	" nullif(r.artist_id, '')::uuid, string_to_array(r.featured, ',')::uuid[],"
	" string_to_array(r.tags, ','), t.at, t.at, t.at"
	" FROM unnest($ids::uuid[], $titles::text[], $slugs::text[], $descriptions::text[],"
	" $contents::text[], $author_ids::uuid[], $artist_ids::text[], $featured::text[], $tags::text[],"
	" $times::bigint[])"
	" AS r (id, title, slug, description, content, author_id, artist_id, featured, tags, us)"
	" CROSS JOIN LATERAL (SELECT timestamptz 'epoch' + r.us * interval '1 microsecond' AS at) t");

static COMMAND(post_slugs_insert, by_ids,
	       "INSERT INTO post_slugs (slug, post_id, created_at)"
	       " SELECT slug, id, created_at FROM posts WHERE id = ANY ($ids)");

static COMMAND(post_artists_insert, by_ids,
	       "INSERT INTO post_artists (post_id, artist_id, position, published_at)"
	       " SELECT p.id, f.id, f.position, p.published_at FROM posts p"
	       " CROSS JOIN unnest(p.featured_artist_ids) WITH ORDINALITY AS f (id, position)"
	       " WHERE p.id = ANY ($ids)");

static COMMAND(post_tags_insert, by_ids,
	       "INSERT INTO post_tags (post_id, tag_id, published_at)"
	       " SELECT p.id, t.id, p.published_at FROM posts p CROSS JOIN unnest(p.tags) AS s (slug)"
	       " JOIN tags t ON t.slug = s.slug"
	       " WHERE p.id = ANY ($ids)");

/* A row on its way: the post it becomes, or why it does not. */
struct arrival {
	struct post post;
	const char *slug_base;
	struct import_outcome *outcome;
};

/* The post of a row as far as the rules of the API look at it. */
static struct post written_post(const struct post_row *row)
{
	struct post post;

	schema_clear(&post_schema, &post);
	post.id = uuid_is_nil(row->id) ? uuid_new() : row->id;
	post.title = row->title;
	post.description = row->description && *row->description ? row->description : NULL;
	post.content = row->content;
	post.status = PUBLISHED;
	post.author_id = row->author_id;
	post.primary_artist_id = row->primary_artist_id;
	post.featured_artist_ids = row->featured_artist_ids;
	post.tags = row->tags;
	post.published_at = row->published_at == TIME_NULL ? clock_now() : row->published_at;
	post.created_at = post.updated_at = post.published_at;
	post.version = 1;
	return post;
}

static const char *post_fault(struct arena *a, struct post *post)
{
	err e = schema_validate(a, &post_schema, post);
	if (e)
		return arena_fmt(a, "%s: %s", e->faults[0].pointer + 1, e->faults[0].detail);
	return uuid_is_nil(post->author_id) ? "author_id: Required." : NULL;
}

/* The rows without faults, in `arrivals`; *good their number. */
static void read_rows(struct arena *a, const struct post_row *rows, int count,
		      struct import_outcome *outcomes, struct arrival *arrivals, int *good)
{
	*good = 0;
	for (int i = 0; i < count; i++) {
		struct post post = written_post(&rows[i]);
		outcomes[i] = (struct import_outcome){.fault = post_fault(a, &post)};
		if (outcomes[i].fault)
			continue;
		post_lists_normal(a, &post);
		const char *wish = rows[i].slug ? text_slug(a, rows[i].slug) : "";
		const char *base = post_slug_base(a, *wish ? wish : NULL, post.title, post.id);
		arrivals[(*good)++] = (struct arrival){post, base, &outcomes[i]};
	}
}

static int by_post_id(const void *a, const void *b)
{
	const struct arrival *one = a, *other = b;
	return memcmp(&one->post.id, &other->post.id, sizeof(struct uuid));
}

/* Leaves out what is there already, and what the rows hold twice. Sorts the arrivals by id. */
static err leave_known_out(struct ctx *cx, struct arrival *arrivals, int *count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, *count + 1);
	struct by_id *known;
	int known_count, n = 0;
	struct by_ids wanted = {.ids = {ids, *count}};

	qsort(arrivals, (size_t)*count, sizeof *arrivals, by_post_id);
	for (int i = 0; i < *count; i++)
		ids[i] = arrivals[i].post.id;
	TRY(posts_known(cx, &wanted, &known, &known_count));
	for (int i = 0; i < *count; i++) {
		bool is_known = i > 0 && uuid_equal(ids[i], ids[i - 1]);
		for (int j = 0; j < known_count && !is_known; j++)
			is_known = uuid_equal(ids[i], known[j].id);
		if (!is_known)
			arrivals[n++] = arrivals[i];
	}
	*count = n;
	return NULL;
}

/* Gives those that name an unknown artist their fault and leaves them out. */
static err leave_artistless_out(struct ctx *cx, struct arrival *arrivals, int *count)
{
	int room = 0, n = 0, good = 0;
	for (int i = 0; i < *count; i++)
		room += 1 + arrivals[i].post.featured_artist_ids.count;
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, room + 1);
	struct artist_card *cards = ARENA_ARRAY(cx->arena, struct artist_card, room + 1);

	for (int i = 0; i < *count; i++) {
		const struct post *post = &arrivals[i].post;
		ids[n++] = post->primary_artist_id;
		for (int j = 0; j < post->featured_artist_ids.count; j++)
			ids[n++] = post->featured_artist_ids.at[j];
	}
	if (n)
		TRY(artist->artist_cards(cx, ids, n, cards));
	for (int i = n = 0; i < *count; i++) {
		int end = n + 1 + arrivals[i].post.featured_artist_ids.count;
		bool all_known = true;
		for (; n < end; n++)
			all_known &= cards[n].name || uuid_is_nil(ids[n]);
		if (all_known)
			arrivals[good++] = arrivals[i];
		else
			arrivals[i].outcome->fault = "it names an artist that does not exist";
	}
	*count = good;
	return NULL;
}

static err choose_slugs(struct ctx *cx, struct arrival *arrivals, int count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	const char **bases = ARENA_ARRAY(cx->arena, const char *, count);
	const char **slugs = ARENA_ARRAY(cx->arena, const char *, count);

	for (int i = 0; i < count; i++) {
		ids[i] = arrivals[i].post.id;
		bases[i] = arrivals[i].slug_base;
	}
	TRY(post_slugs_choose(cx, (struct uuids){ids, count}, bases, 0, slugs));
	for (int i = 0; i < count; i++)
		arrivals[i].post.slug = slugs[i];
	return NULL;
}

static const char *joined(struct arena *a, struct texts words)
{
	struct buf out = {.arena = a};
	for (int i = 0; i < words.count; i++)
		buf_fmt(&out, "%s%s", i ? "," : "", words.at[i]);
	return buf_text(&out);
}

static struct texts ids_text(struct arena *a, const struct uuid *ids, int count)
{
	const char **texts = ARENA_ARRAY(a, const char *, count + 1);
	for (int i = 0; i < count; i++)
		uuid_text(ids[i], (char *)(texts[i] = arena_alloc(a, UUID_TEXT)));
	return (struct texts){texts, count};
}

static struct uuids add_posts(struct change *ch, struct arena *a, const struct arrival *arrivals, int n)
{
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, n), *authors = ARENA_ARRAY(a, struct uuid, n);
	const char **texts[7];
	int64_t *times = ARENA_ARRAY(a, int64_t, n);

	for (int i = 0; i < 7; i++)
		texts[i] = ARENA_ARRAY(a, const char *, n);
	for (int i = 0; i < n; i++) {
		const struct post *post = &arrivals[i].post;
		ids[i] = post->id;
		authors[i] = post->author_id;
		times[i] = post->published_at;
		texts[0][i] = post->title;
		texts[1][i] = post->slug;
		texts[2][i] = post->description ? post->description : "";
		texts[3][i] = post->content;
		texts[4][i] = joined(
			a, ids_text(a, &post->primary_artist_id, !uuid_is_nil(post->primary_artist_id)));
		texts[5][i] =
			joined(a, ids_text(a, post->featured_artist_ids.at, post->featured_artist_ids.count));
		texts[6][i] = joined(a, post->tags);
	}
	const struct import in = {{ids, n},     {texts[0], n}, {texts[1], n}, {texts[2], n}, {texts[3], n},
				  {authors, n}, {texts[4], n}, {texts[5], n}, {texts[6], n}, {times, n}};
	posts_insert(ch, &in);
	return (struct uuids){ids, n};
}

static void count_tags(struct change *ch, struct arena *a, const struct arrival *arrivals, int count)
{
	int room = 0, n = 0;
	for (int i = 0; i < count; i++)
		room += arrivals[i].post.tags.count;
	const char **slugs = ARENA_ARRAY(a, const char *, room + 1),
		   **names = ARENA_ARRAY(a, const char *, room + 1);
	int64_t *ones = ARENA_ARRAY(a, int64_t, room + 1);

	for (int i = 0; i < count; i++)
		for (int j = 0; j < arrivals[i].post.tags.count; j++) {
			slugs[n] = arrivals[i].post.tags.at[j];
			names[n] = arrivals[i].post.tag_names.at[j];
			ones[n++] = 1;
		}
	tags_move(ch, &(struct tags_move){{slugs, n}, {names, n}, {ones, n}});
}

static err add_all(struct ctx *cx, struct arrival *arrivals, int count)
{
	TRY(choose_slugs(cx, arrivals, count));
	struct change *ch = change_begin(cx);
	const struct by_ids added = {.ids = add_posts(ch, cx->arena, arrivals, count)};
	post_slugs_insert(ch, &added);
	post_artists_insert(ch, &added);
	count_tags(ch, cx->arena, arrivals, count);
	post_tags_insert(ch, &added);
	for (int i = 0; i < count; i++) {
		post_tell(ch, tell_post_created, &arrivals[i].post);
		post_tell(ch, tell_post_published, &arrivals[i].post);
	}
	return change_commit(cx, ch);
}

err posts_import(struct ctx *cx, const struct post_row *rows, int count, struct import_outcome *outcomes)
{
	struct arrival *arrivals = ARENA_ARRAY(cx->arena, struct arrival, count + 1);
	err e = SLUG_TAKEN;
	int good;

	read_rows(cx->arena, rows, count, outcomes, arrivals, &good);
	for (int tries = 0; problem_is(e, SLUG_TAKEN) && tries < IMPORT_TRIES; tries++) {
		TRY(leave_known_out(cx, arrivals, &good));
		if (tries == 0)
			TRY(leave_artistless_out(cx, arrivals, &good));
		e = good ? add_all(cx, arrivals, good) : NULL;
	}
	for (int i = 0; i < good && !e; i++)
		arrivals[i].outcome->added = true;
	return e;
}
