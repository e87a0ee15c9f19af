/* Fakes of auth, and tickets for the tests of feedback. */
#include "modules/feedback/scene.h"

bool auth_is_down;
const char *no_longer_staff;

static bool is_id(struct uuid id, const char *text)
{
	return uuid_equal(id, uuid_from(text));
}

static err fake_user_cards(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards)
{
	if (auth_is_down)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++) {
		const bool is_known = !uuid_is_nil(ids[i]) && !is_id(ids[i], GONE_ID);
		char id[UUID_TEXT];
		uuid_text(ids[i], id);
		cards[i] = (struct user_card){.id = ids[i], .is_active = is_known};
		if (is_known)
			cards[i].username = arena_fmt(cx->arena, "user-%s", id + 35);
	}
	return NULL;
}

static err fake_are_staff(struct ctx *cx, const struct uuid *ids, int count, bool *is_staff)
{
	(void)cx;
	if (auth_is_down)
		return UNAVAILABLE;
	for (int i = 0; i < count; i++)
		is_staff[i] = (is_id(ids[i], M_ID) || is_id(ids[i], N_ID) || is_id(ids[i], S_ID)) &&
			      !(no_longer_staff && is_id(ids[i], no_longer_staff));
	return NULL;
}

static const struct auth_cards fake_auth = {.user_cards = fake_user_cards};
static const struct auth_staff fake_staff = {.are_staff = fake_are_staff};

void open_scene(void)
{
	static const struct service fakes[] = {
		OFFER(auth_cards, fake_auth), OFFER(auth_staff, fake_staff), {0}};
	auth_is_down = false;
	no_longer_staff = NULL;
	scene_start(&feedback_module, fakes, NULL);
}

const char *ticket_of(const char *as, const char *subject, const char *more)
{
	struct answer a =
		api("POST", TICKETS, as,
		    text("{\"subject\":\"%s\",\"message\":\"It does not work.\"%s}", subject, more));
	expect_status(a, 201);
	return at(&a, "id");
}

const char *path_of(const char *id)
{
	return text(TICKETS "/%s", id);
}

struct answer patch(const char *as, const char *id, const char *body)
{
	struct answer a = api("PATCH", path_of(id), as, body);
	expect_status(a, 200);
	return a;
}

struct answer say(const char *as, const char *id, const char *content)
{
	struct answer a =
		api("POST", text(TICKETS "/%s/messages", id), as, text("{\"content\":\"%s\"}", content));
	expect_status(a, 201);
	return a;
}

struct answer note(const char *as, const char *id, const char *content)
{
	struct answer a = api("POST", text(TICKETS "/%s/messages", id), as,
			      text("{\"content\":\"%s\",\"is_internal\":true}", content));
	expect_status(a, 201);
	return a;
}

void age(const char *id, const char *column, int days)
{
	free(test_sql(scene_conninfo(),
		      "UPDATE feedback.feedback_tickets SET %s = %s - interval '%d days' WHERE id = '%s'",
		      column, column, days, id));
}

int listed(const char *as, const char *query)
{
	struct answer a = api("GET", text(TICKETS "?limit=100&%s", query), as, NULL);
	int count = 0;

	expect_status(a, 200);
	while (at(&a, text("items.%d.id", count)))
		count++;
	return count;
}
