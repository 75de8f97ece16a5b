/*
 * Why a session ended or never came up. One list for engines, lanes, logs,
 * `show` and exit codes; each row names the side that refused.
 */
#ifndef BASE_WHY_H
#define BASE_WHY_H

#define WHY_LIST(X)							\
	X(NONE,		"nobody",	"no reason")			\
	X(ADMIN,	"we",		"closed by command")		\
	X(QUIT,		"we",		"program ends")			\
	X(PEER_TERM,	"peer",		"peer sent Terminate-Request")	\
	X(PEER_PADT,	"peer",		"peer sent PADT")		\
	X(AUTH_US,	"peer",		"peer refused our name or secret") \
	X(AUTH_PEER,	"we",		"peer's name or secret is wrong") \
	X(AUTH_NONE,	"peer",						\
	    "peer refuses every authentication we accept")		\
	X(AUTH_SERVER,	"we",						\
	    "the authentication server does not answer")		\
	X(AUTH_SILENT,	"nobody",	"no answer to authentication")	\
	X(ECHO,		"nobody",	"no reply to LCP echo")		\
	X(LQR,		"nobody",	"no link quality reports")	\
	X(LOOP,		"nobody",	"line is looped back")		\
	X(LCP_SILENT,	"nobody",	"no answer to LCP")		\
	X(LCP_FAIL,	"both",		"LCP did not converge")		\
	X(LCP_REJECT,	"peer",		"peer rejected LCP itself")	\
	X(NO_NCP,	"both",		"no network protocol came up")	\
	X(NO_MPPE,	"both",						\
	    "encryption is required and was not agreed on")		\
	X(NO_KEYS,	"we",						\
	    "encryption is required, but this login gives no keys "	\
	    "(MS-CHAPv2 does)")						\
	X(STOPPED,	"we",		"stopped timer expired")	\
	X(NO_ADDR,	"we",		"no address left for the peer")	\
	X(PADI_SILENT,	"nobody",	"no access concentrator answered") \
	X(PADR_SILENT,	"nobody",	"no answer to PADR")		\
	X(NO_SERVICE,	"peer",		"service name refused")		\
	X(AC_ERROR,	"peer",						\
	    "access concentrator reports an error")			\
	X(NO_AC,	"we",		"no access concentrator of that name") \
	X(LIMIT,	"we",		"session limit reached")	\
	X(IF_GONE,	"we",		"interface is gone or down")	\
	X(NO_DEVICE,	"we",		"no device could be opened")	\
	X(CHAT,		"nobody",	"chat script failed")		\
	X(NO_CARRIER,	"nobody",	"no carrier")			\
	X(LINE_LOST,	"nobody",	"the line is gone")		\
	X(IDLE,		"we",		"idle timer expired")		\
	X(SESSION_TIME,	"we",		"session time is used up")	\
	X(NO_MP,	"both",						\
	    "multilink was not agreed on, another link is up")		\
	X(DRAIN,	"we",		"worker is being removed")	\
	X(BUSY,		"we",						\
	    "no answer in time from the control thread")

enum why {
#define WHY_ENUM(name, side, text) WHY_##name,
	WHY_LIST(WHY_ENUM)
#undef WHY_ENUM
	WHY_COUNT
};

/* why_text, why_side - for people; why_name - for scripts ("AUTH_US"). */
const char *why_text(enum why w);
const char *why_side(enum why w);
const char *why_name(enum why w);

#endif
