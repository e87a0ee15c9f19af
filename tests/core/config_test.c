/* Settings: the file, the environment, overrides, secrets, faults. */
#include "core/config_scene.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

SCENE(open_config, close_config);

TEST(defaults_hold_without_any_source)
{
	ck_assert(config_read(NULL, NULL, faults));
	ck_assert_int_eq(option_int("http", "port"), 8080);
	ck_assert_int_eq(option_int("http", "idle_timeout"), 60);
	ck_assert(option_bool("http", "limits"));
	ck_assert_str_eq(option_text("http", "address"), "127.0.0.1");
	ck_assert_int_eq(option_int("auth", "argon2_memory"), 19 << 20);
	ck_assert_str_eq(option_text("auth", "token_key"), "");
	ck_assert_str_eq(option_text("auth", "issuer"), "");
	ck_assert_str_eq(config_source(), "defaults");
	ck_assert_str_eq(told(), "");
}

TEST(the_file_is_read)
{
	ck_assert_msg(
		read_text(
			"# comment\nhttp {\n\tport = 9000 // why\n\taddress = \"::1\"\n\tlimits = off\n}\n\n"
			"auth { argon2_memory = 64m  issuer='a \"b\" ${HOME}'\n lifetime = 8h }\nhttp { "
			"idle_timeout = 90 }\n"),
		"%s", told());
	ck_assert_int_eq(option_int("http", "port"), 9000);
	ck_assert_str_eq(option_text("http", "address"), "::1");
	ck_assert(!option_bool("http", "limits"));
	ck_assert_int_eq(option_int("auth", "argon2_memory"), 64 << 20);
	ck_assert_str_eq(option_text("auth", "issuer"), "a \"b\" ${HOME}");
	ck_assert_int_eq(option_int("auth", "lifetime"), 8 * 3600);
	ck_assert_int_eq(option_int("http", "idle_timeout"), 90);
	ck_assert_str_eq(config_source(), file);
	ck_assert_str_eq(told(), "");
}

TEST(all_faults_of_the_file_are_told_at_once)
{
	ck_assert(!read_text(
		"http {\n\tprot = 1\n\tport = 70000\n\tidle_timeout = 2h\n\tlimits = maybe\n}\n"
		"auht {\n\targon2_memory = 1m\n\twhatever = \"x\"\n}\nport = 3\n"
		"auth {\n\targon2_memory = 19x\n\tzzzzzzzzz = 1\n\tlifetime = 1m\n\tlifetime = 2m\n}\n"));
	ck_assert_str_eq(told(),
			 "DIR/x.conf:2: there is no setting http.prot; did you mean port?\n"
			 "DIR/x.conf:3: http.port is \"70000\"; it must be a whole number, from 0 to 65535\n"
			 "DIR/x.conf:4: http.idle_timeout is \"2h\"; it must be a time such as 90, 90s, 15m, "
			 "8h or 30d, from 1s to 1h\n"
			 "DIR/x.conf:5: http.limits is \"maybe\"; it must be true or false\n"
			 "DIR/x.conf:7: there is no section auht; did you mean auth?\n"
			 "DIR/x.conf:11: port stands outside of any section; there are: http, auth\n"
			 "DIR/x.conf:13: auth.argon2_memory is \"19x\"; it must be a size such as 512, 64k, "
			 "1m or 2g, from 1m to 1g\n"
			 "DIR/x.conf:14: there is no setting auth.zzzzzzzzz; there are: argon2_memory, "
			 "token_key, token_key_file, issuer, lifetime\n"
			 "DIR/x.conf:16: auth.lifetime is set already by DIR/x.conf:15; give it once\n");
}

TEST(syntax_errors_say_where)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"http {\n\tport 9000\n}\n", "DIR/x.conf:2: missing equal sign after option 'port'\n"},
		{"http\n", "DIR/x.conf:2: premature end of file\n"},
		{"http {\n\tport = \n}\n", "DIR/x.conf:3: unexpected token '}'\n"},
		{"}\n", "DIR/x.conf:1: unexpected closing brace\n"},
		{"http {\n\tprot = 1\n\tport = {\n",
		 "DIR/x.conf:2: there is no setting http.prot; did you mean port?\n"
		 "DIR/x.conf:3: unexpected token '{'\n"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rewind(faults);
		ck_assert(!read_text(cases[i].text));
		fputc('\0', faults);
		ck_assert_str_eq(told(), cases[i].wanted);
	}
}

TEST(a_file_that_is_not_there_says_how_to_make_one)
{
	ck_assert(!config_read(file, NULL, faults));
	ck_assert_str_eq(told(), "DIR/x.conf: No such file or directory; `vobemusic config example` prints a "
				 "file to begin with\n");
}

TEST(a_directory_is_no_file)
{
	ck_assert(!config_read(dir, NULL, faults));
	ck_assert_str_eq(told(),
			 "DIR: Is a directory; `vobemusic config example` prints a file to begin with\n");
}

TEST(an_empty_file_is_fine)
{
	ck_assert(read_text(""));
	ck_assert(read_text("# nothing\n"));
}

TEST(a_file_of_another_kind_is_given_up)
{
	FILE *f = fopen(file, "w");

	for (int i = 0; i < 1000; i++)
		fprintf(f, "name_%d = %d\n", i, i);
	fclose(f);
	ck_assert(!config_read(file, NULL, faults));
	fflush(faults);
	ck_assert_ptr_nonnull(strstr(said, "more than 200 unknown names; is this a config file of ours?"));
}

