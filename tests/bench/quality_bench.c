/*
 * Line quality of many sessions: each one's engine sends its probes when the
 * wheel says so, takes the answer, and the figures go into its book. The
 * wire and the clock are not there: what is measured is the processor time
 * that a lane's worker would spend, and the longest tick of it, which is what
 * a data packet could wait.
 *	quality_bench [SESSIONS [PROBES STEP]]: 50000 sessions, 1 in 5 s
 * Fails when a session was not probed as often as it should be, or died.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bug.h"
#include "base/wheel.h"
#include "lb/ledger.h"
#include "ppp/link.h"
#include "ppp/quality.h"
#include "unit/ppp/peers.h"

#define STEPS	4u		/* that are run */

struct one {
	struct timer timer;		/* first */
	uint32_t idx;
	struct ppp ppp;
	struct quality quality;
};

static struct ppp_conf conf;
static struct outbox ob;
static struct ledger *ledger;
static struct wheel wheel;
static uint64_t answered, lost;

/* A link that is up, for all to begin as. */
static void
begin(struct one *s, uint32_t n, tstamp now)
{
	static struct peers p;
	static struct rng rng;

	peers_init(&p, 1);
	peers_up(&p);
	peers_run(&p, p.now + SEC(5));
	BUG_ON(!ppp_ip_up(&p.s[0].ppp));
	rng_seed(&rng, 1);
	conf = p.s[0].conf;
	conf.enabled |= NEG_ECHO;
	for (uint32_t i = 0; i < n; i++) {
		s[i].idx = i;
		s[i].ppp = p.s[0].ppp;
		s[i].ppp.rng = &rng;
	}
	wheel_init(&wheel, now);
}

/* `set quality` comes, for all at once. */
static void
measure(struct one *s, uint32_t n, const struct quality_conf *c, tstamp now)
{
	static struct ppp_conf with;

	with = conf;
	with.quality = *c;
	for (uint32_t i = 0; i < n; i++) {
		ppp_reconf(&s[i].ppp, &with, now, &ob);
		quality_start(&s[i].quality, c);
		BUG_ON(!ledger_book(ledger, i, c));
		wheel_set(&wheel, &s[i].timer, ppp_deadline(&s[i].ppp));
	}
}

static void
note(struct one *s, uint32_t us, tstamp now)
{
	struct quality_row row[QUALITY_AGES];
	unsigned n = quality_add(&s->quality, us, (uint32_t)(now / SEC(1)),
	    row);

	ledger_book_add(ledger, s->idx, us, row, n);
	*(us == QUALITY_LOST ? &lost : &answered) += 1;
}

/* The peer's answer to the request in @it. */
static void
answer(struct one *s, const struct out_item *it, tstamp now)
{
	uint32_t magic = s->ppp.lcp.his.magic;
	uint8_t pkt[64];

	BUG_ON(it->proto != PROTO_LCP || it->len > sizeof(pkt));
	memcpy(pkt, outbox_data(&ob, it), it->len);
	pkt[0] = CODE_ECHO_REP;
	for (int i = 0; i < 4; i++)
		pkt[4 + i] = (uint8_t)(magic >> (24 - 8 * i));
	BUG_ON(ppp_input(&s->ppp, PROTO_LCP, rd_of(pkt, it->len), now,
	    &ob) != 0);
}

static void
due(struct one *s, tstamp now)
{
	ppp_expire(&s->ppp, now, &ob);
	for (int i = 0; i < ob.n; i++) {
		const struct out_item it = ob.item[i];

		if (it.kind == OUT_PPP)
			answer(s, &it, now + MSEC(3));
		else if (it.event == PPP_EV_QUALITY)
			note(s, it.arg, now);
		else
			BUG_ON(it.event == PPP_EV_FINISHED);
	}
	outbox_reset(&ob);
	wheel_set(&wheel, &s->timer, ppp_deadline(&s->ppp));
}

/* Ours only: what others do on this machine does not count. */
static tstamp
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return SEC(t.tv_sec) + (tstamp)t.tv_nsec;
}

static void
run(tstamp from, tstamp until, tstamp *sum, tstamp *longest)
{
	struct timer *t;

	*sum = *longest = 0;
	for (tstamp now = from; now <= until; now += WHEEL_TICK) {
		tstamp began = cpu(), took;

		while ((t = wheel_expired(&wheel, now)) != NULL)
			due((struct one *)(void *)t, now);
		took = cpu() - began;
		*sum += took;
		if (took > *longest)
			*longest = took;
	}
}

int
main(int argc, char **argv)
{
	uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 50000;
	struct quality_conf c = { 1, 5 };
	struct one *s = calloc(n, sizeof(*s));
	tstamp from = SEC(1000), sum, longest;
	uint64_t want;

	if (argc > 3) {
		c.probes = (uint8_t)atoi(argv[2]);
		c.step = (uint16_t)atoi(argv[3]);
	}
	ledger = ledger_new(n);
	BUG_ON(s == NULL || ledger == NULL || n == 0);
	begin(s, n, from);
	measure(s, n, &c, from);
	run(from, from + STEPS * SEC(c.step), &sum, &longest);
	want = (uint64_t)STEPS * c.probes * n;
	printf("quality: %" PRIu32 " sessions, %u probes in %u s each: %.2f us "
	    "a probe, %.1f %% of one processor, longest tick %.2f ms\n", n,
	    c.probes, c.step, (double)sum / 1e3 / (double)answered,
	    (double)sum * 100 / (double)(STEPS * SEC(c.step)),
	    (double)longest / 1e6);
	for (uint32_t i = 0; i < n; i++) {
		struct quality_book b;

		if (!ledger_book_read(ledger, i, &b) ||
		    b.closed[0] + 1 < STEPS) {
			fprintf(stderr, "session %" PRIu32 ": %u steps\n", i,
			    b.closed[0]);
			return 1;
		}
	}
	if (lost > 0 || answered > want || answered + n < want) {
		fprintf(stderr, "%" PRIu64 " answered, %" PRIu64 " lost, %"
		    PRIu64 " wanted\n", answered, lost, want);
		return 1;
	}
	ledger_free(ledger);
	free(s);
	return 0;
}
