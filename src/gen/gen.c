/* Stages of a load, and the interface it goes through. */
#include "gen/gen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "base/rng.h"
#include "ppp/ppp.h"
#include "pppoe/pppoe.h"
#include "wire/pkt.h"

#define BATCH		64
#define RING		16384u		/* frames: all are answered at once */
#define ROUNDS		16		/* batches before timers have a turn */
#define PATIENCE	SEC(8)		/* no session ended for so long */
#define LINGER		MSEC(200)	/* for answers that are under way */

struct gen {
	struct gen_conf c;
	struct io *io;			/* owner: this */
	struct peers *peers;		/* owner: this */
	enum gen_stage stage;
	unsigned round;
	tstamp	 began, stage_began, told;
	unsigned held, up, shared;	/* see gen_held() and so on */
	uint64_t churned;
	unsigned churn_at;		/* who is next to hang up */
	unsigned *gone;			/* owner: this; a ring of peers.n */
	unsigned first, waiting;	/* in it: who dials again */
	struct traffic *traffic;	/* owner: this; NULL: none */
	uint64_t paced;			/* packets that were due so far */
	unsigned turn;			/* whose is next */
	int	 err;			/* errno of the interface */
	int	 ready;			/* frames in out[] */
	struct pkt out[BATCH], in[BATCH];
};

/* ---- frames ---- */

static void
flush(struct gen *g)
{
	struct pkt *b[BATCH];

	for (int i = 0; i < g->ready; i++)
		b[i] = &g->out[i];
	if (g->ready > 0 && io_send(g->io, b, g->ready) < 0)
		g->err = errno;
	g->ready = 0;
}

static void
queue(void *arg, const uint8_t *frame, size_t n)
{
	struct gen *g = arg;
	struct pkt *b = &g->out[g->ready++];

	BUG_ON(n > PKT_ROOM);
	pkt_reset(b);
	memcpy(b->data, frame, n);
	b->len = (uint32_t)n;
	if (g->ready == BATCH)
		flush(g);
}

static void
take_all(struct gen *g)
{
	int n = BATCH;

	for (int round = 0; round < ROUNDS && n == BATCH; round++) {
		n = io_recv(g->io, g->in, BATCH);
		if (n < 0)
			g->err = errno;
		tstamp now = clock_now();

		for (int i = 0; i < n; i++)
			peers_frame(g->peers, g->in[i].data, g->in[i].len,
			    g->in[i].tci, g->in[i].tpid, now);
	}
	io_release(g->io);
}

static void
tell(struct gen *g, bool begins, tstamp now)
{
	g->told = now;
	if (g->c.tell != NULL)
		g->c.tell(g->c.arg, g, begins);
}

/* Frames and timers once; sleeps until @wake at most. */
static void
turn(struct gen *g, tstamp wake)
{
	struct pollfd pf = { .fd = io_fd(g->io), .events = POLLIN };
	tstamp now = clock_now();

	flush(g);
	wake = tstamp_min(wake, peers_next(g->peers));
	poll(&pf, 1, wake <= now ? 0 : (int)((wake - now) / MSEC(1)) + 1);
	take_all(g);
	now = clock_now();
	peers_expire(g->peers, now);
	flush(g);
	if (now - g->told >= SEC(g->c.interval))
		tell(g, false, now);
}

static int
asked_to_stop(const struct gen *g)
{
	const struct peers_stats *st = peers_stats(g->peers);

	if (g->err != 0)
		return 2;
	if (g->c.fail_early && *g->c.stop == 0)
		return st->failed + st->lost > 0;
	return (int)*g->c.stop;
}

static void
begin(struct gen *g, enum gen_stage s)
{
	g->stage = s;
	g->stage_began = clock_now();
	tell(g, true, g->stage_began);
}

/* ---- set-up ---- */

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static unsigned
count_shared(const struct gen *g)
{
	unsigned n = g->c.peers.n, shared = 0;
	uint32_t *v = calloc(n, sizeof(*v));

	if (v == NULL)
		return 0;
	for (unsigned i = 0; i < n; i++)
		v[i] = peers_addr(g->peers, i);
	qsort(v, n, sizeof(*v), by_value);
	for (unsigned i = 1; i < n; i++)
		shared += v[i] != 0 && v[i] == v[i - 1];
	free(v);
	return shared;
}

/* A stage is over: how it was. */
static void
look_around(struct gen *g)
{
	unsigned shared = count_shared(g);

	if (shared > g->shared)
		g->shared = shared;
	g->up = peers_stats(g->peers)->up;
}

/* May the next one begin now? When not, until when to wait. */
static bool
may_start(const struct gen *g, tstamp now, tstamp *wake)
{
	const struct peers_stats *st = peers_stats(g->peers);

	*wake = now + MSEC(100);
	if (st->started == g->c.peers.n || st->pending >= g->c.window)
		return false;
	if (g->c.rate != 0)
		*wake = g->stage_began + SEC(st->started) / g->c.rate;
	return g->c.rate == 0 || *wake <= now;
}

