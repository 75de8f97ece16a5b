/*
 * Flow statistics into files. Each `set flows` is a job with tables, rings,
 * a thread and files of its own; the one before ends once no lane has its
 * tables any more.
 */
#include "ctl/flowlog.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "base/rng.h"
#include "crypto/hash.h"
#include "ctl/outfile.h"

#define BATCH		256u		/* rows of one write */
#define BUSY_MS		20		/* from one look to the next: rows */
#define IDLE_MS		200		/* came, or none */
#define NAME		(FLOW_PATH + 11) /* with .4294967295 */

struct job {
	struct flows flows;
	struct flow_conf conf;
	struct anon anon;
	struct outthread thread;
	struct job *older;		/* owner */
	bool	 told;			/* control's: the log has heard why */
	/* The thread's once it runs: */
	int	 fd;			/* -1: nothing more is written */
	int64_t	 wall;
	tstamp	 turn_at;		/* the next file */
	struct out_table *ot;		/* owner; of this batch */
	char	 why[FLOW_WHY];		/* before bad is set */
	bool	 again;			/* the next file is this one, empty */
	/* Of both: */
	_Atomic bool bad, last, done;	/* last: no file after the first */
	_Atomic uint64_t written, lost;
	_Atomic unsigned files;
};

struct flowlog {
	struct job *now;		/* owner; with all before it */
	struct job *next;		/* owner; between ready and go */
	uint32_t serial;
	uint8_t	 key[ANON_KEY];		/* of this run of the program */
	bool	 may_run;
};

/* Names of files change: one job's thread at a time. */
static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- files ---- */

static bool
is_flows(const uint8_t *head, size_t n)
{
	static const char csv[] = "first,last,durat", json[] = "{\"first\":";

	return n == 0 ||
	    (n >= sizeof(csv) - 1 && memcmp(head, csv, sizeof(csv) - 1)
	    == 0) ||
	    (n >= sizeof(json) - 1 && memcmp(head, json, sizeof(json) - 1)
	    == 0);
}

static const struct outfile_kind kind = { "file of flows", is_flows };

static void
fail(struct job *j, const char *why)
{
	if (atomic_load(&j->bad))
		return;
	snprintf(j->why, sizeof(j->why), "%s", why);
	atomic_store(&j->bad, true);
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
}

static bool
put(struct job *j, const char *p, size_t n)
{
	while (n > 0 && j->fd >= 0) {
		ssize_t done = write(j->fd, p, n);

		if (done > 0) {
			p += done;
			n -= (size_t)done;
		} else if (done == 0 || errno != EINTR) {
			fail(j, strerror(done == 0 ? ENOSPC : errno));
		}
	}
	return n == 0;
}

/* The rows of this batch; in CSV the heads stand at the file's begin. */
static void
put_batch(struct job *j, bool heads)
{
	struct txt t = { 0 };
	size_t rows = out_table_rows(j->ot), skip = 0;

	out_table_put(j->ot, j->conf.csv ? OUT_CSV : OUT_JSONL, &t);
	if (j->conf.csv && !heads)
		skip = strcspn(txt_str(&t), "\n") + 1;
	if (!t.lost && t.n >= skip && put(j, txt_str(&t) + skip,
	    t.n - skip))
		atomic_fetch_add(&j->written, rows);
	else
		atomic_fetch_add(&j->lost, rows);
	txt_free(&t);
	out_table_free(j->ot);
	j->ot = NULL;
}

static void
name_of(const struct flow_conf *c, unsigned i, char name[NAME])
{
	if (i == 0)
		snprintf(name, NAME, "%s", c->path);
	else
		snprintf(name, NAME, "%s.%u", c->path, i);
}

/* FILE becomes FILE.1, that becomes FILE.2, the oldest is gone. */
static int
shift(const struct flow_conf *c, char *why, size_t n)
{
	char from[NAME], to[NAME];
	int err = 0;

	for (unsigned i = c->keep; i > 0 && err == 0; i--) {
		name_of(c, i - 1, from);
		name_of(c, i, to);
		err = outfile_fits(to, &kind, why, n);
		if (err == 0 && rename(from, to) < 0 && errno != ENOENT) {
			snprintf(why, n, "%s: %s", to, strerror(errno));
			err = -E_SYS;
		}
	}
	return err;
}

static tstamp
turn_after(const struct flow_conf *c, tstamp now)
{
	return now + SEC(c->secs) - SEC((uint64_t)clock_wall() % c->secs);
}

