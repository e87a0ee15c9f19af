/* What auth counts for operators. */
#include "modules/auth/user.h"

#include "vobe/figures.h"

#define AUTH_FIGURES(F, T)                                                   \
	F(T, INT, users, 0, "Accounts that are not deleted")                 \
	F(T, INT, users_inactive, 0, "Of these, disabled")                   \
	F(T, INT, users_today, 0, "Of these, registered in the last 24 hours") \
	F(T, INT, staff, 0, "Active moderators and superusers")              \
	F(T, INT, sessions, 0, "Sessions that are alive")
STRUCT(auth_figures, AUTH_FIGURES);
SCHEMA(auth_figures, AUTH_FIGURES, "What auth counts");
FIGURES(auth_figures,
	"SELECT count(*) AS users, count(*) FILTER (WHERE NOT is_active) AS users_inactive,"
	" count(*) FILTER (WHERE created_at > now() - interval '1 day') AS users_today,"
	" count(*) FILTER (WHERE is_active AND (is_moderator OR is_superuser)) AS staff,"
	" (SELECT count(*) FROM sessions WHERE ended_at IS NULL AND expires_at > now()) AS sessions"
	" FROM users WHERE deleted_at IS NULL");
