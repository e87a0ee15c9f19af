/* The answerer that needs no network and no model: it shows what the site itself says, and says that it is
 * none. */
#include "modules/chat/neighbours.h"
#include "modules/chat/provider.h"

#include "vobe/buf.h"
#include "vobe/clock.h"
#include "vobe/text.h"

#include <string.h>

enum { QUOTED_MAX = 320 /* code points of a source */ };

static const struct {
	const char *found, *nothing, *title_only;
} words[] = {
	{"I am not a language model: I look things up on this site. This is what members wrote about it:\n",
	 "I am not a language model: I look things up on this site, and nothing here answers that. "
	 "Try other words, or a name.\n",
	 "has an entry here"},
	{"Я не языковая модель: я ищу ответы на этом сайте. Вот что здесь об этом написано:\n",
	 "Я не языковая модель: я ищу ответы на этом сайте, а здесь об этом ничего нет. "
	 "Попробуйте другие слова или имя.\n",
	 "есть в каталоге"},
};

static const char *model(void)
{
	return "builtin";
}

static err refuses(void)
{
	return NULL;
}

static const char *quotation(struct arena *a, const struct source *s, int number, bool is_russian)
{
	bool has_text = *s->text;

	return arena_fmt(a, "\n- **%s**: %s%s%s [%d]\n", s->title, has_text ? (is_russian ? "«" : "“") : "",
			 has_text ? text_cut(a, s->text, QUOTED_MAX) : words[is_russian].title_only,
			 has_text ? (is_russian ? "»" : "”") : "", number);
}

static void say(struct generation *g, const char *text)
{
	generation_say(g, text, strlen(text));
}

/* A source at a time, so that others have their turn and a stop is heard. */
static err answer(struct ctx *cx, struct generation *g, const struct prompt *p)
{
	say(g, p->source_count ? words[p->is_russian].found : words[p->is_russian].nothing);
	for (int i = 0; i < p->source_count && !g->stop; i++) {
		say(g, quotation(cx->arena, &p->sources[i], i + 1, p->is_russian));
		generation_flush(cx, g);
		TRY(wait_ms(cx, 0));
	}
	g->answer.finish_reason = "stop";
	return NULL;
}

/* What it answers from has to answer. */
static void check(struct ctx *cx, struct provider_check *out)
{
	const int64_t began = clock_mono_now();
	struct passage *passages;
	int count;

	out->fault = search->find(cx, "music", 1, &passages, &count);
	if (!out->fault)
		out->first_ms = (clock_mono_now() - began) / 1000;
}

const struct provider builtin_provider = {
	.name = "builtin", .model = model, .refuses = refuses, .answer = answer, .check = check};
