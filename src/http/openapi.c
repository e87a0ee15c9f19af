/* OpenAPI 3.1 from the route tables: what is documented is what runs. */
#include "http/openapi.h"
#include "http/router.h"
#include "http/server.h"
#include "vobe/buf.h"

#include <string.h>

static struct buf text;

static void member(const char *name, const char *value)
{
	buf_str(&text, name);
	json_str(&text, value);
}

static bool has_path_before(const struct endpoint *e)
{
	for (const struct endpoint *other = router_first(); other != e; other = other->next)
		if (strcmp(other->path, e->path) == 0)
			return true;
	return false;
}

static void write_operation(const struct endpoint *e)
{
	static const char *const lower[METHODS] = {"get", "post", "put", "patch", "delete"};
	member("", lower[e->route->method]);
	member(":{\"operationId\":", e->route->name);
	member(",\"tags\":[", e->module);
	member("],\"summary\":", e->route->doc);
	buf_fmt(&text, ",\"responses\":{\"%d\":{\"description\":\"Success\"}}}", e->route->status);
}

static void write_path(const struct endpoint *first)
{
	member("", first->path);
	buf_str(&text, ":{");
	for (const struct endpoint *e = first; e; e = e->next) {
		if (strcmp(e->path, first->path) != 0)
			continue;
		if (e != first)
			buf_char(&text, ',');
		write_operation(e);
	}
	buf_char(&text, '}');
}

const char *http_openapi(void)
{
	if (text.len)
		return buf_text(&text);
	buf_str(&text, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"VobeMusic\",\"version\":\"1\"},\"paths\":{");
	for (const struct endpoint *e = router_first(); e; e = e->next) {
		if (has_path_before(e))
			continue;
		if (e != router_first())
			buf_char(&text, ',');
		write_path(e);
	}
	buf_str(&text, "}}");
	return buf_text(&text);
}

void openapi_close(void)
{
	buf_free(&text);
}
