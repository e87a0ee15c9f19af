/*
 * Where posts are kept: reading one, writing one. Who may see a post is decided here, so that no caller can forget it.
 * posts.tags and posts.featured_artist_ids are the truth; post_tags, post_artists and tags.posts_count follow in the
 * same change.
 */
#include "modules/content/post.h"
#include "modules/content/tag.h"

#include <string.h>

enum { BY_IDS, BY_SLUG, INSERT, UPDATE, CLAIM_SLUG, WRITE_ARTISTS, WRITE_TAGS };

/* What post_tags and post_artists hold of a post's time: null while it is not listed. */
#define LISTED_AT "CASE WHEN $status = 'published' AND NOT $is_deleted THEN $published_at::timestamptz END"

struct statement post_store_statements[] = {
	[BY_IDS] = {.name = "posts_by_ids", .in = &by_ids_schema, .out = &post_schema,
		.sql = "SELECT $p.*, p.content FROM posts p WHERE p.id = ANY ($ids)"},
	[BY_SLUG] = {.name = "post_by_slug", .in = &by_slug_schema, .out = &by_id_schema, .otherwise = POST_NOT_FOUND,
		.sql = "SELECT post_id AS id FROM post_slugs WHERE slug = $slug"},
	[INSERT] = {.name = "post_insert", .in = &post_schema, .rows = 1, .otherwise = INTERNAL,
		.sql = "INSERT INTO posts (id, title, slug, description, content, status, author_id, primary_artist_id,"
		       " featured_artist_ids, tags, cover_image_url, comments_enabled, created_at, updated_at,"
		       " published_at) VALUES ($id, $title, $slug, $description, $content, $status, $author_id,"
		       " $primary_artist_id, $featured_artist_ids, $tags, $cover_image_url, $comments_enabled,"
		       " $created_at, $updated_at, $published_at)"},
	[UPDATE] = {.name = "post_update", .in = &post_schema, .rows = 1, .otherwise = EDIT_CONFLICT,
		.sql = "UPDATE posts SET title = $title, slug = $slug, description = $description, content = $content,"
		       " status = $status, primary_artist_id = $primary_artist_id,"
		       " featured_artist_ids = $featured_artist_ids, tags = $tags,"
		       " cover_image_url = $cover_image_url, comments_enabled = $comments_enabled,"
		       " updated_at = $updated_at, published_at = $published_at, is_deleted = $is_deleted,"
		       " deleted_at = $deleted_at, deleted_by = $deleted_by, version = version + 1"
		       " WHERE id = $id AND version = $version"},
	/* A post may go back to a slug it had; another's is never free. */
	[CLAIM_SLUG] = {.name = "post_slug_claim", .in = &post_schema, .rows = 1, .otherwise = SLUG_TAKEN,
		.sql = "INSERT INTO post_slugs (slug, post_id, created_at) VALUES ($slug, $id, $updated_at)"
		       " ON CONFLICT (slug) DO UPDATE SET post_id = excluded.post_id"
		       " WHERE post_slugs.post_id = excluded.post_id"},
	[WRITE_ARTISTS] = {.name = "post_artists_write", .in = &post_schema,
		.sql = "WITH gone AS (DELETE FROM post_artists"
		       " WHERE post_id = $id AND artist_id <> ALL ($featured_artist_ids))"
		       " INSERT INTO post_artists (post_id, artist_id, position, published_at)"
		       " SELECT $id, a.artist_id, a.position, " LISTED_AT
		       " FROM unnest($featured_artist_ids) WITH ORDINALITY AS a (artist_id, position)"
		       " ON CONFLICT (post_id, artist_id) DO UPDATE"
		       " SET position = excluded.position, published_at = excluded.published_at"
		       " WHERE (post_artists.position, post_artists.published_at)"
		       " IS DISTINCT FROM (excluded.position, excluded.published_at)"},
	[WRITE_TAGS] = {.name = "post_tags_write", .in = &post_schema,
		.sql = "WITH gone AS (DELETE FROM post_tags pt USING tags t"
		       " WHERE pt.post_id = $id AND t.id = pt.tag_id AND t.slug <> ALL ($tags))"
		       " INSERT INTO post_tags (post_id, tag_id, published_at)"
		       " SELECT $id, id, " LISTED_AT " FROM tags WHERE slug = ANY ($tags)"
		       " ON CONFLICT (post_id, tag_id) DO UPDATE SET published_at = excluded.published_at"
		       " WHERE post_tags.published_at IS DISTINCT FROM excluded.published_at"},
	{0},
};

enum { CACHE_ROWS = 50000, CACHE_BYTES = 32 << 20, CACHE_S = 3600 };

/*
 * The same row for every viewer: visibility is decided after loading. Forgotten by our changes and, for those of other
 * instances, by their events; an hour bounds what an operator changes by hand.
 */
static struct loader posts = {.statement = &post_store_statements[BY_IDS], .cache_rows = CACHE_ROWS,
			      .cache_bytes = CACHE_BYTES, .cache_s = CACHE_S};
