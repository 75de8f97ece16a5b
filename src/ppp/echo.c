/* LCP Echo-Requests at regular times and what their silence means. */
#include "ppp/echo.h"

#include "base/err.h"
#include "ppp/ppp.h"

static tstamp
period(const struct turn *t)
{
	return SEC(t->conf->lqr_period > 0 ? t->conf->lqr_period : 1);
}

void
echo_start(struct echo *e, const struct turn *t)
{
	memset(e, 0, sizeof(*e));
	e->heard = t->now;
	e->deadline = t->now + period(t);
}

void
echo_stop(struct echo *e)
{
	e->deadline = NEVER;
	e->sent = 0;
}

static void
request(struct echo *e, struct fsm *f, const struct turn *t, uint32_t magic)
{
	uint8_t buf[4];
	struct wr w = wr_of(buf, sizeof(buf));

	wr_u32(&w, magic);
	e->id = ++f->id;
	e->sent = t->now;
	e->deadline = t->now + period(t);
	fsm_send(f, t, CODE_ECHO_REQ, e->id, buf, sizeof(buf));
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
	request(e, f, t, magic);
	return false;
}

int
echo_reply(struct echo *e, const struct turn *t, uint8_t id)
{
	uint64_t us;

	if (e->sent == 0 || id != e->id)
		return -E_STALE;
	us = (t->now - e->sent) / USEC(1);
	outbox_event(t->ob, PPP_EV_ECHO,
	    us > UINT32_MAX ? UINT32_MAX : (uint32_t)us, NULL);
	e->sent = 0;
	return 0;
}
