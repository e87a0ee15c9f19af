/*
 * A load generator that costs little: one thread, N keep-alive connections, each with one request under way.
 * Closed loop: a connection asks again as soon as it was answered. Open loop (-r): requests fall due at even
 * distances, whatever the server does, and their latency counts from when they were due: a server that stalls
 * is charged for all who would have waited. Prints one JSON line. `late_p99_us` is
 * how late it sent itself: where that is milliseconds others are at work on the machine, and the server waits
 * for a processor as well.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024, SAMPLES_MAX = 8 * 1000 * 1000, GRACE_US = 5 * 1000 * 1000 };
static const size_t UNKNOWN = 0, CHUNKED = SIZE_MAX;
static const char USAGE[] = "load [OPTIONS] PORT PATHS\n"
			    "  PATHS        a file with one path a line, asked for in random order\n"
			    "  -c 64        connections\n"
			    "  -t 5         seconds; 0: each path once, in order\n"
			    "  -r RATE      open loop: so many requests a second fall due\n"
			    "  -s SEED      another order; whose keys are many, by Zipf's law, stays\n"
			    "  -z SKEW      Zipf's law instead of uniform keys; below 1, usual is 0.99\n"
			    "  -b BODIES    POST, with the lines of this file as JSON in random order\n"
			    "  -a TOKENS    with the lines of this file as bearer tokens in random order\n";

struct connection {
	int fd;
	int64_t from_us;   /* sent, or due */
	size_t have, need; /* bytes of the answer; need is UNKNOWN until its head is whole */
	char *buffer;
};

struct texts {
	struct iovec *at;
	size_t count;
};

/* Gray et al., Quickly Generating Billion-Record Synthetic Databases (1994). */
struct zipf {
	double skew, zeta, alpha, eta;
};

static struct {
	struct texts paths, tokens, bodies; /* as they stand in the request */
	size_t next;
	bool once;
	struct zipf zipf;
	double pace_us, due_us; /* 0: as fast as answers come */
	int64_t end_us;
	struct connection **idle;
	size_t idle_count, under_way;
	int64_t idle_from_us; /* since when there has been a free connection */
	uint32_t *samples_us, *late_us;
	size_t sample_count, late_count, failed;
	uint64_t seed, bytes;
} load = {.seed = 88172645463325252u};

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fail(const char *what, int code)
{
	perror(what);
	exit(code);
}

/* xorshift64 (Marsaglia 2003). */
static uint64_t random_next(void)
{
	load.seed ^= load.seed << 13;
	load.seed ^= load.seed >> 7;
	return load.seed ^= load.seed << 17;
}

static void zipf_prepare(struct zipf *z, size_t n)
{
	double first_two = 1 + pow(0.5, z->skew);
	for (size_t i = 1; i <= n; i++)
		z->zeta += pow(1 / (double)i, z->skew);
	z->alpha = 1 / (1 - z->skew);
	z->eta = (1 - pow(2 / (double)n, 1 - z->skew)) / (1 - first_two / z->zeta);
}

static size_t zipf_next(const struct zipf *z, size_t n)
{
	double u = (double)(random_next() >> 11) * 0x1p-53, part = u * z->zeta;
	if (part < 1)
		return 0;
	if (part < 1 + pow(0.5, z->skew))
		return 1;
	size_t i = (size_t)((double)n * pow(z->eta * u - z->eta + 1, z->alpha));
	return i < n ? i : n - 1;
}

/* Lines that stand near each other are often rows that do: what is asked for most shall be anywhere. */
static void texts_shuffle(struct texts *texts)
{
	for (size_t i = texts->count; i > 1; i--) {
		size_t other = random_next() % i;
		struct iovec was = texts->at[i - 1];
		texts->at[i - 1] = texts->at[other];
		texts->at[other] = was;
	}
}

static void path_write(struct iovec *text, const char *line, int len, const char *method)
{
	text->iov_len = (size_t)asprintf((char **)&text->iov_base, "%s %.*s HTTP/1.1\r\nHost: localhost\r\n",
					 method, len, line);
}

static void token_write(struct iovec *text, const char *line, int len, const char *unused)
{
	(void)unused;
	text->iov_len =
		(size_t)asprintf((char **)&text->iov_base, "Authorization: Bearer %.*s\r\n", len, line);
}

static void body_write(struct iovec *text, const char *line, int len, const char *unused)
{
	(void)unused;
	text->iov_len = (size_t)asprintf((char **)&text->iov_base,
					 "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%.*s",
					 len, len, line);
}

typedef void write_fn(struct iovec *text, const char *line, int len, const char *method);

