/* Statements of the statistics. */
#ifndef SEARCH_STATISTICS_H
#define SEARCH_STATISTICS_H

#include "vobe/db.h"

extern struct statement statistics_statements[];

#endif
