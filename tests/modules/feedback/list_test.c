/* Lists: filters, orders, pages, words, what belongs to a ticket. */
#include "modules/feedback/scene.h"

/* The subjects of a list, in its order: "One Two". */
static const char *subjects(const char *as, const char *query)
{
	struct answer a = api("GET", text(TICKETS "?limit=100&%s", query), as, NULL);
	const char *all = "", *one;

	expect_status(a, 200);
	for (int i = 0; (one = at(&a, text("items.%d.subject", i))); i++)
		all = text("%s%s%s", all, i ? " " : "", one);
	return all;
}

SCENE(open_scene, scene_stop);

TEST(owners_list_theirs_and_staff_all)
{
	ticket_of(ANN, "A1", "");
	ticket_of(BOB, "B1", "");
	ticket_of(ANN, "A2", "");
	ck_assert_str_eq(subjects(ANN, ""), "A2 A1");
	ck_assert_str_eq(subjects(ANN, "mine=true&user_id=" A_ID), "A2 A1");
	ck_assert_str_eq(subjects(ANN, "user_id=" B_ID), "");
	ck_assert_str_eq(subjects(BOB, ""), "B1");
	ck_assert_str_eq(subjects(MOD, ""), "A2 B1 A1");
	ck_assert_str_eq(subjects(SUPER, "user_id=" B_ID), "B1");
	expect_status(api("GET", TICKETS, NULL, NULL), 401);
	struct answer a = api("GET", TICKETS "?include_total=true&limit=1", ANN, NULL);
	expect_at(a, "total", "2");
	a = api("GET", TICKETS "?include_total=true&limit=1", MOD, NULL);
	expect_at(a, "total", "3");
}

TEST(the_queue_is_what_nobody_has_by_age)
{
	ticket_of(ANN, "Old", "");
	const char *taken = ticket_of(ANN, "Taken", ""), *new = ticket_of(BOB, "New", "");
	const char *done = ticket_of(BOB, "Done", "");
	patch(MOD, taken, "{\"assignee_id\":\"" M_ID "\"}");
	patch(MOD, done, "{\"status\":\"resolved\"}");
	const char *queue = "status=open,in_progress&sort=created_at";
	ck_assert_str_eq(subjects(MOD, text("%s&unassigned=true", queue)), "Old New");
	ck_assert_str_eq(subjects(MOD, text("%s&mine=true", queue)), "Taken");
	ck_assert_str_eq(subjects(OTHER_MOD, "mine=true"), "");
	ck_assert_str_eq(subjects(OTHER_MOD, "mine=true&assignee_id=" M_ID), "");
	ck_assert_str_eq(subjects(OTHER_MOD, "assignee_id=" M_ID), "Taken");
	expect_code(api("GET", TICKETS "?unassigned=true", ANN, NULL), 403, "forbidden");
	expect_code(api("GET", TICKETS "?assignee_id=" M_ID, ANN, NULL), 403, "forbidden");
	age(new, "created_at", 3);
	ck_assert_str_eq(subjects(MOD, text("%s&unassigned=true", queue)), "New Old");
}

TEST(filters_narrow_together)
{
	const char *bug = ticket_of(ANN, "Bug", ",\"category\":\"bug\",\"priority\":\"high\"");
	ticket_of(ANN, "Wish", ",\"category\":\"feature_request\",\"priority\":\"low\"");
	ticket_of(ANN, "Both", ",\"category\":\"bug\",\"priority\":\"low\"");
	ck_assert_str_eq(subjects(ANN, "category=bug"), "Both Bug");
	ck_assert_str_eq(subjects(ANN, "category=bug&priority=low"), "Both");
	ck_assert_str_eq(subjects(ANN, "category=bug,feature_request&sort=created_at"), "Bug Wish Both");
	ck_assert_str_eq(subjects(ANN, "status=closed"), "");
	age(bug, "created_at", 5);
	age(bug, "updated_at", 4);
	ck_assert_str_eq(subjects(ANN, "created_before=2020-01-01"), "");
	char *cut = test_sql(scene_conninfo(), "SELECT to_char(now() - interval '1 day', 'YYYY-MM-DD')");
	ck_assert_str_eq(subjects(ANN, text("created_before=%s", cut)), "Bug");
	ck_assert_str_eq(subjects(ANN, text("updated_after=%s", cut)), "Both Wish");
	free(cut);
	ck_assert_str_eq(subjects(ANN, "status="), ""); /* a list of nothing asks for nothing */
	ck_assert_str_eq(subjects(ANN, "category=&include_total=true"), "");
	ck_assert_str_eq(subjects(ANN, "priority="), "");
	struct answer a = api("GET", TICKETS "?status=opne", ANN, NULL);
	expect_status(a, 400);
	ck_assert_ptr_nonnull(strstr(a.body, "Did you mean"));
}

