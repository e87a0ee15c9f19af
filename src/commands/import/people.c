/* Who wrote posts and comments, by accounts; and the posts of comments that name none. */
#include "commands/import/kind.h"

#include "app/service.h"
#include "contracts/auth.h"
#include "contracts/content.h"
#include "contracts/documents/content.h"
#include "contracts/import/auth.h"

#include <stdlib.h>
#include <string.h>

/* Where a kind says who wrote a line. */
struct writing {
	const char *name, *id; /* fields */
	const char *name_pointer, *id_pointer;
	const char *otherwise; /* the account of lines that say nothing; NULL: they are refused */
};

static const struct writing of_posts = {"author_username", "author_id", "/author_username", "/author_id",
					"importer"};
static const struct writing of_comments = {"username", "user_id", "/user", "/user_id", NULL};

static const char *name_in(const struct line *l, const struct writing *w)
{
	return *(const char **)line_member(l, w->name);
}

static struct uuid *id_in(const struct line *l, const struct writing *w)
{
	return line_member(l, w->id);
}

/* A tombstone, or the post of somebody who left, has nobody. */
static bool is_nobodys(const struct line *l, const struct writing *w)
{
	const bool is_deleted = *(bool *)line_member(l, "is_deleted");
	return !name_in(l, w) && ((line_gave(l, w->name) && w->otherwise) || is_deleted);
}

/* The name whose account writes the line; NULL: it has an id, or nothing, which is a fault. */
static const char *writer_name(struct line *l, const struct writing *w)
{
	if (name_in(l, w))
		return name_in(l, w);
	if (is_nobodys(l, w) || (uuid_is_nil(*id_in(l, w)) && w->otherwise))
		return "importer";
	if (uuid_is_nil(*id_in(l, w)))
		line_fault(l, w->name_pointer, "required", "Required: who wrote it.");
	return NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct import_account *)a)->name, ((const struct import_account *)b)->name);
}

static int without_repetitions(struct import_account *accounts, int count)
{
	int n = 0;

	qsort(accounts, (size_t)count, sizeof *accounts, compare_names);
	for (int i = 0; i < count; i++)
		if (!n || strcmp(accounts[n - 1].name, accounts[i].name) != 0)
			accounts[n++] = accounts[i];
	return n;
}

static void take_account(struct line *l, const struct writing *w, const struct import_account *account)
{
	if (account->fault)
		line_fault(l, w->name_pointer, "no_account", account->fault);
	*id_in(l, w) = account->id;
	if (account->username && strcmp(account->username, account->name) != 0)
		line_note(l, "%s: the account of \"%s\" is %s", w->name_pointer + 1, account->name,
			  account->username);
}

/* Ids that lines give without a name must be of accounts that are there. */
static err ids_must_exist(struct ctx *cx, struct line *lines, const char *const *names, int count,
			  const struct writing *w)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	struct user_card *cards = ARENA_ARRAY(cx->arena, struct user_card, count);

	for (int i = 0; i < count; i++)
		ids[i] = *id_in(&lines[i], w);
	TRY(auth_cards_service()->user_cards(cx, ids, count, cards));
	for (int i = 0; i < count; i++)
		if (!names[i] && !lines[i].faults.count && !cards[i].username)
			line_fault(&lines[i], w->id_pointer, "user_unknown",
				   "There is no such account; say it by its name.");
	return NULL;
}

static err people_find(struct ctx *cx, struct line *lines, int count, const struct writing *w)
{
	const char **names = ARENA_ARRAY(cx->arena, const char *, count);
	struct import_account *accounts = ARENA_ARRAY(cx->arena, struct import_account, count + 1);
	int n = 0;

	for (int i = 0; i < count; i++)
		if ((names[i] = writer_name(&lines[i], w)))
			accounts[n++] = (struct import_account){.name = names[i]};
	n = without_repetitions(accounts, n);
	TRY(auth_import_service()->accounts_of(cx, accounts, n));
	for (int i = 0; i < count; i++) {
		const struct import_account wanted = {.name = names[i]};
		const struct import_account *account =
			names[i] ? bsearch(&wanted, accounts, (size_t)n, sizeof *accounts, compare_names)
				 : NULL;
		if (account)
			take_account(&lines[i], w, account);
	}
	return ids_must_exist(cx, lines, names, count, w);
}

err authors_find(struct ctx *cx, struct line *lines, int count)
{
	return people_find(cx, lines, count, &of_posts);
}

/* --- buckets --- */

/* Each bucket has one of the first posts whose comments are open, in order of id, as they come. */
enum { BUCKETS = 16, POSTS_AT_ONCE = 64 };
static struct {
	struct uuid posts[BUCKETS];
	const char *names[BUCKETS];
	int post_count, name_count;
} buckets;

static err buckets_fill(struct ctx *cx, const struct uuid *ids, int count)
{
	struct post_card *posts = ARENA_ARRAY(cx->arena, struct post_card, count);

	TRY(content_cards_service()->post_cards(cx, ids, count, posts));
	for (int i = 0; i < count && buckets.post_count < BUCKETS; i++)
		if (posts[i].comments_open)
			buckets.posts[buckets.post_count++] = ids[i];
	return NULL;
}

static err buckets_prepare(struct ctx *cx)
{
	struct uuid *ids, last = {{0}};
	int count = buckets.post_count ? 0 : POSTS_AT_ONCE;

	while (count == POSTS_AT_ONCE && buckets.post_count < BUCKETS) {
		TRY(content_documents_service()->scan(cx, last, POSTS_AT_ONCE, &ids, &count));
		TRY(buckets_fill(cx, ids, count));
		last = count ? ids[count - 1] : last;
	}
	return NULL;
}

static struct uuid bucket_post(const char *name)
{
	int i = 0;

	while (i < buckets.name_count && strcmp(buckets.names[i], name) != 0)
		i++;
	if (i == buckets.name_count && i < BUCKETS)
		buckets.names[buckets.name_count++] = strdup(name);
	return i < buckets.post_count ? buckets.posts[i] : (struct uuid){{0}};
}

err writers_find(struct ctx *cx, struct line *lines, int count)
{
	for (int i = 0; i < count; i++) {
		if (!lines[i].bucket || line_gave(&lines[i], "post_id"))
			continue;
		TRY(buckets_prepare(cx));
		*(struct uuid *)line_member(&lines[i], "post_id") = bucket_post(lines[i].bucket);
	}
	return people_find(cx, lines, count, &of_comments);
}
