/* Years of four digits as lexemes, and ranges of them. */
#ifndef VOBE_YEAR_RANGES_H
#define VOBE_YEAR_RANGES_H

#include "vobe/arena.h"

#include <stdint.h>

enum { YEAR_DIGITS = 4, YEAR_LAST = 9999 };

/*
 * tsquery of the years behind a mark, as few beginnings: 1985..2003 is 1985 to 1989, 199*, 2000 to 2003, in
 * brackets. "" where `from` is behind `to`.
 */
const char *years_tsquery(struct arena *a, const char *mark, int64_t from, int64_t to);

#endif
