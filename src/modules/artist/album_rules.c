/* What holds for albums whatever the route: types, and what is derived. */
#include "modules/artist/album.h"
#include "vobe/text.h"

#include <string.h>
#include <strings.h>

const char *const precisions[] = {"year", "month", "day", NULL};
static const char *const album_types[] = {"album", "single", "EP", "compilation", NULL};

const char *album_type_stored(const char *type)
{
	for (int i = 0; album_types[i]; i++)
		if (strcasecmp(album_types[i], type) == 0)
			return album_types[i];
	return NULL;
}

const char *type_is_unknown(struct arena *a, const void *value)
{
	(void)a;
	return album_type_stored(*(const char *const *)value) ? NULL
							      : "Must be album, single, EP or compilation.";
}

void album_derive(struct arena *a, struct album *it)
{
	it->slug = text_slug(a, it->title);
	it->album_type = it->album_type ? album_type_stored(it->album_type) : "album";
	if (!it->release_date)
		it->release_date_precision = NULL;
	else if (!it->release_date_precision)
		it->release_date_precision = "day";
	else if (strcmp(it->release_date_precision, "year") == 0)
		it->release_date = arena_fmt(a, "%.4s-01-01", it->release_date);
	else if (strcmp(it->release_date_precision, "month") == 0)
		it->release_date = arena_fmt(a, "%.7s-01", it->release_date);
}
