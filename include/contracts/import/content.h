/* Loading posts. A line without a status is published; what would be published later is a draft until then.
 */
#ifndef CONTRACTS_IMPORT_CONTENT_H
#define CONTRACTS_IMPORT_CONTENT_H

#include "contracts/import/outcome.h"
#include "vobe/service.h"

struct content_import {
	struct importer posts; /* author_id is the caller's to fill in */
};
SERVICE(content_import, "content.import");

#endif
