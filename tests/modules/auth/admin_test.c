/* What superusers may do, what nobody may, and who may call what. */
#include "modules/auth/scene.h"
#include "support/test.h"

#include <libpq-fe.h>

#define NOBODY "01890000-0000-7000-8000-000000000001"

static const char *user_path(const struct person *p)
{
	return text("/api/v1/admin/users/%s", p->id);
}

static struct answer patch(const struct person *by, const struct person *whom, const char *body)
{
	return api("PATCH", user_path(whom), by->access, body);
}

SCENE(open_scene, scene_stop);

TEST(accounts_are_listed_and_paged)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER),
		      mod = register_with_role("helper-1", ROLE_MODERATOR);
	struct person anna = register_person("anna"), boris = register_person("boris");
	struct answer a = api("GET", "/api/v1/admin/users?include_total=true", boss.access, NULL);

	(void)boris;
	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
	ck_assert_str_eq(at(&a, "items.0.username"), "boris");
	ck_assert_str_eq(at(&a, "items.3.username"), "boss");
	ck_assert_str_eq(at(&a, "total"), "4");
	ck_assert_ptr_null(strstr(a.body, "argon2"));
	a = api("GET", "/api/v1/admin/users?sort=created_at", boss.access, NULL);
	ck_assert_str_eq(at(&a, "items.0.username"), "boss");

	static const char *const filters[][2] = {{"role=moderator", "helper-1"},
						 {"role=superuser", "boss"},
						 {"q=BOR", "boris"},
						 {"q=anna%40ex", "anna"},
						 {"is_active=true&role=user&q=a", "anna"}};
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		a = api("GET", text("/api/v1/admin/users?include_total=true&%s", filters[i][0]), boss.access,
			NULL);
		ck_assert_msg(!strcmp(at(&a, "items.0.username"), filters[i][1]), "%s: %s", filters[i][0],
			      a.body);
		ck_assert_str_eq(at(&a, "total"), "1");
	}
	a = api("GET", "/api/v1/admin/users?is_active=false", boss.access, NULL);
	ck_assert_str_eq(at(&a, "items"), "[]");
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users?q=%25", boss.access, NULL), 200);
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users?role=god", boss.access, NULL), 400);
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users?after_at=2026-01-01", boss.access, NULL), 400);
	a = api("GET", user_path(&anna), boss.access, NULL);
	ck_assert_str_eq(at(&a, "email"), "anna@example.org");
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users/" NOBODY, boss.access, NULL), 404);
	(void)mod;
}

static void walk_pages(const struct person *boss, const char *sort, int expected)
{
	const char *cursor = "";
	int seen = 0;

	for (int pages = 0; pages < 20 && cursor; pages++) {
		struct answer a = api("GET",
				      text("/api/v1/admin/users?limit=2&sort=%s%s%s", sort,
					   *cursor ? "&cursor=" : "", cursor),
				      boss->access, NULL);
		ck_assert_int_eq(a.status, 200);
		for (int i = 0; i < 2; i++)
			seen += at(&a, text("items.%d.id", i)) != NULL;
		cursor = strcmp(at(&a, "next_cursor"), "null") ? at(&a, "next_cursor") : NULL;
	}
	ck_assert_int_eq(seen, expected);
}

TEST(every_account_is_on_one_page)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER);

	for (int i = 0; i < 6; i++)
		register_person(text("person-%c", 'a' + i));
	free(test_sql(scene_conninfo(),
		      "UPDATE auth.users SET created_at = '2026-01-01'")); /* the id breaks ties */
	walk_pages(&boss, "created_at", 7);
	walk_pages(&boss, "-created_at", 7);
	struct answer a = api("GET", "/api/v1/admin/users?limit=2", boss.access, NULL);
	const char *cursor = at(&a, "next_cursor");
	a = api("GET", text("/api/v1/admin/users?limit=2&sort=created_at&cursor=%s", cursor), boss.access,
		NULL);
	ck_assert_int_eq(a.status, 400);
	ck_assert_str_eq(at(&a, "code"), "invalid_cursor");
}

