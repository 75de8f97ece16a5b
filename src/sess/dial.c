/* Dial policy: what each mode of ppp(8) does when a line fails or ends. */
#include "sess/dial.h"

#include <string.h>

#define EX_NORMAL	0
#define EX_ERRDEAD	8

void
dialer_init(struct dialer *d, enum mode m)
{
	memset(d, 0, sizeof(*d));
	d->mode = m;
	d->deadline = NEVER;
}

enum dial_do
dialer_open(struct dialer *d)
{
	if (d->trying || d->up)
		return DIAL_NOTHING;
	d->kept_down = false;
	d->trying = true;
	d->tries = 1;
	d->rounds = 0;
	d->deadline = NEVER;
	return DIAL_NOW;
}

enum dial_do
dialer_start(struct dialer *d)
{
	if (d->mode == MODE_AUTO || d->mode == MODE_INTERACTIVE)
		return DIAL_NOTHING;
	return dialer_open(d);
}

void
dialer_up(struct dialer *d)
{
	d->trying = false;
	d->up = d->was_up = true;
	d->tries = d->rounds = d->reconnects = 0;
}

static tstamp
seconds(uint32_t secs, struct rng *rng)
{
	return SEC(secs == PAUSE_RANDOM ? 1 + rng_u32(rng) % 30 : secs);
}

/* SECS, and INC more after each round, at most MAX times. */
static enum dial_do
pause_redial(struct dialer *d, const struct redial *r, struct rng *rng,
    tstamp now)
{
	uint32_t grown = d->rounds < r->max ? d->rounds : r->max;

	d->tries++;
	d->rounds++;
	d->retry_told = false;
	d->trying = true;
	d->deadline = now + seconds(r->secs, rng) + SEC(r->inc * grown);
	return DIAL_NOTHING;
}

/* The next number of the list belongs to the same round. */
static enum dial_do
pause_next(struct dialer *d, const struct redial *r, struct rng *rng,
    tstamp now)
{
	d->retry_told = false;
	d->trying = true;
	d->deadline = now + seconds(r->next, rng);
	return DIAL_NOTHING;
}

static enum dial_do
pause_reconnect(struct dialer *d, const struct link_conf *p, struct rng *rng,
    tstamp now)
{
	d->reconnects++;
	d->retry_told = true;
	d->trying = true;
	d->deadline = now + seconds(p->reconnect_secs, rng);
	return DIAL_NOTHING;
}

/* A leased line is taken up again where it was left. */
static enum dial_do
pause_none(struct dialer *d, tstamp now)
{
	d->tries = 1;
	d->retry_told = false;
	d->trying = true;
	d->deadline = now;
	return DIAL_NOTHING;
}

/* No attempt is left: closed, or the end of the program. */
static enum dial_do
give_up(struct dialer *d)
{
	d->trying = false;
	d->deadline = NEVER;
	switch (d->mode) {
	case MODE_BACKGROUND:
	case MODE_FOREGROUND:
	case MODE_DIRECT:
		d->code = d->was_up ? EX_NORMAL : EX_ERRDEAD;
		return DIAL_EXIT;
	default:
		return DIAL_NOTHING;
	}
}

/* The line was lost, not ended by a decision of either side. */
static bool
is_loss(enum why why)
{
	return why == WHY_ECHO || why == WHY_LQR || why == WHY_IF_GONE ||
	    why == WHY_PEER_PADT || why == WHY_LINE_LOST;
}

enum dial_do
dialer_ended(struct dialer *d, const struct link_conf *p, enum why why,
    struct rng *rng, tstamp now)
{
	bool was_up = d->up;
	bool again = was_up ? is_loss(why) : d->reconnects > 0;

	d->up = false;
	if (d->kept_down || why == WHY_ADMIN || why == WHY_QUIT)
		return give_up(d);
	if (was_up && d->mode == MODE_DEDICATED)
		return pause_none(d, now);
	if (again && d->mode != MODE_DIRECT &&
	    d->reconnects < p->reconnect_tries)
		return pause_reconnect(d, p, rng, now);
	if (!was_up && d->more_numbers && d->mode != MODE_DIRECT)
		return pause_next(d, &p->redial, rng, now);
	if (d->mode == MODE_DDIAL || d->mode == MODE_DEDICATED)
		return pause_redial(d, &p->redial, rng, now);
	if (was_up || d->mode == MODE_DIRECT)
		return give_up(d);
	if (d->reconnects == 0 &&
	    (p->redial.tries == 0 || d->tries < p->redial.tries))
		return pause_redial(d, &p->redial, rng, now);
	return give_up(d);
}

void
dialer_close(struct dialer *d)
{
	d->kept_down = true;
	d->trying = false;
	d->deadline = NEVER;
}

enum dial_do
dialer_expire(struct dialer *d, tstamp now)
{
	if (d->deadline > now)
		return DIAL_NOTHING;
	d->deadline = NEVER;
	return DIAL_NOW;
}
