/* See installation.h. The schema of each module has a part, so that none reaches into that of another. */
#include "app/installation.h"

#include "http/server.h"
#include "vobe/buf.h"

#include <stdlib.h>
#include <string.h>

enum { MODULES_MAX = 32 };

#define SECRET_PART_FIELDS(F, T) F(T, BYTES, secret, 0, "Random bytes, made by the migration")
STRUCT(secret_part, SECRET_PART_FIELDS);
SCHEMA(secret_part, SECRET_PART_FIELDS, "A module's part of the secret");

static const struct statement reading[2] = {
	{"installation_secret", "SELECT $* FROM installation_secret", .out = &secret_part_schema},
	{0},
};

/* A pool prepares its own copies. */
static struct statement *statements[MODULES_MAX];
static const char *modules[MODULES_MAX];
static int count;

void installation_open(const char *module, struct pool *pool)
{
	struct statement *copies = malloc(sizeof reading);
	if (!copies || count == MODULES_MAX)
		abort();
	memcpy(copies, reading, sizeof reading);
	pool_statements(pool, copies);
	modules[count] = module;
	statements[count++] = copies;
}

void installation_close(void)
{
	while (count > 0)
		free(statements[--count]);
}

static err add_part(struct ctx *cx, int i, struct buf *all)
{
	struct secret_part *rows;
	int found;

	TRY(db_rows_(cx, statements[i], NULL, (void **)&rows, &found));
	if (!found)
		return problem_detail(
			cx, INTERNAL,
			"Table %s.installation_secret is empty: restore its row, or INSERT random bytes.",
			modules[i]);
	buf_str(all, modules[i]);
	buf_char(all, '\0');
	buf_add(all, rows->secret.at, rows->secret.len);
	return NULL;
}

err installation_seal(struct ctx *cx)
{
	struct buf all = {.arena = cx->arena};
	for (int i = 0; i < count; i++)
		TRY(add_part(cx, i, &all));
	http_seal_with(all.at, all.len);
	return NULL;
}
