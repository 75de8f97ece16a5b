/*
 * setup_bench - subscribers against an access concentrator on an interface.
 *
 *	setup_bench -i IF -n N -u USER -p SECRET [-r RATE] [-w WINDOW]
 *	    [-s SERVICE] [-f 4|6|46] [-H HOLD] [-m FIRST] [-d]
 *
 * Sets up N sessions: RATE a second, or (RATE 0) as fast as the other side
 * takes them with at most WINDOW under way. Then holds them HOLD seconds and
 * hangs up (-d: dies without a word). Two generators on one Ethernet need
 * other MACs: FIRST is the number of the first one's. Prints text, and JSON
 * as last line; exit 1 when a session failed or was lost.
 */
#include <jansson.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/peer.h"

struct args {
	const char *ifname;
	struct peers_conf peers;
	unsigned rate, window, hold;
	bool	 die;
};

static pcap_t *wire;
static uint64_t send_errors;
static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "setup_bench: %s: %s\n", what, why);
	exit(2);
}

static void
wire_open(const char *ifname)
{
	char err[PCAP_ERRBUF_SIZE];
	struct bpf_program prog;
	int rc;

	wire = pcap_create(ifname, err);
	if (wire == NULL)
		die(ifname, err);
	pcap_set_snaplen(wire, 1600);
	pcap_set_promisc(wire, 1);	/* each subscriber has a MAC */
	pcap_set_immediate_mode(wire, 1);
	pcap_set_buffer_size(wire, 16 << 20);
	rc = pcap_activate(wire);
	if (rc < 0)
		die(ifname, pcap_geterr(wire));
	if (pcap_setnonblock(wire, 1, err) < 0)
		die(ifname, err);
	if (pcap_compile(wire, &prog, "ether[0:2] = 0x0242 and "
	    "(ether proto 0x8863 or ether proto 0x8864)", 1, 0) < 0 ||
	    pcap_setfilter(wire, &prog) < 0)
		die(ifname, pcap_geterr(wire));
	pcap_freecode(&prog);
}

static void
wire_send(void *arg, const uint8_t *frame, size_t n)
{
	(void)arg;
	if (pcap_inject(wire, frame, n) < 0)
		send_errors++;
}

struct intake {
	struct peers *g;
	tstamp	 now;
};

static void
take(u_char *arg, const struct pcap_pkthdr *h, const u_char *p)
{
	struct intake *in = (struct intake *)arg;

	peers_frame(in->g, p, h->caplen, in->now);
}

/* Frames and timers once; sleeps until @wake at most. */
static void
turn(struct peers *g, tstamp wake)
{
	struct pollfd pf = { .fd = pcap_get_selectable_fd(wire),
	    .events = POLLIN };
	struct intake in = { g, clock_now() };

	wake = tstamp_min(wake, peers_next(g));
	if (wake > in.now)
		poll(&pf, 1, (int)((wake - in.now) / MSEC(1)) + 1);
	in.now = clock_now();
	pcap_dispatch(wire, 256, take, (u_char *)&in);
	peers_expire(g, in.now);
}

/* Whether the next subscriber may begin now; when not, until when to wait. */
static bool
may_start(const struct args *a, const struct peers *g, tstamp now,
    tstamp *wake)
{
	const struct peers_stats *st = peers_stats(g);

	*wake = now + MSEC(100);
	if (st->started == a->peers.n)
		return false;
	if (a->rate == 0)
		return peers_pending(g) < a->window;
	*wake = st->started == 0 ? now :
	    st->first + SEC(1) * st->started / a->rate;
	return *wake <= now;
}

static void
set_up(const struct args *a, struct peers *g)
{
	const struct peers_stats *st = peers_stats(g);
	tstamp wake;

	while (!stop && (st->started < a->peers.n || peers_pending(g) > 0)) {
		while (may_start(a, g, clock_now(), &wake))
			peers_start(g, clock_now());
		turn(g, wake);
	}
}

static double
ms(const tstamp *t, size_t n, unsigned percent)
{
	return n == 0 ? 0 : (double)t[(n - 1) * percent / 100] / 1e6;
}

/* From the first PADI until the last session was up. */
static double
seconds(const struct peers_stats *st)
{
	return st->ever_up == 0 ? 0 : (double)(st->last - st->first) / 1e9;
}

static double
per_second(const struct peers_stats *st)
{
	return seconds(st) <= 0 ? 0 : st->ever_up / seconds(st);
}

/* Subscribers that share an address with another: must be none. */
static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static unsigned
shared_addresses(const struct args *a, const struct peers *g)
{
	uint32_t *v = calloc(a->peers.n, sizeof(*v));
	unsigned shared = 0;

	if (v == NULL)
		die("addresses", "out of memory");
	for (unsigned i = 0; i < a->peers.n; i++)
		v[i] = peers_addr(g, i);
	qsort(v, a->peers.n, sizeof(*v), by_value);
	for (unsigned i = 1; i < a->peers.n; i++)
		shared += v[i] != 0 && v[i] == v[i - 1];
	free(v);
	return shared;
}

/* Why sessions failed or were lost so far. */
static json_t *
reasons(const struct peers_stats *st)
{
	json_t *why = json_object();

	for (int i = 0; i < WHY_COUNT; i++) {
		if (st->why[i] == 0)
			continue;
		printf("         %u: %s\n", st->why[i],
		    why_text((enum why)i));
		json_object_set_new(why, why_name((enum why)i),
		    json_integer(st->why[i]));
	}
	return why;
}

