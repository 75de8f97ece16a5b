/* Worker threads and their pool. */
#include "lb/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "os/priv.h"

#define POLL_MAX	(1 + LANES_MAX * (LANE_PORTS + 1))
#define LOG_RING	1024u

struct polled {
	struct pollfd fd[POLL_MAX];
	struct lane *tun_of[POLL_MAX];	/* whose TUN this is, or NULL */
	nfds_t	 n;
};

static void
poke(int fd)
{
	ssize_t n = write(fd, "", 1);

	(void)n;	/* a full pipe wakes as well */
}

static void
empty(int fd)
{
	char buf[256];

	while (read(fd, buf, sizeof(buf)) == (ssize_t)sizeof(buf))
		;
}

static void
poll_add(struct polled *p, int fd, struct lane *tun_of)
{
	p->fd[p->n].fd = fd;
	p->fd[p->n].events = POLLIN;
	p->tun_of[p->n++] = tun_of;
}

static void
poll_build(struct worker *w, struct polled *p)
{
	p->n = 0;
	poll_add(p, w->wake[0], NULL);
	for (unsigned i = 0; i < w->lanes; i++) {
		struct lane *l = w->lane[i];

		for (int k = 0; k < LANE_PORTS; k++)
			if (l->port[k].io != NULL)
				poll_add(p, io_fd(l->port[k].io), NULL);
		if (l->tun.fd >= 0)
			poll_add(p, l->tun.fd, l);
		l->fds_changed = false;
	}
}

static void
sleep_until(struct worker *w, struct polled *p, tstamp when)
{
	tstamp now = clock_now();
	tstamp left = when <= now ? 0 : when - now;
	struct timespec ts = { (time_t)(left / SEC(1)),
	    (long)(left % SEC(1)) };

	for (nfds_t i = 1; i < p->n; i++)
		if (p->tun_of[i] != NULL)
			p->fd[i].events =
			    lane_wants_tun(p->tun_of[i]) ? POLLIN : 0;
	if (ppoll(p->fd, p->n, when == NEVER ? NULL : &ts, NULL) > 0 &&
	    p->fd[0].revents != 0)
		empty(w->wake[0]);
}

/* One round over all lanes; when to come back in *@when. */
static bool
serve(struct worker *w, tstamp *when, bool *changed)
{
	bool more = false, told = false;
	tstamp now = clock_now();

	*when = NEVER;
	for (unsigned i = 0; i < w->lanes; i++) {
		struct lane *l = w->lane[i];

		more |= lane_run(l, now);
		*when = tstamp_min(*when, lane_next(l));
		*changed |= l->fds_changed;
		told |= l->told;
		l->told = false;
	}
	if (told)
		poke(w->control);
	atomic_store_explicit(&w->cpu_ns, cpu_thread_ns(),
	    memory_order_relaxed);
	return more;
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct polled *p = calloc(1, sizeof(*p));
	bool changed = true;
	tstamp when;

	log_thread_ring(&w->log);
	while (p != NULL && !atomic_load(&w->stop)) {
		bool more = serve(w, &when, &changed);

		if (changed)
			poll_build(w, p);
		changed = false;
		if (!more)
			sleep_until(w, p, when);
	}
	free(p);
	return NULL;
}

static int
pipe_open(int fd[2])
{
	return pipe2(fd, O_NONBLOCK | O_CLOEXEC) < 0 ? -E_SYS : 0;
}

static struct snapshot *
seal(const struct profile *p, struct snapshot *older)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->p = *p;
	s->gen = older != NULL ? older->gen + 1 : 1;
	s->older = older;
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
		b->lane_gen[i] = 1;
	}
	return 0;
}

static int
make_workers(struct lb *b, const struct lb_params *p)
{
	for (unsigned i = 0; i < p->workers; i++) {
		struct worker *w = &b->worker[i];

		w->id = i;
		w->control = b->note[1];
		if (pipe_open(w->wake) < 0 || spsc_init(&w->log, LOG_RING,
		    sizeof(struct log_line)) < 0)
			return -E_NOMEM;
		b->workers++;
	}
	for (unsigned i = 0; i < b->lanes; i++) {
		struct worker *w = &b->worker[i % b->workers];

		w->lane[w->lanes++] = b->lane[i];
	}
	return 0;
}

struct lb *
lb_new(const struct lb_params *p, const struct profile *first,
    const struct tun *tun)
{
	struct lb *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->note[0] = b->note[1] = -1;
	b->newest = seal(first, NULL);
	atomic_store(&b->current, b->newest);
	if (b->newest == NULL || pipe_open(b->note) < 0 ||
	    make_lanes(b, p, tun) < 0 || make_workers(b, p) < 0) {
		lb_free(b);
		return NULL;
	}
	return b;
}

int
lb_start(struct lb *b)
{
	sigset_t all, old;
	int err = 0;
	char name[16];

	sigfillset(&all);		/* signals belong to control */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (unsigned i = 0; i < b->workers && err == 0; i++) {
		struct worker *w = &b->worker[i];

		err = pthread_create(&w->thread, NULL, worker_main, w);
		if (err != 0)
			break;
		snprintf(name, sizeof(name), "ppp: worker %u", i);
		pthread_setname_np(w->thread, name);
		b->running = true;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = err;
	return err != 0 ? -E_SYS : 0;
}

static void
stop_workers(struct lb *b)
{
	for (unsigned i = 0; i < b->workers && b->running; i++) {
		atomic_store(&b->worker[i].stop, true);
		poke(b->worker[i].wake[1]);
		pthread_join(b->worker[i].thread, NULL);
		log_drain(&b->worker[i].log);
	}
	b->running = false;
}

void
lb_free(struct lb *b)
{
	stop_workers(b);
	for (unsigned i = 0; i < b->workers; i++) {
		close(b->worker[i].wake[0]);
		close(b->worker[i].wake[1]);
		spsc_free(&b->worker[i].log);
	}
	for (unsigned i = 0; i < b->lanes; i++)
		lane_free(b->lane[i]);
	for (struct snapshot *s = b->newest, *older; s != NULL; s = older) {
		older = s->older;
		free(s);
	}
	close(b->note[0]);
	close(b->note[1]);
	free(b);
}

int
lb_fd(const struct lb *b)
{
	return b->note[0];
}

void
lb_calm(struct lb *b)
{
	empty(b->note[0]);
	for (unsigned i = 0; i < b->workers; i++)
		log_drain(&b->worker[i].log);
}

bool
lb_send(struct lb *b, unsigned lane, const struct mail *m)
{
	bool ok = spsc_put(&b->lane[lane]->in, m);

	poke(b->worker[lane % b->workers].wake[1]);
	return ok;
}

bool
lb_recv(struct lb *b, unsigned lane, struct mail *m)
{
	return spsc_get(&b->lane[lane]->out, m);
}

int
lb_publish(struct lb *b, const struct profile *p)
{
	struct mail m = { .op = MAIL_CONF };
	struct snapshot *s = seal(p, b->newest);
	int err = 0;

	if (s == NULL)
		return -E_NOMEM;
	b->newest = s;
	atomic_store_explicit(&b->current, s, memory_order_release);
	for (unsigned i = 0; i < b->lanes; i++)
		if (!lb_send(b, i, &m))
			err = -E_FULL;
	return err;
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
		for (struct snapshot *o = s->older, *older; o != NULL;
		    o = older) {	/* nobody can borrow these any more */
			older = o->older;
			free(o);
		}
		s->older = NULL;
		break;
	}
}