TEST(roles_act_on_the_next_request)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER), anna = register_person("anna");
	struct answer a;

	ck_assert_int_eq(status_of("GET", "/api/v1/admin/audit-log", anna.access, NULL), 403);
	a = patch(&boss, &anna, "{\"is_superuser\":true}");
	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
	ck_assert_str_eq(at(&a, "is_superuser"), "true");
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/audit-log", anna.access, NULL),
			 200); /* the same token */
	a = patch(&boss, &anna, "{\"is_superuser\":false,\"is_moderator\":true}");
	ck_assert_int_eq(a.status, 200);
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/audit-log", anna.access, NULL), 403);
	ck_assert(lets_in(anna.access));
	a = refresh_answer(anna.refresh); /* new tokens carry the role */
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/audit-log", at(&a, "access_token"), NULL), 403);
	ck_assert_int_eq(scene_told("user.role_changed"), 3);
	ck_assert_ptr_nonnull(strstr(scene_told_payload("user.role_changed", 2), "moderator"));
	a = patch(&boss, &anna, "{}");
	ck_assert_int_eq(a.status, 200);
	ck_assert_int_eq(status_of("PATCH", user_path(&anna), boss.access, "{\"is_active\":null}"), 422);
	ck_assert_int_eq(status_of("PATCH", user_path(&anna), boss.access, "{\"hashed_password\":\"x\"}"),
			 422);
	a = patch(&boss, &anna,
		  "{\"username\":\"renamed\",\"email\":\"x@y.org\"}"); /* not theirs to write: ignored */
	ck_assert_str_eq(at(&a, "username"), "anna");
	ck_assert_int_eq(scene_told("user.role_changed"), 3);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.audit_log WHERE action = 'user.role_changed'"),
			 3);
}

TEST(a_disabled_account_is_out_at_once)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER), anna = register_person("anna"),
		      other = sign_in(&anna);
	struct answer a = patch(&boss, &anna, "{\"is_active\":false}");

	ck_assert_str_eq(at(&a, "is_active"), "false");
	ck_assert(!lets_in(anna.access));
	ck_assert(!lets_in(other.access));
	ck_assert_int_eq(refresh_answer(other.refresh).status, 400);
	a = sign_in_answer("anna", PASSWORD);
	ck_assert_int_eq(a.status, 400);
	ck_assert_ptr_nonnull(strstr(at(&a, "error_description"), "disabled"));
	struct answer wrong =
		sign_in_answer("anna", "not the password"); /* only who knows the password learns it */
	ck_assert_ptr_null(strstr(wrong.body, "disabled"));
	ck_assert_int_eq(patch(&boss, &anna, "{\"is_active\":true}").status, 200);
	ck_assert(!lets_in(anna.access));
	ck_assert(lets_in(sign_in(&anna).access));
	ck_assert_int_eq(scene_told("user.deactivated"), 1);
	ck_assert_int_eq(scene_told("user.reactivated"), 1);
	ck_assert_int_eq(scene_told("session.revoked"), 1);
}

TEST(superusers_sign_others_out_and_delete_them)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER), anna = register_person("anna");

	ck_assert_int_eq(status_of("POST", text("%s/logout", user_path(&anna)), boss.access, NULL), 204);
	ck_assert(!lets_in(anna.access));
	anna = sign_in(&anna);
	ck_assert_int_eq(status_of("POST", "/api/v1/admin/users/" NOBODY "/logout", boss.access, NULL), 404);
	ck_assert_int_eq(status_of("DELETE", user_path(&anna), boss.access, NULL), 204);
	ck_assert(!lets_in(anna.access));
	ck_assert_int_eq(status_of("GET", user_path(&anna), boss.access, NULL), 404);
	ck_assert_int_eq(status_of("DELETE", user_path(&anna), boss.access, NULL), 204);
	ck_assert_int_eq(status_of("PATCH", user_path(&anna), boss.access, "{\"is_active\":true}"), 404);
}

