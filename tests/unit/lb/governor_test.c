/*
 * The governor in virtual time: every timeline of its specification by name,
 * and what must hold at any load.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "lb/governor.h"

#define CPUS 8u

struct sim {
	struct governor g;
	struct governor_conf c;
	struct gov_gauges in;
	struct gov_out out;
	tstamp	 now;
	unsigned ups, downs, cancels, removed, warned, emptied;
};

/* Settings of the auto-scaling example; @n workers at 00:00. */
static void
begin(struct sim *s, unsigned n)
{
	memset(s, 0, sizeof(*s));
	s->c = (struct governor_conf){ .enabled = true, .min = 2,
	    .cpu_high = 80, .cpu_low = 30, .sessions = 500, .poll_secs = 5,
	    .up_secs = 10, .down_secs = 60, .drain_secs = 30 };
	s->in.cpus = CPUS;
	s->now = SEC(1000);
	gov_init(&s->g, n, GOV_WORKERS, s->now);
}

static void
tally(struct sim *s)
{
	for (int i = 0; i < s->out.n; i++)
		switch ((enum gov_op)s->out.act[i].op) {
		case GOV_CREATE:
			s->ups++;
			break;
		case GOV_DRAIN:
			s->downs++;
			break;
		case GOV_ACTIVATE:
			s->cancels++;
			break;
		case GOV_REMOVE:
			s->removed++;
			break;
		case GOV_EMPTY:
			s->emptied++;
			break;
		case GOV_WARN_MAX:
			s->warned++;
			break;
		}
}

/* One second at a time until mm:ss after the start, CPU as given. */
static void
until(struct sim *s, unsigned mm, unsigned ss, unsigned cpu)
{
	tstamp end = SEC(1000) + SEC(mm * 60 + ss);

	s->in.cpu = cpu;
	while (s->now < end) {
		s->now += SEC(1);
		gov_poll(&s->g, &s->c, &s->in, s->now, &s->out);
		tally(s);
	}
}

static void
poll_now(struct sim *s, unsigned cpu)
{
	s->in.cpu = cpu;
	gov_poll(&s->g, &s->c, &s->in, s->now, &s->out);
	tally(s);
}

static void
want(const struct sim *s, unsigned current, unsigned active,
    unsigned draining)
{
	struct gov_count n = gov_count(&s->g);

	ATF_CHECK_EQ_MSG(current, n.current, "current %u, want %u",
	    n.current, current);
	ATF_CHECK_EQ_MSG(active, n.active, "active %u, want %u", n.active,
	    active);
	ATF_CHECK_EQ_MSG(draining, n.draining, "draining %u, want %u",
	    n.draining, draining);
}

#define WANT_LAST(s, d, r) do {						\
	ATF_CHECK_STREQ((d), gov_decision_name((s)->g.last));		\
	ATF_CHECK_STREQ((r), gov_reason_name((s)->g.why));		\
} while (0)

ATF_TC_WITHOUT_HEAD(timeline_12_1_scaling);
ATF_TC_BODY(timeline_12_1_scaling, tc)
{
	struct sim s;

	begin(&s, 2);
	poll_now(&s, 15);
	want(&s, 2, 2, 0);
	until(&s, 0, 14, 15);
	want(&s, 2, 2, 0);
	until(&s, 0, 15, 85);
	want(&s, 3, 3, 0);
	WANT_LAST(&s, "scale_up", "cpu_high");
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[2].state);
	s.in.sessions[0] = s.in.sessions[1] = 20;
	s.in.sessions[2] = 5;
	until(&s, 0, 55, 70);
	want(&s, 3, 3, 0);
	until(&s, 1, 0, 18);
	want(&s, 3, 2, 1);
	WANT_LAST(&s, "scale_down", "cpu_low");
	ATF_CHECK_EQ(WORKER_DRAINING, s.g.w[2].state);
	s.in.sessions[2] = 0;
	until(&s, 1, 29, 18);
	want(&s, 3, 2, 0);
	ATF_CHECK_EQ(WORKER_PENDING, s.g.w[2].state);
	until(&s, 1, 30, 18);
	want(&s, 2, 2, 0);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[0].state);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[1].state);
	ATF_CHECK_EQ(WORKER_NONE, s.g.w[2].state);
}

