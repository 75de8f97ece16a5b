/*
 * The client's bundle, as the control thread sees it: its links (link.c)
 * share one interface. It answers what the lane asks about the network, and
 * gives the host its addresses, routes and name servers.
 */
#include "ctl/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/account.h"

/* ---- all links ---- */

bool
bundle_has(const struct bundle *b, enum mode m)
{
	for (int i = 0; i < b->links; i++)
		if (b->link[i]->dialer.mode == m)
			return true;
	return false;
}

static bool
busy(const struct bundle *b)
{
	for (int i = 0; i < b->links; i++)
		if (link_busy(b->link[i]))
			return true;
	return false;
}

/* As far as the link that is farthest; ending when all are. */
static enum ppp_phase
farthest(const struct bundle *b)
{
	enum ppp_phase most = PHASE_DEAD;
	bool ending = false;

	for (int i = 0; i < b->links; i++) {
		enum ppp_phase ph = b->link[i]->phase;

		if (ph == PHASE_TERMINATE)
			ending = true;
		else if (ph > most)
			most = ph;
	}
	return most == PHASE_DEAD && ending ? PHASE_TERMINATE : most;
}

void
bundle_phase(struct bundle *b)
{
	enum ppp_phase ph = farthest(b);

	if (b->phase == ph)
		return;
	b->phase = ph;
	log_put(LOG_PHASE, "bundle: %s", ppp_phase_name(ph));
	ctl_phase_changed(b->c);
}

void
bundle_exit(struct bundle *b, int code)
{
	if (!busy(b))
		ctl_exit(b->c, code);
}

void
bundle_demand(struct bundle *b)
{
	struct mail m = { .op = MAIL_DEMAND, .arg = bundle_has(b, MODE_AUTO) };

	ctl_mail(b->c, 0, &m);
}

void
bundle_rest(struct bundle *b)
{
	if (bundle_has(b, MODE_AUTO) && !busy(b))
		bundle_demand(b);
}

/* ---- the lane's ports ---- */

static bool
open_port(struct bundle *b, int i, const char *ifname, bool com3, bool tags)
{
	struct io_conf io = { .lanes = 1, .ring = IO_RING, .kind = b->c->p.io,
	    .tells_tags = b->c->p.io == IO_XDP && os_if_tells_tags(ifname),
	    .tags = tags,
	    .disc_type = com3 ? ETH_3COM_DISC : ETH_PPPOE_DISC,
	    .sess_type = com3 ? ETH_3COM_SESS : ETH_PPPOE_SESS };
	struct mail m = { .op = MAIL_PORT_OPEN, .arg = (uint32_t)i,
	    .arg2 = com3 };
	struct mail_port mp;
	const char *how;
	char why[160];
	int err;

	snprintf(io.ifname, sizeof(io.ifname), "%s", ifname);
	io_parts(&io, &mp.data, &mp.control, NULL);
	err = io_xdp(&io, &b->port[i].xdp, &how, why, sizeof(why));
	if (why[0] != '\0')
		log_put(LOG_WARN_, "%s", why);
	if (err < 0)
		return false;
	mp.data.map = io_xdp_map(&b->port[i].xdp);
	io_steer(&io, &mp.data.fd, &mp.control.fd, NULL);
	mail_put(&m, &mp, sizeof(mp));
	if (ctl_mail(b->c, 0, &m))
		return true;
	io_drop(&mp.data);
	io_drop(&mp.control);
	io_xdp_close(&b->port[i].xdp);
	return false;
}

int
bundle_port(struct bundle *b, const char *ifname, bool com3, bool tags)
{
	int free = -1;

	for (int i = LINKS_MAX - 1; i >= 0; i--) {
		bool same = b->port[i].com3 == com3 &&
		    strcmp(b->port[i].ifname, ifname) == 0;

		if (b->port[i].users > 0 && same) {
			b->port[i].users++;
			return i;
		}
		if (b->port[i].users == 0)
			free = i;
	}
	/* Opened anew for each first user: the interface may be another. */
	if (free < 0 || !open_port(b, free, ifname, com3, tags))
		return -1;
	snprintf(b->port[free].ifname, IFNAMSIZ, "%s", ifname);
	b->port[free].com3 = com3;
	b->port[free].users = 1;
	return free;
}

int
bundle_port_free(struct bundle *b)
{
	for (int i = 0; i < LINKS_MAX; i++) {
		if (b->port[i].users > 0)
			continue;
		memset(&b->port[i], 0, sizeof(b->port[i]));
		b->port[i].users = 1;
		return i;
	}
	return -1;
}

