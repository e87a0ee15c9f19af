/* Loading comments, in any order: one whose parent is not there yet waits (IMPORT_WAITS). */
#ifndef CONTRACTS_IMPORT_COMMENT_H
#define CONTRACTS_IMPORT_COMMENT_H

#include "contracts/import/outcome.h"
#include "vobe/service.h"

struct comment_import {
	struct importer comments; /* user_id is the caller's to fill in */
};
SERVICE(comment_import, "comment.import");

#endif
