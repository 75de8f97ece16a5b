/*
 * What the commands ask of the daemon: the client's links do it, or the access
 * concentrator, or it says why not here.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ctl/state.h"
#include "os/resolv.h"

static int
not_here(char *why, size_t n)
{
	snprintf(why, n, "an access concentrator waits for its peers");
	return -E_STATE;
}

int
ctl_open(struct ctl *c, int at, char *why, size_t n)
{
	return c->bundle != NULL ? bundle_open(c->bundle, at, why, n) :
	    not_here(why, n);
}

void
ctl_close(struct ctl *c, int at)
{
	if (c->bundle != NULL)
		bundle_close(c->bundle, at, WHY_ADMIN);
	else
		ac_side_close(c->ac, "all");
}

void
ctl_down(struct ctl *c, int at)
{
	if (c->bundle != NULL)
		bundle_lower_down(c->bundle, at);
}

int
ctl_reopen(struct ctl *c, int at, uint16_t proto, char *why, size_t n)
{
	if (c->bundle == NULL)
		return not_here(why, n);
	if (bundle_tell(c->bundle, at, MAIL_RENEGOTIATE, proto))
		return 0;
	return bundle_open(c->bundle, at, why, n);
}

int
ctl_ccp(struct ctl *c, int at, enum ppp_ccp_op op, char *why, size_t n)
{
	if (c->bundle == NULL)
		return not_here(why, n);
	if (bundle_tell(c->bundle, at, MAIL_CCP, op))
		return 0;
	snprintf(why, n, "the link is not open");
	return -E_STATE;
}

int
ctl_send_ident(struct ctl *c, int at, char *why, size_t n)
{
	if (c->bundle == NULL)
		return not_here(why, n);
	if (bundle_ident(c->bundle, at))
		return 0;
	snprintf(why, n, "link has not reached LCP");
	return -E_STATE;
}

void
ctl_clear(struct ctl *c, int at, enum traffic_part part, unsigned what)
{
	if (c->bundle != NULL)
		bundle_clear(c->bundle, at, part, what);
}

void
ctl_quit(struct ctl *c)
{
	ctl_exit(c, 0);
}

unsigned
ctl_close_session(struct ctl *c, const char *name)
{
	if (c->ac != NULL)
		return ac_side_close(c->ac, name);
	bundle_close(c->bundle, LINK_ALL, WHY_ADMIN);
	return 1;
}

unsigned
ctl_rate_session(struct ctl *c, const char *name, const struct rate_conf *r)
{
	return c->ac != NULL ? ac_side_rate(c->ac, name, r) : 0;
}

int
ctl_resolv(struct ctl *c, enum resolv_op op, char *why, size_t n)
{
	int err;

	if (c->bundle != NULL)
		return bundle_resolv(c->bundle, op, why, n);
	if (op != RESOLV_RELOAD)
		return not_here(why, n);
	err = ac_side_resolv(c->ac);
	if (err < 0)
		snprintf(why, n, "%s: %s", RESOLV_PATH, err_text(err));
	return err;
}

int
ctl_route(struct ctl *c, const struct route_want *r, bool del, char *why,
    size_t n)
{
	return c->bundle != NULL ? bundle_route(c->bundle, r, del, why, n) :
	    not_here(why, n);
}

int
ctl_routes_flush(struct ctl *c, char *why, size_t n)
{
	return c->bundle != NULL ? bundle_routes_flush(c->bundle) :
	    not_here(why, n);
}

int
ctl_rename(struct ctl *c, const char *name, char *why, size_t n)
{
	int err = c->bundle != NULL ? bundle_rename(c->bundle, name, why, n) :
	    not_here(why, n);

	if (err == 0)
		snprintf(c->tun, sizeof(c->tun), "%s", name);
	return err;
}

void
ctl_nat(struct ctl *c, struct ctl_nat *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->tun, c->tun, sizeof(out->tun));
	if (c->bundle != NULL)
		bundle_nat_view(c->bundle, out);
}

int
ctl_term(struct ctl *c, int at, const struct ctl_term *h, char *why,
    size_t n)
{
	return c->bundle != NULL ? bundle_term(c->bundle, at, h, why, n) :
	    not_here(why, n);
}

void
ctl_term_write(struct ctl *c, int at, const char *p, size_t n)
{
	bundle_term_write(c->bundle, at, p, n);
}

void
ctl_term_packets(struct ctl *c, int at)
{
	bundle_term_packets(c->bundle, at);
}

void
ctl_term_leave(struct ctl *c, int at)
{
	bundle_term_leave(c->bundle, at);
}
