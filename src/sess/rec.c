/* Names of link states. */
#include "sess/rec.h"

const char *
link_state_name(enum link_state s)
{
	static const char *const name[] = {
		[LINK_CLOSED] = "closed", [LINK_OPENING] = "opening",
		[LINK_DIAL] = "dial", [LINK_CARRIER] = "carrier",
		[LINK_LOGIN] = "login", [LINK_READY] = "ready",
		[LINK_LCP] = "lcp", [LINK_AUTH] = "auth",
		[LINK_CBCP] = "cbcp", [LINK_OPEN] = "open",
		[LINK_LOGOUT] = "logout", [LINK_HANGUP] = "hangup",
	};

	return name[s];
}
