/*
 * From publishing to found: POSTS posts at RATE a second, each searched for until it is found, while READERS
 * search. publish_to_found PORT TOKENS POSTS RATE READERS [PAUSE_MS mixed|common] Between two searches a
 * reader pauses, 100 ms unless told; one time in five it asks for a word that is in very many posts (album,
 * love), with `common` every time.
 * TOKENS is a file with one access token a line (one a publisher). Time runs from the answer of POST /posts
 * to the end of the first search that returns the post; between two of those searches is a millisecond, since
 * sixteen that ask without a pause would take the processors from what they wait for. Prints one JSON line.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PUBLISHERS_MAX = 64, BODY = 4 << 20, GIVE_UP_US = 5 * 1000 * 1000, PROBE_US = 1000 };

static struct {
	int port, posts, rate, pause_ms;
	bool common;
	char *tokens[PUBLISHERS_MAX];
	int publishers;
	int64_t start_us;
	volatile int next, done;
	int64_t *found_us;
	volatile long searches, failed, told;
} trial;

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int connection_open(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)trial.port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
		perror("connect");
		exit(69);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

/* Sends a request and reads the whole answer; returns its status. */
static int ask(int fd, const char *request, char *answer)
{
	size_t have = 0, whole = BODY;
	if (write(fd, request, strlen(request)) < 0)
		return 0;
	while (have < whole) {
		ssize_t got = read(fd, answer + have, BODY - 1 - have);
		if (got <= 0)
			return 0;
		have += (size_t)got;
		answer[have] = '\0';
		char *end = strstr(answer, "\r\n\r\n"), *length = strcasestr(answer, "\r\ncontent-length:");
		if (end)
			whole = (size_t)(end + 4 - answer) +
				(length && length < end ? strtoul(length + 17, NULL, 10) : 0);
	}
	return atoi(answer + 9);
}

static void search_request(char *out, size_t room, const char *word)
{
	snprintf(out, room, "GET /api/v1/search/posts?q=%s HTTP/1.1\r\nHost: localhost\r\n\r\n", word);
}

static bool publish(int fd, const char *token, const char *word, char *answer)
{
	char body[512], request[4096];
	snprintf(body, sizeof body,
		 "{\"title\":\"Fresh %s\",\"content\":\"A post that must be found by the word %s at once.\","
		 "\"status\":\"published\",\"tags\":[\"bench\"]}",
		 word, word);
	snprintf(request, sizeof request,
		 "POST /api/v1/posts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
		 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		 token, strlen(body), body);
	int status = ask(fd, request, answer);
	if (status != 201 && __sync_fetch_and_add(&trial.told, 1) == 0)
		fprintf(stderr, "POST /posts answered %d: %.300s\n", status,
			strstr(answer, "\r\n\r\n") ? strstr(answer, "\r\n\r\n") + 4 : "");
	return status == 201;
}

static int64_t time_to_find(int fd, const char *word, char *answer)
{
	char request[512], title[128];
	int64_t from = now_us();
	search_request(request, sizeof request, word);
	snprintf(title, sizeof title, "\"title\":\"Fresh %s\"", word);
	while (now_us() - from < GIVE_UP_US) {
		if (ask(fd, request, answer) == 200 && strstr(answer, title))
			return now_us() - from;
		usleep(PROBE_US);
	}
	return -1;
}

static void *publisher(void *arg)
{
	const char *token = arg;
	char *answer = malloc(BODY), word[64];
	int fd = connection_open(), mine;
	while ((mine = __sync_fetch_and_add(&trial.next, 1)) < trial.posts) {
		int64_t due = trial.start_us + (int64_t)mine * 1000000 / trial.rate, wait = due - now_us();
		if (wait > 0)
			usleep((useconds_t)wait);
		snprintf(word, sizeof word, "zq%xv%d", (unsigned)trial.start_us, mine);
		trial.found_us[mine] = publish(fd, token, word, answer) ? time_to_find(fd, word, answer) : -1;
	}
	close(fd);
	free(answer);
	return NULL;
}

static void *reader(void *arg)
{
	static const char *const words[] = {"metallica", "fairyland", "love",  "hamasaki", "symphony",
					    "nirvana",   "abbey",     "album", "trumpet",  "moscow"},
				 *const common[] = {"love", "album"};
	char *answer = malloc(BODY), request[512];
	int fd = connection_open();
	for (unsigned i = (unsigned)(uintptr_t)arg; !trial.done; i++) {
		search_request(request, sizeof request, trial.common ? common[i % 2] : words[i % 10]);
		int status = ask(fd, request, answer);
		if (status != 200 && __sync_fetch_and_add(&trial.failed, 1) == 0)
			fprintf(stderr, "GET /search/posts answered %d: %.500s\n", status, answer);
		__sync_fetch_and_add(&trial.searches, 1);
		usleep((useconds_t)trial.pause_ms * 1000);
	}
	close(fd);
	free(answer);
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void tokens_read(const char *path)
{
	char *line = NULL;
	size_t room = 0;
	FILE *f = fopen(path, "r");
	while (f && trial.publishers < PUBLISHERS_MAX && getline(&line, &room, f) > 1) {
		line[strcspn(line, "\n")] = '\0';
		trial.tokens[trial.publishers++] = strdup(line);
	}
	if (!trial.publishers) {
		fprintf(stderr, "%s holds no tokens\n", path);
		exit(66);
	}
}

static int result_print(void)
{
	int lost = 0;
	qsort(trial.found_us, (size_t)trial.posts, sizeof *trial.found_us, by_value);
	while (lost < trial.posts && trial.found_us[lost] < 0)
		lost++;
	const int64_t *found = trial.found_us + lost;
	int n = trial.posts - lost;
	printf("{\"words\":\"%s\",\"pause_ms\":%d,\"posts\":%d,\"not_found\":%d,\"searches\":%ld,\"failed\":%"
	       "ld,\"p50_us\":%lld,\"p99_us\":%lld,\"max_us\":%lld}\n",
	       trial.common ? "common" : "mixed", trial.pause_ms, n, lost, trial.searches, trial.failed,
	       n ? (long long)found[n / 2] : 0, n ? (long long)found[n * 99 / 100] : 0,
	       n ? (long long)found[n - 1] : 0);
	return lost || trial.failed;
}

int main(int argc, char **argv)
{
	pthread_t publishers[PUBLISHERS_MAX], readers[256];
	if (argc != 6 && argc != 8) {
		fprintf(stderr, "publish_to_found PORT TOKENS POSTS RATE READERS [PAUSE_MS mixed|common]\n");
		return 64;
	}
	int reader_count = atoi(argv[5]);
	trial.port = atoi(argv[1]);
	tokens_read(argv[2]);
	trial.posts = atoi(argv[3]);
	trial.rate = atoi(argv[4]);
	trial.pause_ms = argc > 6 ? atoi(argv[6]) : 100;
	trial.common = argc > 7 && !strcmp(argv[7], "common");
	trial.found_us = calloc((size_t)trial.posts, sizeof *trial.found_us);
	trial.start_us = now_us() + 200000;
	for (int i = 0; i < reader_count; i++)
		pthread_create(&readers[i], NULL, reader, (void *)(uintptr_t)i);
	for (int i = 0; i < trial.publishers; i++)
		pthread_create(&publishers[i], NULL, publisher, trial.tokens[i]);
	for (int i = 0; i < trial.publishers; i++)
		pthread_join(publishers[i], NULL);
	trial.done = 1;
	for (int i = 0; i < reader_count; i++)
		pthread_join(readers[i], NULL);
	return result_print();
}