static void
set_up(struct gen *g)
{
	const struct peers_stats *st = peers_stats(g->peers);
	tstamp wake;

	begin(g, GEN_SET_UP);
	while (!asked_to_stop(g) &&
	    (st->started < g->c.peers.n || st->pending > 0)) {
		while (may_start(g, clock_now(), &wake))
			peers_start(g->peers, clock_now());
		turn(g, wake);
	}
	look_around(g);
}

/* ---- hold ---- */

/* Those who hung up, and are off now, dial again. */
static void
dial_again(struct gen *g, tstamp now)
{
	unsigned n = g->c.peers.n;

	while (g->waiting > 0 && peers_dial(g->peers, g->gone[g->first],
	    now)) {
		g->first = (g->first + 1) % n;
		g->waiting--;
	}
}

static bool
hang_up_one(struct gen *g, tstamp now)
{
	unsigned n = g->c.peers.n;

	if (g->waiting == n)
		return false;
	for (unsigned k = 0; k < n; k++) {
		unsigned i = g->churn_at++ % n;

		if (!peers_up(g->peers, i))
			continue;
		peers_close(g->peers, i, now);
		g->gone[(g->first + g->waiting++) % n] = i;
		return true;
	}
	return false;
}

/* Until when nothing is to be done about it. */
static tstamp
churn(struct gen *g, tstamp now)
{
	tstamp next;

	if (g->c.churn == 0)
		return NEVER;
	dial_again(g, now);
	for (;;) {
		next = g->stage_began + SEC(g->churned + 1) / g->c.churn;
		if (next > now)
			return next;
		g->churned++;
		if (!hang_up_one(g, now))
			return now + MSEC(10);
	}
}

/* ---- traffic ---- */

static void
took_data(void *arg, unsigned i, uint16_t proto, struct rd in, tstamp now)
{
	struct gen *g = arg;

	(void)proto;			/* the packet says it as well */
	traffic_input(g->traffic, i, in, now);
}

/* FE80::/64 and the interface id. RFC 5072 section 5. */
static void
link_local(uint8_t addr[16], const uint8_t ifid[8])
{
	memset(addr, 0, 8);
	addr[0] = 0xfe;
	addr[1] = 0x80;
	memcpy(addr + 8, ifid, 8);
}

/* Where packets of @i go; false: nowhere now. */
static bool
ends_of(const struct gen *g, unsigned i, struct traffic_ends *e)
{
	const struct traffic_conf *c = &g->c.traffic;
	unsigned other = i ^ 1;
	uint8_t mine[8], his[8];

	if (!peers_up(g->peers, i))
		return false;
	e->ip6 = !g->c.peers.ipv4;
	e->src = peers_addr(g->peers, i);
	if (c->kind == TRAFFIC_PAIR)
		e->dst = other < g->c.peers.n ?
		    peers_addr(g->peers, other) : 0;
	else
		e->dst = c->target != 0 ? c->target :
		    peers_his_addr(g->peers, i);
	if (!e->ip6)
		return e->src != 0 && e->dst != 0;
	if (!peers_ifids(g->peers, i, mine, his))
		return false;
	link_local(e->src6, mine);
	link_local(e->dst6, his);
	return true;
}

static void
send_one(struct gen *g, tstamp now)
{
	unsigned i = g->turn++ % g->c.peers.n;
	struct traffic_ends e;
	uint8_t buf[PKT_ROOM];
	size_t n;

	if (!ends_of(g, i, &e))
		return;
	n = traffic_make(g->traffic, i, &e, now, buf, sizeof(buf));
	peers_send(g->peers, i, e.ip6 ? PROTO_IPV6 : PROTO_IP, buf, n);
}

/* What is due, a batch at most; until when the next is not. */
static tstamp
pace(struct gen *g, tstamp now)
{
	uint64_t rate = (uint64_t)g->c.traffic.pps * g->c.peers.n;

	if (g->traffic == NULL)
		return NEVER;
	for (int k = 0; k < BATCH; k++) {
		tstamp next = g->stage_began + g->paced * SEC(1) / rate;

		if (next > now)
			return next;
		send_one(g, clock_now());
		g->paced++;
	}
	return now;
}

/* Packets that are under way arrive first. */
static void
gather(struct gen *g)
{
	const struct traffic_stats *st = gen_traffic(g);
	tstamp limit = clock_now() + SEC(1);

	while (st != NULL && st->received < st->sent && !g->err &&
	    *g->c.stop < 2 && clock_now() < limit)
		turn(g, limit);
}