TEST(the_last_superuser_stays)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER), second = register_person("second");
	static const char *const bodies[] = {"{\"is_superuser\":false}", "{\"is_active\":false}", NULL};
	struct answer a;

	for (const char *const *body = bodies; *body; body++) {
		a = patch(&boss, &boss, *body);
		ck_assert_int_eq(a.status, 409);
		ck_assert_str_eq(at(&a, "code"), "last_superuser");
	}
	ck_assert_int_eq(status_of("DELETE", user_path(&boss), boss.access, NULL), 409);
	ck_assert_int_eq(status_of("DELETE", "/api/v1/users/me", boss.access, PROOF), 409);
	ck_assert(lets_in(boss.access)); /* nothing of the refused changes happened */
	ck_assert_int_eq(scene_told("session.revoked"), 0);
	ck_assert_int_eq(patch(&boss, &second, "{\"is_superuser\":true}").status, 200);
	ck_assert_int_eq(patch(&boss, &second, "{\"is_active\":false}").status,
			 200); /* one who is inactive does not count */
	ck_assert_int_eq(patch(&boss, &boss, "{\"is_superuser\":false}").status, 409);
	ck_assert_int_eq(patch(&boss, &second, "{\"is_active\":true}").status, 200);
	ck_assert_int_eq(patch(&boss, &boss, "{\"is_superuser\":false}").status, 200);
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users", boss.access, NULL), 403);
}

/*
 * Each takes the rights of the other at the same time: one of them must fail. A third party holds both rows
 * until both requests are in the database, so that neither has seen what the other does.
 */
TEST(two_superusers_cannot_end_one_another)
{
	struct person one = register_with_role("boss-1", ROLE_SUPERUSER),
		      two = register_with_role("boss-2", ROLE_SUPERUSER);
	struct role_order both[] = {{uuid_from(one.id), ROLE_SUPERUSER}, {uuid_from(two.id), ROLE_SUPERUSER}};
	static const bool never;

	for (int i = 0; i < 4; i++) {
		PGconn *holder = PQconnectdb(scene_conninfo());
		PQclear(PQexec(holder, "BEGIN"));
		PQclear(PQexec(holder, "SELECT FROM auth.users ORDER BY id FOR UPDATE"));
		const char *demotion = "{\"is_superuser\":false}";
		struct asking *a =
			api_begin(&(struct call){"PATCH", user_path(&two), one.access, NULL, demotion});
		struct asking *b = api_begin(
			i == 3 ? &(struct call){"DELETE", user_path(&one), two.access}
			       : &(struct call){"PATCH", user_path(&one), two.access, NULL, demotion});
		loop_until(&never, 100);
		PQclear(PQexec(holder, "COMMIT"));
		PQfinish(holder);
		int first = api_end(a).status, second = api_end(b).status;
		ck_assert_msg((first == 409) + (second == 409) == 1, "%d and %d", first, second);
		ck_assert_int_eq(
			count_sql("SELECT count(*) FROM auth.users WHERE is_superuser AND is_active"), 1);
		for (int k = 0; i < 3 && k < 2; k++)
			ck_assert_ptr_null(scene_call(set_role_body, &both[k]));
	}
}

TEST(edits_do_not_overwrite_one_another)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER), anna = register_person("anna");
	const char *path = user_path(&anna), *stale = "If-Match: \"v99-0000000000000000\"\r\n";
	ck_assert_int_eq(api_with("PATCH", path, boss.access, stale, "{\"is_active\":false}").status, 412);
	ck_assert_int_eq(api_with("DELETE", path, boss.access, stale, NULL).status, 412);
	scene_lose("UPDATE", "users");
	struct answer a = api("PATCH", path, boss.access, "{\"is_active\":false}");
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "edit_conflict");
	a = api("DELETE", path, boss.access, NULL);
	ck_assert_int_eq(a.status, 409);
	ck_assert_str_eq(at(&a, "code"), "edit_conflict");
	ck_assert(lets_in(anna.access));
}

