/* What the posts of the world say, as search asks for it. */
#include "modules/search/scene.h"

/* What a post says, or NULL where nobody sees it. */
static const char *text_said(struct uuid id)
{
	const int n = number_of(id);

	if (!uuid_equal(id, id_of(POST, n)))
		return world.strangers_say;
	return n < world.post_count && !world.posts[n].gone ? world.posts[n].content : NULL;
}

err fake_post_texts(struct ctx *cx, const struct uuid *ids, int count, const char **texts)
{
	(void)cx;
	for (int i = 0; i < count; i++)
		texts[i] = text_said(ids[i]);
	return world.content_fails ? UNAVAILABLE : NULL;
}

static int64_t text_fits(const char *said, struct texts patterns)
{
	int64_t fits = 0;

	for (int n = 0; n < patterns.count; n++) {
		char *is = sql("SELECT $_$%s$_$ ~* $_$%s$_$", said, patterns.at[n]);
		fits |= (int64_t)(*is == 't') << n;
		free(is);
	}
	return fits;
}

/* By the regular expressions of the server, as content does; each text once. */
err fake_texts_fitting(struct ctx *cx, const struct uuid *ids, int count, struct texts patterns,
		       int64_t *fits)
{
	const char **said = ARENA_ARRAY(cx->arena, const char *, count);

	for (int i = 0; i < count; i++) {
		int same = 0;
		said[i] = text_said(ids[i]);
		while (said[same] != said[i])
			same++;
		if (!said[i])
			fits[i] = TEXT_HIDDEN;
		else
			fits[i] = same < i ? fits[same] : text_fits(said[i], patterns);
	}
	return world.content_fails ? UNAVAILABLE : NULL;
}
