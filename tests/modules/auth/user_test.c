/* Accounts over HTTP and through the service: registration's rules, one's own account, profiles, deletion. */
#include "modules/auth/scene.h"
#include "support/test.h"

static struct answer register_as(const char *email, const char *username, const char *password)
{
	return api("POST", "/api/v1/auth/register", NULL,
		   text("{\"email\":\"%s\",\"username\":\"%s\",\"password\":\"%s\"}", email, username,
			password));
}

SCENE(open_scene, scene_stop);

TEST(registration_names_all_faults)
{
	struct answer a = register_as("not an address", "a", "password");

	ck_assert_int_eq(a.status, 422);
	ck_assert_str_eq(at(&a, "code"), "validation_failed");
	ck_assert_str_eq(at(&a, "errors.0.pointer"), "/email");
	ck_assert_str_eq(at(&a, "errors.1.pointer"), "/username");
	ck_assert_str_eq(at(&a, "errors.2.pointer"), "/password");
	a = api("POST", "/api/v1/auth/register", NULL, "{}");
	ck_assert_int_eq(a.status, 422);
	ck_assert_ptr_nonnull(at(&a, "errors.2.pointer"));
	ck_assert_int_eq(register_as("a@b.org", "admin", PASSWORD).status, 422);
	ck_assert_int_eq(register_as("anna@b.org", "anna", "anna@b.org").status, 422);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users"), 0);
}

TEST(registration_gives_no_rights)
{
	struct answer a = api("POST", "/api/v1/auth/register", NULL,
			      "{\"email\":\"a@b.org\",\"username\":\"anna\",\"password\":\"" PASSWORD
			      "\",\"is_superuser\":true}");

	ck_assert_int_eq(a.status, 422);
	ck_assert_str_eq(at(&a, "errors.0.code"), "unknown_field");
}

TEST(names_are_unique_without_case_and_by_look)
{
	static const struct {
		const char *email, *username, *code;
	} cases[] = {
		{"ANNA@example.ORG", "somebody", "email_taken"},
		{"b@example.org", "ANNA", "username_taken"},
		{"b@example.org", "аппа", NULL}, /* other letters */
		{"c@example.org", "соp", NULL},  /* mixed scripts: refused below */
	};

	register_person("anna");
	struct answer a = register_as(cases[0].email, cases[0].username, PASSWORD);
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), cases[0].code);
	a = register_as(cases[1].email, cases[1].username, PASSWORD);
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), cases[1].code);
	a = register_as(cases[0].email, cases[1].username, PASSWORD); /* both at once */
	ck_assert_str_eq(at(&a, "errors.0.pointer"), "/email");
	ck_assert_str_eq(at(&a, "errors.1.pointer"), "/username");
	ck_assert_str_eq(at(&a, "errors.1.code"), "username_taken");
	ck_assert_int_eq(register_as(cases[2].email, cases[2].username, PASSWORD).status, 201);
	ck_assert_int_eq(register_as(cases[3].email, cases[3].username, PASSWORD).status, 422);
	ck_assert_int_eq(register_as("d@example.org", "сор", PASSWORD).status, 201);
	a = register_as("e@example.org", "cop", PASSWORD); /* Latin, looks like the Cyrillic one */
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "username_taken");
}

TEST(my_account_is_mine)
{
	struct person p = register_person("anna");
	struct answer a = api("GET", "/api/v1/users/me", p.access, NULL);
	static const char *const members[] = {
		"id",           "email",      "username",   "is_active",  "is_superuser",
		"is_moderator", "created_at", "updated_at", "last_login", NULL};

	for (const char *const *m = members; *m; m++)
		ck_assert_msg(at(&a, *m), "%s is missing", *m);
	ck_assert_str_eq(at(&a, "email"), "anna@example.org");
	ck_assert_ptr_null(strstr(a.body, "argon2"));
	ck_assert_ptr_null(strstr(a.body, "fold"));
	ck_assert_ptr_null(strstr(a.body, "skeleton"));
	ck_assert_ptr_nonnull(header_of(&a, "ETag"));
	ck_assert_int_eq(api_with("GET", "/api/v1/users/me", p.access,
				  text("If-None-Match: %s\r\n", header_of(&a, "ETag")), NULL)
				 .status,
			 304);
}

