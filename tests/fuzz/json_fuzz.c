/*
 * The JSON gate and what comes out of it: it reads what cJSON's own parser reads, and what is written
 * compactly is valid and, written again, the same.
 */
#include "core/for_tests.h"
#include "core/json/json.h"
#include "vobe/json.h"
#include "vobe/text.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static struct buf rewritten(struct arena *a, const struct json *doc)
{
	struct buf b = {.arena = a};

	json_write(&b, doc);
	return b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const struct json *doc, *again;
	const char *fault = json_fault(a, (const char *)data, size);
	err e = json_parse(a, (const char *)data, size, &doc);

	demand(!fault == !e);
	if (!e) {
		/* NULL: it reads no number of more than 63 characters. */
		cJSON *theirs = cJSON_ParseWithLength((const char *)data, size);
		demand(!theirs || cJSON_Compare((const cJSON *)doc, theirs, true));
		cJSON_Delete(theirs);
		struct buf once = rewritten(a, doc);
		demand(utf8_valid((const char *)data, size) && utf8_valid(once.at, once.len));
		demand(!json_parse(a, once.at, once.len, &again));
		struct buf twice = rewritten(a, again);
		demand(once.len == twice.len && memcmp(once.at, twice.at, once.len) == 0);
	}
	arena_free(a);
	return 0;
}
