/* Where letters are kept. */
#include "modules/mail/mail.h"

#include "vobe/keep.h"

#define LEASE_FIELDS(F, T) F(T, INT, lease_s, 0, "Seconds after which another try may begin")
STRUCT(lease, LEASE_FIELDS);
SCHEMA(lease, LEASE_FIELDS, "How long a letter is ours");

/* The event may be heard again. */
COMMAND(letter_insert, mail_letter,
	"INSERT INTO letters (id, kind, recipient, subject, body, next_at, expires_at, created_at)"
	" VALUES ($id, $kind, $recipient, $subject, $body, now(), $expires_at, now())"
	" ON CONFLICT (id) DO NOTHING");

/* Nobody was there to send it while its link was good. */
static COMMAND(
	letters_expire, none,
	"UPDATE letters SET status = 'failed', fault = 'its link has ended', subject = NULL, body = NULL"
	" WHERE status = 'waiting' AND next_at <= now() AND expires_at <= now()");

/* Other instances skip what this one takes; who dies with a letter in hand leaves it to the lease. */
static COMMAND_ROWS(
	letters_lease, lease, mail_letter,
	"UPDATE letters SET tries = tries + 1, next_at = now() + $lease_s::bigint * interval '1 second',"
	" leased_until = now() + $lease_s::bigint * interval '1 second'"
	" WHERE id IN (SELECT id FROM letters WHERE status = 'waiting' AND next_at <= now()"
	" ORDER BY next_at LIMIT 8 FOR UPDATE SKIP LOCKED)"
	" RETURNING $*");

static COMMAND(letter_update, mail_letter,
	       "UPDATE letters SET status = $status, fault = $fault, next_at = $next_at, sent_at = $sent_at,"
	       " leased_until = NULL,"
	       " subject = CASE WHEN $status = 'waiting' THEN subject END,"
	       " body = CASE WHEN $status = 'waiting' THEN body END"
	       " WHERE id = $id");

err letters_take(struct ctx *cx, int lease_s, struct mail_letter **rows, int *count)
{
	struct change *ch = change_begin(cx);
	letters_expire(ch);
	letters_lease(ch, &(struct lease){lease_s}, rows, count);
	return change_commit(cx, ch);
}

err letter_settle(struct ctx *cx, const struct mail_letter *l)
{
	struct change *ch = change_begin(cx);
	letter_update(ch, l);
	return change_commit(cx, ch);
}

/* Those that wait are not old, however long they have: their links end first. */
FORGETS(letters_forget,
	"WITH gone AS (DELETE FROM letters WHERE id IN (SELECT id FROM letters WHERE status <> 'waiting'"
	" AND created_at < now() - $age_s::bigint * interval '1 second' ORDER BY created_at LIMIT $limit)"
	" RETURNING id) SELECT count(*) AS count FROM gone");

const struct keep mail_keeps[] = {{.name = "letters", .option = "keep", .forget = letters_forget}, {0}};