/* 3 workers of which one more went 50 s ago, at 09:10. */
static void
heart(struct sim *s)
{
	begin(s, 3);
	s->in.sessions[0] = s->in.sessions[1] = 40;
	s->in.sessions[2] = 7;
	poll_now(s, 50);
	until(s, 9, 10, 50);
	s->g.last_down = s->now;
	until(s, 10, 0, 15);
	want(s, 3, 3, 0);
	until(s, 10, 9, 12);
	want(s, 3, 3, 0);
	until(s, 10, 10, 12);
	want(s, 3, 2, 1);
	ATF_CHECK_EQ(WORKER_DRAINING, s->g.w[2].state);
	until(s, 10, 20, 12);
	until(s, 10, 25, 85);
}

ATF_TC_WITHOUT_HEAD(timeline_12_2_change_of_heart);
ATF_TC_BODY(timeline_12_2_change_of_heart, tc)
{
	struct sim s;

	heart(&s);
	want(&s, 4, 4, 0);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[2].state);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[3].state);
	ATF_CHECK_EQ(1, s.cancels);
	ATF_CHECK_EQ(1, s.ups);
	ATF_CHECK_EQ(GOV_SCALE_UP, gov_event(&s.g, 0)->decision);
	ATF_CHECK_EQ(3, gov_event(&s.g, 0)->worker);
	ATF_CHECK_EQ(GOV_CANCEL_DRAIN, gov_event(&s.g, 1)->decision);
	ATF_CHECK_EQ(2, gov_event(&s.g, 1)->worker);
	ATF_CHECK_EQ(85, gov_event(&s.g, 1)->cpu);
	ATF_CHECK_EQ(87, gov_event(&s.g, 1)->sessions);
}

ATF_TC_WITHOUT_HEAD(timeline_12_2_cancel_only);
ATF_TC_BODY(timeline_12_2_cancel_only, tc)
{
	struct sim s;

	begin(&s, 3);
	s.c.cancel_only = true;
	s.in.sessions[0] = s.in.sessions[1] = 40;
	s.in.sessions[2] = 7;
	poll_now(&s, 50);
	until(&s, 0, 10, 12);
	want(&s, 3, 2, 1);
	until(&s, 0, 24, 85);	/* polled once */
	want(&s, 3, 3, 0);
	WANT_LAST(&s, "cancel_drain", "cpu_high");
}

/* An empty worker, too, comes back until it is removed. */
ATF_TC_WITHOUT_HEAD(change_of_heart_of_a_pending_one);
ATF_TC_BODY(change_of_heart_of_a_pending_one, tc)
{
	struct sim s;

	begin(&s, 3);
	until(&s, 0, 20, 12);
	ATF_CHECK_EQ(WORKER_PENDING, s.g.w[2].state);
	until(&s, 0, 25, 85);
	want(&s, 4, 4, 0);
	ATF_CHECK_EQ(0, s.removed);
}

ATF_TC_WITHOUT_HEAD(timeline_12_3_first);
ATF_TC_BODY(timeline_12_3_first, tc)
{
	struct sim s;

	begin(&s, 2);
	s.c.cpu_low = 20;
	s.c.up_secs = 5;
	s.c.max = 4;
	poll_now(&s, 15);
	until(&s, 0, 5, 45);
	want(&s, 2, 2, 0);
	until(&s, 0, 14, 45);
	until(&s, 0, 15, 82);
	want(&s, 3, 3, 0);
	s.in.sessions[0] = s.in.sessions[1] = 9;
	s.in.sessions[2] = 1;
	until(&s, 0, 30, 75);
	until(&s, 0, 55, 75);
	want(&s, 3, 3, 0);
	until(&s, 1, 0, 18);
	until(&s, 1, 5, 15);
	want(&s, 3, 2, 1);
	s.in.sessions[2] = 0;
	until(&s, 1, 35, 15);
	want(&s, 2, 2, 0);
}

