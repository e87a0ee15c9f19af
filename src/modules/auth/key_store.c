/* Where keys come from: the settings, or the table that all instances share. */
#include "modules/auth/key.h"
#include "vobe/log.h"
#include "vobe/option.h"

#include <sodium.h>
#include <string.h>

PROBLEM(KEY_MALFORMED, 500, "key_malformed", "Key malformed",
	"auth.signing_key is 64 hexadecimal digits; `openssl rand -hex 32` makes one.");
PROBLEM(KEY_MISSING, 500, "key_missing", "Key missing",
	"Table auth.signing_keys has no current key, or auth.secrets no secret.");

PROBLEM(KEY_IN_SETTINGS, 409, "key_in_settings", "The key is in the settings",
	"auth.signing_key names the key: put another one there and restart; clients refresh their tokens.");
PROBLEM(KEYS_TOO_MANY, 409, "keys_too_many", "Too many keys",
	"Eight keys are in force. Each goes three hours after it was replaced: wait until one has.");

#define KEY_ROW_FIELDS(F, T)                          \
	F(T, TEXT, kid, 0, "Thumbprint")              \
	F(T, BYTES, seed, 0, "Private key")           \
	F(T, TIME, created_at, 0, "When it was made") \
	F(T, TIME, replaced_at, NULLABLE, "When the next one took its place")
STRUCT(key_row, KEY_ROW_FIELDS);
SCHEMA(key_row, KEY_ROW_FIELDS, "A key");

#define KEY_AGE_FIELDS(F, T)                                                      \
	F(T, TIME, oldest, 0, "Those made, or replaced, before this are too old") \
	F(T, TIME, now, 0, "Now")
STRUCT(key_age, KEY_AGE_FIELDS);
SCHEMA(key_age, KEY_AGE_FIELDS, "Which keys are too old");

#define SECRET_FIELDS(F, T)                 \
	F(T, BYTES, value, 0, "The secret") \
	F(T, TIME, created_at, 0, "When it was made")
STRUCT(secret, SECRET_FIELDS);
SCHEMA(secret, SECRET_FIELDS, "What refresh tokens are derived with");

/*
 * How long a replaced key still verifies and is published: another instance may sign with it until its own
 * job, an hour apart, reads the table.
 */
#define REPLACED_US (3 * 3600 * SECOND_US)

static QUERY(keys_of_table, key_age, key_row,
	     "SELECT $* FROM signing_keys"
	     " WHERE replaced_at IS NULL OR replaced_at > $oldest"
	     " ORDER BY created_at DESC");

static COMMAND(key_replace, key_age,
	       "UPDATE signing_keys SET replaced_at = $now"
	       " WHERE replaced_at IS NULL AND created_at < $oldest");

/* Of instances that start at once one makes the key; the index on the current one stops the others. */
static COMMAND(key_keep_one, key_row,
	       "INSERT INTO signing_keys (kid, seed, created_at)"
	       " SELECT $kid, $seed, $created_at"
	       " WHERE NOT EXISTS (SELECT FROM signing_keys WHERE replaced_at IS NULL)"
	       " ON CONFLICT DO NOTHING");

static COMMAND(keys_prune, key_age, "DELETE FROM signing_keys WHERE replaced_at < $oldest");

/* Those of before there was a key to seal with. */
static QUERY(keys_unsealed, none, key_row, "SELECT $* FROM signing_keys WHERE octet_length(seed) = 32");
static COMMAND(key_seal, key_row, "UPDATE signing_keys SET seed = $seed WHERE kid = $kid");
static COMMAND(secret_seal, secret,
	       "UPDATE secrets SET value = $value WHERE name = 'refresh' AND octet_length(value) = 32");

static COMMAND(secret_keep, secret,
	       "INSERT INTO secrets (name, value, created_at)"
	       " VALUES ('refresh', $value, $created_at)"
	       " ON CONFLICT DO NOTHING");

static QUERY_ROW(secret_read, none, secret, "SELECT $* FROM secrets WHERE name = 'refresh'",
		 .otherwise = KEY_MISSING);

static uint8_t secret[REFRESH_SECRET];
static int64_t reloaded_at; /* clock_mono */

const uint8_t *refresh_secret(void)
{
	return secret;
}

static bool keys_are_ours(void)
{
	return !*option_text("auth", "signing_key");
}

static err key_from_option(void)
{
	const char *hex = option_text("auth", "signing_key");
	uint8_t seed[KEY_SEED];
	size_t len = 0;
	struct key k;

	if (sodium_hex2bin(seed, sizeof seed, hex, strlen(hex), NULL, &len, NULL) || len != sizeof seed)
		return KEY_MALFORMED;
	key_make(&k, seed, TIME_NULL);
	keys_set(&k, 1);
	return NULL;
}

