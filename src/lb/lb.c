/*
 * The pool as control sees it: lanes, who serves them, mail, snapshots.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "lb/worker.h"

#define PATIENCE	5u	/* seconds, with a thread that shall end */

/* The expression was compiled once already when it was given. */
static bool
seal_capture(struct snapshot *s, struct taps *taps)
{
	char why[256];

	if (taps == NULL || s->p.capture.path[0] == '\0')
		return true;
	s->taps = taps;
	return capfilter_new(&s->capfilter, s->p.capture.filter, why,
	    sizeof(why)) == 0;
}

static struct snapshot *
seal(const struct profile *p, struct snapshot *older, struct taps *taps,
    struct flows *flows)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->p = *p;
	filters_make(&s->f, &p->filter);
	if (!seal_capture(s, taps)) {
		ct_wipe(s, sizeof(*s));
		free(s);
		return NULL;
	}
	s->gen = older != NULL ? older->gen + 1 : 1;
	s->older = older;
	s->flows = flows;
	flows_hold(flows);
	return s;
}

static int
make_lanes(struct lb *b, const struct lb_params *p, const struct tun *tun)
{
	for (unsigned i = 0; i < p->lanes; i++) {
		struct lane_conf c = { .id = i, .lanes = p->lanes,
		    .single = p->single, .demand = p->demand,
		    .max_sessions = p->max_sessions, .tun = tun[i] };

		b->lane[i] = lane_new(&c, &b->current);
		if (b->lane[i] == NULL)
			return -E_NOMEM;
		b->lanes++;
		b->owner[i] = NOBODY;
		b->to[i] = (uint8_t)(i % p->workers);
		b->lane_gen[i] = 1;
	}
	return 0;
}

/* ---- mail, and what of it has to wait ---- */

static void
wait_drop_first(struct lb_queue *q)
{
	struct lb_wait *w = q->first;

	q->first = w->next;
	ct_wipe(&w->m, sizeof(w->m));
	free(w);
}

static void
wake(struct lb *b, unsigned lane)
{
	if (b->owner[lane] != NOBODY)
		worker_poke(&b->worker[b->owner[lane]]);
}

/* True when nothing waits any more. */
static bool
deliver(struct lb *b, unsigned lane)
{
	struct lb_queue *q = &b->wait[lane];
	bool some = false;

	while (q->first != NULL && spsc_put(&b->lane[lane]->in,
	    &q->first->m)) {
		wait_drop_first(q);
		some = true;
	}
	if (q->first != NULL)
		atomic_store(&b->lane[lane]->starved, true);
	if (some)
		wake(b, lane);
	return q->first == NULL;
}

static bool
keep(struct lb *b, unsigned lane, const struct mail *m)
{
	struct lb_queue *q = &b->wait[lane];
	struct lb_wait *w = malloc(sizeof(*w));

	if (w == NULL)
		return false;
	w->m = *m;
	w->next = NULL;
	if (q->first == NULL)
		q->end = &q->first;
	*q->end = w;
	q->end = &w->next;
	atomic_store(&b->lane[lane]->starved, true);
	return true;
}

static void
free_snapshots(struct snapshot *s)
{
	for (struct snapshot *older; s != NULL; s = older) {
		older = s->older;
		capfilter_free(s->capfilter);
		flows_drop(s->flows);
		ct_wipe(s, sizeof(*s));
		free(s);
	}
}

struct lb *
lb_new(const struct lb_params *p, const struct profile *first,
    const struct tun *tun)
{
	struct lb *b = aligned_alloc(64, (sizeof(*b) + 63) & ~(size_t)63);

	if (b == NULL)
		return NULL;
	memset(b, 0, sizeof(*b));
	b->note[0] = b->note[1] = -1;
	b->taps = p->taps;
	b->newest = seal(first, NULL, b->taps, p->flows);
	atomic_store(&b->current, b->newest);
	if (b->newest == NULL ||
	    pipe2(b->note, O_NONBLOCK | O_CLOEXEC) < 0 ||
	    make_lanes(b, p, tun) < 0) {
		lb_free(b);
		return NULL;
	}
	return b;
}

/* ---- who serves a lane ---- */

/* Nobody has the lane: its worker-to-be gets it. */
static void
settle(struct lb *b, unsigned i)
{
	struct worker *w = &b->worker[b->to[i]];

	if (!w->runs)			/* lb_hire() comes here again */
		return;
	b->owner[i] = b->to[i];
	worker_take(w, b->lane[i]);
}

void
lb_move(struct lb *b, unsigned lane, unsigned to)
{
	unsigned owner = b->owner[lane];

	b->to[lane] = (uint8_t)to;
	if (b->leaving[lane])		/* settle() reads b->to then */
		return;
	if (owner == NOBODY) {
		settle(b, lane);
	} else if (owner != to) {
		b->leaving[lane] = true;
		worker_leave(&b->worker[owner], b->lane[lane]);
	}
}

