/* Making a connection ready: log in as the module's role, prepare every statement, describe those unknown. */
#include "core/loop/loop.h"
#include "db/pool/inside.h"
#include "vobe/log.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

/* --- What is sent --- */

static void add_setting(struct buf *sql, const char *name, const char *value)
{
	buf_fmt(sql, "%sset_config('%s', '%s', false)", sql->len ? ", " : "SELECT ", name, value);
}

static void add_timeout(struct buf *sql, const char *name, int ms)
{
	char text[16];
	snprintf(text, sizeof text, "%d", ms);
	add_setting(sql, name, text);
}

/*
 * Generic plans guess at LIMIT, and would start parallel workers to read a page. One is made at its first use
 * and kept until the table is analysed: on a new, empty table it would read the whole table for one row, or
 * all documents for a search, and go on so while the table grows. What has to read a whole table still does:
 * without an index that helps there is no other way.
 */
const struct session_setting planning_settings[] = {
	{"plan_cache_mode", "force_generic_plan"},
	{"jit", "off"},
	{"max_parallel_workers_per_gather", "0"},
	{"enable_seqscan", "off"},
	{"TimeZone", "UTC"},
	{0},
};

/*
 * One statement for all settings. A reading connection cannot write, because what is answered before its Sync
 * could still be undone.
 */
static bool send_settings(struct pipeline *pl)
{
	const struct pool_config *cfg = &pl->pool->cfg;
	struct buf sql = {0}, path = {0};
	buf_fmt(&path, "\"%s\", extensions", cfg->module);
	add_setting(&sql, "search_path", buf_text(&path));
	for (const struct session_setting *s = planning_settings; s->name; s++)
		add_setting(&sql, s->name, s->value);
	add_setting(&sql, "default_transaction_read_only", pl->duty == DUTY_WRITE ? "off" : "on");
	add_timeout(&sql, "statement_timeout", pl->pool->lines[pl->duty].timeout_ms);
	add_timeout(&sql, "lock_timeout", cfg->lock_timeout_ms);
	add_timeout(&sql, "idle_in_transaction_session_timeout", cfg->idle_transaction_timeout_ms);
	bool fine = PQsendQueryParams(pl->conn, buf_text(&sql), 0, NULL, NULL, NULL, NULL, 0) &&
		    PQpipelineSync(pl->conn);
	buf_free(&sql);
	buf_free(&path);
	pl->due += 2;
	return fine;
}

/* Each with a Sync of its own, so that one check finds every faulty statement. */
static bool send_statement(struct pipeline *pl, const struct prepared *p)
{
	bool describe = !p->is_described;
	pl->due += describe ? 3 : 2;
	return PQsendPrepare(pl->conn, p->st->name, p->sql, 0, NULL) &&
	       (!describe || PQsendDescribePrepared(pl->conn, p->st->name)) && PQpipelineSync(pl->conn);
}

static void begin(struct pipeline *pl)
{
	const struct pool *p = pl->pool;
	pipeline_enter(pl, PIPELINE_SETTING_UP);
	pl->setup_at = -1;
	pl->setup_part = 0;
	pl->setup_failed = false;
	bool fine = PQsetnonblocking(pl->conn, 1) == 0 && PQenterPipelineMode(pl->conn) && send_settings(pl);
	for (int i = 0; fine && i < p->prepared_count; i++)
		fine = send_statement(pl, p->prepared[i]);
	if (fine)
		pipeline_flush(pl);
	else
		pipeline_lose(pl, PQerrorMessage(pl->conn));
}

/* --- What is answered --- */

static void note_fault(struct pipeline *pl, const char *fault)
{
	struct buf *faults = &pl->pool->faults;
	const char *name = pl->setup_at < 0 ? NULL : pl->pool->prepared[pl->setup_at]->st->name;
	pl->setup_failed = true;
	if (name)
		buf_fmt(faults, "%sstatement %s: %s", faults->len ? "\n" : "", name, fault);
	else
		buf_fmt(faults, "%ssettings of role %s: %s; run `vobemusic migrate up`",
			faults->len ? "\n" : "", pl->pool->role, fault);
}

/* A table that another session has locked, a full disk, a shutdown: no fault of the statement. */
static bool is_passing(const PGresult *result)
{
	return ending_passes(sqlstate_ending(PQresultErrorField(result, PG_DIAG_SQLSTATE)));
}

static void lose_for_now(struct pipeline *pl, const PGresult *result)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	char why[300];
	snprintf(why, sizeof why, "preparing %s: %s (SQLSTATE %s)",
		 pl->setup_at < 0 ? "the session" : pl->pool->prepared[pl->setup_at]->st->name,
		 text ? text : "", PQresultErrorField(result, PG_DIAG_SQLSTATE));
	pipeline_lose(pl, why);
}