static void texts_read(struct texts *texts, const char *file, write_fn *write, const char *method)
{
	char *line = NULL;
	size_t room = 0, capacity = 0;
	ssize_t len;
	FILE *f = fopen(file, "r");

	if (!f)
		fail(file, 66);
	while ((len = getline(&line, &room, f)) > 1) {
		if (texts->count == capacity) {
			capacity = capacity ? capacity * 2 : 1024;
			texts->at = realloc(texts->at, capacity * sizeof *texts->at);
		}
		write(&texts->at[texts->count++], line, (int)len - 1, method);
	}
	free(line);
	fclose(f);
	if (!texts->count) {
		fprintf(stderr, "%s has no lines\n", file);
		exit(65);
	}
}

static int connection_open(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	if (connect(fd, (struct sockaddr *)&to, sizeof to))
		fail("connect", 69);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static struct iovec path_next(void)
{
	size_t n = load.paths.count;
	if (load.once)
		return load.paths.at[load.next++ % n];
	return load.paths.at[load.zipf.skew > 0 ? zipf_next(&load.zipf, n) : random_next() % n];
}

static void request_send(struct connection *c, int64_t from_us)
{
	static char no_body[] = "\r\n";
	struct iovec parts[3] = {path_next()};
	int n = 1;
	if (load.tokens.count)
		parts[n++] = load.tokens.at[random_next() % load.tokens.count];
	parts[n++] = load.bodies.count ? load.bodies.at[random_next() % load.bodies.count]
				       : (struct iovec){no_body, 2};
	size_t len = 0;
	for (int i = 0; i < n; i++)
		len += parts[i].iov_len;
	c->have = 0;
	c->need = UNKNOWN;
	c->from_us = from_us;
	load.under_way++;
	if (writev(c->fd, parts, n) != (ssize_t)len)
		fail("write", 74);
}

static void connection_is_free(struct connection *c)
{
	if (load.pace_us > 0 && !load.idle_count)
		load.idle_from_us = now_us();
	if (load.pace_us > 0)
		load.idle[load.idle_count++] = c;
	else if (!load.once || load.next < load.paths.count)
		request_send(c, now_us());
}

/* Whether the buffer holds a whole answer: by Content-Length, or to the last chunk, since nothing follows it.
 */
static bool answer_is_whole(struct connection *c)
{
	static const char last_chunk[] = "\r\n0\r\n\r\n";
	c->buffer[c->have] = '\0';
	char *end = c->need == UNKNOWN ? strstr(c->buffer, "\r\n\r\n") : NULL;
	if (end) {
		*end = '\0';
		char *length = strcasestr(c->buffer, "\r\ncontent-length:");
		bool chunked = strcasestr(c->buffer, "\r\ntransfer-encoding: chunked");
		c->need = chunked ? CHUNKED
				  : (size_t)(end + 4 - c->buffer) +
					    (length ? strtoul(length + 17, NULL, 10) : 0);
		*end = '\r';
	}
	if (c->need == CHUNKED)
		return c->have >= 7 && !memcmp(c->buffer + c->have - 7, last_chunk, 7);
	return c->need != UNKNOWN && c->have >= c->need;
}

static void answer_count(struct connection *c)
{
	if (load.sample_count < SAMPLES_MAX)
		load.samples_us[load.sample_count++] = (uint32_t)(now_us() - c->from_us);
	load.under_way--;
	load.bytes += c->have;
	if (strncmp(c->buffer, "HTTP/1.1 2", 10) != 0 && !load.failed++)
		fprintf(stderr, "the first answer that is no success:\n%.600s\n", c->buffer);
}

static void answer_read(struct connection *c)
{
	ssize_t got = read(c->fd, c->buffer + c->have, BUFFER - 1 - c->have);
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		fprintf(stderr, "the server closed a connection, or its answer is over %d bytes\n",
			BUFFER - 1);
		exit(76);
	}
	c->have += (size_t)got;
	if (answer_is_whole(c)) {
		answer_count(c);
		connection_is_free(c);
	}
}

/* How late a request is sent for which there was a free connection: that is not the server's doing. */
static void lateness_note(void)
{
	double due_us = load.due_us > (double)load.idle_from_us ? load.due_us : (double)load.idle_from_us;
	if (load.late_count < SAMPLES_MAX)
		load.late_us[load.late_count++] = (uint32_t)((double)now_us() - due_us);
}

/* Begins what is due; whether more falls due, and in how long. What finds no free connection waits and stays
 * due. */
static bool paced_send(struct timespec *wait)
{
	while (load.due_us < (double)load.end_us && load.idle_count && (double)now_us() >= load.due_us) {
		lateness_note();
		request_send(load.idle[--load.idle_count], (int64_t)load.due_us);
		load.due_us += load.pace_us;
	}
	double left_us = load.due_us - (double)now_us();
	bool soon = load.idle_count && load.due_us < (double)load.end_us;
	*wait = (struct timespec){0, soon && left_us < 1e5 ? (long)(left_us > 0 ? left_us * 1e3 : 0)
							   : 100000000};
	return load.due_us < (double)load.end_us;
}

