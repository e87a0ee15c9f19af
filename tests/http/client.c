/* Test server and clients: see client.h. */
#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "http/client.h"
#include "vobe/clock.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 8000, ROOM = 4 * 1024 * 1024 };

static char *bytes; /* of the answer heard last; more may follow it */
static size_t len;
static struct got last;
static char header[8192];

void serve(const struct route *routes, void (*change)(struct http_config *cfg),
	   const struct http_hooks *hooks)
{
	struct http_config cfg = {
		.address = "127.0.0.1",
		.inherited_fd = -1,
		.connections_max = 1000,
		.connections_per_address = 1000,
		.head_ms = 5000,
		.body_ms = 10000,
		.idle_ms = 60000,
		.stall_ms = 10000,
		.request_ms = 5000,
		.cors_origins = "*",
		.gzip_least = 1024,
		.bodies_max = 64 * 1024 * 1024,
	};
	char fault[512] = "";
	if (change)
		change(&cfg);
	loop_open();
	tasks_open(256, 64 * 1024);
	ck_assert(http_open(&cfg, hooks ? hooks : &(struct http_hooks){0}));
	ck_assert(http_routes("test", routes));
	ck_assert_msg(http_listen(fault, sizeof fault), "%s", fault);
	bytes = malloc(ROOM + 1);
}

void serve_end(void)
{
	http_close();
	tasks_close();
	loop_close();
	free(bytes);
	bytes = NULL;
}

void pass_ms(int ms)
{
	static const bool never;
	loop_until(&never, ms);
}

/* What was read of a connection behind the answer that was heard. */
static struct {
	char *at;
	size_t len;
} rest[1024];

static void take_rest(int fd)
{
	len = rest[fd].len;
	if (len)
		memcpy(bytes, rest[fd].at, len);
	free(rest[fd].at);
	rest[fd].at = NULL;
	rest[fd].len = 0;
}

static void keep_rest(int fd, size_t size)
{
	if (len == size)
		return;
	rest[fd].len = len - size;
	rest[fd].at = malloc(len - size);
	memcpy(rest[fd].at, bytes + size, len - size);
}

int dial(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port())};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	take_rest(fd); /* of a connection that had this number before */
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

void send_bytes(int fd, const void *what, size_t size)
{
	const char *at = what;
	int64_t until = clock_mono_now() + PATIENCE_MS * 1000;
	while (size && clock_mono_now() < until) {
		ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			return; /* the server has had enough; the answer says why */
		if (n > 0) {
			at += n;
			size -= (size_t)n;
		} else {
			pass_ms(1);
		}
	}
}

void send_text(int fd, const char *text)
{
	send_bytes(fd, text, strlen(text));
}

/* Where the answer's head ends, or 0. */
static size_t head_end(void)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);
	return end ? (size_t)(end - bytes) + 4 : 0;
}

/* Bytes of the whole answer at the front; 0: not there yet. */
static size_t answer_size(bool head_only)
{
	size_t head = head_end();
	if (!head)
		return 0;
	last = (struct got){.head = bytes};
	last.status = atoi(bytes + 9);
	if (last.status == 100) { /* interim: the answer is behind it */
		len -= head;
		memmove(bytes, bytes + head, len);
		return answer_size(head_only);
	}
	const char *length = got_header(&last, "Content-Length");
	size_t body = length && !head_only ? (size_t)atoll(length) : 0;
	return len >= head + body ? head + body : 0;
}

static struct got hear_as(int fd, bool head_only)
{
	int64_t until = clock_mono_now() + PATIENCE_MS * 1000;
	take_rest(fd);
	for (int spins = 0; clock_mono_now() < until; spins++) {
		bytes[len] = '\0';
		size_t size = answer_size(head_only);
		if (size) {
			last.body = bytes + head_end();
			last.body_len = size - head_end();
			keep_rest(fd, size);
			bytes[size] = '\0';
			return last;
		}
		ssize_t n = recv(fd, bytes + len, ROOM - len, 0);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return (struct got){.status = 0};
		if (n > 0)
			len += (size_t)n;
		else
			pass_ms(spins < 200 ? 0 : 1);
	}
	return (struct got){.status = -1};
}

struct got hear(int fd)
{
	return hear_as(fd, false);
}

struct got hear_head(int fd)
{
	return hear_as(fd, true);
}

struct got ask(const char *raw)
{
	int fd = dial();
	send_text(fd, raw);
	struct got g = hear_as(fd, strncmp(raw, "HEAD ", 5) == 0);
	close(fd);
	pass_ms(0);
	return g;
}

const char *got_header(const struct got *g, const char *name)
{
	size_t size = strlen(name);
	for (const char *line = g->head; line && *line != '\r'; line = strstr(line, "\r\n") + 2) {
		if (strncasecmp(line, name, size) != 0 || line[size] != ':')
			continue;
		size_t value = strcspn(line + size + 2, "\r");
		snprintf(header, sizeof header, "%.*s", (int)value, line + size + 2);
		return header;
	}
	return NULL;
}

bool is_closed(int fd, int ms)
{
	int64_t until = clock_mono_now() + ms * 1000;
	char drop[4096];
	do {
		ssize_t n = recv(fd, drop, sizeof drop, 0);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return true;
		if (n < 0)
			pass_ms(1);
	} while (clock_mono_now() < until);
	return false;
}

const char *hear_all(int fd, int ms)
{
	int64_t until = clock_mono_now() + ms * 1000;
	take_rest(fd);
	do {
		ssize_t n = recv(fd, bytes + len, ROOM - len, 0);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			break;
		if (n > 0)
			len += (size_t)n;
		else
			pass_ms(1);
	} while (clock_mono_now() < until);
	bytes[len] = '\0';
	return bytes;
}
