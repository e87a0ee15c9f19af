/* The text of the description under construction: see document.h. */
#include "http/openapi/document.h"

struct buf openapi;

static void begin(const char *name)
{
	char before = openapi.len ? openapi.at[openapi.len - 1] : '{';
	if (openapi.len && before != '{' && before != '[')
		buf_char(&openapi, ',');
	if (!name)
		return;
	json_str(&openapi, name);
	buf_char(&openapi, ':');
}

void doc_open(const char *name, char bracket)
{
	begin(name);
	buf_char(&openapi, bracket);
}

void doc_close(char bracket)
{
	buf_char(&openapi, bracket);
}

void doc_text(const char *name, const char *value)
{
	begin(name);
	json_str(&openapi, value);
}

void doc_int(const char *name, int64_t value)
{
	begin(name);
	buf_int(&openapi, value);
}

void doc_raw(const char *name, const char *json)
{
	begin(name);
	buf_str(&openapi, json);
}

void doc_members(const char *json)
{
	begin(NULL);
	buf_str(&openapi, json);
}
