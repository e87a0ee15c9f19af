/* From open to closed and back: who moves a ticket where, and which times stand in it then. */
#include "modules/feedback/scene.h"

SCENE(open_scene, scene_stop);

static void expect_not(const char *as, const char *id, const char *status, const char *allowed)
{
	struct answer a = api("PATCH", path_of(id), as, text("{\"status\":\"%s\"}", status));
	expect_code(a, 409, "invalid_transition");
	ck_assert_msg(strstr(a.body, text("\"allowed\":[%s]", allowed)) != NULL, "not %s: %s", allowed,
		      a.body);
}

static struct answer move(const char *as, const char *id, const char *status)
{
	return patch(as, id, text("{\"status\":\"%s\"}", status));
}

TEST(staff_takes_a_ticket_from_open_to_closed)
{
	const char *id = ticket_of(ANN, "Straight", "");
	struct answer a = move(MOD, id, "in_progress");
	const char *first = at(&a, "first_response_at");
	ck_assert_str_ne(first, "null");
	expect_at(a, "resolved_at", "null");
	expect_not(MOD, id, "open", "\"resolved\"");
	expect_not(MOD, id, "closed", "\"resolved\"");
	a = move(MOD, id, "resolved");
	const char *resolved = at(&a, "resolved_at");
	ck_assert_str_ne(resolved, "null");
	expect_at(a, "closed_at", "null");
	expect_not(MOD, id, "in_progress", "\"closed\",\"open\"");
	a = move(MOD, id, "closed");
	expect_at(a, "first_response_at", first);
	expect_at(a, "resolved_at", resolved);
	ck_assert_str_ne(at(&a, "closed_at"), "null");
	expect_not(MOD, id, "resolved", "\"open\"");
	a = move(MOD, id, "open");
	expect_at(a, "first_response_at", first);
	expect_at(a, "resolved_at", "null");
	expect_at(a, "closed_at", "null");
	ck_assert_int_eq(scene_told("ticket.status_changed"), 4);
	ck_assert_ptr_nonnull(
		strstr(scene_told_payload("ticket.status_changed", 3), "\"old_status\": \"closed\""));
}

TEST(an_open_ticket_may_be_resolved_or_closed_at_once)
{
	struct answer a = move(MOD, ticket_of(ANN, "Easy", ""), "resolved");
	ck_assert_str_ne(at(&a, "first_response_at"), "null");
	ck_assert_str_ne(at(&a, "resolved_at"), "null");
	a = move(MOD, ticket_of(ANN, "Spam", ""), "closed");
	ck_assert_str_ne(at(&a, "first_response_at"), "null");
	expect_at(a, "resolved_at", "null");
}

TEST(the_first_answer_of_staff_takes_it_into_progress_once)
{
	const char *id = ticket_of(ANN, "Asked", "");
	say(ANN, id, "And another thing.");
	note(MOD, id, "Hm.");
	struct answer a = api("GET", path_of(id), ANN, NULL);
	expect_at(a, "status", "open");
	expect_at(a, "first_response_at", "null");
	struct answer said = say(MOD, id, "Try it again.");
	a = api("GET", path_of(id), ANN, NULL);
	expect_at(a, "status", "in_progress");
	expect_at(a, "first_response_at", at(&said, "created_at"));
	say(OTHER_MOD, id, "Or wait.");
	struct answer b = api("GET", path_of(id), ANN, NULL);
	expect_at(b, "first_response_at", at(&said, "created_at"));
	expect_at(b, "messages_count", "3");
	const char *own = ticket_of(MOD, "My own", "");
	said = say(MOD, own, "Talking to myself.");
	expect_at(said, "is_staff", "false");
	a = api("GET", path_of(own), MOD, NULL);
	expect_at(a, "status", "open");
	expect_at(a, "first_response_at", "null");
}

TEST(the_owner_withdraws_and_takes_it_up_again)
{
	const char *id = ticket_of(ANN, "Never mind", "");
	expect_not(ANN, id, "in_progress", "\"closed\"");
	expect_not(ANN, id, "resolved", "\"closed\"");
	struct answer a = move(ANN, id, "closed");
	expect_at(a, "first_response_at", "null");
	expect_at(a, "resolved_at", "null");
	move(ANN, id, "open");
	move(MOD, id, "in_progress");
	move(ANN, id, "closed");
	age(id, "closed_at", 13);
	move(ANN, id, "open");
	move(ANN, id, "closed");
	age(id, "closed_at", 14);
	expect_not(ANN, id, "open", "");
	expect_code(api("POST", text(TICKETS "/%s/messages", id), ANN, "{\"content\":\"x\"}"), 409,
		    "ticket_closed");
	move(MOD, id, "open");
}

TEST(the_owner_reopens_within_fourteen_days)
{
	const char *id = ticket_of(ANN, "Again", "");
	struct answer a = move(MOD, id, "resolved");
	const char *first = at(&a, "first_response_at");
	age(id, "resolved_at", 13);
	a = move(ANN, id, "open");
	expect_at(a, "resolved_at", "null");
	expect_at(a, "first_response_at", first);
	move(MOD, id, "resolved");
	say(ANN, id, "Still broken.");
	a = api("GET", path_of(id), ANN, NULL);
	expect_at(a, "status", "open");
	expect_at(a, "resolved_at", "null");
	move(MOD, id, "resolved");
	age(id, "resolved_at", 14);
	expect_not(ANN, id, "open", "\"closed\"");
	expect_code(api("POST", text(TICKETS "/%s/messages", id), ANN, "{\"content\":\"x\"}"), 409,
		    "ticket_closed");
	say(MOD, id, "All the same: try the new one.");
	expect_at(api("GET", path_of(id), ANN, NULL), "status", "resolved");
	move(ANN, id, "closed");
}

TEST(what_staff_closed_staff_opens)
{
	const char *id = ticket_of(ANN, "Done", "");
	move(MOD, id, "closed");
	expect_not(ANN, id, "open", "");
	expect_code(api("POST", text(TICKETS "/%s/messages", id), ANN, "{\"content\":\"x\"}"), 409,
		    "ticket_closed");
	expect_code(api("POST", text(TICKETS "/%s/messages", id), MOD, "{\"content\":\"x\"}"), 409,
		    "ticket_closed");
	note(MOD, id, "A note can always be made.");
	move(SUPER, id, "open");
	say(ANN, id, "Thanks.");
	expect_at(api("GET", path_of(id), ANN, NULL), "status", "open");
}

TEST(messages_do_not_exclude_one_another)
{
	enum { CROWD = 12 };
	const char *id = ticket_of(ANN, "Crowded", "");
	const char *path = text(TICKETS "/%s/messages", id);
	struct call calls[CROWD];
	struct answer answers[CROWD];

	for (int i = 0; i < CROWD; i++)
		calls[i] =
			(struct call){"POST", path, i % 2 ? ANN : MOD, NULL, text("{\"content\":\"%d\"}", i)};
	api_together(calls, answers, CROWD);
	for (int i = 0; i < CROWD; i++)
		expect_status(answers[i], 201);
	struct answer a = api("GET", path_of(id), ANN, NULL);
	expect_at(a, "messages_count", text("%d", CROWD));
	a = api("GET", text("%s?include_total=true", path), ANN, NULL);
	expect_at(a, "total", text("%d", CROWD));
	ck_assert_int_eq(scene_told("ticket.message_added"), CROWD);
	ck_assert_int_eq(scene_told("ticket.status_changed"), 1);
}
