/* People who register and sign in. */
#include "modules/auth/scene.h"

void open_scene_with(const char *more)
{
	const char *settings[] = {"auth.argon2_memory=8m", "auth.argon2_passes=1",
				  "auth.login_attempts=1000000", more, NULL};

	scene_start(&auth_module, NULL, settings);
}

void open_scene(void)
{
	open_scene_with(NULL);
}

static struct person person_of(const struct answer *a, const char *name)
{
	return (struct person){at(a, "user.id"), name, at(a, "access_token"), at(a, "refresh_token")};
}

struct person register_person(const char *name)
{
	const char *body =
		text("{\"email\":\"%s@example.org\",\"username\":\"%s\",\"password\":\"" PASSWORD "\"}", name,
		     name);
	struct answer a = api("POST", "/api/v1/auth/register", NULL, body);

	ck_assert_msg(a.status == 201, "register %s: %d %s", name, a.status, a.body);
	return person_of(&a, name);
}

struct answer sign_in_answer(const char *name, const char *password)
{
	return api("POST", "/api/v1/auth/token", NULL,
		   text("{\"grant_type\":\"password\",\"username\":\"%s\",\"password\":\"%s\"}", name,
			password));
}

struct person sign_in(const struct person *p)
{
	struct answer a = sign_in_answer(p->name, PASSWORD);

	ck_assert_msg(a.status == 200, "sign in %s: %d %s", p->name, a.status, a.body);
	return (struct person){p->id, p->name, at(&a, "access_token"), at(&a, "refresh_token")};
}

struct answer refresh_answer(const char *token)
{
	return api("POST", "/api/v1/auth/token", NULL,
		   text("{\"grant_type\":\"refresh_token\",\"refresh_token\":\"%s\"}", token));
}

int status_of(const char *method, const char *path, const char *as, const char *body)
{
	return api(method, path, as, body).status;
}

bool lets_in(const char *access)
{
	int status = status_of("GET", "/api/v1/users/me", access, NULL);

	ck_assert_msg(status == 200 || status == 401, "GET /users/me: %d", status);
	return status == 200;
}

long count_sql(const char *sql)
{
	char *text = test_sql(scene_conninfo(), "%s", sql);
	long n = text ? atol(text) : -1;

	free(text);
	return n;
}

err set_role_body(struct ctx *cx, void *arg)
{
	const struct role_order *order = arg;

	return auth_operator_service()->set_role(cx, order->id, order->role);
}

struct person register_with_role(const char *name, enum role role)
{
	struct person p = register_person(name);
	struct role_order order = {uuid_from(p.id), role};

	ck_assert_ptr_null(scene_call(set_role_body, &order));
	return p;
}
