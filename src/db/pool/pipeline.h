/*
 * One libpq connection in pipeline mode. What it owes answers for stands in `sent`, in the order of sending.
 *
 * CLOSED -> CONNECTING -> SETTING_UP -> READY, and from each of these to LOST when the server goes away; from
 * LOST a timer or a demand leads back to CONNECTING.
 */
#ifndef DB_PIPELINE_H
#define DB_PIPELINE_H

#include "db/pool/op.h"

enum { SHORT_CHANGE = 4 }; /* statements that are answered together */

enum pipeline_state {
	PIPELINE_CLOSED,
	PIPELINE_CONNECTING,
	PIPELINE_SETTING_UP,
	PIPELINE_READY,
	PIPELINE_LOST
};

struct event;
struct group;
struct interruption; /* watch.c */

struct pipeline {
	struct pool *pool;
	enum duty duty;
	int number; /* within its duty, from 0 */

	enum pipeline_state state;
	int64_t since_ms;    /* patience_ms when it came into this state */
	int64_t progress_ms; /* of the last answer, or when something was sent after a silence */
	PGconn *conn;
	struct event *event;
	short awaited; /* what the event waits for: EV_READ, EV_WRITE */

	struct group *forming; /* what is sent next; within the end of a turn only */
	bool was_busy;         /* when the turn's end began */
	int64_t began_us;      /* monotonic: when the first of `sent` was sent, or became the first */
	struct op_list sent;
	int sent_count;
	int due;           /* results the server owes, Syncs included */
	int unsynced;      /* operations sent since the last Sync */
	bool said_goodbye; /* the server's last word was FATAL: nothing behind it was executed */
	bool in_doubt;     /* the wait for a standby was interrupted: committed here, perhaps not there */
	struct interruption *interruption; /* of what runs there, under way or not yet answered; NULL: none */
	int64_t interrupted_ms;            /* patience_ms when it was sent */

	int setup_at;      /* statement whose answers come; -1: the settings' */
	int setup_part;    /* which of its answers */
	bool setup_failed; /* a statement was refused */

	int failures; /* attempts in a row that did not reach READY */
	struct loop_timer *retry;
};

/* Begins to connect. From CLOSED and LOST only. */
void pipeline_open(struct pipeline *pl);

/* Ends the connection; what was sent ends as if the connection had been lost. */
void pipeline_close(struct pipeline *pl);

/* Puts the operation's statements into the output buffer, and a Sync where one is due. READY only. */
void pipeline_send(struct pipeline *pl, struct op *op);

/* Ends the turn's batch with a Sync and writes. */
void pipeline_flush(struct pipeline *pl);

/* Whether the operation limit of its duty leaves room. */
bool pipeline_has_room(const struct pipeline *pl);

/* --- watch.c: what hangs --- */

/*
 * Interrupts a change that is in others' way or past its deadline, and gives the connection up when the
 * server is silent for longer than one statement may take. At each tick, and when a change of several has
 * ended.
 */
void pipeline_watch(struct pipeline *pl);

/* Whether its first change has been silent so long that nothing more should be sent behind it. */
bool pipeline_stands(const struct pipeline *pl);

/* Whether a statement that was cancelled just now was so by us: one that comes late hits the next change. */
bool pipeline_was_interrupted(const struct pipeline *pl);

/* The interruption has come too late, or has done its work. */
void pipeline_forget_interruption(struct pipeline *pl);

/* --- between pipeline.c and setup.c --- */

/* Notes whether an error or notice was the server's goodbye. */
void pipeline_hear(struct pipeline *pl, const PGresult *words);

/* The connection can no longer be used: settles what was sent, and plans the next attempt. */
void pipeline_lose(struct pipeline *pl, const char *why);
void pipeline_enter(struct pipeline *pl, enum pipeline_state state);
void pipeline_await(struct pipeline *pl, short what);

/* Starts the connection attempt; advances it when the socket is ready. */
void setup_connect(struct pipeline *pl);
void setup_advance(struct pipeline *pl);

/* Takes one answer while SETTING_UP. */
void setup_take(struct pipeline *pl, PGresult *result);

#endif
