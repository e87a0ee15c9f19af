/* The playing of scripts. */
#include "transfer/server.h"

#include "support/test.h"
#include "vobe/buf.h"
#include "vobe/clock.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
	int listening, port;
	const struct step *script;
	pthread_t thread;
	struct buf heard;
	atomic_bool asked;
	atomic_size_t said;
	_Atomic int64_t left_us;
	bool joined;
};

static bool say(struct server *s, int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		s->said += (size_t)n;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* One byte at a time, so that nothing of what follows is taken. */
static void hear_until(struct server *s, int fd, const char *end)
{
	size_t len = strlen(end), from = s->heard.len;
	char c;

	while (recv(fd, &c, 1, 0) == 1) {
		buf_char(&s->heard, c);
		if (s->heard.len - from >= len && !memcmp(s->heard.at + s->heard.len - len, end, len))
			return;
	}
}

static void await_end(struct server *s, int fd)
{
	char bytes[4096];

	while (recv(fd, bytes, sizeof bytes, 0) > 0)
		;
	s->left_us = clock_mono_now();
}

static void drip(struct server *s, int fd, const struct step *step)
{
	for (const char *c = step->text; *c && say(s, fd, c, 1); c++)
		usleep((useconds_t)step->times * 1000);
}

static void play_step(struct server *s, int fd, const struct step *step)
{
	switch (step->act) {
	case HEAR_HEAD: hear_until(s, fd, "\r\n\r\n"); break;
	case HEAR_LINE: hear_until(s, fd, "\r\n"); break;
	case HEAR_UNTIL: hear_until(s, fd, step->text); break;
	case SAY:
		for (int i = 0; i < (step->times ? step->times : 1); i++)
			if (!say(s, fd, step->text, strlen(step->text)))
				break;
		break;
	case DRIP: drip(s, fd, step); break;
	case PAUSE: usleep((useconds_t)step->times * 1000); break;
	case RESET:
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
		break;
	case AWAIT_END: await_end(s, fd); break;
	}
}

static void *play(void *arg)
{
	struct server *s = arg;
	int fd = accept(s->listening, NULL, NULL);

	if (fd < 0)
		return NULL;
	s->asked = true;
	for (const struct step *step = s->script; !step->is_end; step++)
		play_step(s, fd, step);
	close(fd);
	return NULL;
}

struct server *server_start(const struct step *script)
{
	struct server *s = calloc(1, sizeof *s);
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;

	s->script = script;
	s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert(s->listening >= 0 && bind(s->listening, (struct sockaddr *)&at, sizeof at) == 0);
	ck_assert(listen(s->listening, 16) == 0 &&
		  getsockname(s->listening, (struct sockaddr *)&at, &len) == 0);
	s->port = ntohs(at.sin_port);
	ck_assert(pthread_create(&s->thread, NULL, play, s) == 0);
	return s;
}

int server_port(const struct server *s)
{
	return s->port;
}

static void join(struct server *s)
{
	if (!s->joined)
		pthread_join(s->thread, NULL);
	s->joined = true;
}

const char *server_heard(struct server *s)
{
	join(s);
	return buf_text(&s->heard);
}

bool server_was_asked(const struct server *s)
{
	return s->asked;
}

int64_t server_left_us(struct server *s)
{
	for (int tries = 0; !s->left_us && tries < 2000; tries++)
		usleep(1000);
	ck_assert_msg(s->left_us, "the client never closed");
	return s->left_us;
}

size_t server_said(const struct server *s)
{
	return s->said;
}

/* One that nobody came to is woken from its accept. */
void server_end(struct server *s)
{
	shutdown(s->listening, SHUT_RDWR);
	join(s);
	close(s->listening);
	buf_free(&s->heard);
	free(s);
}
