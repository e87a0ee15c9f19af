/* Views, caches and writers that meet: each reader counts once, cached rows are exact, one of two equal edits
 * wins. */
#include "core/for_tests.h"
#include "modules/content/scene.h"

#include "core/loop/loop.h"
#include "http/server.h"
#include "modules/content/post_views.h"
#include "support/test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *views_of(const char *id)
{
	return sql("SELECT views_count FROM posts WHERE id = '%s'", id);
}

SCENE(open_scene, scene_stop);

TEST(a_reader_counts_once)
{
	const char *id = published_by(ANN, "t", ""), *draft = post_by(ANN, "d", ""),
		   *path = text("/posts/%s", id);
	for (int i = 0; i < 3; i++) {
		get(NULL, path);           /* one address */
		get(BOB, path);            /* one user */
		get(MOD, "/posts/slug/t"); /* the same post by its slug */
		get(ANN, path);            /* its author */
		get(ANN, text("/posts/%s", draft));
		get(MOD, text("/posts/%s", draft));
		get(NULL, "/posts"); /* lists are no views */
	}
	expect_at(get(NULL, path), "views_count", "0");
	ck_assert_ptr_null(scene_job("views"));
	ck_assert_str_eq(views_of(id), "3");
	ck_assert_str_eq(views_of(draft), "0");
	expect_at(get(NULL, path), "views_count", "3"); /* not the cached row of before */
	ck_assert_int_eq(scene_told("post.views_flushed"), 1);
	ck_assert_ptr_nonnull(strstr(scene_told_payload("post.views_flushed", 0), "\"views_count\": 3"));
	ck_assert_ptr_null(scene_job("views"));
	ck_assert_int_eq(scene_told("post.views_flushed"), 1); /* nothing waits, nothing is written */
	ck_assert_str_eq(sql("SELECT version FROM posts WHERE id = '%s'", id), "1");
	expect_at(get(NULL, "/posts?sort=-views_count"), "items.0.views_count", "3");
}

TEST(archived_posts_count_no_views)
{
	const char *id = published_by(ANN, "t", "");
	patch(ANN, id, "{\"status\":\"archived\"}");
	expect_status(get(NULL, text("/posts/%s", id)), 200);
	ck_assert_ptr_null(scene_job("views"));
	ck_assert_str_eq(views_of(id), "0");
}

TEST(views_of_many_posts_are_written_together)
{
	enum { POSTS = 1200 }; /* more than one change takes, and than the table begins with */
	sql("INSERT INTO posts (id, title, slug, content, status, author_id, created_at, updated_at, "
	    "published_at) SELECT"
	    " ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 't', 'p-' || i, 'x', "
	    "'published', '" ANN_ID "', now(), now(), now()"
	    " FROM generate_series(1, %d) i; SELECT 1",
	    POSTS);
	for (int i = 1; i <= POSTS; i++)
		expect_status(get(i % 2 ? BOB : NULL, text("/posts/00000000-0000-7000-8000-%012d", i)), 200);
	ck_assert_ptr_null(scene_job("views"));
	ck_assert_str_eq(sql("SELECT sum(views_count) FROM posts"), text("%d", POSTS));
	ck_assert_str_eq(sql("SELECT max(views_count) FROM posts"), "1");
}

/* --- more posts than may wait --- */

enum { CROWD = 200000 };

/* Each from this on is read by one guest, faster than anything can be written. */
static err read_crowd(struct ctx *cx, void *from)
{
	struct post post = {.status = PUBLISHED, .author_id = uuid_from(ANN_ID)};

	for (int i = *(int *)from; i <= CROWD; i++) {
		post.id = uuid_from(text("00000000-0000-7000-8000-%012d", i));
		post_viewed(post_viewing(cx, "192.0.2.1", &post), post.id);
	}
	return NULL;
}

/* A slow machine may need more than one run: what a run's time does not suffice for waits for the next. */
static void write_crowd(void)
{
	err e = scene_job("views");

	for (int runs = 1; e && runs < 20; runs++)
		e = scene_job("views");
	ck_assert_ptr_null(e);
}

static int views_written(void)
{
	return atoi(sql("SELECT sum(views_count) FROM posts"));
}

