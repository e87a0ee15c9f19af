/* Settings: what a value may be, printing, asking. */
#include "core/config_scene.h"
#include "vobe/json.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

SCENE(open_config, close_config);

TEST(numbers_and_units)
{
	static const struct {
		const char *text;
		int64_t n;
	} fine[] = {
		{"auth.lifetime=0", 0},     {"auth.lifetime=90", 90},    {"auth.lifetime=90s", 90},
		{"auth.lifetime=15m", 900}, {"auth.lifetime=8h", 28800}, {"auth.lifetime=30d", 2592000},
	};
	static const char *const refused[] = {
		"auth.lifetime=",
		"auth.lifetime=-1",
		"auth.lifetime=1M",
		"auth.lifetime=1ms",
		"auth.lifetime=1 m",
		"auth.lifetime=1.5h",
		"auth.lifetime=99999999999999999999",
		"auth.lifetime=999999999999999999d",
		"auth.argon2_memory=1023k",
		"auth.argon2_memory=2g",
		"auth.argon2_memory=64kb",
		"http.port=-1",
		"http.port=0x50",
		"http.port=80k",
		"http.limits=TRUE",
		"http.limits=",
	};
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
		ck_assert(config_read(NULL, (const char *[]){fine[i].text, NULL}, faults));
		ck_assert_int_eq(option_int("auth", "lifetime"), fine[i].n);
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		ck_assert_msg(!config_read(NULL, (const char *[]){refused[i], NULL}, faults), "%s",
			      refused[i]);
}

static char *printed(void (*print)(FILE *))
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	print(f);
	fclose(f);
	return text;
}

static void print_text(FILE *f)
{
	config_print_values(f, false);
}
static void print_json(FILE *f)
{
	config_print_values(f, true);
}

TEST(a_choice_is_one_of_its_words)
{
	ck_assert(config_read(NULL, NULL, faults));
	ck_assert_int_eq(option_choice("http", "access"), 1);
	ck_assert(config_read(NULL, (const char *const[]){"http.access=all", NULL}, faults));
	ck_assert_int_eq(option_choice("http", "access"), 2);
	ck_assert(!config_read(NULL, (const char *const[]){"http.access=All", NULL}, faults));
	fflush(faults);
	ck_assert_ptr_nonnull(strstr(said, "off, errors or all"));
}

/* Uncommented, the example is a valid file that says exactly the defaults. */
TEST(the_example_is_a_valid_file_of_the_defaults)
{
	ck_assert(config_read(NULL, NULL, faults));
	char *example = printed(config_print_example), *before = printed(print_text);
	ck_assert_ptr_nonnull(strstr(example, "\t# Port to listen on (0 to 65535)\n\t#port = 8080\n"));
	ck_assert_msg(read_text(example), "%s", told());
	for (char *hash = example; (hash = strstr(hash, "\n\t#"));)
		if (*(hash += 2) && hash[1] != ' ' && !strstr(strndupa(hash, strcspn(hash, "\n")), "_file"))
			*hash = ' ';
	ck_assert_msg(read_text(example), "%s", told());
	ck_assert_str_ne(config_source(), "defaults");
	ck_assert_int_eq(option_int("auth", "argon2_memory"), 19 << 20);
	char *after = printed(print_text);
	ck_assert_ptr_nonnull(strstr(before, "\tport = 8080                             # default\n"));
	ck_assert_ptr_nonnull(strstr(after, "port = 8080"));
	ck_assert_ptr_null(strstr(after, "\tport = 8080                             # default\n"));
	free(example);
	free(before);
	free(after);
}

TEST(values_are_printed_without_secrets)
{
	ck_assert(config_read(NULL,
			      (const char *[]){"auth.token_key=hush", "auth.issuer=a\"b\\c ${HOME}",
					       "auth.lifetime=3600", NULL},
			      faults));
	char *text = printed(print_text), *json = printed(print_json);
	ck_assert_ptr_null(strstr(text, "hush"));
	ck_assert_ptr_null(strstr(json, "hush"));
	ck_assert_ptr_nonnull(strstr(text, "\t#token_key = ***"));
	ck_assert_ptr_nonnull(strstr(text, "\tlifetime = 1h"));
	ck_assert_ptr_nonnull(strstr(text, "\tissuer = \"a\\\"b\\\\c \\${HOME}\""));
	ck_assert_ptr_nonnull(
		strstr(json, "\"token_key\":{\"value\":\"***\",\"source\":\"auth.token_key\"}"));
	ck_assert_ptr_nonnull(strstr(json, "\"port\":{\"value\":8080,\"source\":\"default\"}"));
	ck_assert_ptr_nonnull(strstr(json, "\"limits\":{\"value\":true,"));
	struct arena *a = arena_new();
	ck_assert_ptr_null(json_fault(a, json, strlen(json)));
	arena_free(a);

	/* the text is a config file itself */
	ck_assert_msg(read_text(text), "%s", told());
	ck_assert_str_eq(option_text("auth", "issuer"), "a\"b\\c ${HOME}");
	free(text);
	free(json);
}

TEST_DIES(asking_for_what_is_not_declared_ends_the_process, SIGABRT)
{
	ck_assert(config_read(NULL, NULL, faults));
	option_int("http", "prot");
}

TEST_DIES(asking_for_the_wrong_type_ends_the_process, SIGABRT)
{
	ck_assert(config_read(NULL, NULL, faults));
	option_text("http", "port");
}
