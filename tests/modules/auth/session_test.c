/* Sessions over HTTP: signing out, lists, passwords, and what other instances do. */
#include "modules/auth/scene.h"

#include "support/test.h"
#include "vobe/clock.h"

SCENE(open_scene, scene_stop);

TEST(logout_ends_this_session)
{
	struct person p = register_person("anna"), other = sign_in(&p);

	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", p.access, NULL), 204);
	ck_assert(!lets_in(p.access));
	ck_assert_int_eq(refresh_answer(p.refresh).status, 400);
	ck_assert(lets_in(other.access));
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout?scope=local", other.access, NULL), 204);
	ck_assert(!lets_in(other.access));
	ck_assert_int_eq(scene_told("session.revoked"), 2);
	ck_assert_int_eq(scene_told("session.reuse_detected"), 0);
}

TEST(logout_ends_the_others)
{
	struct person p = register_person("anna"), other = sign_in(&p), boris = register_person("boris");

	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout?scope=others", p.access, NULL), 204);
	ck_assert(lets_in(p.access));
	ck_assert(!lets_in(other.access));
	ck_assert(lets_in(boris.access));
	ck_assert_int_eq(refresh_answer(other.refresh).status, 400);
	ck_assert_int_eq(refresh_answer(p.refresh).status, 200);
}

TEST(logout_reads_its_scope_from_either_place)
{
	struct person p = register_person("anna"), other = sign_in(&p), third = sign_in(&p);

	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", p.access, "{\"scop\":\"all\"}"), 422);
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", p.access, "{\"scope\":\"most\"}"), 422);
	ck_assert_int_eq(
		status_of("POST", "/api/v1/auth/logout?scope=all", p.access, "{\"scope\":\"local\"}"), 422);
	ck_assert(lets_in(p.access) && lets_in(other.access));
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", p.access, "{\"scope\":\"others\"}"), 204);
	ck_assert(lets_in(p.access) && !lets_in(other.access) && !lets_in(third.access));
	other = sign_in(&p);
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", p.access, "{\"scope\":\"all\"}"), 204);
	ck_assert(!lets_in(p.access) && !lets_in(other.access));
}

TEST(logout_ends_all)
{
	struct person p = register_person("anna"), other = sign_in(&p), boris = register_person("boris");

	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout?scope=all", p.access, NULL), 204);
	ck_assert(!lets_in(p.access));
	ck_assert(!lets_in(other.access));
	ck_assert(lets_in(boris.access));
	ck_assert(lets_in(sign_in(&p).access));
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout?scope=everywhere", boris.access, NULL), 400);
	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", NULL, NULL), 401);
}

TEST(sessions_are_listed_newest_first)
{
	struct person p = register_person("anna"), boris = register_person("boris");
	struct answer a =
		api_with("POST", "/api/v1/auth/token", NULL, "User-Agent: a phone\r\n",
			 "{\"grant_type\":\"password\",\"username\":\"anna\",\"password\":\"" PASSWORD "\"}");
	const char *phone = at(&a, "access_token");
	struct answer list = api("GET", "/api/v1/auth/sessions", phone, NULL);

	(void)boris;
	ck_assert_int_eq(list.status, 200);
	ck_assert_str_eq(at(&list, "items.0.user_agent"), "a phone");
	ck_assert_str_eq(at(&list, "items.0.is_current"), "true");
	ck_assert_str_eq(at(&list, "items.0.ip"), "127.0.0.1");
	ck_assert_str_eq(at(&list, "items.1.is_current"), "false");
	ck_assert_ptr_null(at(&list, "items.2.id"));
	ck_assert_str_eq(at(&list, "next_cursor"), "null");
	ck_assert_ptr_null(strstr(list.body, "hash"));

	struct answer first = api("GET", "/api/v1/auth/sessions?limit=1", phone, NULL);
	ck_assert_str_eq(at(&first, "items.0.id"), at(&list, "items.0.id"));
	struct answer second =
		api("GET", text("/api/v1/auth/sessions?limit=1&cursor=%s", at(&first, "next_cursor")), phone,
		    NULL);
	ck_assert_str_eq(at(&second, "items.0.id"), at(&list, "items.1.id"));
	ck_assert_str_eq(at(&second, "next_cursor"), "null");
	ck_assert_int_eq(status_of("GET", "/api/v1/auth/sessions?cursor=garbage", p.access, NULL), 400);

	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout?scope=others", phone, NULL), 204);
	list = api("GET", "/api/v1/auth/sessions", phone, NULL);
	ck_assert_ptr_null(at(&list, "items.1.id"));
}