/* A new file, unless the one that is open has nothing in it. */
static bool
new_file(struct job *j, char *why, size_t n)
{
	struct stat st;

	if (j->fd >= 0 && fstat(j->fd, &st) == 0 && st.st_size == 0) {
		j->again = atomic_load(&j->files) > 0;
		return true;
	}
	j->again = false;
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	if (shift(&j->conf, why, n) < 0)
		return false;
	j->fd = outfile_open(j->conf.path, &kind, why, n);
	if (j->fd < 0 || ftruncate(j->fd, 0) == 0)
		return j->fd >= 0;
	snprintf(why, n, "%s", strerror(errno));
	return false;
}

static void
begin_file(struct job *j)
{
	char why[FLOW_WHY] = "";

	j->turn_at = turn_after(&j->conf, clock_now());
	j->wall = clock_epoch();
	if (atomic_load(&j->bad))
		return;
	if (!new_file(j, why, sizeof(why))) {
		fail(j, why);
		return;
	}
	if (j->again)
		return;
	atomic_fetch_add(&j->files, 1);
	j->ot = out_table_new(flow_cols, flow_cols_n);
	put_batch(j, true);
}

/* ---- the thread ---- */

static void
turn(struct job *j)
{
	pthread_mutex_lock(&turn_lock);
	if (!atomic_load(&j->last) || atomic_load(&j->files) == 0)
		begin_file(j);
	pthread_mutex_unlock(&turn_lock);
}

static void
add(struct job *j, const struct flow_row *r)
{
	if (j->ot == NULL)
		j->ot = out_table_new(flow_cols, flow_cols_n);
	flow_put(j->ot, r, j->wall, j->conf.anonymous ? &j->anon : NULL);
	if (out_table_rows(j->ot) >= BATCH)
		put_batch(j, false);
}

static bool
drain(struct job *j)
{
	struct flow_row r;
	bool some = false;

	for (unsigned i = 0; i < j->flows.lanes; i++)
		while (spsc_get(&j->flows.ring[i], &r)) {
			add(j, &r);
			some = true;
		}
	if (j->ot != NULL)
		put_batch(j, false);
	return some;
}

/* No lane has the tables any more. */
static void
rest(struct job *j)
{
	struct flow_row r;

	drain(j);
	for (unsigned i = 0; i < j->flows.lanes; i++) {
		const struct flow_table *t = &j->flows.table[i];

		for (uint32_t k = 0; k < flow_table_size(t); k++) {
			if (!flow_read(t, k, &r))
				continue;
			r.end = FLOW_OFF;
			add(j, &r);
		}
	}
	if (j->ot != NULL)
		put_batch(j, false);
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
}

static void *
job_main(void *arg)
{
	struct job *j = arg;
	struct pollfd stop = { .fd = j->thread.stop[0], .events = POLLIN };
	bool busy = false;

	turn(j);
	while (!atomic_load(&j->flows.idle) &&
	    poll(&stop, 1, busy ? BUSY_MS : IDLE_MS) <= 0) {
		busy = drain(j);
		if (clock_now() >= j->turn_at)
			turn(j);
	}
	rest(j);
	atomic_store(&j->done, true);
	return NULL;
}

/* ---- control ---- */

struct flowlog *
flowlog_new(void)
{
	struct flowlog *fl = calloc(1, sizeof(*fl));
	struct rng rng;

	if (fl == NULL)
		return NULL;
	rng_system(&rng);
	rng_fill(&rng, fl->key, sizeof(fl->key));
	return fl;
}

static void
job_free(struct job *j)
{
	if (j == NULL)
		return;
	outthread_stop(&j->thread);
	if (j->fd >= 0)
		close(j->fd);
	flows_free(&j->flows);
	ct_wipe(&j->anon, sizeof(j->anon));
	free(j);
}

static struct job *
job_new(const struct flowlog *fl, const struct profile *p, unsigned lanes)
{
	size_t n = (sizeof(struct job) + 63) & ~(size_t)63;
	struct job *j = aligned_alloc(64, n);
	uint8_t key[ANON_KEY];

	if (j == NULL)
		return NULL;
	memset(j, 0, n);
	j->fd = -1;
	j->conf = p->flows;
	memcpy(key, fl->key, sizeof(key));
	if (p->flow_key[0] != '\0')
		hash_one(HASH_SHA256, p->flow_key, strlen(p->flow_key), key);
	anon_init(&j->anon, key);
	ct_wipe(key, sizeof(key));
	if (flows_make(&j->flows, lanes, p->flows.max) < 0) {
		job_free(j);
		return NULL;
	}
	return j;
}

void
flowlog_free(struct flowlog *fl)
{
	flowlog_cancel(fl);
	while (fl->now != NULL) {
		struct job *older = fl->now->older;

		job_free(fl->now);
		fl->now = older;
	}
	ct_wipe(fl->key, sizeof(fl->key));
	free(fl);
}

