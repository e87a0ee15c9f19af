/* Sessions, as the module answers about them: what only a race does, and what other modules see. */
#include "contracts/auth.h"
#include "contracts/chat.h"
#include "contracts/search.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/scene.h"
#include "support/test.h"

extern const struct module chat_module;

#define ANN "user:0190aaaa-0000-7000-8000-00000000000a"
#define BOB "user:0190aaaa-0000-7000-8000-00000000000b"

/* Search, as the answerer sees it: one passage, or none while it is away. */
static bool search_is_down;

static err fake_find(struct ctx *cx, const char *question, int limit, struct passage **passages, int *count)
{
	(void)question, (void)limit;
	if (search_is_down)
		return UNAVAILABLE;
	*passages = ARENA_NEW(cx->arena, struct passage);
	**passages = (struct passage){
		.type = "posts", .id = uuid_new(), .title = "Kino", .slug = "kino", .text = "A band."};
	*count = 1;
	return NULL;
}

static bool is_signed_in, is_news_late;

static bool fake_is_live(struct uuid user_id, struct uuid session_id)
{
	(void)user_id, (void)session_id;
	return is_signed_in;
}

static err fake_must_be_known(struct ctx *cx)
{
	(void)cx;
	return is_news_late ? UNAVAILABLE : NULL;
}

static const struct search_passages fake_search = {.find = fake_find};
static const struct auth_sessions fake_auth = {.session_is_live = fake_is_live,
					       .endings_must_be_known = fake_must_be_known};

static void open_scene(void)
{
	static const struct service fakes[] = {
		OFFER(search_passages, fake_search), OFFER(auth_sessions, fake_auth), {0}};

	search_is_down = is_news_late = false;
	is_signed_in = true;
	scene_start(&chat_module, fakes, NULL);
}

static const char *made(const char *as)
{
	struct answer a = api("POST", "/api/v1/chat/sessions", as, "{}");

	expect_status(a, 201);
	return at(&a, "id");
}

static struct answer ask(const char *chat, const char *as, const char *words)
{
	return api("POST", text("/api/v1/chat/sessions/%s/messages", chat), as,
		   text("{\"content\":\"%s\"}", words));
}

SCENE(open_scene, scene_stop);

TEST(a_rename_that_comes_too_late_is_refused)
{
	const char *path = text("/api/v1/chat/sessions/%s", made(ANN));

	expect_status(api_with("PATCH", path, ANN, "If-Match: \"v9-0000\"\r\n", "{\"title\":\"Old\"}"), 412);
	expect_at(api("PATCH", path, ANN, "{\"title\":\"New\"}"), "title", "New");
	expect_status(api("PATCH", path, BOB, "{\"title\":\"His\"}"), 404);
	struct answer before = api("GET", path, ANN, NULL), same = api("PATCH", path, ANN, before.body);
	ck_assert_str_eq(header_of(&before, "ETag"), header_of(&same, "ETag"));
	ck_assert_str_eq(before.body, same.body);
	scene_lose("UPDATE", "chat_sessions");
	expect_code(api("PATCH", path, ANN, "{\"title\":\"Late\"}"), 409, "edit_conflict");
}

TEST(an_answer_cites_what_search_found_and_does_without_search)
{
	const char *chat = made(ANN);
	struct answer a = ask(chat, ANN, "Who is Kino?");

	expect_status(a, 201);
	expect_at(a, "sources.0.title", "Kino");
	search_is_down = true;
	expect_at(ask(chat, ANN, "And now?"), "status", "completed");
}

TEST(whoever_was_sent_away_while_the_answer_was_made_does_not_get_it)
{
	const char *chat = made(ANN);

	is_signed_in = false;
	expect_code(ask(chat, ANN, "Who is Kino?"), 401, "session_ended");
	is_signed_in = is_news_late = true;
	expect_code(ask(chat, ANN, "And now?"), 503, "unavailable");
	is_news_late = false;
	expect_status(ask(chat, ANN, "And now?"), 201);
}

TEST(what_is_told_holds_no_words)
{
	const char *chat = made(ANN);

	expect_status(ask(chat, ANN, "A secret question"), 201);
	ck_assert_int_eq(scene_told("chat_session.created"), 1);
	ck_assert_int_eq(scene_told("chat_message.answered"), 1);
	ck_assert_ptr_null(strstr(scene_told_payload("chat_message.answered", 0), "secret"));
	expect_status(api("DELETE", text("/api/v1/chat/sessions/%s", chat), ANN, NULL), 204);
	ck_assert_int_eq(scene_told("chat_session.deleted"), 1);
}

TEST(a_deleted_account_leaves_nothing_and_a_replay_does_no_harm)
{
	const char *chat = made(ANN);
	struct uuid ann = uuid_from(strchr(ANN, ':') + 1);
	const struct user_event gone = {.user_id = ann};

	expect_status(ask(chat, ANN, "Hello"), 201);
	for (int i = 0; i < 2; i++)
		ck_assert_ptr_null(scene_hear(&user_deleted, ann, 2 + i, &gone));
	expect_status(api("GET", text("/api/v1/chat/sessions/%s", chat), ANN, NULL), 404);
	expect_at(api("GET", "/api/v1/chat/usage", ANN, NULL), "used", "0");
}
