/* pppoetest: a load's progress and report. */
#include <stdio.h>
#include <string.h>

#include "cmd/pppoetest_load.h"
#include "cmd/pppoetest_opts.h"

static const char *const stage_name[] = { "set-up", "hold", "hang-up",
    "over" };

/* ---- figures ---- */

static double
ms(tstamp t)
{
	return (double)t / 1e6;
}

/* From the first PADI until the last session was up. */
static double
seconds(const struct peers_stats *st)
{
	return st->ever_up == 0 ? 0 : (double)(st->last - st->first) / 1e9;
}

static double
per_second(struct gen *g)
{
	const struct peers_stats *st = peers_stats(gen_peers(g));

	return seconds(st) <= 0 ? 0 : st->ever_up / seconds(st);
}

/* Sessions that are there or half there. */
static unsigned
left(const struct peers_stats *st)
{
	return st->up + st->pending + st->closing;
}

static bool
passed(const struct pt_run *r)
{
	return pt_load_passed(r) && (!r->watch.on || r->watch.passed);
}

/* ---- progress ---- */

static void
put_reasons(const struct peers_stats *st)
{
	for (int i = 0; i < WHY_COUNT; i++)
		if (st->why[i] != 0)
			fprintf(stderr, "         %u: %s\n", st->why[i],
			    why_text((enum why)i));
}

static void
tell_set_up(struct gen *g, const struct pt_opts *o)
{
	const struct peers_stats *st = peers_stats(gen_peers(g));
	const struct spread *h = &st->took[STEP_ALL];

	fprintf(stderr, "set up   %u of %u sessions in %.2f s: "
	    "%.0f sessions/s\n", st->ever_up, o->load.gen.peers.n,
	    seconds(st), per_second(g));
	fprintf(stderr, "PADI to all up, ms: p50 %.2f  p90 %.2f  p99 %.2f  "
	    "most %.2f\n", ms(spread_at(h, 500)), ms(spread_at(h, 900)),
	    ms(spread_at(h, 990)), ms(h->most));
	if (st->failed > 0)
		fprintf(stderr, "failed   %u\n", st->failed);
	put_reasons(st);
}

static void
tell_held(struct gen *g)
{
	const struct peers_stats *st = peers_stats(gen_peers(g));

	fprintf(stderr, "held     %u of %u sessions, %u lost, "
	    "%llu echoes answered\n", gen_up(g), gen_held(g), st->lost,
	    (unsigned long long)st->echoes);
	if (st->lost > 0)
		put_reasons(st);
}

static void
tell_stage(struct gen *g, struct pt_opts *o)
{
	const struct peers_stats *st = peers_stats(gen_peers(g));
	enum gen_stage s = gen_stage(g);
	struct pt_load *l = &o->load;

	if (s == GEN_SET_UP) {
		fprintf(stderr, "dialling %u sessions on %s\n",
		    l->gen.peers.n, l->gen.ifname);
		return;
	}
	if (!l->told_set_up)
		tell_set_up(g, o);
	l->told_set_up = true;
	if (s == GEN_HOLD) {
		fprintf(stderr, "holding  %u sessions for %u s\n", st->up,
		    l->gen.hold);
		return;
	}
	if (gen_held(g) > 0 && !l->told_held)
		tell_held(g);
	l->told_held = true;
	if (s == GEN_OVER)
		fprintf(stderr, "hung up  %u sessions, %u without an "
		    "answer\n", st->closed, st->unacked);
}

static void
tell_on(struct gen *g, const struct pt_opts *o)
{
	const struct peers_stats *st = peers_stats(gen_peers(g));

	fprintf(stderr, "%7.0f s %s: %u of %u up, %u under way, %u failed, "
	    "%u lost\n", (double)gen_age(g) / 1e9, stage_name[gen_stage(g)],
	    st->up, o->load.gen.peers.n, st->pending + st->closing,
	    st->failed, st->lost);
}

static json_t *
now_json(struct gen *g, const char *type)
{
	const struct peers_stats *st = peers_stats(gen_peers(g));

	return json_pack("{s:s,s:s,s:s,s:i,s:f,s:i,s:i,s:i,s:i,s:i,s:i}",
	    "type", type, "timestamp", pt_iso(), "stage",
	    stage_name[gen_stage(g)], "round", gen_round(g), "seconds",
	    (double)gen_age(g) / 1e9, "started", st->started, "up", st->up,
	    "pending", st->pending, "closing", st->closing, "failed",
	    st->failed, "lost", st->lost);
}