TEST(one_session_is_ended_by_its_owner_only)
{
	struct person p = register_person("anna"), other = sign_in(&p), boris = register_person("boris");
	struct answer list = api("GET", "/api/v1/auth/sessions", p.access, NULL);
	const char *path = text("/api/v1/auth/sessions/%s", at(&list, "items.0.id")); /* other's */

	ck_assert_int_eq(status_of("DELETE", path, boris.access, NULL), 404);
	ck_assert(lets_in(other.access));
	ck_assert_int_eq(status_of("DELETE", path, p.access, NULL), 204);
	ck_assert(!lets_in(other.access));
	ck_assert(lets_in(p.access));
	ck_assert_int_eq(status_of("DELETE", path, p.access, NULL), 204);
	ck_assert_int_eq(status_of("DELETE", "/api/v1/auth/sessions/nonsense", p.access, NULL), 400);
	ck_assert_int_eq(scene_told("session.revoked"), 1); /* nothing is told of what did not happen */
}

/* Header values may hold any byte above 0x7f: what is stored is UTF-8 and bounded. */
TEST(odd_user_agents_are_bounded)
{
	char agent[600];

	register_person("anna");
	memset(agent, 'x', sizeof agent);
	agent[254] = (char)0xd0; /* half of a letter at the bound */
	agent[255] = (char)0xb0;
	agent[sizeof agent - 1] = '\0';
	struct answer a =
		api_with("POST", "/api/v1/auth/token", NULL, text("User-Agent: %s\r\n", agent),
			 "{\"grant_type\":\"password\",\"username\":\"anna\",\"password\":\"" PASSWORD "\"}");
	ck_assert_msg(a.status == 200, "%d %s", a.status, a.body);
	ck_assert_int_eq(count_sql("SELECT max(length(user_agent)) FROM auth.sessions"), 254);
}

static struct answer change(const char *access, const char *current, const char *next)
{
	return api("POST", "/api/v1/auth/password/change", access,
		   text("{\"current_password\":\"%s\",\"new_password\":\"%s\"}", current, next));
}

TEST(a_new_password_ends_the_other_sessions)
{
	struct person p = register_person("anna"), other = sign_in(&p);
	struct answer a = change(p.access, PASSWORD, "пароль от пианино");

	ck_assert_msg(a.status == 204, "%d %s", a.status, a.body);
	ck_assert(lets_in(p.access));
	ck_assert(!lets_in(other.access));
	ck_assert_int_eq(refresh_answer(other.refresh).status, 400);
	ck_assert_int_eq(sign_in_answer("anna", PASSWORD).status, 400);
	ck_assert_int_eq(sign_in_answer("anna", "пароль от пианино").status, 200);
	ck_assert_int_eq(scene_told("user.password_changed"), 1);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.audit_log WHERE action = "
				   "'user.password_changed' AND actor_id = target_id"),
			 1);
}

TEST(a_new_password_obeys_the_rules)
{
	struct person p = register_person("anna-karenina");
	struct answer a = change(p.access, "not my password", "another long one");

	ck_assert_int_eq(a.status, 422);
	ck_assert_str_eq(at(&a, "errors.0.pointer"), "/current_password");
	static const char *const bad[] = {
		"short", "password", "qwerty123456", "ANNA-karenina", "anna-karenina@example.org", NULL};
	for (const char *const *next = bad; *next; next++) {
		a = change(p.access, PASSWORD, *next);
		ck_assert_msg(a.status == 422, "%s: %d", *next, a.status);
		ck_assert_str_eq(at(&a, "errors.0.pointer"), "/new_password");
	}
	ck_assert_int_eq(change(NULL, PASSWORD, "another long one").status, 401);
	ck_assert_int_eq(sign_in_answer("anna-karenina", PASSWORD).status, 200);
}

