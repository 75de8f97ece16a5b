/* A link on a line of octets: what its physical layer tells. */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/bundle.h"
#include "ctl/daemon.h"

#define SCRIPT_TIME	SEC(30)		/* for logout and hangup at the end */

static const char *
name(const struct link *l)
{
	return link_conf(l)->name;
}

static void
on_state(void *arg, enum link_state to)
{
	struct link *l = arg;

	if (l->state < to && to < LINK_LOGOUT)
		link_pass(l, to);
	else
		link_state(l, to);
}

static bool
to_lane(struct link *l, const struct stream_conf *c)
{
	struct mail m = { .op = MAIL_LINE, .ticket = l->ticket,
	    .arg = l->id };

	l->port = bundle_port_free(l->b);
	if (l->port < 0)
		return false;
	m.key.port = (uint16_t)l->port;
	mail_put(&m, c, sizeof(*c));
	return ctl_mail(l->b->c, 0, &m);
}

static void
on_ready(void *arg, const struct stream_conf *c)
{
	struct link *l = arg;

	l->device_at = 0;
	if (!to_lane(l, c)) {
		close(c->in);
		if (c->out != c->in)
			close(c->out);
		l->end_why = WHY_BUSY;
		physical_end(l->phys, false, false);
		return;
	}
	log_put(LOG_PHASE, "%s: Connected! (%s)", name(l), l->device);
	link_carries(l, true);
	link_pass(l, LINK_LCP);
}

static void
on_failed(void *arg, enum why why)
{
	struct link *l = arg;

	if (l->ticket == 0) {		/* terminal mode */
		link_state(l, LINK_CLOSED);
		link_term_over(l, false);
	} else if (why == WHY_NO_DEVICE && l->dialer.mode != MODE_DIRECT) {
		link_next_device(l, why);
	} else {
		l->device_at = 0;
		link_ended(l, why);
	}
	ctl_stopped(l->b->c);
}

static void
on_lost(void *arg)
{
	link_tell(arg, MAIL_DOWN, WHY_LINE_LOST);
}

static void
on_closed(void *arg)
{
	struct link *l = arg;

	link_ended(l, l->end_why);
	ctl_stopped(l->b->c);
}

static void
on_term(void *arg, const char *p, size_t n)
{
	link_term_show(arg, p, n);
}

static void
on_packets(void *arg)
{
	struct link *l = arg;

	log_put(LOG_PHASE, "%s: Packet mode detected.", name(l));
	link_term_packets(l);
}

static void
expand(void *arg, const char *in, struct txt *out)
{
	struct link *l = arg;
	const struct ctl_hooks *h = &l->b->c->hooks;

	if (h->expand != NULL)
		h->expand(h->arg, in, out);
	else
		txt_put(out, "%s", in);
}

static const struct link_conf *
conf(void *arg)
{
	return link_conf(arg);
}

bool
link_line_init(struct link *l)
{
	struct physical_hooks h = { .arg = l, .state = on_state,
	    .ready = on_ready, .failed = on_failed, .lost = on_lost,
	    .closed = on_closed, .term = on_term, .packets = on_packets,
	    .expand = expand, .conf = conf };

	l->phys = physical_new(l->b->c->loop, &h);
	return l->phys != NULL;
}

/* ppp(8): not in direct and dedicated mode, unless force-scripts. */
static bool
scripts(const struct link *l)
{
	return l->b->c->p.force_scripts || (l->dialer.mode != MODE_DIRECT &&
	    l->dialer.mode != MODE_DEDICATED);
}

static int
open_direct(struct link *l, char *why, size_t n)
{
	static const int fd[2] = { STDIN_FILENO, STDOUT_FILENO };
	int err = physical_direct(l->phys, fd, scripts(l), why, n);

	strcpy(l->device, "-direct");
	/* The line ends when we close it: no copies stay. */
	if (err == 0)
		daemon_close_std(false);
	return err;
}

bool
link_line_open(struct link *l)
{
	char why[200] = "";
	int err;

	if (physical_in_term(l->phys)) {
		physical_packets(l->phys);
		return true;
	}
	err = l->dialer.mode == MODE_DIRECT ?
	    open_direct(l, why, sizeof(why)) :
	    physical_open(l->phys, l->device, scripts(l), l->b->c->tun, why,
	    sizeof(why));
	if (err < 0)
		log_put(LOG_WARN_, "%s: %s", name(l), why);
	return err >= 0;
}

bool
link_line_end(struct link *l, enum why why)
{
	bool keep = l->dialer.mode == MODE_DEDICATED && why != WHY_ADMIN &&
	    why != WHY_QUIT;

	if (!physical_busy(l->phys))
		return false;
	l->ticket = 0;
	l->end_why = why;
	if (l->b->c->quitting)
		l->b->c->stop_by = clock_now() + SCRIPT_TIME;
	physical_end(l->phys, why == WHY_LINE_LOST, keep);
	return true;
}

bool
link_line_stop(struct link *l, enum why why)
{
	return physical_ending(l->phys) || physical_abort(l->phys, why);
}

bool
link_line_lost(struct link *l)
{
	if (!physical_busy(l->phys))
		return false;
	link_tell(l, MAIL_DOWN, WHY_LINE_LOST);
	return true;
}
