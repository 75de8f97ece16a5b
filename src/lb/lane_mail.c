/* Mail from the control thread, row by row. */
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "lb/lane.h"

static int
port_open(struct lane_port *p, const struct mail_port *m, char *why,
    size_t n)
{
	int err = io_open(&p->io, &m->data, why, n);

	if (err < 0) {
		io_drop(&m->control);
		p->io = NULL;
		return err;
	}
	err = io_open(&p->ctl, &m->control, why, n);
	if (err < 0) {
		io_close(p->io);
		p->io = p->ctl = NULL;
		return err;
	}
	atomic_store(&p->way, io_way(p->io));
	return 0;
}

static void
on_port_open(struct lane *l, const struct mail *m)
{
	struct mail answer = { .op = MAIL_PORT, .arg = m->arg };
	struct lane_port *p = &l->port[m->arg];
	struct mail_port c;
	char why[160] = "";

	mail_take(m, &c, sizeof(c));
	lane_port_close(l, m->arg);
	memcpy(p->ifname, c.data.ifname, sizeof(p->ifname));
	p->disc_type = m->arg2 != 0 ? ETH_3COM_DISC : ETH_PPPOE_DISC;
	p->sess_type = c.data.sess_type;
	p->lost_told = false;
	memset(&p->seen, 0, sizeof(p->seen));
	memset(&p->seen_ctl, 0, sizeof(p->seen_ctl));
	int err = port_open(p, &c, why, sizeof(why));

	if (err == 0)
		lane_port_used(l, m->arg);
	l->fds_changed = true;
	answer.arg2 = (uint32_t)-err;
	mail_put(&answer, why, strlen(why));
	lane_tell(l, &answer);
}

static void
sweep_one(struct lane *l, struct sess *s)
{
	const struct lane_sweep *w = &l->sweep;

	if (w->op == MAIL_CONF) {
		sess_reconf(s, lane_conf_of(l, s), l->now, &l->ob);
		lane_quality_conf(l, s);
		lane_keywords(l, s);
		lane_rate(l, s);
		lane_idle(l, s);
	} else if (w->op == MAIL_STOP)
		sess_close(s, (enum why)w->arg, l->now, &l->ob);
	else if (w->op == MAIL_EMPTY)
		sess_down(s, (enum why)w->arg, true, l->now, &l->ob);
	else if (s->key.port == w->arg && s->mp == NULL)
		sess_down(s, (enum why)w->why, w->why != WHY_IF_GONE,
		    l->now, &l->ob);
	else
		return;
	lane_settle(l, s);
}

static void
sweep_done(struct lane *l)
{
	struct mail done = { .op = MAIL_CONF_DONE };

	if (l->sweep.op == MAIL_PORT_CLOSE)
		lane_port_close(l, l->sweep.arg);
	if (l->sweep.op == MAIL_CONF) {
		done.arg = (uint32_t)l->conf->gen;
		lane_tell(l, &done);
	}
	l->sweep.op = 0;
}

/* All sessions, as many at a time as control has room to hear of. */
static void
sweep(struct lane *l)
{
	struct sess_rec r;

	while (l->sweep.op != 0 && lane_has_room(l)) {
		if (l->sweep.next >= ledger_used(l->ledger)) {
			sweep_done(l);
			return;
		}
		if (!ledger_read(l->ledger, l->sweep.next++, &r))
			continue;
		struct sess *s = lane_by_ticket(l, r.ticket);

		if (s != NULL)
			sweep_one(l, s);
	}
}

static void
sweep_start(struct lane *l, const struct mail *m)
{
	l->sweep.op = m->op;
	l->sweep.arg = m->arg;
	l->sweep.why = m->arg2;
	l->sweep.next = 0;
	if (m->op == MAIL_CONF) {
		l->conf = atomic_load_explicit(l->current,
		    memory_order_acquire);
		lane_flows(l);
	}
	if (m->op == MAIL_STOP)
		l->stopping = true;
}

static void
on_accept(struct lane *l, const struct mail *m)
{
	struct mail_accept a;
	struct mail no = { .op = MAIL_CLOSED, .ticket = m->ticket,
	    .key = m->key, .arg = WHY_LIMIT };
	struct sess_rec r;

	mail_take(m, &a, sizeof(a));
	struct sess *s = l->stopping ? NULL :
	    lane_sess_new(l, m->ticket, &m->key);

	if (s == NULL) {
		if (l->stopping)
			no.arg = WHY_QUIT;
		lane_tell(l, &no);
		return;
	}
	memset(&r, 0, sizeof(r));
	r.ticket = m->ticket;
	memcpy(r.service, a.service, sizeof(r.service));
	memcpy(r.circuit_id, a.circuit_id, sizeof(r.circuit_id));
	memcpy(r.remote_id, a.remote_id, sizeof(r.remote_id));
	ledger_write(l->ledger, s->idx, &r);
	/* The session stands before its PADS leaves: a fast peer's first LCP
	 * frame finds it. */
	lane_send_disc(l, &s->key, s->key.mac, a.pads, a.pads_len);
	sess_accept(s, &l->conf->p.ppp, &l->rng, a.max_payload, l->now,
	    &l->ob);
	lane_rate(l, s);
	lane_settle(l, s);
}

