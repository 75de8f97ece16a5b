/* Terminal mode: somebody talks to the device of a link. ppp(8) 4.4. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/bundle.h"

void
link_term_show(struct link *l, const char *p, size_t n)
{
	if (l->term.show != NULL)
		l->term.show(l->term.arg, p, n);
}

void
link_term_over(struct link *l, bool packets)
{
	struct ctl_term h = l->term;

	memset(&l->term, 0, sizeof(l->term));
	if (h.over != NULL)
		h.over(h.arg, packets);
}

void
link_term_packets(struct link *l)
{
	char why[160];

	link_term_over(l, true);
	if (link_open(l, why, sizeof(why)) < 0)
		log_put(LOG_WARN_, "%s", why);
}

/* The first word that can be opened. */
static int
open_device(struct link *l, char *why, size_t n)
{
	const struct link_conf *p = link_conf(l);
	int err = -E_UNKNOWN;

	snprintf(why, n, "no device: use `set device DEVICE...'");
	for (int i = 0; i < p->devices && err < 0; i++) {
		snprintf(l->device, sizeof(l->device), "%s", p->device[i]);
		if (device_kind(l->device) == DEV_PPPOE)
			snprintf(why, n, "%s: PPPoE has no terminal mode",
			    l->device);
		else
			err = physical_term(l->phys, l->device, l->b->c->tun,
			    why, n);
	}
	return err;
}

int
bundle_term(struct bundle *b, int at, const struct ctl_term *h, char *why,
    size_t n)
{
	struct link *l = b->link[at];
	int err;

	if (physical_busy(l->phys) && !physical_in_term(l->phys)) {
		snprintf(why, n, "the link is %s", link_state_name(l->state));
		return -E_STATE;
	}
	err = physical_in_term(l->phys) ? 0 : open_device(l, why, n);
	if (err < 0)
		return err;
	l->term = *h;
	if (!physical_in_term(l->phys))
		link_state(l, LINK_OPENING);
	return 0;
}

void
bundle_term_write(struct bundle *b, int at, const char *p, size_t n)
{
	physical_write(b->link[at]->phys, p, n);
}

void
bundle_term_packets(struct bundle *b, int at)
{
	if (physical_in_term(b->link[at]->phys))
		link_term_packets(b->link[at]);
}

void
bundle_term_leave(struct bundle *b, int at)
{
	memset(&b->link[at]->term, 0, sizeof(b->link[at]->term));
}