/* In the open loop what fell due is answered, too, unless that takes longer than the grace. */
static bool load_goes_on(struct timespec *wait)
{
	*wait = (struct timespec){0, 100000000};
	if (load.once)
		return load.sample_count < load.paths.count;
	if (load.pace_us > 0)
		return (paced_send(wait) || load.under_way) && now_us() < load.end_us + GRACE_US;
	return now_us() < load.end_us;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Of sorted samples. */
static uint32_t percentile_of(const uint32_t *samples, size_t count, double part)
{
	return count ? samples[(size_t)((double)(count - 1) * part)] : 0;
}

static uint32_t percentile(double part)
{
	return percentile_of(load.samples_us, load.sample_count, part);
}

/* Returns how many requests fell due and were not answered. */
static size_t result_print(double seconds)
{
	size_t n = load.sample_count, due = load.under_way;
	if (load.pace_us > 0 && load.due_us < (double)load.end_us)
		due += (size_t)(((double)load.end_us - load.due_us) / load.pace_us);
	size_t unanswered = load.pace_us > 0 ? due : 0;
	qsort(load.samples_us, n, sizeof *load.samples_us, by_value);
	qsort(load.late_us, load.late_count, sizeof *load.late_us, by_value);
	printf("{\"requests\":%zu,\"failed\":%zu,\"unanswered\":%zu,\"seconds\":%.3f,\"per_second\":%.0f,", n,
	       load.failed, unanswered, seconds, (double)n / seconds);
	printf("\"p50_us\":%u,\"p90_us\":%u,\"p99_us\":%u,\"p999_us\":%u,\"max_us\":%u,", percentile(0.5),
	       percentile(0.9), percentile(0.99), percentile(0.999), percentile(1));
	printf("\"late_p99_us\":%u,", percentile_of(load.late_us, load.late_count, 0.99));
	printf("\"bytes_per_answer\":%.0f}\n", n ? (double)load.bytes / (double)n : 0);
	return unanswered;
}

static void options_read(int argc, char **argv, int *connections, double *seconds, uint64_t *seed)
{
	const char *bodies = NULL;
	for (int option; (option = getopt(argc, argv, "c:t:r:s:z:b:a:")) != -1;)
		switch (option) {
		case 'c': *connections = atoi(optarg); break;
		case 't': *seconds = atof(optarg); break;
		case 'r': load.pace_us = 1e6 / atof(optarg); break;
		case 's': *seed = strtoull(optarg, NULL, 10); break;
		case 'z': load.zipf.skew = atof(optarg); break;
		case 'b': bodies = optarg; break;
		case 'a': texts_read(&load.tokens, optarg, token_write, NULL); break;
		default: optind = argc;
		}
	if (argc - optind != 2 || *connections < 1 || load.zipf.skew >= 1) {
		fputs(USAGE, stderr);
		exit(64);
	}
	if (bodies)
		texts_read(&load.bodies, bodies, body_write, NULL);
	texts_read(&load.paths, argv[optind + 1], path_write, bodies ? "POST" : "GET");
}

int main(int argc, char **argv)
{
	int n = 64, epoll = epoll_create1(0);
	double seconds = 5;
	uint64_t seed = 0;
	struct timespec wait;
	struct epoll_event events[256];

	options_read(argc, argv, &n, &seconds, &seed);
	prctl(PR_SET_TIMERSLACK, 1); /* else what is due waits for 50 us more */
	load.once = seconds <= 0;
	if (load.zipf.skew > 0) {
		texts_shuffle(&load.paths);
		zipf_prepare(&load.zipf, load.paths.count);
	}
	load.seed ^= seed * UINT64_C(0x9E3779B97F4A7C15);
	load.samples_us = malloc(SAMPLES_MAX * sizeof *load.samples_us);
	load.late_us = malloc(SAMPLES_MAX * sizeof *load.late_us);
	load.idle = calloc((size_t)n, sizeof(struct connection *));
	struct connection *connections = calloc((size_t)n, sizeof *connections);
	for (int i = 0; i < n; i++) {
		connections[i] = (struct connection){.fd = connection_open(atoi(argv[optind])),
						     .buffer = malloc(BUFFER)};
		epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd,
			  &(struct epoll_event){EPOLLIN, {.ptr = &connections[i]}});
	}
	int64_t start = now_us();
	load.due_us = (double)start;
	load.end_us = start + (int64_t)(seconds * 1e6);
	for (int i = 0; i < n; i++)
		connection_is_free(&connections[i]);
	while (load_goes_on(&wait))
		for (int i = 0, ready = epoll_pwait2(epoll, events, 256, &wait, NULL); i < ready; i++)
			answer_read(events[i].data.ptr);
	return result_print((double)(now_us() - start) / 1e6) || load.failed ? 1 : 0;
}
