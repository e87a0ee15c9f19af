/* What the loop does to the clock; vobe/clock.h is what everybody reads. */
#ifndef CORE_CLOCK_TURN_H
#define CORE_CLOCK_TURN_H

#include <stdint.h>

/* Within a turn clock_mono() reads the clock once, when first asked; outside it reads it each time. */
void clock_turn_begin(void);
void clock_turn_end(void);

#endif
