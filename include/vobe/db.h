/*
 * The database as a module sees it: statements that become functions, loaders, and changes (atomic writes).
 * No PGresult, no connection, no transaction is ever seen here. Rows are in the ctx's arena.
 */
#ifndef VOBE_DB_H
#define VOBE_DB_H

#include "vobe/change.h"
#include "vobe/loader.h"
#include "vobe/statement.h"

#endif
