/* The concentrator's ports: where its peers' frames come from. */
#include <errno.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/accept.h"

void
ac_port_close(struct concentrator *a, unsigned i, enum why why)
{
	struct ac_port *p = &a->port[i];
	struct mail m = { .op = MAIL_PORT_CLOSE, .arg = i, .arg2 = why };

	if (p->io == NULL)
		return;
	loop_fd_free(p->fd);
	io_close(p->io);
	io_xdp_close(&p->xdp);
	p->fd = NULL;
	p->io = NULL;
	for (unsigned k = 0; k < a->lanes; k++)
		ctl_mail(a->c, k, &m);
}

/* One batch of each port. After a full one its descriptor need not tell of
 * what was read ahead: we come back, but the mail of the lanes comes first. */
void
ac_ports_read(void *arg, tstamp now)
{
	struct concentrator *a = arg;

	for (unsigned i = 0; i < LANE_PORTS; i++) {
		struct ac_port *p = &a->port[i];
		int n = p->io != NULL ?
		    io_recv(p->io, a->rx, LANE_BATCH) : 0;

		for (int k = 0; k < n; k++) {
			lb_tap(a->c->lb, p->ifname, &a->rx[k], false);
			ac_side_frame(a, i, &a->rx[k], now);
		}
		if (n == LANE_BATCH)
			loop_timer_set(a->more, now);
		if (n < 0 && errno != ENETDOWN) {
			log_put(LOG_WARN_, "%s: interface is gone",
			    p->ifname);
			ac_port_close(a, i, WHY_IF_GONE);
		}
	}
}

static void
readable(void *arg, unsigned what)
{
	(void)what;
	ac_ports_read(arg, clock_now());
}

/* Does a row name it, @tagged: one with VLANs? */
static bool
has_row(const struct lb_conf *lb, const struct ac_port *p, bool tagged)
{
	for (int i = 0; i < lb->ifaces; i++) {
		const struct lb_if *f = &lb->iface[i];

		if (strcmp(f->name, p->ifname) == 0 && f->com3 == p->com3 &&
		    (!tagged || f->any_vlan || f->vlan.outer != 0))
			return true;
	}
	return false;
}

static struct io_conf
conf_of(const struct concentrator *a, const struct ac_port *p)
{
	bool xdp = a->c->p.io == IO_XDP;
	struct io_conf all = { .lanes = (uint16_t)a->lanes, .ring = IO_RING,
	    .kind = a->c->p.io,
	    .tells_tags = xdp && os_if_tells_tags(p->ifname),
	    .tags = has_row(&a->c->p.lb, p, true),
	    .disc_type = p->com3 ? ETH_3COM_DISC : ETH_PPPOE_DISC,
	    .sess_type = p->com3 ? ETH_3COM_SESS : ETH_PPPOE_SESS };

	memcpy(all.ifname, p->ifname, sizeof(all.ifname));
	return all;
}

/* Ours; the lanes' are mailed to them. */
static int
open_disc(struct concentrator *a, struct ac_port *p, const struct io_conf *c,
    char *why, size_t n)
{
	int err = io_open(&p->io, c, why, n);

	if (err < 0) {
		p->io = NULL;
		return err;
	}
	p->fd = loop_fd_new(a->c->loop, io_fd(p->io), readable, a);
	if (p->fd != NULL)
		return 0;
	io_close(p->io);
	p->io = NULL;
	return -E_NOMEM;
}

/* The sockets of Discovery and of all lanes, steered by the kernel where it
 * can; else each has to look at every frame. */
static int
open_all(struct concentrator *a, unsigned i, const struct io_conf *all,
    char *why, size_t n)
{
	struct ac_port *p = &a->port[i];
	struct mail m = { .op = MAIL_PORT_OPEN, .arg = i, .arg2 = p->com3 };
	struct io_conf disc;
	int data[LANES_MAX], control[LANES_MAX];
	struct mail_port mp;

	io_parts(all, &mp.data, &mp.control, &disc);
	p->steered = io_steer(all, data, control, &disc.fd) == 0;
	int err = open_disc(a, p, &disc, why, n);

	for (unsigned k = 0; k < a->lanes; k++) {
		mp.data.lane = mp.control.lane = (uint16_t)k;
		mp.data.fd = data[k];
		mp.control.fd = control[k];
		mp.data.map = err == 0 ? io_xdp_map(&p->xdp) : 0;
		mail_put(&m, &mp, sizeof(mp));
		if (err == 0 && ctl_mail(a->c, k, &m))
			continue;
		io_drop(&mp.data);
		io_drop(&mp.control);
	}
	return err;
}

static int
port_open(struct concentrator *a, unsigned i, char *why, size_t n)
{
	struct ac_port *p = &a->port[i];
	struct io_conf all = conf_of(a, p);
	int err = io_xdp(&all, &p->xdp, &p->how, why, n);

	if (err < 0)
		return err;
	if (why[0] != '\0')
		log_put(LOG_WARN_, "%s", why);
	err = open_all(a, i, &all, why, n);
	if (err < 0) {
		io_xdp_close(&p->xdp);
		return err;
	}
	loop_fd_want(p->fd, LOOP_READ);
	log_put(LOG_PHASE, "Listening on %s as \"%s\"%s", p->ifname,
	    a->c->p.lb.ac.acname, p->com3 ? " (3Com frames)" : "");
	return 0;
}

/* The port of a row, made when there is none; NULL: too many. */
static struct ac_port *
port_for(struct concentrator *a, const struct lb_if *f)
{
	struct ac_port *free = NULL;

	for (int i = 0; i < LANE_PORTS; i++) {
		struct ac_port *p = &a->port[i];

		if (p->ifname[0] == '\0') {
			free = free == NULL ? p : free;
			continue;
		}
		if (strcmp(p->ifname, f->name) == 0 && p->com3 == f->com3)
			return p;
	}
	if (free != NULL) {
		memcpy(free->ifname, f->name, sizeof(free->ifname));
		free->com3 = f->com3;
	}
	return free;
}

/* Ports follow the rows of the profile: those that no row names go first,
 * so that their places are free. A missing interface is an error at the
 * start, later a warning: it may come back. */
int
ac_ports_sync(struct concentrator *a, char *why, size_t n)
{
	const struct lb_conf *lb = &a->c->p.lb;
	char other[160];
	int err = 0;

	for (unsigned i = 0; i < LANE_PORTS; i++) {
		struct ac_port *p = &a->port[i];

		p->wanted = has_row(lb, p, false);
		if (p->wanted)
			continue;
		ac_port_close(a, i, WHY_ADMIN);
		p->ifname[0] = '\0';
	}
	for (int i = 0; i < lb->ifaces; i++) {
		struct ac_port *p = port_for(a, &lb->iface[i]);

		BUG_ON(p == NULL);	/* as many places as rows */
		p->wanted = true;
		if (p->io != NULL)
			continue;
		if (err == 0)
			err = port_open(a, (unsigned)(p - a->port), why, n);
		else
			port_open(a, (unsigned)(p - a->port), other,
			    sizeof(other));
	}
	return err;
}

void
ac_side_watch(struct concentrator *a)
{
	char why[160];

	for (unsigned i = 0; i < LANE_PORTS; i++) {
		struct ac_port *p = &a->port[i];

		if (p->io != NULL && (unsigned)os_if_index(p->ifname) !=
		    io_ifindex(p->io))
			ac_port_close(a, i, WHY_IF_GONE);
		if (p->wanted && p->io == NULL &&
		    os_if_index(p->ifname) > 0)
			port_open(a, i, why, sizeof(why));
	}
}
