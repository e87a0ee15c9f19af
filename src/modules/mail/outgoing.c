/* What the module has of others: auth, which mints links, and a mail server, if the settings name one. */
#include "modules/mail/mail.h"

#include "vobe/option.h"

const struct auth_links *links;
const struct auth_audit *audit;

bool mail_is_on(void)
{
	return *option_text(MODULE, "host") != '\0';
}
