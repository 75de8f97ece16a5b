/*
 * Hosts and an Access Concentrator back to back over a line that loses,
 * doubles and reorders packets; everything from one seed.
 */
#include <atf-c.h>
#include <stdlib.h>

#include "lib/disc.h"

#define HOSTS	20
#define QUEUE	4096
#define SESSIONS 1000

/* A packet under way. */
struct flight {
	tstamp	 at;			/* arrives; 0: free place */
	uint8_t	 host;			/* from or to which */
	bool	 to_ac;
	uint16_t len;
	uint8_t	 data[1500];
};

static struct flight line[QUEUE];
static struct pppoe_host host[HOSTS];
static struct pppoe_host_conf conf;
static struct ac_conf ac_conf = {
	.acname = "ac1", .service = { "isp" }, .services = 1,
	.cookie_life = 60, .mac_rate = 4, .padi_rate = 1000,
};
static struct ac *ac;
static struct rng rng, dice;
static tstamp now;
static unsigned loss, twice, late;	/* percent, percent, ms */
static unsigned sessions, again;	/* that the AC has made; repeated */
static uint8_t owner[SESSIONS];		/* host + 1 of session id */
static unsigned ups, downs;

static const uint8_t ac_mac[ETH_ADDR] = { 2, 0, 0, 0, 0, 0xac };

static bool
chance(unsigned percent)
{
	return rng_u32(&dice) % 100 < percent;
}

static void
fly(uint8_t i, bool to_ac, const void *p, size_t n)
{
	if (chance(loss))
		return;
	for (int copy = 0; copy < 1 + chance(twice); copy++) {
		struct flight *f = line;

		while (f->at != 0)
			ATF_REQUIRE(++f < line + QUEUE);
		f->at = now + MSEC(1) + MSEC(late > 0 ?
		    rng_u32(&dice) % late : 0);
		f->host = i;
		f->to_ac = to_ac;
		f->len = (uint16_t)n;
		memcpy(f->data, p, n);
	}
}

static void
host_flush(uint8_t i, struct outbox *ob)
{
	for (int k = 0; k < ob->n; k++) {
		const struct out_item *it = &ob->item[k];

		if (it->kind == OUT_DISC)
			fly(i, true, outbox_data(ob, it), it->len);
		ups += it->kind == OUT_EVENT && it->event == PPPOE_EV_UP;
		downs += it->kind == OUT_EVENT && it->event == PPPOE_EV_DOWN;
	}
	ATF_REQUIRE(!ob->full);
}

static void
ac_takes(const struct flight *f)
{
	static struct outbox ob;
	struct ac_from from = { .mac = { 2, 0, 0, 0, 1, f->host } };
	struct ac_request rq;
	enum ac_result r;
	uint16_t sid;
	enum drop why;
	struct wr w;

	outbox_reset(&ob);
	r = ac_input(ac, &from, false, rd_of(f->data, f->len), now, &ob, &rq,
	    &sid, &why);
	for (int i = 0; i < ob.n; i++) {
		ATF_CHECK(memcmp(ob.item[i].dst, from.mac, ETH_ADDR) == 0);
		fly(f->host, false, outbox_data(&ob, &ob.item[i]),
		    ob.item[i].len);
	}
	if (r == AC_NEW) {
		sid = (uint16_t)++sessions;
		ATF_REQUIRE(sessions < SESSIONS);
		owner[sid] = (uint8_t)(f->host + 1);
		ac_bind(ac, &rq, sid, now);
	} else if (r == AC_PADT) {
		if (sid < SESSIONS && owner[sid] == f->host + 1)
			owner[sid] = 0;
		return;
	} else if (r != AC_AGAIN || owner[sid] != f->host + 1) {
		return;
	}
	again += r == AC_AGAIN;
	outbox_reset(&ob);
	w = outbox_begin(&ob, 1484);
	ac_pads(&ac_conf, &rq, sid, NULL, &w);
	fly(f->host, false, w.base, wr_size(&w));
}

static void
deliver(struct flight *f)
{
	static struct outbox ob;
	struct flight copy = *f;

	f->at = 0;
	if (copy.to_ac) {
		ac_takes(&copy);
		return;
	}
	outbox_reset(&ob);
	host_input(&host[copy.host], ac_mac, rd_of(copy.data, copy.len), now,
	    &ob);
	host_flush(copy.host, &ob);
}

/* Runs until nothing is under way and no timer runs, or for @limit. */
static void
run(tstamp limit)
{
	static struct outbox ob;
	tstamp end = now + limit;

	for (;;) {
		struct flight *next = NULL;
		tstamp at = NEVER;
		unsigned who = 0;

		for (struct flight *f = line; f < line + QUEUE; f++)
			if (f->at != 0 && (next == NULL || f->at < next->at))
				next = f;
		for (unsigned i = 0; i < HOSTS; i++)
			if (host_deadline(&host[i]) < at) {
				at = host_deadline(&host[i]);
				who = i;
			}
		if (next != NULL && next->at <= at)
			at = next->at;
		else
			next = NULL;
		if (at > end)
			return;
		now = at > now ? at : now;
		if (next != NULL) {
			deliver(next);
			continue;
		}
		outbox_reset(&ob);
		host_expire(&host[who], now, &ob);
		host_flush((uint8_t)who, &ob);
	}
}

