/* The secret of the installation, of which each module's schema holds a part (sql/every). */
#ifndef APP_INSTALLATION_H
#define APP_INSTALLATION_H

#include "db/pool/pool.h"

void installation_open(const char *module, struct pool *pool);
void installation_close(void);

/* Reads all parts and seals cursors and ETags with them: every instance comes to the same. Suspends. */
err installation_seal(struct ctx *cx);

#endif