TEST(i_may_change_my_names)
{
	struct person p = register_person("anna");
	struct answer a = api("PATCH", "/api/v1/users/me", p.access, "{\"username\":\"Анна_К\"}");

	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
	ck_assert_str_eq(at(&a, "username"), "Анна_К");
	ck_assert_str_eq(at(&a, "email"), "anna@example.org");
	ck_assert_int_eq(scene_told("user.updated"), 1);
	const char *told = scene_told_payload("user.updated", 0);
	ck_assert_ptr_nonnull(strstr(told, "Анна_К"));
	ck_assert_ptr_nonnull(strstr(told, "\"old_username\": \"anna\""));
	ck_assert_int_eq(sign_in_answer("анна_к", PASSWORD).status, 200);
	ck_assert_int_eq(sign_in_answer("anna", PASSWORD).status, 400);
	a = api("GET", text("/api/v1/users/%s", p.id), NULL, NULL); /* no stale profile */
	ck_assert_str_eq(at(&a, "username"), "Анна_К");
	a = api("PATCH", "/api/v1/users/me", p.access,
		"{\"email\":\"new@example.org\",\"current_password\":\"" PASSWORD "\"}");
	ck_assert_str_eq(at(&a, "email"), "new@example.org");
	a = api("PATCH", "/api/v1/users/me", p.access, "{\"username\":\"анна_к\"}"); /* only the case */
	ck_assert_int_eq(a.status, 200);
	a = api("PATCH", "/api/v1/users/me", p.access, "{}");
	ck_assert_int_eq(a.status, 200);
	ck_assert_int_eq(scene_told("user.updated"), 3);
}

/* Read, edit, send back: what may not be written is ignored, whatever is in it. */
TEST(i_may_not_change_my_rights)
{
	struct person p = register_person("anna");
	struct answer a = api("GET", "/api/v1/users/me", p.access, NULL);

	a = api("PATCH", "/api/v1/users/me", p.access, a.body);
	ck_assert_int_eq(a.status, 200);
	a = api("PATCH", "/api/v1/users/me", p.access,
		"{\"is_superuser\":true,\"is_moderator\":true,\"is_active\":false,\"id\":\"01890000-0000-"
		"7000-8000-000000000001\","
		"\"created_at\":\"2000-01-01T00:00:00Z\"}");
	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(at(&a, "is_superuser"), "false");
	ck_assert_str_eq(at(&a, "is_moderator"), "false");
	ck_assert_str_eq(at(&a, "is_active"), "true");
	ck_assert_str_eq(at(&a, "id"), p.id);
	static const char *const hidden[] = {"hashed_password", "version",  "email_fold", "deleted_at",
					     "role_changed_at", "password", NULL};
	for (const char *const *field = hidden; *field; field++)
		ck_assert_int_eq(
			status_of("PATCH", "/api/v1/users/me", p.access, text("{\"%s\":null}", *field)), 422);
	ck_assert_int_eq(status_of("PATCH", "/api/v1/users/me", p.access, "{\"username\":null}"), 422);
	ck_assert_int_eq(status_of("PATCH", "/api/v1/users/me", p.access, "{\"email\":\"nonsense\"}"), 422);
	ck_assert_int_eq(scene_told("user.updated"), 0);
}

TEST(edits_do_not_overwrite_one_another)
{
	struct person p = register_person("anna");
	struct answer a = api("GET", "/api/v1/users/me", p.access, NULL);
	const char *match = text("If-Match: %s\r\n", header_of(&a, "ETag"));

	register_person("boris");
	ck_assert_int_eq(
		api_with("PATCH", "/api/v1/users/me", p.access, match, "{\"username\":\"anna2\"}").status,
		200);
	ck_assert_int_eq(
		api_with("PATCH", "/api/v1/users/me", p.access, match, "{\"username\":\"anna3\"}").status,
		412);
	ck_assert_int_eq(api_with("DELETE", "/api/v1/users/me", p.access, match, NULL).status, 412);
	a = api("PATCH", "/api/v1/users/me", p.access, "{\"username\":\"BORIS\"}");
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "username_taken");
	a = api("PATCH", "/api/v1/users/me", p.access,
		"{\"email\":\"Boris@example.org\",\"current_password\":\"" PASSWORD "\"}");
	ck_assert_str_eq(at(&a, "code"), "email_taken");
}

TEST(an_edit_that_comes_too_late_is_refused)
{
	struct person p = register_person("anna");
	scene_lose("UPDATE", "users");
	struct answer a = api("PATCH", "/api/v1/users/me", p.access, "{\"username\":\"late\"}");
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "edit_conflict");
	a = api("DELETE", "/api/v1/users/me", p.access, PROOF);
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "edit_conflict");
	ck_assert(lets_in(p.access));
}

