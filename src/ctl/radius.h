/*
 * The RADIUS client: servers in the order of radius.conf(5), a window of
 * requests under way at each, the others in a queue, everything bounded and
 * on a timer. One socket a server, 256 Identifiers on it. Control thread
 * only; nothing here waits.
 */
#ifndef CTL_RADIUS_H
#define CTL_RADIUS_H

#include "aaa/radius_auth.h"
#include "aaa/radius_conf.h"
#include "base/rng.h"
#include "ctl/loop.h"

#define RADIUS_WINDOW	128u		/* under way at one server */
#define RADIUS_QUEUE	16384u		/* waiting, of each service */
#define RADIUS_PATIENCE	SEC(25)		/* of a peer that logs in */

struct radius;

struct radius_hooks {
	void	*arg;
	/* the answer about the peer of @ticket, or rad_silence() */
	void	(*verdict)(void *arg, uint32_t ticket,
	    const struct auth_verdict *v, const struct aaa_grant *g);
	/* is somebody still waiting for it? */
	bool	(*wanted)(void *arg, uint32_t ticket);
	/* the last accounting record is delivered, or given up */
	void	(*drained)(void *arg);
};

/* radius_new - no file yet. NULL: no memory. Borrows @l, @rng. */
struct radius *radius_new(struct loop *l, struct rng *rng,
    const struct radius_hooks *h);
void radius_free(struct radius *r);

/*
 * radius_use - the file of `set radius`, "" : none, read now; what is under
 * way goes on with the new servers. radius_look - each second: read it again
 * when it changed, look up names. Faults go to the log. @ip, @id: enable
 * NAS-IP-Address and NAS-Identifier.
 */
void radius_use(struct radius *r, const char *path, bool ip, bool id);
void radius_look(struct radius *r);

/* Whether that service is configured; auth also when the file is bad. */
bool radius_for(const struct radius *r, enum rad_service s);
const struct rad_conf *radius_conf(const struct radius *r);

/* radius_ask - @q about @who; hooks.verdict() follows later, always. */
void radius_ask(struct radius *r, uint32_t ticket, const struct auth_query *q,
    const struct rad_who *who);

/* radius_account - one record; nothing when there is no acct server. */
void radius_account(struct radius *r, const struct rad_acct *a);

/* radius_pending - accounting records not delivered yet. */
unsigned radius_pending(const struct radius *r);

/* ---- what there is to see ---- */

struct radius_count {
	uint64_t requests, repeats;	/* sent; sent again */
	uint64_t accepts, rejects, answers;	/* answers: of accounting */
	uint64_t timeouts, forged, stale;
	uint64_t rtt_us;		/* smoothed; 0: none yet */
};

struct radius_view {
	enum rad_service service;
	const char *name;
	char	 addr[RAD_ADDR_TEXT];
	bool	 dead;
	uint32_t dead_secs;		/* until it is asked again */
	unsigned busy;			/* requests under way */
	struct radius_count n;
};
/* radius_view - server @i of both services; false: there is none. */
bool radius_view(const struct radius *r, unsigned i, struct radius_view *v);

struct radius_sums {
	unsigned waiting[RAD_SERVICES];
	uint64_t unanswered, lost;	/* peers refused; records lost */
};
void radius_sums(const struct radius *r, struct radius_sums *s);

#endif
