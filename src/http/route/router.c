/* The router: see router.h. Static segments win over parameters; a dead end goes back to the parameter. */
#include "core/memory/memory.h"
#include "http/route/limits.h"
#include "http/route/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a body, where the route says nothing else: little, unless its fields may hold more. */
enum { BODY_LITTLE = 64 * 1024, BODY_MOST = 1024 * 1024 };

static const char base[] = "/api/v1";

struct node {
	const char *name; /* of the segment, not NUL-terminated; NULL: a parameter */
	size_t len;
	struct node *children, *sibling; /* static ones; the parameter's node is apart */
	struct node *parameter;
	struct endpoint *endpoints[METHODS];
};

static struct node root;
static struct endpoint *first, **last = &first;

/* --- building --- */

static struct node *child_of(struct node *parent, const char *name, size_t len)
{
	if (name[0] == '{') {
		if (!parent->parameter) {
			parent->parameter = memory_take(sizeof(struct node));
			*parent->parameter = (struct node){0};
		}
		return parent->parameter;
	}
	for (struct node *n = parent->children; n; n = n->sibling)
		if (n->len == len && memcmp(n->name, name, len) == 0)
			return n;
	struct node *n = memory_take(sizeof *n);
	*n = (struct node){.name = name, .len = len, .sibling = parent->children};
	return parent->children = n;
}

static bool refuse(const struct route *r, const char *why)
{
	const struct handler *h = r->handler;
	fprintf(stderr, "%s:%d: route %s %s: %s\n", h ? h->file : "?", h ? h->line : 0,
		method_names[r->method], r->path, why);
	return false;
}

/* A rule in code that the description does not tell would be found out by clients, one 422 at a time. */
static const struct field *untold_rule(const struct schema *s)
{
	for (int i = 0; s && i < s->count; i++)
		if (s->fields[i].rule && s->fields[i].flags & IN && !s->fields[i].says)
			return &s->fields[i];
	return NULL;
}

static bool rules_are_told(const struct route *r)
{
	const struct field *f = untold_rule(r->handler->params);
	if (!f)
		f = untold_rule(r->handler->body);
	if (!f)
		return true;
	fprintf(stderr, "the field %s has a rule; say what it checks with .says\n", f->name);
	return refuse(r, "has a rule that OpenAPI cannot tell");
}

static bool row_is_sound(const struct route *r)
{
	bool has_body = r->method != METHOD_GET;
	if (r->path[0] != '/')
		return refuse(r, "the path must begin with '/'");
	if (r->who == WHO_UNSET)
		return refuse(r, "says not who may call it");
	if (!r->handler || !r->doc)
		return refuse(r, "has no handler or doc");
	if (r->status < 200 || r->status > 399)
		return refuse(r, "the status of success must be 2xx or 3xx");
	if (r->handler->body && !has_body)
		return refuse(r, "only GET has no body");
	if (r->list && !r->handler->reply)
		return refuse(r, "a list needs a handler that replies with its items");
	if (r->form && !r->handler->body)
		return refuse(r, "a form needs a handler that takes a body");
	return rules_are_told(r);
}

static bool add_param(struct endpoint *e, const char *name, size_t len)
{
	const struct route *r = e->route;
	if (len < 3 || name[len - 1] != '}')
		return refuse(r, "a parameter is written {name}");
	if (e->param_count == PATH_PARAMS_MAX)
		return refuse(r, "has too many path parameters");
	char *copy = memory_take(len - 1);
	memcpy(copy, name + 1, len - 2);
	copy[len - 2] = '\0';
	e->param_names[e->param_count++] = copy;
	if (r->handler->params && schema_field(r->handler->params, copy))
		return true;
	return refuse(r, "the handler's parameters lack a path parameter");
}

/* The node of the endpoint's path, with its parameters noted; NULL: refused. */
static struct node *node_of(struct endpoint *e)
{
	struct node *n = &root;
	for (const char *at = e->path + 1; *at;) {
		size_t len = strcspn(at, "/");
		if (at[0] == '{' && !add_param(e, at, len))
			return NULL;
		n = child_of(n, at, len);
		at += len + (at[len] == '/');
	}
	return n;
}

/* Whether `path` is `list` with "/{id}" behind it. */
static bool is_one_of(const char *path, const char *list)
{
	size_t len = strlen(list);
	return strncmp(path, list, len) == 0 && strcmp(path + len, "/{id}") == 0;
}

/*
 * POST /posts, or POST /users/{id}/posts, makes what GET /posts/{id} reads, and POST /feedback/tickets what
 * GET /feedback/tickets/{id} does. Registered in any order.
 */
static void link_resource(struct endpoint *post, const struct endpoint *get)
{
	size_t skip = sizeof base - 1;
	if (!post->creates || get->route->method != METHOD_GET || strncmp(get->path, base, skip) != 0)
		return;
	if (is_one_of(get->path, post->path) || is_one_of(get->path + skip, strrchr(post->path, '/')))
		post->resource = get;
}

static char *whole_path(const struct route *r)
{
	bool platform = r->path[0] == '/' && r->path[1] == '/';
	size_t size = sizeof base + strlen(r->path);
	char *path = memory_take(size);
	snprintf(path, size, "%s%s", platform ? "" : base, r->path + platform);
	return path;
}

static void endpoint_free(struct endpoint *e)
{
	for (int i = 0; i < e->param_count; i++)
		free((char *)e->param_names[i]);
	free((char *)e->path);
	free(e);
}

