/* Config files: whatever they hold, reading ends, tells a fault for what it refuses, and what is printed
 * reads back; secrets starred. */
#include "core/config/config.h"
#include "core/config/config_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* clang-format off */
static const struct option table[] = {
	{"address", OPTION_TEXT,    "127.0.0.1", 0,  0,     "Text"},
	{"port",    OPTION_INT,     "8080",      0,  65535, "Number"},
	{"silence", OPTION_SECONDS, "60s",       1,  3600,  "Time"},
	{"memory",  OPTION_BYTES,   "19m",       64, 0,     "Size"},
	{"limits",  OPTION_BOOL,    "true",      0,  0,     "Switch"},
	{0},
};
/* clang-format on */

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void put(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	/* Its owner's alone: what looks like https://token@host is a secret, and others could read it. */
	demand(f && fchmod(fileno(f), 0600) == 0 && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

/* The values in force, without the comments that say where they come from. */
static char *printed(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	config_print_values(f, false);
	fclose(f);
	return text;
}

static bool read_file(const char *path)
{
	char *said = NULL;
	size_t len;
	FILE *faults = open_memstream(&said, &len);

	config_section("http", table);
	config_section("other", table);
	bool fine = config_read(path, NULL, faults);
	fclose(faults);
	demand(fine == (len == 0)); /* no secrets that others can read, so no warnings */
	free(said);
	return fine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];

	snprintf(path, sizeof path, "/tmp/vobe-config-fuzz.%d", (int)getpid());
	put(path, data, size);
	if (read_file(path)) {
		char *text = printed();
		char *address = strdup(config_text_shown(&table[0], option_text("http", "address")));
		int64_t port = option_int("other", "port");
		config_forget();
		put(path, text, strlen(text));
		demand(read_file(path));
		demand(strcmp(option_text("http", "address"), address) == 0 &&
		       option_int("other", "port") == port);
		free(address);
		free(text);
	}
	config_forget();
	unlink(path);
	return 0;
}
