/* What the tests of artist share: the module on a fresh database, and the people who ask. */
#ifndef ARTIST_SCENE_H
#define ARTIST_SCENE_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "contracts/documents/artist.h"
#include "contracts/import/artist.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/pg.h"
#include "support/scene.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct module artist_module;

#define A_ID "0190aaaa-0000-7000-8000-00000000000a"
#define B_ID "0190aaaa-0000-7000-8000-00000000000b"
#define M_ID "0190aaaa-0000-7000-8000-00000000000c"
#define ALICE "user:" A_ID
#define BOB "user:" B_ID
#define MOD "moderator:" M_ID
#define NOBODY "0190aaaa-0000-7000-8000-0000000000ff"

void open_scene(void);

/* What a POST made; its id. */
const char *made(const char *path, const char *as, const char *body);
const char *artist_named(const char *name);
const char *album_of(const char *artist, const char *title);
const char *track_on(const char *album, const char *title);

#endif