static bool endpoint_place(struct endpoint *e)
{
	const struct route *r = e->route;
	struct node *n = node_of(e);
	if (!n)
		return false;
	struct endpoint *taken = n->endpoints[r->method];
	if (taken) {
		fprintf(stderr, "%s:%d: taken here\n", taken->route->handler->file,
			taken->route->handler->line);
		return refuse(r, "another route has this method and path");
	}
	n->endpoints[r->method] = e;
	return true;
}

static uint64_t most_bytes(const struct schema *s);

/* In UTF-8. What neither a length nor a rule bounds may be anything. */
static uint64_t most_bytes_of(const struct field *f)
{
	enum { CHARACTER = 4, VALUE = 64, URL = 500 };
	int64_t text = f->type == TYPE_TEXTS ? f->each_max : f->max;
	int64_t one = f->format == FORMAT_URL ? URL
		      : text > 0              ? text * CHARACTER
		      : f->one_of || f->rule  ? VALUE
					      : BODY_MOST;
	switch (f->type) {
	case TYPE_TEXT: return (uint64_t)one;
	case TYPE_TEXTS: return (uint64_t)(one * f->max);
	case TYPE_UUIDS:
	case TYPE_INTS: return (uint64_t)(VALUE * f->max);
	case TYPE_JSON: return f->max > 0 ? (uint64_t)((URL + VALUE) * f->max) : BODY_MOST;
	case TYPE_ONE: return most_bytes(f->of);
	case TYPE_MANY: return most_bytes(f->of) * (uint64_t)f->max;
	default: return VALUE;
	}
}

static uint64_t most_bytes(const struct schema *s)
{
	uint64_t sum = 0;
	for (int i = 0; s && i < s->count; i++)
		if (s->fields[i].flags & IN)
			sum += strlen(s->fields[i].name) + most_bytes_of(&s->fields[i]);
	return sum;
}

static uint64_t body_max_of(const struct route *r)
{
	if (r->body_max)
		return (uint64_t)r->body_max;
	return most_bytes(r->handler->body) > BODY_LITTLE ? BODY_MOST : BODY_LITTLE;
}

/* A member of what the route answers with; NULL: a list, no answer, or one without such a member. */
static const struct field *reply_field(const struct route *r, const char *name, enum type type)
{
	const struct schema *reply = r->list ? NULL : r->handler->reply;
	const struct field *f = reply ? schema_field(reply, name) : NULL;
	return f && f->type == type ? f : NULL;
}

bool router_add(const char *module, const struct route *r)
{
	if (!row_is_sound(r))
		return false;
	int bucket = r->bucket ? limits_bucket(r->bucket) : -1;
	if (r->bucket && bucket < 0)
		return refuse(r, "names a rate limit that does not exist");
	int refusals = r->refusals ? limits_bucket(r->refusals) : -1;
	if (r->refusals && refusals < 0)
		return refuse(r, "names a limit of refusals that does not exist");

	struct endpoint *e = memory_take(sizeof *e);
	*e = (struct endpoint){
		.route = r,
		.module = module,
		.path = whole_path(r),
		.version = reply_field(r, "version", TYPE_INT),
		.id = reply_field(r, "id", TYPE_UUID),
		.deleted = reply_field(r, "is_deleted", TYPE_BOOL),
		.body_max = body_max_of(r),
		.bucket = bucket,
		.refusals = refusals,
		.creates = r->method == METHOD_POST && (r->status == 201 || r->creates) &&
			   !r->no_idempotency && !r->own_idempotency,
		.is_platform = r->path[1] == '/',
	};
	if (!endpoint_place(e)) {
		endpoint_free(e);
		return false;
	}
	*last = e;
	last = &e->next;
	for (struct endpoint *other = first; other; other = other->next) {
		link_resource(e, other);
		link_resource(other, e);
	}
	return true;
}

/* --- finding --- */

static bool find_below(const struct node *n, const struct segment *segments, int count, enum method method,
		       struct match *m, int depth);

static bool find_here(const struct node *n, enum method method, struct match *m)
{
	unsigned allowed = 0;
	for (int i = 0; i < METHODS; i++)
		if (n->endpoints[i])
			allowed |= 1u << i;
	m->allowed |= allowed;
	m->endpoint = n->endpoints[method];
	return m->endpoint != NULL;
}

static bool find_child(const struct node *n, const struct segment *segments, int count, enum method method,
		       struct match *m, int depth)
{
	for (const struct node *child = n->children; child; child = child->sibling)
		if (child->len == segments->len && memcmp(child->name, segments->at, child->len) == 0)
			return find_below(child, segments + 1, count - 1, method, m, depth);
	return false;
}

static bool find_below(const struct node *n, const struct segment *segments, int count, enum method method,
		       struct match *m, int depth)
{
	if (count == 0)
		return find_here(n, method, m);
	if (find_child(n, segments, count, method, m, depth))
		return true;
	if (!n->parameter || segments->len == 0 || depth == PATH_PARAMS_MAX)
		return false;
	m->params[depth] = *segments;
	return find_below(n->parameter, segments + 1, count - 1, method, m, depth + 1);
}

void router_find(const struct segment *segments, int count, enum method method, struct match *out)
{
	out->endpoint = NULL;
	out->allowed = 0;
	find_below(&root, segments, count, method, out, 0);
}

const struct endpoint *router_first(void)
{
	return first;
}

static void node_free_below(struct node *n)
{
	for (struct node *child = n->children, *next; child; child = next) {
		next = child->sibling;
		node_free_below(child);
		free(child);
	}
	if (n->parameter)
		node_free_below(n->parameter);
	free(n->parameter);
}

void router_close(void)
{
	node_free_below(&root);
	root = (struct node){0};
	for (struct endpoint *e = first, *next; e; e = next) {
		next = e->next;
		endpoint_free(e);
	}
	first = NULL;
	last = &first;
}
