/* Single tickets: writing, reading, changing, who may do what. */
#include "modules/feedback/scene.h"

SCENE(open_scene, scene_stop);

TEST(a_ticket_is_written_told_and_read_back)
{
	struct answer a = api("POST", TICKETS, ANN,
			      "{\"subject\":\"Нет звука\","
			      "\"message\":\"С утра 🎸\"}");
	expect_status(a, 201);
	expect_at(a, "user_id", A_ID);
	expect_at(a, "username", "user-a");
	expect_at(a, "category", "other");
	expect_at(a, "priority", "medium");
	expect_at(a, "status", "open");
	expect_at(a, "messages_count", "0");
	expect_at(a, "first_response_at", "null");
	expect_at(a, "resolved_at", "null");
	ck_assert_str_eq(header_of(&a, "Location"), path_of(at(&a, "id")));
	struct answer b = api("GET", path_of(at(&a, "id")), ANN, NULL);
	expect_status(b, 200);
	ck_assert_str_eq(a.body, b.body);
	ck_assert_str_eq(header_of(&a, "ETag"), header_of(&b, "ETag"));
	ck_assert_int_eq(scene_told("ticket.created"), 1);
	ck_assert_ptr_nonnull(strstr(scene_told_payload("ticket.created", 0), at(&a, "id")));
}

TEST(what_cannot_be_is_refused)
{
	static const struct {
		const char *body, *pointer, *code;
	} wrong[] = {
		{"{\"message\":\"m\"}", "/subject", "required"},
		{"{\"subject\":\"s\"}", "/message", "required"},
		{"{\"subject\":\"two\\nlines\",\"message\":\"m\"}", "/subject", "invalid_format"},
		{"{\"subject\":\" \",\"message\":\"m\"}", "/subject", "blank"},
		{"{\"subject\":\"s\",\"message\":\"m\",\"category\":\"praise\"}", "/category", "not_allowed"},
		{"{\"subject\":\"s\",\"message\":\"m\",\"priority\":\"asap\"}", "/priority", "not_allowed"},
		{"{\"subject\":\"s\",\"message\":\"m\",\"status\":\"closed\"}", "/status", "not_allowed"},
		{"{\"subject\":\"s\",\"message\":\"m\",\"categori\":\"bug\"}", "/categori", "unknown_field"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct answer a = api("POST", TICKETS, ANN, wrong[i].body);
		expect_status(a, 422);
		expect_at(a, "errors.0.pointer", wrong[i].pointer);
		expect_at(a, "errors.0.code", wrong[i].code);
	}
	expect_status(api("POST", TICKETS, NULL, "{\"subject\":\"s\",\"message\":\"m\"}"), 401);
	ck_assert_int_eq(scene_told("ticket.created"), 0);
}

TEST(strangers_and_guests_find_nothing)
{
	const char *id = ticket_of(ANN, "Mine", "");
	const char *const paths[] = {path_of(id), text(TICKETS "/%s/messages", id),
				     text(TICKETS "/%s/events", id)};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		expect_code(api("GET", paths[i], BOB, NULL), 404, "not_found");
		expect_status(api("GET", paths[i], NULL, NULL), 401);
		expect_status(api("GET", paths[i], MOD, NULL), 200);
		expect_status(api("GET", paths[i], SUPER, NULL), 200);
	}
	expect_status(api("PATCH", path_of(id), BOB, "{\"status\":\"closed\"}"), 404);
	expect_status(api("POST", paths[1], BOB, "{\"content\":\"x\"}"), 404);
	expect_status(api("POST", paths[1], BOB, "{\"content\":\"x\",\"is_internal\":true}"), 404);
	expect_status(api("GET", path_of(NOBODY), MOD, NULL), 404);
}

TEST(only_staff_says_urgent)
{
	const char *more = ",\"priority\":\"urgent\"";
	expect_code(api("POST", TICKETS, ANN, text("{\"subject\":\"s\",\"message\":\"m\"%s}", more)), 403,
		    "forbidden");
	const char *id = ticket_of(ANN, "Hot", ",\"priority\":\"high\"");
	expect_status(api("PATCH", path_of(id), ANN, "{\"priority\":\"urgent\"}"), 403);
	expect_at(patch(MOD, id, "{\"priority\":\"urgent\"}"), "priority", "urgent");
	expect_status(api("PATCH", path_of(id), ANN, "{\"priority\":\"low\"}"), 403);
	expect_at(patch(ANN, id, "{\"priority\":\"urgent\"}"), "priority", "urgent");
	ticket_of(MOD, "Staff's own", more);
}

TEST(who_reads_and_sends_back_changes_nothing)
{
	const char *id = ticket_of(ANN, "Same", "");
	const char *const who[] = {ANN, MOD};

	note(MOD, id, "noted");
	patch(MOD, id, "{\"admin_notes\":\"n\",\"assignee_id\":\"" M_ID "\"}");
	for (int i = 0; i < 2; i++) {
		struct answer a = api("GET", path_of(id), who[i], NULL);
		struct answer b = patch(who[i], id, a.body);
		ck_assert_str_eq(a.body, b.body);
		ck_assert_str_eq(header_of(&a, "ETag"), header_of(&b, "ETag"));
	}
}

