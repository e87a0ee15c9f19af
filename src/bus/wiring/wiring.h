/*
 * Who tells and who hears, as found in the modules, and where everyone stands. One bus a process; everything
 * here belongs to the loop's thread.
 */
#ifndef BUS_WIRING_H
#define BUS_WIRING_H

#include "bus/bus.h"
#include "bus/record/ring.h"
#include "core/loop/loop.h"

/* A module in the event log. */
struct member {
	const struct module *module;
	struct pool *pool;
	struct statement *outbox; /* its copy of outbox_store.c's table */
	struct statement *inbox;  /* of inbox_store.c's */
	bool is_heard;            /* somebody hears what it tells */
	bool is_hearing;          /* it has DURABLE subscriptions */
	bool is_sweeping;         /* a sweep of it is under way */
	bool is_away;             /* the last sweep did not reach its database */
	bool was_replaced; /* its log went back, or may have while it was away: cursors are to be compared */
	struct ctx sweep_cx;
	struct ring rings[PARTS];
	int64_t head[PARTS]; /* newest offset known; only grows */
	int64_t swept_us;    /* monotonic: when the last sweep that got through began */
	int64_t head_swept[PARTS], head_before[PARTS]; /* as of the last sweep, and of the one before */
};

/* clang-format off */
enum reader_state {
	READER_IDLE,    /* nothing to do that it knows of */
	READER_READY,   /* starts at the end of this turn */
	READER_RUNNING, /* its task lives */
	READER_WAITING, /* for its timer: after a failure, or for more to gather */
};
/* clang-format on */

/* One subscription reading one partition, in order. */
struct reader {
	struct hearer *hearer;
	int part;
	enum reader_state state;
	struct reader *next_ready;

	struct uuid at_event; /* the event at `at`; nil: not known */
	int64_t at;    /* every event up to here has had its effect, was put aside, or is of no interest */
	int64_t saved; /* DURABLE: the cursor row, as last seen; nothing of interest follows it up to `at` */
	int64_t epoch; /* of the cursor row */
	bool is_stale; /* the cursor row has to be read before the next batch */
	bool is_quiet; /* the head rests while `saved` lags behind `at`: save it */
	bool is_reading_back; /* what it reads is not in the ring */

	struct uuid *blocked; /* aggregates with something aside, sorted; malloc'd */
	int blocked_count;
	int64_t blocked_epoch; /* the epoch these are of */
	bool has_loose;    /* there are parked events without a dead letter before them: apply them first */
	bool loose_singly; /* one by one: a batch of them failed */

	int64_t singly_until; /* events up to here go one by one: a batch with them failed */
	int room;             /* events a batch may have after one was too much; 0: as many as ever */
	int tries;            /* failures of the event that is next */
	int well;             /* of these, passing ones while every database was well */
	int passing;          /* passing failures in a row */
	int wait_ms;          /* out of the running task: how long to wait before the next */
	struct loop_timer *timer;
	int64_t due_us;    /* monotonic: before this a paced one lets events gather */
	bool is_gathering; /* that is what the timer is for */
	int64_t behind_us; /* monotonic: since when it has had work and got nowhere; 0: it has not */
	bool stands;       /* for so long that it was told */
	char fault[400];   /* why the last try failed; empty when it did not */
	struct ctx cx;
};

/* A subscription. */
struct hearer {
	const struct subscription *sub;
	struct member *member, *source;
	struct reader readers[PARTS];
};

struct bus {
	struct bus_config cfg;
	struct member *members;
	int member_count;
	struct hearer *hearers;
	int hearer_count;
	bool is_delivering; /* between bus_start and bus_drain */
	int running;        /* tasks of the bus alive: readers, sweeps, the purge */
	struct task *drainer;
	struct bus_stats stats;
};

extern struct bus bus;

/* Finds by name; NULL when there is none. */
struct member *member_named(const char *module);
struct hearer *hearer_named(const char *subscription);

/* Who tells that topic, NULL: nobody; *event becomes the teller's own declaration of it. */
struct member *member_telling(const char *topic, const struct event **event);

/* The event the subscription hears under that topic, or NULL. */
const struct event *hearer_event(const struct hearer *h, const char *topic);

/* The ctx of work of the bus itself: the system as viewer, no deadline. The arena is the caller's to set. */
struct ctx bus_ctx(const char *request_id);

/* Counts a task of the bus that has ended, and lets a waiting drain go on. */
void bus_task_ended(void);

#endif