void
bundle_port_give(struct bundle *b, int port)
{
	if (port >= 0 && --b->port[port].users == 0)
		io_xdp_close(&b->port[port].xdp);
}

/* ---- mail of the lane ---- */

static void
on_net_wanted(struct bundle *b, struct link *l, const struct mail *m)
{
	struct mail answer = { .op = MAIL_NETWORK, .ticket = m->ticket };
	struct net_conf n;

	if (b->net != 0 && b->net != m->ticket) {	/* so @l is one */
		link_tell(l, MAIL_CLOSE, WHY_NO_MP);
		return;
	}
	b->net = m->ticket;
	if (!bundle_net_conf(b, l != NULL ? &l->grant : &b->grant, &n)) {
		answer.op = MAIL_CLOSE;
		answer.arg = WHY_NO_ADDR;
		ctl_mail(b->c, 0, &answer);
		return;
	}
	mail_put(&answer, &n, sizeof(n));
	ctl_mail(b->c, 0, &answer);
}

/* ---- multilink ---- */

/* Same peer: RFC 1990 section 5.1.3, cases 1 to 4. */
static bool
same_peer(const struct mail_join *a, const struct mail_join *b)
{
	return a->class == b->class && a->len == b->len &&
	    memcmp(a->disc, b->disc, sizeof(a->disc)) == 0 &&
	    strcmp(a->name, b->name) == 0;
}

static void
tell_join(struct link *l)
{
	struct bundle *b = l->b;
	struct mail m = { .op = MAIL_JOIN, .ticket = l->ticket,
	    .arg = b->mp, .arg2 = link_conf(l)->bandwidth };

	ctl_mail(b->c, 0, &m);
}

void
bundle_weigh(struct link *l)
{
	if (l->joined && l->b->mp != 0)
		tell_join(l);
}

static void
on_join_wanted(struct bundle *b, struct link *l, const struct mail *m)
{
	struct mail_join peer;

	mail_take(m, &peer, sizeof(peer));
	if (b->mp != 0 && !same_peer(&b->peer, &peer)) {
		log_put(LOG_PHASE, "%s: the peer is another than the "
		    "bundle's", link_conf(l)->name);
		link_tell(l, MAIL_CLOSE, WHY_NO_MP);
		return;
	}
	if (b->mp == 0 && b->net != 0) {	/* a link without multilink */
		link_tell(l, MAIL_CLOSE, WHY_NO_MP);
		return;
	}
	if (b->mp == 0) {
		b->mp = b->net = ctl_ticket(b->c);
		b->peer = peer;
		b->grant = l->grant;
	}
	l->joined = true;
	bundle_account_join(b, l, m);
	tell_join(l);
	log_put(LOG_PHASE, "%s: joins the multilink bundle",
	    link_conf(l)->name);
	if (b->up_since != 0)
		link_up(l);
}

/* ---- the network comes and goes ---- */

/* @l NULL: a multilink bundle's. */
static void
first_up(struct bundle *b, struct link *l)
{
	for (int i = 0; i < b->links; i++)
		if (b->link[i] == l || (l == NULL && b->link[i]->joined)) {
			link_up(b->link[i]);
			link_utmp(b->link[i], true);
		}
	if (b->up_since != 0)
		return;
	b->up_since = clock_now();
	b->busy_at = b->up_since;
	b->idle_secs = 0;
}

static void
script(struct bundle *b, bool up, bool six)
{
	const struct ctl_hooks *h = &b->c->hooks;

	if (h->link_script != NULL)
		h->link_script(h->arg, up, six);
}

static void
on_ip_up(struct bundle *b, struct link *l, const struct mail *m)
{
	const struct profile *p = &b->c->p;
	struct mail_up up;
	struct account *acct;
	char my[IP4_TEXT], his[IP4_TEXT];

	mail_take(m, &up, sizeof(up));
	log_put(LOG_IPCP, "myaddr %s hisaddr = %s",
	    ip4_text(up.my_addr, my), ip4_text(up.his_addr, his));
	b->ip = true;
	acct = bundle_account(b, l, m);
	if (acct != NULL)
		account_up(acct, m);
	bundle_carries(b, TRAFFIC_IP, true);
	if (p->ppp.enabled & NEG_DNS)
		memcpy(b->host.dns, up.dns, sizeof(up.dns));
	hostnet_up4(&b->host, p, up.my_addr, up.his_addr, up.mtu);
	bundle_granted(b, AF_INET, true);
	if ((p->ppp.enabled & NEG_DNS) && !p->resolv_readonly &&
	    up.dns[0] != 0)
		hostnet_dns(&b->host, up.dns);
	script(b, true, false);
	first_up(b, l);
	bundle_report_up(b);
	ctl_phase_changed(b->c);
}

