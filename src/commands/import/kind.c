/* The table of kinds. */
#include "commands/import/kind.h"

#include "contracts/import/artist.h"
#include "contracts/import/comment.h"
#include "contracts/import/content.h"

#include <string.h>

static const struct importer *artists(void)
{
	return &artist_import_service()->artists;
}

static const struct importer *albums(void)
{
	return &artist_import_service()->albums;
}

static const struct importer *tracks(void)
{
	return &artist_import_service()->tracks;
}

static const struct importer *posts(void)
{
	return &content_import_service()->posts;
}

static const struct importer *comments(void)
{
	return &comment_import_service()->comments;
}

#define TIMES "id", "created_at", "updated_at", "is_deleted"
static const char *const artist_also[] = {TIMES, "deleted_at", NULL};
static const char *const track_also[] = {TIMES, "deleted_at", "album_id", NULL};
static const char *const post_also[] = {
	TIMES, "deleted_at", "published_at", "author_id", "author_username", "artists", NULL};
static const char *const comment_also[] = {TIMES, "post_id", "user_id", "username", "is_edited", NULL};

static const struct alias none[] = {{0}};
static const struct alias post_aliases[] = {{"artist_ids", "featured_artist_ids"}, {0}};
static const struct alias comment_aliases[] = {{"user", "username"}, {0}};

/* clang-format off */
const struct kind kinds[] = {
	{"artists",  artists,  artist_also,  none,            artist_fits,  NULL},
	{"albums",   albums,   artist_also,  none,            album_fits,   NULL},
	{"tracks",   tracks,   track_also,   none,            track_fits,   NULL},
	{"posts",    posts,    post_also,    post_aliases,    post_fits,    authors_find},
	{"comments", comments, comment_also, comment_aliases, comment_fits, writers_find},
	{0},
};
/* clang-format on */

bool kind_reads(const struct kind *kind, const struct field *f)
{
	if (f->flags & NO_JSON)
		return false;
	for (const char *const *name = kind->also; *name; name++)
		if (!strcmp(*name, f->name))
			return true;
	return f->flags & IN;
}

const char *const *kind_names(struct arena *a, const struct kind *kind)
{
	const struct schema *s = kind->importer()->schema;
	const char **names = ARENA_ARRAY(a, const char *, s->count + 1);
	int n = 0;

	for (const struct field *f = s->fields; f < s->fields + s->count; f++)
		if (kind_reads(kind, f))
			names[n++] = f->name;
	return names;
}
