/* The audit log: rows are only ever added. */
#include "modules/auth/audit.h"
#include "modules/auth/sql.h"

#include "vobe/log.h"

#define AUDIT_FIELDS(F, T)                                                                     \
	F(T, UUID, id, 0, "Identifier")                                                        \
	F(T, TIME, created_at, 0, "When")                                                      \
	F(T, UUID, actor_id, NULLABLE, "Who did it; null: the operator, or the server itself") \
	F(T, UUID, target_id, NULLABLE, "Whose account or thing it was done to")                        \
	F(T, TEXT, action, 0, "What: an event's topic, or user.logged_out")                    \
	F(T, JSON, details, 0, "What changed")                                                 \
	F(T, TEXT, ip, NULLABLE, "From where")                                                 \
	F(T, TEXT, request_id, NULLABLE, "The request that did it")
STRUCT(audit, AUDIT_FIELDS);
SCHEMA(audit, AUDIT_FIELDS, "An entry of the audit log");

#define AUDIT_LIST_FIELDS(F, T)                                                     \
	PAGE_FIELDS(F, T)                                                           \
	F(T, UUID, actor_id, IN | NULLABLE, "Only what this user did")              \
	F(T, UUID, target_id, IN | NULLABLE, "Only what was done to this user or theirs")     \
	F(T, TEXT, action, IN | NULLABLE, "Only this action", .min = 1, .max = 100) \
	F(T, TIME, after, IN | NULLABLE, "Not before this time")                    \
	F(T, TIME, before, IN | NULLABLE, "Before this time")                       \
	F(T, UUID, before_id, NULLABLE | NO_JSON, "Where the page before ended, with `before`")
STRUCT(audit_list, AUDIT_LIST_FIELDS);
SCHEMA(audit_list, AUDIT_LIST_FIELDS, "Which entries");

static COMMAND(audit_insert, audit,
	       "INSERT INTO audit_log (id, created_at, actor_id, target_id, action, details, ip, request_id)"
	       " VALUES ($id, $created_at, $actor_id, $target_id, $action, $details, $ip, $request_id)"
	       " ON CONFLICT DO NOTHING");

static QUERY(audit_page, audit_list, audit, AUDIT_PAGE_SQL, .lane = LANE_SLOW);

/* What is in the audit log is in the security log too, for those who watch that; once it has been done. */
static void tell_entry(struct change *ch, void *arg)
{
	const struct audit *entry = arg;
	char target[UUID_TEXT], actor[UUID_TEXT];

	(void)ch;
	uuid_text(entry->target_id, target);
	uuid_text(entry->actor_id, actor);
	const struct log_fact facts[] = {
		{"log", "security", 0},
		{"user", uuid_is_nil(entry->target_id) ? "" : target, 0},
		{"actor", uuid_is_nil(entry->actor_id) ? "" : actor, 0},
		{"address", entry->ip ? entry->ip : "", 0},
		{0},
	};
	log_record(LOG_INFO_, entry->action, facts, "%s", entry->details);
}

static void entry_add(struct ctx *cx, struct change *ch, const struct audit *entry)
{
	audit_insert(ch, entry);
	change_on_commit(ch, tell_entry, arena_copy(cx->arena, entry, sizeof *entry));
}

void audit_add(struct ctx *cx, struct change *ch, const char *action, struct uuid target_id,
	       const struct origin *from, const char *details)
{
	const struct audit entry = {.id = uuid_new(),
				    .created_at = clock_now(),
				    .actor_id = cx->viewer.user_id,
				    .target_id = target_id,
				    .action = action,
				    .details = arena_str(cx->arena, details),
				    .ip = from->ip,
				    .request_id = cx->request_id};
	entry_add(cx, ch, &entry);
}

void audit_add_act(struct ctx *cx, struct change *ch, const struct staff_act_delivery *told)
{
	char id[UUID_TEXT];

	uuid_text(told->payload->thing_id, id);
	const struct audit entry = {.id = told->event_id, /* by which an act that is heard again is known */
				    .created_at = told->told_at,
				    .actor_id = told->actor_id,
				    .target_id = told->payload->owner_id,
				    .action = told->payload->action,
				    .details = arena_fmt(cx->arena, "{\"id\":\"%s\"}", id),
				    .ip = told->payload->address,
				    .request_id = told->correlation_id};
	entry_add(cx, ch, &entry);
}

static err audit_record(struct ctx *cx, const char *action, const char *address, const char *details)
{
	struct change *ch = change_begin(cx);
	audit_add(cx, ch, action, (struct uuid){{0}}, &(struct origin){.ip = address}, details);
	return change_commit(cx, ch);
}

const struct auth_audit audit_service = {.record = audit_record};

/* What a cursor is bound to. */
static const char *audit_scope(struct ctx *cx, const struct audit_list *in)
{
	char actor[UUID_TEXT], target[UUID_TEXT];
	uuid_text(in->actor_id, actor);
	uuid_text(in->target_id, target);
	return arena_fmt(cx->arena, "audit %s %s %s %lld %lld", actor, target, in->action ? in->action : "",
			 (long long)in->after, (long long)in->before);
}

FORGETS(audit_forget, "SELECT forget_audit($age_s, $limit) AS count");

const struct keep auth_keeps[] = {{"audit", "audit_kept", audit_forget}, {0}};

HANDLER(list_audit_log, audit_list, none, audit);
static err list_audit_log(struct req *rq, const struct audit_list *wanted, struct audit_reply *re)
{
	struct audit_list in = *wanted;
	const char *scope = audit_scope(&rq->cx, &in);
	struct page_key key = {.number = in.before == TIME_NULL ? TIME_END : in.before};
	struct list list = {.total = -1};
	struct audit *rows;

	TRY(page_read(&rq->cx, in.cursor, scope, &key));
	in.before = key.number;
	in.before_id = key.id;
	in.limit++;
	TRY(audit_page(&rq->cx, &in, &rows, &list.count));
	if (list.count == in.limit) {
		const struct audit *last = &rows[--list.count - 1];
		list.next_cursor = page_write(&rq->cx, scope,
					      &(struct page_key){.number = last->created_at, .id = last->id});
	}
	return reply_list(re, rows, &list);
}

const struct route audit_routes[] = {
	ROUTE(GET, "/admin/audit-log", SUPERUSER, 200, list_audit_log,
	      "List what was done to accounts, and by right of role to what is another's, newest first",
	      .list = true),
	{0},
};
