/* The inside of a pool, for the files of this directory. */
#ifndef DB_INSIDE_H
#define DB_INSIDE_H

#include "db/pool/pipeline.h"
#include "db/pool/pool.h"

struct loading;

/* Connections with one duty and the operations that wait for one of them. */
struct line {
	struct op_list queue;
	struct op_list lonely; /* changes that were in others' way: each waits for a connection of its own */
	struct pipeline *pipelines;
	int count;
	int depth;      /* operations sent on one connection at once */
	int together;   /* how many changes a group may have just now */
	int apart;      /* changes sent since that came down to one */
	int timeout_ms; /* of a statement */
};

/* Reads of one statement that wait to be sent as one. */
struct gathering {
	struct gathering *next; /* of the pool */
	struct op_list waiting;
	int under_way; /* what was sent for them, several or one */
};

struct pool {
	struct pool_config cfg; /* strings are copies */
	struct arena *arena;
	struct pool *next;
	char *role;

	struct prepared **prepared;
	int prepared_count, prepared_room;
	struct buf faults; /* of statements, since the last connection attempt; lines */

	struct line lines[DUTY_COUNT];
	struct op_list paused;
	int queued;

	bool is_up;
	int64_t since_us;     /* monotonic */
	int64_t since_ms;     /* the same in patience_ms */
	int64_t attempt_ms;   /* when an attempt last began */
	char trouble[512];    /* why the last attempt failed */
	int64_t refused_us;   /* when a write was last refused for want of disk and the like; 0: one went well
				 since */
	char refusal[200];    /* in the server's words */
	struct task *checker; /* waits in pool_check */

	uint64_t commits; /* confirmed: a read sent before the last may be older than what a client knows */
	struct loading *loadings; /* the loaders' own ... */
	void (*loadings_send)(
		struct pool *p); /* ... sends what they collected in this turn; NULL: there are none */
	void (*loadings_close)(struct pool *p);

	/* Those of reads that are sent as one, and what sends and ends what has gathered in this turn. */
	struct gathering *gatherings;
	void (*gatherings_send)(struct pool *p);
	void (*gatherings_close)(struct pool *p);
	struct pool_stats stats;
};

/* What every session is told, so that plans and times come out the same; ends with an empty name. setup.c. */
struct session_setting {
	const char *name, *value;
};
extern const struct session_setting planning_settings[];

/* The open pools. */
extern struct pool *pools;

/*
 * The clock of all waiting for the server: each tick of the loop moves it on by the tick's length. When our
 * own process stands still it stands still too, so that a stall of ours is not taken for a silence of the
 * server.
 */
extern int64_t patience_ms;

/* The clock moved on: looks after connections, and gives up what has waited too long for one. */
void pools_tick(int ms);

/* Of operations, ever: tells the turn whether it woke anybody. */
extern uint64_t op_ended_count;

/*
 * Queues an operation; `ended` will be called. False: not taken, because the queue is full or the server is
 * known to be away; op->ending is set and `ended` not called.
 */
bool pool_submit(struct pool *p, struct op *op);

/* Takes out of its queue what is going to be sent or ended. */
void pool_dequeue(struct op *op);

/* Takes back what is queued or paused. */
void pool_withdraw(struct op *op);

/* Back into the queue, in front, without losing its age. */
void pool_requeue(struct op *op);

/* The whole change again after a moment, with nothing behind it. */
void pool_pause(struct op *op);

/*
 * Whether one more connection may be given to a lonely change: whatever those wait for, one is left to the
 * others. watch.c.
 */
bool line_spares_one(const struct line *l);

/* Tells the owner. */
void op_end(struct op *op, enum ending ending);

/* A write was refused for want of something, see pool_refuses_writes. */
void pool_note_refusal(const struct op *op);

/* A connection attempt succeeded or failed. */
void pool_reached(struct pool *p);
void pool_not_reached(struct pool *p, const char *why);

#endif
