/* What artist puts into the trash of its users. */
#include "modules/artist/scene.h"
#include "support/test.h"

#include <unistd.h>

SCENE(open_scene, scene_stop);

static struct trash_page page;

/* Types and titles of a page of ALICE's trash. */
static err list(struct ctx *cx, void *arg)
{
	struct trashed *items;
	char *out = arg;
	int count;
	TRY(artist_trash_service()->list_trash(cx, &page, &items, &count));
	*out = '\0';
	for (int i = 0; i < count; i++)
		sprintf(out + strlen(out), "%s %s,", items[i].type, items[i].title);
	if (count) {
		page.time = items[count - 1].deleted_at;
		page.id = items[count - 1].id;
	}
	return NULL;
}

static const char *listed(const char *const *types, int count, int limit)
{
	static char out[256];
	page = (struct trash_page){.user_id = uuid_from(A_ID),
				   .types = {types, count},
				   .time = TIME_END,
				   .id = {{[0 ... 15] = 0xff}},
				   .limit = limit};
	ck_assert_ptr_null(scene_call(list, out));
	return out;
}

TEST(what_a_user_deleted_is_in_their_trash)
{
	static const char *const albums[] = {"albums"}, *const comments[] = {"comments"};
	const char *artist = artist_named("A"), *album = album_of(artist, "T"),
		   *gone = album_of(artist, "Gone");
	const char *track = track_on(album, "x"), *other = artist_named("B");
	ck_assert_str_eq(listed(NULL, 0, 9), "");
	expect_status(api("DELETE", text("/api/v1/tracks/%s", track), ALICE, NULL), 204);
	usleep(2000); /* times have milliseconds */
	expect_status(api("DELETE", text("/api/v1/albums/%s", gone), ALICE, NULL), 204);
	expect_status(api("DELETE", text("/api/v1/artists/%s", other), MOD, NULL), 204);
	ck_assert_str_eq(listed(NULL, 0, 9), "albums Gone,tracks x,");
	ck_assert_str_eq(listed(albums, 1, 9), "albums Gone,");
	ck_assert_str_eq(listed(comments, 1, 9), "");
	ck_assert_str_eq(listed(NULL, 0, 1), "albums Gone,");
	char next[256];
	ck_assert_ptr_null(scene_call(list, next));
	ck_assert_str_eq(next, "tracks x,");
	expect_status(api("DELETE", text("/api/v1/albums/%s", album), ALICE, NULL), 204);
	ck_assert_str_eq(listed(NULL, 0, 9), "albums T,albums Gone,"); /* its track comes back with it */
	expect_status(api("POST", text("/api/v1/albums/%s/restore", gone), ALICE, NULL), 200);
	ck_assert_str_eq(listed(NULL, 0, 9), "albums T,");
}