TEST(the_owner_edits_until_staff_answers)
{
	const char *id = ticket_of(ANN, "Tpyo", "");
	struct answer a =
		patch(ANN, id, "{\"subject\":\"Typo\",\"message\":\"Better said.\",\"category\":\"bug\"}");
	expect_at(a, "subject", "Typo");
	expect_code(api("PATCH", path_of(id), MOD, "{\"message\":\"Other words\"}"), 403, "forbidden");
	expect_at(patch(MOD, id, "{\"subject\":\"Sound: typo\"}"), "subject", "Sound: typo");
	say(MOD, id, "Which track?");
	expect_code(api("PATCH", path_of(id), ANN, "{\"message\":\"I never said\"}"), 409, "ticket_answered");
	expect_code(api("PATCH", path_of(id), ANN, "{\"subject\":\"Other\"}"), 409, "ticket_answered");
	expect_at(patch(MOD, id, "{\"subject\":\"Sound\"}"), "subject", "Sound");
	patch(ANN, id, "{\"category\":\"question\",\"priority\":\"low\"}");
	patch(ANN, id, "{\"status\":\"closed\"}");
	expect_code(api("PATCH", path_of(id), ANN, "{\"category\":\"bug\"}"), 409, "ticket_closed");
	patch(MOD, id, "{\"category\":\"bug\"}");
	ck_assert_int_eq(scene_told("ticket.updated"), 5);
}

TEST(a_stale_etag_is_refused)
{
	const char *id = ticket_of(ANN, "Guarded", "");
	struct answer seen = api("GET", path_of(id), ANN, NULL), staffs = api("GET", path_of(id), MOD, NULL);
	const char *match = text("If-Match: %s\r\n", header_of(&seen, "ETag"));

	expect_status(api_with("GET", path_of(id), ANN,
			       text("If-None-Match: %s\r\n", header_of(&seen, "ETag")), NULL),
		      304);
	note(MOD, id, "The owner's tag holds in spite of it.");
	expect_status(api_with("PATCH", path_of(id), ANN, match, "{\"category\":\"bug\"}"), 200);
	expect_code(api_with("PATCH", path_of(id), ANN, match, "{\"category\":\"other\"}"), 412,
		    "precondition_failed");
	match = text("If-Match: %s\r\n", header_of(&staffs, "ETag"));
	expect_status(api_with("PATCH", path_of(id), MOD, match, "{\"admin_notes\":\"late\"}"), 412);
}

TEST(two_of_the_staff_do_not_overwrite_each_other)
{
	const char *id = ticket_of(ANN, "Wanted", "");
	const struct call calls[] = {
		{"PATCH", path_of(id), MOD, NULL, "{\"assignee_id\":\"" M_ID "\"}"},
		{"PATCH", path_of(id), OTHER_MOD, NULL, "{\"assignee_id\":\"" N_ID "\"}"},
	};
	struct answer answers[2];

	api_together(calls, answers, 2);
	int lost = answers[0].status == 409 ? 0 : 1;
	expect_status(answers[!lost], 200);
	expect_code(answers[lost], 409, "edit_conflict");
	struct answer now = api("GET", path_of(id), MOD, NULL);
	expect_at(now, "assignee_id", lost == 0 ? N_ID : M_ID);
	ck_assert_int_eq(scene_told("ticket.assigned"), 1);
}

TEST(what_always_comes_too_late_is_told)
{
	const char *id = ticket_of(ANN, "Late", "");
	scene_lose("UPDATE", "feedback_tickets");
	expect_code(api("PATCH", path_of(id), ANN, "{\"category\":\"bug\"}"), 409, "edit_conflict");
	expect_code(api("POST", text(TICKETS "/%s/messages", id), ANN, "{\"content\":\"x\"}"), 409,
		    "edit_conflict");
	expect_code(api("POST", TICKETS "/bulk", MOD, text("{\"ids\":[\"%s\"],\"category\":\"bug\"}", id)),
		    409, "edit_conflict");
	ck_assert_int_eq(scene_told("ticket.updated"), 0);
}

TEST(one_key_makes_one_ticket)
{
	const char *key = "Idempotency-Key: k\r\n", *body = "{\"subject\":\"Once\",\"message\":\"m\"}";
	struct answer a = api_with("POST", TICKETS, ANN, key, body),
		      b = api_with("POST", TICKETS, ANN, key, body);
	expect_status(b, 201);
	ck_assert_str_eq(a.body, b.body);
	ck_assert_int_eq(listed(ANN, ""), 1);
	const char *path = text(TICKETS "/%s/messages", at(&a, "id"));
	a = api_with("POST", path, ANN, "Idempotency-Key: m\r\n", "{\"content\":\"once\"}");
	b = api_with("POST", path, ANN, "Idempotency-Key: m\r\n", "{\"content\":\"once\"}");
	ck_assert_str_eq(a.body, b.body);
	ck_assert_int_eq(scene_told("ticket.message_added"), 1);
}

TEST(a_ticket_outlives_its_owners_account)
{
	const char *id = ticket_of(GONE, "Last words", "");
	struct answer a = api("GET", path_of(id), MOD, NULL);
	expect_at(a, "username", "null");
	expect_at(a, "subject", "Last words");
	auth_is_down = true;
	a = api("GET", path_of(id), MOD, NULL);
	expect_status(a, 200);
	ck_assert_str_eq(header_of(&a, "X-Partial"), "username");
}
