/*
 * A load generator that costs little: one thread, N keep-alive connections, each with one request under way.
 *   load PORT CONNECTIONS SECONDS PATHS [RATE]
 * PATHS is a file with one path a line, asked for in random order (uniform keys); with SECONDS 0 each once,
 * in order. Prints one JSON line. With a RATE, so many requests a second are begun at even distances instead
 * of one as soon as another ended.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024, SAMPLES_MAX = 8 * 1000 * 1000 };

struct connection {
	int fd;
	int64_t sent_us;
	size_t have;
	char buffer[BUFFER];
};

static struct {
	char **requests;
	size_t *lengths;
	size_t count, next;
	bool once;
	double pace_us, due_us; /* 0: as fast as answers come */
	struct connection *idle[4096];
	int idle_count;
	uint32_t *samples_us;
	size_t sample_count, failed;
	uint64_t seed, bytes;
} load = {.seed = 88172645463325252u};

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* xorshift64 (Marsaglia 2003). */
static uint64_t random_next(void)
{
	load.seed ^= load.seed << 13;
	load.seed ^= load.seed >> 7;
	return load.seed ^= load.seed << 17;
}

static void requests_read(const char *path)
{
	char *line = NULL;
	size_t room = 0, capacity = 0;
	ssize_t len;
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(66);
	}
	while ((len = getline(&line, &room, f)) > 1) {
		if (load.count == capacity) {
			capacity = capacity ? capacity * 2 : 1024;
			load.requests = realloc(load.requests, capacity * sizeof *load.requests);
			load.lengths = realloc(load.lengths, capacity * sizeof *load.lengths);
		}
		line[len - 1] = '\0';
		load.lengths[load.count] = (size_t)asprintf(
			&load.requests[load.count], "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", line);
		load.count++;
	}
	free(line);
	fclose(f);
}

static int connection_open(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
		perror("connect");
		exit(69);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void request_send(struct connection *c)
{
	size_t i = load.once ? load.next++ % load.count : random_next() % load.count;
	c->have = 0;
	c->sent_us = now_us();
	if (write(c->fd, load.requests[i], load.lengths[i]) != (ssize_t)load.lengths[i]) {
		perror("write");
		exit(74);
	}
}

/* Whether the buffer holds a whole answer; its length by Content-Length. */
static bool answer_is_whole(struct connection *c)
{
	c->buffer[c->have] = '\0';
	char *end = strstr(c->buffer, "\r\n\r\n");
	if (!end)
		return false;
	char *length = strcasestr(c->buffer, "\r\ncontent-length:");
	size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
	return c->have >= (size_t)(end + 4 - c->buffer) + body;
}

static void answer_count(struct connection *c)
{
	if (load.sample_count < SAMPLES_MAX)
		load.samples_us[load.sample_count++] = (uint32_t)(now_us() - c->sent_us);
	load.bytes += c->have;
	load.failed += strncmp(c->buffer, "HTTP/1.1 2", 10) != 0;
}

static void answer_read(struct connection *c)
{
	ssize_t got = read(c->fd, c->buffer + c->have, BUFFER - 1 - c->have);
	if (got <= 0 && errno != EAGAIN) {
		fprintf(stderr, "the server closed a connection\n");
		exit(76);
	}
	c->have += got > 0 ? (size_t)got : 0;
	if (!answer_is_whole(c))
		return;
	answer_count(c);
	if (load.pace_us > 0)
		load.idle[load.idle_count++] = c;
	else
		request_send(c);
}

/* Begins what is due; returns how long the next may wait, in milliseconds for epoll_wait. */
static int paced_send(void)
{
	while (load.idle_count && (double)now_us() >= load.due_us) {
		request_send(load.idle[--load.idle_count]);
		load.due_us += load.pace_us;
	}
	return load.pace_us > 0 ? 0 : 100;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void result_print(double seconds)
{
	size_t n = load.sample_count;
	qsort(load.samples_us, n, sizeof *load.samples_us, by_value);
	printf("{\"requests\":%zu,\"failed\":%zu,\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%u,\"p99_"
	       "us\":%u,\"max_us\":%u,"
	       "\"bytes_per_answer\":%.0f}\n",
	       n, load.failed, seconds, (double)n / seconds, n ? load.samples_us[n / 2] : 0,
	       n ? load.samples_us[n * 99 / 100] : 0, n ? load.samples_us[n - 1] : 0,
	       n ? (double)load.bytes / (double)n : 0);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "load PORT CONNECTIONS SECONDS PATHS [RATE]\n");
		return 64;
	}
	int n = atoi(argv[2]), epoll = epoll_create1(0);
	double seconds = atof(argv[3]);
	struct connection *connections = calloc((size_t)n, sizeof *connections);
	struct epoll_event events[256];

	load.once = seconds <= 0;
	requests_read(argv[4]);
	load.pace_us = argc > 5 ? 1e6 / atof(argv[5]) : 0;
	load.samples_us = malloc(SAMPLES_MAX * sizeof *load.samples_us);
	for (int i = 0; i < n; i++) {
		connections[i].fd = connection_open(atoi(argv[1]));
		epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd,
			  &(struct epoll_event){EPOLLIN, {.ptr = &connections[i]}});
		request_send(&connections[i]);
	}
	load.due_us = (double)now_us();
	int64_t start = now_us(), end = start + (int64_t)(seconds * 1e6);
	while (load.once ? load.sample_count < load.count : now_us() < end)
		for (int i = 0, ready = epoll_wait(epoll, events, 256, paced_send()); i < ready; i++)
			answer_read(events[i].data.ptr);
	result_print((double)(now_us() - start) / 1e6);
	return load.failed ? 1 : 0;
}
