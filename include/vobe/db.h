/*
 * The database as a module sees it: statements that become functions, loaders, and changes (atomic writes).
 * No PGresult, no connection, no transaction is ever seen here. Rows are in the ctx's arena.
 */
#ifndef VOBE_DB_H
#define VOBE_DB_H

#include "vobe/change.h"
#include "vobe/loader.h"
#include "vobe/statement.h"

/* The untyped form, until every module is converted. */
#define db_rows(cx, st, in, rows, count)         db_rows_((cx), (st), (in), (void **)(rows), (count))
#define db_row                                   db_row_
#define db_load                                  db_load_
#define db_load_ahead                            db_load_ahead_
#define loader_forget                            loader_forget_
#define change_add                               change_add_
#define change_returning                         change_returning_
#define change_rows(ch, st, in, rows, count)     change_rows_((ch), (st), (in), (void **)(rows), (count))
#define change_forgets                           change_forgets_

#endif
