/* The worker's side of include/vobe/lent.h. */
#ifndef CORE_LENT_H
#define CORE_LENT_H

#include "vobe/lent.h"

#include <stdbool.h>

/* Whether this thread keeps a region that nobody has at the moment. */
bool lent_is_kept(void);

/* Gives the region of this thread back to the kernel, if it keeps one. */
void lent_return(void);

#endif