static err keys_from_table(struct ctx *cx)
{
	struct key keys[KEYS_MOST];
	struct key_row *rows;
	int count;

	TRY(keys_of_table(cx, &(struct key_age){.oldest = clock_now() - REPLACED_US}, &rows, &count));
	if (count > KEYS_MOST)
		count = KEYS_MOST;
	for (int i = 0; i < count; i++) {
		uint8_t seed[KEY_SEED];
		TRY(auth_unseal(rows[i].seed, seed));
		key_make(&keys[i], seed, rows[i].replaced_at);
	}
	const unsigned before = keys_changes();
	keys_set(keys, count);
	if (!key_signing())
		return KEY_MISSING;
	if (keys_changes() != before) {
		const struct log_fact facts[] = {
			{"log", "security", 0}, {"kid", key_signing()->kid, 0}, {"keys", NULL, count}, {0}};
		log_record(LOG_INFO_, "signing_keys", facts, "the keys of access tokens are others now");
	}
	return NULL;
}

/* Replaces a current key made before `oldest`, and makes sure that there is one. */
static err key_in_table(struct ctx *cx, int64_t oldest)
{
	const int64_t now = clock_now();
	struct change *ch = change_begin(cx);
	uint8_t seed[KEY_SEED], room[KEY_SEALED];
	struct key k;

	randombytes_buf(seed, sizeof seed);
	key_make(&k, seed, TIME_NULL);
	key_replace(ch, &(struct key_age){oldest, now});
	key_keep_one(ch, &(struct key_row){.kid = k.kid, .seed = auth_seal(seed, room), .created_at = now});
	keys_prune(ch, &(struct key_age){.oldest = now - REPLACED_US});
	TRY(change_commit(cx, ch));
	return keys_from_table(cx);
}

err keys_rotate(struct ctx *cx)
{
	return keys_are_ours() ? key_in_table(cx, clock_now() - option_int("auth", "key_life") * SECOND_US)
			       : NULL;
}

static err rotate(struct ctx *cx)
{
	const struct key *keys;

	if (!keys_are_ours())
		return KEY_IN_SETTINGS;
	TRY(keys_from_table(cx));
	if (keys_all(&keys) == KEYS_MOST)
		return KEYS_TOO_MANY;
	return key_in_table(cx, TIME_END);
}

static err list(struct ctx *cx, struct signing_key **out, int *count)
{
	const struct key *keys;

	*count = keys_all(&keys);
	*out = ARENA_ARRAY(cx->arena, struct signing_key, (size_t)*count);
	for (int i = 0; i < *count; i++) {
		const int64_t at = keys[i].replaced_at;
		(*out)[i] = (struct signing_key){arena_str(cx->arena, keys[i].kid), at,
						 at == TIME_NULL ? TIME_NULL : at + REPLACED_US};
	}
	return NULL;
}

const struct auth_keys key_powers = {.list = list, .rotate = rotate};

err keys_reload(struct ctx *cx)
{
	if (!keys_are_ours() || clock_mono() - reloaded_at < SECOND_US)
		return NULL;
	reloaded_at = clock_mono();
	return keys_from_table(cx);
}

static err secret_from_table(struct ctx *cx)
{
	struct change *ch = change_begin(cx);
	uint8_t room[KEY_SEALED];
	struct secret row;
	randombytes_buf(secret, sizeof secret);
	secret_keep(ch, &(struct secret){auth_seal(secret, room), clock_now()});
	TRY(change_commit(cx, ch));
	TRY(secret_read(cx, &row));
	return auth_unseal(row.value, secret);
}

/* What was kept before there was a key to seal with. Instances that do so at once come to the same. */
static err seal_what_is_plain(struct ctx *cx)
{
	struct key_row *rows;
	uint8_t seed[KEY_SEED];
	int count;

	if (!sealing_is_on())
		return NULL;
	TRY(keys_unsealed(cx, &rows, &count));
	struct change *ch = change_begin(cx);
	for (int i = 0; i < count; i++) {
		TRY(auth_unseal(rows[i].seed, seed));
		rows[i].seed = auth_seal(seed, arena_alloc(cx->arena, KEY_SEALED));
		key_seal(ch, &rows[i]);
	}
	secret_seal(ch, &(struct secret){auth_seal(secret, arena_alloc(cx->arena, KEY_SEALED)), clock_now()});
	return change_commit(cx, ch);
}

err keys_open(struct ctx *cx)
{
	TRY(sealing_open());
	TRY(secret_from_table(cx));
	TRY(seal_what_is_plain(cx));
	return keys_are_ours() ? key_in_table(cx, 0) : key_from_option();
}
