/* Connection strings are shown without their passwords, whatever libpq reads as one. */
#include "core/config/config.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

static const struct option table[] = {
	{"conninfo", OPTION_CONNINFO, "dbname=vobemusic", 0, 0, "Where the database is"},
	{"url", OPTION_TEXT, "", 0, 0, "Where something else is"},
	{0},
};

static char *shown_of(const char *name, const char *given, bool json)
{
	char *text = NULL, *override = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	ck_assert_int_gt(asprintf(&override, "db.%s=%s", name, given), 0);
	config_section("db", table);
	ck_assert(config_read(NULL, (const char *[]){override, NULL}, stderr));
	ck_assert_str_eq(option_text("db", name), given); /* what is used is whole */
	config_print_values(out, json);
	config_forget();
	fclose(out);
	free(override);
	return text;
}

static char *shown(const char *conninfo, bool json)
{
	return shown_of("conninfo", conninfo, json);
}

TEST(no_url_shows_who_signs_in_there)
{
	static const struct {
		const char *given, *seen;
	} urls[] = {
		{"https://u:hush@h:8000/v1", "https://***@h:8000/v1"},
		{"https://hush@h/v1", "https://***@h/v1"},
		{"http://hush@hush:x@h?a=b", "http://***@h?a=b"},
		{"https://h/@music/{token}", "https://h/@music/{token}"},
		{"https://h", "https://h"},
		{"Name <address@example.org>", "Name <address@example.org>"},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		char wanted[256], *text = shown_of("url", urls[i].given, false);
		snprintf(wanted, sizeof wanted, "url = \"%s\"", urls[i].seen);
		ck_assert_msg(strstr(text, wanted) && !strstr(text, "hush"), "%s: %s", urls[i].given, text);
		free(text);
	}
}

TEST(no_form_shows_the_password)
{
	static const struct {
		const char *given, *seen;
	} forms[] = {
		{"host=/s password=hush dbname=x", "host=/s password=*** dbname=x"},
		{"password = hush", "password = ***"},
		{"password='hu sh\\'hush' user=u", "password=*** user=u"},
		{"password=hu\\ sh\\'hush user=u", "password=*** user=u"},
		{"password='hush never ends", "password=***"},
		{"sslpassword=hush sslkey=/k", "sslpassword=*** sslkey=/k"},
		{"user=u hush", "user=u ***"},
		{"postgresql://u:hush@h:5432/db", "postgresql://u:***@h:5432/db"},
		{"postgres://u:hu@sh@h1,h2/db", "postgres://u:***@h1,h2/db"},
		{"postgresql://u:hu/sh@h/db?target_session_attrs=read-write",
		 "postgresql://u:***@h/db?target_session_attrs=read-write"},
		{"postgresql://h/db?user=u&password=hush&sslpassword=hush#hush",
		 "postgresql://h/db?user=u&password=***&sslpassword=***"},
		{"postgresql://h/db?pass%77ord=hush", "postgresql://h/db?pass%77ord=***"},
		{"postgresql://[::1]:5432/db", "postgresql://[::1]:5432/db"},
		{"host=a,b passfile=/etc/pgpass target_session_attrs=read-write",
		 "host=a,b passfile=/etc/pgpass target_session_attrs=read-write"},
		{"password= host=h", "password= ***"}, /* libpq: the password is "host=h" */
		{"", ""},
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char wanted[256], *text = shown(forms[i].given, false), *json = shown(forms[i].given, true);
		snprintf(wanted, sizeof wanted, "conninfo = \"%s\"", forms[i].seen);
		ck_assert_msg(strstr(text, wanted) && !strstr(text, "hush"), "%s: %s", forms[i].given, text);
		snprintf(wanted, sizeof wanted, "\"value\":\"%s\"", forms[i].seen);
		ck_assert_msg(strstr(json, wanted) && !strstr(json, "hush"), "%s: %s", forms[i].given, json);
		free(text);
		free(json);
	}
}
