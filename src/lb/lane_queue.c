/*
 * Packets that have to wait: their session is over its rate, or its
 * interface takes no more. A session has a queue each way, with urgent
 * packets before the others, so that its limit costs no other session
 * anything. Waiting is what makes a limit hold for TCP: dropping alone at
 * once leaves it at 60 % of the rate. What does not fit is dropped, the
 * oldest of the others before an urgent one. Control packets of PPP never
 * wait here. The buffers are the lane's.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "lb/lane.h"

#define ROUND		MSEC(1)		/* between two looks at the queues */
#define QUEUE_MS	25u		/* of a fast session's traffic */
#define PACKET		1500u
#define SHARE		4		/* packets, then another's, to an
					 * interface that was full */

struct held {
	struct held *next;
	uint32_t len;
	bool	 six;
	uint8_t	 data[PKT_ROOM];
};

int
lane_pool_init(struct lane *l)
{
	/* Pages that are never used cost nothing. */
	l->pool = malloc(LANE_HELD * sizeof(*l->pool));
	l->held_at = NEVER;
	return l->pool != NULL ? 0 : -E_NOMEM;
}

static struct held *
held_new(struct lane *l)
{
	struct held *h = l->pool_free;

	if (h != NULL)
		l->pool_free = h->next;
	else if (l->pool_made < LANE_HELD)
		h = &l->pool[l->pool_made++];
	return h;
}

static void
give(struct lane *l, struct held *h)
{
	h->next = l->pool_free;
	l->pool_free = h;
}

static void
note_queued(struct sess *s)
{
	atomic_store_explicit(&s->count->queued, s->in.n + s->out.n,
	    memory_order_relaxed);
}

static void
lost(struct lane *l, struct sess *s, enum drop why)
{
	lane_drop(l, why);
	lane_add(&s->count->rate_drops, 1);
}

static struct held *
pop_of(struct queue *q, int kind)
{
	struct held *h = q->first[kind];

	if (h != NULL) {
		q->first[kind] = h->next;
		q->n--;
	}
	return h;
}

static struct held *
pop(struct queue *q)
{
	struct held *h = pop_of(q, 0);

	return h != NULL ? h : pop_of(q, 1);
}

static bool
is_out(const struct queue *q)
{
	return q == &q->s->out;
}

/* ---- what a session may do ---- */

/* `set ifqueue`, or more when that is less than 25 ms of the rate. */
static void
queue_set(struct sess *s, struct queue *q, uint64_t bps, uint32_t burst,
    uint32_t ifqueue)
{
	uint64_t fit = bps / 8 * QUEUE_MS / 1000 / PACKET;

	q->s = s;
	bucket_set(&q->rate, bps, burst);
	q->max = ifqueue;
	if (ifqueue > 0 && fit > ifqueue)
		q->max = fit < LANE_HELD / 2 ? (uint32_t)fit : LANE_HELD / 2;
	q->waits = q->rate.cost != 0 || q->n > 0;
}

void
lane_rate(struct lane *l, struct sess *s)
{
	const struct profile *p = &l->conf->p;
	const struct rate_conf *r = s->rate_own ? &s->rate : &p->rate;
	bool ac = s->role == ROLE_AC;

	s->rate = *r;
	queue_set(s, &s->in, ac ? r->up : r->down, r->burst, p->ifqueue);
	queue_set(s, &s->out, ac ? r->down : r->up, r->burst, p->ifqueue);
}

static bool
may_go(const struct lane *l, const struct queue *q)
{
	const struct lane_port *p = &l->port[q->s->key.port];

	return bucket_has(&q->rate, l->now) && (p->full_since == 0 ||
	    p->retry_at <= l->now || !is_out(q));
}

static void
list(struct lane *l, struct queue *q)
{
	if (!q->listed) {
		q->listed = true;
		q->next = l->held;
		l->held = q;
	}
	q->waits = true;
	if (l->held_at == NEVER)
		l->held_at = l->now + ROUND;
}

static bool
room(struct lane *l, struct queue *q, bool urgent, enum drop why)
{
	struct held *h;

	if (q->n < q->max)
		return true;
	if (!urgent || q->max == 0 || (h = pop_of(q, 1)) == NULL)
		return false;
	give(l, h);
	lost(l, q->s, why);
	return true;
}

static void
push(struct lane *l, struct queue *q, const uint8_t *ip, uint32_t len,
    bool urgent)
{
	enum drop why = is_out(q) ? DROP_RATE_OUT : DROP_RATE_IN;
	struct held *h = len <= PKT_ROOM && room(l, q, urgent, why) ?
	    held_new(l) : NULL;
	int kind = urgent ? 0 : 1;

	if (h == NULL) {
		lost(l, q->s, why);
		return;
	}
	h->next = NULL;
	h->len = len;
	h->six = ip[0] >> 4 == 6;
	memcpy(h->data, ip, len);
	if (q->first[kind] == NULL)
		q->first[kind] = h;
	else
		q->last[kind]->next = h;
	q->last[kind] = h;
	q->n++;
	note_queued(q->s);
	list(l, q);
}

