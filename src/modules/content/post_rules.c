/* The rules of posts: who sees and edits what, which status follows which, slugs, tags. Nothing suspends. */
#include "modules/content/post.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <string.h>

const char *const post_statuses[] = {DRAFT, PUBLISHED, ARCHIVED, NULL};

/* clang-format off */
static const struct {
	const char *from;
	const char *to[3];
} transitions[] = {
	{DRAFT,     {PUBLISHED}},
	{PUBLISHED, {DRAFT, ARCHIVED}},
	{ARCHIVED,  {PUBLISHED, DRAFT}},
};
/* clang-format on */

const char *post_tag_fault(struct arena *a, const void *tag)
{
	return *text_tag_slug(a, *(const char *const *)tag) ? NULL
							    : "Must have at least one letter or digit.";
}

bool post_has_status(const struct post *post, const char *status)
{
	return strcmp(post->status, status) == 0;
}

bool post_is_listed(const struct post *post)
{
	return post_has_status(post, PUBLISHED) && !post->is_deleted;
}

bool post_takes_comments(const struct post *post)
{
	return post_is_listed(post) && post->comments_enabled;
}

bool post_is_visible(const struct ctx *cx, const struct post *post)
{
	if (viewer_is_moderator(cx))
		return true;
	if (post->is_deleted)
		return viewer_is(cx, post->author_id) && clock_now() - post->deleted_at < TRASH_US;
	return !post_has_status(post, DRAFT) || viewer_is(cx, post->author_id);
}

bool post_may_be_edited(const struct ctx *cx, const struct post *post)
{
	return viewer_is_moderator(cx) || viewer_is(cx, post->author_id);
}

/* What a moderator took away, its author cannot bring back. */
bool post_may_be_restored(const struct ctx *cx, const struct post *post)
{
	return viewer_is_moderator(cx) || viewer_is(cx, post->deleted_by);
}

bool post_names_artist(const struct post *post, struct uuid artist_id)
{
	bool named = post && uuid_equal(post->primary_artist_id, artist_id);
	for (int i = 0; post && i < post->featured_artist_ids.count && !named; i++)
		named = uuid_equal(post->featured_artist_ids.at[i], artist_id);
	return named;
}

const char *post_slug_base(struct arena *a, const char *wish, const char *title, struct uuid id)
{
	const char *slug = wish ? wish : text_slug(a, title);
	/* The last bytes of a UUIDv7 are random. */
	return *slug ? slug : arena_fmt(a, "post-%02x%02x%02x%02x", id.b[12], id.b[13], id.b[14], id.b[15]);
}

/* Slugs of the tags, in the order given, each once; *names are what was written for them. */
static struct texts tags_normal(struct arena *a, struct texts written, struct texts *names)
{
	const char **slugs = ARENA_ARRAY(a, const char *, written.count + 1);
	const char **texts = ARENA_ARRAY(a, const char *, written.count + 1);
	int count = 0;

	for (int i = 0; i < written.count; i++) {
		const char *slug = text_tag_slug(a, written.at[i]);
		int at = 0;
		while (at < count && strcmp(slugs[at], slug) != 0)
			at++;
		if (at < count)
			continue;
		slugs[count] = slug;
		texts[count++] = text_nfc(a, text_trim(a, written.at[i]));
	}
	*names = (struct texts){texts, count};
	return (struct texts){slugs, count};
}

/* In the order given, each once, without the primary artist. */
static struct uuids featured_normal(struct arena *a, struct uuids written, struct uuid primary)
{
	struct uuid *ids = ARENA_ARRAY(a, struct uuid, written.count + 1);
	int count = 0;

	for (int i = 0; i < written.count; i++) {
		bool known = uuid_is_nil(written.at[i]) || uuid_equal(written.at[i], primary);
		for (int j = 0; j < count && !known; j++)
			known = uuid_equal(written.at[i], ids[j]);
		if (!known)
			ids[count++] = written.at[i];
	}
	return (struct uuids){ids, count};
}

void post_lists_normal(struct arena *a, struct post *post)
{
	post->tags = tags_normal(a, post->tags, &post->tag_names);
	post->featured_artist_ids = featured_normal(a, post->featured_artist_ids, post->primary_artist_id);
}

err post_may_begin(struct ctx *cx, const struct post *post)
{
	if (!post->status || !post_has_status(post, ARCHIVED))
		return NULL;
	return problem_fault(cx, "/status", "not_allowed",
			     "A new post is a draft or published, not archived.");
}

void post_draft(struct ctx *cx, struct post *post)
{
	post->id = uuid_new();
	post->author_id = cx->viewer.user_id;
	post->slug = post_slug_base(cx->arena, post->slug, post->title, post->id);
	post->views_count = post->comments_count = 0;
	post->created_at = post->updated_at = clock_now();
	post->published_at = post_has_status(post, PUBLISHED) ? post->created_at : TIME_NULL;
	post->is_deleted = false;
	post->deleted_at = TIME_NULL;
	post->version = 1;
	post_lists_normal(cx->arena, post);
}

static err transition(struct ctx *cx, const char *from, const char *to)
{
	struct buf allowed = {.arena = cx->arena};
	struct faults one = {0};

	if (strcmp(from, to) == 0)
		return NULL;
	for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
		for (int n = 0; strcmp(transitions[i].from, from) == 0 && transitions[i].to[n]; n++) {
			if (strcmp(transitions[i].to[n], to) == 0)
				return NULL;
			buf_fmt(&allowed, "%s\"%s\"", n ? "," : "", transitions[i].to[n]);
		}
	fault_add(cx->arena, &one, "/status", INVALID_TRANSITION->code, "From \"%s\" it may become: %s.",
		  from, buf_text(&allowed));
	return problem_members(cx, problem_with(cx->arena, INVALID_TRANSITION, &one), "\"allowed\":[%s]",
			       buf_text(&allowed));
}

/*
 * A new slug is wanted: NULL was sent for it, or the title of
 * a post that nobody could link to yet was changed.
 */
static bool slug_follows_title(const struct post *before, uint64_t present, const struct post *after)
{
	if (HAS(present, post_slug_field))
		return after->slug == NULL;
	return before->published_at == TIME_NULL && strcmp(before->title, after->title) != 0;
}

err post_may_become(struct ctx *cx, const struct post *before, const struct post *after)
{
	return before->is_deleted ? POST_DELETED : transition(cx, before->status, after->status);
}

bool post_revise(struct ctx *cx, const struct post *before, uint64_t present, struct post *after)
{
	struct texts tag_names;
	bool is_changed;

	post_lists_normal(cx->arena, after);
	if (slug_follows_title(before, present, after))
		after->slug = post_slug_base(cx->arena, NULL, after->title, after->id);
	if (post_has_status(after, PUBLISHED) && after->published_at == TIME_NULL)
		after->published_at = clock_now();
	tag_names = after->tag_names;
	after->tag_names = before->tag_names; /* a tag keeps the name it has */
	is_changed = !schema_equal(&post_schema, before, after);
	after->tag_names = tag_names;
	if (is_changed)
		after->updated_at = clock_now();
	return is_changed;
}
