/* Lines of octets below PPP: terminals, TCP, UDP, programs, descriptors. */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "lb/lane.h"

static void
give_up(struct lane *l, const struct mail *m, const struct stream_conf *c,
    enum why why)
{
	struct mail no = { .op = MAIL_CLOSED, .ticket = m->ticket,
	    .key = m->key, .arg = why };

	close(c->in);
	if (c->out != c->in)
		close(c->out);
	lane_tell(l, &no);
}

static bool
take_port(struct lane *l, uint16_t port, const struct stream_conf *c)
{
	struct lane_port *p = &l->port[port];

	lane_port_close(l, port);
	if (io_stream_open(&p->io, c) < 0)
		return false;
	lane_port_used(l, port);
	p->stream = true;
	p->lost_told = false;
	p->moved_at = l->now;
	memset(&p->seen, 0, sizeof(p->seen));
	memset(p->ifname, 0, sizeof(p->ifname));
	l->streams++;
	l->fds_changed = true;
	return true;
}

void
lane_line_open(struct lane *l, const struct mail *m)
{
	struct stream_conf c;
	struct sess *s;

	mail_take(m, &c, sizeof(c));
	if (l->stopping) {
		give_up(l, m, &c, WHY_QUIT);
		return;
	}
	if (!take_port(l, m->key.port, &c)) {
		give_up(l, m, &c, WHY_LIMIT);
		return;
	}
	s = lane_sess_new(l, m->ticket, &m->key);
	if (s == NULL) {
		struct mail no = { .op = MAIL_CLOSED, .ticket = m->ticket,
		    .key = m->key, .arg = WHY_LIMIT };

		lane_port_close(l, m->key.port);
		lane_tell(l, &no);
		return;
	}
	l->link[l->links++] = s;
	s->link_id = m->arg;
	sess_line(s, lane_conf_of(l, s), &l->rng,
	    c.whole ? LOWER_SYNC : LOWER_ASYNC, l->now, &l->ob);
	lane_rate(l, s);
	lane_settle(l, s);
}

static struct io *
line_of(struct lane *l, const struct sess *s)
{
	struct lane_port *p = &l->port[s->key.port];

	return p->stream ? p->io : NULL;
}

void
lane_line_agreed(struct lane *l, struct sess *s)
{
	const struct lcp *lcp = &s->ppp.lcp;
	struct io *io = line_of(l, s);

	if (io != NULL)
		io_stream_agreed(io, lcp->mine.accm, lcp->his.accm,
		    lcp->his.acfc, lcp->his.pfc);
}

void
lane_line_reset(struct lane *l, struct sess *s)
{
	struct io *io = line_of(l, s);

	if (io != NULL)
		io_stream_reset(io);
}

bool
lane_line_full(const struct lane *l)
{
	for (unsigned i = 0; i < l->ports; i++)
		if (l->port[i].stream && io_stream_waits(l->port[i].io) > 0)
			return true;
	return false;
}

static void
publish(struct lane_port *p)
{
	const uint64_t *bad = io_stream_bad(p->io);

	for (int i = 0; i < HDLC_BADS; i++)
		atomic_store_explicit(&p->line.bad[i], bad[i],
		    memory_order_relaxed);
	atomic_store_explicit(&p->line.waits, io_stream_waits(p->io),
	    memory_order_relaxed);
}

void
lane_line_turn(struct lane *l)
{
	for (unsigned i = 0; i < l->ports; i++) {
		struct lane_port *p = &l->port[i];

		if (!p->stream)
			continue;
		if (io_stream_waits(p->io) > 0)
			io_stream_flush(p->io);
		publish(p);
	}
}

/* ppp(8): `set choked`. */
void
lane_line_choked(struct lane *l)
{
	for (unsigned i = 0; i < l->ports; i++) {
		struct lane_port *p = &l->port[i];

		if (!p->stream)
			continue;
		if (io_stream_waits(p->io) == 0 ||
		    io_stream_written(p->io) != p->moved) {
			p->moved = io_stream_written(p->io);
			p->moved_at = l->now;
		} else if (l->now - p->moved_at >=
		    SEC(l->conf->p.choked_secs)) {
			log_put(LOG_PHASE, "Clearing choked output queue");
			io_stream_clear(p->io);
		}
	}
}
