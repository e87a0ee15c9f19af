/* What the tests of auth share: a started module, and people who register and sign in. */
#ifndef TESTS_AUTH_ACCOUNTS_H
#define TESTS_AUTH_ACCOUNTS_H

#include "contracts/auth.h"
#include "contracts/operator/auth.h"
#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "http/server.h"
#include "support/harness.h"
#include "support/pg.h"
#include "support/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

extern const struct module auth_module;

#define PASSWORD "correct horse battery"

struct person {
	const char *id, *name, *access, *refresh;
};

static inline const char *fmt(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline const char *fmt(const char *format, ...)
{
	static char texts[16][6000];
	static int next;
	char *text = texts[next++ % 16];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof texts[0], format, ap);
	va_end(ap);
	return text;
}

/* Cheap hashes and no throttle, unless a test says otherwise in `more`. */
static inline void auth_start_with(const char *more)
{
	const char *settings[] = {"auth.argon2_memory=8m", "auth.argon2_passes=1", "auth.login_attempts=1000000", more, NULL};

	harness_start(&auth_module, NULL, settings);
}

static inline void auth_start(void)
{
	auth_start_with(NULL);
}

static inline struct person person_of(const struct answer *a, const char *name)
{
	return (struct person){at(a, "user.id"), name, at(a, "access_token"), at(a, "refresh_token")};
}

static inline struct person register_person(const char *name)
{
	const char *body = fmt("{\"email\":\"%s@example.org\",\"username\":\"%s\",\"password\":\"" PASSWORD "\"}", name, name);
	struct answer a = api("POST", "/api/v1/auth/register", NULL, body);

	ck_assert_msg(a.status == 201, "register %s: %d %s", name, a.status, a.body);
	return person_of(&a, name);
}

static inline struct answer sign_in_answer(const char *name, const char *password)
{
	return api("POST", "/api/v1/auth/token", NULL,
		   fmt("{\"grant_type\":\"password\",\"username\":\"%s\",\"password\":\"%s\"}", name, password));
}

static inline struct person sign_in(const struct person *p)
{
	struct answer a = sign_in_answer(p->name, PASSWORD);

	ck_assert_msg(a.status == 200, "sign in %s: %d %s", p->name, a.status, a.body);
	return (struct person){p->id, p->name, at(&a, "access_token"), at(&a, "refresh_token")};
}

static inline struct answer refresh_answer(const char *token)
{
	return api("POST", "/api/v1/auth/token", NULL, fmt("{\"grant_type\":\"refresh_token\",\"refresh_token\":\"%s\"}", token));
}

static inline int status_of(const char *method, const char *path, const char *as, const char *body)
{
	return api(method, path, as, body).status;
}

/* Whether an access token still opens its owner's door. */
static inline bool lets_in(const char *access)
{
	int status = status_of("GET", "/api/v1/users/me", access, NULL);

	ck_assert_msg(status == 200 || status == 401, "GET /users/me: %d", status);
	return status == 200;
}

static inline long count_sql(const char *sql)
{
	char *text = test_sql(harness_conninfo(), "%s", sql);
	long n = text ? atol(text) : -1;

	free(text);
	return n;
}

static inline struct uuid uuid_from(const char *text)
{
	struct uuid id = {0};

	ck_assert(text && uuid_read(text, strlen(text), &id));
	return id;
}

/* A role by the operator's hand; the token in hand gets it at once. */
struct role_order {
	struct uuid id;
	enum role role;
};

static inline err set_role_body(struct ctx *cx, void *arg)
{
	const struct role_order *order = arg;

	return auth_operator_service()->set_role(cx, order->id, order->role);
}

static inline struct person register_with_role(const char *name, enum role role)
{
	struct person p = register_person(name);
	struct role_order order = {uuid_from(p.id), role};

	ck_assert_ptr_null(harness_call(set_role_body, &order));
	return p;
}

/* Sends without waiting, so that many requests are under way at once; answer_to runs the loop until the whole is there. */
static inline int send_request(const char *method, const char *path, const char *as, const char *body)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port()), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const char *text = fmt("%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s%s%sContent-Type: application/json\r\n"
			       "Content-Length: %zu\r\n\r\n%s", method, path, as ? "Authorization: Bearer " : "", as ? as : "",
			       as ? "\r\n" : "", strlen(body), body);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert(!connect(fd, (struct sockaddr *)&to, sizeof to));
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static inline int answer_to(int fd, char *text, size_t room)
{
	static const bool never;
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, text + len, room - 1 - len)) != 0) {
		if (got > 0)
			len += (size_t)got;
		else
			loop_until(&never, 2);
	}
	text[len] = '\0';
	close(fd);
	ck_assert_msg(len > 12, "no answer");
	return atoi(text + 9);
}

#endif
