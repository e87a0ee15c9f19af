/* What the tests of artist share: the module on a fresh database, and the people who ask. */
#ifndef ARTIST_SCENE_H
#define ARTIST_SCENE_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "contracts/documents/artist.h"
#include "contracts/import/artist.h"
#include "support/expect.h"
#include "support/harness.h"
#include "support/pg.h"
#include "support/test.h"

#include <stdarg.h>
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

static inline void scene_open(void)
{
	static const char *const settings[] = {"http.request_timeout=60s", NULL};
	harness_start(&artist_module, NULL, settings);
}

static inline void scene_close(void)
{
	harness_stop();
}

/* printf to a static ring: paths and bodies of requests. */
__attribute__((format(printf, 1, 2))) static inline const char *text(const char *fmt, ...)
{
	static char ring[64][4096];
	static int next;
	char *room = ring[next++ % 64];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(room, sizeof ring[0], fmt, ap);
	va_end(ap);
	return room;
}

static inline struct uuid uuid_of(const char *s)
{
	struct uuid id = {0};
	uuid_read(s, strlen(s), &id);
	return id;
}

/* What a POST made; its id. */
static inline const char *made(const char *path, const char *as, const char *body)
{
	struct answer a = api("POST", path, as, body);
	expect_status(a, 201);
	return at(&a, "id");
}

static inline const char *artist_named(const char *name)
{
	return made("/api/v1/artists", ALICE, text("{\"name\":\"%s\"}", name));
}

static inline const char *album_of(const char *artist, const char *title)
{
	return made("/api/v1/albums", ALICE, text("{\"artist_id\":\"%s\",\"title\":\"%s\"}", artist, title));
}

static inline const char *track_on(const char *album, const char *title)
{
	return made(text("/api/v1/albums/%s/tracks", album), ALICE, text("{\"title\":\"%s\"}", title));
}

#endif
