/* CORS: see cors.h. Tokens travel in Authorization, never in cookies, so credentials are never allowed. */
#include "core/memory/memory.h"
#include "http/answer/cors.h"

#include <stdlib.h>
#include <string.h>

static char *allowed_origins; /* ",https://a,https://b,", or NULL: any */

void cors_open(const char *origins)
{
	allowed_origins = NULL;
	if (!origins || strcmp(origins, "*") == 0)
		return;
	char *out = allowed_origins = memory_take(strlen(origins) + 3);
	*out++ = ',';
	for (; *origins; origins++)
		if (*origins != ' ')
			*out++ = *origins;
	memcpy(out, ",", 2);
}

void cors_close(void)
{
	free(allowed_origins);
	allowed_origins = NULL;
}

bool cors_varies(void)
{
	return allowed_origins != NULL;
}

/* Origins are compared as bytes: browsers send them in lower case (RFC 6454 section 6.2). */
static bool is_listed(const char *origin, size_t len)
{
	for (const char *at = allowed_origins; (at = strchr(at, ',')) && at[1]; at++)
		if (strncmp(at + 1, origin, len) == 0 && at[1 + len] == ',')
			return true;
	return false;
}

const char *cors_origin(const struct exchange *ex, size_t *len)
{
	const char *origin = exchange_field(ex, FIELD_ORIGIN, len);
	if (!origin || *len == 0)
		return NULL;
	if (allowed_origins)
		return !memchr(origin, ',', *len) && is_listed(origin, *len) ? origin : NULL;
	*len = 1;
	return "*";
}

bool cors_is_preflight(const struct exchange *ex)
{
	size_t len = 0;
	return ex->head.verb == VERB_OPTIONS &&
	       exchange_field(ex, FIELD_ACCESS_CONTROL_REQUEST_METHOD, &len) && cors_origin(ex, &len);
}
