/* How often an id was asked for lately, roughly: known by a hash of it. */
#ifndef DB_FREQUENCY_H
#define DB_FREQUENCY_H

#include <stdint.h>

void frequency_open(void);
void frequency_close(void);

void frequency_note(uint64_t hash);

/* 0 to 15. */
int frequency_of(uint64_t hash);

/* Has the processor fetch what the other two will touch. */
void frequency_warm(uint64_t hash);

#endif
