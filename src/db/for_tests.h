/* Doors of db that only tests open. */
#ifndef DB_FOR_TESTS_H
#define DB_FOR_TESTS_H

#include "vobe/db.h"

/* The pool of the first statement added; NULL until there is one. */
struct pool *change_pool(struct change *ch);

/* Whether nothing has been added. */
bool change_is_empty(const struct change *ch);

#endif
