/* Packets between a session's peer and this host, through a real TUN. */
#ifdef __linux__
#include <arpa/inet.h>
#include <atf-c.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/netns.h"
#include "os/net.h"
#include "unit/lb/kit.h"
#include "wire/cksum.h"

#define MY	0x0a0000feu

static const struct vlans untagged;
static const uint8_t other_mac[ETH_ADDR] = { 2, 0, 0, 0, 1, 2 };
static struct far_peer one, two;
static struct kit *k;

/* A lane with a TUN that has 10.0.0.254 and the net of the peers. */
static void
setup(bool single)
{
	struct os_addr a = { .family = AF_INET, .bits = 24,
	    .addr = { 10, 0, 0, 254 } };
	struct tun tun;
	char why[200] = "";

	netns_enter();
	ATF_REQUIRE_MSG(tun_open(&tun, 3, why, sizeof(why)) == 0, "%s", why);
	ATF_REQUIRE_EQ(0, os_if_quiet6("tun3"));
	ATF_REQUIRE_EQ(0, os_addr_add("tun3", &a));
	ATF_REQUIRE_EQ(0, os_if_set_mtu("tun3", 1500));
	ATF_REQUIRE_EQ(0, os_if_set_up("tun3", true));
	k = kit_new(single, 8, &tun);
}

static int
udp(void)
{
	struct sockaddr_in me = { .sin_family = AF_INET,
	    .sin_port = htons(4000), .sin_addr.s_addr = htonl(MY) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int off = IP_PMTUDISC_DONT;

	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(0, bind(fd, (struct sockaddr *)&me, sizeof(me)));
	ATF_REQUIRE_EQ(0, setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &off,
	    sizeof(off)));
	return fd;
}

static void
say(int fd, uint32_t to, const void *p, size_t n)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(5000), .sin_addr.s_addr = htonl(to) };

	ATF_REQUIRE_EQ((ssize_t)n, sendto(fd, p, n, 0,
	    (struct sockaddr *)&sin, sizeof(sin)));
}

static void
run_until_readable(void)
{
	ATF_REQUIRE(readable(k->l->tun.fd, 1000));
	kit_run(k);
}

/* An IPv4 UDP datagram without checksum; returns its octets. */
static size_t
datagram(uint8_t *ip, uint32_t src, uint32_t dst, const char *text)
{
	size_t n = strlen(text);
	struct wr w = wr_of(ip, 1500);

	wr_u16(&w, 0x4500);
	wr_u16(&w, (uint16_t)(28 + n));
	wr_u32(&w, 0);
	wr_u32(&w, 0x40110000);		/* TTL 64, UDP */
	wr_u32(&w, src);
	wr_u32(&w, dst);
	wr_patch16(&w, 10, cksum(ip, 20, 0));
	wr_u16(&w, 5000);
	wr_u16(&w, 4000);
	wr_u16(&w, (uint16_t)(8 + n));
	wr_u16(&w, 0);
	wr_put(&w, text, n);
	return wr_size(&w);
}

