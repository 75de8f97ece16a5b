/* pppoetest --monitor: samples of the daemon, until told. */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cmd/monitor.h"
#include "cmd/pppoetest.h"

static void
take(struct monitor *m, const struct pt_report *r)
{
	struct monitor_sample s = { .when = clock_now(),
	    .total = pt_num(r->governor, "total_sessions"),
	    .cpu = pt_num(r->governor, "cpu_usage"),
	    .active = pt_num(r->governor, "active_workers") };

	snprintf(s.reason, sizeof(s.reason), "%.47s",
	    pt_str(r->governor, "last_reason"));
	monitor_add(m, &s);
}

static void
console(const struct monitor *m, const struct pt_opts *o)
{
	struct txt t = { 0 };

	monitor_text(m, o->load.gen.interval, "Ctrl-C stops", &t);
	fputs(txt_str(&t), stdout);
	txt_free(&t);
}

static void
tell(const struct monitor *m, const struct pt_opts *o)
{
	const struct monitor_sample *s = monitor_newest(m);

	if (o->quiet)
		return;
	if (o->form == PT_CONSOLE)
		console(m, o);
	else if (o->form == PT_CSV)
		printf("%s,%lld,%lld,%lld,%lld\n", pt_iso(), s->total,
		    s->active, s->each, s->cpu);
	else if (o->form == PT_TAP)
		printf("ok %u - %lld sessions, %lld active workers\n", m->n,
		    s->total, s->active);
	else
		pt_put(json_pack("{s:s,s:s,s:I,s:I,s:I,s:I}", "type",
		    "interval", "timestamp", pt_iso(), "sessions",
		    (json_int_t)s->total, "active_workers",
		    (json_int_t)s->active, "sessions_per_worker",
		    (json_int_t)s->each, "cpu_usage", (json_int_t)s->cpu));
	fflush(stdout);
}

int
pt_monitor(struct face *f, const struct pt_opts *o)
{
	static struct monitor m;
	int code = PT_PASSED;

	pt_catch();
	if (o->form == PT_CSV && !o->quiet)
		printf("time,sessions,active_workers,sessions_per_worker,"
		    "cpu_usage\n");
	while (!pt_stop && code == PT_PASSED) {
		struct pt_report r = { 0 };

		code = pt_ask(f, o, "show governor json", &r.governor);
		if (code == PT_PASSED) {
			take(&m, &r);
			tell(&m, o);
		}
		pt_forget(&r);
		if (o->count != 0 && m.n >= o->count)
			break;
		if (code == PT_PASSED && !pt_stop)
			poll(NULL, 0, (int)o->load.gen.interval * 1000);
	}
	if (o->form == PT_TAP && !o->quiet)
		printf("1..%u\n", m.n);
	return pt_stop ? PT_PASSED : code;
}