static void
tell_json(struct gen *g, const struct pt_opts *o, bool begins)
{
	const struct gen_conf *c = &o->load.gen;

	if (gen_stage(g) == GEN_OVER)
		return;			/* the report comes */
	if (begins && gen_stage(g) == GEN_SET_UP && gen_round(g) == 0)
		pt_put(json_pack("{s:s,s:s,s:s,s:s,s:i,s:i,s:i}", "type",
		    "test_start", "timestamp", pt_iso(), "test",
		    pt_mode_name(o->mode), "interface", c->ifname,
		    "sessions", c->peers.n, "rate", c->rate, "hold",
		    c->hold));
	else
		pt_put(now_json(g, "interval"));
	fflush(stdout);
}

void
pt_load_tell(struct pt_run *r, bool begins)
{
	struct pt_opts *o = r->o;

	if (o->quiet || o->no_stats)
		return;
	if (o->form == PT_JSONL)
		tell_json(r->g, o, begins);
	else if (o->level < PTV_INFO)
		return;
	else if (begins)
		tell_stage(r->g, o);
	else
		tell_on(r->g, o);
}

/* ---- the report ---- */

static double
loss(const struct traffic_stats *t)
{
	return t->sent == 0 ? 0 :
	    (double)(t->sent - t->received) * 100 / (double)t->sent;
}

static void
put_traffic(const struct traffic_stats *t, const struct traffic_conf *c)
{
	const struct spread *d = &t->delay;

	printf("Packets: %llu sent, %llu received (%.3f%% lost), "
	    "%llu out of order, %llu twice, %llu damaged\n",
	    (unsigned long long)t->sent, (unsigned long long)t->received,
	    loss(t), (unsigned long long)t->reordered,
	    (unsigned long long)t->twice, (unsigned long long)t->damaged);
	printf("%s, ms: min %.3f  p50 %.3f  p90 %.3f  p99 %.3f  max %.3f\n",
	    c->kind == TRAFFIC_PAIR ? "Delay one way" : "Round trip",
	    ms(d->least), ms(spread_at(d, 500)), ms(spread_at(d, 900)),
	    ms(spread_at(d, 990)), ms(d->most));
}

static json_t *
traffic_json(const struct traffic_stats *t, const struct traffic_conf *c)
{
	const struct spread *d = &t->delay;

	return json_pack("{s:s,s:i,s:I,s:I,s:f,s:I,s:I,s:I,s:f,s:f,s:f,s:f,"
	    "s:f,s:f,s:f}", "kind", c->kind == TRAFFIC_PAIR ? "pair" : "echo",
	    "size", c->size, "sent", (json_int_t)t->sent, "received",
	    (json_int_t)t->received, "loss_pct", loss(t), "reordered",
	    (json_int_t)t->reordered, "twice", (json_int_t)t->twice,
	    "damaged", (json_int_t)t->damaged, "min_ms", ms(d->least),
	    "mean_ms", ms(spread_mean(d)), "p50_ms", ms(spread_at(d, 500)),
	    "p90_ms", ms(spread_at(d, 900)), "p95_ms", ms(spread_at(d, 950)),
	    "p99_ms", ms(spread_at(d, 990)), "max_ms", ms(d->most));
}

static void
put_steps(const struct peers_stats *st)
{
	static const int w[] = { 14, 8, 9, 9, 9, 9, 9 };
	static const char head[][32] = { "Step", "Count", "Min ms", "p50 ms",
	    "p90 ms", "p99 ms", "Max ms" };

	pt_top(w, 7, head);
	for (int i = 0; i < STEPS; i++) {
		const struct spread *h = &st->took[i];
		const tstamp t[] = { h->least, spread_at(h, 500),
		    spread_at(h, 900), spread_at(h, 990), h->most };
		char cell[7][32];

		if (h->n == 0)
			continue;
		snprintf(cell[0], 32, "%s", peer_step_name((enum peer_step)i));
		snprintf(cell[1], 32, "%llu", (unsigned long long)h->n);
		for (int k = 0; k < 5; k++)
			snprintf(cell[2 + k], 32, "%.2f", ms(t[k]));
		pt_row(w, 7, cell);
	}
	pt_bottom(w, 7);
}

/* What benchmark asks of each step. */
static void
put_phases(const struct peers_stats *st)
{
	static const int w[] = { 14, 8, 9, 9, 9 };
	static const char head[][32] = { "Step", "Count", "Avg ms", "p95 ms",
	    "p99 ms" };

	pt_top(w, 5, head);
	for (int i = 0; i < STEPS; i++) {
		const struct spread *h = &st->took[i];
		char cell[5][32];

		if (h->n == 0)
			continue;
		snprintf(cell[0], 32, "%s", peer_step_name((enum peer_step)i));
		snprintf(cell[1], 32, "%llu", (unsigned long long)h->n);
		snprintf(cell[2], 32, "%.2f", ms(spread_mean(h)));
		snprintf(cell[3], 32, "%.2f", ms(spread_at(h, 950)));
		snprintf(cell[4], 32, "%.2f", ms(spread_at(h, 990)));
		pt_row(w, 5, cell);
	}
	pt_bottom(w, 5);
}