TEST(the_audit_log_tells_who_did_what)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER), anna = register_person("anna");
	struct answer a;

	patch(&boss, &anna, "{\"is_moderator\":true}");
	patch(&boss, &anna, "{\"is_active\":false}");
	status_of("POST", text("%s/logout", user_path(&anna)), boss.access, NULL);
	status_of("DELETE", user_path(&anna), boss.access, NULL);
	a = api("GET", "/api/v1/admin/audit-log", boss.access, NULL);
	ck_assert_int_eq(a.status, 200);
	static const char *const actions[] = {"user.deleted", "user.logged_out", "user.deactivated",
					      "user.role_changed", NULL};
	for (int i = 0; actions[i]; i++) {
		ck_assert_str_eq(at(&a, text("items.%d.action", i)), actions[i]);
		ck_assert_str_eq(at(&a, text("items.%d.actor_id", i)), boss.id);
		ck_assert_str_eq(at(&a, text("items.%d.target_id", i)), anna.id);
		ck_assert_str_eq(at(&a, text("items.%d.ip", i)), "127.0.0.1");
		ck_assert_ptr_nonnull(at(&a, text("items.%d.request_id", i)));
	}
	ck_assert_str_eq(at(&a, "items.3.details.role.0"), "user");
	ck_assert_str_eq(at(&a, "items.3.details.role.1"), "moderator");
	ck_assert_str_eq(at(&a, "items.4.action"),
			 "user.role_changed"); /* the operator made the first superuser */
	ck_assert_str_eq(at(&a, "items.4.actor_id"), "null");
	ck_assert_ptr_null(strstr(a.body, "anna"));

	const char *before = at(&a, "items.2.created_at");
	a = api("GET",
		text("/api/v1/admin/audit-log?target_id=%s&action=user.deleted&actor_id=%s&after=%s", anna.id,
		     boss.id, before),
		boss.access, NULL);
	ck_assert_str_eq(at(&a, "items.0.action"), "user.deleted");
	ck_assert_ptr_null(at(&a, "items.1.id"));
	a = api("GET", "/api/v1/admin/audit-log?before=2020-01-01", boss.access, NULL);
	ck_assert_str_eq(at(&a, "items"), "[]");
	int seen = 0;
	const char *cursor = NULL;
	do {
		a = api("GET",
			cursor ? text("/api/v1/admin/audit-log?limit=2&cursor=%s", cursor)
			       : "/api/v1/admin/audit-log?limit=2",
			boss.access, NULL);
		seen += (at(&a, "items.0.id") != NULL) + (at(&a, "items.1.id") != NULL);
		cursor = strcmp(at(&a, "next_cursor"), "null") ? at(&a, "next_cursor") : NULL;
	} while (cursor && seen < 20);
	ck_assert_int_eq(seen, 5);
}

/* The module's own role may add to the log and read it; nothing more. */
TEST(the_audit_log_cannot_be_rewritten)
{
	static const char *const rights[][2] = {
		{"INSERT", "t"}, {"SELECT", "t"}, {"UPDATE", "f"}, {"DELETE", "f"}, {"TRUNCATE", "f"}};

	for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
		char *may = test_sql(scene_conninfo(),
				     "SELECT has_table_privilege('vobe_auth', 'auth.audit_log', '%s')",
				     rights[i][0]);
		ck_assert_msg(!strcmp(may, rights[i][1]), "%s: %s", rights[i][0], may);
		free(may);
	}
}

/* Written down again, on purpose: a row of the module's own tables that changes its policy must be changed
 * here too. */
