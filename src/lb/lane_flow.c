/* A lane's packets, for `set flows`. */
#include <stdio.h>
#include <string.h>

#include "lb/lane.h"

void
lane_flows(struct lane *l)
{
	struct flows *f = l->conf->flows;

	l->flows = f != NULL ? &f->table[l->id] : NULL;
}

static void
who_is(const struct lane *l, const struct sess *s, struct flow_who *w)
{
	char buf[LANE_WHO];

	memset(w, 0, sizeof(*w));
	snprintf(w->name, sizeof(w->name), "%s", l->single ?
	    lane_who(l, s, buf) : ppp_peer_name(&s->ppp));
	if (s->mp != NULL)
		return;
	memcpy(w->ifname, l->port[s->key.port].ifname, sizeof(w->ifname));
	memcpy(w->mac, s->key.mac, sizeof(w->mac));
	w->sid = s->key.sid;
}

void
lane_flow(struct lane *l, const struct sess *s, enum flow_way way,
    const struct filter_pkt *p, size_t len, unsigned size)
{
	struct flow_pkt fp = { .p = p, .ticket = s->ticket,
	    .len = (uint32_t)len, .size = size, .way = (uint8_t)way,
	    .now = l->now };
	struct flow *f, *all;
	struct flow_who who;

	if (p->family == 0)
		return;
	f = flow_find(l->flows, &fp);
	all = flow_sess(l->flows, &fp, f);
	if (flow_is_new(f) || flow_is_new(all)) {
		who_is(l, s, &who);
		flow_name(f, &who);
		flow_name(all, &who);
	}
	flow_packet(l->flows, f, all, &fp);
}

tstamp
lane_flow_next(const struct lane *l)
{
	return l->flows != NULL ? l->flows->sweep_at : NEVER;
}

void
lane_flow_turn(struct lane *l)
{
	if (l->flows->sweep_at <= l->now)
		flow_sweep(l->flows, l->now);
}
