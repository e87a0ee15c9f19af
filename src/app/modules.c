/* VobeMusic, from above: the services of the community, each knowing only what stands in include/contracts.
 */
#include "app/modules.h"

extern const struct module auth_module;
extern const struct module artist_module;
extern const struct module content_module;
extern const struct module comment_module;
extern const struct module search_module;
extern const struct module feedback_module;
extern const struct module chat_module;
extern const struct module mail_module;

const struct module *const modules[] = {
	&auth_module,     /* accounts, sessions, tokens */
	&artist_module,   /* artists, albums, tracks, follows */
	&content_module,  /* posts, tags, slugs, views */
	&comment_module,  /* threads under posts */
	&search_module,   /* the index of posts, artists, albums, tracks */
	&feedback_module, /* tickets to the staff */
	&chat_module,     /* the assistant: sessions, answers, quotas */
	&mail_module,     /* letters to members */
	NULL,
};
