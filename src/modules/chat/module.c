/* chat: an assistant that knows this site, keeps to its budget, and survives a dropped line. */
#include "modules/chat/events.h"
#include "modules/chat/generation.h"
#include "modules/chat/neighbours.h"
#include "modules/chat/provider.h"
#include "modules/chat/usage.h"
#include "vobe/module.h"

#include <string.h>

/* clang-format off */
static const struct option options[] = {
	{"provider",           OPTION_CHOICE,  "builtin", 0, 0,
	 "builtin: this site's search, no model, no network; openai: the server of chat.url",
	 .one_of = (const char *const[]){"builtin", "openai", NULL}},
	{"url",                OPTION_TEXT,    "", 0, 0,
	 "Base of an OpenAI-compatible API: https://api.openai.com/v1, http://127.0.0.1:8000/v1"},
	{"api_key",            OPTION_SECRET,  NULL, 0, 0, "Sent as a bearer token to chat.url; empty: none"},
	{"model",              OPTION_TEXT,    "", 0, 0, "Name of the model there"},
	{"ca_file",            OPTION_TEXT,    "", 0, 0,
	 "Certificates that are believed of chat.url; empty: the system's"},
	{"proxy",              OPTION_TEXT,    "", 0, 0,
	 "Proxy on the way to chat.url; those of the environment are ignored"},
	{"system_prompt",      OPTION_TEXT,    "", 0, 0, "Rules for the model; empty: ours"},
	{"context_tokens",     OPTION_INT,     "8192", 512, 10000000,
	 "Tokens that the model reads and writes at once"},
	{"answer_tokens",      OPTION_INT,     "1024", 16, 1000000, "Tokens of an answer at most"},
	{"sources_max",        OPTION_INT,     "5", 1, SOURCES_MAX, "Posts and artists shown to the model"},
	{"daily_tokens",       OPTION_INT,     "100000", 1, 1000000000000,
	 "Tokens of an account in a day (UTC)"},
	{"running_max",        OPTION_INT,     "16", 1, 1000, "Answers made at once"},
	{"queue_max",          OPTION_INT,     "32", 0, 1000,
	 "Questions that may wait for that; beyond that 503"},
	{"running_per_user",   OPTION_INT,     "3", 1, 1000, "Of these, of one account"},
	{"connect_timeout",    OPTION_SECONDS, "5s", 1, 300, "A connection to chat.url must stand by then"},
	{"first_byte_timeout", OPTION_SECONDS, "60s", 1, 3600,
	 "Its answer must have begun by then, and silence before its first word"},
	{"gap_timeout",        OPTION_SECONDS, "30s", 1, 3600, "Silence within its answer"},
	{"total_timeout",      OPTION_SECONDS, "300s", 1, 3600, "An answer must have ended by then"},
	{"unwatched_timeout",  OPTION_SECONDS, "60s", 1, 3600, "An answer that nobody watches ends by then"},
	{"superusers_read",    OPTION_BOOL,    "false", 0, 0,
	 "Superusers may read chats of others; each reading is kept in chat_accesses"},
	{"erased_kept",        OPTION_SECONDS, "30d", 3600, 315360000,
	 "How long it is known that a chat was, so that erasing it again is 204 and not 404"},
	{0},
};
/* clang-format on */

static const struct job jobs[] = {
	{.name = "watch", .period_ms = 1000, .run = generations_watch},
	{.name = "alive", .period_ms = 3000, .run = generations_renew},
	{.name = "abandoned", .period_ms = 3000, .run = answers_fail_abandoned},
	{.name = "usage", .period_ms = 3600 * 1000, .run = usage_forget_old},
	{0},
};

static const struct violation violations[] = {
	{.constraint = "idx_chat_messages_running", .problem = ANSWER_RUNNING},
	{.constraint = "idx_chat_messages_once", .problem = ANSWER_RUNNING},
	/* The session was erased while the question was on its way. */
	{.constraint = "chat_messages_session_id_fkey", .problem = NOT_FOUND},
	{0},
};

static err settings_fault(struct ctx *cx)
{
	if (option_choice("chat", "provider") == 1 &&
	    (!*option_text("chat", "url") || !*option_text("chat", "model")))
		return problem_detail(cx, INTERNAL,
				      "chat.provider is openai: set chat.url and chat.model too");
	if (option_int("chat", "answer_tokens") >= option_int("chat", "context_tokens"))
		return problem_detail(cx, INTERNAL,
				      "chat.answer_tokens must be less than chat.context_tokens");
	return NULL;
}

static err start(struct ctx *cx)
{
	TRY(settings_fault(cx));
	neighbours_meet();
	return answers_fail_abandoned(cx);
}

static const struct service services[] = {OFFER(chat_operator, chat_operator), {0}};

const struct module chat_module = {
	.name = "chat",
	.needs = (const char *const[]){"search.passages", "auth.sessions", NULL},
	.services = services,
	.routes = (const struct route *const[]){session_routes, message_routes, usage_routes, model_routes,
						NULL},
	.hears = chat_hears,
	.tells = ALL_EVENTS(CHAT_EVENTS),
	.violations = violations,
	.options = options,
	.jobs = jobs,
	.keeps = chat_keeps,
	.start = start,
};
