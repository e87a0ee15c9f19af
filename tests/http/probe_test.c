/* Hostile and odd requests against the server itself: our probes, and the public corpus Http11Probe if at
 * hand. */
#include "http/client.h"
#include "http/probes.h"
#include "support/test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CUTS_ALL = 400 };   /* bytes of a request that are each cut at; of the rest every so many */
enum { CORPUS_PARTS = 4 }; /* judged at once */

HANDLER(get_root, none, none, none);
static err get_root(struct req *rq)
{
	return reply_bytes(rq, "application/json", "{}", 2);
}

HANDLER(post_root, none, none, none);
static err post_root(struct req *rq)
{
	return reply_bytes(rq, "application/json", "{}", 2);
}

static const struct route routes[] = {
	ROUTE(GET, "//", ANYONE, 200, get_root, "Answer", .produces = "application/json"),
	ROUTE(POST, "//", ANYONE, 200, post_root, "Answer", .produces = "application/json"),
	{0},
};

/* Requests that never end are answered soon. */
static void soon(struct http_config *cfg)
{
	cfg->head_ms = cfg->body_ms = cfg->idle_ms = 200;
}

static void open_server(void)
{
	serve(routes, soon, NULL);
}

/*
 * The status of what is sent in two pieces; 0 closed, -1 nothing in time. What is judged here is where a
 * message ends: a body that was understood as one and then refused for its type (415: the route takes none)
 * counts as taken.
 */
static int status_of(const char *bytes, size_t len, size_t cut)
{
	int fd = dial();
	send_bytes(fd, bytes, cut);
	if (cut < len)
		pass_ms(0);
	send_bytes(fd, bytes + cut, len - cut);
	int status = hear_head(fd).status;
	close(fd);
	return status == 415 ? 200 : status;
}

/* The next place to cut at: every byte at first, then here and there. */
static size_t next_cut(size_t cut)
{
	return cut + (cut < CUTS_ALL ? 1 : 977);
}

SCENE(open_server, serve_end);

TEST_EACH(probe_is_answered_alike_however_it_is_cut, i, PROBES)
{
	const struct probe *p = &probes[i];
	bool root = !memmem(p->bytes, p->len, "OPTIONS", 7) && !memmem(p->bytes, p->len, "?q=", 3);
	int wanted = p->refused ? p->refused : 200;
	for (size_t cut = p->len; cut > 0; cut = cut == p->len            ? 1
						 : next_cut(cut) < p->len ? next_cut(cut)
									  : 0) {
		int status = status_of(p->bytes, p->len, cut);
		if (root || p->refused)
			ck_assert_msg(status == wanted, "%s, cut at %zu: %d, not %d", p->name, cut, status,
				      wanted);
		else
			ck_assert_msg(status == 204 || status == 400, "%s, cut at %zu: %d", p->name, cut,
				      status);
	}
}

/* --- the public corpus: https://github.com/MDA2AV/Http11Probe (MIT) --- */

static char *corpus_text(void)
{
	const char *dir = getenv("VOBE_SHARED");
	char path[512];
	snprintf(path, sizeof path, "%s/corpora/http11probe.json", dir ? dir : "../shared");
	FILE *in = fopen(path, "r");
	if (!in)
		return NULL;
	char *text = calloc(1, 1 << 20);
	size_t n = fread(text, 1, (1 << 20) - 1, in);
	ck_assert_uint_gt(n, 0);
	fclose(in);
	return text;
}

/* What a case may be answered with: its list of statuses, closing, or waiting for ever. "!101" forbids that
 * one. */
static bool is_allowed(const char *expected, int status)
{
	char number[8];
	snprintf(number, sizeof number, "%d", status);
	if (expected[0] == '!')
		return strcmp(expected + 1, number) != 0;
	if (status == 0)
		return strstr(expected, "close") != NULL;
	if (status == -1 || status == 408)
		return strstr(expected, "timeout") != NULL;
	if (status / 100 == 2 && strstr(expected, "2xx"))
		return true;
	return strstr(expected, number) != NULL;
}

/* The corpus lost the bytes above 127 of these (they are '?' in it): nothing but acceptance can be judged. */
static bool is_damaged(const char *id)
{
	return strcmp(id, "MAL-NON-ASCII-URL") == 0 || strcmp(id, "MAL-URL-OVERLONG-UTF8") == 0;
}

static int judge(const char *id, const char *expected, const char *raw, size_t cut)
{
	int status = status_of(raw, strlen(raw), cut);
	bool fine = is_damaged(id) ? status / 100 != 2 : is_allowed(expected, status);
	ck_assert_msg(fine, "%s, cut at %zu: %d, expected %s", id, cut, status, expected);
	return status;
}

static void judge_case(const cJSON *c)
{
	const char *id = cJSON_GetObjectItem(c, "id")->valuestring,
		   *raw = cJSON_GetObjectItem(c, "rawRequest")->valuestring;
	const char *expected = cJSON_GetObjectItem(c, "expected")->valuestring;
	if (strcmp(id, "SMUG-CHUNK-EXT-CTRL") ==
	    0) /* has a NUL, where cJSON ends a string; one of our own probes */
		return;
	size_t len = strlen(raw);
	int whole = judge(id, expected, raw, len);
	if (whole == 0 || whole == 408 || whole == -1) /* incomplete: each cut would be waited for */
		return;
	for (size_t cut = 1; cut < len; cut = next_cut(cut)) {
		int status = judge(id, expected, raw, cut);
		ck_assert_msg(status == whole, "%s, cut at %zu: %d, whole %d", id, cut, status, whole);
	}
}

TEST_EACH(public_corpus_is_judged_rightly, part, CORPUS_PARTS)
{
	char *text = corpus_text();
	if (!text) {
		if (part == 0)
			puts("skipped: the corpus Http11Probe is not in VOBE_SHARED/corpora");
		return;
	}
	cJSON *cases = cJSON_Parse(text);
	int count = cJSON_GetArraySize(cases);
	ck_assert_int_gt(count, 80);
	for (int i = part; i < count; i += CORPUS_PARTS)
		judge_case(cJSON_GetArrayItem(cases, i));
	cJSON_Delete(cases);
	free(text);
}