static void
start(uint64_t seed)
{
	static struct outbox ob;

	memset(line, 0, sizeof(line));
	memset(owner, 0, sizeof(owner));
	sessions = again = ups = downs = 0;
	now = SEC(100);
	rng_seed(&rng, seed);
	rng_seed(&dice, seed + 1);
	memset(&conf, 0, sizeof(conf));
	strcpy(conf.service, "isp");
	conf.period = 1;
	conf.pado_window = seed % 2 ? 50 : 0;
	ac = ac_new(&ac_conf, &rng, now);
	ATF_REQUIRE(ac != NULL);
	for (uint8_t i = 0; i < HOSTS; i++) {
		host_init(&host[i], &conf, &rng);
		outbox_reset(&ob);
		host_start(&host[i], now, &ob);
		host_flush(i, &ob);
	}
}

/* Every Host is up, with a session that is its own at the AC. */
static void
check_up(uint64_t seed)
{
	for (unsigned i = 0; i < HOSTS; i++) {
		ATF_CHECK_EQ_MSG(HOST_UP, host[i].state, "seed %u host %u",
		    (unsigned)seed, i);
		ATF_CHECK_EQ(i + 1, owner[host[i].sid]);
		ATF_CHECK_STREQ("ac1", host[i].ac_name);
	}
	ATF_CHECK_EQ(HOSTS, ups);
	ATF_CHECK_EQ(0, downs);
}

static void
hang_up(void)
{
	static struct outbox ob;
	unsigned left = 0;

	loss = 0;
	for (uint8_t i = 0; i < HOSTS; i++) {
		outbox_reset(&ob);
		if (i % 2 == 0) {
			host_stop(&host[i], "bye", &ob);
			host_flush(i, &ob);
		} else {
			struct wr w = outbox_begin(&ob, 100);

			owner[host[i].sid] = 0;
			pppoe_padt(&w, host[i].sid, "no more");
			fly(i, false, w.base, wr_size(&w));
		}
	}
	run(SEC(10));
	for (unsigned i = 0; i < HOSTS; i++) {
		ATF_CHECK_EQ(HOST_IDLE, host[i].state);
		left += owner[host[i].sid] != 0;
	}
	ATF_CHECK_EQ(0, left);
	ATF_CHECK_EQ(HOSTS / 2, downs);
}

ATF_TC_WITHOUT_HEAD(clean_line);
ATF_TC_BODY(clean_line, tc)
{
	loss = twice = late = 0;
	for (uint64_t seed = 0; seed < 20; seed++) {
		start(seed);
		run(SEC(1));
		check_up(seed);
		ATF_CHECK_EQ(HOSTS, sessions);
		ATF_CHECK_EQ(0, again);
		hang_up();
		ac_free(ac);
	}
}

/* Copies and disorder alone never make a second session. */
ATF_TC_WITHOUT_HEAD(doubled_and_reordered);
ATF_TC_BODY(doubled_and_reordered, tc)
{
	unsigned repeats = 0;

	loss = 0;
	twice = 60;
	late = 200;
	for (uint64_t seed = 0; seed < 100; seed++) {
		start(seed);
		run(SEC(60));
		check_up(seed);
		ATF_CHECK_EQ(HOSTS, sessions);
		repeats += again;
		ac_free(ac);
	}
	ATF_CHECK(repeats > 500);
}

ATF_TC_WITHOUT_HEAD(lossy_line);
ATF_TC_BODY(lossy_line, tc)
{
	for (uint64_t seed = 0; seed < 100; seed++) {
		loss = 30;
		twice = 20;
		late = 100;
		start(seed);
		run(SEC(600));
		check_up(seed);
		/* a Host that gave an AC up has asked again: nothing else
		 * leaves a session behind */
		ATF_CHECK_MSG(sessions < 2 * HOSTS, "%u", sessions);
		hang_up();
		ac_free(ac);
	}
}

ATF_TC_WITHOUT_HEAD(terrible_line);
ATF_TC_BODY(terrible_line, tc)
{
	for (uint64_t seed = 0; seed < 20; seed++) {
		loss = 70;
		twice = 10;
		late = 2000;
		start(seed);
		run(SEC(7200));
		check_up(seed);
		ac_free(ac);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, clean_line);
	ATF_TP_ADD_TC(tp, doubled_and_reordered);
	ATF_TP_ADD_TC(tp, lossy_line);
	ATF_TP_ADD_TC(tp, terrible_line);
	return atf_no_error();
}