static struct loader posts_now = {.statement = &post_store_statements[BY_IDS]};

static err load(struct ctx *cx, struct loader *loader, struct uuid id, struct post *post)
{
	const void *row;
	TRY(db_load(cx, loader, &id, 1, &row));
	if (!row || !post_is_visible(cx, row))
		return POST_NOT_FOUND;
	*post = *(const struct post *)row;
	return NULL;
}

err post_load(struct ctx *cx, struct uuid id, struct post *post)
{
	return load(cx, &posts, id, post);
}

err post_load_to_edit(struct ctx *cx, struct uuid id, struct post *post)
{
	struct post found;
	TRY(load(cx, &posts_now, id, &found));
	if (!post_may_be_edited(cx, &found))
		return FORBIDDEN;
	*post = found;
	return NULL;
}

err post_load_by_slug(struct ctx *cx, const char *slug, struct post *post)
{
	struct by_id owner;
	TRY(db_row(cx, &post_store_statements[BY_SLUG], &(struct by_slug){.slug = slug}, &owner));
	return post_load(cx, owner.id, post);
}

err posts_load(struct ctx *cx, struct uuids ids, const struct post **found)
{
	TRY(db_load(cx, &posts, ids.at, ids.count, (const void **)found));
	for (int i = 0; i < ids.count; i++)
		if (found[i] && !post_is_visible(cx, found[i]))
			found[i] = NULL;
	return NULL;
}

err posts_load_now(struct ctx *cx, struct uuids ids, const struct post **found)
{
	return db_load(cx, &posts_now, ids.at, ids.count, (const void **)found);
}

void post_forget(struct uuid id)
{
	loader_forget(&posts, id);
}

void post_forget_with(struct change *ch, struct uuid id)
{
	change_forgets(ch, &posts, id);
}

static bool has_tag(const struct post *post, const char *slug)
{
	for (int i = 0; post && i < post->tags.count; i++)
		if (strcmp(post->tags.at[i], slug) == 0)
			return true;
	return false;
}

/* Makes the tags that are new to the post, and moves the counts of those that it brings into the lists or takes out. */
static void move_tags(struct change *ch, struct arena *a, const struct post *before, const struct post *after)
{
	int room = (before ? before->tags.count : 0) + after->tags.count + 1, n = 0;
	const char **slugs = ARENA_ARRAY(a, const char *, room), **names = ARENA_ARRAY(a, const char *, room);
	int64_t *deltas = ARENA_ARRAY(a, int64_t, room);
	bool was_listed = before && post_is_listed(before), is_listed = post_is_listed(after);

	for (int i = 0; i < after->tags.count; i++) {
		bool is_new = !has_tag(before, after->tags.at[i]);
		deltas[n] = is_listed - (was_listed && !is_new);
		if (!is_new && deltas[n] == 0)
			continue;
		slugs[n] = names[n] = after->tags.at[i];
		if (i < after->tag_names.count)
			names[n] = after->tag_names.at[i];
		n++;
	}
	for (int i = 0; was_listed && i < before->tags.count; i++)
		if (!has_tag(after, before->tags.at[i])) {
			slugs[n] = names[n] = before->tags.at[i];
			deltas[n++] = -1;
		}
	if (n)
		tags_move(ch, &(struct tags_move){{slugs, n}, {names, n}, {deltas, n}});
}

void post_insert(struct change *ch, struct arena *a, const struct post *post)
{
	change_add(ch, &post_store_statements[INSERT], post);
	change_add(ch, &post_store_statements[CLAIM_SLUG], post);
	if (post->featured_artist_ids.count)
		change_add(ch, &post_store_statements[WRITE_ARTISTS], post);
	move_tags(ch, a, NULL, post);
	if (post->tags.count)
		change_add(ch, &post_store_statements[WRITE_TAGS], post);
}

/* Writes `after` over `before`'s version and sets its version to the new one. */
void post_update(struct change *ch, struct arena *a, const struct post *before, struct post *after)
{
	after->version = before->version;
	change_add(ch, &post_store_statements[UPDATE], after);
	if (strcmp(before->slug, after->slug) != 0)
		change_add(ch, &post_store_statements[CLAIM_SLUG], after);
	if (before->featured_artist_ids.count || after->featured_artist_ids.count)
		change_add(ch, &post_store_statements[WRITE_ARTISTS], after);
	move_tags(ch, a, before, after);
	if (before->tags.count || after->tags.count)
		change_add(ch, &post_store_statements[WRITE_TAGS], after);
	post_forget_with(ch, after->id);
	after->version++;
}

void post_delete(struct change *ch, struct arena *a, const struct post *post, struct uuid by)
{
	struct post after = *post;
	after.is_deleted = true;
	after.deleted_at = clock_now();
	after.deleted_by = by;
	post_update(ch, a, post, &after);
	tell_post(ch, tell_post_deleted, &after);
}
