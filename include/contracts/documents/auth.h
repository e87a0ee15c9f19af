/* Users as documents, for who keeps an index of them. */
#ifndef CONTRACTS_DOCUMENTS_AUTH_H
#define CONTRACTS_DOCUMENTS_AUTH_H

#include "vobe/ctx.h"
#include "vobe/service.h"

/* What everybody may see. `exists` false: deleted, deactivated or unknown; take it out. */
struct user_document {
	struct uuid id;
	bool exists;
	const char *username;
	int64_t created_at, version;
};

struct auth_documents {
	/* docs[i] belongs to ids[i]. Never cached. */
	err (*user_documents)(struct ctx *cx, const struct uuid *ids, int count, struct user_document *docs);

	/* Ids of those that exist in order of id, behind `after`; *count 0 at the end. */
	err (*scan)(struct ctx *cx, struct uuid after, int limit, struct uuid **ids, int *count);
};
SERVICE(auth_documents, "auth.documents");

#endif