ATF_TC_WITHOUT_HEAD(timeline_12_3_second);
ATF_TC_BODY(timeline_12_3_second, tc)
{
	struct sim s;

	begin(&s, 2);
	s.c.up_secs = 5;
	s.c.max = 4;
	poll_now(&s, 81);
	want(&s, 3, 3, 0);
	until(&s, 0, 5, 81);
	want(&s, 4, 4, 0);
	until(&s, 0, 26, 99);
	want(&s, 4, 4, 0);
	ATF_CHECK_EQ(4, s.warned);	/* 10, 15, 20, 25 s: once an interval */
}

ATF_TC_WITHOUT_HEAD(gov_01_cpu_high_scales_up);
ATF_TC_BODY(gov_01_cpu_high_scales_up, tc)
{
	struct sim s;

	begin(&s, 2);
	poll_now(&s, 90);
	want(&s, 3, 3, 0);
	WANT_LAST(&s, "scale_up", "cpu_high");
}

ATF_TC_WITHOUT_HEAD(gov_02_cpu_low_drains_one);
ATF_TC_BODY(gov_02_cpu_low_drains_one, tc)
{
	struct sim s;

	begin(&s, 4);
	s.in.sessions[0] = 10;
	s.in.sessions[1] = 2;
	s.in.sessions[2] = 8;
	s.in.sessions[3] = 9;
	poll_now(&s, 20);
	want(&s, 4, 3, 1);
	ATF_CHECK_EQ(WORKER_DRAINING, s.g.w[1].state);
	until(&s, 0, 59, 20);		/* one drain at a time */
	want(&s, 4, 3, 1);
}

ATF_TC_WITHOUT_HEAD(gov_02_of_equals_the_highest_id);
ATF_TC_BODY(gov_02_of_equals_the_highest_id, tc)
{
	struct sim s;

	begin(&s, 4);
	for (int i = 0; i < 4; i++)
		s.in.sessions[i] = 3;
	poll_now(&s, 20);
	ATF_CHECK_EQ(WORKER_DRAINING, s.g.w[3].state);
}

/* At the minimum a high CPU scales up all the same. */
ATF_TC_WITHOUT_HEAD(gov_03_at_the_minimum);
ATF_TC_BODY(gov_03_at_the_minimum, tc)
{
	struct sim s;

	begin(&s, 2);
	until(&s, 5, 0, 3);
	want(&s, 2, 2, 0);
	until(&s, 5, 5, 90);
	want(&s, 3, 3, 0);
}

ATF_TC_WITHOUT_HEAD(gov_04_at_the_maximum);
ATF_TC_BODY(gov_04_at_the_maximum, tc)
{
	struct sim s;

	begin(&s, 4);
	s.c.max = 4;
	until(&s, 5, 0, 100);
	want(&s, 4, 4, 0);
	ATF_CHECK_EQ(0, s.ups);
}

ATF_TC_WITHOUT_HEAD(gov_05_load_rises_in_a_drain);
ATF_TC_BODY(gov_05_load_rises_in_a_drain, tc)
{
	struct sim s;

	begin(&s, 4);
	s.c.max = 4;
	for (int i = 0; i < 4; i++)
		s.in.sessions[i] = 3;
	poll_now(&s, 20);
	want(&s, 4, 3, 1);
	until(&s, 0, 5, 85);		/* at the maximum: only reclaimed */
	want(&s, 4, 4, 0);
	WANT_LAST(&s, "cancel_drain", "cpu_high");
}

ATF_TC_WITHOUT_HEAD(gov_06_drained_and_empty);
ATF_TC_BODY(gov_06_drained_and_empty, tc)
{
	struct sim s;

	begin(&s, 3);
	s.in.sessions[0] = s.in.sessions[1] = 2;
	s.in.sessions[2] = 1;
	poll_now(&s, 20);
	until(&s, 0, 29, 20);
	want(&s, 3, 2, 1);
	s.in.sessions[2] = 0;
	until(&s, 0, 30, 20);
	ATF_CHECK_EQ(WORKER_PENDING, s.g.w[2].state);
	until(&s, 0, 31, 20);
	want(&s, 2, 2, 0);
}

