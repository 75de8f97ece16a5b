/*
 * A session's packets through one cycle of the lane, many times, with wire
 * and TUN in memory.  Each case shows that all of them arrive; run under
 * callgrind by tests/bench/count_test.sh it also shows what each costs.
 */
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/lb/kit.h"
#include "wire/cksum.h"

#define MY	0x0a0000feu
#define HIS	0x0a000005u
#define ROUNDS	100u
#define VNET	10u			/* octets in front of a TUN's packet */
#define MSS	1452u			/* of a link of 1492 octets */
#define SUPER	(44u * MSS)		/* TCP payload of a super-packet */

static const struct vlans untagged;
static struct far_peer peer;
static struct kit *k;
static int host;			/* the host's end of the TUN */

static void
setup(void)
{
	struct tun tun = { .gso = true, .uso = true, .name = "tun0" };
	int fd[2], room = 4 << 20;

	ATF_REQUIRE_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK,
	    0, fd));
	for (int i = 0; i < 2; i++)
		setsockopt(fd[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	tun.fd = fd[0];
	host = fd[1];
	k = kit_new(false, 8, &tun);
	far_up(k, &peer, kit_peer_mac, untagged, 5);
}

static void
finish(void)
{
	ATF_CHECK_EQ(0, kit_all_drops(k));
	kit_free(k);
	close(host);
}

/* What callgrind counts: a function of its own, by this name. */
static __attribute__((noinline)) void
cycle(void)
{
	while (lane_run(k->l, k->now))
		;
	__asm__ volatile("" ::: "memory");
}

/* ---- packets ---- */

static size_t
ip4(struct wr *w, uint8_t proto, uint32_t src, uint32_t dst, size_t n)
{
	size_t at = wr_size(w);

	wr_u16(w, 0x4500);
	wr_u16(w, (uint16_t)(20 + n));
	wr_u32(w, 0x00004000);		/* DF */
	wr_u16(w, (uint16_t)(64 << 8 | proto));
	wr_u16(w, 0);
	wr_u32(w, src);
	wr_u32(w, dst);
	return at;
}

static size_t
udp(uint8_t *ip, uint32_t src, uint32_t dst, uint16_t port)
{
	static const uint8_t text[64 - 28];
	struct wr w = wr_of(ip, 64);

	ip4(&w, 17, src, dst, 44);
	wr_patch16(&w, 10, cksum(ip, 20, 0));
	wr_u16(&w, port);
	wr_u16(&w, 4000);
	wr_u16(&w, 44);
	wr_u16(&w, 0);
	wr_put(&w, text, sizeof(text));
	ATF_REQUIRE(!w.bad);
	return wr_size(&w);
}

/* The sum of the pseudo header, not folded into a checksum yet. */
static uint16_t
tcp_sum(const uint8_t *ip, size_t tcp_len, bool whole)
{
	uint8_t pseudo[12];

	memcpy(pseudo, ip + 12, 8);
	pseudo[8] = 0;
	pseudo[9] = 6;
	pseudo[10] = (uint8_t)(tcp_len >> 8);
	pseudo[11] = (uint8_t)tcp_len;
	uint16_t part = (uint16_t)~cksum(pseudo, sizeof(pseudo), 0);

	return whole ? cksum(ip + 20, tcp_len, part) : part;
}

/* @n octets of a stream from @seq on; @whole: with its checksum. */
static size_t
tcp(uint8_t *ip, size_t room, uint32_t src, uint32_t dst, uint32_t seq,
    size_t n, bool whole)
{
	struct wr w = wr_of(ip, room);

	ip4(&w, 6, src, dst, 20 + n);
	wr_patch16(&w, 10, cksum(ip, 20, 0));
	wr_u16(&w, 5000);
	wr_u16(&w, 4000);
	wr_u32(&w, seq);
	wr_u32(&w, 1);
	wr_u16(&w, 0x5010);		/* ACK */
	wr_u16(&w, 500);
	wr_u32(&w, 0);
	while (n > 0 && !w.bad) {
		wr_u8(&w, (uint8_t)n);
		n--;
	}
	ATF_REQUIRE(!w.bad);
	wr_patch16(&w, 36, tcp_sum(ip, wr_size(&w) - 20, whole));
	return wr_size(&w);
}

/* ---- cases ---- */

/* Octets of IP that the host got since; @n: packets. */
static size_t
host_got(unsigned *n)
{
	static uint8_t buf[VNET + 65536];
	size_t octets = 0;
	ssize_t got;

	*n = 0;
	while ((got = recv(host, buf, sizeof(buf), 0)) > 0) {
		ATF_REQUIRE((size_t)got > VNET);
		octets += (size_t)got - VNET;
		(*n)++;
	}
	ATF_REQUIRE_EQ(EAGAIN, errno);
	return octets;
}

static unsigned
peer_got(void)
{
	unsigned n = 0;

	while (kit_next(k) != NULL)
		n++;
	return n;
}

static void
many_up(void)
{
	uint8_t ip[64];
	unsigned n;

	for (unsigned r = 0; r < ROUNDS; r++) {
		for (uint16_t i = 0; i < LANE_BATCH; i++)
			far_send(k, &peer, PROTO_IP, ip,
			    udp(ip, HIS, MY, (uint16_t)(5000 + i)));
		cycle();
		ATF_REQUIRE_EQ(64u * LANE_BATCH, host_got(&n));
		ATF_REQUIRE_EQ(LANE_BATCH, n);
	}
}

ATF_TC_WITHOUT_HEAD(up_udp);
ATF_TC_BODY(up_udp, tc)
{
	setup();
	many_up();
	finish();
}

/* With a capture whose file nobody writes: no packet waits for it. */
static void
captured(enum capture_what what, uint64_t frames)
{
	struct capture_conf c = { .serial = 1, .path = "/x",
	    .what = (uint8_t)what };
	struct tap_msg m;
	struct tap *t;
	uint64_t n = 0;

	setup();
	t = kit_capture(k, &c);
	many_up();
	while (spsc_get(&t->ring, &m))
		n++;
	ATF_CHECK_EQ(frames < TAP_MOST ? frames : TAP_MOST, n);
	ATF_CHECK_EQ(frames, n + t->lost);
	finish();
}

ATF_TC_WITHOUT_HEAD(up_udp_passed_by);
ATF_TC_BODY(up_udp_passed_by, tc)
{
	captured(CAPTURE_CONTROL, 0);
}

ATF_TC_WITHOUT_HEAD(up_udp_captured);
ATF_TC_BODY(up_udp_captured, tc)
{
	captured(CAPTURE_ALL, (uint64_t)ROUNDS * LANE_BATCH);
}

/* The packets that flows have seen from the peer, and to it. */
static void
seen_flows(const struct flow_table *t, uint64_t in, uint64_t out)
{
	struct flow_row r, all = { .end = FLOW_LIVES };

	for (uint32_t i = 0; i < flow_table_size(t); i++)
		if (flow_read(t, i, &r) && r.id.family == 0)
			all = r;
	ATF_CHECK_EQ(in, all.n[FLOW_IN][FLOW_PKTS]);
	ATF_CHECK_EQ(out, all.n[FLOW_OUT][FLOW_PKTS]);
	ATF_CHECK_EQ(0, flow_sum(&all, FLOW_RETX_PKTS));
	ATF_CHECK_EQ(0, t->replaced);
	ATF_CHECK_STREQ("mem0", all.who.ifname);
}

ATF_TC_WITHOUT_HEAD(up_udp_flows);
ATF_TC_BODY(up_udp_flows, tc)
{
	setup();
	const struct flow_table *t = kit_flows(k, 16384);

	many_up();
	seen_flows(t, (uint64_t)ROUNDS * LANE_BATCH, 0);
	finish();
}

static void
tcp_up(void)
{
	uint8_t ip[1492];
	uint32_t seq = 1;
	unsigned n;

	for (unsigned r = 0; r < ROUNDS; r++) {
		for (int i = 0; i < 44; i++, seq += MSS)
			far_send(k, &peer, PROTO_IP, ip, tcp(ip, sizeof(ip),
			    HIS, MY, seq, MSS, true));
		cycle();
		ATF_REQUIRE_EQ(40 + SUPER, host_got(&n));
		ATF_REQUIRE_EQ(1, n);		/* joined */
	}
}

ATF_TC_WITHOUT_HEAD(up_tcp);
ATF_TC_BODY(up_tcp, tc)
{
	setup();
	tcp_up();
	finish();
}

ATF_TC_WITHOUT_HEAD(up_tcp_flows);
ATF_TC_BODY(up_tcp_flows, tc)
{
	setup();
	const struct flow_table *t = kit_flows(k, 16384);

	tcp_up();
	seen_flows(t, 44ull * ROUNDS, 0);
	finish();
}

ATF_TC_WITHOUT_HEAD(down_udp);
ATF_TC_BODY(down_udp, tc)
{
	uint8_t buf[VNET + 64] = { 0 };

	setup();
	for (unsigned r = 0; r < ROUNDS; r++) {
		for (uint16_t i = 0; i < LANE_BATCH; i++) {
			size_t len = VNET + udp(buf + VNET, MY, HIS,
			    (uint16_t)(5000 + i));

			ATF_REQUIRE_EQ((ssize_t)len, send(host, buf, len, 0));
		}
		cycle();
		ATF_REQUIRE_EQ(LANE_BATCH, peer_got());
	}
	finish();
}

/* A packet there and one back, each alone, a while after the last ones: what
 * an idle round trip costs beside its system calls. */
ATF_TC_WITHOUT_HEAD(lone);
ATF_TC_BODY(lone, tc)
{
	uint8_t buf[VNET + 64] = { 0 };
	unsigned n;

	setup();
	for (unsigned r = 0; r < ROUNDS; r++) {
		k->now += MSEC(1);
		far_send(k, &peer, PROTO_IP, buf + VNET,
		    udp(buf + VNET, HIS, MY, 5000));
		cycle();
		ATF_REQUIRE_EQ(64, host_got(&n));
		ATF_REQUIRE_EQ(1, n);
		size_t len = VNET + udp(buf + VNET, MY, HIS, 5000);

		ATF_REQUIRE_EQ((ssize_t)len, send(host, buf, len, 0));
		cycle();
		ATF_REQUIRE_EQ(1, peer_got());
	}
	finish();
}

static void
tcp_down(void)
{
	/* needs_csum, TCP over IPv4; 40 octets of headers, then segments;
	 * the checksum is 16 octets into what starts at 20. Of the host. */
	static uint8_t buf[VNET + 40 + SUPER];
	const uint16_t field[] = { 40, MSS, 20, 16 };
	uint32_t seq = 1;

	buf[0] = buf[1] = 1;
	memcpy(buf + 2, field, sizeof(field));
	for (unsigned r = 0; r < ROUNDS; r++, seq += SUPER) {
		size_t len = VNET + tcp(buf + VNET, sizeof(buf) - VNET, MY,
		    HIS, seq, SUPER, false);

		ATF_REQUIRE_EQ((ssize_t)len, send(host, buf, len, 0));
		cycle();
		ATF_REQUIRE_EQ(44, peer_got());	/* cut */
	}
}

ATF_TC_WITHOUT_HEAD(down_tcp);
ATF_TC_BODY(down_tcp, tc)
{
	setup();
	tcp_down();
	finish();
}

ATF_TC_WITHOUT_HEAD(down_tcp_flows);
ATF_TC_BODY(down_tcp_flows, tc)
{
	setup();
	const struct flow_table *t = kit_flows(k, 16384);

	tcp_down();
	seen_flows(t, 0, 44ull * ROUNDS);
	finish();
}

ATF_TC_WITHOUT_HEAD(echo);
ATF_TC_BODY(echo, tc)
{
	static const uint8_t ask[] = { 9, 1, 0, 8, 1, 2, 3, 4 };

	setup();
	for (unsigned r = 0; r < ROUNDS; r++) {
		for (int i = 0; i < 8; i++)
			far_send(k, &peer, 0xc021, ask, sizeof(ask));
		cycle();
		ATF_REQUIRE_EQ(8, peer_got());
	}
	finish();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, up_udp);
	ATF_TP_ADD_TC(tp, up_udp_passed_by);
	ATF_TP_ADD_TC(tp, up_udp_captured);
	ATF_TP_ADD_TC(tp, up_udp_flows);
	ATF_TP_ADD_TC(tp, up_tcp);
	ATF_TP_ADD_TC(tp, up_tcp_flows);
	ATF_TP_ADD_TC(tp, down_udp);
	ATF_TP_ADD_TC(tp, lone);
	ATF_TP_ADD_TC(tp, down_tcp);
	ATF_TP_ADD_TC(tp, down_tcp_flows);
	ATF_TP_ADD_TC(tp, echo);
	return atf_no_error();
}
