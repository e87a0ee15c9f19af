/* Log lines as a reader of the log sees them: through a pipe, parsed as JSON. */
#include "core/for_tests.h"
#include "core/log/logging.h"
#include "support/test.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];
static char text[1 << 20];

static void open_pipe(void)
{
	ck_assert_int_eq(pipe(ends), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	log_open(ends[1], LOG_INFO_, LOG_JSON);
}

static void close_pipe(void)
{
	log_open(STDERR_FILENO, LOG_INFO_, LOG_AUTO);
	close(ends[0]);
	close(ends[1]);
}

/* All that has been written since. */
static const char *written(void)
{
	size_t len = 0;

	for (ssize_t n; (n = read(ends[0], text + len, sizeof text - 1 - len)) > 0;)
		len += (size_t)n;
	text[len] = '\0';
	return text;
}

/* The one line that was written. */
static cJSON *line(void)
{
	const char *end;
	cJSON *doc = cJSON_ParseWithOpts(written(), &end, false);

	ck_assert_msg(doc != NULL, "not JSON: %s", text);
	ck_assert_str_eq(end, "\n");
	return doc;
}

static const char *member(const cJSON *doc, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(doc, name));
}

SCENE(open_pipe, close_pipe);

TEST(a_line_has_its_members)
{
	cJSON *doc;

	log_context("req-1");
	log_warn("pool_lost", "Lost %d of %s.", 2, "them");
	log_context(NULL);
	doc = line();
	ck_assert_str_eq(member(doc, "level"), "warn");
	ck_assert_str_eq(member(doc, "event"), "pool_lost");
	ck_assert_str_eq(member(doc, "msg"), "Lost 2 of them.");
	ck_assert_str_eq(member(doc, "request_id"), "req-1");
	ck_assert_uint_eq(strlen(member(doc, "ts")), strlen("2026-01-02T03:04:05.678Z"));
	ck_assert_int_eq(cJSON_GetArraySize(doc), 5);
	cJSON_Delete(doc);
	log_info("plain", "No request.");
	doc = line();
	ck_assert_ptr_null(member(doc, "request_id"));
	cJSON_Delete(doc);
}

TEST(each_byte_is_safe)
{
	for (int c = 1; c < 256; c++) {
		char s[] = {'a', (char)c, 'b', '\0'}, shown[8];
		const char *msg;
		cJSON *doc;

		log_write(&(struct log_site){0}, LOG_INFO_, "x", "%s", s);
		for (const char *p = (written(), text); *p; p++)
			ck_assert_msg((unsigned char)*p >= 0x20 ? *p != 0x7f : *p == '\n' && !p[1],
				      "raw byte %d", *p);
		doc = cJSON_Parse(text);
		ck_assert_ptr_nonnull(doc);
		msg = member(doc, "msg");
		snprintf(shown, sizeof shown, "a%sb", c < 0x80 ? (char[]){(char)c, 0} : "\xef\xbf\xbd");
		if (c == '\n')
			ck_assert_ptr_nonnull(strstr(text, "a\\nb"));
		ck_assert_str_eq(msg, shown);
		cJSON_Delete(doc);
	}
}

