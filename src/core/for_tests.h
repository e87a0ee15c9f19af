/* Doors of core that only tests and benches open. */
#ifndef CORE_FOR_TESTS_H
#define CORE_FOR_TESTS_H

#include "vobe/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json; /* core/json/json.h */

/* Moves the wall clock by so many microseconds: tests of stepping clocks. */
void clock_shift(int64_t us);

/* Bytes held. */
size_t arena_size(const struct arena *a);

/* Lines lost because the descriptor was full or failing; the log never blocks the loop for more than one
 * write. */
uint64_t log_lost(void);

/* As json_fault, by the grammar of RFC 8259 alone, which leaves duplicate names and U+0000 to the receiver.
 * For judging ourselves. */
const char *json_grammar_fault(struct arena *a, const char *text, size_t len);

/* The member of that very name (letter case counts), or NULL; also NULL if `v` is no object. */
const struct json *json_member(const struct json *v, const char *name);

/* Whether the caller runs on a task. */
bool task_is_running(void);

/* Runs turns until `done` is true. False: `timeout_ms` passed first. */
bool loop_until(const bool *done, int timeout_ms);

#endif
