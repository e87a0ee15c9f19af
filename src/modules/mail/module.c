/* mail: letters to members, through the mail server that the operator names. */
#include "modules/mail/mail.h"

#include "vobe/option.h"

static const char *const securities[] = {"starttls", "tls", "plain", NULL}; /* in the order of sender.c */

/* clang-format off */
static const struct option options[] = {
	{"host",        OPTION_TEXT,    "",         0, 0,     "Mail server that takes letters; empty: none"},
	{"port",        OPTION_INT,     "587",      1, 65535, "Its port"},
	{"security",    OPTION_CHOICE,  "starttls", 0, 0,     "How others are kept out", securities},
	{"user",        OPTION_TEXT,    "",         0, 0,     "Name to sign in with; empty: none"},
	{"password",    OPTION_SECRET,  NULL,       0, 0,     "Its password"},
	{"ca_file",     OPTION_TEXT,    "",         0, 0,     "Certificates to believe; empty: the system's"},
	{"from",        OPTION_TEXT,    "vobemusic@localhost", 0, 0, "Sender: an address, or Name <address>"},
	{"site",        OPTION_TEXT,    "VobeMusic", 0, 0,    "What the community is called in letters"},
	{"reset_page",  OPTION_TEXT,    "",         0, 0,
	 "Page for a new password, with {token} in it; empty: letters show the code"},
	{"verify_page", OPTION_TEXT,    "",         0, 0,
	 "Page that confirms an address, with {token} in it; empty: likewise"},
	{"keep",        OPTION_SECONDS, "7d",       3600, 31536000,
	 "How long settled letters are listed, with their address and without their text"},
	{0},
};

static const struct job jobs[] = {
	{.name = "mail.send",  .period_ms = 500,         .run = letters_send},
	{0},
};
/* clang-format on */

static err start(struct ctx *cx)
{
	(void)cx;
	links = auth_links_service();
	audit = auth_audit_service();
	links->letters_are_sent(mail_is_on());
	return NULL;
}

const struct module mail_module = {
	.name = MODULE,
	.needs = (const char *const[]){"auth.links", "auth.audit", NULL},
	.routes = (const struct route *const[]){letter_routes, NULL},
	.hears = mail_hears,
	.options = options,
	.jobs = jobs,
	.keeps = mail_keeps,
	.start = start,
};
