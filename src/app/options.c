/* The option tables of the house: server, http, db, bus, log. */
#include "app/options.h"

#include "core/config/config.h"

#include <stdlib.h>

/* clang-format off */
static const struct option server_options[] = {
	{"tasks_max",    OPTION_INT,     "4096", 16, 100000,
	 "Requests and jobs under way at once; beyond that 503"},
	{"hash_threads", OPTION_INT,     "2",    1,  64,     "Threads that compute password hashes"},
	{"hash_queue",   OPTION_INT,     "64",   1,  10000,
	 "Password hashes that may wait; beyond that 503"},
	{"drain",        OPTION_SECONDS, "10s",  1,  300,
	 "How long a stopping server waits for running requests"},
	{0},
};

static const struct option http_options[] = {
	{"address",                 OPTION_TEXT,    "127.0.0.1", 0, 0, "Address to listen on"},
	{"port",                    OPTION_INT,     "8080",  0, 65535, "Port to listen on; 0: any free one"},
	{"reuse_port",              OPTION_BOOL,    "false", 0, 0,
	 "Share the port with other instances (SO_REUSEPORT)"},
	{"connections_max",         OPTION_INT,     "20000", 1, 1000000, "Connections at once"},
	{"connections_per_address", OPTION_INT,     "0",     0, 1000000,
	 "Connections of one address (IPv6: of a /64) at once, trusted proxies exempt; 0: a sixteenth of"
	 " all"},
	{"head_timeout",            OPTION_SECONDS, "5s",    1, 300,
	 "A request's head must have arrived by then"},
	{"body_timeout",            OPTION_SECONDS, "10s",   1, 300, "Its body too, and 1 s more a 64 KiB"},
	{"idle_timeout",            OPTION_SECONDS, "60s",   1, 3600,
	 "A connection without a request is closed"},
	{"stall_timeout",           OPTION_SECONDS, "10s",   1, 300,
	 "A client that reads nothing of its answer is closed"},
	{"request_timeout",         OPTION_SECONDS, "5s",    1, 300, "A handler must have answered by then"},
	{"trust_forwarded",         OPTION_BOOL,    "false", 0, 0,
	 "Believe X-Forwarded-For and -Proto of trusted proxies"},
	{"trusted_proxies",         OPTION_TEXT,    "127.0.0.0/8, ::1", 0, 0,
	 "Addresses and networks of the proxies, when trust_forwarded is set"},
	{"bodies_max",              OPTION_BYTES,   "192m",  1048576, 1000000000000,
	 "Memory of all request bodies on their way; of one address or account a sixteenth; beyond that 503"},
	{"public_url",              OPTION_TEXT,    "",      0, 0,
	 "Address of the site, such as https://music.example.org: absolute links are made of it"},
	{"cors_origins",            OPTION_TEXT,    "*",     0, 0,
	 "Origins that browsers may call from: *, or a comma-separated list"},
	{"limits",                  OPTION_BOOL,    "true",  0, 0, "Rate limits"},
	{"address_limit",           OPTION_INT,     "6000",  1, 1000000000,
	 "Requests with a token of an address in 5 minutes, whoever signs in there"},
	{"guest_limit",             OPTION_INT,     "300",   1, 1000000000,
	 "Requests of an address in 5 minutes, not signed in"},
	{"user_limit",              OPTION_INT,     "600",   1, 1000000000,
	 "Requests of a user in 5 minutes"},
	{"writes_limit",            OPTION_INT,     "60",    1, 1000000000, "Writes of a user in a minute"},
	{"register_limit",          OPTION_INT,     "5",     1, 1000000000,
	 "Registrations from an address in 30 minutes"},
	{"login_limit",             OPTION_INT,     "5",     1, 1000000000,
	 "Sign-ins from an address in 20 seconds"},
	{"chat_limit",              OPTION_INT,     "20",    1, 1000000000,
	 "Questions to the assistant of a user in a minute"},
	{"refresh_limit",           OPTION_INT,     "10",    1, 1000000000,
	 "Refreshes of a session in a minute"},
	{"refusals_limit",          OPTION_INT,     "30",    1, 1000000000,
	 "Refused registrations and changes of an account from an address in 30 minutes"},
	{"gzip_least",              OPTION_BYTES,   "1k",    0, 0,
	 "Smallest answer that is compressed; 0: none is"},
	{0},
};

