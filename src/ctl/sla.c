/*
 * Starts the process that measures, reads what it says, looks after the
 * session meanwhile, and ends both.
 */
#include "ctl/sla.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "ctl/pick.h"
#include "ctl/sla_run.h"
#include "ctl/state.h"
#include "os/ping.h"
#include "os/self.h"
#include "os/spawn.h"
#include "wire/ip4.h"

#define LOOK		SEC(1)		/* at the session, and a dot */
#define OVER		SEC(30)		/* over its time, with a slow server */
#define LINE_MAX_	32768u

struct sla {
	struct ctl *c;			/* borrows: its owner */
	struct sla_hooks h;
	struct pick pick;
	uint64_t out;			/* its packets before the test */
	struct sla_result r;
	pid_t	 pid;
	int	 fd;			/* what the process says */
	struct loop_fd *watch;		/* owner */
	struct loop_timer *timer;	/* owner */
	tstamp	 by;
	size_t	 n;
	char	 line[LINE_MAX_];
};

/* ---- the end ---- */

void
sla_free(struct sla *s)
{
	if (s == NULL)
		return;
	if (s->c->sla == s)
		s->c->sla = NULL;
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);	/* or it has ended already */
		while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	loop_fd_free(s->watch);
	loop_timer_free(s->timer);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static void
finish(struct sla *s, enum sla_end end, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* done() may start the next one. */
static void
finish(struct sla *s, enum sla_end end, const char *fmt, ...)
{
	struct sla_result *r = malloc(sizeof(*r));
	struct sla_hooks h = s->h;
	va_list ap;

	s->r.end = (uint8_t)end;
	s->r.ended = clock_wall();
	va_start(ap, fmt);
	vsnprintf(s->r.why, sizeof(s->r.why), fmt, ap);
	va_end(ap);
	if (r == NULL) {		/* one more place is not to be had */
		s->c->sla = NULL;
		h.done(h.arg, &s->r);
		sla_free(s);
		return;
	}
	*r = s->r;
	sla_free(s);
	h.done(h.arg, r);
	free(r);
}

bool
sla_cancel(struct ctl *c, const void *arg)
{
	if (c->sla == NULL || (arg != NULL && c->sla->h.arg != arg))
		return false;
	finish(c->sla, SLA_CANCELLED, "stopped");
	return true;
}

/* ---- figures ---- */

static void
say(const struct sla *s, const char *text)
{
	if (s->h.say != NULL)
		s->h.say(s->h.arg, text);
}

static double
number(const json_t *v, const char *key)
{
	const json_t *n = json_object_get(v, key);

	return json_is_number(n) ? json_number_value(n) : -1;
}

/* Single values, of which negative ones are missing. */
static void
sum_up(struct sla_series *e, const json_t *list)
{
	double sum = 0, squares = 0;
	unsigned known = 0;

	e->n = 0;
	for (size_t i = 0; i < json_array_size(list) && i < SLA_POINTS; i++) {
		double x = json_number_value(json_array_get(list, i));

		e->v[e->n++] = x;
		if (x < 0)
			continue;
		e->min = known == 0 || x < e->min ? x : e->min;
		e->max = known == 0 || x > e->max ? x : e->max;
		sum += x;
		squares += x * x;
		known++;
	}
	if (known == 0)
		return;
	e->mean = sum / known;
	squares = squares / known - e->mean * e->mean;
	e->stdev = squares > 0 ? sqrt(squares) : 0;
}

/* Did what was sent leave through the session? */
static bool
went_through(struct sla *s, unsigned packets)
{
	uint64_t out;

	if (!ctl_pick_again(s->c, &s->pick)) {
		finish(s, SLA_LOST, "the session went down");
		return false;
	}
	out = s->pick.n.ip_out + s->pick.n.ip6_out - s->out;
	if (out >= packets)
		return true;
	finish(s, SLA_ASTRAY, "%llu packets went through the session, of %u "
	    "sent to %s", (unsigned long long)out, packets, s->r.to);
	return false;
}

static bool
take_pings(struct sla *s, const json_t *v)
{
	const json_t *us = json_object_get(v, "us");
	struct sla_series *e = &s->r.s[SLA_RTT];

	s->r.sent = (int)number(v, "sent");
	s->r.received = 0;
	sum_up(e, us);
	for (unsigned i = 0; i < e->n; i++)
		s->r.received += e->v[i] >= 0;
	if (s->r.received == 0)
		snprintf(e->why, sizeof(e->why), "no answer");
	return went_through(s, (unsigned)s->r.sent);
}

static bool
take_series(struct sla *s, const json_t *v)
{
	const char *why = json_string_value(json_object_get(v, "why"));
	int id = (int)number(v, "series");
	double mean = number(v, "mean");
	struct sla_series *e;

	if (id < 0 || id >= (double)SLA_SERIES)
		return true;
	e = &s->r.s[id];
	if (why != NULL) {
		snprintf(e->why, sizeof(e->why), "%s", why);
		return true;
	}
	sum_up(e, json_object_get(v, "mbit"));
	if (mean >= 0) {	/* what arrived, not what was handed over */
		e->mean = mean;
		e->min = e->n == 0 || mean < e->min ? mean : e->min;
		e->max = mean > e->max ? mean : e->max;
	}
	e->stdev = -1;
	e->jitter_us = number(v, "jitter_us");
	e->loss = number(v, "loss");
	return went_through(s, 1);
}

/* ---- what the process says ---- */

static const char *
text_of(const json_t *v, const char *key)
{
	return json_string_value(json_object_get(v, key));
}

/* False: it is over, and @s is gone. */
static bool
take_answer(struct sla *s, const json_t *v)
{
	const char *text = text_of(v, "say");

	if (text != NULL) {
		say(s, text);
		return true;
	}
	if ((text = text_of(v, "to")) != NULL) {
		snprintf(s->r.to, sizeof(s->r.to), "%s", text);
		text = text_of(v, "from");
		snprintf(s->r.from, sizeof(s->r.from), "%s", text != NULL ?
		    text : "");
		return true;
	}
	if (json_object_get(v, "us") != NULL)
		return take_pings(s, v);
	if (json_object_get(v, "series") != NULL)
		return take_series(s, v);
	if ((text = text_of(v, "astray")) != NULL)
		finish(s, SLA_ASTRAY, "%s", text);
	else if ((text = text_of(v, "broken")) != NULL)
		finish(s, SLA_BROKEN, "%s", text);
	else
		finish(s, SLA_DONE, "%s", "");
	return false;
}

/* Whole lines of what has come. */
static bool
take_lines(struct sla *s)
{
	char *end;

	while ((end = memchr(s->line, '\n', s->n)) != NULL) {
		size_t len = (size_t)(end + 1 - s->line);
		json_t *v = json_loadb(s->line, len, 0, NULL);
		bool on = v == NULL || take_answer(s, v);

		json_decref(v);
		if (!on)
			return false;
		s->n -= len;
		memmove(s->line, end + 1, s->n);
	}
	return true;
}

static void
readable(void *arg, unsigned what)
{
	struct sla *s = arg;
	ssize_t n = read(s->fd, s->line + s->n, sizeof(s->line) - s->n);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		finish(s, SLA_BROKEN, "the process that measured ended early");
		return;
	}
	s->n += (size_t)n;
	if (take_lines(s) && s->n == sizeof(s->line))
		finish(s, SLA_BROKEN, "the process that measures says too "
		    "much");
}