TEST(of_more_posts_than_may_wait_each_view_counts)
{
	bool never = false;
	int from = 1;

	sql("INSERT INTO posts (id, title, slug, content, status, author_id, created_at, updated_at, "
	    "published_at) SELECT"
	    " ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 't', 'p-' || i, 'x', "
	    "'published', '" ANN_ID "', now(), now(), now()"
	    " FROM generate_series(1, %d) i; SELECT 1",
	    CROWD);
	ck_assert_ptr_null(scene_call(read_crowd, &from));
	for (int i = 0; i < 3000 && views_written() < CROWD / 4; i++) /* at half, and not by the job */
		loop_until(&never, 20);
	ck_assert_int_ge(views_written(), CROWD / 4);
	write_crowd();
	from = views_written() + 1;
	ck_assert_int_le(from, CROWD); /* the last found no room, and come again */
	ck_assert_ptr_null(scene_call(read_crowd, &from));
	write_crowd();
	ck_assert_int_eq(views_written(), CROWD);
	ck_assert_str_eq(sql("SELECT max(views_count) FROM posts"), "1");
	ck_assert_int_eq(scene_told("post.views_flushed"), CROWD);
}

TEST(views_wait_while_they_cannot_be_written)
{
	const char *id = published_by(ANN, "t", "");
	get(NULL, text("/posts/%s", id));
	sql("ALTER TABLE posts ADD CONSTRAINT refused CHECK (views_count = 0); SELECT 1");
	ck_assert_ptr_nonnull(scene_job("views"));
	get(BOB, text("/posts/%s", id));
	sql("ALTER TABLE posts DROP CONSTRAINT refused; SELECT 1");
	ck_assert_ptr_null(scene_job("views"));
	ck_assert_str_eq(views_of(id), "2");
}

SCENE(open_scene, NULL);

TEST(stopping_writes_what_waits) /* stops the server itself */
{
	const char *id = text("%s", published_by(ANN, "t", "")), *conninfo = text("%s", scene_conninfo());
	get(NULL, text("/posts/%s", id));
	scene_stop();
	ck_assert_str_eq(
		kept(test_sql(conninfo, "SELECT views_count FROM content.posts WHERE id = '%s'", id)), "1");
}

SCENE(open_scene, scene_stop);

TEST(another_instances_edit_is_seen_by_its_event)
{
	const char *id = published_by(ANN, "before", ""), *path = text("/posts/%s", id);
	struct post_event event = {
		.post_id = uuid_from(id), .published_at = TIME_NULL, .created_at = TIME_NULL};
	expect_at(get(NULL, path), "title", "before");
	sql("UPDATE posts SET title = 'after', version = 2 WHERE id = '%s'; SELECT 1", id);
	expect_at(get(NULL, path), "title", "before"); /* cached */
	ck_assert_ptr_null(scene_hear(&post_updated, event.post_id, 2, &event));
	expect_at(get(NULL, path), "title", "after");
	sql("UPDATE posts SET title = 'again', version = 3 WHERE id = '%s'; SELECT 1", id);
	expect_at(patch(ANN, id, "{\"description\":\"d\"}"), "title",
		  "again"); /* edits never begin with a cached row */
}

/* Another writer's commit between our reading and our writing. */
static const char *interrupted;

static err interrupting_cards(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *cards)
{
	if (interrupted)
		sql("UPDATE posts SET version = version + 1, description = 'theirs' WHERE id = '%s'; SELECT "
		    "1",
		    interrupted);
	interrupted = NULL;
	return fake_artist_cards(cx, ids, count, cards);
}

static const struct artist_cards interrupting_artist = {
	.artist_cards = interrupting_cards, .artist_cards_ahead = fake_ahead, .must_exist = fake_must_exist};

static void open_interrupting(void)
{
	static const struct service fakes[] = {OFFER(auth_cards, fake_auth),
					       OFFER(artist_cards, interrupting_artist),
					       OFFER(artist_trash, fake_trash),
					       {0}};
	memset(&fake, 0, sizeof fake);
	scene_start(&content_module, fakes, NULL);
}

SCENE(open_interrupting, scene_stop);

