/* Rebuilds of the index as jobs: asked for once, done once, told at their end, begun again when a server has
 * died. */
#include "contracts/operator/search.h"
#include "modules/search/scene.h"

static struct reindex asked;

static err ask_body(struct ctx *cx, void *arg)
{
	(void)arg;
	TRY(search_operator_service()->ask(cx, &asked));
	asked.status = asked.fault = NULL; /* of the call's arena */
	return NULL;
}

static struct uuid ask(void)
{
	ck_assert_ptr_null(scene_call(ask_body, NULL));
	return asked.id;
}

static const char *states(void)
{
	static char out[200];
	char *text = sql("SELECT coalesce(string_agg(status || ' ' || documents || ' ' || refused, ', '"
			 " ORDER BY asked_at), 'none') FROM reindexes");
	snprintf(out, sizeof out, "%s", text);
	free(text);
	return out;
}

static void fill(void)
{
	artist_add((struct fake_artist){.name = "Filler", .genre = "rock"});
	for (int i = 0; i < 70; i++)
		post_put((struct fake_post){.title = "Found again", .content = "text"});
}

static void open_idle(void)
{
	open_scene();
	free(sql("DELETE FROM rebuild")); /* a migration's */
}

SCENE(open_idle, scene_stop);

TEST(what_is_asked_for_is_done_once_and_told)
{
	fill();
	struct uuid first = ask(), again = ask();
	ck_assert(uuid_equal(first, again)); /* it has not begun: both mean the same */
	ck_assert_str_eq(states(), "waiting 0 0");
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_str_eq(states(), "completed 72 0");
	ck_assert_int_eq(scene_told("search.reindex_completed"), 1);
	ck_assert_ptr_nonnull(strstr(scene_told_payload("search.reindex_completed", 0), "\"documents\": 72"));
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_int_eq(scene_told("search.reindex_completed"), 1);
	ck_assert(!uuid_equal(ask(), first));
}

TEST(each_document_is_written_once)
{
	fill();
	free(sql("CREATE TABLE writes (id uuid); GRANT INSERT ON writes TO PUBLIC;"
		 " CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS"
		 " 'BEGIN INSERT INTO writes VALUES (NEW.post_id); RETURN NEW; END';"
		 " CREATE TRIGGER noted AFTER INSERT OR UPDATE ON posts_index"
		 " FOR EACH ROW EXECUTE FUNCTION note_write()"));
	for (int round = 1; round <= 2; round++) { /* those that are new, and those that are there */
		ask();
		ck_assert_ptr_null(scene_job("rebuild"));
		char *counts = sql("SELECT count(DISTINCT id) || ' ' || count(*) FROM writes");
		ck_assert_str_eq(counts, round == 1 ? "70 70" : "70 140");
		free(counts);
	}
}

TEST(one_that_runs_elsewhere_is_left_alone_until_its_lease_ends)
{
	ask();
	free(sql("UPDATE reindexes SET status = 'running', started_at = now(), next_at = now() + '60 s'"));
	ask(); /* waits until that one is done */
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_str_eq(states(), "running 0 0, waiting 0 0");
	free(sql("UPDATE reindexes SET next_at = now() - interval '1 s' WHERE status = 'running'"));
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_str_eq(states(), "completed 1 0, waiting 0 0");
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_str_eq(states(), "completed 1 0, completed 1 0");
}

TEST(what_a_subscription_wishes_is_such_a_job_too)
{
	fill();
	free(sql("INSERT INTO rebuild DEFAULT VALUES"));
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_str_eq(states(), "completed 72 0");
	free(sql("INSERT INTO rebuild DEFAULT VALUES"));
	ask(); /* and joins one that waits */
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_str_eq(states(), "completed 72 0, completed 72 0");
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_int_eq(scene_told("search.reindex_completed"), 2);
}

TEST(one_that_fails_says_why_and_is_begun_again)
{
	fill();
	ask();
	world.content_fails = true;
	ck_assert_ptr_nonnull(scene_job("rebuild"));
	char *fault = sql("SELECT status || (fault IS NOT NULL) FROM reindexes");
	ck_assert_str_eq(fault, "runningtrue");
	free(fault);
	world.content_fails = false;
	free(sql("UPDATE reindexes SET next_at = now()"));
	ck_assert_ptr_null(scene_job("rebuild"));
	ck_assert_str_eq(states(), "completed 72 0");
}

TEST(what_the_database_says_of_one_that_fails_is_kept)
{
	fill();
	ask();
	free(sql("ALTER TABLE users_index RENAME TO users_away"));
	ck_assert_ptr_nonnull(scene_job("rebuild"));
	char *fault = sql("SELECT fault FROM reindexes");
	ck_assert_msg(strstr(fault, "users_index") && strstr(fault, "does not exist"), "%s", fault);
	free(fault);
	free(sql("ALTER TABLE users_away RENAME TO users_index"));
}