static void
each_second(void *arg, tstamp now)
{
	struct sla *s = arg;

	if (!ctl_pick_again(s->c, &s->pick)) {
		finish(s, SLA_LOST, "the session went down");
	} else if (now >= s->by) {
		finish(s, SLA_BROKEN, "not done long after its time");
	} else {
		loop_timer_set(s->timer, now + LOOK);
		say(s, ".");
	}
}

/* ---- birth ---- */

static void
fill_in(struct sla_ask *q, const struct sess_rec *r, const char *tun)
{
	char ip[IP4_TEXT];

	if (q->port == 0)
		q->port = SLA_PORT;
	if ((q->parts & SLA_ALL) == 0)
		q->parts = SLA_ALL;
	if (q->secs == 0)
		q->secs = q->parts == SLA_PING ? SLA_SECS_PING :
		    q->parts == SLA_TCP || q->parts == SLA_UDP ?
		    SLA_SECS_ONE : SLA_SECS;
	if (q->host[0] == '\0' && r->his_addr != 0)
		snprintf(q->host, sizeof(q->host), "%s",
		    ip4_text(r->his_addr, ip));
	else if (q->host[0] == '\0')
		sla_local6(r->his_ifid, tun, q->host, sizeof(q->host));
}

static void
nothing_known(struct sla_result *r)
{
	r->sent = r->received = -1;
	for (int i = 0; i < SLA_SERIES; i++) {
		struct sla_series *e = &r->s[i];

		e->min = e->mean = e->max = e->stdev = -1;
		e->jitter_us = e->loss = -1;
	}
}