/* NFC: what one keyboard composes another leaves in pieces. */
TEST(a_password_is_the_same_in_every_normal_form)
{
	struct person p = register_person("anna");

	ck_assert_int_eq(change(p.access, PASSWORD, "caf\u00e9 \u00e0 la carte").status, 204);
	ck_assert_int_eq(sign_in_answer("anna", "cafe\u0301 a\u0300 la carte").status, 200);
}

/* What another instance commits is heard; what was told before the first event could be heard is read. */
TEST(other_instances_sign_out_here_too)
{
	struct person p = register_person("anna"), other = sign_in(&p), third = sign_in(&p);
	struct session_event fact = {.user_id = uuid_from(p.id), .reason = "logout"};
	char *id = test_sql(scene_conninfo(),
			    "UPDATE auth.sessions SET ended_at = now(), end_reason = 'logout'"
			    " WHERE id = (SELECT min(id::text)::uuid FROM auth.sessions) RETURNING id");

	ck_assert(lets_in(p.access));
	fact.session_id = uuid_from(id);
	ck_assert_ptr_null(scene_hear(&session_revoked, fact.user_id, 0, &fact));
	ck_assert(!lets_in(p.access));
	ck_assert(!auth_sessions_service()->session_is_live(fact.user_id, fact.session_id));
	ck_assert(lets_in(other.access));

	free(test_sql(scene_conninfo(),
		      "UPDATE auth.sessions SET ended_at = now(), end_reason = 'logout'"
		      " WHERE id = (SELECT min(id::text)::uuid FROM auth.sessions WHERE ended_at IS NULL)"));
	fact.session_id = (struct uuid){0};
	ck_assert_ptr_null(scene_hear(&session_revoked, fact.user_id, 0, &fact));
	ck_assert(!lets_in(other.access));
	ck_assert(lets_in(third.access));

	free(test_sql(
		scene_conninfo(),
		"UPDATE auth.sessions SET ended_at = now(), end_reason = 'logout' WHERE ended_at IS NULL"));
	ck_assert(lets_in(third.access));
	ck_assert_ptr_null(scene_job("auth.revocations"));
	ck_assert(!lets_in(third.access));
	free(id);
}

TEST(roles_of_other_instances_count_here)
{
	struct person p = register_person("anna");
	struct user_event fact = {
		.user_id = uuid_from(p.id), .username = "anna", .role = "superuser", .is_active = true};
	struct uuid id = fact.user_id;

	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users", p.access, NULL), 403);
	ck_assert_ptr_null(scene_hear(&user_role_changed, id, 7, &fact));
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users", p.access, NULL), 200);
	fact.role = "user"; /* older news that come late */
	ck_assert_ptr_null(scene_hear(&user_role_changed, id, 6, &fact));
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users", p.access, NULL), 200);
	ck_assert_ptr_null(scene_hear(&user_role_changed, id, 8, &fact));
	ck_assert_int_eq(status_of("GET", "/api/v1/admin/users", p.access, NULL), 403);
}

static err start_again(struct ctx *cx, void *arg)
{
	(void)arg;
	return auth_module.start(cx);
}

TEST(a_restarted_server_still_knows_who_is_out)
{
	struct person p = register_person("anna"), other = sign_in(&p);

	ck_assert_int_eq(status_of("POST", "/api/v1/auth/logout", p.access, NULL), 204);
	auth_module.stop(); /* loses what is in memory */
	ck_assert_ptr_null(scene_call(start_again, NULL));
	ck_assert(!lets_in(p.access));
	ck_assert(lets_in(other.access));
}

TEST(old_rows_are_pruned)
{
	struct person p = register_person("anna"), other = sign_in(&p);

	refresh_answer(other.refresh);
	free(test_sql(scene_conninfo(), "UPDATE auth.sessions SET expires_at = now() - interval '31 days' "
					"WHERE id = (SELECT min(id::text)::uuid"
					" FROM auth.sessions); UPDATE auth.refresh_tokens SET expires_at = "
					"now() - interval '1 s' WHERE used_at IS NOT NULL"));
	ck_assert_ptr_null(scene_job("auth.prune"));
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.sessions"), 1);
	ck_assert_int_eq(count_sql("SELECT count(*) FROM auth.refresh_tokens"), 1);
}
