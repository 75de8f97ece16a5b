/*
 * Dynamic authorization, RFC 5176: a RADIUS server ends sessions and changes
 * them (Disconnect-Request, CoA-Request) at the address of the `dae` line of
 * radius.conf. Control thread only.
 */
#ifndef CTL_DAE_H
#define CTL_DAE_H

#include "aaa/radius_conf.h"
#include "ctl/state.h"

struct dae;

struct dae *dae_new(struct ctl *c);	/* closed. NULL: no memory */
void dae_free(struct dae *d);

/*
 * dae_use - follow @conf: open, close, move, each second. What is wrong goes
 * to the log, once. @conf is borrowed until the next call.
 */
void dae_use(struct dae *d, const struct rad_conf *conf);

struct dae_count {
	uint64_t disconnects, changes;	/* done */
	uint64_t refused, forged;
};
const struct dae_count *dae_count(const struct dae *d);

#endif