static json_t *
report_setup(const struct args *a, struct peers *g)
{
	const struct peers_stats *st = peers_stats(g);
	size_t n;
	const tstamp *t = peers_times(g, &n);
	unsigned shared = shared_addresses(a, g);

	printf("set up   %u of %u sessions in %.2f s: %.0f sessions/s\n",
	    st->ever_up, a->peers.n, seconds(st), per_second(st));
	printf("PADI to IPCP up, ms: p50 %.2f  p90 %.2f  p99 %.2f  "
	    "most %.2f\n", ms(t, n, 50), ms(t, n, 90), ms(t, n, 99),
	    ms(t, n, 100));
	printf("failed   %u; asked again %llu times; %u packets refused; "
	    "%u shared addresses\n", st->failed,
	    (unsigned long long)st->repeats, st->refused, shared);
	return json_pack("{s:i s:i s:i s:f s:f s:f s:f s:f s:I s:i s:i s:o}",
	    "sessions", a->peers.n, "up", st->ever_up, "failed", st->failed,
	    "sessions_per_second", per_second(st), "p50_ms", ms(t, n, 50),
	    "p90_ms", ms(t, n, 90), "p99_ms", ms(t, n, 99), "most_ms",
	    ms(t, n, 100), "asked_again", (json_int_t)st->repeats, "refused",
	    st->refused, "shared_addresses", shared, "why", reasons(st));
}

static void
hold(const struct args *a, struct peers *g, json_t *out)
{
	const struct peers_stats *st = peers_stats(g);
	tstamp end = clock_now() + SEC(a->hold);
	uint64_t echoes = st->echoes;
	unsigned held = st->up;

	if (a->hold == 0)
		return;
	printf("holding  %u sessions for %u s\n", held, a->hold);
	fflush(stdout);
	while (!stop && clock_now() < end)
		turn(g, end);
	echoes = st->echoes - echoes;
	printf("held     %u of %u sessions, %u lost, %llu echoes answered\n",
	    st->up, held, st->lost, (unsigned long long)echoes);
	json_object_set_new(out, "why", reasons(st));
	json_object_set_new(out, "held", json_integer(st->up));
	json_object_set_new(out, "lost", json_integer(st->lost));
	json_object_set_new(out, "echoes", json_integer((json_int_t)echoes));
	json_object_set_new(out, "hold_seconds", json_integer(a->hold));
}

static void
hang_up(const struct args *a, struct peers *g)
{
	for (unsigned i = 0; i < a->peers.n; i++) {
		peers_stop(g, i, clock_now());
		if (i % 64 == 63)
			turn(g, clock_now() + MSEC(5));
	}
}

static void
usage(void)
{
	fprintf(stderr, "usage: setup_bench -i IF -n N -u USER -p SECRET "
	    "[-r RATE] [-w WINDOW]\n\t[-s SERVICE] [-f 4|6|46] [-H HOLD] "
	    "[-m FIRST] [-d]\n");
	exit(2);
}

static unsigned
number(const char *s, unsigned max)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	if (*s == '\0' || *end != '\0' || v > max)
		usage();
	return (unsigned)v;
}

static void
options(int argc, char **argv, struct args *a)
{
	int c;

	while ((c = getopt(argc, argv, "i:n:r:w:u:p:s:f:H:m:d")) != -1) {
		switch (c) {
		case 'i':	a->ifname = optarg; break;
		case 'n':	a->peers.n = number(optarg, PEERS_MAX); break;
		case 'r':	a->rate = number(optarg, 1000000); break;
		case 'w':	a->window = number(optarg, PEERS_MAX); break;
		case 'u':	a->peers.user = optarg; break;
		case 'p':	a->peers.secret = optarg; break;
		case 's':	a->peers.service = optarg; break;
		case 'H':	a->hold = number(optarg, 1000000); break;
		case 'm':	a->peers.first = number(optarg, 1u << 23);
				break;
		case 'd':	a->die = true; break;
		case 'f':
			a->peers.ipv4 = strchr(optarg, '4') != NULL;
			a->peers.ipv6 = strchr(optarg, '6') != NULL;
			break;
		default:	usage();
		}
	}
	if (optind != argc || a->ifname == NULL || a->peers.n == 0 ||
	    a->window == 0 || (!a->peers.ipv4 && !a->peers.ipv6))
		usage();
}

int
main(int argc, char **argv)
{
	struct args a = {
		.window = 64,
		.peers = { .user = "", .secret = "", .service = "",
		    .ipv4 = true, .ipv6 = true, .tries = 8,
		    .send = wire_send },
	};
	const struct peers_stats *st;
	struct peers *g;
	json_t *out;
	bool good;

	options(argc, argv, &a);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	wire_open(a.ifname);
	g = peers_new(&a.peers, clock_now());
	if (g == NULL)
		die("subscribers", "out of memory");
	st = peers_stats(g);
	set_up(&a, g);
	out = report_setup(&a, g);
	hold(&a, g, out);
	good = st->ever_up == a.peers.n && st->lost == 0 &&
	    shared_addresses(&a, g) == 0;
	if (!a.die)
		hang_up(&a, g);
	json_dumpf(out, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	printf("\n");
	json_decref(out);
	peers_free(g);
	pcap_close(wire);
	return good ? 0 : 1;
}