static void
on_dial(struct lane *l, const struct mail *m)
{
	struct mail no = { .op = MAIL_CLOSED, .ticket = m->ticket,
	    .key = m->key, .arg = WHY_IF_GONE };
	struct sess *s = NULL;

	if (l->stopping)
		no.arg = WHY_QUIT;
	else if (l->port[m->key.port].io != NULL && l->links < LINKS_MAX)
		s = lane_sess_new(l, m->ticket, &m->key);
	if (s != NULL) {
		s->host = calloc(1, sizeof(*s->host));
		s->host_conf = calloc(1, sizeof(*s->host_conf));
	}
	if (s == NULL || s->host == NULL || s->host_conf == NULL) {
		if (s != NULL) {
			s->why = WHY_LIMIT;
			lane_sess_end(l, s);
			return;
		}
		lane_tell(l, &no);
		return;
	}
	mail_take(m, s->host_conf, sizeof(*s->host_conf));
	l->link[l->links++] = s;
	s->link_id = m->arg;
	lane_setup(l, s, SETUP_DISCOVERY);
	sess_dial(s, lane_conf_of(l, s), &l->rng, l->now, &l->ob);
	lane_rate(l, s);
	lane_settle(l, s);
}

static void
on_rate(struct lane *l, struct sess *s, const struct mail *m)
{
	s->rate_own = m->arg != 0;
	if (s->rate_own)
		mail_take(m, &s->rate, sizeof(s->rate));
	lane_rate(l, s);
}

/* Mail for the session's PPP engine. */
static void
on_engine(struct lane *l, struct sess *s, const struct mail *m)
{
	struct auth_verdict v;
	struct auth_key key;
	struct lane_net net;
	struct net_conf n;
	int from = l->ob.n;

	switch (m->op) {
	case MAIL_VERDICT:
		mail_take(m, &v, sizeof(v));
		ppp_verdict(&s->ppp, &v, l->now, &l->ob);
		ct_wipe(&v, sizeof(v));
		break;
	case MAIL_NETWORK:
		mail_take(m, &n, sizeof(n));
		l->lead = l->single ? s : NULL;
		ppp_network(&s->ppp, &n, l->now, &l->ob);
		break;
	case MAIL_KEY:
		mail_take(m, &key, sizeof(key));
		ppp_key(&s->ppp, &key, l->now, &l->ob);
		ct_wipe(&key, sizeof(key));
		break;
	case MAIL_ROUTE:
		mail_take(m, &net, sizeof(net));
		lane_route(l, s, &net, m->arg != 0);
		break;
	case MAIL_RENEGOTIATE:
		ppp_renegotiate(&s->ppp, (uint16_t)m->arg, l->now, &l->ob);
		break;
	case MAIL_CCP:
		ppp_ccp(&s->ppp, (enum ppp_ccp_op)m->arg, l->now, &l->ob);
		break;
	case MAIL_IDENT:
		ppp_ident(&s->ppp, m->data, m->len, l->now, &l->ob);
		break;
	default:
		break;
	}
	sess_react(s, from, l->now, &l->ob);
}

/* Mail about one session; a ticket that is void already is no error. */
static void
on_session(struct lane *l, const struct mail *m)
{
	struct sess *s = lane_by_ticket(l, m->ticket);

	if (s == NULL)
		return;
	switch (m->op) {
	case MAIL_JOIN:
		lane_mp_join(l, s, m->arg, m->arg2);
		return;
	case MAIL_CLOSE:
		sess_close(s, (enum why)m->arg, l->now, &l->ob);
		break;
	case MAIL_DOWN:
		sess_down(s, (enum why)m->arg, true, l->now, &l->ob);
		break;
	case MAIL_RATE:
		on_rate(l, s, m);
		break;
	case MAIL_PADT:
		sess_down(s, WHY_PEER_PADT, false, l->now, &l->ob);
		break;
	default:
		on_engine(l, s, m);
		break;
	}
	lane_settle(l, s);
}

static void
on_left_over(struct lane *l, const struct mail *m)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	pppoe_padt(&w, m->key.sid, "left over from an earlier run");
	lane_send_disc(l, &m->key, m->key.mac, buf, wr_size(&w));
}

/* Control has heard of the packet that waits, and may not want to dial: it
 * must not ask again at once. */
static void
on_demand(struct lane *l, const struct mail *m)
{
	l->demand = m->arg != 0;
	if (l->asked)
		lane_host_drain(l);
	l->asked = false;
}

static void
take(struct lane *l, const struct mail *m)
{
	switch (m->op) {
	case MAIL_PORT_OPEN:
		on_port_open(l, m);
		break;
	case MAIL_PORT_CLOSE:
	case MAIL_CONF:
	case MAIL_STOP:
	case MAIL_EMPTY:
		sweep_start(l, m);
		break;
	case MAIL_ACCEPT:
		on_accept(l, m);
		break;
	case MAIL_DIAL:
		on_dial(l, m);
		break;
	case MAIL_LINE:
		lane_line_open(l, m);
		break;
	case MAIL_LEFT_OVER:
		on_left_over(l, m);
		break;
	case MAIL_DEMAND:
		on_demand(l, m);
		break;
	default:
		on_session(l, m);
		break;
	}
}

void
lane_mail(struct lane *l)
{
	struct mail m;

	sweep(l);
	while (l->sweep.op == 0 && lane_has_room(l) && spsc_get(&l->in, &m)) {
		take(l, &m);
		ct_wipe(m.data, m.len);
		sweep(l);
	}
	if (atomic_load_explicit(&l->starved, memory_order_relaxed)) {
		atomic_store(&l->starved, false);
		l->told = true;
	}
}
