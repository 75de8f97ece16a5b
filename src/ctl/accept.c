/*
 * The access concentrator's control side: Discovery of new peers, limits,
 * and the mail of the lanes that carry them. RFC 2516.
 */
#include "ctl/accept.h"
#include "ctl/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "os/resolv.h"

#define PADS_MAX	440

/* ---- frames of our own ---- */

static void
send_disc(struct concentrator *a, const struct ac_from *f,
    const uint8_t dst[ETH_ADDR], const uint8_t *p, size_t n)
{
	struct ac_port *port = &a->port[f->port];
	struct pkt *b = &a->tx;
	unsigned hl = eth_hdr_size(f->vlan);

	if (port->io == NULL || n > PKT_ROOM)
		return;
	pkt_reset(b);
	memcpy(b->data, p, n);
	b->data -= hl;
	b->len = (uint32_t)n + hl;
	struct wr w = wr_of(b->data, hl);

	eth_write(&w, dst, io_mac(port->io), f->vlan,
	    port->com3 ? ETH_3COM_DISC : ETH_PPPOE_DISC);
	if (io_send(port->io, &b, 1) == 1)
		lb_tap(a->c->lb, port->ifname, b, true);
}

static void
send_pads(struct concentrator *a, const struct ac_request *rq, uint16_t sid,
    const char *error)
{
	uint8_t buf[PADS_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	ac_pads(&a->c->p.lb.ac, rq, sid, error, &w);
	if (!w.bad)
		send_disc(a, &rq->from, rq->from.mac, buf, wr_size(&w));
	if (sid != 0)
		a->n.pads++;
}

/* ---- a new peer ---- */

/* What @f did, for `show why`. */
static struct trail_note
note_of(const struct concentrator *a, const struct ac_from *f)
{
	struct trail_note n = { .vlan = f->vlan,
	    .ifname = a->port[f->port].ifname, .wall = clock_wall(),
	    .now = clock_now() };

	memcpy(n.mac, f->mac, ETH_ADDR);
	return n;
}

static void
note_padr(struct concentrator *a, const struct ac_request *rq, enum drop why,
    uint16_t sid)
{
	struct trail_note n = note_of(a, &rq->from);
	tstamp asked = trail_padr(a->c->trail, &n, why, sid);

	if (asked != 0 && n.now > asked)
		hist_add(&a->discovery, n.now - asked);
}

static void
refuse(struct concentrator *a, const struct ac_request *rq, enum drop why)
{
	char mac[MAC_TEXT];

	a->n.drop[why]++;
	a->n.refused++;
	log_put(LOG_DEBUG_, "%s: refused: %s", mac_text(rq->from.mac, mac),
	    drop_text(why));
	send_pads(a, rq, 0, drop_text(why));
	note_padr(a, rq, why, 0);
}

/* So many set-ups at once are a flood or a restart of many peers: who is
 * not answered now asks again. */
static bool
too_busy(struct concentrator *a, const struct ac_from *f)
{
	return a->c->quitting || !budget_has(&a->budget,
	    &a->c->p.lb.half_open, f->port, f->vlan,
	    peer_count_mac(a, f, true));
}

static enum drop
over_limit(struct concentrator *a, const struct ac_request *rq)
{
	const struct lb_conf *lb = &a->c->p.lb;

	if (a->n.sessions + a->n.starting >= lb->max_sessions)
		return DROP_LIMIT_ALL;
	if (lb->mac_sessions != 0 &&
	    peer_count_mac(a, &rq->from, false) >= lb->mac_sessions)
		return DROP_LIMIT_MAC;
	return DROP_COUNT;
}

static bool
key_taken(const struct sess_key *k, void *arg)
{
	return peer_by_key(arg, k) != NULL;
}

static bool
mail_accept(struct concentrator *a, const struct peer *p,
    const struct ac_request *rq)
{
	struct mail m = { .op = MAIL_ACCEPT, .ticket = p->ticket,
	    .key = p->key };
	struct mail_accept acc;

	memset(&acc, 0, sizeof(acc));
	struct wr w = wr_of(acc.pads, sizeof(acc.pads));

	ac_pads(&a->c->p.lb.ac, rq, p->key.sid, NULL, &w);
	if (w.bad)
		return false;
	acc.pads_len = (uint16_t)wr_size(&w);
	acc.max_payload = rq->max_payload;
	memcpy(acc.service, rq->service, rq->service_len);
	memcpy(acc.circuit_id, rq->circuit_id, sizeof(acc.circuit_id));
	memcpy(acc.remote_id, rq->remote_id, sizeof(acc.remote_id));
	mail_put(&m, &acc, sizeof(acc));
	return lb_offer(a->c->lb, p->lane, &m);
}

static void
new_peer(struct concentrator *a, const struct ac_request *rq, tstamp now)
{
	struct sess_key k = { .port = rq->from.port, .vlan = rq->from.vlan };
	enum drop why = over_limit(a, rq);
	unsigned lane;
	struct peer *p;

	memcpy(k.mac, rq->from.mac, ETH_ADDR);
	if (why != DROP_COUNT) {
		refuse(a, rq, why);
		return;
	}
	if (too_busy(a, &rq->from)) {
		a->n.drop[DROP_HALF_OPEN]++;
		note_padr(a, rq, DROP_HALF_OPEN, 0);
		return;
	}
	lane = crew_lane(a->c->crew, &a->assign, rq->from.mac);
	if (!assign_sid(&a->assign, lane, &k, key_taken, a) ||
	    (p = peer_new(a, &k, lane)) == NULL) {
		refuse(a, rq, DROP_LIMIT_ALL);
		return;
	}
	if (!mail_accept(a, p, rq)) {	/* the peer asks again */
		a->n.drop[DROP_MAIL_FULL]++;
		note_padr(a, rq, DROP_MAIL_FULL, 0);
		peer_end(a, p);
		return;
	}
	ac_bind(a->ac, rq, k.sid, now);
	note_padr(a, rq, DROP_COUNT, k.sid);
	a->n.pads++;
	a->n.opened++;
}

/* A PADR again: the PADS was lost, or the session is gone already. */
static void
again(struct concentrator *a, const struct ac_request *rq, uint16_t sid)
{
	struct sess_key k = { .port = rq->from.port, .vlan = rq->from.vlan,
	    .sid = sid };

	memcpy(k.mac, rq->from.mac, ETH_ADDR);
	if (peer_by_key(a, &k) != NULL)
		send_pads(a, rq, sid, NULL);
	else
		a->n.drop[DROP_COOKIE]++;
}

static void
peer_padt(struct concentrator *a, const struct ac_from *f, uint16_t sid)
{
	struct mail m = { .op = MAIL_PADT };
	struct sess_key k = { .port = f->port, .vlan = f->vlan, .sid = sid };
	struct peer *p;

	memcpy(k.mac, f->mac, ETH_ADDR);
	a->n.padt_in++;
	p = peer_by_key(a, &k);
	if (p == NULL) {
		a->n.drop[DROP_DISC_FORGED]++;
		return;
	}
	if (p->padt_told)	/* once is enough: its lane knows */
		return;
	m.ticket = p->ticket;
	p->padt_told = ctl_mail(a->c, p->lane, &m);
}

/* ---- frames of the peers ---- */

/* Do we serve these VLANs on this port? */
static bool
served(const struct concentrator *a, unsigned port, const struct eth *e)
{
	const struct lb_conf *lb = &a->c->p.lb;

	for (int i = 0; i < lb->ifaces; i++) {
		const struct lb_if *f = &lb->iface[i];

		if (strcmp(f->name, a->port[port].ifname) != 0 ||
		    f->com3 != a->port[port].com3)
			continue;
		if (f->any_vlan || (f->vlan.outer == e->vid[0] &&
		    f->vlan.inner == e->vid[1]))
			return true;
	}
	return false;
}

/* Of a peer that wants a session? */
static bool
count_code(struct concentrator *a, const struct rd *r)
{
	uint8_t code = rd_size(r) > 1 ? r->p[1] : 0;

	if (code == CODE_PADI)
		a->n.padi++;
	else if (code == CODE_PADR)
		a->n.padr++;
	return code == CODE_PADI || code == CODE_PADR;
}

static void
flush_answers(struct concentrator *a, const struct ac_from *f)
{
	for (int i = 0; i < a->ob.n; i++) {
		const struct out_item *it = &a->ob.item[i];

		if (it->kind != OUT_DISC)
			continue;
		send_disc(a, f, it->dst, outbox_data(&a->ob, it), it->len);
		a->n.pado++;
	}
	outbox_reset(&a->ob);
}

static void
log_disc(const struct ac_from *f, struct rd r)
{
	char text[200], mac[MAC_TEXT];

	if (!log_on(LOG_DEBUG_))
		return;
	pppoe_describe(r, text, sizeof(text));
	log_put(LOG_DEBUG_, "rcvd %s from %s", text, mac_text(f->mac, mac));
}

/* A PADI, and PADRs that came to nothing. */
static void
note_disc(struct concentrator *a, const struct ac_from *f, const struct rd *r,
    enum drop why)
{
	struct trail_note n = note_of(a, f);

	if (rd_size(r) < 2)
		return;
	if (r->p[1] == CODE_PADI)
		trail_padi(a->c->trail, &n, why);
	else if (r->p[1] == CODE_PADR && why < DROP_COUNT)
		trail_padr(a->c->trail, &n, why, 0);
}

void
ac_side_frame(struct concentrator *a, unsigned port, const struct pkt *b,
    tstamp now)
{
	struct rd r = rd_of(b->data, b->len);
	struct ac_from f = { .port = (uint16_t)port };
	struct ac_request rq;
	enum drop why = DROP_COUNT;
	uint16_t sid = 0;
	struct eth e;

	if (eth_read(&r, b->tci, b->tpid, &e) < 0) {
		a->n.drop[DROP_ETH_SHORT]++;
		return;
	}
	if (!served(a, port, &e)) {
		a->n.drop[DROP_DISC_FORGED]++;
		return;
	}
	memcpy(f.mac, e.src, ETH_ADDR);
	f.vlan.outer = e.vid[0];
	f.vlan.inner = e.vid[1];
	log_disc(&f, r);
	if (count_code(a, &r) && a->c->p.lb.off) {
		a->n.drop[DROP_LB_OFF]++;
		note_disc(a, &f, &r, DROP_LB_OFF);
		return;
	}
	enum ac_result res = ac_input(a->ac, &f, mac_is_broadcast(e.dst), r,
	    now, &a->ob, &rq, &sid, &why);

	flush_answers(a, &f);
	if (res == AC_NEW)
		new_peer(a, &rq, now);
	else if (res == AC_AGAIN)
		again(a, &rq, sid);
	else if (res == AC_PADT)
		peer_padt(a, &f, sid);
	else if (res == AC_DROP && why < DROP_COUNT)
		a->n.drop[why]++;
	if (res == AC_NOTHING || res == AC_DROP)
		note_disc(a, &f, &r, res == AC_NOTHING ? DROP_COUNT : why);
}

/* ---- mail of the lanes ---- */

static const char *
who(const struct peer *p, char *buf, size_t n)
{
	char mac[MAC_TEXT];

	snprintf(buf, n, "%s/%u%s%s", mac_text(p->key.mac, mac), p->key.sid,
	    p->name[0] != '\0' ? " " : "", p->name);
	return buf;
}

static void
reached(struct concentrator *a, const struct peer *p, enum trail_step step)
{
	trail_reached(a->c->trail, p->key.mac, p->key.sid, step,
	    clock_wall());
	if (step == TRAIL_AUTH)
		trail_named(a->c->trail, p->key.mac, p->key.sid, p->name);
}

static void
on_up(struct concentrator *a, struct peer *p, const struct mail *m)
{
	char id[128], ip[IP4_TEXT];
	struct mail_up up;

	mail_take(m, &up, sizeof(up));
	reached(a, p, TRAIL_UP);
	if (!p->up) {
		peer_is_up(a, p);
		login_utmp(a, p, true);
	}
	if (login_account(a, p, m) != NULL)
		account_up(p->acct, m);
	lease_networks(a, p, true);
	if (m->op != MAIL_IP_UP)
		return;
	lease_up(a, p, up.mtu);
	log_put(LOG_PHASE, "%s: up, %s", who(p, id, sizeof(id)),
	    ip4_text(up.his_addr, ip));
}

static void
on_text(struct concentrator *a, const struct peer *p, const struct mail *m)
{
	char id[128], text[64];

	if ((m->arg & 1u << 17) != 0)
		return;
	log_put(LOG_PHASE, "%s: authentication failed: %.*s",
	    who(p, id, sizeof(id)), (int)m->len, (const char *)m->data);
	snprintf(text, sizeof(text), "%.*s", (int)m->len,
	    (const char *)m->data);
	trail_said(a->c->trail, p->key.mac, p->key.sid, text);
}

static void
on_closed(struct concentrator *a, struct peer *p, const struct mail *m)
{
	enum why why = (enum why)m->arg;
	struct mail_closed n = { 0 };
	char id[128];

	if (m->len > 0)
		mail_take(m, &n, sizeof(n));
	account_end(p->acct, why, &n);
	p->acct = NULL;

	log_put(LOG_PHASE, "%s: closed (%s: %s)", who(p, id, sizeof(id)),
	    why_side(why), why_text(why));
	trail_ended(a->c->trail, p->key.mac, p->key.sid, why, clock_wall());
	a->n.closed++;
	why = why < WHY_COUNT ? why : WHY_NONE;
	a->n.by_why[why]++;
	a->n.failed[why] += !p->up;
	peer_end(a, p);
}

static void
on_name(struct peer *p, const struct mail *m)
{
	snprintf(p->name, sizeof(p->name), "%.*s", (int)m->len,
	    (const char *)m->data);
}

void
ac_side_mail(struct concentrator *a, const struct mail *m)
{
	struct peer *p = peer_by_ticket(a, m->ticket);

	if (m->op == MAIL_PORT && m->arg2 != 0) {
		log_put(LOG_WARN_, "%.*s", (int)m->len,
		    (const char *)m->data);
		/* no peers that no lane can hear */
		ac_port_close(a, m->arg, WHY_IF_GONE);
	}
	if (m->op == MAIL_PORT_LOST)
		ac_side_watch(a);
	if (p == NULL)
		return;
	switch (m->op) {
	case MAIL_QUERY:
		login_query(a, p, m);
		reached(a, p, TRAIL_AUTH);
		break;
	case MAIL_JOIN_WANTED:
		bundle_peer_join(a, p, m);
		break;
	case MAIL_NET_WANTED:
		reached(a, p, TRAIL_NETWORK);
		lease_network(a, p);
		break;
	case MAIL_NAME:
		on_name(p, m);
		break;
	case MAIL_TEXT:
		on_text(a, p, m);
		break;
	case MAIL_IP_UP:
	case MAIL_IP6_UP:
		on_up(a, p, m);
		break;
	case MAIL_MTU:
		lease_up(a, p, (uint16_t)m->arg);
		break;
	case MAIL_CLOSED:
		on_closed(a, p, m);
		break;
	}
}

uint32_t
ac_side_load(const struct concentrator *a, unsigned lane)
{
	return a->lane_peers[lane];
}

void
ac_side_discovery(const struct concentrator *a, struct hist_view *out)
{
	hist_sum(&a->discovery, out);
}

int
ac_side_publish(struct concentrator *a, char *why, size_t n)
{
	int err;

	if (a->lanes > 1 && a->c->p.ppp.mrru != 0) {
		snprintf(why, n, "set mrru: bundles need one worker from the "
		    "start on: start another ppp");
		return -E_STATE;
	}
	err = lease_reconf(a, why, n);	/* all of it, or nothing */
	if (err < 0)
		return err;
	ac_reconf(a->ac, &a->c->p.lb.ac);
	if (ac_ports_sync(a, why, n) < 0)
		log_put(LOG_WARN_, "%s", why);
	return 0;
}

/* ---- life ---- */

/* What peers are told (accept dns) when `set dns` says nothing. */
int
ac_side_resolv(struct concentrator *a)
{
	struct resolv *r = calloc(1, sizeof(*r));
	int err = r != NULL ? resolv_load(r, RESOLV_PATH) : -E_NOMEM;

	if (err == 0)
		memcpy(a->dns, r->ns, sizeof(a->dns));
	free(r);
	return err;
}

int
ac_side_start(struct concentrator *a, char *why, size_t n)
{
	int err = lease_init(a, why, n);

	ac_side_resolv(a);		/* none is no fault */
	for (unsigned i = 0; i < a->lanes && err == 0; i++)
		err = lease_tun(a, i, why, n);
	return err < 0 ? err : ac_ports_sync(a, why, n);
}

struct concentrator *
ac_side_new(struct ctl *c, unsigned lanes)
{
	struct concentrator *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->c = c;
	a->lanes = lanes;
	a->ac = ac_new(&c->p.lb.ac, &c->rng, clock_now());
	rng_fill(&c->rng, &a->seed, sizeof(a->seed));
	assign_init(&a->assign, lanes, rng_u32(&c->rng));
	a->more = loop_timer_new(c->loop, ac_ports_read, a);
	if (a->ac == NULL || a->more == NULL || slab_init(&a->slab,
	    sizeof(struct peer), 65536 * lanes) < 0 ||
	    table_init(&a->by_ticket) < 0 || table_init(&a->by_key) < 0 ||
	    table_init(&a->by_mac) < 0 || table_init(&a->by_addr) < 0 ||
	    table_init(&a->by_join) < 0 || table_init(&a->by_name) < 0 ||
	    budget_init(&a->budget, a->seed) < 0) {
		ac_side_free(a);
		return NULL;
	}
	return a;
}

void
ac_side_free(struct concentrator *a)
{
	for (unsigned i = 0; i < LANE_PORTS; i++) {
		if (a->port[i].io == NULL)
			continue;
		loop_fd_free(a->port[i].fd);
		io_close(a->port[i].io);
		io_xdp_close(&a->port[i].xdp);
	}
	loop_timer_free(a->more);
	for (uint32_t i = 0; a->by_ticket.row != NULL &&
	    i <= a->by_ticket.mask; i++)
		if (a->by_ticket.row[i].idx < a->slab.made) {
			struct peer *p = slab_at(&a->slab,
			    a->by_ticket.row[i].idx);

			login_free(p);
			free(p->join);
		}
	pool_free(a->pool);
	if (a->ac != NULL)
		ac_free(a->ac);
	slab_free(&a->slab);
	table_done(&a->by_ticket);
	table_done(&a->by_key);
	table_done(&a->by_mac);
	table_done(&a->by_addr);
	table_done(&a->by_join);
	table_done(&a->by_name);
	budget_done(&a->budget);
	free(a);
}