TEST(every_order_pages_both_ways_without_gap_or_overlap)
{
	static const char *const sorts[] = {"created_at",  "-created_at", "updated_at",
					    "-updated_at", "priority",    "-priority"};
	static const char *const priorities[] = {"low", "high", "medium", "urgent", "high", "low", "medium"};
	enum { ALL = 7 };

	for (int i = 0; i < ALL; i++)
		ticket_of(MOD, text("T%d", i), text(",\"priority\":\"%s\"", priorities[i]));
	for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++) {
		const char *whole = subjects(MOD, text("sort=%s", sorts[s])), *paged = "", *cursor = "";
		for (int page = 0; cursor && page < ALL; page++) {
			struct answer a =
				api("GET", text(TICKETS "?limit=2&sort=%s%s", sorts[s], cursor), MOD, NULL);
			expect_status(a, 200);
			const char *one;
			for (int i = 0; (one = at(&a, text("items.%d.subject", i))); i++)
				paged = text("%s%s%s", paged, *paged ? " " : "", one);
			const char *next = at(&a, "next_cursor");
			cursor = strcmp(next, "null") == 0 ? NULL : text("&cursor=%s", next);
		}
		ck_assert_str_eq(whole, paged);
	}
	ck_assert_str_eq(subjects(MOD, "sort=-priority"), "T3 T1 T4 T2 T6 T0 T5");
	ck_assert_str_eq(subjects(MOD, "sort=priority"), "T5 T0 T6 T2 T4 T1 T3");
	struct answer a = api("GET", TICKETS "?limit=2", MOD, NULL);
	expect_code(api("GET", text(TICKETS "?limit=2&sort=created_at&cursor=%s", at(&a, "next_cursor")), MOD,
			NULL),
		    400, "invalid_cursor");
	expect_code(api("GET", text(TICKETS "?limit=2&cursor=%s", at(&a, "next_cursor")), ANN, NULL), 400,
		    "invalid_cursor");
}

#define CONCERTS    "Концерты не играют"
#define OF_CONCERTS "%D0%BA%D0%BE%D0%BD%D1%86%D0%B5%D1%80%D1%82%D0%BE%D0%B2" /* концертов */
#define TREES       "%D0%95%D0%9B%D0%9E%D0%A7%D0%9A%D0%98"                   /* ЕЛОЧКИ */

TEST(words_are_found_in_any_form_and_any_text)
{
	const char *ru = ticket_of(ANN, CONCERTS, ""), *en = ticket_of(ANN, "Broken players", "");
	ticket_of(BOB, "Концерт Боба", "");
	say(ANN, ru, "Ёлочка горит");
	ck_assert_str_eq(subjects(ANN, "q=" OF_CONCERTS), CONCERTS);
	ck_assert_str_eq(subjects(ANN, "q=" TREES), CONCERTS);
	ck_assert_str_eq(subjects(ANN, "q=" TREES "%20" OF_CONCERTS), CONCERTS);
	ck_assert_str_eq(subjects(ANN, "q=player"), "Broken players");
	ck_assert_str_eq(subjects(ANN, "q=the%20player%20breaks%20work"), "");
	ck_assert_str_eq(subjects(ANN, "q=the%20player%20work"), "Broken players");
	ck_assert_str_eq(subjects(ANN, "q=the"), "");
	ck_assert_str_eq(subjects(BOB, "q=player"), "");
	ck_assert_int_eq(listed(MOD, "q=" OF_CONCERTS), 2);
	patch(MOD, en, "{\"admin_notes\":\"zqnote\"}");
	note(MOD, en, "zqinternal");
	ck_assert_int_eq(listed(MOD, "q=zqnote%20zqinternal%20player"), 1);
	ck_assert_int_eq(listed(MOD, "q=zqnote&status=closed"), 0);
	static const char *const odd[] = {"%22", "%28%28", "a%20%26%20%7C", "%3A%2A", "%5C",
					  "%27", "-",      "%F0%9F%8E%B5"};
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		ck_assert_int_eq(listed(ANN, text("q=%s", odd[i])), 0);
}

