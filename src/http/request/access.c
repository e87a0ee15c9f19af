/* What happened, for who reads the log: a line for each answer, and one for an address that is refused again
 * and again. */
#include "http/request/access.h"

#include "http/state.h"
#include "vobe/clock.h"
#include "vobe/fnv.h"
#include "vobe/log.h"

#include <stdio.h>
#include <string.h>

/* --- answers --- */

enum { PATH_SHOWN = 200 /* bytes of a path that no route has */ };

/* The route's path: ids and names in it belong to people. What no route has is told as it was sent, without
 * its query. */
static const char *path_of(const struct exchange *ex)
{
	const struct span path = ex->head.path;
	if (ex->match.endpoint)
		return ex->match.endpoint->path;
	return path.len ? arena_strn(ex->rq.cx.arena, ex->bytes + path.at,
				     path.len < PATH_SHOWN ? path.len : PATH_SHOWN)
			: "-";
}

static const char *method_of(const struct exchange *ex)
{
	const struct span method = ex->head.method;
	return method.len ? arena_strn(ex->rq.cx.arena, ex->bytes + method.at, method.len) : "-";
}

static void tell_answer(const struct exchange *ex)
{
	static struct log_site faults;
	char address[ADDRESS_TEXT], user[UUID_TEXT] = "-";
	const char *method = method_of(ex), *path = path_of(ex);
	const int64_t took = ex->started ? clock_mono_now() - ex->started : 0;

	peer_text(&ex->address, address);
	if (viewer_is_user(&ex->rq.cx))
		uuid_text(ex->rq.cx.viewer.user_id, user);
	const struct log_fact facts[] = {
		{"method", method, 0},
		{"route", path, 0},
		{"status", NULL, ex->status},
		{"us", NULL, took},
		{"address", address, 0},
		{"user", user, 0},
		{0},
	};
	if (server.config.access == ACCESS_ALL || ex->status >= 500)
		log_record(LOG_INFO_, "access", facts, "%s %s: %d", method, path, ex->status);
	else
		log_record_some(&faults, LOG_INFO_, "access", facts, "%s %s: %d", method, path, ex->status);
}

/* --- refusals --- */

enum { PLACES = 1024, WINDOW_US = 60 * SECOND_US, FIRST_TOLD = 10 };

/* Who is refused (401, 403, 429) most lately, each in the place of its hash: another takes the place only
 * from one whose minute is over or who was refused less often than is told. */
static struct refused {
	struct peer peer;
	int64_t since;
	int count, next_told;
} refused[PLACES];

static struct refused *place_of(const struct peer *peer)
{
	/* A collision costs a line of the log, no more. */
	return &refused[fnv1a(FNV_BEGINS, peer->address, peer_key_len(peer)) % PLACES];
}

static void tell_refusals(const struct exchange *ex)
{
	const int64_t now = clock_mono();
	struct refused *r = place_of(&ex->address);
	const bool same = memcmp(r->peer.address, ex->address.address, peer_key_len(&ex->address)) == 0;
	char address[ADDRESS_TEXT];

	if (now - r->since > WINDOW_US || (!same && r->count < FIRST_TOLD))
		*r = (struct refused){.peer = ex->address, .since = now, .next_told = FIRST_TOLD};
	else if (!same)
		return;
	if (++r->count < r->next_told)
		return;
	r->next_told *= 10;
	peer_text(&ex->address, address);
	const struct log_fact facts[] = {
		{"log", "security", 0},
		{"address", address, 0},
		{"refusals", NULL, r->count},
		{"last_status", NULL, ex->status},
		{0},
	};
	log_record(LOG_WARN_, "refused_often", facts, "%s was refused %d times within a minute.", address,
		   r->count);
}

void access_tell(const struct exchange *ex)
{
	const enum access_log wanted = server.config.access;
	if (wanted == ACCESS_ALL || (wanted == ACCESS_ERRORS && ex->status >= 400))
		tell_answer(ex);
	if (ex->status == 401 || ex->status == 403 || ex->status == 429)
		tell_refusals(ex);
}

void access_close(void)
{
	memset(refused, 0, sizeof refused);
}
