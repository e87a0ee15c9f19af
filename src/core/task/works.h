/* The server's side of vobe/work.h. */
#ifndef CORE_WORKS_H
#define CORE_WORKS_H

#include "vobe/work.h"

/* Hurries all work and suspends until none is left, or `ms` have passed. */
void works_finish(struct ctx *cx, int ms);

#endif
