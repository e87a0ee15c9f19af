/*
 * The least that an HTTP server on libevent can do: the measure for ours. Raw events, keep-alive, pipelining,
 * a fixed answer of 200 bytes of JSON, no checks at all. Prints its port; ends with SIGTERM.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 16384, BODY = 200, PIPELINED = ROOM / 18 };

struct client {
	struct event *event;
	size_t len;
	char in[ROOM];
};

static struct event_base *base;
static char answer[512], out[PIPELINED * sizeof answer];
static size_t answer_len;

static void make_answer(void)
{
	char body[BODY + 1];
	memset(body, 'x', BODY);
	memcpy(body, "{\"text\":\"", 9);
	memcpy(body + BODY - 2, "\"}", 3);
	answer_len = (size_t)snprintf(
		answer, sizeof answer,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", BODY,
		body);
}

static void leave(struct client *c, evutil_socket_t fd)
{
	event_free(c->event);
	close(fd);
	free(c);
}

/* How many whole heads the input has; what is behind them is moved to its front. */
static size_t take_heads(struct client *c)
{
	size_t count = 0;
	char *at = c->in, *end = c->in + c->len;
	for (char *found; (found = memmem(at, (size_t)(end - at), "\r\n\r\n", 4)); count++)
		at = found + 4;
	c->len = (size_t)(end - at);
	memmove(c->in, at, c->len);
	return count;
}

static void on_read(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;
	(void)what;
	ssize_t n = recv(fd, c->in + c->len, ROOM - c->len, 0);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			leave(c, fd);
		return;
	}
	c->len += (size_t)n;
	size_t count = take_heads(c), size = 0;
	for (size_t i = 0; i < count; i++, size += answer_len)
		memcpy(out + size, answer, answer_len);
	if (c->len == ROOM || (size && send(fd, out, size, MSG_NOSIGNAL) != (ssize_t)size))
		leave(c, fd);
}

static void on_listen(evutil_socket_t fd, short what, void *arg)
{
	(void)what, (void)arg;
	int accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (accepted < 0)
		return;
	struct client *c = malloc(sizeof *c);
	if (!c)
		abort();
	c->len = 0;
	c->event = event_new(base, accepted, EV_READ | EV_PERSIST, on_read, c);
	event_add(c->event, NULL);
}

static void on_signal(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	event_base_loopbreak(base);
}

static int listen_on(int port)
{
	const int on = 1;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 1024) != 0) {
		perror("listen");
		exit(EXIT_FAILURE);
	}
	getsockname(fd, (struct sockaddr *)&at, &size);
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	make_answer();
	base = event_base_new();
	int fd = listen_on(argc > 1 ? atoi(argv[1]) : 0);
	event_add(event_new(base, fd, EV_READ | EV_PERSIST, on_listen, NULL), NULL);
	event_add(evsignal_new(base, SIGTERM, on_signal, NULL), NULL);
	event_base_dispatch(base);
	return EXIT_SUCCESS;
}
