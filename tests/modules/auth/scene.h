/* What the tests of auth share: the started module, and people who register and sign in. */
#ifndef AUTH_SCENE_H
#define AUTH_SCENE_H

#include "contracts/auth.h"
#include "contracts/operator/auth.h"
#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "http/server.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/pg.h"
#include "support/scene.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct module auth_module;

#define PASSWORD "correct horse battery"
#define PROOF    "{\"current_password\":\"" PASSWORD "\"}"

struct person {
	const char *id, *name, *access, *refresh;
};

/* Cheap hashes and no throttle, unless a test says otherwise in `more`. */
void open_scene_with(const char *more);
void open_scene(void);
struct person register_person(const char *name);
struct answer sign_in_answer(const char *name, const char *password);
struct person sign_in(const struct person *p);
struct answer refresh_answer(const char *token);
int status_of(const char *method, const char *path, const char *as, const char *body);

/* Whether an access token still opens its owner's door. */
bool lets_in(const char *access);
long count_sql(const char *sql);

/* A role by the operator's hand; the token in hand gets it at once. */
struct role_order {
	struct uuid id;
	enum role role;
};

err set_role_body(struct ctx *cx, void *arg);
struct person register_with_role(const char *name, enum role role);

#endif