TEST(an_edit_that_meets_another_is_made_again_or_refused)
{
	const char *id = published_by(ANN, "t", ",\"primary_artist_id\":\"" KINO "\"");
	struct answer a = get(ANN, text("/posts/%s", id));
	const char *guard = text("If-Match: %s\r\n", header_of(&a, "ETag"));

	interrupted = id;
	a = patch(ANN, id, "{\"title\":\"mine\"}");
	expect_status(a, 200);
	expect_at(a, "title", "mine");
	expect_at(a, "description", "theirs"); /* neither edit is lost */
	ck_assert_int_eq(scene_told("post.updated"), 1);

	a = get(ANN, text("/posts/%s", id));
	guard = text("If-Match: %s\r\n", header_of(&a, "ETag"));
	interrupted = id;
	expect_status(api_with("PATCH", text(API "/posts/%s", id), ANN, guard, "{\"title\":\"late\"}"), 412);
	expect_at(get(ANN, text("/posts/%s", id)), "title", "mine");
}

/* --- writers at the same time, each with a connection and a thread of its own --- */

enum { WRITERS = 8 };

struct writer {
	pthread_t thread;
	const char *request;
	int status;
};

static atomic_int writers_left;

static void *write_once(void *arg)
{
	struct writer *w = arg;
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)http_port()),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	char answer[4096] = "";
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
	    write(fd, w->request, strlen(w->request)) > 0 && recv(fd, answer, 13, MSG_WAITALL) == 13)
		w->status = atoi(answer + 9);
	while (recv(fd, answer, sizeof answer, 0) > 0)
		;
	close(fd);
	atomic_fetch_sub(&writers_left, 1);
	return NULL;
}

/* WRITERS equal requests at once: how many were answered with `status`. The rest must have been told
 * `otherwise`. */
static int answered(const char *request, int status, int otherwise)
{
	struct writer writers[WRITERS] = {{0}};
	int count = 0;
	bool never = false;

	atomic_store(&writers_left, WRITERS);
	for (int i = 0; i < WRITERS; i++) {
		writers[i].request = request;
		pthread_create(&writers[i].thread, NULL, write_once, &writers[i]);
	}
	for (int i = 0; i < 3000 && atomic_load(&writers_left); i++)
		loop_until(&never, 10);
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		ck_assert_msg(writers[i].status == status || writers[i].status == otherwise, "answered %d",
			      writers[i].status);
		count += writers[i].status == status;
	}
	return count;
}

static const char *request_of(const char *method, const char *path, const char *headers, const char *body)
{
	return text("%s " API "%s HTTP/1.1\r\nHost: t\r\nConnection: close\r\nAuthorization: Bearer " ANN
		    "\r\nContent-Type: application/json\r\n"
		    "%sContent-Length: %zu\r\n\r\n%s",
		    method, path, headers, strlen(body), body);
}

SCENE(open_scene, scene_stop);

TEST(of_equal_edits_one_wins)
{
	const char *id = published_by(ANN, "t", ",\"tags\":[\"a\"]"), *path = text("/posts/%s", id);
	struct answer a = get(ANN, path);
	const char *guard = text("If-Match: %s\r\n", header_of(&a, "ETag"));
	int won = answered(request_of("PATCH", path, guard, "{\"title\":\"u\",\"tags\":[\"b\"]}"), 200, 412);
	ck_assert_int_eq(won, 1);
	ck_assert_str_eq(sql("SELECT version FROM posts"), "2");
	ck_assert_int_eq(scene_told("post.updated"), 1);
	expect_at(get(NULL, "/tags/b"), "posts_count", "1");
}

TEST(equal_titles_at_once_get_different_slugs)
{
	int made = answered(
		request_of(
			"POST", "/posts", "",
			"{\"title\":\"Same\",\"content\":\"x\",\"status\":\"published\",\"tags\":[\"new\"]}"),
		201, 409);
	ck_assert_int_eq(made, WRITERS);
	ck_assert_str_eq(sql("SELECT count(*) FROM posts"), text("%d", made));
	ck_assert_str_eq(sql("SELECT count(DISTINCT slug) FROM posts WHERE slug ~ '^same(-[0-9]+)?$'"),
			 text("%d", made));
	expect_at(get(NULL, "/tags/new"), "posts_count", text("%d", made));
}

TEST(a_key_used_at_once_makes_one_post)
{
	int made = answered(request_of("POST", "/posts", "Idempotency-Key: k\r\n",
				       "{\"title\":\"Same\",\"content\":\"x\"}"),
			    201, 409);
	ck_assert_int_ge(made, 1);
	ck_assert_str_eq(sql("SELECT count(*) FROM posts"), "1");
	ck_assert_int_eq(scene_told("post.created"), 1);
}
