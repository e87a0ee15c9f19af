/* The harness: boot with one module, an HTTP client that runs on the same loop, and a look into the outbox. */
#include "app/for_tests.h"
#include "core/for_tests.h"
#include "support/harness.h"

#include "app/boot.h"
#include "app/idempotency.h"
#include "app/jobs.h"
#include "app/service.h"
#include "contracts/auth.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "db/pool/pool.h"
#include "support/pg.h"
#include "vobe/clock.h"

#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CALL_MS = 30 * 1000, SETTINGS_MAX = 32, EVENTS_MAX = 64 };

static struct {
	struct module module; /* the one under test, hearing only itself from the bus */
	const struct subscription *hears;
	struct subscription own[EVENTS_MAX];
	const struct module *list[2];
	const char *conninfo;
	const char *settings[SETTINGS_MAX];
	struct arena *arena;
	struct http_hooks hooks;
} harness;

static void test_failed(const char *what, const char *why)
{
	fprintf(stderr, "harness: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* "user:<uuid>", "moderator:<uuid>", "superuser:<uuid>" */
static err fake_authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	static const struct { const char *name; enum role role; } roles[] = {
		{"user:", ROLE_USER}, {"moderator:", ROLE_MODERATOR}, {"superuser:", ROLE_SUPERUSER}};
	(void)cx;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		size_t len = strlen(roles[i].name);
		if (!strncmp(token, roles[i].name, len) && uuid_read(token + len, strlen(token + len), &viewer->user_id)) {
			viewer->role = roles[i].role;
			return NULL;
		}
	}
	return UNAUTHENTICATED;
}

static err real_authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	return auth_sessions_service()->authenticate(cx, token, viewer);
}

static void hear_only_itself(const struct module *module)
{
	int n = 0;
	harness.module = *module;
	harness.hears = module->hears;
	memset(harness.own, 0, sizeof harness.own);
	for (const struct subscription *s = module->hears; s && s->name; s++)
		if (!strcmp(s->source, module->name))
			harness.own[n++] = *s;
	harness.module.hears = n ? harness.own : NULL;
	harness.list[0] = &harness.module;
}

static void settings_fill(const char *const *settings)
{
	int n = 0;
	harness.settings[n++] = arena_fmt(harness.arena, "db.conninfo=%s", harness.conninfo);
	harness.settings[n++] = "http.port=0";
	harness.settings[n++] = "http.limits=false";
	harness.settings[n++] = "log.level=warn";
	for (; settings && *settings && n < SETTINGS_MAX - 1; settings++)
		harness.settings[n++] = *settings;
	harness.settings[n] = NULL;
}

static err start_body(struct ctx *cx, void *arg)
{
	(void)arg;
	err e = boot_start(cx);
	if (e)
		test_failed("start", e->detail);
	return NULL;
}

void harness_start(const struct module *module, const struct service *fakes, const char *const *settings)
{
	const char *const names[] = {module->name, NULL};
	char fault[512];

	harness.arena = arena_new();
	harness.conninfo = test_database(names);
	hear_only_itself(module);
	settings_fill(settings);
	services_add(fakes);
	harness.hooks = (struct http_hooks){.authenticate = strcmp(module->name, "auth") ? fake_authenticate : real_authenticate,
					    .idempotency_find = idempotency_find, .idempotency_store = idempotency_store};
	if (boot_open(&(struct boot_plan){.modules = harness.list, .settings = harness.settings, .hooks = &harness.hooks,
					  .serves = true, .alone = true}, stderr))
		test_failed("boot", "see above");
	if (!http_listen(fault, sizeof fault))
		test_failed("listen", fault);
	loop_call(start_body, NULL, CALL_MS);
}

static err stop_body(struct ctx *cx, void *arg)
{
	(void)arg;
	boot_stop(cx);
	return NULL;
}

void harness_stop(void)
{
	loop_call(stop_body, NULL, CALL_MS);
	boot_close();
	arena_free(harness.arena);
}

const char *harness_conninfo(void)
{
	return harness.conninfo;
}

/* One exchange: Connection: close, so the answer ends with the connection. */
struct exchange_under_way {
	char *in, *out;
	size_t in_len, in_room, out_len, out_sent;
	struct event *reads, *writes;
	int fd;
	bool done;
};

