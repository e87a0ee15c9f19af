/* The words of letters, in English and Russian. */
#include "modules/mail/mail.h"

#include "vobe/buf.h"

#include <string.h>

enum language { ENGLISH, RUSSIAN };

/* In both, {name} is the account's, {site} the community's, {link} the way on, {hours} how long it is open.
 */
static const struct words {
	const char *kind, *subject[2], *body[2];
} all_words[] = {
	{"reset",
	 {"New password for {site}", "Новый пароль на {site}"},
	 {"Hello {name},\n\n"
	  "somebody, probably you, asked for a new password for your account.\n\n{link}\n\n"
	  "This works once, within {hours} h. All your sessions end with it.\n"
	  "If it was not you, nothing happens: leave this letter alone.\n",
	  "Здравствуйте, {name}!\n\n"
	  "Кто-то, вероятно вы, попросил новый пароль для вашей учётной записи.\n\n{link}\n\n"
	  "Это сработает один раз, в течение {hours} ч, и завершит все ваши сеансы.\n"
	  "Если это были не вы, ничего не делайте.\n"}},
	{"verify",
	 {"Is this your address? {site}", "Это ваш адрес? {site}"},
	 {"Hello {name},\n\n"
	  "please confirm that this is your e-mail address.\n\n{link}\n\n"
	  "This works once, within {hours} h.\n"
	  "If you have no account here, leave this letter alone.\n",
	  "Здравствуйте, {name}!\n\n"
	  "Подтвердите, пожалуйста, что это ваш адрес электронной почты.\n\n{link}\n\n"
	  "Это сработает один раз, в течение {hours} ч.\n"
	  "Если у вас нет здесь учётной записи, ничего не делайте.\n"}},
	{"new_email",
	 {"Your new address at {site}", "Новый адрес на {site}"},
	 {"Hello {name},\n\n"
	  "please confirm that this is to be the e-mail address of your account.\n\n{link}\n\n"
	  "This works once, within {hours} h. Your other sessions end with it.\n"
	  "If you have no account here, leave this letter alone.\n",
	  "Здравствуйте, {name}!\n\n"
	  "Подтвердите, пожалуйста, что это новый адрес электронной почты вашей учётной записи.\n\n{link}\n\n"
	  "Это сработает один раз, в течение {hours} ч. Другие ваши сеансы завершатся.\n"
	  "Если у вас нет здесь учётной записи, ничего не делайте.\n"}},
	{"email_asked",
	 {"Another address for your account at {site}", "Смена адреса вашей учётной записи на {site}"},
	 {"Hello {name},\n\n"
	  "somebody who knows your password, probably you, wants another e-mail address for your account.\n"
	  "A letter was sent there; until its link is opened this address stays.\n\n"
	  "If it was not you, change your password at once: the link ends with it.\n",
	  "Здравствуйте, {name}!\n\n"
	  "Кто-то, кто знает ваш пароль, вероятно вы, хочет сменить адрес вашей учётной записи.\n"
	  "На новый адрес отправлено письмо; пока ссылка в нём не открыта, остаётся этот.\n\n"
	  "Если это были не вы, сразу смените пароль: ссылка перестанет действовать.\n"}},
	{"email_changed",
	 {"Your address at {site} was changed", "Адрес вашей учётной записи на {site} изменён"},
	 {"Hello {name},\n\n"
	  "your account has another e-mail address now; letters go there from here on.\n\n"
	  "If it was not you, write to the people who run the site at once.\n",
	  "Здравствуйте, {name}!\n\n"
	  "У вашей учётной записи теперь другой адрес электронной почты; письма идут туда.\n\n"
	  "Если это были не вы, сразу напишите тем, кто ведёт сайт.\n"}},
	{"password_changed",
	 {"Your password at {site} was changed", "Пароль вашей учётной записи на {site} изменён"},
	 {"Hello {name},\n\n"
	  "the password of your account was changed.\n\n"
	  "If it was not you, ask for a new password at once and write to the people who run the site.\n",
	  "Здравствуйте, {name}!\n\n"
	  "Пароль вашей учётной записи изменён.\n\n"
	  "Если это были не вы, сразу запросите новый пароль и напишите тем, кто ведёт сайт.\n"}},
	{"deleted",
	 {"Your account at {site} was deleted", "Ваша учётная запись на {site} удалена"},
	 {"Hello {name},\n\n"
	  "your account was deleted, with your name, address and password.\n"
	  "This is the last letter to you.\n\n"
	  "If it was not you, write to the people who run the site.\n",
	  "Здравствуйте, {name}!\n\n"
	  "Ваша учётная запись удалена вместе с именем, адресом и паролем. Это последнее письмо вам.\n\n"
	  "Если это были не вы, напишите тем, кто ведёт сайт.\n"}},
	{"notice", /* asked for by a version that had one for both */
	 {"Your account at {site} was changed", "Ваша учётная запись на {site} изменена"},
	 {"Hello {name},\n\n"
	  "the e-mail address or the password of your account was changed.\n"
	  "If it was not you, ask for a new password at once and write to the people who run the site.\n",
	  "Здравствуйте, {name}!\n\n"
	  "Адрес электронной почты или пароль вашей учётной записи изменены.\n"
	  "Если это были не вы, сразу запросите новый пароль и напишите тем, кто ведёт сайт.\n"}},
};

struct filling {
	const char *name, *site, *link, *hours;
};

static const char *value_of(const struct filling *f, const char *name, size_t len)
{
	const struct {
		const char *name, *value;
	} known[] = {{"name", f->name}, {"site", f->site}, {"link", f->link}, {"hours", f->hours}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i].name) == len && !memcmp(known[i].name, name, len))
			return known[i].value;
	return "";
}

static const char *filled(struct arena *a, const char *words, const struct filling *f)
{
	struct buf out = {.arena = a};
	for (const char *open; (open = strchr(words, '{')); words = strchr(open, '}') + 1) {
		buf_add(&out, words, (size_t)(open - words));
		buf_str(&out, value_of(f, open + 1, strcspn(open + 1, "}")));
	}
	buf_str(&out, words);
	return arena_str(a, buf_text(&out));
}

/* The page of the site that takes the token, or, where none is set, the token itself. */
static const char *link_of(struct arena *a, const struct link_letter *about, enum language in)
{
	static const char *const instead[] = {"Code: %s", "Код: %s"};
	const char *page = option_text(MODULE, strcmp(about->kind, "reset") ? "verify_page" : "reset_page");
	const char *place = strstr(page, "{token}");

	if (!about->token)
		return "";
	if (!place)
		return arena_fmt(a, instead[in], about->token);
	return arena_fmt(a, "%.*s%s%s", (int)(place - page), page, about->token, place + strlen("{token}"));
}

void letter_write(struct arena *a, const struct link_letter *about, struct mail_letter *out)
{
	const enum language in = strcmp(about->locale, "ru") ? ENGLISH : RUSSIAN;
	const struct words *words = all_words;
	const struct filling f = {.name = about->username,
				  .site = option_text(MODULE, "site"),
				  .link = link_of(a, about, in),
				  .hours = arena_fmt(a, "%d", about->hours)};

	while (strcmp(words->kind, about->kind) != 0)
		words++;
	out->recipient = about->recipient;
	out->expires_at = about->expires_at;
	out->subject = filled(a, words->subject[in], &f);
	out->body = filled(a, words->body[in], &f);
}