/* Those who dial again come up first. */
static void
settle(struct gen *g)
{
	const struct peers_stats *st = peers_stats(g->peers);
	tstamp limit = clock_now() + PATIENCE;

	while (g->c.churn != 0 && !asked_to_stop(g) && clock_now() < limit &&
	    (g->waiting > 0 || st->pending > 0)) {
		dial_again(g, clock_now());
		turn(g, clock_now() + MSEC(20));
	}
}

static void
hold(struct gen *g)
{
	tstamp end;

	if (g->c.hold == 0 || asked_to_stop(g))
		return;
	g->held = peers_stats(g->peers)->up;
	begin(g, GEN_HOLD);
	end = g->stage_began + SEC(g->c.hold);
	while (!asked_to_stop(g) && clock_now() < end)
		turn(g, tstamp_min(end, tstamp_min(churn(g, clock_now()),
		    pace(g, clock_now()))));
	gather(g);
	settle(g);
	look_around(g);
}

/* ---- the end ---- */

static void
stop_all(struct gen *g)
{
	for (unsigned i = 0; i < g->c.peers.n; i++)
		peers_stop(g->peers, i, clock_now());
	flush(g);
}

/* Once more politely, a window of them at a time, then without waiting. */
static void
hang_up(struct gen *g)
{
	const struct peers_stats *st = peers_stats(g->peers);
	tstamp limit = clock_now() + PATIENCE;
	unsigned i = 0, closed = st->closed;

	begin(g, GEN_HANG_UP);
	while (asked_to_stop(g) < 2 && clock_now() < limit &&
	    (i < g->c.peers.n || st->closing > 0)) {
		while (i < g->c.peers.n && st->closing < g->c.window)
			peers_close(g->peers, i++, clock_now());
		turn(g, clock_now() + MSEC(20));
		if (st->closed != closed)
			limit = clock_now() + PATIENCE;
		closed = st->closed;
	}
	stop_all(g);
	limit = clock_now() + LINGER;
	while (asked_to_stop(g) < 2 && clock_now() < limit)
		turn(g, limit);
}

int
gen_run(struct gen *g)
{
	g->began = g->told = clock_now();
	do {
		if (g->round > 0)
			peers_rewind(g->peers);
		set_up(g);
		hold(g);
		if (!g->c.die)
			hang_up(g);
	} while (!asked_to_stop(g) && ++g->round < g->c.rounds);
	begin(g, GEN_OVER);
	errno = g->err;
	return g->err != 0 ? -E_SYS : 0;
}

int
gen_open(struct gen **to, const struct gen_conf *c, char *why, size_t n)
{
	struct io_conf io = { .disc_type = ETH_PPPOE_DISC,
	    .sess_type = ETH_PPPOE_SESS, .lanes = 1, .ring = RING };
	struct gen *g = calloc(1, sizeof(*g));
	int err;

	snprintf(why, n, "out of memory");
	if (g == NULL)
		return -E_SYS;
	g->c = *c;
	g->c.peers.send = queue;
	g->c.peers.arg = g;
	if (c->traffic.kind != TRAFFIC_NONE) {
		struct rng rng;

		rng_system(&rng);
		g->c.peers.data = took_data;
		g->traffic = traffic_new(&c->traffic, c->peers.n,
		    rng_u32(&rng));
	}
	g->gone = calloc(c->peers.n, sizeof(*g->gone));
	g->peers = peers_new(&g->c.peers, clock_now());
	if (g->gone == NULL || g->peers == NULL ||
	    (g->traffic == NULL && c->traffic.kind != TRAFFIC_NONE)) {
		gen_close(g);
		return -E_SYS;
	}
	memcpy(io.ifname, c->ifname, sizeof(io.ifname));
	io.oui = peers_oui(g->peers);
	err = io_open(&g->io, &io, why, n);
	if (err < 0) {
		gen_close(g);
		return err;
	}
	*to = g;
	return 0;
}

void
gen_close(struct gen *g)
{
	if (g->io != NULL)
		io_close(g->io);
	peers_free(g->peers);
	traffic_free(g->traffic);
	free(g->gone);
	free(g);
}

/* ---- questions ---- */

enum gen_stage
gen_stage(const struct gen *g)
{
	return g->stage;
}

unsigned
gen_round(const struct gen *g)
{
	return g->round;
}

struct peers *
gen_peers(struct gen *g)
{
	return g->peers;
}

tstamp
gen_age(const struct gen *g)
{
	return clock_now() - g->began;
}

unsigned
gen_held(const struct gen *g)
{
	return g->held;
}

unsigned
gen_shared(const struct gen *g)
{
	return g->shared;
}

unsigned
gen_up(const struct gen *g)
{
	return g->up;
}

const struct traffic_stats *
gen_traffic(const struct gen *g)
{
	return g->traffic != NULL ? traffic_stats(g->traffic) : NULL;
}

void
gen_io(struct gen *g, struct io_stats *st)
{
	io_stats(g->io, st);
}
