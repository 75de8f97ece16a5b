/* pppoetest --monitor: the same few numbers again and again, and before. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/face_conn.h"
#include "cmd/pppoetest.h"

#define SAMPLES		512
#define UP	"\u2191"
#define DOWN	"\u2193"

struct sample {
	tstamp	 when;
	long long total, active, each, cpu;
	char	 reason[48];		/* the governor's last */
};

struct monitor {
	struct sample s[SAMPLES];	/* a ring */
	unsigned n;			/* taken so far */
};

static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static const struct sample *
newest(const struct monitor *m)
{
	return &m->s[(m->n - 1) % SAMPLES];
}

/* The youngest that is at least @secs old; NULL: there is none. */
static const struct sample *
before(const struct monitor *m, unsigned secs)
{
	tstamp limit = newest(m)->when - SEC(secs) + MSEC(200);

	for (unsigned k = 1; k < m->n && k < SAMPLES; k++) {
		const struct sample *s = &m->s[(m->n - 1 - k) % SAMPLES];

		if (s->when <= limit)
			return s;
	}
	return NULL;
}

static void
take(struct monitor *m, const struct pt_report *r)
{
	struct sample *s = &m->s[m->n++ % SAMPLES];
	const json_t *w;
	size_t i;

	memset(s, 0, sizeof(*s));
	s->when = clock_now();
	s->total = pt_num(r->governor, "total_sessions");
	s->cpu = pt_num(r->governor, "cpu_usage");
	json_array_foreach(r->workers, i, w)
		s->active += strcmp(pt_str(w, "state"), "ACTIVE") == 0;
	if (s->active > 0)
		s->each = (s->total + s->active / 2) / s->active;
	snprintf(s->reason, sizeof(s->reason), "%.47s",
	    pt_str(r->governor, "last_reason"));
}

static void
put_row(const char *name, const struct sample *const s[4], size_t off,
    const char *unit)
{
	static const int w[] = { 21, 10, 10, 10, 10 };
	char cell[5][32];

	snprintf(cell[0], 32, "%s", name);
	for (int i = 0; i < 4; i++) {
		long long v = 0;

		if (s[i] != NULL)
			memcpy(&v, (const char *)s[i] + off, sizeof(v));
		if (s[i] != NULL)
			snprintf(cell[i + 1], 32, "%lld%s", v, unit);
		else
			snprintf(cell[i + 1], 32, "-");
	}
	pt_row(w, 5, cell);
}

static void
put_changes(const struct sample *now, const struct sample *last,
    const struct sample *old)
{
	if (last == NULL || (last->active == now->active &&
	    (old == NULL || old->total == now->total)))
		return;
	printf("Changes detected:\n");
	if (last->active != now->active)
		printf("  %s Workers: %lld -> %lld (%s)\n",
		    now->active > last->active ? UP : DOWN, last->active,
		    now->active, now->reason[0] != '\0' ? now->reason :
		    "by command");
	if (old != NULL && old->total != now->total)
		printf("  %s Sessions: %lld -> %lld over 5 minutes\n",
		    now->total > old->total ? UP : DOWN, old->total,
		    now->total);
}

static void
console(const struct monitor *m, unsigned interval)
{
	static const int w[] = { 21, 10, 10, 10, 10 };
	const struct sample *s[4] = { newest(m), before(m, interval),
	    before(m, 30), before(m, 300) };
	char head[5][32] = { "Metric", "Now", "", "30s ago", "5m ago" };
	char when[32];

	snprintf(head[2], 32, "%us ago", interval);
	printf("%s (Ctrl-C stops)\n", pt_stamp("%F %T UTC", when,
	    sizeof(when)));
	pt_top(w, 5, head);
	put_row("Total Sessions", s, offsetof(struct sample, total), "");
	put_row("Active Workers", s, offsetof(struct sample, active), "");
	put_row("Sessions/Worker (avg)", s, offsetof(struct sample, each), "");
	put_row("CPU Usage (avg)", s, offsetof(struct sample, cpu), "%");
	pt_bottom(w, 5);
	put_changes(s[0], s[1], s[3]);
}

static void
tell(const struct monitor *m, const struct pt_opts *o)
{
	const struct sample *s = newest(m);
	char when[32];

	if (o->quiet)
		return;
	if (o->form == PT_CONSOLE)
		console(m, o->load.gen.interval);
	else if (o->form == PT_CSV)
		printf("%s,%lld,%lld,%lld,%lld\n", pt_stamp("%FT%TZ", when,
		    sizeof(when)), s->total, s->active, s->each, s->cpu);
	else
		pt_put(json_pack("{s:s,s:s,s:I,s:I,s:I,s:I}", "type",
		    "interval", "timestamp", pt_stamp("%FT%TZ", when,
		    sizeof(when)), "sessions", (json_int_t)s->total,
		    "active_workers", (json_int_t)s->active,
		    "sessions_per_worker", (json_int_t)s->each, "cpu_usage",
		    (json_int_t)s->cpu));
	fflush(stdout);
}

int
pt_monitor(struct face *f, const struct pt_opts *o)
{
	struct sigaction sa = { .sa_handler = on_signal };
	static struct monitor m;
	int code = PT_PASSED;

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (o->form == PT_CSV && !o->quiet)
		printf("time,sessions,active_workers,sessions_per_worker,"
		    "cpu_usage\n");
	while (!stop && code == PT_PASSED) {
		struct pt_report r = { 0 };

		code = pt_ask_all(f, &r);
		if (code == PT_PASSED) {
			take(&m, &r);
			tell(&m, o);
		}
		pt_forget(&r);
		if (o->count != 0 && m.n >= o->count)
			break;
		if (code == PT_PASSED && !stop)
			poll(NULL, 0, (int)o->load.gen.interval * 1000);
	}
	return stop ? PT_PASSED : code;
}
