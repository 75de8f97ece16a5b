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

void
echo_start(struct echo *e, const struct turn *t)
{
	e->sent = 0;
	e->missed = 0;
	e->heard = t->now;
	e->deadline = t->now + period(t);
}

void
echo_stop(struct echo *e)
{
	e->deadline = e->probe = NEVER;
	e->sent = 0;
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

bool
echo_expire(struct echo *e, struct fsm *f, const struct turn *t,
    uint32_t magic)
{
	if (e->deadline > t->now)
		return false;
	if (e->sent == 0 || e->heard >= e->sent)
		e->missed = 0;
	else if (++e->missed >= t->conf->echo_fail)
		return true;
	e->id = request(f, t, magic, SMALL);
	e->sent = t->now;
	e->deadline = t->now + period(t);
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
	outbox_event(t->ob, PPP_EV_ECHO,
	    us > UINT32_MAX ? UINT32_MAX : (uint32_t)us, NULL);
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
