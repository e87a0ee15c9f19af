/* Nothing of what staff writes among itself reaches an owner, by no way: a word is planted in each such
 * place. */
#include "modules/feedback/scene.h"

#define CANARY "zqcanary"

/* Names that no answer to an owner has, and what was planted. */
static const char *const secret[] = {CANARY, "admin_notes", "assignee",      "is_internal",
				     M_ID,   N_ID,          "notes_changed", "assigned"};

static void expect_silence(struct answer a, const char *where)
{
	for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
		ck_assert_msg(!strstr(a.body, secret[i]), "%s shows %s: %s", where, secret[i], a.body);
		ck_assert_msg(!strstr(a.head, secret[i]), "%s shows %s: %s", where, secret[i], a.head);
	}
}

/* All that an owner may ask of a ticket. */
enum { WAYS = 10 };
static const char *way(int i, const char *id)
{
	switch (i) {
	case 0: return path_of(id);
	case 1: return TICKETS "?include_total=true";
	case 2: return TICKETS "?sort=-updated_at&include_total=true";
	case 3: return text(TICKETS "?ids=%s", id);
	case 4: return text(TICKETS "/%s/messages?include_total=true", id);
	case 5: return text(TICKETS "/%s/messages?sort=-created_at&limit=1", id);
	case 6: return text(TICKETS "/%s/events?include_total=true", id);
	case 7: return text(TICKETS "/%s/events?sort=-created_at&limit=1", id);
	case 8: return TICKETS "?q=work&include_total=true";
	default: return TICKETS "?sort=-priority";
	}
}

static void plant(const char *id)
{
	patch(MOD, id, "{\"admin_notes\":\"" CANARY "\",\"assignee_id\":\"" N_ID "\"}");
	note(MOD, id, CANARY " in a note");
	note(OTHER_MOD, id, "and " CANARY " in another");
	patch(OTHER_MOD, id, "{\"admin_notes\":\"" CANARY " twice\",\"assignee_id\":\"" M_ID "\"}");
	expect_status(api("POST", TICKETS "/bulk", MOD,
			  text("{\"ids\":[\"%s\"],\"assignee_id\":\"" N_ID "\"}", id)),
		      200);
}

SCENE(open_scene, scene_stop);

TEST(an_owners_answers_are_byte_for_byte_as_if_nothing_had_been_noted)
{
	const char *id = ticket_of(ANN, "Watched", "");
	struct answer before[WAYS];
	say(ANN, id, "A word of mine.");
	for (int i = 0; i < WAYS; i++)
		before[i] = api("GET", way(i, id), ANN, NULL);
	plant(id);
	for (int i = 0; i < WAYS; i++) {
		struct answer after = api("GET", way(i, id), ANN, NULL);
		const char *tag = header_of(&before[i], "ETag");
		expect_silence(after, way(i, id));
		ck_assert_str_eq(before[i].body, after.body);
		if (tag)
			ck_assert_str_eq(tag, header_of(&after, "ETag"));
	}
}

TEST(what_an_owner_writes_answers_without_secrets)
{
	const char *id = ticket_of(ANN, "Writing", "");
	plant(id);
	expect_silence(patch(ANN, id, "{\"category\":\"bug\"}"), "PATCH");
	expect_silence(patch(ANN, id, "{\"category\":\"bug\"}"), "PATCH that changes nothing");
	expect_silence(say(ANN, id, "Hello?"), "POST .../messages");
	expect_silence(patch(ANN, id, "{\"status\":\"closed\"}"), "withdrawing");
	expect_silence(api("PATCH", path_of(id), ANN, "{\"status\":\"resolved\"}"), "409");
	expect_code(api("POST", text(TICKETS "/%s/messages", id), ANN,
			"{\"content\":\"x\",\"is_internal\":true}"),
		    403, "forbidden");
}

TEST(guesses_at_the_staffs_fields_all_get_the_same_answer)
{
	const char *id = ticket_of(ANN, "Guessing", "");
	plant(id);
	static const char *const guesses[] = {
		"{\"assignee_id\":\"" N_ID "\"}", "{\"assignee_id\":\"" M_ID "\"}",
		"{\"assignee_id\":null}",         "{\"admin_notes\":\"" CANARY " twice\"}",
		"{\"admin_notes\":\"other\"}",    "{\"admin_notes\":null}",
	};
	for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++)
		expect_code(api("PATCH", path_of(id), ANN, guesses[i]), 403, "forbidden");
}

TEST(an_owners_search_does_not_read_notes)
{
	const char *id = ticket_of(ANN, "Searching", "");
	plant(id);
	ck_assert_int_eq(listed(MOD, "q=" CANARY), 1);
	ck_assert_int_eq(listed(ANN, "q=" CANARY), 0);
	ck_assert_int_eq(listed(ANN, "q=searching%20" CANARY), 0);
	struct answer a = api("GET", TICKETS "?include_total=true&q=" CANARY, ANN, NULL);
	expect_at(a, "total", "0");
}

TEST(what_is_told_holds_no_text)
{
	const char *id = ticket_of(ANN, CANARY, "");
	plant(id);
	say(ANN, id, CANARY);
	patch(MOD, id, "{\"subject\":\"Other " CANARY "\",\"status\":\"resolved\"}");
	static const char *const topics[] = {"ticket.created", "ticket.updated", "ticket.assigned",
					     "ticket.status_changed", "ticket.message_added"};
	for (size_t t = 0; t < sizeof topics / sizeof *topics; t++) {
		const int told = scene_told(topics[t]);
		ck_assert_int_gt(told, 0);
		for (int i = 0; i < told; i++)
			ck_assert_ptr_null(strstr(scene_told_payload(topics[t], i), CANARY));
	}
}

TEST(notes_and_answers_meet_without_an_owner_noticing)
{
	enum { CROWD = 10 };
	const char *id = ticket_of(ANN, "Busy", "");
	struct call calls[CROWD];
	struct answer answers[CROWD];

	for (int i = 0; i < CROWD; i++)
		calls[i] = i % 2 ? (struct call){"POST", text(TICKETS "/%s/messages", id), MOD, NULL,
						 "{\"content\":\"n\",\"is_internal\":true}"}
				 : (struct call){"PATCH", path_of(id), ANN, NULL,
						 i % 4 ? "{\"category\":\"bug\"}"
						       : "{\"category\":\"question\"}"};
	api_together(calls, answers, CROWD);
	for (int i = 0; i < CROWD; i++)
		expect_status(answers[i], i % 2 ? 201 : 200);
}