bool
lane_hold(struct lane *l, struct queue *q, const uint8_t *ip, uint32_t len,
    bool urgent)
{
	bool first = q->n == 0 || (urgent && q->first[0] == NULL);

	if (first && may_go(l, q)) {
		bucket_pay(&q->rate, l->now, len);
		return false;
	}
	push(l, q, ip, len, urgent);
	return true;
}

/* ---- letting go ---- */

static void
empty(struct lane *l, struct queue *q, enum drop why)
{
	struct held *h;

	while ((h = pop(q)) != NULL) {
		give(l, h);
		lost(l, q->s, why);
	}
	note_queued(q->s);
}

static void
to_wire(struct lane *l, struct sess *s, struct held *h)
{
	const struct lane_port *p = &l->port[s->key.port];
	struct pkt *b = lane_tx(l);

	memcpy(b->data, h->data, h->len);
	b->len = h->len;
	lane_send_ip(l, s, b, h->six);
	if (p->full_since != 0)
		lane_flush(l);		/* lane_full() says how it went */
}

/* The interface may be gone; a bundle has more than one. */
static bool
has_way(const struct lane *l, const struct sess *s)
{
	return s->mp != NULL || l->port[s->key.port].io != NULL;
}

/* As many as may go, at most @most; through a full interface one, to see.
 * Those for the host are joined: their buffers are free when that is
 * written. */
static void
release(struct lane *l, struct queue *q, int most)
{
	struct held *done = NULL, *h;
	bool out = is_out(q);

	while (most-- > 0 && may_go(l, q) && (h = pop(q)) != NULL) {
		bucket_pay(&q->rate, l->now, h->len);
		if (!(h->six ? q->s->ip6 : q->s->ip))
			lost(l, q->s, DROP_NCP_DOWN);
		else if (out && !has_way(l, q->s))
			lost(l, q->s, DROP_NO_PEER);
		else if (out)
			to_wire(l, q->s, h);
		else
			lane_write_ip(l, q->s, h->data, h->len);
		h->next = done;
		done = h;
	}
	if (!out)
		lane_tun_flush(l);
	while ((h = done) != NULL) {
		done = h->next;
		give(l, h);
	}
	note_queued(q->s);
}

static bool
is_choked(const struct lane *l, const struct queue *q)
{
	const struct lane_port *p = &l->port[q->s->key.port];

	return is_out(q) && p->full_since != 0 &&
	    !p->stream &&		/* lane_line_choked()'s */
	    l->now - p->full_since >= SEC(l->conf->p.choked_secs);
}

/* One look at each of them; true: more may go at once. */
static bool
release_all(struct lane *l, int most)
{
	struct queue **at = &l->held, *q;
	bool more = false;

	l->held_at = NEVER;
	while ((q = *at) != NULL) {
		if (is_choked(l, q)) {
			log_put(LOG_PHASE, "Clearing choked output queue");
			empty(l, q, DROP_SEND_FULL);
		}
		release(l, q, most);
		if (q->n > 0) {
			tstamp when = bucket_at(&q->rate);

			more |= may_go(l, q);
			if (when < l->now + ROUND)
				when = l->now + ROUND;
			l->held_at = tstamp_min(l->held_at, when);
			at = &q->next;
			continue;
		}
		*at = q->next;
		q->listed = false;
		q->waits = q->rate.cost != 0;
	}
	return more;
}

/* The first one is the last one next time. */
static void
rotate(struct lane *l)
{
	struct queue **end = &l->held, *first = l->held;

	if (first == NULL || first->next == NULL)
		return;
	while (*end != NULL)
		end = &(*end)->next;
	l->held = first->next;
	*end = first;
	first->next = NULL;
}

void
lane_release(struct lane *l)
{
	if (l->held_at > l->now)
		return;
	if (l->full == 0) {
		release_all(l, INT_MAX);
		return;
	}
	/* An interface that was full has room for some: turn by turn. */
	while (release_all(l, SHARE))
		;
	rotate(l);
}

static void
forget(struct lane *l, struct queue *q)
{
	struct queue **at = &l->held;

	if (!q->listed)
		return;
	empty(l, q, DROP_NO_PEER);
	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	q->listed = false;
}

void
lane_forget_held(struct lane *l, struct sess *s)
{
	forget(l, &s->in);
	forget(l, &s->out);
}

void
lane_full(struct lane *l, struct lane_port *p, bool full)
{
	if (!full) {
		l->full -= p->full_since != 0;
		p->full_since = 0;
		return;
	}
	l->full += p->full_since == 0;
	if (p->full_since == 0)
		p->full_since = l->now;
	p->retry_at = l->now + ROUND;
}

bool
lane_urgent(const struct lane *l, const uint8_t *ip, size_t len)
{
	struct filter_pkt p;

	filter_look(ip, len, false, &p);
	return urgent_is(&l->conf->p.urgent, &p);
}
