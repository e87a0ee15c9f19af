/* What an edit needs besides its rules: the artists it names, and what is told of it. */
#include "modules/content/post_edit.h"

#include "modules/content/post_enrich.h"

#include <string.h>

err post_artists_exist(struct ctx *cx, const struct post *before, struct uuid primary,
		       const struct uuids *sent)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, sent->count + 1);
	const char **pointers = ARENA_ARRAY(cx->arena, const char *, sent->count + 1);
	int count = 0;

	for (int i = -1; i < sent->count; i++) {
		struct uuid id = i < 0 ? primary : sent->at[i];
		if (uuid_is_nil(id) || post_names_artist(before, id))
			continue;
		ids[count] = id;
		pointers[count++] =
			i < 0 ? "/primary_artist_id" : arena_fmt(cx->arena, "/featured_artist_ids/%d", i);
	}
	return count ? artist->must_exist(cx, ids, pointers, count) : NULL;
}

static post_event_teller *status_teller(const struct post *post)
{
	if (post_has_status(post, PUBLISHED))
		return tell_post_published;
	return post_has_status(post, ARCHIVED) ? tell_post_archived : tell_post_unpublished;
}

static bool differs_beside_status(const struct post *before, const struct post *after)
{
	struct post same = *after;
	same.status = before->status;
	same.tag_names = before->tag_names;
	same.published_at = before->published_at;
	same.updated_at = before->updated_at;
	same.version = before->version;
	return !schema_equal(&post_schema, before, &same);
}

void post_change(struct change *ch, struct arena *a, const struct post *before, struct post *after)
{
	post_save(ch, a, before, after);
	if (differs_beside_status(before, after))
		post_tell(ch, tell_post_updated, after);
	if (strcmp(before->status, after->status) != 0)
		post_tell(ch, status_teller(after), after);
}