static void
on_ip_down(struct bundle *b)
{
	if (!b->ip)
		return;
	bundle_carries(b, TRAFFIC_IP, false);
	script(b, false, false);	/* the addresses still stand */
	bundle_granted(b, AF_INET, false);
	b->ip = false;
	if (bundle_has(b, MODE_AUTO))
		bundle_idle_addr(b);
	else
		hostnet_down4(&b->host);
	ctl_phase_changed(b->c);
}

static void
on_ip6_up(struct bundle *b, struct link *l, const struct mail *m)
{
	struct account *acct;
	struct mail_up up;

	mail_take(m, &up, sizeof(up));
	b->ip6 = true;
	acct = bundle_account(b, l, m);
	if (acct != NULL)
		account_up(acct, m);
	bundle_carries(b, TRAFFIC_IP6, true);
	hostnet_up6(&b->host, &b->c->p, up.my_ifid, up.his_ifid, up.mtu);
	bundle_granted(b, AF_INET6, true);
	script(b, true, true);
	first_up(b, l);
	bundle_report_up(b);
	ctl_phase_changed(b->c);
}

static void
on_ip6_down(struct bundle *b)
{
	if (!b->ip6)
		return;
	bundle_carries(b, TRAFFIC_IP6, false);
	script(b, false, true);
	bundle_granted(b, AF_INET6, false);
	b->ip6 = false;
	hostnet_down6(&b->host);
}

void
bundle_net_mail(struct bundle *b, struct link *l, const struct mail *m)
{
	switch (m->op) {
	case MAIL_JOIN_WANTED:
		on_join_wanted(b, l, m);
		break;
	case MAIL_NET_WANTED:
		on_net_wanted(b, l, m);
		break;
	case MAIL_IP_UP:
		on_ip_up(b, l, m);
		break;
	case MAIL_IP_DOWN:
		on_ip_down(b);
		break;
	case MAIL_IP6_UP:
		on_ip6_up(b, l, m);
		break;
	case MAIL_IP6_DOWN:
		on_ip6_down(b);
		break;
	case MAIL_MTU:
		if (l == NULL || b->net == l->ticket)
			hostnet_mtu(&b->host, m->arg);
		break;
	default:
		break;
	}
}

static void
net_lost(struct bundle *b)
{
	on_ip_down(b);
	on_ip6_down(b);
	addr_let_go(&b->hold);
	b->net = b->mp = 0;
	b->up_since = 0;
}

void
bundle_link_lost(struct bundle *b, struct link *l)
{
	l->joined = false;
	if (b->net == l->ticket)
		net_lost(b);
}

/* What the session of the multilink bundle says. */
static void
mp_mail(struct bundle *b, const struct mail *m)
{
	struct mail_closed n = { 0 };

	if (m->op == MAIL_CLOSED) {
		if (m->len > 0)
			mail_take(m, &n, sizeof(n));
		account_end(b->acct, (enum why)m->arg, &n);
		b->acct = NULL;
		log_put(LOG_PHASE, "MP: the bundle is over: %s",
		    why_text((enum why)m->arg));
		net_lost(b);
	} else {
		bundle_net_mail(b, NULL, m);
	}
}

static void
on_port(const struct mail *m)
{
	if (m->arg2 != 0)
		log_put(LOG_WARN_, "%.*s", (int)m->len,
		    (const char *)m->data);
}

static void
on_port_lost(struct bundle *b, int port)
{
	for (int i = 0; i < b->links; i++) {
		struct link *l = b->link[i];

		if (l->port != port || link_line_lost(l))
			continue;
		log_put(LOG_WARN_, "%s: the interface is gone or down",
		    link_conf(l)->name);
		link_tell(l, MAIL_DOWN, WHY_IF_GONE);
	}
}

/*
 * Links by load (`set autoload`): of those in auto mode the first is enough
 * to begin with. Does @i wait for its turn?
 */
static bool
by_load(const struct bundle *b, int i)
{
	if (b->c->p.load_max == 0 || b->link[i]->dialer.mode != MODE_AUTO)
		return false;
	for (int k = 0; k < i; k++)
		if (b->link[k]->dialer.mode == MODE_AUTO)
			return true;
	return false;
}

