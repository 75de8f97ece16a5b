/*
 * What commands write before anything takes effect: a profile, and what is
 * one for the whole process. Plain data: a draft is thrown away or taken
 * whole.
 */
#ifndef CMD_DRAFT_H
#define CMD_DRAFT_H

#include "ctl/prompt.h"
#include "lang/lex.h"
#include "sess/profile.h"

/* `set server`, as the diagnostic socket should be. */
enum server_kind { SERVER_NONE, SERVER_CLOSED, SERVER_OPEN };
struct server_want {
	enum server_kind kind;
	char	 addr[SERVER_PATH];	/* PORT, +PORT, SERVICE, /PATH */
	char	 mask[8];		/* octal; "" : none given */
	char	 password[PROMPT_PASSWORD + 1];	/* secret; "" : none needed */
};

/* `set http`. */
struct http_want {
	bool	 on;
	char	 addr[SERVER_PATH];	/* PORT, ADDR:PORT, /PATH */
	char	 mask[8];		/* octal; "" : none given */
	char	 password[PROMPT_PASSWORD + 1];	/* secret; "" : none needed */
};

/* Where a setting was written, for checks of the whole. */
enum where { AT_LABEL, AT_DEVICE, AT_MRU, AT_MTU, AT_AUTH, AT_IFADDR, AT_LB,
	AT_PAYLOAD, AT_CD, AT_SCRIPT, AT_MPPE, AT_MRRU, AT_AUTOLOAD,
	WHERES };
struct origin {
	char	 file[128];		/* "" : a prompt, or not at all */
	unsigned line;
};

/* A command of a section that acts at once: run when the program has begun. */
#define LATER_MAX	32
struct later {
	char	 text[LEX_LINE];
	char	 file[128];
	unsigned line;
};

struct draft {
	struct profile p;
	uint32_t log;			/* levels for syslog */
	struct server_want server;
	struct http_want http;
	struct origin where[WHERES];
	char	 users[128], modes[64];	/* `allow`, for -n; "" : none */
	struct later later[LATER_MAX];
	int	 laters;
};

/* draft_default - nothing read yet; ppp(8)'s defaults. */
void draft_default(struct draft *d, enum mode m);

/* draft_free - one from malloc(3), its secrets wiped; NULL allowed. */
void draft_free(struct draft *d);

#endif
