/* What `show lb` and the metrics tell of the concentrator. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "ctl/accept.h"

static void
count_way(struct ctl_ac_port *v, const char *way)
{
	for (int i = 0; i < CTL_WAYS; i++) {
		if (v->by[i].way != NULL && strcmp(v->by[i].way, way) != 0)
			continue;
		v->by[i].way = way;
		v->by[i].lanes++;
		return;
	}
}

/* How data comes and goes, lane by lane. */
static void
view_port(const struct concentrator *a, unsigned i, struct ctl_ac *out)
{
	struct ctl_ac_port *v = &out->port[out->ports++];

	snprintf(v->ifname, sizeof(v->ifname), "%s", a->port[i].ifname);
	v->how = a->port[i].how;
	out->steered += a->port[i].steered;
	for (unsigned k = 0; k < a->lanes; k++) {
		const char *way = atomic_load(&a->c->lb->lane[k]->port[i].way);

		if (way == NULL)	/* the lane has not opened it yet */
			continue;
		count_way(v, way);
		out->lanes_xdp += strncmp(way, "xdp", 3) == 0;
	}
}

static void
add_lane(const struct lane *l, struct ctl_ac *out)
{
	out->padt_out += atomic_load_explicit(&l->count.padt_out,
	    memory_order_relaxed);
	for (int d = 0; d < DROP_COUNT; d++)
		out->drop[d] += atomic_load_explicit(&l->count.drop[d],
		    memory_order_relaxed);
}

void
ac_side_view(struct concentrator *a, struct ctl_ac *out)
{
	*out = a->n;
	lease_use(a, &out->pool_size, &out->pool_used);
	for (unsigned i = 0; i < LANE_PORTS; i++)
		if (a->port[i].io != NULL)
			view_port(a, i, out);
	for (unsigned i = 0; i < a->lanes; i++)
		add_lane(a->c->lb->lane[i], out);
}
