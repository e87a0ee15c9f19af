/*
 * What is kept for a subscriber: cursors, dead letters and the events parked behind them. Functions on a
 * change add a statement to it; the others suspend. The cursor row is what serialises everything done to a
 * subscription's partition.
 */
#ifndef BUS_INBOX_STORE_H
#define BUS_INBOX_STORE_H

#include "bus/wiring/wiring.h"

struct statement *inbox_store_copy(void); /* malloc'd: every pool needs its own */

/* Somebody else has moved the cursor first: nothing was done; read it again. */
PROBLEM(CURSOR_MOVED, 409, "cursor_moved", "The cursor has moved",
	"Another instance has applied these events.");

#define CURSOR_FIELDS(F, T)                                                                        \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, off, 0, "Events up to here have had their effect")                               \
	F(T, INT, epoch, 0, "Grows when dead letters or parked events change, or an operator moves it") \
	F(T, UUID, event_id, 0, "The event at off; nil: not known")                                \
	F(T, TIME, stands_since, 0, "Since when it does not get on")                               \
	F(T, TEXT, fault, 0, "Why not")
STRUCT(cursor, CURSOR_FIELDS);

/* A dead letter; also the parameters for one. */
#define LETTER_FIELDS(F, T)                                                                        \
	RECORD_FIELDS(F, T)                                                                        \
	F(T, INT, id, 0, "For operators")                                                          \
	F(T, TEXT, subscription, 0, "Who could not take it")                                       \
	F(T, TEXT, source, 0, "Who told it")                                                       \
	F(T, TEXT, fault, 0, "Why not")                                                            \
	F(T, INT, tries, 0, "How often it was tried")                                              \
	F(T, TIME, died_at, 0, "When it was put aside")
STRUCT(letter, LETTER_FIELDS);

#define WAITING_FIELDS(F, T)                                                                       \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, dead, 0, "Dead letters")                                                         \
	F(T, INT, parked, 0, "Events behind them")
STRUCT(waiting, WAITING_FIELDS);

/* All cursors of the member's subscriptions. */
err inbox_cursors(struct ctx *cx, struct member *m, struct cursor **rows, int *count);

/* One of them. A row that is not there is UNAVAILABLE: bus_start makes them. */
err inbox_cursor(struct ctx *cx, struct hearer *h, int part, struct cursor *row);

/* Makes the cursors that are missing, at these offsets. */
err inbox_begin(struct ctx *cx, struct hearer *h, const int64_t offs[PARTS]);

/* First in every batch: moves the cursor from where the reader saw it to `off`, or undoes all with
 * CURSOR_MOVED. */
enum epoch_move { EPOCH_STAYS, EPOCH_GROWS };
void inbox_move(struct change *ch, const struct reader *r, int64_t off, struct uuid event_id,
		enum epoch_move epoch);

/* Writes beside the cursor why it does not move; the next move takes that away. Suspends. */
err inbox_stands(struct ctx *cx, const struct reader *r);

/* The log was replaced: the cursor, if it is still as in `row`, goes to `off`; else all is undone. */
void inbox_restart(struct change *ch, struct hearer *h, const struct cursor *row, int64_t off);

/* First in what operators do: the cursor stays, or goes back to `off`. NOT_FOUND undoes all: no such cursor.
 */
void inbox_lock(struct change *ch, struct member *m, const char *subscription, int part);
void inbox_go_back(struct change *ch, struct hearer *h, int part, int64_t off);

/* Aggregates that have a dead letter or parked events, sorted. */
err inbox_blocked(struct ctx *cx, struct hearer *h, int part, struct by_id **aggregates, int *count);

/* Parked events of aggregates without a dead letter: an operator has retried or discarded it. In order. */
err inbox_loose(struct ctx *cx, struct hearer *h, int part, int limit, struct record **events, int *count);

err inbox_waiting(struct ctx *cx, struct member *m, struct waiting **rows, int *count);

void inbox_bury(struct change *ch, struct hearer *h, const struct record *e, const char *fault, int tries);
void inbox_park(struct change *ch, struct hearer *h, const struct record *e);
void inbox_unpark(struct change *ch, struct hearer *h, const struct record *e);

/* Removes what lies aside of the event's aggregate and is not newer than the event. */
void inbox_supersede(struct change *ch, struct hearer *h, const struct record *e);

/* Dead letters, oldest first. */
err inbox_letters(struct ctx *cx, struct member *m, int limit, struct letter **rows, int *count);
err inbox_letter(struct ctx *cx, struct member *m, int64_t id, struct letter *row);

/* Removes the dead letter, or undoes all with NOT_FOUND. */
void inbox_take(struct change *ch, struct member *m, const struct letter *l);

/* Moves it behind nothing: loose, it is applied again, and what is parked behind it follows. */
void inbox_loosen(struct change *ch, struct member *m, const struct letter *l);

/* Deletes answers, and dead letters, of so many seconds or older by the database's clock; at most `limit`. */
err inbox_forget_answers(struct ctx *cx, struct member *m, int64_t age_s, int limit, int64_t *gone);
err inbox_forget_letters(struct ctx *cx, struct member *m, int64_t age_s, int limit, int64_t *gone);

#endif