/* What the process is told; owner: the caller. */
static char *
request(const struct sla *s)
{
	const struct sla_ask *q = &s->r.ask;
	const struct sess_rec *r = &s->pick.rec;
	char ip[IP4_TEXT] = "", ip6[64] = "";
	json_t *v;
	char *text;

	if (r->my_addr != 0)
		ip4_text(r->my_addr, ip);
	sla_local6(r->my_ifid, s->pick.tun, ip6, sizeof(ip6));
	v = json_pack("{s:i,s:s,s:i,s:s,s:s,s:s,s:i,s:I,s:b}", "parts",
	    (int)q->parts, "host", q->host, "port", (int)q->port, "from4", ip,
	    "from6", ip6, "tun", s->pick.tun, "secs", (int)q->secs, "rate",
	    (json_int_t)q->rate, "down", r->role == ROLE_AC);
	text = v != NULL ? json_dumps(v, JSON_COMPACT) : NULL;
	json_decref(v);
	return text;
}

static void
close_all(const int *fd, int n)
{
	for (int i = 0; i < n; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

/* 0 or errno. */
static int
start_process(struct sla *s)
{
	static char face[] = SLA_RUN_FACE;
	int fd[4] = { -1, -1, -1, -1 };
	struct spawn sp = { .fd = { -1, -1, -1, -1 }, .own_session = true };
	char path[PATH_MAX], *text = request(s);
	char *argv[] = { path, face, text, NULL };
	int err = 0;

	if (text == NULL)
		return ENOMEM;
	if (os_self(path, sizeof(path)) < 0 || pipe2(fd, O_CLOEXEC) < 0) {
		err = errno;
	} else {
		fd[2] = ping_open(AF_INET);
		fd[3] = ping_open(AF_INET6);
		sp.fd[0] = fd[2] >= 0 ? fd[2] : -1;
		sp.fd[1] = fd[3] >= 0 ? fd[3] : -1;
		sp.fd[SLA_RUN_OUT] = fd[1];
		err = os_spawn(&sp, argv, &s->pid);
	}
	close_all(fd + 1, 3);
	s->fd = fd[0];
	free(text);
	return err;
}

static int
watch(struct sla *s)
{
	struct loop *l = s->c->loop;

	s->watch = loop_fd_new(l, s->fd, readable, s);
	s->timer = loop_timer_new(l, each_second, s);
	if (s->watch == NULL || s->timer == NULL ||
	    fcntl(s->fd, F_SETFL, O_NONBLOCK) < 0 ||
	    loop_fd_want(s->watch, LOOP_READ) < 0)
		return -E_NOMEM;
	loop_timer_set(s->timer, clock_now() + LOOK);
	s->by = clock_now() + SEC((tstamp)s->r.ask.secs) + OVER;
	return 0;
}

static int
begin(struct sla *s, char *why, size_t n)
{
	struct sla_result *r = &s->r;
	int err;

	nothing_known(r);
	fill_in(&r->ask, &s->pick.rec, s->pick.tun);
	snprintf(r->who, sizeof(r->who), "%s", s->pick.rec.name);
	r->sid = s->pick.rec.key.sid;
	memcpy(r->tun, s->pick.tun, sizeof(r->tun));
	r->begun = clock_wall();
	s->out = s->pick.n.ip_out + s->pick.n.ip6_out;
	err = start_process(s);
	if (err != 0) {
		s->pid = 0;
		snprintf(why, n, "cannot start the measuring process: %s",
		    strerror(err));
		return -E_SYS;
	}
	err = watch(s);
	if (err < 0)
		snprintf(why, n, "out of memory");
	return err;
}

int
sla_start(struct ctl *c, const struct sla_ask *q, const struct sla_hooks *h,
    char *why, size_t n)
{
	struct pick pick;
	struct sla *s;
	int err;

	if (c->sla != NULL) {
		snprintf(why, n, "a test of %s runs, and one at a time "
		    "measures; `test stop' ends it", c->sla->r.ask.who);
		return -E_EXIST;
	}
	err = ctl_pick(c, q->who, &pick, why, n);
	if (err < 0)
		return err;
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		snprintf(why, n, "out of memory");
		return -E_NOMEM;
	}
	s->c = c;
	s->h = *h;
	s->fd = -1;
	s->pick = pick;
	s->r.ask = *q;
	err = begin(s, why, n);
	if (err < 0)
		sla_free(s);
	else
		c->sla = s;
	return err;
}