int
flowlog_ready(struct flowlog *fl, const struct profile *p, unsigned lanes,
    char *why, size_t n)
{
	char text[FLOW_WHY], name[NAME];
	int err = 0, fd;

	if (p->flows.serial == fl->serial || p->flows.path[0] == '\0')
		return 0;
	for (unsigned i = 1; i <= p->flows.keep && err == 0; i++) {
		name_of(&p->flows, i, name);
		err = outfile_fits(name, &kind, text, sizeof(text));
	}
	fd = err == 0 ? outfile_open(p->flows.path, &kind, text,
	    sizeof(text)) : -1;
	if (fd < 0) {
		snprintf(why, n, "set flows: %s", text);
		return -E_DENIED;
	}
	fl->next = job_new(fl, p, lanes);
	if (fl->next != NULL) {
		fl->next->fd = fd;
		return 0;
	}
	close(fd);
	snprintf(why, n, "out of memory for %u flows", p->flows.max);
	return -E_NOMEM;
}

struct flows *
flowlog_flows(struct flowlog *fl, const struct profile *p)
{
	struct job *j = p->flows.serial == fl->serial ? fl->now : fl->next;

	return j != NULL && p->flows.path[0] != '\0' ? &j->flows : NULL;
}

void
flowlog_cancel(struct flowlog *fl)
{
	job_free(fl->next);
	fl->next = NULL;
}

static void
start(struct job *j)
{
	if (outthread_start(&j->thread, "ppp: flows", job_main, j) < 0)
		fail(j, strerror(errno));
}

void
flowlog_go(struct flowlog *fl, const struct profile *p)
{
	struct job *j = fl->next;

	if (p->flows.serial == fl->serial)
		return;
	fl->serial = p->flows.serial;
	if (fl->now != NULL)
		atomic_store(&fl->now->last, true);
	if (j == NULL)
		return;
	j->older = fl->now;
	fl->now = j;
	fl->next = NULL;
	if (fl->may_run)
		start(j);
	log_put(LOG_PHASE, "Flow statistics into %s", j->conf.path);
}

int
flowlog_run(struct flowlog *fl)
{
	fl->may_run = true;
	if (fl->now != NULL && !fl->now->thread.runs)
		start(fl->now);
	return fl->now != NULL && atomic_load(&fl->now->bad) ? -E_SYS : 0;
}

void
flowlog_tick(struct flowlog *fl)
{
	struct job **at = &fl->now, *j;

	while ((j = *at) != NULL) {
		if (atomic_load(&j->bad) && !j->told) {
			j->told = true;
			log_put(LOG_WARN_, "Flow statistics into %s have "
			    "ended: %s", j->conf.path, j->why);
		}
		if (atomic_load(&j->done) || (!j->thread.runs &&
		    atomic_load(&j->flows.idle))) {
			*at = j->older;
			job_free(j);
		} else {
			at = &j->older;
		}
	}
}

/* ---- what there is ---- */

/* NULL: off, or still being written. */
static struct job *
current(struct flowlog *fl)
{
	return fl->now != NULL && !atomic_load(&fl->now->last) ? fl->now :
	    NULL;
}

void
flowlog_view(struct flowlog *fl, struct flow_view *v)
{
	struct job *j = current(fl);

	memset(v, 0, sizeof(*v));
	if (j == NULL)
		return;
	v->on = true;
	v->conf = j->conf;
	if (atomic_load(&j->bad))
		memcpy(v->bad, j->why, sizeof(v->bad));
	for (unsigned i = 0; i < j->flows.lanes; i++) {
		const struct flow_table *t = &j->flows.table[i];
		uint64_t ended = atomic_load(&t->ended);

		v->begun += atomic_load(&t->begun);
		v->live += atomic_load(&t->begun) - ended;
		v->replaced += atomic_load(&t->replaced);
		v->lost += atomic_load(&t->lost);
		v->room += flow_table_size(t);
		v->octets += flow_table_octets(j->conf.max);
	}
	v->written = atomic_load(&j->written);
	v->lost += atomic_load(&j->lost);
	v->files = atomic_load(&j->files);
}

void
flowlog_each(struct flowlog *fl, flow_row_fn *fn, void *arg)
{
	struct job *j = current(fl);
	struct flow_row r;

	for (unsigned i = 0; j != NULL && i < j->flows.lanes; i++) {
		const struct flow_table *t = &j->flows.table[i];

		for (uint32_t k = 0; k < flow_table_size(t); k++)
			if (flow_read(t, k, &r) && !fn(&r, arg))
				return;
	}
}