TEST(several_are_read_by_their_ids)
{
	const char *one = ticket_of(ANN, "One", ""), *two = ticket_of(ANN, "Two", ""),
		   *bobs = ticket_of(BOB, "Bob", "");
	ck_assert_str_eq(subjects(ANN, text("ids=%s,%s,%s,%s", two, bobs, one, NOBODY)), "Two One");
	ck_assert_str_eq(subjects(MOD, text("ids=%s,%s", bobs, one)), "Bob One");
	ck_assert_str_eq(subjects(MOD, "ids="), "");
	expect_code(api("GET", text(TICKETS "?ids=%s&q=x", one), ANN, NULL), 400, "bad_request");
}

TEST(a_conversation_is_read_page_by_page_both_ways)
{
	const char *id = ticket_of(ANN, "Long", "");
	for (int i = 0; i < 5; i++)
		say(i % 2 ? MOD : ANN, id, text("m%d", i));
	struct answer a = api("GET", text(TICKETS "/%s/messages?limit=3", id), ANN, NULL);
	expect_at(a, "items.0.content", "m0");
	expect_at(a, "items.0.is_staff", "false");
	expect_at(a, "items.1.is_staff", "true");
	expect_at(a, "items.1.username", "user-c");
	a = api("GET", text(TICKETS "/%s/messages?limit=3&cursor=%s", id, at(&a, "next_cursor")), ANN, NULL);
	expect_at(a, "items.1.content", "m4");
	expect_at(a, "next_cursor", "null");
	a = api("GET", text(TICKETS "/%s/messages?limit=1&sort=-created_at", id), ANN, NULL);
	expect_at(a, "items.0.content", "m4");
	a = api("GET",
		text(TICKETS "/%s/messages?limit=1&sort=-created_at&cursor=%s", id, at(&a, "next_cursor")),
		ANN, NULL);
	expect_at(a, "items.0.content", "m3");
	auth_is_down = true;
	a = api("GET", text(TICKETS "/%s/messages", id), ANN, NULL);
	ck_assert_str_eq(header_of(&a, "X-Partial"), "username");
}

TEST(the_history_names_every_change)
{
	static const struct {
		const char *kind, *old, *new, *internal;
	} wanted[] = {
		{"created", "null", "null", "false"},
		{"subject_changed", "Before", "After", "false"},
		{"message_changed", "null", "null", "false"},
		{"category_changed", "other", "bug", "false"},
		{"priority_changed", "medium", "urgent", "false"},
		{"assigned", "null", M_ID, "true"},
		{"notes_changed", "null", "null", "true"},
		{"status_changed", "open", "in_progress", "false"},
		{"message_added", "null", "null", "false"},
		{"message_added", "null", "null", "true"},
	};
	const char *id = ticket_of(ANN, "Before", "");
	patch(ANN, id, "{\"subject\":\"After\",\"message\":\"Other\",\"category\":\"bug\"}");
	patch(MOD, id, "{\"priority\":\"urgent\",\"assignee_id\":\"" M_ID "\",\"admin_notes\":\"n\"}");
	say(MOD, id, "Looking.");
	struct answer noted = note(MOD, id, "Hm.");
	struct answer a = api("GET", text(TICKETS "/%s/events?include_total=true", id), MOD, NULL);
	expect_at(a, "total", "10");
	for (int i = 0; i < 10; i++) {
		expect_at(a, text("items.%d.kind", i), wanted[i].kind);
		expect_at(a, text("items.%d.old_value", i), wanted[i].old);
		expect_at(a, text("items.%d.new_value", i), wanted[i].new);
		expect_at(a, text("items.%d.is_internal", i), wanted[i].internal);
	}
	expect_at(a, "items.0.actor_username", "user-a");
	expect_at(a, "items.9.message_id", at(&noted, "id"));
	a = api("GET", text(TICKETS "/%s/events?limit=1&sort=-created_at", id), ANN, NULL);
	expect_at(a, "items.0.kind", "message_added");
	a = api("GET",
		text(TICKETS "/%s/events?limit=1&sort=-created_at&cursor=%s", id, at(&a, "next_cursor")), ANN,
		NULL);
	expect_at(a, "items.0.kind", "status_changed");
	auth_is_down = true;
	a = api("GET", text(TICKETS "/%s/events", id), ANN, NULL);
	ck_assert_str_eq(header_of(&a, "X-Partial"), "actor_username");
}
