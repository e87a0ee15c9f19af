/* cJSON's lists are edited by hand: its own functions free what they take out, and the arena owns it. */
#include "core/json/edit.h"

#include "core/json/tree.h"

#include <cjson/cJSON.h>
#include <string.h>

static cJSON *node(struct json *v)
{
	return (cJSON *)v;
}

struct json *json_editable(const struct json *v)
{
	return (struct json *)v;
}

struct json *json_edit(const struct json *object, const char *name)
{
	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	return (struct json *)cJSON_GetObjectItemCaseSensitive((const cJSON *)object, name);
}

void json_become_null(struct json *v)
{
	node(v)->type = cJSON_NULL;
	node(v)->valuestring = NULL;
	node(v)->child = NULL;
}

void json_become_text(struct json *v, const char *text)
{
	node(v)->type = cJSON_String;
	node(v)->valuestring = (char *)text;
	node(v)->child = NULL;
}

void json_become_integer(struct json *v, int64_t n)
{
	node(v)->type = cJSON_Number;
	node(v)->valuedouble = (double)n;
	node(v)->valuestring = NULL;
	node(v)->child = NULL;
}

void json_rename(struct json *member, const char *name)
{
	node(member)->string = (char *)name;
}

/* The first's `prev` is the last: cJSON appends by it. */
void json_take_out(struct json *object, struct json *member)
{
	cJSON *all = node(object), *gone = node(member);

	if (gone->next)
		gone->next->prev = gone->prev;
	else if (all->child != gone)
		all->child->prev = gone->prev;
	if (all->child == gone)
		all->child = gone->next;
	else
		gone->prev->next = gone->next;
}

void json_cut_list(struct json *list, int count)
{
	cJSON *last = node(list)->child;

	if (count <= 0 || !last) {
		node(list)->child = NULL;
		return;
	}
	for (int i = 1; i < count && last->next; i++)
		last = last->next;
	last->next = NULL;
	node(list)->child->prev = last;
}

void json_add_integer(struct arena *a, struct json *object, const char *name, int64_t n)
{
	cJSON *member = tree_append(a, node(object));

	member->string = (char *)name;
	json_become_integer((struct json *)member, n);
}
