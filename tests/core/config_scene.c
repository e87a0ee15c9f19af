/* Settings under test. */
#include "core/config_scene.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* clang-format off */
static const struct option http_table[] = {
	{"address",      OPTION_TEXT,    "127.0.0.1", 0, 0,     "Address to listen on"},
	{"port",         OPTION_INT,     "8080",      0, 65535, "Port to listen on"},
	{"idle_timeout", OPTION_SECONDS, "60s",       1, 3600,  "Longest silence"},
	{"limits",       OPTION_BOOL,    "true",      0, 0,     "Rate limits"},
	{"access",       OPTION_CHOICE,  "errors",    0, 0,     "Who gets a line",
	 (const char *const[]){"off", "errors", "all", NULL}},
	{0},
};

static const struct option auth_table[] = {
	{"argon2_memory", OPTION_BYTES,   "19m", 1 << 20, INT64_C(1) << 30, "Memory of a password hash"},
	{"token_key",     OPTION_SECRET,  NULL,  0, 0,                      "Signs tokens"},
	{"issuer",        OPTION_TEXT,    NULL,  0, 0,                      "Name in tokens"},
	{"lifetime",      OPTION_SECONDS, "15m", 0, 0,                      "Life of a token"},
	{0},
};
/* clang-format on */

char dir[128], file[160], secret[160];
char *said;
size_t said_len;
FILE *faults;

void open_config(void)
{
	const char *place = getenv("VOBE_TEST_DIR");
	snprintf(dir, sizeof dir, "%s/config.XXXXXX", place ? place : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof file, "%s/x.conf", dir);
	snprintf(secret, sizeof secret, "%s/secret", dir);
	for (char **e = environ; *e;) { /* the runner's own, and those of the person who runs it */
		char name[128];
		snprintf(name, sizeof name, "%.*s", (int)strcspn(*e, "="), *e);
		if (strncmp(name, "VOBE_", 5) == 0)
			unsetenv(name);
		else
			e++;
	}
	config_section("http", http_table);
	config_section("auth", auth_table);
	faults = open_memstream(&said, &said_len);
}

void close_config(void)
{
	fclose(faults);
	free(said);
	config_forget();
	unlink(file);
	unlink(secret);
	rmdir(dir);
}

void put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_int_eq(chmod(path, mode), 0);
}

const char *told(void)
{
	static char text[8192];
	size_t n = 0;

	fflush(faults);
	for (const char *s = said; *s && n < sizeof text - 4;) {
		if (strncmp(s, dir, strlen(dir)) == 0) {
			memcpy(text + n, "DIR", 3);
			n += 3;
			s += strlen(dir);
		} else {
			text[n++] = *s++;
		}
	}
	text[n] = '\0';
	return text;
}

bool read_text(const char *text)
{
	put(file, text, 0600);
	return config_read(file, NULL, faults);
}
