/* What is the staff's: assignment, bulk changes, and that nothing of it reaches an owner. */
#include "modules/feedback/scene.h"

SCENE(open_scene, scene_stop);

TEST(a_ticket_is_given_to_staff_alone)
{
	const char *id = ticket_of(ANN, "Whose", "");
	struct answer a = patch(MOD, id, "{\"assignee_id\":\"" S_ID "\"}");
	expect_at(a, "assignee_id", S_ID);
	expect_at(a, "assignee_username", "user-e");
	a = api("PATCH", path_of(id), MOD, "{\"assignee_id\":\"" A_ID "\"}");
	expect_status(a, 422);
	expect_at(a, "errors.0.pointer", "/assignee_id");
	expect_at(a, "errors.0.code", "not_staff");
	no_longer_staff = S_ID;
	patch(MOD, id, "{\"assignee_id\":\"" S_ID "\",\"category\":\"bug\"}");
	expect_at(patch(MOD, id, "{\"assignee_id\":null}"), "assignee_id", "null");
	expect_status(api("PATCH", path_of(id), MOD, "{\"assignee_id\":\"" S_ID "\"}"), 422);
	expect_status(api("PATCH", path_of(id), ANN, "{\"assignee_id\":null}"), 403);
	expect_status(
		api("POST", TICKETS, ANN, "{\"subject\":\"s\",\"message\":\"m\",\"admin_notes\":\"n\"}"),
		403);
	ck_assert_int_eq(scene_told("ticket.assigned"), 2);
	auth_is_down = true;
	expect_status(api("PATCH", path_of(id), MOD, "{\"assignee_id\":\"" M_ID "\"}"), 503);
}

TEST(who_leaves_the_staff_leaves_their_tickets)
{
	const char *id = ticket_of(ANN, "Orphan", ""), *done = ticket_of(ANN, "Done", "");
	const struct user_event fact = {.user_id = uuid_from(M_ID), .role = "user", .is_active = true};
	patch(MOD, id, "{\"assignee_id\":\"" M_ID "\"}");
	patch(MOD, done, "{\"assignee_id\":\"" M_ID "\",\"status\":\"resolved\"}");
	ck_assert_ptr_null(scene_hear(&user_role_changed, fact.user_id, 2, &fact));
	expect_at(api("GET", path_of(id), MOD, NULL), "assignee_id", M_ID); /* who is staff again by now */
	no_longer_staff = M_ID;
	for (int i = 0; i < 2; i++) {
		ck_assert_ptr_null(scene_hear(&user_deactivated, fact.user_id, 3 + i, &fact));
		ck_assert_ptr_null(scene_hear(&user_deleted, fact.user_id, 5 + i, &fact));
	}
	expect_at(api("GET", path_of(id), MOD, NULL), "assignee_id", "null");
	expect_at(api("GET", path_of(done), MOD, NULL), "assignee_id", M_ID);
	struct answer a = api("GET", text(TICKETS "/%s/events?sort=-created_at&limit=1", id), MOD, NULL);
	expect_at(a, "items.0.kind", "assigned");
	expect_at(a, "items.0.actor_id", "null");
	ck_assert_int_eq(scene_told("ticket.assigned"), 3);
	auth_is_down = true;
	ck_assert_ptr_nonnull(scene_hear(&user_deleted, fact.user_id, 9, &fact));
}

TEST(many_are_changed_at_once_and_each_has_its_outcome)
{
	const char *open = ticket_of(ANN, "Open", ""), *closed = ticket_of(ANN, "Closed", ""),
		   *resolved = ticket_of(BOB, "Resolved", "");
	patch(MOD, closed, "{\"status\":\"closed\"}");
	patch(MOD, resolved, "{\"status\":\"resolved\"}");
	const char *body = text("{\"ids\":[\"%s\",\"%s\",\"%s\",\"%s\",\"%s\"],\"status\":\"resolved\"}",
				open, closed, resolved, NOBODY, open);
	struct answer a = api_with("POST", TICKETS "/bulk", MOD, "Idempotency-Key: b\r\n", body);
	expect_status(a, 200);
	expect_at(a, "changed_count", "1");
	expect_at(a, "items.0.outcome", "changed");
	expect_at(a, "items.0.code", "null");
	expect_at(a, "items.1.outcome", "refused");
	expect_at(a, "items.1.code", "invalid_transition");
	expect_at(a, "items.1.allowed.0", "open");
	expect_at(a, "items.2.outcome", "unchanged");
	expect_at(a, "items.3.code", "not_found");
	expect_absent(a, "items.4.id");
	expect_at(api("GET", path_of(open), ANN, NULL), "status", "resolved");
	expect_at(api("GET", path_of(closed), ANN, NULL), "status", "closed");
	patch(MOD, open, "{\"status\":\"open\"}");
	struct answer again = api_with("POST", TICKETS "/bulk", MOD, "Idempotency-Key: b\r\n", body);
	ck_assert_str_eq(a.body, again.body);
	expect_at(api("GET", path_of(open), ANN, NULL), "status", "open");
	a = api("POST", TICKETS "/bulk", MOD,
		text("{\"ids\":[\"%s\",\"%s\"],\"priority\":\"urgent\",\"category\":\"bug\","
		     "\"assignee_id\":\"" M_ID "\"}",
		     open, closed));
	expect_at(a, "changed_count", "2");
	expect_at(api("GET", path_of(closed), MOD, NULL), "assignee_id", M_ID);
	a = api("POST", TICKETS "/bulk", MOD, text("{\"ids\":[\"%s\"],\"assignee_id\":null}", closed));
	expect_at(a, "items.0.outcome", "changed");
}

TEST(a_bulk_change_says_what_it_cannot_do)
{
	const char *id = ticket_of(ANN, "One", "");
	const char *body = text("{\"ids\":[\"%s\"],\"status\":\"closed\"}", id);
	expect_code(api("POST", TICKETS "/bulk", ANN, body), 403, "forbidden");
	expect_status(api("POST", TICKETS "/bulk", NULL, body), 401);
	expect_status(api("POST", TICKETS "/bulk", MOD, text("{\"ids\":[\"%s\"]}", id)), 422);
	expect_status(api("POST", TICKETS "/bulk", MOD, "{\"ids\":[],\"status\":\"closed\"}"), 422);
	expect_status(api("POST", TICKETS "/bulk", MOD, text("{\"ids\":[\"%s\"],\"status\":null}", id)), 422);
	expect_status(api("POST", TICKETS "/bulk", MOD,
			  text("{\"ids\":[\"%s\"],\"assignee_id\":\"" A_ID "\"}", id)),
		      422);
	static char many[101 * 40 + 64] = "{\"status\":\"closed\",\"ids\":[\"" NOBODY "\"";
	for (int i = 0; i < 100; i++)
		strcat(many, ",\"" NOBODY "\"");
	strcat(many, "]}");
	struct answer a = api("POST", TICKETS "/bulk", MOD, many);
	expect_status(a, 422);
	expect_at(a, "errors.0.code", "too_many");
	expect_at(api("GET", path_of(id), ANN, NULL), "status", "open");
}