ATF_TC_WITHOUT_HEAD(gov_07_sessions_scale_up);
ATF_TC_BODY(gov_07_sessions_scale_up, tc)
{
	struct sim s;

	begin(&s, 4);
	for (int i = 0; i < 4; i++)
		s.in.sessions[i] = 200;
	until(&s, 1, 0, 50);
	want(&s, 4, 4, 0);		/* 800 is no more than 0.8 x 500 x 4 */
	s.c.sessions = 250;
	until(&s, 1, 5, 50);
	want(&s, 4, 4, 0);		/* exactly 0.8 x 250 x 4 */
	s.in.sessions[0]++;
	until(&s, 1, 10, 50);
	want(&s, 5, 5, 0);
	WANT_LAST(&s, "scale_up", "sessions_high");
	s.c.sessions = 0;
	s.in.sessions[0] = 100000;
	until(&s, 2, 0, 50);
	want(&s, 5, 5, 0);
}

ATF_TC_WITHOUT_HEAD(gov_08_manual_mode);
ATF_TC_BODY(gov_08_manual_mode, tc)
{
	struct sim s;
	unsigned id = 99;

	begin(&s, 2);
	s.c.manual = true;
	until(&s, 5, 0, 100);
	want(&s, 2, 2, 0);
	until(&s, 9, 0, 0);
	want(&s, 2, 2, 0);
	ATF_CHECK_EQ(0, gov_add(&s.g, &id, s.now, &s.out));
	ATF_CHECK_EQ(2, id);
	want(&s, 3, 3, 0);
}

ATF_TC_WITHOUT_HEAD(gov_09_a8_intervals);
ATF_TC_BODY(gov_09_a8_intervals, tc)
{
	struct sim s;

	begin(&s, 2);
	s.c.max = 64;
	s.c.poll_secs = 1;
	poll_now(&s, 100);
	until(&s, 1, 40, 100);		/* at 0, 10, ... 100 s */
	ATF_CHECK_EQ(11, s.ups);
	until(&s, 1, 41, 0);
	ATF_CHECK_EQ(1, s.downs);	/* an up does not delay a down */
	until(&s, 6, 40, 0);		/* at 101, 161, 221, 281, 341 s */
	ATF_CHECK_EQ(5, s.downs);
	ATF_CHECK_EQ(5, s.removed);
}

ATF_TC_WITHOUT_HEAD(gov_10_drain_timeout);
ATF_TC_BODY(gov_10_drain_timeout, tc)
{
	struct sim s;

	begin(&s, 3);
	s.in.sessions[2] = 1;
	s.in.sessions[0] = s.in.sessions[1] = 2;
	poll_now(&s, 20);
	until(&s, 10, 0, 20);		/* wait: as long as it takes */
	want(&s, 3, 2, 1);
	ATF_CHECK_EQ(0, s.emptied);
	s.c.drain_policy = DRAIN_FORCE;
	until(&s, 10, 10, 20);
	ATF_CHECK_EQ(1, s.emptied);	/* said once */
	s.in.sessions[2] = 0;
	until(&s, 10, 12, 20);
	want(&s, 2, 2, 0);
}

ATF_TC_WITHOUT_HEAD(gov_10_drain_cancelled);
ATF_TC_BODY(gov_10_drain_cancelled, tc)
{
	struct sim s;

	begin(&s, 3);
	s.c.drain_policy = DRAIN_CANCEL;
	s.in.sessions[0] = s.in.sessions[1] = s.in.sessions[2] = 1;
	poll_now(&s, 20);
	until(&s, 0, 29, 20);
	want(&s, 3, 2, 1);
	until(&s, 0, 30, 20);
	want(&s, 3, 3, 0);
	WANT_LAST(&s, "cancel_drain", "sessions_high");
}

