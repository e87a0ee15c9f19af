/* The services that chat needs. */
#include "modules/chat/neighbours.h"

const struct search_passages *search;
const struct auth_sessions *sessions;

void neighbours_meet(void)
{
	search = search_passages_service();
	sessions = auth_sessions_service();
}
