/* The client: requests over real sockets, whose answers come while the loop runs. */
#include "support/client.h"

#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "http/server.h"
#include "support/ledger.h"
#include "support/scene.h"

#include <arpa/inet.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MS = 30 * 1000 };

const char *text(const char *fmt, ...)
{
	static char ring[64][8192];
	static int next;
	char *room = ring[next++ % 64];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(room, sizeof *ring, fmt, ap);
	va_end(ap);
	return room;
}

struct uuid uuid_from(const char *text)
{
	struct uuid id;
	if (!text || !uuid_read(text, strlen(text), &id))
		scene_failed("not a UUID", text ? text : "NULL");
	return id;
}

/* One exchange: Connection: close, so the answer ends with the connection. */
struct asking {
	struct call call;
	char *in, *out;
	size_t in_len, in_room, out_len, out_sent;
	struct event *reads, *writes;
	int fd;
	bool done;
};

static void answer_read(evutil_socket_t fd, short what, void *arg)
{
	struct asking *x = arg;
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
	struct asking *x = arg;
	(void)what;
	ssize_t sent = write(fd, x->out + x->out_sent, x->out_len - x->out_sent);
	if (sent > 0)
		x->out_sent += (size_t)sent;
	if (x->out_sent == x->out_len)
		event_del(x->writes);
}

static int connect_to_server(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)http_port()),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
		scene_failed("connect", strerror(errno));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void exchange_begin(struct asking *x)
{
	x->fd = connect_to_server();
	x->reads = event_new(loop_base(), x->fd, EV_READ | EV_PERSIST, answer_read, x);
	x->writes = event_new(loop_base(), x->fd, EV_WRITE | EV_PERSIST, request_write, x);
	event_add(x->reads, NULL);
	event_add(x->writes, NULL);
}

static void exchange_end(struct asking *x)
{
	if (!loop_until(&x->done, ANSWER_MS))
		scene_failed("request", "no answer within 30 s");
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

static struct answer answer_from(struct asking *x)
{
	struct answer a = {0};
	char *text = arena_strn(scene_arena(), x->in ? x->in : "", x->in_len);
	char *body = memmem(text, x->in_len, "\r\n\r\n", 4);

	free(x->in);
	if (x->in_len < 12 || !body)
		scene_failed("answer", "not HTTP");
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

static void request_make(struct asking *x, const struct call *c)
{
	struct arena *a = scene_arena();
	x->out = arena_fmt(a, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s%s%s%s", c->method,
			   c->path, c->as ? "Authorization: Bearer " : "", c->as ? c->as : "",
			   c->as ? "\r\n" : "", c->headers ? c->headers : "");
	if (c->body && !(c->headers && strcasestr(c->headers, "content-type:")))
		x->out = arena_fmt(a, "%sContent-Type: application/json\r\n", x->out);
	x->out = c->body ? arena_fmt(a, "%sContent-Length: %zu\r\n\r\n%s", x->out, strlen(c->body), c->body)
			 : arena_fmt(a, "%s\r\n", x->out);
	x->out_len = strlen(x->out);
}

struct asking *api_begin(const struct call *c)
{
	struct asking *x = ARENA_NEW(scene_arena(), struct asking);
	x->call = *c;
	request_make(x, c);
	exchange_begin(x);
	return x;
}

struct answer api_end(struct asking *x)
{
	exchange_end(x);
	struct answer answer = answer_from(x);
	ledger_add(&x->call, &answer);
	return answer;
}

void api_together(const struct call *calls, struct answer *answers, int count)
{
	struct asking **all = ARENA_ARRAY(scene_arena(), struct asking *, count);
	const bool never = false;
	for (int i = 0; i < count; i++) {
		all[i] = api_begin(&calls[i]);
		if (i % 64 == 63)
			loop_until(&never,
				   1); /* lets the server accept: connect() blocks when its backlog is full */
	}
	for (int i = 0; i < count; i++)
		answers[i] = api_end(all[i]);
}

struct answer api_with(const char *method, const char *path, const char *as, const char *headers,
		       const char *body)
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
		return arena_str(scene_arena(), v->valuestring);
	char *printed = cJSON_PrintUnformatted(v);
	const char *copy = arena_str(scene_arena(), printed);
	cJSON_free(printed);
	return copy;
}

const char *at(const struct answer *a, const char *path)
{
	cJSON *doc = cJSON_ParseWithLength(a->body, a->body_len), *v = doc;
	char *steps = arena_str(scene_arena(), path), *rest = NULL;

	for (char *step = strtok_r(steps, ".", &rest); step && v; step = strtok_r(NULL, ".", &rest))
		v = cJSON_IsArray(v) ? cJSON_GetArrayItem(v, atoi(step))
				     : cJSON_GetObjectItemCaseSensitive(v, step);
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
			return arena_strn(scene_arena(), value, strcspn(value, "\r"));
		}
	return NULL;
}