ATF_TC_WITHOUT_HEAD(a5_enabled_later);
ATF_TC_BODY(a5_enabled_later, tc)
{
	struct sim s;

	begin(&s, 2);
	s.c.enabled = false;
	until(&s, 5, 0, 100);
	want(&s, 2, 2, 0);
	s.c.enabled = true;
	until(&s, 5, 5, 100);
	want(&s, 3, 3, 0);
}

ATF_TC_WITHOUT_HEAD(a6_strict_thresholds);
ATF_TC_BODY(a6_strict_thresholds, tc)
{
	struct sim s;

	begin(&s, 3);
	until(&s, 5, 0, 45);
	until(&s, 6, 0, 80);
	until(&s, 12, 0, 30);
	want(&s, 3, 3, 0);
	until(&s, 12, 5, 81);
	want(&s, 4, 4, 0);
	until(&s, 12, 10, 29);
	want(&s, 4, 3, 0);
}

ATF_TC_WITHOUT_HEAD(a7_within_limits);
ATF_TC_BODY(a7_within_limits, tc)
{
	struct sim s;

	begin(&s, 2);
	until(&s, 10, 0, 100);
	want(&s, CPUS, CPUS, 0);
	ATF_CHECK_EQ(CPUS, gov_max(&s.g, &s.c, CPUS));
	until(&s, 60, 0, 0);
	want(&s, 2, 2, 0);
}

ATF_TC_WITHOUT_HEAD(h9_high_load);
ATF_TC_BODY(h9_high_load, tc)
{
	struct sim s;

	begin(&s, 5);
	s.c.min = 4;
	s.c.cpu_high = 70;
	s.c.cpu_low = 40;
	s.c.sessions = 1000;
	s.c.up_secs = 5;
	s.c.down_secs = 120;
	s.c.drain_secs = 60;
	poll_now(&s, 70);
	want(&s, 5, 5, 0);
	until(&s, 0, 5, 71);
	want(&s, 6, 6, 0);
	until(&s, 0, 9, 71);
	want(&s, 6, 6, 0);
	until(&s, 0, 10, 71);
	want(&s, 7, 7, 0);
	until(&s, 1, 0, 40);
	want(&s, 7, 7, 0);
	until(&s, 1, 5, 39);
	want(&s, 7, 6, 1);
	until(&s, 3, 4, 39);
	want(&s, 6, 6, 0);
	until(&s, 3, 5, 39);
	want(&s, 6, 5, 1);
	until(&s, 30, 0, 39);
	want(&s, 4, 4, 0);
}

ATF_TC_WITHOUT_HEAD(limits_changed);
ATF_TC_BODY(limits_changed, tc)
{
	struct sim s;

	begin(&s, 2);
	s.c.min = 4;
	until(&s, 0, 5, 50);
	want(&s, 3, 3, 0);		/* one a poll */
	until(&s, 0, 10, 50);
	want(&s, 4, 4, 0);
	s.c.min = 1;
	s.c.max = 2;
	until(&s, 1, 0, 50);
	want(&s, 2, 2, 0);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[0].state);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[1].state);
}

ATF_TC_WITHOUT_HEAD(sessions_of_the_rest_forbid_a_drain);
ATF_TC_BODY(sessions_of_the_rest_forbid_a_drain, tc)
{
	struct sim s;

	begin(&s, 3);
	for (int i = 0; i < 3; i++)
		s.in.sessions[i] = 268;	/* 804 is over 0.8 x 500 x 2 */
	until(&s, 5, 0, 5);
	want(&s, 3, 3, 0);
	s.in.sessions[0] = 264;		/* 800 is not */
	until(&s, 5, 5, 5);
	want(&s, 3, 2, 1);
}

