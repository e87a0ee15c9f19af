/* Names of artists in lists: found by what people type, and folded anew after an upgrade. */
#include "modules/artist/scene.h"
#include "support/test.h"

SCENE(open_scene, scene_stop);

/* How many artists a name begins, of at most three. */
static int listed(const char *begins)
{
	struct answer a = api("GET", text("/api/v1/artists?name=%s", begins), NULL, NULL);
	int count = 0;

	expect_status(a, 200);
	while (count < 3 && at(&a, text("items.%d.id", count)))
		count++;
	return count;
}

static void add(const char *name)
{
	expect_status(api("POST", "/api/v1/artists", ALICE, text("{\"name\":\"%s\"}", name)), 201);
}

TEST(names_are_listed_by_what_people_type)
{
	/* MOTÖR, Bjö, ел */
	static const char *const queries[] = {"motor",        "MOT%C3%96R", "bjork", "Bj%C3%B6",
					      "%D0%B5%D0%BB", "lodz",       NULL};
	add("Motörhead");
	add("Björk");
	add("Ёлка");
	add("Łódź");
	for (const char *const *q = queries; *q; q++)
		ck_assert_msg(listed(*q) == 1, "%s lists %d", *q, listed(*q));
}

TEST(keys_of_names_are_written_again_after_an_upgrade)
{
	for (int i = 0; i < 3; i++)
		add("Motörhead");
	ck_assert_ptr_null(scene_job("rekey")); /* what came with the tables */
	free(test_sql(scene_conninfo(), "INSERT INTO artist.rekeying DEFAULT VALUES"));
	free(test_sql(scene_conninfo(), "UPDATE artist.artists SET name_key = 'motörhead'"));
	ck_assert_int_eq(listed("motor"), 0);
	ck_assert_ptr_null(scene_job("rekey"));
	ck_assert_int_eq(listed("motor"), 3);
	char *left = test_sql(scene_conninfo(), "SELECT count(*) FROM artist.rekeying");
	ck_assert_str_eq(left, "0");
	free(left);
}
