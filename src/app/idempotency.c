/* One row a key and user, written by the change it makes repeatable. */
#include "app/idempotency.h"

#include "db/change.h"
#include "http/problems.h"
#include "vobe/clock.h"

#include <stdlib.h>
#include <string.h>

enum { MODULES_MAX = 32, HASH_BYTES = 32 };

#define KEY_ROW_FIELDS(F, T)                                                                       \
	F(T, UUID, user_id, IN, "Whose key")                                                       \
	F(T, TEXT, key, IN, "The key, as sent")                                                    \
	F(T, BYTES, body_hash, IN, "BLAKE2b-256 of method, path and body")                         \
	F(T, INT, status, IN, "Of the first answer")                                               \
	F(T, BYTES, response, IN, "Its body")                                                      \
	F(T, TEXT, etag, IN | NULLABLE, "Its ETag, without quotes")                                \
	F(T, TEXT, headers, IN, "Its further headers, as lines")                                   \
	F(T, TIME, created_at, IN, "When it was given")
STRUCT(key_row, KEY_ROW_FIELDS);
SCHEMA(key_row, KEY_ROW_FIELDS, "An idempotency key");

enum { KEY_FIND, KEY_STORE, KEY_STATEMENTS };

static const struct statement key_statements[KEY_STATEMENTS + 1] = {
	[KEY_FIND] = {"idempotency_find",
		      "SELECT $* FROM idempotency_keys WHERE user_id = $user_id AND key = $key",
		      .in = &key_row_schema, .out = &key_row_schema},
	[KEY_STORE] = {"idempotency_store",
		       "INSERT INTO idempotency_keys (user_id, key, body_hash, status, response, etag, "
		       "headers, created_at) "
		       "VALUES ($user_id, $key, $body_hash, $status, $response, $etag, $headers, "
		       "now())",
		       .in = &key_row_schema},
	{0},
};

const struct violation idempotency_violation = {"idx_idempotency_keys_once", IDEMPOTENCY_RUNNING, NULL};

static struct {
	const char *module;
	struct statement *statements; /* this module's own prepared copies */
} keys[MODULES_MAX];
static int count;

void idempotency_open(const char *module, struct pool *pool)
{
	struct statement *copies = malloc(sizeof key_statements);
	if (!copies || count == MODULES_MAX)
		abort();
	memcpy(copies, key_statements, sizeof key_statements);
	pool_statements(pool, copies);
	keys[count].module = module;
	keys[count++].statements = copies;
}

void idempotency_close(void)
{
	while (count > 0)
		free(keys[--count].statements);
}

static const struct statement *key_statement(const char *module, int which)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(keys[i].module, module))
			return &keys[i].statements[which];
	return NULL;
}

err idempotency_find(struct ctx *cx, const char *module, const char *key, const void *body_hash,
		     struct kept_answer *kept)
{
	struct key_row in = {.user_id = cx->viewer.user_id, .key = key}, *rows;
	int found;
	const struct statement *find = key_statement(module, KEY_FIND);

	if (!find)
		return NULL;
	TRY(db_rows_(cx, find, &in, (void **)&rows, &found));
	if (!found)
		return NULL;
	if (rows->body_hash.len != HASH_BYTES || memcmp(rows->body_hash.at, body_hash, HASH_BYTES) != 0)
		return IDEMPOTENCY_MISMATCH;
	*kept = (struct kept_answer){(int)rows->status, rows->response, rows->etag, rows->headers};
	return NULL;
}

void idempotency_store(struct change *ch, const char *module, const char *key, const void *body_hash,
		       const struct kept_answer *answer)
{
	change_touches_name(ch, "idempotency_key", key);
	change_add_(ch, key_statement(module, KEY_STORE),
		    &(struct key_row){
			    .user_id = change_ctx(ch)->viewer.user_id,
			    .key = key,
			    .body_hash = {body_hash, HASH_BYTES},
			    .status = answer->status,
			    .response = answer->body,
			    .etag = answer->etag,
			    .headers = answer->headers,
		    });
}