ATF_TC_WITHOUT_HEAD(by_hand);
ATF_TC_BODY(by_hand, tc)
{
	struct sim s;
	struct gov_out *o = &s.out;

	begin(&s, 2);
	s.c.enabled = false;
	ATF_CHECK_EQ(-E_UNKNOWN, gov_drain(&s.g, 2, s.now, o));
	ATF_CHECK_EQ(-E_UNKNOWN, gov_drain(&s.g, 64, s.now, o));
	ATF_CHECK_EQ(-E_UNKNOWN, gov_activate(&s.g, 2, s.now, o));
	ATF_CHECK_EQ(0, gov_drain(&s.g, 1, s.now, o));
	want(&s, 2, 1, 1);
	ATF_CHECK_EQ(-E_STATE, gov_drain(&s.g, 0, s.now, o));
	ATF_CHECK_EQ(0, gov_activate(&s.g, 1, s.now, o));
	want(&s, 2, 2, 0);
	s.in.sessions[1] = 3;
	ATF_CHECK_EQ(-E_STATE, gov_remove(&s.g, 1, &s.in, false, s.now, o));
	want(&s, 2, 2, 0);
	ATF_CHECK_EQ(0, gov_remove(&s.g, 1, &s.in, true, s.now, o));
	ATF_CHECK_EQ(2, o->n);
	ATF_CHECK_EQ(GOV_EMPTY, o->act[1].op);
	s.in.sessions[1] = 0;
	until(&s, 0, 2, 0);		/* no drain timeout by hand */
	want(&s, 1, 1, 0);
	WANT_LAST(&s, "scale_down", "by_hand");
}

/* `set lb respawn yes`: who is removed by force comes back, and only he. */
ATF_TC_WITHOUT_HEAD(respawn);
ATF_TC_BODY(respawn, tc)
{
	struct sim s;
	struct gov_out *o = &s.out;

	begin(&s, 3);
	s.c.enabled = false;
	ATF_CHECK_EQ(0, gov_remove(&s.g, 2, &s.in, false, s.now, o));
	until(&s, 0, 2, 0);
	want(&s, 2, 2, 0);
	s.in.sessions[1] = 3;
	ATF_CHECK_EQ(0, gov_remove(&s.g, 1, &s.in, true, s.now, o));
	s.in.sessions[1] = 0;
	until(&s, 0, 8, 0);
	want(&s, 1, 1, 0);		/* not replaced by default */
	s.c.respawn = true;
	until(&s, 0, 9, 0);
	want(&s, 2, 2, 0);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[1].state);
	ATF_CHECK_EQ(WORKER_NONE, s.g.w[2].state);
	WANT_LAST(&s, "scale_up", "respawn");
	until(&s, 0, 20, 0);
	want(&s, 2, 2, 0);
	/* no more than there may be */
	s.c.enabled = true;
	s.c.max = 2;
	s.c.sessions = 0;
	ATF_CHECK_EQ(0, gov_remove(&s.g, 1, &s.in, true, s.now, o));
	gov_poll(&s.g, &s.c, &s.in, s.now, o);
	gov_poll(&s.g, &s.c, &s.in, s.now, o);
	ATF_CHECK_EQ(WORKER_NONE, s.g.w[1].state);
	s.g.w[2].state = WORKER_ACTIVE;
	until(&s, 0, 40, 50);
	ATF_CHECK_EQ(WORKER_NONE, s.g.w[1].state);
}

/* What an admin drains the governor does not take back. */
ATF_TC_WITHOUT_HEAD(by_hand_is_not_reclaimed);
ATF_TC_BODY(by_hand_is_not_reclaimed, tc)
{
	struct sim s;

	begin(&s, 3);
	s.in.sessions[1] = 9;
	ATF_CHECK_EQ(0, gov_drain(&s.g, 1, s.now, &s.out));
	until(&s, 0, 5, 90);
	ATF_CHECK_EQ(WORKER_DRAINING, s.g.w[1].state);
	want(&s, 4, 3, 1);
}