TEST(utf8_is_kept_and_what_is_none_replaced)
{
	cJSON *doc;

	log_info("x", "%s", "\xd0\xb6 \xf0\x9f\x8e\xb5 \xc0\xaf \xed\xa0\x80 \xc2\x9b \xd0");
	doc = line();
	ck_assert_ptr_null(strstr(text, "\xc2\x9b")); /* a C1 control, which terminals obey */
	ck_assert_str_eq(member(doc, "msg"), "\xd0\xb6 \xf0\x9f\x8e\xb5 \xef\xbf\xbd\xef\xbf\xbd "
					     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc2\x9b \xef\xbf\xbd");
	cJSON_Delete(doc);
}

TEST(long_messages_are_cut_and_lines_stay_whole)
{
	char *longest = malloc(100001);
	cJSON *doc;

	memset(longest, '\x01', 100000);
	longest[100000] = '\0';
	log_context("req-2");
	log_info("x", "%s", longest);
	log_context(NULL);
	doc = line();
	ck_assert_uint_le(strlen(text), 4096);
	ck_assert_uint_gt(strlen(member(doc, "msg")), 400);
	ck_assert_str_eq(member(doc, "request_id"), "req-2");
	cJSON_Delete(doc);
	log_context(longest);
	log_info("x", "%s", longest);
	log_context(NULL);
	cJSON_Delete(line());
	free(longest);
}

TEST(levels_below_the_least_are_not_written)
{
	log_debug("x", "No.");
	ck_assert_str_eq(written(), "");
	ck_assert(!log_wants(LOG_DEBUG_));
	log_open(ends[1], LOG_ERROR_, LOG_JSON);
	log_warn("x", "No.");
	ck_assert_str_eq(written(), "");
	log_error("x", "Yes.");
	cJSON_Delete(line());
}

static int lines_in(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void repeat(int times)
{
	for (int i = 0; i < times; i++)
		log_info("again", "Number %d.", i);
}

TEST(a_place_that_repeats_itself_is_held_back_and_counted)
{
	int first, held;

	repeat(500);
	first = lines_in(written());
	ck_assert_int_ge(first, 10);
	ck_assert_int_le(first, 30); /* the second may have turned meanwhile */
	held = 500 - first;
	usleep(1050000);
	repeat(1);
	ck_assert_int_eq(lines_in(written()), 1);
	if (first == 10) {
		char expected[64];

		snprintf(expected, sizeof expected, "\"suppressed\":%d}", held);
		ck_assert_ptr_nonnull(strstr(text, expected));
	}
	ck_assert_ptr_nonnull(strstr(text, "\"suppressed\":"));
	usleep(1050000);
	repeat(1);
	ck_assert_ptr_null(strstr(written(), "suppressed"));
}

static void fill_and_count_lost(void)
{
	uint64_t before = log_lost();
	int kept = 0;

	for (int i = 0; i < 3000; i++)
		log_write(&(struct log_site){0}, LOG_INFO_, "x", "%0100d", i);
	ck_assert_uint_gt(log_lost(), before);
	for (const char *p = written(), *end; *p; p = end + 1, kept++) {
		end = strchr(p, '\n');
		ck_assert_ptr_nonnull(end);
		ck_assert(*p == '{' && end[-1] == '}');
	}
	ck_assert_uint_eq((uint64_t)kept + log_lost() - before, 3000);
}

TEST(a_full_pipe_loses_lines_and_no_time)
{
	fill_and_count_lost();
}

TEST(a_full_socket_loses_lines_and_no_time)
{
	close(ends[0]);
	close(ends[1]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	log_open(ends[1], LOG_INFO_, LOG_JSON);
	fill_and_count_lost();
}

TEST(a_closed_descriptor_loses_lines)
{
	uint64_t before = log_lost();

	log_open(-1, LOG_INFO_, LOG_JSON);
	log_info("x", "Nobody hears.");
	ck_assert_uint_eq(log_lost(), before + 1);
}

TEST(text_for_people)
{
	log_open(ends[1], LOG_INFO_, LOG_TEXT);
	log_context("req-3");
	log_warn("pool_lost", "It said \"no\"\n\x1b[31mred");
	log_context(NULL);
	ck_assert_ptr_nonnull(
		strstr(written(), " warn  pool_lost: It said \"no\"\\n\\u001b[31mred [req-3]\n"));
	ck_assert_int_eq(text[2], ':');
	ck_assert_int_eq(text[12], ' ');
}

static const struct log_fact facts[] = {{"who", "a\"b\n", 0}, {"status", NULL, 404}, {0}};

TEST(facts_are_members)
{
	cJSON *doc;

	log_context("req-4");
	log_record(LOG_INFO_, "access", facts, "GET %s", "/x");
	log_context(NULL);
	doc = line();
	ck_assert_str_eq(member(doc, "msg"), "GET /x");
	ck_assert_str_eq(member(doc, "who"), "a\"b\n");
	ck_assert_int_eq(cJSON_GetObjectItem(doc, "status")->valueint, 404);
	ck_assert_str_eq(member(doc, "request_id"), "req-4");
	cJSON_Delete(doc);
	log_open(ends[1], LOG_INFO_, LOG_TEXT);
	log_record(LOG_INFO_, "access", facts, "GET %s", "/x");
	ck_assert_ptr_nonnull(strstr(written(), "access: GET /x who=a\"b\\n status=404\n"));
}

TEST(facts_that_are_too_long_are_cut_or_left_out_whole)
{
	struct log_fact many[9] = {0};
	char *longest = malloc(5001);
	cJSON *doc;

	memset(longest, '"', 5000);
	longest[5000] = '\0';
	for (int i = 0; i < 8; i++)
		many[i] = (struct log_fact){(const char *[]){"a", "b", "c", "d", "e", "f", "g", "h"}[i],
					    longest, 0};
	log_record(LOG_INFO_, "x", many, "%s", longest);
	doc = line();
	ck_assert_uint_gt(strlen(member(doc, "a")), 100);
	ck_assert_ptr_null(member(doc, "h"));
	cJSON_Delete(doc);
	free(longest);
}

TEST(each_record_is_written_unless_only_some_are_wanted)
{
	static struct log_site site;

	for (int i = 0; i < 100; i++)
		log_record(LOG_INFO_, "x", NULL, "%d", i);
	ck_assert_int_eq(lines_in(written()), 100);
	for (int i = 0; i < 100; i++)
		log_record_some(&site, LOG_INFO_, "x", facts, "%d", i);
	ck_assert_int_le(lines_in(written()), 20); /* the second may have turned meanwhile */
	log_open(ends[1], LOG_WARN_, LOG_JSON);
	log_record(LOG_INFO_, "x", facts, "No.");
	ck_assert_str_eq(written(), "");
}

TEST(errno_survives)
{
	errno = ENOENT;
	log_info("x", "%m");
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_nonnull(strstr(written(), "No such file"));
}

static void *log_from_thread(void *arg)
{
	log_context(arg);
	for (int i = 0; i < 100; i++)
		log_write(&(struct log_site){0}, LOG_INFO_, "x", "%d", i);
	repeat(20);
	return NULL;
}

TEST(threads_write_whole_lines)
{
	static char names[4][8] = {"t0", "t1", "t2", "t3"};
	pthread_t threads[4];
	int count = 0;

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, log_from_thread, names[i]), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (const char *p = written(), *end; *p; p = end + 1, count++) {
		cJSON *doc = cJSON_ParseWithOpts(p, &end, false);

		ck_assert_ptr_nonnull(doc);
		ck_assert_int_eq(member(doc, "request_id")[0], 't');
		cJSON_Delete(doc);
	}
	ck_assert_int_ge(count, 300);
}