static const struct {
	const char *method, *path;
	enum who who;
} policy[] = {
	{"POST", "/auth/register", WHO_ANYONE},
	{"POST", "/auth/token", WHO_ANYONE},
	{"POST", "/auth/revoke", WHO_ANYONE},
	{"POST", "/auth/logout", WHO_USER},
	{"GET", "/auth/sessions", WHO_USER},
	{"DELETE", "/auth/sessions/" NOBODY, WHO_USER},
	{"POST", "/auth/password/change", WHO_USER},
	{"POST", "/auth/password/forgot", WHO_ANYONE},
	{"POST", "/auth/password/reset", WHO_ANYONE},
	{"POST", "/auth/email/verification", WHO_USER},
	{"POST", "/auth/email/verify", WHO_ANYONE},
	{"GET", "/users/me", WHO_USER},
	{"PATCH", "/users/me", WHO_USER},
	{"DELETE", "/users/me", WHO_USER},
	{"GET", "/users", WHO_ANYONE},
	{"GET", "/users/" NOBODY, WHO_ANYONE},
	{"GET", "/users/username/nobody-here", WHO_ANYONE},
	{"GET", "/admin/users", WHO_SUPERUSER},
	{"GET", "/admin/users/" NOBODY, WHO_SUPERUSER},
	{"PATCH", "/admin/users/" NOBODY, WHO_SUPERUSER},
	{"DELETE", "/admin/users/" NOBODY, WHO_SUPERUSER},
	{"POST", "/admin/users/" NOBODY "/logout", WHO_SUPERUSER},
	{"GET", "/admin/audit-log", WHO_SUPERUSER},
	{"GET", "/.well-known/jwks.json", WHO_ANYONE},
};
enum { POLICIES = sizeof policy / sizeof *policy };

static int routes_count(void)
{
	int n = 0;

	for (const struct route *const *table = auth_module.routes; *table; table++)
		for (const struct route *r = *table; r->path; r++)
			n++;
	return n;
}

static int knock(int i, const char *as)
{
	const char *path =
		strstr(policy[i].path, "well-known") ? policy[i].path : text("/api/v1%s", policy[i].path);
	bool sends = !strcmp(policy[i].method, "PATCH") ||
		     (!strcmp(policy[i].method, "POST") && !strstr(policy[i].path, "logout"));

	return status_of(policy[i].method, path, as, sends ? "{}" : NULL);
}

TEST(every_route_knows_who_may_call)
{
	static const enum who whos[] = {WHO_ANYONE, WHO_USER, WHO_MODERATOR, WHO_SUPERUSER};
	static const enum role roles[] = {ROLE_GUEST, ROLE_USER, ROLE_MODERATOR, ROLE_SUPERUSER};

	ck_assert_int_eq(routes_count(), POLICIES);
	register_with_role("boss", ROLE_SUPERUSER); /* so that nobody else is the last one */
	for (int i = 0; i < POLICIES; i++)
		for (int r = 0; r < 4; r++) {
			struct person p = {0};
			if (r)
				p = register_with_role(text("caller-%d-%d-x", i, r), roles[r]);
			int status = knock(i, p.access);
			bool refused = status == 401 || status == 403;
			ck_assert_msg(refused == (whos[r] < policy[i].who), "%s %s as %d: %d",
				      policy[i].method, policy[i].path, r, status);
			ck_assert_msg(!refused || status == (r ? 403 : 401), "%s %s as %d: %d",
				      policy[i].method, policy[i].path, r, status);
			ck_assert_msg(status < 500, "%s %s as %d: %d", policy[i].method, policy[i].path, r,
				      status);
		}
}

TEST(tokens_that_are_no_good_open_nothing)
{
	struct person boss = register_with_role("boss", ROLE_SUPERUSER),
		      gone = register_with_role("gone-1", ROLE_SUPERUSER);
	struct person out = register_with_role("out-1", ROLE_SUPERUSER),
		      off = register_with_role("off-1", ROLE_SUPERUSER);

	status_of("DELETE", "/api/v1/users/me", gone.access, PROOF);
	status_of("POST", "/api/v1/auth/logout", out.access, NULL);
	patch(&boss, &off, "{\"is_active\":false}");
	const char *const bad[] = {gone.access, out.access, off.access, boss.refresh, "nonsense"};
	for (int i = 0; i < POLICIES; i++)
		for (size_t t = 0; policy[i].who > WHO_ANYONE && t < sizeof bad / sizeof *bad; t++)
			ck_assert_msg(knock(i, bad[t]) == 401, "%s %s with bad token %zu", policy[i].method,
				      policy[i].path, t);
	ck_assert(lets_in(boss.access));
}
