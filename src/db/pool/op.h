/* Operations: one read or one change each, from the queue of its pool until its outcome is known. */
#ifndef DB_OP_H
#define DB_OP_H

#include "db/statement/statement.h"

#include <sys/queue.h>

struct loop_timer;

/* Which connections of a pool an operation may use. */
enum duty { DUTY_READ, DUTY_SLOW, DUTY_WRITE, DUTY_COUNT };

enum op_state {
	OP_NEW,
	OP_QUEUED, /* nothing has been sent; may be withdrawn */
	OP_SENT,   /* in a connection's list of what is owed answers */
	OP_PAUSED, /* undone by the server because of others; waits to be tried again */
	OP_ENDED,  /* `ending` is known */
};

/* clang-format off */
enum ending {
	END_FINE,
	END_MISSED,    /* `rows` did not match: undone */
	END_VIOLATED,  /* a constraint the module gave a meaning to: undone */
	END_CONTENDED, /* deadlocks, serialisation or lock timeouts again and again: undone */
	END_TIMED_OUT, /* the statement timeout: undone */
	END_AWAY,      /* the server could not be reached: nothing done */
	END_SHORT,     /* it is there, but short of disk, memory or connections, or takes no writes: undone */
	END_FULL,      /* too many wait already: nothing done */
	END_UNKNOWN,   /* a change was sent, and the connection lost before its end was known */
	END_BROKEN,    /* a mistake of ours, logged: undone */
};
/* clang-format on */

struct step {
	const struct prepared *prepared;
	const struct buf *in; /* where its parameters are ... */
	size_t parameters;    /* ... and from which byte on */
	PGresult *result;     /* the operation's until it ends, then whose it was */
};

struct op {
	TAILQ_ENTRY(op) entry;
	enum duty duty;
	enum op_state state;
	struct pool *pool;
	struct step *steps;
	struct buf parameters; /* of all steps */
	int step_count, at;    /* `at`: the step whose result comes next */
	int tries;
	int64_t deadline_us; /* monotonic; no try begins after it, and a running one is interrupted. 0: none
			      */
	bool alone;  /* shares its Sync with no other: it was undone by another's failure, or asks for that */
	bool parted; /* a change that was undone with its group */
	bool is_group;     /* of changes, see group.h: what becomes of them is not the pipeline's to say */
	bool is_sealed;    /* a change that has its last statements */
	bool lonely;       /* a change that was in others' way: nothing is sent behind it any more */
	bool unwanted;     /* nobody waits any more: not worth a second try */
	int64_t queued_ms; /* patience_ms when it was queued */
	struct loop_timer *pause;

	enum ending ending;
	const struct statement *failed; /* the statement that was refused, if one was */
	const struct violation *violation;
	PGresult *refusal; /* the server's words, until op_rewind; NULL: none */

	uint64_t *keys; /* of a change: what it touches, as hashes: two that touch the same are never in a
			   group, nor under way on two connections */
	int key_count;

	/*
	 * Of a change, or NULL: adds what has to be its last statements, when it is sent. For one alone (`a`
	 * is NULL) to itself; for several to a further operation in that arena, which becomes *last (NULL:
	 * there is none) and whose `ended` is called before theirs when all are committed, and else never.
	 * False: a mistake of ours, logged.
	 */
	bool (*seal)(struct op *const *of, int count, struct arena *a, struct op **last);

	/* Called once, on the loop's stack, when the outcome is known. The operation is its owner's again. */
	void (*ended)(struct op *op);
};

TAILQ_HEAD(op_list, op);

/* Forgets results and the refusal of an earlier try. */
void op_rewind(struct op *op);

/* What an error of that SQLSTATE is, wherever it came: at a statement, its preparation or the commit. */
enum ending sqlstate_ending(const char *sqlstate);

/* Whether time can mend it without anybody's help. */
bool ending_passes(enum ending ending);

/* Whether there is no time left for a try. */
bool op_is_late(const struct op *op);

/* Tells in the log of one that took longer than the pool's slow_ms since the server could begin it. */
void op_tell_if_slow(const struct op *op, int64_t began_us);

/* What the server's refusal of the step means; keeps it. Logs what nobody expects. */
enum ending op_judge(struct op *op, PGresult *refusal);

/* The outcome as the caller is told; NULL when fine. With a ctx the server's words are its cause. */
err op_problem(struct ctx *cx, const struct op *op);

/* The database cannot be reached just now: UNAVAILABLE with words and Retry-After. */
extern const struct problem DATABASE_AWAY[1];

#endif
