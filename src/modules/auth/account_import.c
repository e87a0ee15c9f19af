/*
 * Accounts for people of other systems (contracts/import/auth.h). A name that is none of ours is made one;
 * the address of an account that was made so is made of the foreign name, by which the next import knows it:
 * "Ann Smith" never becomes the Ann_Smith who was here before.
 */
#include "modules/auth/user.h"
#include "vobe/buf.h"
#include "vobe/text.h"

#include <sodium.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum { NAME_MAX_BYTES = 1000, NAME_LETTERS = 50, NUMBER_DIGITS = 3, HASH_BYTES = 8, NUMBERS = 200 };

/* --- names --- */

static const char *address_of(struct arena *a, const char *name)
{
	unsigned char hash[crypto_generichash_BYTES_MIN];
	char text[2 * HASH_BYTES + 1];

	crypto_generichash(hash, sizeof hash, (const unsigned char *)name, strlen(name), NULL, 0);
	sodium_bin2hex(text, sizeof text, hash, HASH_BYTES);
	return arena_fmt(a, "import-%s@import.invalid", text);
}

/* Blanks become '_', what no name may hold goes. */
static const char *allowed_part(struct arena *a, const char *name)
{
	struct buf out = {.arena = a};
	const int32_t bytes = (int32_t)strlen(name);
	UChar32 c;

	for (int32_t i = 0; i < bytes;) {
		const int32_t from = i;
		U8_NEXT(name, i, bytes, c);
		if (c >= 0 && (u_isalnum(c) || (c < 0x80 && strchr("_.-", c))))
			buf_add(&out, name + from, (size_t)(i - from));
		else if (c >= 0 && u_isUWhiteSpace(c))
			buf_char(&out, '_');
	}
	return buf_text(&out);
}

/* At most so many code points. */
static const char *short_part(struct arena *a, const char *name, int most)
{
	int32_t at = 0;

	for (int n = 0; n < most && name[at]; n++)
		U8_FWD_1_UNSAFE(name, at);
	return arena_strn(a, name, (size_t)at);
}

static bool obeys(struct arena *a, const char *name)
{
	struct user u = user_new(a, uuid_new(), "x@import.invalid", name, ROLE_USER);
	return !schema_validate(a, &user_schema, &u);
}

/* A number behind a name makes it long enough, not reserved, not another's. */
static const char *numbered(struct arena *a, const char *base, int number)
{
	if (!number)
		return short_part(a, base, NAME_LETTERS);
	return arena_fmt(a, "%s%d", short_part(a, base, NAME_LETTERS - NUMBER_DIGITS), number);
}

/* The first of base, base1, base2, ... behind *number that is a name of ours; NULL: none. */
static const char *next_name(struct arena *a, const char *base, int *number)
{
	while (*base && *number < NUMBERS) {
		const char *name = numbered(a, base, (*number)++);
		if (obeys(a, name))
			return name;
	}
	return NULL;
}

/*
 * What a name may become: itself without what is not allowed, then the same in Latin letters without accents
 * (scripts that may not be mixed, or that names cannot have), then a word that says where it comes from.
 */
static const char *bases_of(struct arena *a, const char *name, int step)
{
	switch (step) {
	case 0: return allowed_part(a, text_trim(a, text_nfc(a, name)));
	case 1: return allowed_part(a, text_latin(a, text_trim(a, name)));
	default:
		return arena_fmt(a, "imported-%.*s", 2 * HASH_BYTES, address_of(a, name) + strlen("import-"));
	}
}

/* --- accounts --- */

static err find_account(struct ctx *cx, const char *login, struct import_account *account)
{
	struct user u;
	err e = user_find_login(cx, login, &u);

	if (problem_is(e, NOT_FOUND))
		return NULL;
	TRY(e);
	account->id = u.id;
	account->username = u.username;
	return NULL;
}

/* *made is false when the name is taken, or looks like one that is. */
static err make_account(struct ctx *cx, const char *name, struct import_account *account, bool *made)
{
	const struct new_user new = {
		.username = name, .role = ROLE_USER, .email = address_of(cx->arena, account->name)};
	err e = operator_powers.create_user(cx, &new, &account->id);

	*made = !e;
	if (!e)
		account->username = text_nfc(cx->arena, name);
	return e && e->status < 500 && e->status != 503 ? NULL : e;
}

/* Another import may have made it meanwhile: it is looked for again before the next name. */
static err make_fitted(struct ctx *cx, struct import_account *account)
{
	bool made = false;

	for (int step = 0; step < 3 && !made; step++) {
		const char *base = bases_of(cx->arena, account->name, step);
		const char *name;
		int number = 0;
		while (!made && (name = next_name(cx->arena, base, &number))) {
			TRY(make_account(cx, name, account, &made));
			if (!made)
				TRY(find_account(cx, address_of(cx->arena, account->name), account));
			made |= !uuid_is_nil(account->id);
		}
	}
	if (!made)
		account->fault = "No account could be made for this name.";
	return NULL;
}

static err account_of(struct ctx *cx, void *arg)
{
	struct import_account *account = arg;

	account->id = (struct uuid){0};
	account->username = account->fault = NULL;
	if (!*text_trim(cx->arena, account->name) || strlen(account->name) > NAME_MAX_BYTES) {
		account->fault = "Must be a name: 1 to 1000 bytes, not blank.";
		return NULL;
	}
	if (obeys(cx->arena, account->name))
		TRY(find_account(cx, account->name, account));
	if (uuid_is_nil(account->id))
		TRY(find_account(cx, address_of(cx->arena, account->name), account));
	return uuid_is_nil(account->id) ? make_fitted(cx, account) : NULL;
}

/* Each on a branch of its own: their commits travel together. */
static err accounts_of(struct ctx *cx, struct import_account *accounts, int count)
{
	struct branch *branches = ARENA_ARRAY(cx->arena, struct branch, count);

	for (int i = 0; i < count; i++)
		branches[i] = (struct branch){.run = account_of, .arg = &accounts[i]};
	together(cx, branches, count);
	for (int i = 0; i < count; i++)
		TRY(branches[i].result);
	return NULL;
}

const struct auth_import import_powers = {.accounts_of = accounts_of};
