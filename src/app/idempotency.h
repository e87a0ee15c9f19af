/* Idempotency keys (draft-ietf-httpapi-idempotency-key-header): rows in the schema whose change they belong
 * to. */
#ifndef APP_IDEMPOTENCY_H
#define APP_IDEMPOTENCY_H

#include "db/pool/pool.h"
#include "http/server.h"

void idempotency_open(const char *module, struct pool *pool);
void idempotency_close(void);

extern const struct violation idempotency_violation;

/* The hooks of http/server.h. */
err idempotency_find(struct ctx *cx, const char *module, const char *key, const void *body_hash,
		     struct kept_answer *kept);
void idempotency_store(struct change *ch, const char *module, const char *key, const void *body_hash,
		       const struct kept_answer *answer);

#endif
