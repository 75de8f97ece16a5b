/* The event loop: a thin cover over libevent's core. */
#include "ctl/loop.h"

#include <stdlib.h>
#include <event2/event.h>

#include "base/err.h"

struct loop {
	struct event_base *base;
	struct event *ceiling;		/* ends loop_once() */
};

struct loop_fd {
	struct loop *loop;
	struct event *ev;
	loop_fd_fn *fn;
	void	*arg;
	int	 fd;
	unsigned want;
};

struct loop_timer {
	struct event *ev;
	loop_timer_fn *fn;
	void	*arg;
	tstamp	 when;
};

struct loop_signal {
	struct event *ev;
	loop_signal_fn *fn;
	void	*arg;
};

static void
on_ceiling(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

struct loop *
loop_new(void)
{
	struct event_config *cf = event_config_new();
	struct loop *l = calloc(1, sizeof(*l));

	if (cf != NULL && l != NULL) {
		event_config_set_flag(cf, EVENT_BASE_FLAG_PRECISE_TIMER);
		l->base = event_base_new_with_config(cf);
	}
	if (cf != NULL)
		event_config_free(cf);
	if (l != NULL && l->base != NULL)
		l->ceiling = event_new(l->base, -1, 0, on_ceiling, NULL);
	if (l != NULL && l->ceiling == NULL) {
		if (l->base != NULL)
			event_base_free(l->base);
		free(l);
		l = NULL;
	}
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	event_free(l->ceiling);
	event_base_free(l->base);
	free(l);
}

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

void
loop_run(struct loop *l)
{
	event_base_dispatch(l->base);
}

static struct timeval
timeval_of(tstamp ns)
{
	/* Rounded up: a timer is never early. */
	tstamp us = ns / 1000u + (ns % 1000u > 0);

	return (struct timeval){
		.tv_sec = (time_t)(us / 1000000u),
		.tv_usec = (suseconds_t)(us % 1000000u),
	};
}

void
loop_once(struct loop *l, tstamp max)
{
	if (max != NEVER) {
		struct timeval tv = timeval_of(max);

		event_add(l->ceiling, &tv);
	}
	event_base_loop(l->base, EVLOOP_ONCE);
	event_del(l->ceiling);
}

void
loop_stop(struct loop *l)
{
	event_base_loopbreak(l->base);
}

int
loop_after_fork(struct loop *l)
{
	return event_reinit(l->base) == 0 ? 0 : -E_SYS;
}

/* ---- descriptors ---- */

static void
on_fd(evutil_socket_t fd, short what, void *arg)
{
	struct loop_fd *f = arg;
	unsigned got = 0;

	(void)fd;
	if (what & EV_READ)
		got |= LOOP_READ;
	if (what & EV_WRITE)
		got |= LOOP_WRITE;
	f->fn(f->arg, got);	/* may have freed f */
}

struct loop_fd *
loop_fd_new(struct loop *l, int fd, loop_fd_fn *fn, void *arg)
{
	struct loop_fd *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	*f = (struct loop_fd){ .loop = l, .fn = fn, .arg = arg, .fd = fd };
	f->ev = event_new(l->base, fd, EV_READ | EV_PERSIST, on_fd, f);
	if (f->ev == NULL) {
		free(f);
		return NULL;
	}
	return f;
}

int
loop_fd_want(struct loop_fd *f, unsigned what)
{
	short ev = EV_PERSIST;

	if (what == f->want)
		return 0;
	event_del(f->ev);
	f->want = 0;
	if (what == 0)
		return 0;
	if (what & LOOP_READ)
		ev |= EV_READ;
	if (what & LOOP_WRITE)
		ev |= EV_WRITE;
	if (event_assign(f->ev, f->loop->base, f->fd, ev, on_fd, f) < 0 ||
	    event_add(f->ev, NULL) < 0)
		return -E_SYS;
	f->want = what;
	return 0;
}

void
loop_fd_free(struct loop_fd *f)
{
	if (f == NULL)
		return;
	event_free(f->ev);
	free(f);
}

/* ---- timers ---- */

static void
timer_arm(struct loop_timer *t, tstamp now)
{
	struct timeval tv = timeval_of(t->when > now ? t->when - now : 0);

	event_add(t->ev, &tv);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct loop_timer *t = arg;
	tstamp now = clock_now();

	(void)fd;
	(void)what;
	if (now < t->when) {	/* the library's clock is coarser than ours */
		timer_arm(t, now);
		return;
	}
	t->when = NEVER;
	t->fn(t->arg, now);	/* may have freed t */
}

struct loop_timer *
loop_timer_new(struct loop *l, loop_timer_fn *fn, void *arg)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = (struct loop_timer){ .fn = fn, .arg = arg, .when = NEVER };
	t->ev = event_new(l->base, -1, 0, on_timer, t);
	if (t->ev == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

void
loop_timer_set(struct loop_timer *t, tstamp when)
{
	if (when == t->when)
		return;
	t->when = when;
	if (when == NEVER)
		event_del(t->ev);
	else
		timer_arm(t, clock_now());
}

void
loop_timer_free(struct loop_timer *t)
{
	if (t == NULL)
		return;
	event_free(t->ev);
	free(t);
}

/* ---- signals ---- */

static void
on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct loop_signal *s = arg;

	(void)what;
	s->fn(s->arg, (int)sig);
}

struct loop_signal *
loop_signal_new(struct loop *l, int sig, loop_signal_fn *fn, void *arg)
{
	struct loop_signal *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	*s = (struct loop_signal){ .fn = fn, .arg = arg };
	s->ev = evsignal_new(l->base, sig, on_signal, s);
	if (s->ev == NULL || event_add(s->ev, NULL) < 0) {
		loop_signal_free(s);
		return NULL;
	}
	return s;
}

void
loop_signal_free(struct loop_signal *s)
{
	if (s == NULL)
		return;
	if (s->ev != NULL)
		event_free(s->ev);
	free(s);
}