TEST(deletion_leaves_nothing_of_me)
{
	struct person p = register_person("anna"), other = sign_in(&p);

	ck_assert_int_eq(status_of("DELETE", "/api/v1/users/me", p.access, PROOF), 204);
	ck_assert(!lets_in(p.access));
	ck_assert(!lets_in(other.access));
	ck_assert_int_eq(refresh_answer(other.refresh).status, 400);
	ck_assert_int_eq(sign_in_answer("anna", PASSWORD).status, 400);
	ck_assert_int_eq(status_of("GET", text("/api/v1/users/%s", p.id), NULL, NULL), 404);
	ck_assert_int_eq(status_of("GET", "/api/v1/users/username/anna", NULL, NULL), 404);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users u WHERE u::text LIKE '%anna%'"), 0);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.users WHERE deleted_at IS NOT NULL AND "
				   "hashed_password = '!'"),
			 1);
	ck_assert_int_eq(scene_told("user.deleted"), 1);
	ck_assert_ptr_null(strstr(scene_told_payload("user.deleted", 0), "anna"));
	ck_assert_int_eq(sign_in_answer(text("#%s", p.id), PASSWORD).status, 400);
	ck_assert_int_eq(sign_in_answer(text("deleted-%s", p.id), PASSWORD).status, 400);
}

static err count_two(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts)
{
	(void)cx, (void)ids;
	for (int i = 0; i < count; i++)
		counts[i] = 2;
	return NULL;
}

static err count_none(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts)
{
	(void)cx, (void)ids, (void)count, (void)counts;
	return UNAVAILABLE;
}

TEST(profiles_show_what_everybody_may_see)
{
	struct person p = register_person("anna");
	const char *path = text("/api/v1/users/%s", p.id);
	struct answer a = api("GET", path, NULL, NULL);

	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(at(&a, "username"), "anna");
	ck_assert_str_eq(at(&a, "posts_count"), "null");
	ck_assert_ptr_nonnull(strstr(header_of(&a, "X-Partial"), "posts_count"));
	ck_assert_ptr_null(strstr(a.body, "example.org"));
	ck_assert_ptr_null(at(&a, "is_active"));
	auth_cards_service()->count_posts_with(count_two);
	auth_cards_service()->count_comments_with(count_none);
	a = api("GET", path, NULL, NULL);
	ck_assert_str_eq(at(&a, "posts_count"), "2");
	ck_assert_str_eq(at(&a, "comments_count"), "null");
	ck_assert_str_eq(header_of(&a, "X-Partial"), "comments_count");
	auth_cards_service()->count_comments_with(count_two);
	a = api("GET", "/api/v1/users/username/ANNA", NULL, NULL);
	ck_assert_str_eq(at(&a, "id"), p.id);
	ck_assert_str_eq(at(&a, "comments_count"), "2");
	ck_assert_ptr_null(header_of(&a, "X-Partial"));
	ck_assert_int_eq(status_of("GET", "/api/v1/users/username/nobody-here", NULL, NULL), 404);
	ck_assert_int_eq(status_of("GET", "/api/v1/users/01890000-0000-7000-8000-000000000001", NULL, NULL),
			 404);
	ck_assert_int_eq(status_of("GET", "/api/v1/users/nonsense", NULL, NULL), 400);
}

TEST(profiles_are_read_in_bulk)
{
	struct person p = register_person("anna"), q = register_person("boris");
	struct answer a =
		api("GET", text("/api/v1/users?ids=%s,01890000-0000-7000-8000-000000000001,%s", q.id, p.id),
		    NULL, NULL);

	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(at(&a, "items.0.username"), "boris");
	ck_assert_str_eq(at(&a, "items.1.username"), "anna");
	ck_assert_ptr_null(at(&a, "items.2.id"));
	ck_assert_int_eq(status_of("GET", "/api/v1/users", NULL, NULL), 400);
	ck_assert_int_eq(status_of("GET", "/api/v1/users?ids=nonsense", NULL, NULL), 400);
	expect_at(api("GET", "/api/v1/users?ids=", NULL, NULL), "items", "[]");
	a = api("GET", "/api/v1/users?ids=01890000-0000-7000-8000-000000000001", NULL, NULL);
	ck_assert_str_eq(at(&a, "items"), "[]");
}

struct cards {
	struct uuid ids[3];
	struct user_card cards[3];
};

static err ask_cards(struct ctx *cx, void *arg)
{
	struct cards *c = arg;
	TRY(auth_cards_service()->user_cards(cx, c->ids, 3, c->cards));
	for (int i = 0; i < 3; i++) /* they live in the ctx's arena */
		if (c->cards[i].username)
			c->cards[i].username = text("%s", c->cards[i].username);
	return NULL;
}

