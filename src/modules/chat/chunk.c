/* By cJSON; whatever is of another type than expected counts as absent. */
#include "modules/chat/chunk.h"

#include "vobe/field.h"

#include <cjson/cJSON.h>

enum { DEPTH_MAX = 32, ERROR_MAX = 300 /* bytes */ };

/* cJSON recurses, and a task's stack is small: the depth is looked at before. */
static bool is_shallow(const char *text, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (!in_string && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!in_string && (text[i] == '}' || text[i] == ']'))
			depth--;
		if (depth > DEPTH_MAX)
			return false;
	}
	return true;
}

static const cJSON *member(const cJSON *of, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(of, name);
}

static const char *text_of(struct arena *a, const cJSON *of, const char *name)
{
	return arena_str(a, cJSON_GetStringValue(member(of, name)));
}

static int64_t count_of(const cJSON *of, const char *name, const char *other_name)
{
	const cJSON *n = member(of, name);

	if (!cJSON_IsNumber(n))
		n = member(of, other_name);
	if (!cJSON_IsNumber(n) || n->valuedouble < 0 || n->valuedouble > 1e9)
		return INT_NULL;
	return (int64_t)n->valuedouble;
}

/* {"error":{"message":...}}, {"error":"..."}, {"object":"error","message":...} */
static const char *error_of(struct arena *a, const cJSON *doc)
{
	const cJSON *error = member(doc, "error");
	const char *object = cJSON_GetStringValue(member(doc, "object"));
	const char *words =
		cJSON_IsString(error) ? error->valuestring : cJSON_GetStringValue(member(error, "message"));
	bool is_error = (error && !cJSON_IsNull(error)) || (object && object[0] == 'e');

	if (!is_error)
		return NULL;
	if (!words)
		words = cJSON_GetStringValue(member(doc, "message"));
	return arena_fmt(a, "%.*s", ERROR_MAX, words ? words : "no words");
}

static void read_doc(struct arena *a, const cJSON *doc, struct chunk *out)
{
	const cJSON *choice = cJSON_GetArrayItem(member(doc, "choices"), 0);
	const cJSON *usage = member(doc, "usage");

	out->content = text_of(a, member(choice, "delta"), "content");
	out->finish_reason = text_of(a, choice, "finish_reason");
	out->prompt_tokens = count_of(usage, "prompt_tokens", "input_tokens");
	out->completion_tokens = count_of(usage, "completion_tokens", "output_tokens");
	out->error = error_of(a, doc);
}

bool chunk_read(struct arena *a, const char *text, size_t len, struct chunk *out)
{
	cJSON *doc = is_shallow(text, len) ? cJSON_ParseWithLength(text, len) : NULL;
	bool fine = cJSON_IsObject(doc);

	if (fine)
		read_doc(a, doc, out);
	cJSON_Delete(doc);
	return fine;
}