static void
take_left(struct lb *b, struct worker *w)
{
	struct lane *l;

	while ((l = worker_left(w)) != NULL) {
		b->owner[l->id] = NOBODY;
		b->leaving[l->id] = false;
		b->moves++;
		settle(b, l->id);
	}
}

int
lb_hire(struct lb *b, unsigned w)
{
	int err = 0;

	if (!b->worker[w].runs)
		err = worker_start(&b->worker[w], w, b->note[1]);
	for (unsigned i = 0; i < b->lanes && err == 0; i++)
		if (b->owner[i] == NOBODY && b->to[i] == w)
			settle(b, i);
	return err;
}

bool
lb_fire(struct lb *b, unsigned w)
{
	for (unsigned i = 0; i < b->lanes; i++)
		if (b->owner[i] == w || b->to[i] == w)
			return false;
	return !b->worker[w].runs || worker_stop(&b->worker[w], PATIENCE);
}

int
lb_start(struct lb *b)
{
	int err = 0;

	for (unsigned i = 0; i < b->lanes && err == 0; i++)
		err = lb_hire(b, b->to[i]);
	return err;
}

static bool
stop_all(struct lb *b)
{
	bool all = true;

	for (unsigned i = 0; i < LANES_MAX; i++) {
		if (!b->worker[i].runs || worker_stop(&b->worker[i], PATIENCE))
			continue;
		log_put(LOG_ERROR_, "worker %u does not end: its thread is "
		    "left behind", i);
		all = false;
	}
	return all;
}

bool
lb_free(struct lb *b)
{
	if (!stop_all(b))
		return false;
	for (unsigned i = 0; i < b->lanes; i++) {
		lane_free(b->lane[i]);
		while (b->wait[i].first != NULL)
			wait_drop_first(&b->wait[i]);
	}
	free_snapshots(b->newest);
	if (b->note[0] >= 0) {
		close(b->note[0]);
		close(b->note[1]);
	}
	free(b);
	return true;
}

int
lb_fd(const struct lb *b)
{
	return b->note[0];
}

void
lb_calm(struct lb *b)
{
	char buf[256];

	while (read(b->note[0], buf, sizeof(buf)) == (ssize_t)sizeof(buf))
		;
	for (unsigned i = 0; i < LANES_MAX; i++) {
		if (!b->worker[i].runs)
			continue;
		log_drain(&b->worker[i].log);
		take_left(b, &b->worker[i]);
	}
	for (unsigned i = 0; i < b->lanes; i++)
		deliver(b, i);
}

bool
lb_offer(struct lb *b, unsigned lane, const struct mail *m)
{
	bool ok = deliver(b, lane) && spsc_put(&b->lane[lane]->in, m);

	wake(b, lane);
	return ok;
}

bool
lb_send(struct lb *b, unsigned lane, const struct mail *m)
{
	bool ok = (deliver(b, lane) && spsc_put(&b->lane[lane]->in, m)) ||
	    keep(b, lane, m);

	wake(b, lane);
	return ok;
}

bool
lb_recv(struct lb *b, unsigned lane, struct mail *m)
{
	return spsc_get(&b->lane[lane]->out, m);
}

void
lb_tap(struct lb *b, const char *ifname, const struct pkt *p, bool out)
{
	const struct snapshot *s = b->newest;
	struct captured look;
	struct tap_msg m;

	if (s->capfilter == NULL || !taps_want(s->taps,
	    s->p.capture.serial))
		return;
	if (!tap_take(&m, &s->p.capture, s->capfilter, p, false, &look))
		return;
	m.at = clock_now();
	m.serial = s->p.capture.serial;
	m.out = out;
	snprintf(m.ifname, sizeof(m.ifname), "%s", ifname);
	m.who[0] = '\0';
	tap_put(s->taps->tap[TAP_CONTROL], &m);
}

/* ---- configuration ---- */

int
lb_publish(struct lb *b, const struct profile *p, struct flows *flows)
{
	struct mail m = { .op = MAIL_CONF };
	struct snapshot *s = seal(p, b->newest, b->taps, flows);
	bool ok = true;

	if (s == NULL)
		return -E_NOMEM;
	b->newest = s;
	atomic_store_explicit(&b->current, s, memory_order_release);
	for (unsigned i = 0; i < b->lanes; i++)
		ok &= lb_send(b, i, &m);
	return ok ? 0 : -E_NOMEM;
}

void
lb_conf_done(struct lb *b, unsigned lane, uint64_t gen)
{
	uint64_t oldest = gen;

	b->lane_gen[lane] = gen;
	for (unsigned i = 0; i < b->lanes; i++)
		if (b->lane_gen[i] < oldest)
			oldest = b->lane_gen[i];
	for (struct snapshot *s = b->newest; s != NULL; s = s->older) {
		if (s->gen > oldest)
			continue;
		free_snapshots(s->older);	/* nobody borrows these */
		s->older = NULL;
		break;
	}
}
