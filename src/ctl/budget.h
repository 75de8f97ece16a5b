/*
 * Set-ups under way: how many of them an interface and each of its VLANs
 * has, so that a flood in one of them does not take the places of the
 * others. Of the control thread.
 */
#ifndef CTL_BUDGET_H
#define CTL_BUDGET_H

#include <stdbool.h>

#include "base/slab.h"
#include "lb/lane.h"
#include "lb/table.h"
#include "sess/profile.h"

struct budget {
	uint64_t seed;
	struct table by_vlan;		/* of those in slab */
	struct slab slab;		/* of struct share */
	uint32_t all, port[LANE_PORTS];
};

int budget_init(struct budget *b, uint64_t seed);	/* 0 or -E_NOMEM */
void budget_done(struct budget *b);

/* budget_has - room for one more of @vlan on @port, whose MAC address has
 * @mac of them already? */
bool budget_has(const struct budget *b, const struct lb_budget *most,
    unsigned port, struct vlans vlan, unsigned mac);

/*
 * budget_take - one more of @vlan on @port: what budget_give() wants back
 * once it is up, or over. 0: no memory, it is not counted.
 */
uint32_t budget_take(struct budget *b, unsigned port, struct vlans vlan);
void budget_give(struct budget *b, uint32_t taken);	/* 0: nothing */

#endif
