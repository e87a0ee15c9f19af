/* What became of an operation: SQLSTATEs (PostgreSQL 15, appendix A) judged, and told as problems. */
#include "db/pool/op.h"

#include "db/pool/inside.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <string.h>

const struct problem DATABASE_AWAY[1] = {{
	.code = "unavailable",
	.status = 503,
	.title = "Temporarily unavailable",
	.detail = "The database cannot be reached just now. Repeat after `Retry-After` seconds.",
	.retry_after_s = 1,
}};

static const struct problem CONTENDED[1] = {{
	.code = "unavailable",
	.status = 503,
	.title = "Temporarily unavailable",
	.detail = "Too many are changing the same thing at once. Repeat after `Retry-After` seconds.",
	.retry_after_s = 1,
	.contended = true,
}};

static const struct problem DATABASE_SHORT[1] = {{
	.code = "unavailable",
	.status = 503,
	.title = "Temporarily unavailable",
	.detail = "The database is there but short of disk, memory or connections, or read-only. "
		  "Repeat after `Retry-After` seconds.",
	.retry_after_s = 5,
}};

static const struct problem DATABASE_BUSY[1] = {{
	.code = "unavailable",
	.status = 503,
	.title = "Temporarily unavailable",
	.detail = "Too many operations wait for the database. Repeat after `Retry-After` seconds.",
	.retry_after_s = 1,
}};

#define READ_ONLY "25006" /* read_only_sql_transaction */

enum { LATE_MS = 500 }; /* before the deadline: what is begun then could not be answered in time */

static const struct {
	const char *sqlstate; /* or a class: its first characters */
	enum ending ending;
} meanings[] = {
	{"VB001", END_MISSED},    /* raised by expect_rows */
	{"40001", END_CONTENDED}, /* serialization_failure */
	{"40P01", END_CONTENDED}, /* deadlock_detected */
	{"55P03", END_CONTENDED}, /* lock_not_available */
	{"57014", END_TIMED_OUT}, /* query_canceled: statement_timeout */
	{"25P03", END_TIMED_OUT}, /* idle_in_transaction_session_timeout */
	{"08", END_AWAY},         /* connection exceptions */
	{"57P", END_AWAY},        /* shut down, starting up */
	{READ_ONLY, END_SHORT},   /* a standby, until it is promoted */
	{"53", END_SHORT},        /* insufficient resources */
	{"58", END_SHORT},        /* system error: disk */
};

void op_rewind(struct op *op)
{
	for (int i = 0; i < op->step_count; i++) {
		PQclear(op->steps[i].result);
		op->steps[i].result = NULL;
	}
	PQclear(op->refusal);
	op->refusal = NULL;
	op->at = 0;
	op->ending = END_FINE;
	op->failed = NULL;
}

static const struct violation *violation_of(const struct op *op, const PGresult *refusal)
{
	const char *constraint = PQresultErrorField(refusal, PG_DIAG_CONSTRAINT_NAME);
	const struct violation *v = constraint ? op->pool->cfg.violations : NULL;
	while (v && v->constraint && strcmp(v->constraint, constraint) != 0)
		v++;
	return v && v->constraint ? v : NULL;
}

enum ending sqlstate_ending(const char *sqlstate)
{
	if (!sqlstate)
		return END_BROKEN;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (strncmp(sqlstate, meanings[i].sqlstate, strlen(meanings[i].sqlstate)) == 0)
			return meanings[i].ending;
	return END_BROKEN;
}

bool ending_passes(enum ending ending)
{
	return ending == END_CONTENDED || ending == END_TIMED_OUT || ending == END_AWAY ||
	       ending == END_SHORT;
}

bool op_is_late(const struct op *op)
{
	return op->deadline_us && clock_mono() >= op->deadline_us - LATE_MS * INT64_C(1000);
}