TEST(cards_are_cached_and_never_stale)
{
	struct person p = register_person("anna"), q = register_person("boris");
	struct cards c = {.ids = {uuid_from(p.id), uuid_new(), uuid_from(q.id)}};

	ck_assert_ptr_null(scene_call(ask_cards, &c));
	ck_assert_str_eq(c.cards[0].username, "anna");
	ck_assert(c.cards[0].is_active && uuid_equal(c.cards[0].id, c.ids[0]));
	ck_assert_ptr_null(c.cards[1].username);
	ck_assert_str_eq(c.cards[2].username, "boris");
	ck_assert_int_eq(status_of("PATCH", "/api/v1/users/me", p.access, "{\"username\":\"anna2\"}"), 200);
	ck_assert_int_eq(status_of("DELETE", "/api/v1/users/me", q.access, PROOF), 204);
	ck_assert_ptr_null(scene_call(ask_cards, &c));
	ck_assert_str_eq(c.cards[0].username, "anna2");
	ck_assert_ptr_null(c.cards[2].username);

	/* Another instance renames her: stale until its event is heard. */
	struct user_event fact = {
		.user_id = c.ids[0], .username = "anna3", .role = "user", .is_active = true};
	free(test_sql(scene_conninfo(), "UPDATE auth.users SET username = 'anna3' WHERE username = 'anna2'"));
	ck_assert_ptr_null(scene_call(ask_cards, &c));
	ck_assert_str_eq(c.cards[0].username, "anna2");
	ck_assert_ptr_null(scene_hear(&user_updated, c.ids[0], 3, &fact));
	ck_assert_ptr_null(scene_call(ask_cards, &c));
	ck_assert_str_eq(c.cards[0].username, "anna3");
}

struct order {
	struct new_user in;
	struct uuid id;
	int64_t superusers;
	int lines;
	const char *password;
};

/* A problem of the task's arena is gone when the call returns: the constant it is an occurrence of stays. */
static err kind_of(err e)
{
	return problem_is(e, VALIDATION_FAILED) ? VALIDATION_FAILED : e && e->status == 409 ? CONFLICT : e;
}

static err create(struct ctx *cx, void *arg)
{
	struct order *o = arg;
	return kind_of(auth_operator_service()->create_user(cx, &o->in, &o->id));
}

static err set_password(struct ctx *cx, void *arg)
{
	const struct order *o = arg;
	return kind_of(auth_operator_service()->set_password(cx, o->id, o->password));
}

static err look_around(struct ctx *cx, void *arg)
{
	struct order *o = arg;
	struct user_line *lines;
	struct uuid after = {0}, id;
	int count;

	TRY(auth_operator_service()->count_superusers(cx, &o->superusers));
	TRY(auth_cards_service()->user_by_username(cx, "BOSS", &id));
	ck_assert(uuid_equal(id, o->id));
	TRY(auth_cards_service()->user_by_username(cx, "nobody-here", &id));
	ck_assert(uuid_is_nil(id));
	for (o->lines = 0;; o->lines += count) { /* one at a time */
		TRY(auth_operator_service()->list_users(cx, after, 1, &lines, &count));
		if (!count)
			return NULL;
		after = lines[0].id;
	}
}

TEST(the_operator_keeps_the_rules)
{
	struct order o = {
		.in = {.email = "boss@localhost.localdomain", .username = "boss", .role = ROLE_SUPERUSER}};

	ck_assert_ptr_null(scene_call(create, &o)); /* without a password: nobody can sign in */
	ck_assert_int_eq(sign_in_answer("boss", PASSWORD).status, 400);
	o.password = "short";
	ck_assert_ptr_eq(scene_call(set_password, &o), VALIDATION_FAILED);
	o.password = PASSWORD;
	ck_assert_ptr_null(scene_call(set_password, &o));
	struct answer a = sign_in_answer("boss", PASSWORD);
	ck_assert_int_eq(a.status, 200);
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users", at(&a, "access_token"), NULL), 200);
	register_person("anna");
	ck_assert_ptr_null(scene_call(look_around, &o));
	ck_assert_int_eq(o.superusers, 1);
	ck_assert_int_eq(o.lines, 2);
	ck_assert_ptr_null(scene_call(set_password, &o)); /* ends all sessions */
	ck_assert(!lets_in(at(&a, "access_token")));

	static const struct new_user bad[] = {
		{.email = "nonsense", .username = "fine-name"},
		{.email = "a@b.org", .username = "x"},
		{.email = "a@b.org", .username = "root"},
		{.email = "a@b.org", .username = "fine-name", .password = "password"},
		{.email = "a@b.org", .username = "fine-name", .password = "fine-name"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct order wrong = {.in = bad[i]};
		ck_assert_msg(scene_call(create, &wrong) == VALIDATION_FAILED, "%zu", i);
	}
	struct order again = {.in = {.email = "other@b.org", .username = "Boss", .role = ROLE_USER}};
	ck_assert_ptr_eq(scene_call(create, &again), CONFLICT);
	again.in =
		(struct new_user){.id = o.id, .email = "other@b.org", .username = "other", .role = ROLE_USER};
	ck_assert_ptr_eq(scene_call(create, &again), CONFLICT);
	ck_assert_int_eq(scene_told("user.registered"), 2);
}
