/* What the tests of feedback share: the module on a fresh database, fakes of auth, and the people who ask. */
#ifndef FEEDBACK_SCENE_H
#define FEEDBACK_SCENE_H

#include "contracts/auth.h"
#include "contracts/feedback.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/pg.h"
#include "support/scene.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct module feedback_module;

#define A_ID    "0190aaaa-0000-7000-8000-00000000000a"
#define B_ID    "0190aaaa-0000-7000-8000-00000000000b"
#define M_ID    "0190aaaa-0000-7000-8000-00000000000c"
#define N_ID    "0190aaaa-0000-7000-8000-00000000000d"
#define S_ID    "0190aaaa-0000-7000-8000-00000000000e"
#define GONE_ID "0190aaaa-0000-7000-8000-00000000000f" /* an account that was deleted */
#define ANN     "user:" A_ID
#define BOB     "user:" B_ID
#define MOD     "moderator:" M_ID
#define OTHER_MOD "moderator:" N_ID
#define SUPER   "superuser:" S_ID
#define GONE    "user:" GONE_ID

#define TICKETS "/api/v1/feedback/tickets"
#define NOBODY  "0190aaaa-0000-7000-8000-0000000000ff"

/* What the fakes do. */
extern bool auth_is_down;
extern const char *no_longer_staff; /* the id of one who was */

void open_scene(void);

/* The id of a new ticket; `more` are further members (",\"priority\":\"low\"") or "". */
const char *ticket_of(const char *as, const char *subject, const char *more);
const char *path_of(const char *id);

/* Changes that must succeed. */
struct answer patch(const char *as, const char *id, const char *body);
struct answer say(const char *as, const char *id, const char *content);
struct answer note(const char *as, const char *id, const char *content);

/* As if that column of the ticket were so many days older. */
void age(const char *id, const char *column, int days);

/* How many items a list has, 100 at most. */
int listed(const char *as, const char *query);

#endif