/* A packet wants out. */
static void
on_active(struct bundle *b)
{
	char why[160];

	for (int i = 0; i < b->links; i++)
		if (b->link[i]->dialer.mode == MODE_AUTO && !by_load(b, i) &&
		    link_open(b->link[i], why, sizeof(why)) < 0)
			log_put(LOG_WARN_, "%s", why);
}

static struct link *
by_ticket(struct bundle *b, uint32_t ticket)
{
	for (int i = 0; i < b->links; i++)
		if (ticket != 0 && b->link[i]->ticket == ticket)
			return b->link[i];
	return NULL;
}

void
bundle_mail(struct bundle *b, const struct mail *m)
{
	struct link *l;

	switch (m->op) {
	case MAIL_PORT:
		on_port(m);
		break;
	case MAIL_PORT_LOST:
		on_port_lost(b, (int)m->arg);
		break;
	case MAIL_ACTIVE:
		on_active(b);
		break;
	default:
		l = by_ticket(b, m->ticket);
		if (l != NULL)
			link_mail(l, m);
		else if (m->ticket == b->mp && b->mp != 0)
			mp_mail(b, m);
		break;
	}
}

/* ---- commands, time, life ---- */

int
bundle_open(struct bundle *b, int at, char *why, size_t n)
{
	int err = 0;

	for (int i = 0; i < b->links && err == 0; i++)
		if (at == i || (at == LINK_ALL && !by_load(b, i)))
			err = link_open(b->link[i], why, n);
	return err;
}

void
bundle_close(struct bundle *b, int at, enum why why)
{
	for (int i = 0; i < b->links; i++)
		if (at == i || at == LINK_ALL)
			link_close(b->link[i], why);
}

void
bundle_lower_down(struct bundle *b, int at)
{
	for (int i = 0; i < b->links; i++)
		if (at == i || at == LINK_ALL)
			link_lower_down(b->link[i]);
}

bool
bundle_tell(struct bundle *b, int at, uint16_t op, uint32_t arg)
{
	bool some = false;

	for (int i = 0; i < b->links; i++)
		if (at == i || at == LINK_ALL)
			some |= link_tell(b->link[i], op, arg);
	return some;
}

void
bundle_watch(struct bundle *b)
{
	for (int i = 0; i < b->links; i++)
		link_watch(b->link[i]);
}

void
bundle_prepare(struct bundle *b)
{
	hostnet_init(&b->host, b->c->tun);
	if (bundle_has(b, MODE_AUTO))
		bundle_idle_addr(b);
}

void
bundle_start(struct bundle *b)
{
	bundle_net_start(b);
	for (int i = 0; i < b->links; i++)
		link_start(b->link[i]);
}

void
bundle_quit(struct bundle *b)
{
	for (int i = 0; i < b->links; i++)
		physical_abort(b->link[i]->phys, WHY_QUIT);
}

bool
bundle_open_lines(const struct bundle *b)
{
	for (int i = 0; i < b->links; i++)
		if (physical_busy(b->link[i]->phys))
			return true;
	return false;
}

void
bundle_stop(struct bundle *b)
{
	bundle_net_stop(b);
}

static struct link *
by_id(const struct bundle *b, uint32_t id)
{
	for (int i = 0; i < b->links; i++)
		if (b->link[i]->id == id)
			return b->link[i];
	return NULL;
}

int
bundle_links(struct bundle *b)
{
	const struct profile *p = &b->c->p;
	struct link *now[LINKS_MAX], *fresh[LINKS_MAX];
	int made = 0;

	for (int i = 0; i < p->links; i++) {
		now[i] = by_id(b, p->link[i].id);
		if (now[i] == NULL)
			now[i] = fresh[made++] = link_new(b, i);
		if (now[i] == NULL) {
			while (made-- > 1)
				link_free(fresh[made - 1]);
			return -E_NOMEM;
		}
	}
	for (int i = 0; i < b->links; i++)
		if (profile_link_id(p, b->link[i]->id) < 0)
			link_free(b->link[i]);
	for (int i = 0; i < p->links; i++) {
		b->link[i] = now[i];
		now[i]->at = i;
	}
	b->links = p->links;
	return 0;
}

struct bundle *
bundle_new(struct ctl *c)
{
	struct bundle *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->c = c;
	addr_hold_init(&b->hold);
	if (bundle_links(b) < 0) {
		bundle_free(b);
		return NULL;
	}
	return b;
}

void
bundle_free(struct bundle *b)
{
	account_end(b->acct, WHY_QUIT, NULL);
	for (int i = 0; i < b->links; i++)
		link_free(b->link[i]);
	dev_reap_all();
	addr_hold_done(&b->hold);
	free(b);
}