static void answer_read(evutil_socket_t fd, short what, void *arg)
{
	struct exchange_under_way *x = arg;
	(void)what;
	if (x->in_room - x->in_len < 65536)
		x->in = realloc(x->in, x->in_room = x->in_room * 2 + 131072);
	ssize_t got = read(fd, x->in + x->in_len, x->in_room - x->in_len - 1);
	if (got > 0)
		x->in_len += (size_t)got;
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		x->done = true;
}

static void request_write(evutil_socket_t fd, short what, void *arg)
{
	struct exchange_under_way *x = arg;
	(void)what;
	ssize_t sent = write(fd, x->out + x->out_sent, x->out_len - x->out_sent);
	if (sent > 0)
		x->out_sent += (size_t)sent;
	if (x->out_sent == x->out_len)
		event_del(x->writes);
}

static int connect_to_server(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port()),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
		test_failed("connect", strerror(errno));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void exchange_begin(struct exchange_under_way *x)
{
	x->fd = connect_to_server();
	x->reads = event_new(loop_base(), x->fd, EV_READ | EV_PERSIST, answer_read, x);
	x->writes = event_new(loop_base(), x->fd, EV_WRITE | EV_PERSIST, request_write, x);
	event_add(x->reads, NULL);
	event_add(x->writes, NULL);
}

static void exchange_end(struct exchange_under_way *x)
{
	if (!loop_until(&x->done, CALL_MS))
		test_failed("request", "no answer within 30 s");
	event_free(x->reads);
	event_free(x->writes);
	close(x->fd);
}

/* Joins the chunks of a chunked body in place. */
static size_t chunks_join(char *body, size_t len)
{
	size_t from = 0, to = 0;
	while (from < len) {
		size_t size = strtoul(body + from, NULL, 16);
		char *end = strstr(body + from, "\r\n");
		if (!size || !end)
			break;
		from = (size_t)(end - body) + 2;
		memmove(body + to, body + from, size);
		to += size;
		from += size + 2;
	}
	body[to] = '\0';
	return to;
}

static struct answer answer_from(struct exchange_under_way *x)
{
	struct answer a = {0};
	char *text = arena_strn(harness.arena, x->in ? x->in : "", x->in_len);
	char *body = memmem(text, x->in_len, "\r\n\r\n", 4);

	free(x->in);
	if (x->in_len < 12 || !body)
		test_failed("answer", "not HTTP");
	*body = '\0';
	a.status = atoi(text + 9);
	a.head = text;
	a.body = body + 4;
	a.body_len = x->in_len - (size_t)(a.body - text);
	const char *coding = header_of(&a, "Transfer-Encoding");
	if (coding && !strcmp(coding, "chunked"))
		a.body_len = chunks_join(body + 4, a.body_len);
	return a;
}

static void request_make(struct exchange_under_way *x, const struct call *c)
{
	struct arena *a = harness.arena;
	x->out = arena_fmt(a, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s%s%s%s", c->method, c->path,
			   c->as ? "Authorization: Bearer " : "", c->as ? c->as : "", c->as ? "\r\n" : "", c->headers ? c->headers : "");
	if (c->body && !(c->headers && strcasestr(c->headers, "content-type:")))
		x->out = arena_fmt(a, "%sContent-Type: application/json\r\n", x->out);
	x->out = c->body ? arena_fmt(a, "%sContent-Length: %zu\r\n\r\n%s", x->out, strlen(c->body), c->body)
			 : arena_fmt(a, "%s\r\n", x->out);
	x->out_len = strlen(x->out);
}