ATF_TC_WITHOUT_HEAD(desired);
ATF_TC_BODY(desired, tc)
{
	struct sim s;
	struct gov_out *o = &s.out;

	begin(&s, 2);
	ATF_CHECK_EQ(-E_RANGE, gov_desire(&s.g, &s.c, &s.in, 1, s.now, o));
	ATF_CHECK_EQ(-E_RANGE, gov_desire(&s.g, &s.c, &s.in, CPUS + 1, s.now,
	    o));
	ATF_CHECK_EQ(0, gov_desire(&s.g, &s.c, &s.in, 5, s.now, o));
	want(&s, 5, 5, 0);
	ATF_CHECK_EQ(3, o->n);
	s.in.sessions[0] = 1;
	s.in.sessions[3] = 2;
	s.in.sessions[4] = 3;
	ATF_CHECK_EQ(0, gov_desire(&s.g, &s.c, &s.in, 2, s.now, o));
	want(&s, 5, 2, 3);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[3].state);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[4].state);
	until(&s, 0, 2, 50);
	want(&s, 3, 2, 1);		/* 1 and 2 were empty */
	ATF_CHECK_EQ(0, gov_desire(&s.g, &s.c, &s.in, 4, s.now, o));
	want(&s, 4, 4, 0);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[0].state);
	ATF_CHECK_EQ(WORKER_ACTIVE, s.g.w[1].state);
	s.c.enabled = false;
	ATF_CHECK_EQ(-E_RANGE, gov_desire(&s.g, &s.c, &s.in, 0, s.now, o));
	ATF_CHECK_EQ(-E_RANGE, gov_desire(&s.g, &s.c, &s.in, 65, s.now, o));
	ATF_CHECK_EQ(0, gov_desire(&s.g, &s.c, &s.in, 64, s.now, o));
	want(&s, 64, 64, 0);
}

ATF_TC_WITHOUT_HEAD(trigger);
ATF_TC_BODY(trigger, tc)
{
	struct sim s;
	struct gov_out *o = &s.out;

	begin(&s, 2);
	ATF_CHECK_EQ(0, gov_trigger(&s.g, &s.c, &s.in, true, s.now, o));
	want(&s, 3, 3, 0);
	ATF_CHECK_EQ(0, gov_trigger(&s.g, &s.c, &s.in, false, s.now, o));
	want(&s, 3, 2, 1);
	ATF_CHECK_EQ(WORKER_DRAINING, s.g.w[2].state);
	s.c.min = 2;
	s.c.enabled = true;
	ATF_CHECK_EQ(-E_STATE, gov_trigger(&s.g, &s.c, &s.in, false, s.now,
	    o));
	s.c.max = 3;
	s.in.cpus = CPUS;
	ATF_CHECK_EQ(-E_FULL, gov_trigger(&s.g, &s.c, &s.in, true, s.now,
	    o));
	want(&s, 3, 2, 1);	/* by hand drained: not reclaimed */
	s.c.enabled = false;
	ATF_CHECK_EQ(0, gov_trigger(&s.g, &s.c, &s.in, false, s.now, o));
	ATF_CHECK_EQ(-E_STATE, gov_trigger(&s.g, &s.c, &s.in, false, s.now,
	    o));
	want(&s, 3, 1, 2);
}

ATF_TC_WITHOUT_HEAD(history_goes_round);
ATF_TC_BODY(history_goes_round, tc)
{
	struct sim s;

	begin(&s, 2);
	for (unsigned i = 0; i < 100; i++) {
		gov_drain(&s.g, 1, s.now, &s.out);
		gov_activate(&s.g, 1, s.now, &s.out);
	}
	ATF_CHECK_EQ(GOV_CANCEL_DRAIN, gov_event(&s.g, 0)->decision);
	ATF_CHECK_EQ(GOV_SCALE_DOWN, gov_event(&s.g, 1)->decision);
	ATF_CHECK(gov_event(&s.g, GOV_HISTORY - 1) != NULL);
	ATF_CHECK(gov_event(&s.g, GOV_HISTORY) == NULL);
}