TEST(what_is_no_name_is_told_once)
{
	ck_assert(!read_text("http|{ x[=; =\n"));
	ck_assert_ptr_nonnull(strstr(told(), "DIR/x.conf:1: \"\" is no name, "));
	ck_assert(!read_text("http {\n\\\\U = 1\n}\n"));
	ck_assert_ptr_nonnull(strstr(told(), " is no name, "));
	ck_assert(!read_text("http|x = 1\n"));
	ck_assert_ptr_nonnull(strstr(told(), "\"x\" is no name, or only a part of one"));
	ck_assert_ptr_null(strstr(told(), "unknown names"));
}

TEST(the_environment_overrides_the_file)
{
	setenv("VOBE_HTTP_PORT", "9001", 1);
	setenv("VOBE_AUTH_ARGON2_MEMORY", "32m", 1);
	setenv("VOBE_CONFIG", "anything", 1);
	setenv("VOBE_SHARED", "anything", 1);
	setenv("VOBE_TEST_WHATEVER", "anything", 1);
	ck_assert_msg(read_text("http { port = 9000 }\n"), "%s", told());
	ck_assert_int_eq(option_int("http", "port"), 9001);
	ck_assert_int_eq(option_int("auth", "argon2_memory"), 32 << 20);
	ck_assert_ptr_nonnull(strstr(config_source(), "/x.conf, 2 environment variables"));
}

TEST(unknown_and_wrong_variables_are_faults)
{
	setenv("VOBE_HTTP_PROT", "1", 1);
	setenv("VOBE_QWERTYUIOP", "1", 1);
	setenv("VOBE_AUTH_LIFETIME", "soon", 1);
	ck_assert(!config_read(NULL, NULL, faults));
	ck_assert_ptr_nonnull(
		strstr(told(), "VOBE_HTTP_PROT: there is no such setting; did you mean VOBE_HTTP_PORT?\n"));
	ck_assert_ptr_nonnull(strstr(
		told(),
		"VOBE_QWERTYUIOP: there is no such setting; variables are named VOBE_<SECTION>_<NAME>"));
	ck_assert_ptr_nonnull(
		strstr(told(), "VOBE_AUTH_LIFETIME: auth.lifetime is \"soon\"; it must be a time such as"));
}

TEST(overrides_come_last)
{
	setenv("VOBE_HTTP_PORT", "9001", 1);
	ck_assert(config_read(NULL,
			      (const char *[]){"http.port=9002", "auth.issuer=a=b.c", "http.port=9003", NULL},
			      faults));
	ck_assert_int_eq(option_int("http", "port"), 9003);
	ck_assert_str_eq(option_text("auth", "issuer"), "a=b.c");
	ck_assert_str_eq(config_source(), "defaults, 1 environment variable, 3 settings of the command line");
	ck_assert(!config_read(
		NULL,
		(const char *[]){"http.port=x", "port=1", "http.prot=1", "nothing", "htpp.port=1", NULL},
		faults));
	ck_assert_str_eq(told(), "http.port: http.port is \"x\"; it must be a whole number, from 0 to 65535\n"
				 "port=1: must be section.name=value\n"
				 "http.prot: there is no setting http.prot; did you mean port?\n"
				 "nothing: must be section.name=value\n"
				 "htpp.port: there is no section htpp; did you mean http?\n");
}

TEST(secrets_come_from_files)
{
	char text[256];

	put(secret, "s3cret\nwith two lines\n", 0600);
	snprintf(text, sizeof text, "auth { token_key_file = \"%s\" }\n", secret);
	ck_assert_msg(read_text(text), "%s", told());
	ck_assert_str_eq(option_text("auth", "token_key"), "s3cret\nwith two lines");
	ck_assert_str_eq(told(), "");

	put(secret, "windows\r\n", 0600);
	setenv("VOBE_AUTH_TOKEN_KEY_FILE", secret, 1);
	ck_assert(config_read(NULL, NULL, faults));
	ck_assert_str_eq(option_text("auth", "token_key"), "windows");
	ck_assert_int_eq(chmod(secret, 0644), 0);
	ck_assert(config_read(NULL, NULL, faults));
	ck_assert_str_eq(
		told(),
		"warning: VOBE_AUTH_TOKEN_KEY_FILE: DIR/secret is readable by everybody; chmod 600 it\n");
}

TEST(secrets_that_cannot_be_had_are_faults)
{
	char text[256];
	FILE *f;

	snprintf(text, sizeof text, "auth { token_key_file = \"%s\" }\n", secret);
	ck_assert(!read_text(text));
	ck_assert_str_eq(told(),
			 "DIR/x.conf:1: auth.token_key_file is \"DIR/secret\": No such file or directory\n");
	f = fopen(secret, "w");
	fwrite("a\0b", 1, 3, f);
	fclose(f);
	chmod(secret, 0600);
	ck_assert(!read_text(text));
	ck_assert_ptr_nonnull(strstr(told(), "it holds a NUL byte"));
	put(secret, "fine", 0600);
	ck_assert(!read_text("auth {\n token_key = a\n token_key_file = b\n}\n"));
	ck_assert_ptr_nonnull(strstr(
		told(), "DIR/x.conf:3: auth.token_key_file is set already by DIR/x.conf:2; give it once\n"));
	put(secret, "\xff\xfe", 0600);
	ck_assert(!read_text(text));
	ck_assert_ptr_nonnull(strstr(told(), "auth.token_key is \"***\"; it must be text in UTF-8\n"));
}

TEST(a_readable_file_with_a_secret_is_warned_of)
{
	put(file, "auth { token_key = abc }\n", 0644);
	ck_assert(config_read(file, NULL, faults));
	ck_assert_str_eq(told(), "warning: DIR/x.conf:1: DIR/x.conf is readable by everybody; chmod 640 it, "
				 "or give auth.token_key_file\n");
}
