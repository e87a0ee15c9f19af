/* Accepting connections: caps, and a brake with a reserve descriptor for when descriptors run out. */
#include "core/loop/loop.h"
#include "http/answer/head.h"
#include "http/connection/connection.h"
#include "http/connection/listener.h"
#include "http/request/request.h"
#include "http/state.h"
#include "http/wire/proxies.h"
#include "vobe/log.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 1024,
	ACCEPTS_MAX = 64, /* in a turn: those who have been accepted want to be served as well */
	BRAKE_MS = 50,
};

static int listen_fd = -1, reserve_fd = -1;
static struct event *listen_event;
static struct loop_timer *brake;

static void turn_away(int fd)
{
	char answer[NO_ROOM_MAX], id[REQUEST_ID_MAX + 1];
	request_id_make(id);
	size_t len = head_no_room(answer, id);
	server.stats.refused++;
	if (send(fd, answer, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		server.stats.clients_gone++;
	close(fd);
}

static void hold_reserve(void)
{
	if (reserve_fd < 0)
		reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void release_brake(void *arg)
{
	(void)arg;
	loop_timer_stop(brake);
	brake = NULL;
	hold_reserve();
	if (listen_event)
		event_add(listen_event, NULL);
}

/* Without descriptors an accept fails at once, again and again: tell one client, leave the others in the
 * backlog. */
static void pull_brake(int why)
{
	log_warn("accept_braked", "No connection can be accepted (%s); trying again in %d ms.", strerror(why),
		 BRAKE_MS);
	if (reserve_fd >= 0) {
		close(reserve_fd);
		reserve_fd = -1;
		int fd = accept(listen_fd, NULL, NULL);
		if (fd >= 0)
			turn_away(fd);
	}
	event_del(listen_event);
	brake = loop_after_ms(BRAKE_MS, release_brake, NULL);
}

static void peer_of(const struct sockaddr_storage *from, struct peer *p)
{
	const struct sockaddr_in *v4 = (const void *)from;
	const struct sockaddr_in6 *v6 = (const void *)from;
	*p = (struct peer){{[10] = 0xff, [11] = 0xff}};
	if (from->ss_family == AF_INET)
		memcpy(p->address + 12, &v4->sin_addr, 4);
	else if (from->ss_family == AF_INET6)
		memcpy(p->address, &v6->sin6_addr, 16);
	else
		p->address[12] = 127; /* a Unix socket: this machine */
}

static void admit(int fd, const struct sockaddr_storage *from)
{
	const struct http_config *cfg = &server.config;
	struct peer peer;
	peer_of(from, &peer);
	int most = peer_is_proxy(&peer) ? cfg->connections_max : cfg->connections_per_address;
	if (server.stats.connections >= cfg->connections_max || !peer_enter(&peer, most))
		turn_away(fd);
	else
		conn_open(fd, &peer);
}

/* One connection from the backlog; false: there is none, or none can be had. */
static bool accept_one(void)
{
	struct sockaddr_storage from = {0};
	socklen_t size = sizeof from;
	int fd = accept4(listen_fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		admit(fd, &from);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		pull_brake(errno);
	return errno == EINTR || errno == ECONNABORTED;
}

static void on_listen(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	for (int i = 0; i < ACCEPTS_MAX && accept_one(); i++)
		;
}

/* --- opening --- */

static bool cannot_listen(char *fault, size_t room, int why)
{
	const struct http_config *cfg = &server.config;
	if (why == EADDRINUSE)
		snprintf(fault, room,
			 "%s port %d is in use, probably by another vobemusic or web server (`ss -ltnp "
			 "'sport = :%d'` "
			 "tells); stop it, or choose another port with VOBE_HTTP_PORT or http.port.",
			 cfg->address, cfg->port, cfg->port);
	else if (why == EACCES)
		snprintf(fault, room,
			 "%s port %d needs rights that this user lacks; choose a port above 1023.",
			 cfg->address, cfg->port);
	else
		snprintf(fault, room,
			 "Cannot listen on %s port %d: %s. Set http.address to an address of this machine.",
			 cfg->address, cfg->port, strerror(why));
	return false;
}

static int bound_socket(const struct addrinfo *at)
{
	const int on = 1;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (server.config.reuse_port)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
	if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int own_socket(void)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *at = NULL;
	char port[8];
	snprintf(port, sizeof port, "%d", server.config.port);
	if (getaddrinfo(server.config.address, port, &hints, &at) != 0) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	int fd = bound_socket(at), why = errno;
	freeaddrinfo(at);
	errno = why;
	return fd;
}

static int bound_port(void)
{
	struct sockaddr_storage at = {0};
	socklen_t size = sizeof at;
	if (getsockname(listen_fd, (struct sockaddr *)&at, &size) != 0)
		return server.config.port;
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): getsockname wrote it */
	return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
					      : ((struct sockaddr_in *)&at)->sin_port);
}

bool http_listen(char *fault, size_t room)
{
	const int on = 1;
	listen_fd = server.config.inherited_fd >= 0 ? server.config.inherited_fd : own_socket();
	if (listen_fd < 0 || fcntl(listen_fd, F_SETFL, O_NONBLOCK) != 0)
		return cannot_listen(fault, room, errno);
	setsockopt(listen_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted sockets inherit it */
	server.port = bound_port();
	hold_reserve();
	listen_event = event_new(loop_base(), listen_fd, EV_READ | EV_PERSIST, on_listen, NULL);
	return (listen_event && event_add(listen_event, NULL) == 0) || cannot_listen(fault, room, ENOMEM);
}

void http_hold(void)
{
	event_del(listen_event);
}

void http_accept(void)
{
	if (listen_event)
		event_add(listen_event, NULL);
}

void listener_close(void)
{
	if (listen_fd < 0)
		return;
	loop_timer_stop(brake);
	brake = NULL;
	event_free(listen_event);
	listen_event = NULL;
	close(listen_fd);
	close(reserve_fd);
	listen_fd = reserve_fd = -1;
}

/* Who is in the backlog has been promised an answer; an inherited socket keeps its backlog for the next
 * process. */
void listener_drain(void)
{
	while (listen_fd >= 0 && server.config.inherited_fd < 0 && !brake && accept_one())
		;
	listener_close();
}
