/*
 * `test path`: the packets of one session as they pass its TUN and its line,
 * and what was changed between the two. Looks only, sends nothing. One at a
 * time; control thread only.
 */
#ifndef CTL_PATH_H
#define CTL_PATH_H

#include "ctl/ctl.h"
#include "wire/path.h"

#define PATH_WHO	(REC_NAME + 8)
#define PATH_PACKETS	200u		/* on either side, by itself */
#define PATH_PACKETS_MAX 5000u
#define PATH_SECS	10u
#define PATH_SECS_MAX	600u

struct path_ask {
	char	 who[PATH_WHO];		/* as ctl_pick() takes it */
	uint32_t packets, secs;		/* whichever comes first; 0: above */
};

enum path_end { PATH_FULL, PATH_TIME, PATH_STOPPED, PATH_DOWN };

struct path_result {
	struct path_ask ask;
	char	 who[REC_NAME];
	uint16_t sid, mtu;
	char	 tun[IFNAMSIZ], ifname[IFNAMSIZ];
	uint8_t	 end;			/* enum path_end */
	bool	 mssfixup, nat;		/* in force */
	uint32_t packed[PROTO_COUNTS];	/* frames on the line that are no
					 * plain IP, by protocol */
	uint32_t missed;		/* came faster than we looked */
	struct path_report r;
};

/*
 * path_start - 0: it looks; done() comes once, from the loop or from
 * path_cancel(). say() gets a dot each second. Else negative with @why, as
 * sla_start().
 */
struct path_hooks {
	void	*arg;
	void	(*say)(void *arg, const char *text);
	void	(*done)(void *arg, const struct path_result *r);
};
int path_start(struct ctl *c, const struct path_ask *q,
    const struct path_hooks *h, char *why, size_t n);
bool path_cancel(struct ctl *c, const void *arg);	/* as sla_cancel() */

struct path;
void path_free(struct path *p);		/* NULL allowed */

#endif
