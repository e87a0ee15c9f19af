/*
 * Tables that must agree with one another, judged before the first request: what no compiler sees, because
 * one stands in a route and the other in a statement.
 */
#ifndef APP_AGREEMENT_H
#define APP_AGREEMENT_H

#include "vobe/module.h"

#include <stdio.h>

/*
 * After the pools of all modules have been opened (pool_declared). Prints every fault, with what to do.
 * False: there is one.
 *  - A statement is declared by a file whose MODULE is none of `modules`: nobody would prepare it.
 *  - A field that clients may send is written by no statement: it would be accepted, answered with 200 and
 * lost.
 *  - A route's finder takes other parameters or another body than its handler, or there is no body: it would
 * read what is not there.
 */
bool tables_agree(const struct module *const *modules, FILE *faults);

#endif