/* A constant load in units of 1/100 CPU, spread over all that exist. */
static void
constant_load(unsigned load, unsigned high, unsigned low, uint32_t sessions)
{
	struct sim s;
	unsigned half, ups, downs;

	begin(&s, 3);
	s.c.min = 1;
	s.c.cpu_high = (uint8_t)high;
	s.c.cpu_low = (uint8_t)low;
	for (unsigned t = 1; t <= 3600; t++) {
		struct gov_count n = gov_count(&s.g);
		unsigned cpu = load / n.current;

		ATF_REQUIRE(n.active >= 1 && n.current <= CPUS);
		for (unsigned i = 0; i < CPUS; i++)
			s.in.sessions[i] = s.g.w[i].state == WORKER_ACTIVE ?
			    sessions / n.active : 0;
		until(&s, t / 60, t % 60, cpu < 100 ? cpu : 100);
		if (t == 1800) {
			half = s.ups + s.downs + s.cancels;
			ups = s.ups;
			downs = s.downs;
		}
	}
	ATF_CHECK_MSG(s.ups + s.downs + s.cancels == half,
	    "load %u, %u/%u, %u sessions: %u ups and %u downs, then %u and "
	    "%u", load, high, low, sessions, ups, downs, s.ups, s.downs);
	ATF_CHECK_MSG(s.ups == 0 || s.downs == 0, "load %u: ups and downs",
	    load);
}

ATF_TC_WITHOUT_HEAD(never_flaps);
ATF_TC_BODY(never_flaps, tc)
{
	static const unsigned th[][2] = { { 80, 30 }, { 70, 40 }, { 60, 55 },
	    { 85, 15 }, { 51, 50 } };

	for (unsigned i = 0; i < sizeof(th) / sizeof(th[0]); i++)
		for (unsigned load = 0; load < 1000; load += 7)
			constant_load(load, th[i][0], th[i][1], 0);
	for (uint32_t n = 0; n < 6000; n += 97)
		constant_load(10, 80, 30, n);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, timeline_12_1_scaling);
	ATF_TP_ADD_TC(tp, timeline_12_2_change_of_heart);
	ATF_TP_ADD_TC(tp, timeline_12_2_cancel_only);
	ATF_TP_ADD_TC(tp, change_of_heart_of_a_pending_one);
	ATF_TP_ADD_TC(tp, timeline_12_3_first);
	ATF_TP_ADD_TC(tp, timeline_12_3_second);
	ATF_TP_ADD_TC(tp, gov_01_cpu_high_scales_up);
	ATF_TP_ADD_TC(tp, gov_02_cpu_low_drains_one);
	ATF_TP_ADD_TC(tp, gov_02_of_equals_the_highest_id);
	ATF_TP_ADD_TC(tp, gov_03_at_the_minimum);
	ATF_TP_ADD_TC(tp, gov_04_at_the_maximum);
	ATF_TP_ADD_TC(tp, gov_05_load_rises_in_a_drain);
	ATF_TP_ADD_TC(tp, gov_06_drained_and_empty);
	ATF_TP_ADD_TC(tp, gov_07_sessions_scale_up);
	ATF_TP_ADD_TC(tp, gov_08_manual_mode);
	ATF_TP_ADD_TC(tp, gov_09_a8_intervals);
	ATF_TP_ADD_TC(tp, gov_10_drain_timeout);
	ATF_TP_ADD_TC(tp, gov_10_drain_cancelled);
	ATF_TP_ADD_TC(tp, a5_enabled_later);
	ATF_TP_ADD_TC(tp, a6_strict_thresholds);
	ATF_TP_ADD_TC(tp, a7_within_limits);
	ATF_TP_ADD_TC(tp, h9_high_load);
	ATF_TP_ADD_TC(tp, limits_changed);
	ATF_TP_ADD_TC(tp, sessions_of_the_rest_forbid_a_drain);
	ATF_TP_ADD_TC(tp, by_hand);
	ATF_TP_ADD_TC(tp, by_hand_is_not_reclaimed);
	ATF_TP_ADD_TC(tp, respawn);
	ATF_TP_ADD_TC(tp, desired);
	ATF_TP_ADD_TC(tp, trigger);
	ATF_TP_ADD_TC(tp, history_goes_round);
	ATF_TP_ADD_TC(tp, never_flaps);
	return atf_no_error();
}
