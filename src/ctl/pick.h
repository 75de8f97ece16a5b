/* One session, as people name it. Control thread only. */
#ifndef CTL_PICK_H
#define CTL_PICK_H

#include "ctl/ctl.h"

struct pick {
	struct sess_rec rec;
	struct ctl_counts n;
	char	 tun[IFNAMSIZ];		/* the host's side of it */
	unsigned lane;
	uint32_t row;			/* of the lane's ledger */
};

/*
 * pick_means - is it the session of that user (or, where the peer gave no
 * name, of that concentrator), MAC address, IP address or Session-ID?
 */
bool pick_means(const struct sess_rec *r, const char *who);

/*
 * ctl_pick - `client` and `link NAME` are this program's own line, everything
 * else is a session of the concentrator. A multilink bundle counts, not its
 * links. 0; -E_UNKNOWN: none, or several, -E_STATE: no network protocol
 * is up, both with @why.
 * ctl_pick_again - the same one as it is now; false: it is gone, or down.
 */
int ctl_pick(struct ctl *c, const char *who, struct pick *p, char *why,
    size_t n);
bool ctl_pick_again(struct ctl *c, struct pick *p);

#endif