/* Mbit/s that came through the sessions; an echo comes twice. */
static double
throughput(struct gen *g, const struct gen_conf *c)
{
	const struct traffic_stats *t = gen_traffic(g);

	return t == NULL || c->hold == 0 ? 0 : (double)t->received *
	    c->traffic.size * 8 / c->hold / 1e6;
}

static void
put_benchmark(struct gen *g, const struct gen_conf *c)
{
	const struct traffic_stats *t = gen_traffic(g);

	put_phases(peers_stats(gen_peers(g)));
	if (t != NULL)
		printf("Throughput: %.1f Mbit/s, %.0f packets/s, %s\n"
		    "%s, ms: avg %.3f  p95 %.3f  p99 %.3f\n",
		    throughput(g, c), c->hold == 0 ? 0 :
		    (double)t->received / c->hold,
		    c->traffic.kind == TRAFFIC_ECHO ? "each way" : "one way",
		    c->traffic.kind == TRAFFIC_ECHO ? "Round trip" :
		    "Delay one way", ms(spread_mean(&t->delay)),
		    ms(spread_at(&t->delay, 950)),
		    ms(spread_at(&t->delay, 990)));
}

static void
console(const struct pt_run *r)
{
	static const char title[] = "PPPoE Load Test Report";
	const struct pt_opts *o = r->o;
	struct gen *g = r->g;
	const struct peers_stats *st = peers_stats(gen_peers(g));
	const struct gen_conf *c = &o->load.gen;
	char when[32];

	printf("%s\n", title);
	for (size_t i = 0; i < strlen(title); i++)
		printf("=");
	printf("\nHost: %s\nTime: %s\nInterface: %s\n", o->host,
	    pt_stamp("%F %T UTC", when, sizeof(when)), c->ifname);
	printf("Sessions: %u of %u set up in %.2f s (%.0f a second)\n",
	    st->ever_up, st->dials > c->peers.n ? st->dials : c->peers.n,
	    seconds(st), per_second(g));
	printf("  Failed: %u\n  Lost: %u\n", st->failed, st->lost);
	for (int i = 0; i < WHY_COUNT; i++)
		if (st->why[i] != 0)
			printf("    %u: %s\n", st->why[i],
			    why_text((enum why)i));
	if (o->mode == PT_BENCHMARK)
		put_benchmark(g, c);
	else
		put_steps(st);
	printf("Asked again: %llu\nRefused packets: %u\n"
	    "Shared addresses: %u\n", (unsigned long long)st->repeats,
	    st->refused, gen_shared(g));
	if (gen_held(g) > 0)
		printf("Held: %u of %u for %u s, %llu echoes answered\n",
		    gen_up(g), gen_held(g), c->hold,
		    (unsigned long long)st->echoes);
	if (gen_traffic(g) != NULL)
		put_traffic(gen_traffic(g), &c->traffic);
	if (!c->die)
		printf("Hung up: %u (%u without an answer), left: %u\n",
		    st->closed, st->unacked, left(st));
	pt_watch_console(r);
	printf("Result: %s\n", passed(r) ? "PASSED" :
	    pt_stop != 0 ? "FAILED (interrupted)" : "FAILED");
}

static json_t *
steps_json(const struct peers_stats *st)
{
	json_t *all = json_object();

	for (int i = 0; i < STEPS; i++) {
		const struct spread *h = &st->took[i];

		if (h->n == 0)
			continue;
		json_object_set_new(all, peer_step_name((enum peer_step)i),
		    json_pack("{s:I,s:f,s:f,s:f,s:f,s:f,s:f,s:f}", "count",
		    (json_int_t)h->n, "min_ms", ms(h->least), "mean_ms",
		    ms(spread_mean(h)), "p50_ms", ms(spread_at(h, 500)),
		    "p90_ms", ms(spread_at(h, 900)), "p95_ms",
		    ms(spread_at(h, 950)), "p99_ms", ms(spread_at(h, 990)),
		    "max_ms", ms(h->most)));
	}
	return all;
}

static json_t *
reasons_json(const struct peers_stats *st)
{
	json_t *why = json_object();

	for (int i = 0; i < WHY_COUNT; i++)
		if (st->why[i] != 0)
			json_object_set_new(why, why_name((enum why)i),
			    json_integer(st->why[i]));
	return why;
}

