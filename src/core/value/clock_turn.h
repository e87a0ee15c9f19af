/* What the loop and the event log do to the clock; vobe/clock.h is what everybody reads. */
#ifndef CORE_CLOCK_TURN_H
#define CORE_CLOCK_TURN_H

#include <stdbool.h>
#include <stdint.h>

/* Within a turn clock_mono() reads the clock once, when first asked; outside it reads it each time. */
void clock_turn_begin(void);
void clock_turn_end(void);

/* The database's now(), as often as it is asked anything: by it our clocks are judged (house_clock.h). */
void clock_hear(int64_t database);

/* Whether all clocks agree, as of late. What cannot be undone is done only then. */
bool clock_is_agreed(void);

#endif
