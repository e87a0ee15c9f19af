/* What is remembered of rows that are not kept: two bits of each, in 12 bytes. memo_bits reads it (loader.h).
 */
#ifndef DB_MEMO_H
#define DB_MEMO_H

#include "vobe/loader.h"

/* Room for all memos in so many bytes at most; returns those it takes. 0: nothing is remembered. */
size_t memos_open(size_t most);
void memos_close(void);

/* Over what was known; `bits` 0 forgets it. Until that second of the monotonic clock, if there is room so
 * long. */
void memo_note(const struct memo *m, struct uuid id, unsigned bits, uint32_t until_s);
void memo_forget(const struct memo *m, struct uuid id);

#endif
