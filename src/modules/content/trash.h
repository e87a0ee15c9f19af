/* The trash of every module, gathered. */
#ifndef CONTENT_TRASH_H
#define CONTENT_TRASH_H

#include "contracts/trash.h"
#include "modules/content/content.h"

/* Adds who lists; forgets them all. */
void trash_list_with(trash_lister *lister);
void trash_close(void);

#endif