static size_t
datagram6(uint8_t *ip, const void *src, const char *text)
{
	size_t n = strlen(text);
	struct wr w = wr_of(ip, 1500);

	wr_u32(&w, 0x60000000);
	wr_u16(&w, (uint16_t)n);
	wr_u16(&w, 59 << 8 | 64);	/* no next header */
	wr_put(&w, src, 16);
	wr_put(&w, "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	wr_put(&w, text, n);
	return wr_size(&w);
}

/* The next data frame: its IP packet; fails when it is not for @f. */
static struct rd
data_for(const struct far_peer *f)
{
	struct pkt *b = kit_next(k);
	struct pppoe_hdr h;
	struct eth e;

	ATF_REQUIRE_MSG(b != NULL, "no frame for the peer");
	struct rd r = rd_of(b->data, b->len);

	ATF_REQUIRE_EQ(0, eth_read(&r, 0, 0, &e));
	ATF_REQUIRE_EQ(0, pppoe_read(&r, &h));
	ATF_CHECK(memcmp(e.dst, f->mac, ETH_ADDR) == 0);
	ATF_CHECK_EQ(f->vlan.outer, e.vid[0]);
	ATF_CHECK_EQ(f->sid, h.sid);
	ATF_CHECK_EQ(rd_size(&r), h.len);
	ATF_REQUIRE_EQ(PROTO_IP, rd_u16(&r));
	return r;
}

NET_TEST(both_ways, "datagrams of two sessions cross the lane")
{
	static const struct vlans seven = { 7, 0 };
	struct sess_count *n;
	uint8_t ip[1500], got[64];

	setup(false);
	far_up(k, &one, kit_peer_mac, untagged, 5);
	far_up(k, &two, other_mac, seven, 6);
	int fd = udp();

	say(fd, 0x0a000006, "two", 3);
	say(fd, 0x0a000005, "hello", 5);
	run_until_readable();
	struct rd r = data_for(&two);

	ATF_REQUIRE_EQ(31, rd_size(&r));
	ATF_CHECK(memcmp(r.p + 28, "two", 3) == 0);
	r = data_for(&one);
	ATF_REQUIRE_EQ(33, rd_size(&r));
	ATF_CHECK_EQ(0, cksum(r.p, 20, 0));
	ATF_CHECK(memcmp(r.p + 28, "hello", 5) == 0);
	ATF_CHECK(kit_next(k) == NULL);

	far_send(k, &one, PROTO_IP, ip, datagram(ip, 0x0a000005, MY, "up"));
	kit_run(k);
	ATF_REQUIRE(readable(fd, 1000));
	ATF_REQUIRE_EQ(2, recv(fd, got, sizeof(got), 0));
	ATF_CHECK(memcmp(got, "up", 2) == 0);
	n = lane_by_ticket(k->l, 5)->count;
	ATF_CHECK_EQ(1, atomic_load(&n->ip_in));
	ATF_CHECK_EQ(30, atomic_load(&n->ip_in_oct));
	ATF_CHECK_EQ(1, atomic_load(&n->ip_out));
	ATF_CHECK_EQ(33, atomic_load(&n->ip_out_oct));
	ATF_CHECK_EQ(0, kit_all_drops(k));
	close(fd);
	kit_free(k);
}

/* @p comes from the first peer; @why: dropped so, else it passes. */
static void
upstream(uint16_t proto, const void *p, size_t n, enum drop why)
{
	uint64_t all = kit_all_drops(k);
	struct sess_count *c = lane_by_ticket(k->l, 5)->count;
	uint64_t in = atomic_load(&c->ip_in) + atomic_load(&c->ip6_in);
	bool passes = why == DROP_COUNT;

	far_send(k, &one, proto, p, n);
	kit_run(k);
	ATF_CHECK_EQ(in + passes, atomic_load(&c->ip_in) +
	    atomic_load(&c->ip6_in));
	ATF_CHECK_EQ(all + !passes, kit_all_drops(k));
	if (!passes)
		ATF_CHECK_MSG(kit_drops(k, why) > 0, "not %s",
		    drop_name(why));
}

NET_TEST(spoofed_source, "a peer speaks only for its own addresses")
{
	uint8_t ip[1500], src[16] = { 0xfe, 0x80 };
	size_t n;

	setup(false);
	far_up(k, &one, kit_peer_mac, untagged, 5);
	far_up(k, &two, other_mac, untagged, 6);
	n = datagram(ip, 0x0a000005, MY, "x");
	upstream(PROTO_IP, ip, n, DROP_COUNT);
	upstream(PROTO_IP, ip, datagram(ip, 0x0a000006, MY, "x"),
	    DROP_IP_SOURCE);
	upstream(PROTO_IP, ip, datagram(ip, MY, MY, "x"), DROP_IP_SOURCE);
	upstream(PROTO_IP, ip, datagram(ip, 0, MY, "x"), DROP_IP_SOURCE);
	memcpy(src + 8, ppp_my_ifid(&one.ppp), 8);
	upstream(PROTO_IPV6, ip, datagram6(ip, src, "x"), DROP_COUNT);
	src[15] ^= 1;
	upstream(PROTO_IPV6, ip, datagram6(ip, src, "x"), DROP_IP_SOURCE);
	memcpy(src + 8, ppp_my_ifid(&two.ppp), 8);
	upstream(PROTO_IPV6, ip, datagram6(ip, src, "x"), DROP_IP_SOURCE);
	memcpy(src + 8, ppp_my_ifid(&one.ppp), 8);
	src[0] = 0x20;
	upstream(PROTO_IPV6, ip, datagram6(ip, src, "x"), DROP_IP_SOURCE);
	ATF_CHECK_EQ(6, kit_drops(k, DROP_IP_SOURCE));
	kit_free(k);
}

NET_TEST(malformed, "IP headers that do not fit are counted")
{
	uint8_t ip[1500], src[16] = { 0xfe, 0x80 };
	size_t n;

	setup(false);
	far_up(k, &one, kit_peer_mac, untagged, 5);
	n = datagram(ip, 0x0a000005, MY, "x");
	upstream(PROTO_IP, ip, 19, DROP_IP_SHORT);
	upstream(PROTO_IP, ip, n - 1, DROP_IP_SHORT);	/* total length */
	upstream(PROTO_IP, ip, 1, DROP_IP_SHORT);
	upstream(PROTO_IP, ip, n + 7, DROP_COUNT);	/* padded */
	ip[0] = 0x65;
	upstream(PROTO_IP, ip, n, DROP_IP_SHORT);
	ip[0] = 0x44;
	upstream(PROTO_IP, ip, n, DROP_IP_SHORT);
	ip[0] = 0x4f;
	upstream(PROTO_IP, ip, n, DROP_IP_SHORT);
	memcpy(src + 8, ppp_my_ifid(&one.ppp), 8);
	n = datagram6(ip, src, "");
	upstream(PROTO_IPV6, ip, n - 1, DROP_IP_SHORT);
	ip[0] = 0x45;
	upstream(PROTO_IPV6, ip, n, DROP_IP_SHORT);
	kit_free(k);
}

NET_TEST(downstream_drops, "what no session may get is counted")
{
	static uint8_t large[1472];
	struct frame f = { .sid = 9, .proto = PROTO_IP };
	uint8_t ip[64];

	setup(false);
	far_up(k, &one, kit_peer_mac, untagged, 5);
	int fd = udp();

	say(fd, 0x0a00004d, "nobody", 6);
	run_until_readable();
	ATF_CHECK_EQ(1, kit_drops(k, DROP_NO_PEER));
	say(fd, 0x0a000005, large, sizeof(large));	/* 1500 > 1492 */
	run_until_readable();
	ATF_CHECK_EQ(1, kit_drops(k, DROP_MTU));
	say(fd, 0x0a000005, large, sizeof(large) - 8);
	run_until_readable();
	struct rd r = data_for(&one);

	ATF_CHECK_EQ(1492, rd_size(&r));
	ATF_CHECK_EQ(2, kit_all_drops(k));

	/* A session whose IPCP is not up yet gets and says nothing. */
	far_new(&two, other_mac, untagged, 9);
	kit_accept(k, 9, other_mac, untagged, 9);
	kit_run(k);
	f.src = other_mac;
	f.p = ip;
	f.n = datagram(ip, 0x0a000009, MY, "early");
	kit_frame(k, &f);
	kit_run(k);
	ATF_CHECK_EQ(1, kit_drops(k, DROP_NCP_DOWN));
	say(fd, 0x0a000009, "early", 5);
	run_until_readable();
	ATF_CHECK_EQ(2, kit_drops(k, DROP_NO_PEER));
	close(fd);
	kit_free(k);
}

/* Large ones for the first peer. */
static void
burst(int fd, unsigned n)
{
	static uint8_t large[1464];

	while (n-- > 0)
		say(fd, 0x0a000005, large, sizeof(large));
	ATF_REQUIRE(readable(k->l->tun.fd, 1000));
}

/* What one turn sends. */
static unsigned
turn(void)
{
	unsigned n = 0;

	lane_run(k->l, k->now);
	while (kit_next(k) != NULL)
		n++;
	return n;
}

NET_TEST(turns, "64 KB, or more of a flow that is alone")
{
	const unsigned some = 64 * 1024 / 1492 + 1;

	setup(false);
	far_up(k, &one, kit_peer_mac, untagged, 5);
	far_up(k, &two, other_mac, untagged, 6);
	k->now += SEC(1);
	int fd = udp();

	burst(fd, 60);
	ATF_CHECK_EQ(60, turn());
	burst(fd, 50);
	say(fd, 0x0a000006, "two", 3);	/* seen behind the 64 KB */
	ATF_CHECK_EQ(51, turn());
	kit_run(k);
	burst(fd, 60);
	ATF_CHECK_EQ(some, turn());
	ATF_CHECK_EQ(60 - some, turn());
	k->now += MSEC(250);
	burst(fd, 60);
	ATF_CHECK_EQ(60, turn());

	/* Lone ones: the device says whether there is more. */
	burst(fd, 1);
	ATF_CHECK_EQ(1, turn());
	k->now += MSEC(1);
	burst(fd, 60);
	ATF_CHECK_EQ(1, turn());
	ATF_CHECK_EQ(59, turn());
	ATF_CHECK_EQ(0, kit_all_drops(k));
	close(fd);
	kit_free(k);
}

/* One turn, in which only the wire calls, somewhat later, or only the TUN
 * device, at once; is there a frame for the peer? */
static bool
sends(enum lane_quiet calls)
{
	k->l->quiet = (uint8_t)((QUIET_CTL | QUIET_FRAMES | QUIET_TUN) &
	    ~(unsigned)calls);
	if (calls == QUIET_FRAMES)
		k->now += MSEC(1);
	lane_run(k->l, k->now);
	return kit_next(k) != NULL;
}

NET_TEST(answers, "the host's answers go at once where they did before")
{
	uint8_t ip[1500];
	size_t n = datagram(ip, 0x0a000005, MY, "to nobody");

	setup(false);
	far_up(k, &one, kit_peer_mac, untagged, 5);
	k->now += SEC(1);
	far_send(k, &one, PROTO_IP, ip, n);
	ATF_CHECK(!sends(QUIET_FRAMES));
	ATF_REQUIRE(readable(k->l->tun.fd, 1000));	/* port unreachable */
	ATF_CHECK(sends(QUIET_TUN));
	far_send(k, &one, PROTO_IP, ip, n);
	ATF_CHECK(sends(QUIET_FRAMES));
	far_send(k, &one, PROTO_IP, ip, n);
	k->now -= MSEC(1);			/* right behind it: many */
	ATF_CHECK(!sends(QUIET_FRAMES));
	ATF_CHECK(sends(QUIET_TUN));

	int fd = udp();			/* who takes it and says nothing */

	far_send(k, &one, PROTO_IP, ip, n);
	ATF_CHECK(!sends(QUIET_FRAMES));
	close(fd);
	far_send(k, &one, PROTO_IP, ip, n);
	ATF_CHECK(!sends(QUIET_FRAMES));
	ATF_REQUIRE(readable(k->l->tun.fd, 1000));
	k->now += MSEC(1);		/* an answer, but not at once */
	ATF_CHECK(sends(QUIET_TUN));
	far_send(k, &one, PROTO_IP, ip, n);
	ATF_CHECK(!sends(QUIET_FRAMES));
	ATF_CHECK_EQ(0, kit_all_drops(k));
	kit_free(k);
}

NET_TEST(dial_on_demand, "one packet asks once, and waits for the answer")
{
	setup(true);
	int fd = udp();

	kit_op(k, MAIL_DEMAND, 0, 1);
	kit_run(k);
	ATF_CHECK(lane_wants_tun(k->l));
	ATF_CHECK(!kit_told(k));
	say(fd, 0x0a000001, "wake", 4);
	ATF_REQUIRE(readable(k->l->tun.fd, 1000));
	kit_run(k);
	ATF_REQUIRE(kit_told(k));
	ATF_CHECK_EQ(MAIL_ACTIVE, k->mail.op);
	kit_run(k);
	ATF_CHECK(!kit_told(k));
	ATF_CHECK(!lane_wants_tun(k->l));	/* no busy loop */
	ATF_CHECK(k->l->parked > 0);		/* the packet waits */
	ATF_CHECK_EQ(0, kit_all_drops(k));

	/* No dial came of it: the packet goes, the next one may ask. */
	kit_op(k, MAIL_DEMAND, 0, 1);
	kit_run(k);
	ATF_CHECK(!kit_told(k));
	ATF_CHECK(!readable(k->l->tun.fd, 0));
	ATF_CHECK_EQ(1, kit_drops(k, DROP_NO_PEER));
	ATF_CHECK(lane_wants_tun(k->l));
	say(fd, 0x0a000001, "wake", 4);
	ATF_REQUIRE(readable(k->l->tun.fd, 1000));
	kit_run(k);
	ATF_REQUIRE(kit_told(k));
	ATF_CHECK_EQ(MAIL_ACTIVE, k->mail.op);
	close(fd);
	kit_free(k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, both_ways);
	ATF_TP_ADD_TC(tp, spoofed_source);
	ATF_TP_ADD_TC(tp, malformed);
	ATF_TP_ADD_TC(tp, downstream_drops);
	ATF_TP_ADD_TC(tp, turns);
	ATF_TP_ADD_TC(tp, answers);
	ATF_TP_ADD_TC(tp, dial_on_demand);
	return atf_no_error();
}
#else
#include <atf-c.h>

ATF_TP_ADD_TCS(tp)
{
	(void)tp;
	return atf_no_error();
}
#endif
