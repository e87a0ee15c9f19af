/* What mail hears: somebody wants a link. The token is minted now, for this letter, and stands nowhere else.
 */
#include "modules/mail/mail.h"

HEARER(write_letters, link_event);
static err write_letters(struct ctx *cx, struct change *ch, const struct link_event_delivery *batch,
			 int count)
{
	for (int i = 0; mail_is_on() && i < count; i++) {
		struct mail_letter letter = {.id = batch[i].payload->link_id, .kind = batch[i].payload->kind};
		struct link_letter about;

		TRY(links->mint(cx, letter.id, &about));
		if (!about.recipient) /* used, ended or withdrawn meanwhile */
			continue;
		letter_write(cx->arena, &about, &letter);
		letter_insert(ch, &letter);
	}
	return NULL;
}

const struct subscription mail_hears[] = {
	{.name = "mail.links", .source = "auth", .hearing = DURABLE, HEARS(write_letters, &user_link_wanted)},
	{0},
};
