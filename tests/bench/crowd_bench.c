/*
 * crowd_bench [SESSIONS] - what a packet costs a lane with one session and
 * with SESSIONS (8,000), each packet another's: wire and TUN in memory, in
 * turn, the middle of many rounds.
 */
#include <atf-c.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit/lb/kit.h"
#include "wire/cksum.h"

#define ROUNDS	2001u
#define VNET	10u
#define OURS	0x0a0000feu

/* What the kit requires: there is no test case that would fail here. */
void
atf_tc_fail_requirement(const char *file, const size_t line, const char *fmt,
    ...)
{
	fprintf(stderr, "crowd_bench: %s:%zu: %s\n", file, line, fmt);
	exit(1);
}

void
atf_tc_fail_check(const char *file, const size_t line, const char *fmt, ...)
{
	atf_tc_fail_requirement(file, line, "%s", fmt);
}

struct bed {
	struct kit *k;
	int	 host;
	uint32_t n;
	struct rng rng;
	tstamp	 took[ROUNDS];
};

static void
mac_of(uint32_t i, uint8_t mac[ETH_ADDR])
{
	memset(mac, 2, ETH_ADDR);
	memcpy(mac + 2, &i, sizeof(i));
}

static void
make(struct bed *b, uint32_t n)
{
	struct tun tun = { .name = "tun0" };
	int fd[2], room = 4 << 20;
	uint8_t mac[ETH_ADDR];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd) < 0)
		exit(1);
	for (int i = 0; i < 2; i++)
		setsockopt(fd[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	tun.fd = fd[0];
	b->host = fd[1];
	b->n = n;
	b->k = kit_new(false, n, &tun);
	rng_seed(&b->rng, 7);
	for (uint32_t i = 1; i <= n; i++) {
		struct far_peer peer;

		mac_of(i, mac);
		far_up(b->k, &peer, mac, (struct vlans){ 0, 0 }, (uint16_t)i);
		kit_forget(b->k);
	}
}

static size_t
udp(uint8_t ip[64], uint32_t src, uint32_t dst)
{
	struct wr w = wr_of(ip, 64);

	memset(ip, 0, 64);
	wr_u16(&w, 0x4500);
	wr_u16(&w, 64);
	wr_u32(&w, 0);
	wr_u16(&w, 64 << 8 | 17);
	wr_u16(&w, 0);
	wr_u32(&w, src);
	wr_u32(&w, dst);
	wr_patch16(&w, 10, cksum(ip, 20, 0));
	wr_u16(&w, 5000);
	wr_u16(&w, 4000);
	wr_u16(&w, 44);
	return 64;
}

static void
timed(struct bed *b, unsigned round)
{
	tstamp from = clock_now();

	kit_run(b->k);
	b->took[round] = clock_now() - from;
}

static void
up(struct bed *b, unsigned round)
{
	uint8_t ip[64], mac[ETH_ADDR], buf[VNET + 64];

	for (int i = 0; i < LANE_BATCH; i++) {
		uint32_t who = 1 + rng_u32(&b->rng) % b->n;

		mac_of(who, mac);
		struct frame f = { .src = mac, .sid = (uint16_t)who,
		    .proto = PROTO_IP, .p = ip,
		    .n = udp(ip, 0x0a000000 + who, OURS) };

		kit_frame(b->k, &f);
	}
	timed(b, round);
	for (int i = 0; i < LANE_BATCH; i++)
		if (recv(b->host, buf, sizeof(buf), 0) != (ssize_t)sizeof(buf))
			exit(1);
}

static void
down(struct bed *b, unsigned round)
{
	uint8_t buf[VNET + 64] = { 0 };
	int n = 0;

	for (int i = 0; i < LANE_BATCH; i++) {
		udp(buf + VNET, OURS, 0x0a000000 + 1 +
		    rng_u32(&b->rng) % b->n);
		if (send(b->host, buf, sizeof(buf), 0) < 0)
			exit(1);
	}
	timed(b, round);
	while (kit_next(b->k) != NULL)
		n++;
	if (n != LANE_BATCH)
		exit(1);
}

static int
by_time(const void *a, const void *b)
{
	tstamp x = *(const tstamp *)a, y = *(const tstamp *)b;

	return x < y ? -1 : x > y;
}

static double
middle(struct bed *b)
{
	qsort(b->took, ROUNDS, sizeof(b->took[0]), by_time);
	return (double)b->took[ROUNDS / 2] / LANE_BATCH;
}

static void
compare(const char *what, void (*turn)(struct bed *, unsigned),
    struct bed *one, struct bed *many)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		turn(one, i);
		turn(many, i);
	}
	double a = middle(one), b = middle(many);

	printf("%-4s %4.0f ns a packet with one session, %4.0f with %u: "
	    "%.2f\n", what, a, b, many->n, b / a);
}

int
main(int argc, char **argv)
{
	static struct bed one, many;
	long n = argc > 1 ? atol(argv[1]) : 8000;

	if (n < 1 || n > 60000) {
		fprintf(stderr, "usage: crowd_bench [SESSIONS]\n");
		return 1;
	}
	make(&one, 1);
	make(&many, (uint32_t)n);
	compare("up", up, &one, &many);
	compare("down", down, &one, &many);
	return 0;
}