static const struct option db_options[] = {
	{"conninfo",                 OPTION_CONNINFO, "dbname=vobemusic", 0, 0,
	 "libpq connection string (PostgreSQL 15, section 34.1)"},
	{"write_lanes",              OPTION_INT,     "3",     1, 16, "Connections a module commits on"},
	{"slow_lanes",               OPTION_INT,     "2",     1, 16,
	 "Connections a module searches and reports on"},
	{"queue_max",                OPTION_INT,     "20000", 10, 1000000,
	 "Statements waiting in a module's pool; beyond that 503"},
	{"statement_timeout",        OPTION_SECONDS, "4s",    1, 60, "Longest point read or change"},
	{"slow_timeout",             OPTION_SECONDS, "10s",   1, 600, "Longest search or report"},
	{"lock_timeout",             OPTION_SECONDS, "2s",    1, 60,
	 "Longest wait for a row another change holds"},
	{"idle_transaction_timeout", OPTION_SECONDS, "10s",   1, 600,
	 "PostgreSQL ends a transaction that was forgotten"},
	{"slow_statement_ms",        OPTION_INT,     "500",   0, 60000,
	 "A statement that takes longer is told in the log by its name; 0: none"},
	{"caches",                   OPTION_BOOL,    "true",  0, 0,
	 "Keep names and posts in memory; off for measuring"},
	{0},
};

static const struct option cache_options[] = {
	{"bytes", OPTION_BYTES, "48m", 0, 0, "Rows kept in memory, of all modules together; 0: none are"},
	{0},
};

static const struct option bus_options[] = {
	{"sweep_ms",   OPTION_INT,     "250", 10, 10000,
	 "Milliseconds between looks for events of other instances"},
	{"batch_max",  OPTION_INT,     "64",  1, 1000, "Events applied in one transaction"},
	{"ring_slots", OPTION_INT,     "256", 2, 65536, "Events in memory for a subscriber and partition"},
	{"patience",   OPTION_SECONDS, "20s", 1, 86400,
	 "An event that is refused for so long while the databases are well is set aside"},
	{"answers_kept", OPTION_SECONDS, "24h", 60, 31536000,
	 "How long a repeated Idempotency-Key gets the first answer"},
	{"dead_letters_kept", OPTION_SECONDS, "90d", 3600, 315360000,
	 "How long dead letters wait for an operator"},
	{"retention",  OPTION_SECONDS, "7d",  60, 31536000, "How long events can be replayed"},
	{0},
};
/* clang-format on */

/* In the order of enum log_level, log_format and access_log. */
static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const formats[] = {"auto", "json", "text", NULL};
static const char *const accesses[] = {"off", "errors", "all", NULL};

static const struct option log_options[] = {
	{"level", OPTION_CHOICE, "info", 0, 0, "Least level that is written", levels},
	{"format", OPTION_CHOICE, "auto", 0, 0, "Form of a line; auto: text on a terminal", formats},
	{"access", OPTION_CHOICE, "errors", 0, 0, "Answers that get a line each; errors: 400 and above",
	 accesses},
	{0},
};

/* A key a module. Lives until the next declaration, for tests that boot again: the settings point into it. */
static struct option *databases;

static void declare_databases(const struct module *const *modules)
{
	int n = 0;
	while (modules[n])
		n++;
	free(databases);
	databases = calloc((size_t)n + 1, sizeof *databases);
	if (!databases)
		abort();
	for (int i = 0; i < n; i++)
		databases[i] =
			(struct option){modules[i]->name,
					OPTION_CONNINFO,
					"",
					0,
					0,
					"Connection string of this module's own server; empty: db.conninfo"};
	config_section("databases", databases);
}

void options_declare(const struct module *const *modules)
{
	config_section("server", server_options);
	config_section("http", http_options);
	config_section("db", db_options);
	declare_databases(modules);
	config_section("cache", cache_options);
	config_section("bus", bus_options);
	config_section("log", log_options);
	for (; *modules; modules++)
		if ((*modules)->options)
			config_section((*modules)->name, (*modules)->options);
}

const char *options_conninfo(const char *module)
{
	const char *own = option_text("databases", module);
	return *own ? own : option_text("db", "conninfo");
}
