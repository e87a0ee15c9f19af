/* The outbox of letters, for operators: never their text. */
#include "modules/mail/mail.h"

static const char *const statuses[] = {"waiting", "sent", "failed", NULL};

#define LETTER_LIST_FIELDS(F, T)                                                        \
	PAGE_FIELDS(F, T)                                                               \
	F(T, TEXT, status, IN | NULLABLE, "Only those that stand so", .one_of = statuses) \
	F(T, TIME, before_at, NULLABLE | NO_JSON, "Where the page before ended")        \
	F(T, UUID, before_id, NULLABLE | NO_JSON, "Likewise")
STRUCT(letter_list, LETTER_LIST_FIELDS);
SCHEMA(letter_list, LETTER_LIST_FIELDS, "Which letters");

static QUERY(letters_page, letter_list, mail_letter,
	     "SELECT $* FROM letters WHERE ($status::text IS NULL OR status = $status)"
	     " AND (created_at, id) < ($before_at, $before_id)"
	     " ORDER BY created_at DESC, id DESC LIMIT $limit",
	     .lane = LANE_SLOW);

static QUERY_ROW(letter_waiting, by_id, by_id,
		 "SELECT $* FROM letters WHERE id = $id AND status = 'waiting'");

/* One that is being sent now is not sent twice. */
static COMMAND(letter_hurry, by_id,
	       "UPDATE letters SET next_at = CASE WHEN leased_until > now() THEN next_at ELSE now() END"
	       " WHERE id = $id AND status = 'waiting'",
	       .rows = 1, .otherwise = NOT_FOUND);

HANDLER(list_letters, letter_list, none, mail_letter);
static err list_letters(struct req *rq, const struct letter_list *wanted, struct mail_letter_reply *re)
{
	struct letter_list in = *wanted;
	const char *scope = arena_fmt(rq->cx.arena, "letters %s", in.status ? in.status : "");
	struct page_key key = {.number = TIME_END};
	struct list list = {.total = -1};
	struct mail_letter *rows;

	TRY(page_read(&rq->cx, in.cursor, scope, &key));
	in.before_at = key.number;
	in.before_id = key.id;
	in.limit++;
	TRY(letters_page(&rq->cx, &in, &rows, &list.count));
	if (list.count == in.limit) {
		const struct mail_letter *last = &rows[--list.count - 1];
		list.next_cursor = page_write(&rq->cx, scope,
					      &(struct page_key){.number = last->created_at, .id = last->id});
	}
	return reply_list(re, rows, &list);
}

HANDLER(hurry_letter, by_id, none, none);
static err hurry_letter(struct req *rq, const struct by_id *in)
{
	char id[UUID_TEXT];
	struct by_id found;

	TRY(letter_waiting(&rq->cx, in, &found)); /* of what is not there nothing is audited */
	uuid_text(in->id, id);
	TRY(audit->record(&rq->cx, "mail.retried", req_address(rq),
			  arena_fmt(rq->cx.arena, "{\"id\":\"%s\"}", id)));
	struct change *ch = change_begin(&rq->cx);
	letter_hurry(ch, in);
	return reply_commit_empty(rq, ch);
}

const struct route letter_routes[] = {
	ROUTE(GET, "/admin/mails", SUPERUSER, 200, list_letters,
	      "List letters to members, newest first; never their text", .list = true),
	ROUTE(POST, "/admin/mails/{id}/retry", SUPERUSER, 204, hurry_letter, "Send a waiting letter now"),
	{0},
};