/* The server's words, and where in the statement it stumbled. */
static void note_refusal(struct pipeline *pl, const PGresult *result)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *sql = pl->setup_at < 0 ? "" : pl->pool->prepared[pl->setup_at]->sql;
	struct buf b = {0};
	buf_str(&b, text ? text : PQresultErrorMessage(result));
	if (hint)
		buf_fmt(&b, " (%s)", hint);
	for (int left = position ? atoi(position) - 1 : 0; left > 0 && *sql; left--)
		do
			sql++;
		while ((*sql & 0xC0) == 0x80); /* positions count characters */
	if (position)
		buf_fmt(&b, ", near \"%.40s\"", sql);
	note_fault(pl, buf_text(&b));
	buf_free(&b);
}

/* The second answer of a statement is its description. Another connection may have been faster. */
static void take_description(struct pipeline *pl, const PGresult *result)
{
	struct prepared *p = pl->setup_at < 0 ? NULL : pl->pool->prepared[pl->setup_at];
	if (!p || pl->setup_part++ == 0 || p->is_described)
		return;
	const char *fault = statement_compare(pl->pool->arena, p, result);
	if (fault)
		note_fault(pl, fault);
}

static void end(struct pipeline *pl)
{
	if (pl->setup_failed) {
		pipeline_lose(pl, buf_text(&pl->pool->faults));
		return;
	}
	pipeline_enter(pl, PIPELINE_READY);
	pl->failures = 0;
	pool_reached(pl->pool);
}

void setup_take(struct pipeline *pl, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	pl->due--;
	if (status == PGRES_FATAL_ERROR && is_passing(result)) {
		lose_for_now(pl, result);
		PQclear(result);
		return;
	}
	if (status == PGRES_FATAL_ERROR)
		note_refusal(pl, result);
	else if (status != PGRES_PIPELINE_SYNC && status != PGRES_PIPELINE_ABORTED)
		take_description(pl, result);
	PQclear(result);
	if (status != PGRES_PIPELINE_SYNC)
		return;
	pl->setup_part = 0;
	if (++pl->setup_at == pl->pool->prepared_count)
		end(pl);
}

/* --- Connecting --- */

/*
 * With every answer taken libpq hands over even the server's FATAL as a notice. Not to be trusted once it has
 * seen the connection's end: then it has forgotten what it was waiting for, and drops answers that came
 * before the FATAL.
 */
static void take_notice(void *arg, const PGresult *notice)
{
	struct pipeline *pl = arg;
	const char *text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	if (PQstatus(pl->conn) == CONNECTION_OK)
		pipeline_hear(pl, notice);
	log_debug("server_notice", "%s: %s", pl->pool->cfg.module, text ? text : "");
}

/* What stands behind dbname overrides what the connection string says. */
void setup_connect(struct pipeline *pl)
{
	const struct pool_config *cfg = &pl->pool->cfg;
	char application[80];
	const char *const keywords[] = {"dbname", "application_name", "client_encoding", "user", NULL};
	const char *const values[] = {cfg->conninfo, application, "UTF8", pl->pool->role, NULL};
	snprintf(application, sizeof application, "vobemusic/%s", cfg->module);
	pl->pool->faults.len = 0;
	pipeline_enter(pl, PIPELINE_CONNECTING);
	pl->conn = PQconnectStartParams(keywords, values, 1);
	if (!pl->conn || PQstatus(pl->conn) == CONNECTION_BAD) {
		pipeline_lose(pl, pl->conn ? PQerrorMessage(pl->conn) : "out of memory");
		return;
	}
	PQsetNoticeReceiver(pl->conn, take_notice, pl);
	pipeline_await(pl, EV_WRITE);
}

/* The server was there and refused: most often the role is missing, or may not log in. */
static void lose_refused(struct pipeline *pl)
{
	const char *why = PQerrorMessage(pl->conn);
	char text[512];
	snprintf(text, sizeof text, "%.*s; if %s cannot log in, run `vobemusic migrate up`",
		 (int)strcspn(why, "\n"), why, pl->pool->role);
	pipeline_lose(pl, text);
}

void setup_advance(struct pipeline *pl)
{
	ConnStatusType before = PQstatus(pl->conn);
	bool asked = before == CONNECTION_AWAITING_RESPONSE || before == CONNECTION_AUTH_OK;
	switch (PQconnectPoll(pl->conn)) {
	case PGRES_POLLING_READING: pipeline_await(pl, EV_READ); break;
	case PGRES_POLLING_WRITING: pipeline_await(pl, EV_WRITE); break;
	case PGRES_POLLING_OK: begin(pl); break;
	default: asked ? lose_refused(pl) : pipeline_lose(pl, PQerrorMessage(pl->conn)); break;
	}
}
