/* LCP Echo-Requests at regular times and what their silence means. */
#include "ppp/echo.h"

#include "base/err.h"
#include "ppp/ppp.h"

#define SMALL		8u	/* octets of a request without data */
#define PROBES		3	/* large requests ... */
#define PROBE_TIME	SEC(2)	/* ... and the wait for each */

static tstamp
period(const struct turn *t)
{
	return SEC(t->conf->lqr_period > 0 ? t->conf->lqr_period : 1);
}

static tstamp
interval(const struct turn *t)
{
	return SEC(t->conf->quality.step) / t->conf->quality.probes;
}

/* Sessions that begin together do not probe together. */
void
echo_start(struct echo *e, const struct turn *t, bool look)
{
	e->sent = e->asked = 0;
	e->sampled = false;
	e->missed = 0;
	e->heard = t->now;
	e->deadline = look ? t->now + period(t) : NEVER;
	e->sample = t->conf->quality.probes == 0 ? NEVER :
	    t->now + 1 + interval(t) * (rng_u32(t->rng) >> 8) / (1u << 24);
}

void
echo_stop(struct echo *e)
{
	e->deadline = e->sample = e->probe = NEVER;
	e->sent = e->asked = 0;
}

/* An Echo-Request of @size octets, Code to the last of its data. */
static uint8_t
request(struct fsm *f, const struct turn *t, uint32_t magic, uint16_t size)
{
	struct wr w = outbox_begin(t->ob, size);
	uint8_t id = ++f->id;

	wr_u8(&w, CODE_ECHO_REQ);
	wr_u8(&w, id);
	wr_u16(&w, size);
	wr_u32(&w, magic);
	while (wr_size(&w) < size && !w.bad)
		wr_u8(&w, 0);
	outbox_ppp(t->ob, &w, PROTO_LCP);
	return id;
}

/* Has the peer been silent too often, each time for a period behind what it
 * was asked? A probe on its way is what the next look asks for. */
static bool
is_silent(struct echo *e, const struct turn *t)
{
	if (e->asked == 0 || e->heard >= e->asked) {
		e->missed = 0;
	} else if (e->asked + period(t) > t->now) {
		e->deadline = e->asked + period(t);
		return false;
	} else if (++e->missed >= t->conf->echo_fail) {
		return true;
	}
	e->asked = e->sampled && e->sent + period(t) > t->now ? e->sent : 0;
	e->deadline = t->now + period(t);
	return false;
}

static void
next_sample(struct echo *e, const struct turn *t)
{
	e->sample += interval(t);
	if (e->sample <= t->now)		/* we were late */
		e->sample = t->now + interval(t);
}

bool
echo_expire(struct echo *e, struct fsm *f, const struct turn *t,
    uint32_t magic)
{
	bool look = e->deadline <= t->now, sample = e->sample <= t->now;

	if (!look && !sample)
		return false;
	if (look && is_silent(e, t))
		return true;
	if (sample)
		next_sample(e, t);
	else if (e->asked != 0 ||
	    (e->missed == 0 && e->sample < e->deadline))
		return false;
	if (e->sampled && e->sent != 0)
		outbox_event(t->ob, PPP_EV_QUALITY, QUALITY_LOST, NULL);
	e->id = request(f, t, magic, SMALL);
	e->sent = t->now;
	e->sampled = sample;
	if (e->asked == 0)
		e->asked = e->sent;
	return false;
}

int
echo_reply(struct echo *e, const struct turn *t, uint8_t id)
{
	uint64_t us;

	if (e->probe != NEVER && id == e->probe_id) {
		e->probe = NEVER;
		return 0;
	}
	if (e->sent == 0 || id != e->id)
		return -E_STALE;
	us = (t->now - e->sent) / USEC(1);
	outbox_event(t->ob, e->sampled ? PPP_EV_QUALITY : PPP_EV_ECHO,
	    us < QUALITY_LOST ? (uint32_t)us : QUALITY_LOST - 1, NULL);
	e->sent = 0;
	return 0;
}

void
echo_probe(struct echo *e, struct fsm *f, const struct turn *t,
    uint32_t magic, uint16_t size)
{
	e->probe_id = request(f, t, magic, size);
	e->probes = 1;
	e->probe = t->now + PROBE_TIME;
}

bool
echo_probe_expire(struct echo *e, struct fsm *f, const struct turn *t,
    uint32_t magic, uint16_t size)
{
	if (e->probe > t->now)
		return false;
	if (e->probes >= PROBES) {
		e->probe = NEVER;
		return true;
	}
	e->probe_id = request(f, t, magic, size);
	e->probes++;
	e->probe = t->now + PROBE_TIME;
	return false;
}
