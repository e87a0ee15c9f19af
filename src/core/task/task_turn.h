/* What the loop asks of the tasks each turn; core/task/task.h is for everybody else. */
#ifndef CORE_TASK_TURN_H
#define CORE_TASK_TURN_H

#include <stdbool.h>
#include <stdint.h>

/* Monotonic microseconds when the next wait runs into its deadline, or INT64_MAX. */
int64_t tasks_next_deadline(void);

/* Makes ready whatever waited until now or before. */
void tasks_expire(int64_t now);

bool tasks_are_ready(void);

#endif
