/* The access log as its reader gets it: a line an answer, by the setting; one for an address that is refused
 * again and again. */
#include "core/log/logging.h"
#include "http/scene.h"
#include "support/ids.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <unistd.h>

static int ends[2];
static char text[1 << 16];

static void errors_only(struct http_config *cfg)
{
	cfg->access = ACCESS_ERRORS;
}

static void every_answer(struct http_config *cfg)
{
	cfg->access = ACCESS_ALL;
}

static void no_answer(struct http_config *cfg)
{
	cfg->access = ACCESS_OFF;
}

static void open_log(void)
{
	ck_assert_int_eq(pipe(ends), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	log_open(ends[1], LOG_INFO_, LOG_JSON);
}

static void close_log(void)
{
	log_open(STDERR_FILENO, LOG_INFO_, LOG_AUTO);
	serve_end();
	close(ends[0]);
	close(ends[1]);
}

/* The lines of that event since the last call, as an array. */
static cJSON *lines_of(const char *event)
{
	cJSON *all = cJSON_CreateArray();
	size_t len = 0;

	for (ssize_t n; (n = read(ends[0], text + len, sizeof text - 1 - len)) > 0;)
		len += (size_t)n;
	text[len] = '\0';
	for (char *rest = text, *line; (line = strtok_r(NULL, "\n", &rest));) {
		cJSON *one = cJSON_Parse(line);
		ck_assert_msg(one != NULL, "no JSON: %s", line);
		if (!strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(one, "event")), event))
			cJSON_AddItemToArray(all, one);
		else
			cJSON_Delete(one);
	}
	return all;
}

static void assert_line(const char *method, const char *route, int status, const char *user)
{
	cJSON *all = lines_of("access"), *one = cJSON_GetArrayItem(all, 0);

	ck_assert_int_eq(cJSON_GetArraySize(all), 1);
	ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(one, "method")), method);
	ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(one, "route")), route);
	ck_assert_int_eq(cJSON_GetObjectItem(one, "status")->valueint, status);
	ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(one, "user")), user);
	ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(one, "address")), "127.0.0.1");
	ck_assert_ptr_nonnull(cJSON_GetObjectItem(one, "request_id"));
	ck_assert_int_ge(cJSON_GetObjectItem(one, "us")->valueint, 0);
	cJSON_Delete(all);
}

SCENE(open_log, close_log);

TEST(every_answer_has_a_line)
{
	open_with(every_answer);
	ck_assert_int_eq(GET("/notes/" ID, AS_USER).status, 200);
	char user[UUID_TEXT];
	uuid_text(uuid_of("user", "user"), user);
	assert_line("GET", "/api/v1/notes/{id}", 200, user);
	ck_assert_int_eq(request("BREW", "/api/v1/nothing?secret=1", "", NULL).status, 404);
	assert_line("BREW", "/api/v1/nothing", 404, "-");
	ck_assert_int_eq(ask("GET / HTTP/9.9\r\n\r\n").status, 505);
	assert_line("GET", "-", 505, "-"); /* the head was not read to its end */
}

TEST(errors_have_a_line_each)
{
	open_with(errors_only);
	ck_assert_int_eq(GET("/notes/" ID, AS_USER).status, 200);
	ck_assert_int_eq(GET("/notes/x", "").status, 400);
	assert_line("GET", "/api/v1/notes/{id}", 400, "-");
}

TEST(the_log_may_be_off)
{
	open_with(no_answer);
	GET("/notes/x", "");
	cJSON *all = lines_of("access");
	ck_assert_int_eq(cJSON_GetArraySize(all), 0);
	cJSON_Delete(all);
}

TEST(who_is_refused_often_is_told_once_in_ten_times)
{
	open_with(no_answer);
	for (int i = 0; i < 99; i++)
		ck_assert_int_eq(request("POST", "/api/v1/notes", "", NULL).status, 401);
	cJSON *all = lines_of("refused_often");
	ck_assert_int_eq(cJSON_GetArraySize(all), 1);
	cJSON *one = cJSON_GetArrayItem(all, 0);
	ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(one, "log")), "security");
	ck_assert_int_eq(cJSON_GetObjectItem(one, "refusals")->valueint, 10);
	cJSON_Delete(all);
	request("POST", "/api/v1/notes", "", NULL);
	all = lines_of("refused_often");
	ck_assert_int_eq(cJSON_GetArraySize(all), 1);
	cJSON_Delete(all);
}
