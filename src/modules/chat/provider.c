/* The choice of providers: what the settings name, and the builtin beside it. */
#include "modules/chat/provider.h"

#include <string.h>

static const struct provider *const only_builtin[] = {&builtin_provider, NULL};
static const struct provider *const with_upstream[] = {&openai_provider, &builtin_provider, NULL};

const struct provider *const *providers(void)
{
	return option_choice("chat", "provider") ? with_upstream : only_builtin;
}

const struct provider *provider_of(const char *model)
{
	const struct provider *const *p = providers();

	while (model && *p && strcmp((*p)->model(), model) != 0)
		p++;
	return *p;
}
