/* Sessions of a lane: birth, what their engines say, end. */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "lb/lane.h"

#define PPPOE_OVER	8u	/* PPPoE header and PPP protocol */

static uint64_t
load(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

bool
lane_has_room(struct lane *l)
{
	bool room = spsc_room(&l->out) > MAIL_RESERVE;

	l->blocked |= !room;
	return room;
}

bool
lane_tell(struct lane *l, const struct mail *m)
{
	bool ok = spsc_put(&l->out, m);

	if (!ok)
		lane_drop(l, DROP_MAIL_FULL);
	l->told = true;
	return ok;
}

bool
lane_tell_sess(struct lane *l, const struct sess *s, uint16_t op,
    uint32_t arg)
{
	struct mail m = { .op = op, .ticket = s->ticket, .arg = arg,
	    .arg2 = s->idx, .key = s->key };

	return lane_tell(l, &m);
}

static bool
tell_data(struct lane *l, const struct sess *s, uint16_t op, uint32_t arg,
    const void *p, size_t n)
{
	struct mail m = { .op = op, .ticket = s->ticket, .arg = arg,
	    .arg2 = s->idx, .key = s->key };

	mail_put(&m, p, n < MAIL_DATA ? n : MAIL_DATA);
	bool ok = lane_tell(l, &m);

	ct_wipe(m.data, m.len);		/* it may be a password */
	return ok;
}

struct sess *
lane_sess_new(struct lane *l, uint32_t ticket, const struct sess_key *k)
{
	uint32_t idx;
	struct sess *s = slab_take(&l->slab, &idx);

	if (s == NULL)
		return NULL;
	s->idx = idx;
	s->ticket = ticket;
	s->key = *k;
	if (l->port[k->port].io != NULL && !l->port[k->port].stream)
		s->room = (uint16_t)(io_room(l->port[k->port].io, k->vlan) -
		    PPPOE_OVER);
	s->count = ledger_count(l->ledger, idx);
	if (table_put(&l->by_ticket, table_hash(ticket, l->seed), idx) < 0) {
		slab_give(&l->slab, idx);
		return NULL;
	}
	if (k->sid != 0 && !(s->keyed = table_put(&l->by_key,
	    sess_key_hash(&s->key, l->seed), idx) == 0)) {
		table_del(&l->by_ticket, table_hash(ticket, l->seed), idx);
		slab_give(&l->slab, idx);
		return NULL;
	}
	atomic_store_explicit(&l->count.sessions, l->slab.used,
	    memory_order_relaxed);
	return s;
}

static void
unroute(struct lane *l, struct sess *s, bool four, bool six)
{
	if (four && s->routed4)
		table_del(&l->by_addr, table_hash(s->addr, l->seed), s->idx);
	if (six && s->routed6)
		table_del(&l->by_ifid, table_hash(s->ifid, l->seed), s->idx);
	s->routed4 &= !four;
	s->routed6 &= !six;
}

static void
forget_link(struct lane *l, const struct sess *s)
{
	int kept = 0;

	if (l->lead == s)
		l->lead = NULL;
	for (int i = 0; i < l->links; i++)
		if (l->link[i] != s)
			l->link[kept++] = l->link[i];
	l->links = kept;
}

const struct ppp_conf *
lane_conf_of(const struct lane *l, const struct sess *s)
{
	const struct profile *p = &l->conf->p;
	int i = l->single ? profile_link_id(p, s->link_id) : 0;

	return &p->link[i >= 0 ? i : 0].ppp;
}

static void
tell_closed(struct lane *l, const struct sess *s)
{
	const struct sess_count *n = s->count;
	struct mail_closed c = {
		.ip_in = load(&n->ip_in), .ip_out = load(&n->ip_out),
		.ip6_in = load(&n->ip6_in), .ip6_out = load(&n->ip6_out),
		.ip_in_oct = load(&n->ip_in_oct),
		.ip_out_oct = load(&n->ip_out_oct),
		.ip6_in_oct = load(&n->ip6_in_oct),
		.ip6_out_oct = load(&n->ip6_out_oct),
		.ctl_in = load(&n->ctl_in), .ctl_out = load(&n->ctl_out),
		.ctl_in_oct = load(&n->ctl_in_oct),
		.ctl_out_oct = load(&n->ctl_out_oct),
	};

	tell_data(l, s, MAIL_CLOSED, s->why, &c, sizeof(c));
}

void
lane_sess_end(struct lane *l, struct sess *s)
{
	enum why why = (enum why)s->why;
	struct sess_mp *mp = s->mp;

	l->ended++;
	lane_mp_gone(l, s);
	/* Control has a copy and talks to the device once it is told. */
	if (mp == NULL && l->port[s->key.port].stream)
		lane_port_close(l, s->key.port);
	tell_closed(l, s);
	lane_route_end(l, s);
	unroute(l, s, true, true);
	wheel_set(&l->wheel, &s->timer, NEVER);
	if (s->keyed)
		table_del(&l->by_key, sess_key_hash(&s->key, l->seed),
		    s->idx);
	table_del(&l->by_ticket, table_hash(s->ticket, l->seed), s->idx);
	lane_forget_held(l, s);
	lane_quality_end(l, s);
	if (l->flows != NULL)
		flow_sess_end(l->flows, s->ticket);
	ledger_clear(l->ledger, s->idx);
	forget_link(l, s);
	pack_free(&s->pack);
	free(s->host);
	free(s->host_conf);
	slab_give(&l->slab, s->idx);
	atomic_store_explicit(&l->count.sessions, l->slab.used,
	    memory_order_relaxed);
	if (l->demand && l->links == 0) {
		/* stale packets must not dial again */
		lane_host_drain(l);
		l->asked = false;
	}
	if (mp != NULL)
		lane_mp_end(l, mp, why);
}

/* ---- events of the engines ---- */

static void
tell_up(struct lane *l, struct sess *s, uint16_t op)
{
	struct mail_up up = {
		.my_addr = ppp_my_addr(&s->ppp),
		.his_addr = ppp_his_addr(&s->ppp),
		.dns = { ppp_dns(&s->ppp, 0), ppp_dns(&s->ppp, 1) },
		.mtu = s->mtu,
	};

	memcpy(up.my_ifid, ppp_my_ifid(&s->ppp), 8);
	memcpy(up.his_ifid, ppp_his_ifid(&s->ppp), 8);
	tell_data(l, s, op, 0, &up, sizeof(up));
}

/* ---- the idle timer of a concentrator's session ---- */

void
lane_idle(struct lane *l, struct sess *s)
{
	const struct profile *p = &l->conf->p;
	uint32_t own = atomic_load_explicit(&s->count->idle_secs,
	    memory_order_relaxed);
	tstamp at = atomic_load_explicit(&s->count->alive_at,
	    memory_order_relaxed);
	uint32_t secs = own != 0 ? own : p->idle_secs;
	tstamp least = s->up_at + SEC(p->idle_min);

	s->idle_at = 0;
	if (l->single || !p->idle_set || secs == 0 || s->up_at == 0)
		return;
	s->idle_at = (at > s->up_at ? at : s->up_at) + SEC(secs);
	if (s->idle_at < least)
		s->idle_at = least;
	if (s->idle_at > l->now)
		return;
	s->idle_at = 0;
	sess_close(s, WHY_IDLE, l->now, &l->ob);
}

void
lane_setup(struct lane *l, struct sess *s, enum setup_phase next)
{
	if (s->up_at != 0 || s->mp != NULL ||
	    (s->setup_at != 0 && next <= s->setup))
		return;
	if (s->setup_at != 0)
		hist_add(&l->count.setup[s->setup], l->now - s->setup_at);
	if (next == SETUP_ALL)
		hist_add(&l->count.setup[next], l->now - s->ppp_at);
	if (s->ppp_at == 0 && next >= SETUP_LCP)
		s->ppp_at = l->now;
	s->setup_at = l->now;
	s->setup = (uint8_t)next;
}

static void
first_up(struct lane *l, struct sess *s)
{
	if (s->up_at != 0)
		return;
	lane_setup(l, s, SETUP_ALL);
	s->up_at = l->now;
	lane_idle(l, s);
}

static void
ip_up(struct lane *l, struct sess *s)
{
	first_up(l, s);
	if (!l->single)
		s->routed4 = table_put(&l->by_addr,
		    table_hash(s->addr, l->seed), s->idx) == 0;
	lane_keywords(l, s);
	tell_up(l, s, MAIL_IP_UP);
}

/* Link-local addresses share one TUN, so each id may occur once. */
static void
ip6_up(struct lane *l, struct sess *s)
{
	struct sess *other = l->single ? NULL : lane_by_ifid(l, s->ifid);

	if (other != NULL && other != s) {
		s->ip6 = false;
		ppp_ifid_taken(&s->ppp, l->now, &l->ob);
		return;
	}
	if (!l->single && other == NULL)
		s->routed6 = table_put(&l->by_ifid,
		    table_hash(s->ifid, l->seed), s->idx) == 0;
	first_up(l, s);
	lane_keywords(l, s);
	tell_up(l, s, MAIL_IP6_UP);
}

static void
host_up(struct lane *l, struct sess *s)
{
	s->keyed = table_put(&l->by_key, sess_key_hash(&s->key, l->seed),
	    s->idx) == 0;
	tell_data(l, s, MAIL_HOST_UP, s->host->max_payload,
	    s->host->ac_name, strlen(s->host->ac_name));
}

static void
auth_event(struct lane *l, struct sess *s, const struct out_item *it)
{
	const char *name = ppp_peer_name(&s->ppp);
	bool peer = (it->arg & 1u << 16) != 0;
	bool ok = it->event == PPP_EV_AUTH_OK;

	tell_data(l, s, MAIL_TEXT, (uint32_t)ok << 17 | it->arg,
	    outbox_data(&l->ob, it), it->len);
	if (ok && peer)
		tell_data(l, s, MAIL_NAME, 0, name, strlen(name));
}

static void
phase_setup(struct lane *l, struct sess *s, uint32_t phase)
{
	if (phase == PHASE_ESTABLISH)
		lane_setup(l, s, SETUP_LCP);
	else if (phase == PHASE_AUTHENTICATE)
		lane_setup(l, s, SETUP_AUTH);
	else if (phase == PHASE_NETWORK)
		lane_setup(l, s, SETUP_NETWORK);
}

static void
join_wanted(struct lane *l, struct sess *s)
{
	const struct lcp_opts *his = &s->ppp.lcp.his;
	struct mail_join j = { .len = his->disc_len,
	    .class = his->disc_class };

	memcpy(j.disc, his->disc, sizeof(j.disc));
	strcpy(j.name, ppp_peer_name(&s->ppp));
	tell_data(l, s, MAIL_JOIN_WANTED, 0, &j, sizeof(j));
}

static void
event(struct lane *l, struct sess *s, const struct out_item *it)
{
	char who[LANE_WHO];

	switch (it->event) {
	case PPPOE_EV_UP:
		host_up(l, s);
		break;
	case PPPOE_EV_DOWN:
		tell_data(l, s, MAIL_TEXT, 0, outbox_data(&l->ob, it),
		    it->len);
		break;
	case PPP_EV_PHASE:
		if (it->arg == PHASE_ESTABLISH)
			lane_line_reset(l, s);
		phase_setup(l, s, it->arg);
		if (it->arg == PHASE_TERMINATE)
			lane_mp_leave(l, s);
		else if (it->arg != PHASE_NETWORK)
			lane_mp_gone(l, s);
		lane_tell_sess(l, s, MAIL_PHASE, it->arg);
		break;
	case PPP_EV_LCP_UP:
		lane_line_agreed(l, s);
		break;
	case PPP_EV_AUTH_QUERY:
		tell_data(l, s, MAIL_QUERY, 0, outbox_data(&l->ob, it),
		    it->len);
		break;
	case PPP_EV_KEY:
		tell_data(l, s, MAIL_KEY, 0, outbox_data(&l->ob, it),
		    it->len);
		break;
	case PPP_EV_AUTH_OK:
	case PPP_EV_AUTH_FAIL:
		auth_event(l, s, it);
		break;
	case PPP_EV_IDENT:
		log_put(LOG_LCP, "%s: peer is %.*s", lane_who(l, s, who),
		    (int)it->len, (const char *)outbox_data(&l->ob, it));
		break;
	case PPP_EV_IDENT_DUE:
		lane_tell_sess(l, s, MAIL_IDENT_DUE, s->idx);
		break;
	case PPP_EV_MTU_LOST:
		log_put(LOG_PHASE, "%s: packets above 1492 octets are lost "
		    "on the way, going back to MRU %u",
		    lane_who(l, s, who), it->arg);
		break;
	case PPP_EV_QUALITY:
		lane_quality(l, s, it->arg);
		if (it->arg == QUALITY_LOST)
			break;
		/* FALLTHROUGH */
	case PPP_EV_ECHO:
		s->echo_us = it->arg > 0 ? it->arg : 1;
		break;
	case PPP_EV_JOIN:
		join_wanted(l, s);
		break;
	case PPP_EV_FINISHED:
		if (it->arg == WHY_LQR || it->arg == WHY_ECHO)
			log_put(LOG_PHASE, "%s: ** Too many %s packets lost "
			    "**", lane_who(l, s, who), it->arg == WHY_LQR ?
			    "LQR" : "LCP ECHO");
		break;
	case PPP_EV_NETWORK:
		lane_tell_sess(l, s, MAIL_NET_WANTED, 0);
		break;
	case PPP_EV_IPCP_UP:
		ip_up(l, s);
		break;
	case PPP_EV_IPCP_DOWN:
		unroute(l, s, true, false);
		lane_tell_sess(l, s, MAIL_IP_DOWN, 0);
		break;
	case PPP_EV_CCP_UP:
	case PPP_EV_CCP_DOWN:
		if (s->ip || s->ip6)
			lane_tell_sess(l, s, MAIL_MTU, s->mtu);
		break;
	case PPP_EV_IPV6CP_UP:
		ip6_up(l, s);
		break;
	case PPP_EV_IPV6CP_DOWN:
		unroute(l, s, false, true);
		lane_tell_sess(l, s, MAIL_IP6_DOWN, 0);
		break;
	default:
		break;
	}
}

static void
log_sent(const struct lane *l, const struct sess *s,
    const struct out_item *it)
{
	struct rd in = rd_of(outbox_data(&l->ob, it), it->len);

	lane_log(l, s, "sent", it->proto, in);
}

static void
emit(struct lane *l, struct sess *s, const struct out_item *it)
{
	const uint8_t *p = outbox_data(&l->ob, it);

	switch (it->kind) {
	case OUT_PPP:
		log_sent(l, s, it);
		lane_send_ppp(l, s, it->proto, p, it->len);
		break;
	case OUT_DISC:
		lane_send_disc(l, &s->key, it->dst, p, it->len);
		break;
	default:
		event(l, s, it);
		break;
	}
}

static void
record(struct lane *l, struct sess *s)
{
	struct sess_rec r;

	if (!ledger_read(l->ledger, s->idx, &r))
		memset(&r, 0, sizeof(r));
	r.ticket = s->ticket;
	r.lane = (uint8_t)l->id;
	sess_record(s, &r);
	r.rate = s->rate;
	r.echo_us = s->echo_us;
	if (r.created == 0) {
		r.created = l->now;
		r.since_wall = clock_wall();
		memcpy(r.ifname, l->port[s->key.port].ifname,
		    sizeof(r.ifname));
	}
	if (r.up == 0 && (s->ip || s->ip6))
		r.up = l->now;
	ledger_write(l->ledger, s->idx, &r);
}

void
lane_settle(struct lane *l, struct sess *s)
{
	/* An event may queue more (ppp_ifid_taken): ob->n grows meanwhile. */
	for (int n = 0; n < l->ob.n; n++)
		emit(l, s, &l->ob.item[n]);
	if (l->ob.full)
		lane_drop(l, DROP_OUTBOX_FULL);
	outbox_reset(&l->ob);
	if (s->done) {
		lane_sess_end(l, s);
	} else {
		/* States change without a word, too. */
		record(l, s);
		tstamp when = sess_deadline(s);

		wheel_set(&l->wheel, &s->timer, s->idle_at != 0 ?
		    tstamp_min(when, s->idle_at) : when);
	}
	lane_mp_orphan(l);
}
