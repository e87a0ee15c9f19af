/* Connection strings are shown without their passwords, whatever libpq reads as one. */
#include "core/config/config.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

static const struct option table[] = {
	{"conninfo", OPTION_CONNINFO, "dbname=vobemusic", 0, 0, "Where the database is"},
	{0},
};

static char *shown(const char *conninfo, bool json)
{
	char *text = NULL, *override = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	ck_assert_int_gt(asprintf(&override, "db.conninfo=%s", conninfo), 0);
	config_section("db", table);
	ck_assert(config_read(NULL, (const char *[]){override, NULL}, stderr));
	ck_assert_str_eq(option_text("db", "conninfo"), conninfo); /* what is used is whole */
	config_print_values(out, json);
	config_forget();
	fclose(out);
	free(override);
	return text;
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