/* A line of the ledger that tests/support/answers.py reads when all tests have run; short, so that lines stay whole. */
static void answer_record(const struct call *c, const struct answer *a)
{
	const char *dir = getenv("VOBE_TEST_DIR"), *code = a->status < 400 ? NULL : at(a, "code");
	if (!dir)
		return;
	if (a->status >= 400 && !code) /* OAuth's form */
		code = at(a, "error");
	int fd = open(arena_fmt(harness.arena, "%s/answers", dir), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	dprintf(fd, "%s %.*s %d %s\n", c->method, (int)strcspn(c->path, "?"), c->path, a->status, code ? code : "-");
	close(fd);
}

void api_together(const struct call *calls, struct answer *answers, int count)
{
	struct exchange_under_way *all = ARENA_ARRAY(harness.arena, struct exchange_under_way, count);
	const bool never = false;
	for (int i = 0; i < count; i++) {
		request_make(&all[i], &calls[i]);
		exchange_begin(&all[i]);
		if (i % 64 == 63)
			loop_until(&never, 1); /* lets the server accept: connect() blocks when its backlog is full */
	}
	for (int i = 0; i < count; i++) {
		exchange_end(&all[i]);
		answers[i] = answer_from(&all[i]);
		answer_record(&calls[i], &answers[i]);
	}
}

struct answer api_with(const char *method, const char *path, const char *as, const char *headers, const char *body)
{
	struct answer answer;
	api_together(&(struct call){method, path, as, headers, body}, &answer, 1);
	return answer;
}

struct answer api(const char *method, const char *path, const char *as, const char *body)
{
	return api_with(method, path, as, NULL, body);
}

static const char *value_text(const cJSON *v)
{
	if (!v)
		return NULL;
	if (cJSON_IsString(v))
		return arena_str(harness.arena, v->valuestring);
	char *printed = cJSON_PrintUnformatted(v);
	const char *copy = arena_str(harness.arena, printed);
	cJSON_free(printed);
	return copy;
}

const char *at(const struct answer *a, const char *path)
{
	cJSON *doc = cJSON_ParseWithLength(a->body, a->body_len), *v = doc;
	char *steps = arena_str(harness.arena, path), *rest = NULL;

	for (char *step = strtok_r(steps, ".", &rest); step && v; step = strtok_r(NULL, ".", &rest))
		v = cJSON_IsArray(v) ? cJSON_GetArrayItem(v, atoi(step)) : cJSON_GetObjectItemCaseSensitive(v, step);
	const char *text = value_text(v);
	cJSON_Delete(doc);
	return text;
}

const char *header_of(const struct answer *a, const char *name)
{
	size_t len = strlen(name);
	for (const char *line = strstr(a->head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
		if (!strncasecmp(line + 2, name, len) && line[2 + len] == ':') {
			const char *value = line + 2 + len + 1 + strspn(line + 2 + len + 1, " ");
			return arena_strn(harness.arena, value, strcspn(value, "\r"));
		}
	return NULL;
}

err harness_call(err (*run)(struct ctx *cx, void *arg), void *arg)
{
	return loop_call(run, arg, CALL_MS);
}

struct hearing_call {
	const struct subscription *subscription;
	struct delivery delivery;
};

static err hear_body(struct ctx *cx, void *arg)
{
	struct hearing_call *call = arg;
	bool durable = call->subscription->hearing == DURABLE;
	struct change *ch = durable ? change_begin(cx) : NULL;
	TRY(call->subscription->apply(cx, ch, &call->delivery, 1));
	return durable ? change_commit(cx, ch) : NULL;
}

err harness_hear_(const struct event *ev, struct uuid id, int64_t version, const void *payload)
{
	for (const struct subscription *s = harness.hears; s && s->name; s++)
		for (const struct event *const *e = s->events; *e; e++)
			if (!strcmp((*e)->topic, ev->topic)) {
				struct hearing_call call = {s, {.event = ev, .payload_ = payload, .event_id = uuid_new(),
					.aggregate_id = id, .aggregate_version = version, .told_at = clock_now(), .correlation_id = "test"}};
				err result = harness_call(hear_body, &call);
				if (result)
					return result;
			}
	return NULL;
}

int harness_told(const char *topic)
{
	char *n = test_sql(harness.conninfo, "SELECT count(*) FROM %s.outbox WHERE topic = '%s'", harness.module.name, topic);
	int count = atoi(n);
	free(n);
	return count;
}

const char *harness_told_payload(const char *topic, int index)
{
	char *text = test_sql(harness.conninfo, "SELECT payload FROM %s.outbox WHERE topic = '%s' ORDER BY event_id OFFSET %d LIMIT 1",
			      harness.module.name, topic, index);
	const char *copy = arena_str(harness.arena, text);
	free(text);
	return copy;
}

void harness_lose(const char *operation, const char *table)
{
	free(test_sql(harness.conninfo,
		      "SET search_path = %s; CREATE OR REPLACE FUNCTION lost() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
		      "CREATE TRIGGER lost BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION lost()",
		      harness.module.name, operation, table));
}

static err job_body(struct ctx *cx, void *name)
{
	return job_run(cx, &harness.module, name);
}

err harness_job(const char *name)
{
	return harness_call(job_body, (void *)name);
}
