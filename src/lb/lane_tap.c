/* A lane's frames, for `set capture`. */
#include <stdio.h>
#include <string.h>

#include "lb/lane.h"

void
lane_taps(struct lane *l)
{
	const struct snapshot *s = l->conf;

	l->tap = s->capfilter != NULL && taps_want(s->taps,
	    s->p.capture.serial) ? s->taps->tap[l->id] : NULL;
}

static const struct sess *
of_frame(struct lane *l, uint16_t port, const struct captured *c, bool out)
{
	struct sess_key k = { .port = port, .sid = c->sid, .vlan = c->vlan };

	for (int i = 0; i < l->links; i++)
		if (l->link[i]->key.port == port &&
		    (c->sid == 0 || l->link[i]->key.sid == c->sid))
			return l->link[i];
	if (l->single || c->sid == 0)
		return NULL;
	memcpy(k.mac, out ? c->dst : c->src, ETH_ADDR);
	return lane_by_key(l, &k);
}

/* The link, or the name that the peer has proved. */
static void
name(struct lane *l, uint16_t port, const struct captured *c,
    struct tap_msg *m)
{
	const struct sess *s = of_frame(l, port, c, m->out);
	const char *who = "";
	char buf[LANE_WHO];

	if (s != NULL)
		who = l->single ? lane_who(l, s, buf) :
		    ppp_peer_name(&s->ppp);
	snprintf(m->who, sizeof(m->who), "%s", who);
}

static void
tap_one(struct lane *l, uint16_t port, const struct pkt *b, bool out,
    tstamp at)
{
	const struct lane_port *p = &l->port[port];
	const struct snapshot *s = l->conf;
	struct captured c;
	struct tap_msg m;

	if (!tap_take(&m, &s->p.capture, s->capfilter, b, p->stream, &c))
		return;
	m.at = at;
	m.serial = s->p.capture.serial;
	m.out = out;
	memcpy(m.ifname, p->ifname, sizeof(m.ifname));
	name(l, port, &c, &m);
	tap_put(l->tap, &m);
}

void
lane_tap_in(struct lane *l, uint16_t port, int n)
{
	tstamp at = clock_now();

	for (int i = 0; i < n; i++)
		tap_one(l, port, &l->rx[i], false, at);
}

void
lane_tap_out(struct lane *l, uint16_t port, int from, int to)
{
	tstamp at = clock_now();

	for (int i = from; i < to; i++)
		tap_one(l, port, l->txv[i], true, at);
}