static void
json(const struct pt_run *r)
{
	const struct pt_opts *o = r->o;
	struct gen *g = r->g;
	const struct peers_stats *st = peers_stats(gen_peers(g));
	const struct spread *h = &st->took[STEP_ALL];
	struct io_stats io;
	json_t *v;

	gen_io(g, &io);
	v = json_pack("{s:s,s:s,s:s,s:i,s:i,s:i,s:i,s:i,s:f,s:f,s:f,s:f,s:f}",
	    "type", "test_complete", "timestamp", pt_iso(),
	    "test", pt_mode_name(o->mode), "sessions",
	    o->load.gen.peers.n, "dials",
	    st->dials, "up", st->ever_up, "failed", st->failed, "lost",
	    st->lost, "sessions_per_second", per_second(g), "p50_ms",
	    ms(spread_at(h, 500)), "p90_ms", ms(spread_at(h, 900)), "p99_ms",
	    ms(spread_at(h, 990)), "most_ms", ms(h->most));
	json_object_update_new(v, json_pack("{s:I,s:i,s:i,s:i,s:i,s:I,s:i,"
	    "s:i,s:i,s:i,s:I,s:I,s:I}", "asked_again",
	    (json_int_t)st->repeats, "refused", st->refused,
	    "shared_addresses", gen_shared(g), "held", gen_up(g),
	    "hold_seconds", o->load.gen.hold, "echoes",
	    (json_int_t)st->echoes, "closed", st->closed, "unacknowledged",
	    st->unacked, "left", left(st),
	    "strays", st->strays, "frames_in", (json_int_t)st->in,
	    "frames_out", (json_int_t)st->out, "frames_dropped_here",
	    (json_int_t)(io.kernel_drops + io.send_full)));
	json_object_set_new(v, "why", reasons_json(st));
	json_object_set_new(v, "steps", steps_json(st));
	if (gen_traffic(g) != NULL)
		json_object_set_new(v, "traffic", traffic_json(
		    gen_traffic(g), &o->load.gen.traffic));
	if (o->mode == PT_BENCHMARK)
		json_object_set_new(v, "mbit_per_second",
		    json_real(throughput(g, &o->load.gen)));
	pt_watch_json(r, v);
	json_object_set_new(v, "status", json_string(pt_result(passed(r))));
	pt_put(v);
}

static void
csv(const struct peers_stats *st)
{
	printf("step,count,min_ms,p50_ms,p90_ms,p99_ms,max_ms\n");
	for (int i = 0; i < STEPS; i++) {
		const struct spread *h = &st->took[i];

		printf("%s,%llu,%.3f,%.3f,%.3f,%.3f,%.3f\n",
		    peer_step_name((enum peer_step)i),
		    (unsigned long long)h->n, ms(h->least),
		    ms(spread_at(h, 500)), ms(spread_at(h, 900)),
		    ms(spread_at(h, 990)), ms(h->most));
	}
}

static void
csv_benchmark(const struct pt_run *r)
{
	const struct peers_stats *st = peers_stats(gen_peers(r->g));

	printf("step,count,avg_ms,p95_ms,p99_ms\n");
	for (int i = 0; i < STEPS; i++) {
		const struct spread *h = &st->took[i];

		printf("%s,%llu,%.3f,%.3f,%.3f\n",
		    peer_step_name((enum peer_step)i),
		    (unsigned long long)h->n, ms(spread_mean(h)),
		    ms(spread_at(h, 950)), ms(spread_at(h, 990)));
	}
}

static void
tap(const struct pt_run *r)
{
	const struct peers_stats *st = peers_stats(gen_peers(r->g));
	const struct traffic_stats *t = gen_traffic(r->g);
	unsigned n = st->dials, shared = gen_shared(r->g);
	struct pt_tap all = { .n = 0 };

	if (n < r->o->load.gen.peers.n)
		n = r->o->load.gen.peers.n;
	pt_tap(&all, st->ever_up == n, "%u of %u set-ups came up",
	    st->ever_up, n);
	pt_tap(&all, st->lost == 0, "%u of %u sessions were lost", st->lost,
	    st->ever_up);
	pt_tap(&all, shared == 0, "%u of %u addresses are shared", shared,
	    gen_up(r->g));
	pt_tap(&all, left(st) == 0 || r->o->load.gen.die,
	    "%u of %u sessions are left", left(st), st->ever_up);
	if (t != NULL)
		pt_tap(&all, pt_traffic_passed(r), "%.3f%% of packets were "
		    "lost, %llu damaged", loss(t),
		    (unsigned long long)t->damaged);
	pt_watch_tap(r, &all);
	pt_tap_end(&all);
}

static void
put_csv(const struct pt_run *r)
{
	if (r->o->mode == PT_ACCURACY || r->o->mode == PT_AFFINITY)
		pt_watch_csv(r);
	else if (r->o->mode == PT_BENCHMARK)
		csv_benchmark(r);
	else
		csv(peers_stats(gen_peers(r->g)));
}

void
pt_load_report(const struct pt_run *r)
{
	switch (r->o->form) {
	case PT_JSON: case PT_JSONL: json(r); break;
	case PT_CSV: put_csv(r); break;
	case PT_TAP: tap(r); break;
	default: console(r); break;
	}
	fflush(stdout);
}
