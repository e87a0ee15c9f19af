/* People, artists, albums and tracks for the tests of artist. */
#include "modules/artist/scene.h"

void open_scene(void)
{
	static const char *const settings[] = {"http.request_timeout=60s", NULL};
	scene_start(&artist_module, NULL, settings);
}

const char *made(const char *path, const char *as, const char *body)
{
	struct answer a = api("POST", path, as, body);
	expect_status(a, 201);
	return at(&a, "id");
}

const char *artist_named(const char *name)
{
	return made("/api/v1/artists", ALICE, text("{\"name\":\"%s\"}", name));
}

const char *album_of(const char *artist, const char *title)
{
	return made("/api/v1/albums", ALICE, text("{\"artist_id\":\"%s\",\"title\":\"%s\"}", artist, title));
}

const char *track_on(const char *album, const char *title)
{
	return made(text("/api/v1/albums/%s/tracks", album), ALICE, text("{\"title\":\"%s\"}", title));
}
