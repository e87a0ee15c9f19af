/* The statements of a subscriber's side by their numbers, and what they take. For inbox_store.c. */
#ifndef BUS_INBOX_SQL_H
#define BUS_INBOX_SQL_H

#include "bus/store/inbox_store.h"

SCHEMA(cursor, CURSOR_FIELDS, "Where a subscription stands");
SCHEMA(letter, LETTER_FIELDS, "An event put aside");
SCHEMA(waiting, WAITING_FIELDS, "How many events lie aside");

#define MOVE_FIELDS(F, T)                                                                          \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, off, 0, "To here")                                                               \
	F(T, INT, expected, 0, "From here")                                                        \
	F(T, INT, epoch, 0, "As read with the aggregates that wait")                               \
	F(T, INT, growth, 0, "0 or 1")                                                             \
	F(T, UUID, event_id, 0, "The event there")                                                 \
	F(T, TEXT, fault, 0, "Why it does not move")
STRUCT(move, MOVE_FIELDS);
SCHEMA(move, MOVE_FIELDS, "A step of a cursor");

#define BEGIN_FIELDS(F, T)                                                                         \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INTS, offs, 0, "An offset for each partition, from 0 on")
STRUCT(begin, BEGIN_FIELDS);
SCHEMA(begin, BEGIN_FIELDS, "First cursors of a subscription");

#define LIMIT_FIELDS(F, T)                                                                         \
	F(T, TEXT, subscription, 0, "Whose")                                                       \
	F(T, INT, part, 0, "Partition")                                                            \
	F(T, INT, limit, 0, "At most so many")                                                     \
	F(T, INT, age, 0, "Older than so many seconds")
STRUCT(limit, LIMIT_FIELDS);
SCHEMA(limit, LIMIT_FIELDS, "How many, how old");

#define GONE_FIELDS(F, T) F(T, INT, count, 0, "How many")
STRUCT(gone, GONE_FIELDS);
SCHEMA(gone, GONE_FIELDS, "How many were deleted");

enum {
	CURSORS,
	CURSOR,
	BEGIN,
	MOVE,
	STANDS,
	LOCK,
	GO_BACK,
	BLOCKED,
	LOOSE,
	WAITING,
	BURY,
	PARK,
	UNPARK,
	SUPERSEDE,
	LETTERS,
	LETTER,
	TAKE,
	FORGET_ANSWERS,
	FORGET_LETTERS,
	STATEMENTS,
};

#endif
