/* What the tests of comment share: the module on a fresh database, fakes of auth and content, and the people
 * who ask. */
#ifndef COMMENT_SCENE_H
#define COMMENT_SCENE_H

#include "contracts/auth.h"
#include "contracts/comment.h"
#include "contracts/content.h"
#include "contracts/import/comment.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/pg.h"
#include "support/scene.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct module comment_module;

#define A_ID "0190aaaa-0000-7000-8000-00000000000a"
#define B_ID "0190aaaa-0000-7000-8000-00000000000b"
#define M_ID "0190aaaa-0000-7000-8000-00000000000c"
#define GONE_ID "0190aaaa-0000-7000-8000-00000000000d" /* an account that was deleted */
#define ALICE "user:" A_ID
#define BOB "user:" B_ID
#define MOD "moderator:" M_ID

#define POST_ID "0190dddd-0000-7000-8000-000000000001"
#define OTHER_POST_ID "0190dddd-0000-7000-8000-000000000002"
#define CLOSED_ID "0190dddd-0000-7000-8000-000000000003"
#define DRAFT_ID "0190dddd-0000-7000-8000-000000000004" /* Alice's: nobody else sees it */
#define NOBODY "0190dddd-0000-7000-8000-0000000000ff"
#define COMMENTS "/api/v1/posts/" POST_ID "/comments"

/* What the fakes do, and what comment gave them. */
extern bool auth_is_down;
extern user_counter counts_users;
extern const struct comment_counting *counting;
extern trash_lister *lists_trash;

void open_scene(void);

const char *comment_path(const char *id);

/* The id of a new comment of POST_ID; `parent` may be NULL. */
const char *say(const char *as, const char *parent, const char *words);

/* Visible comments of POST_ID, as the cache and as the database know it; fails if they differ. */
int counted(void);

/* Counts kept by arithmetic are those that counting gives. */
void expect_counts_hold(void);

#endif