enum ending op_judge(struct op *op, PGresult *refusal)
{
	op->refusal = refusal;
	const char *sqlstate = PQresultErrorField(refusal, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(refusal, PG_DIAG_MESSAGE_PRIMARY);
	/* A refusal at the Sync is one of the commit (deferred constraints): no statement's in particular. */
	op->failed = op->at < op->step_count ? op->steps[op->at].prepared->st : NULL;
	op->violation = violation_of(op, refusal);
	enum ending ending = op->violation ? END_VIOLATED : sqlstate_ending(sqlstate);
	if (op->duty != DUTY_WRITE && sqlstate && strcmp(sqlstate, READ_ONLY) == 0)
		ending = END_BROKEN; /* its connection never writes: a mistake of ours */
	if (ending == END_BROKEN)
		log_error("statement_failed", "%s.%s: %s (SQLSTATE %s)", op->pool->cfg.module,
			  op->failed ? op->failed->name : "commit",
			  text ? text : PQresultErrorMessage(refusal), sqlstate ? sqlstate : "unknown");
	else if (ending == END_AWAY || ending == END_SHORT || ending == END_TIMED_OUT)
		log_warn("statement_given_up", "%s.%s: %s (SQLSTATE %s)", op->pool->cfg.module,
			 op->failed ? op->failed->name : "commit", text ? text : "", sqlstate);
	return ending;
}

void pool_note_refusal(const struct op *op)
{
	struct pool *p = op->pool;
	const char *text = PQresultErrorField(op->refusal, PG_DIAG_MESSAGE_PRIMARY);
	p->refused_us = clock_mono();
	snprintf(p->refusal, sizeof p->refusal, "%s", text ? text : "");
}

static err violation_problem(struct ctx *cx, const struct violation *v)
{
	return v->pointer ? problem_at(cx, v->problem, v->pointer) : v->problem;
}

static err ending_problem(struct ctx *cx, const struct op *op)
{
	switch (op->ending) {
	case END_FINE: return NULL;
	case END_MISSED: return op->failed && op->failed->otherwise ? op->failed->otherwise : NOT_FOUND;
	case END_VIOLATED: return violation_problem(cx, op->violation);
	case END_CONTENDED: return CONTENDED;
	case END_TIMED_OUT: return DEADLINE_PASSED;
	case END_AWAY: return DATABASE_AWAY;
	case END_SHORT: return DATABASE_SHORT;
	case END_FULL: return DATABASE_BUSY;
	case END_UNKNOWN: return OUTCOME_UNKNOWN;
	case END_BROKEN: return INTERNAL;
	}
	return INTERNAL;
}

/* "post_update + tell_2 + ..."; a statement that stands several times in a row is named once. */
static void name_statements(const struct op *op, char *out, size_t room)
{
	size_t len = 0;
	const struct prepared *before = NULL;

	*out = '\0';
	for (int i = 0; i < op->step_count && len < room; before = op->steps[i++].prepared)
		if (op->steps[i].prepared != before)
			len += (size_t)snprintf(out + len, room - len, "%s%s", len ? " + " : "",
						op->steps[i].prepared->st->name);
}

void op_tell_if_slow(const struct op *op, int64_t began_us)
{
	static struct log_site site;
	const int64_t ms = (clock_mono() - began_us) / 1000;
	char names[240];

	if (!op->pool->cfg.slow_ms || ms < op->pool->cfg.slow_ms)
		return;
	name_statements(op, names, sizeof names);
	const struct log_fact facts[] = {
		{"module", op->pool->cfg.module, 0}, {"statement", names, 0}, {"ms", NULL, ms}, {0}};
	log_record_some(&site, LOG_WARN_, "slow_statement", facts,
			"a statement, or a change of several, took long");
}

/* Without its DETAIL, which quotes the row. */
err op_problem(struct ctx *cx, const struct op *op)
{
	err e = ending_problem(cx, op);
	const char *text, *constraint;

	if (!e || !cx || !op->refusal || op->ending == END_MISSED)
		return e;
	text = PQresultErrorField(op->refusal, PG_DIAG_MESSAGE_PRIMARY);
	constraint = PQresultErrorField(op->refusal, PG_DIAG_CONSTRAINT_NAME);
	return problem_cause(cx, e, "%s.%s: %s (SQLSTATE %s%s%s)", op->pool->cfg.module,
			     op->failed ? op->failed->name : "commit",
			     text ? text : PQresultErrorMessage(op->refusal),
			     PQresultErrorField(op->refusal, PG_DIAG_SQLSTATE),
			     constraint ? ", constraint " : "", constraint ? constraint : "");
}
