/*
 * Frames over a real veth pair in a namespace of the test: the test sends
 * on vb with a plain raw socket, the object under test listens on va.
 */
#ifdef __linux__
#include <arpa/inet.h>
#include <atf-c.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/io.h"
#include "lib/netns.h"

#define DISC	0x8863
#define SESS	0x8864
#define PAYLOAD	100u

#ifndef PACKET_RING	/* ring_test.c runs all of this over the ring */
#define PACKET_RING 0
#endif

static struct io *io;
static int raw;				/* sends on vb */
static uint8_t mac_a[6], mac_b[6];
static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
static struct pkt rx[130];

static void
open_va(uint16_t disc, uint16_t sess, uint16_t lanes, uint16_t lane)
{
	struct io_conf c = { .ifname = "va", .disc_type = disc,
	    .sess_type = sess, .lanes = lanes, .lane = lane,
	    .ring = PACKET_RING };
	char why[200] = "";
	int err = io_open(&io, &c, why, sizeof(why));

	ATF_REQUIRE_MSG(err == 0, "io_open: %d %s", err, why);
}

static void
setup(void)
{
	netns_enter();
	sh("ip link add va type veth peer name vb");
	sh("ip link set va up && ip link set vb up");
	netns_mac("va", mac_a);
	netns_mac("vb", mac_b);
	raw = raw_open("vb");
}

/* A frame to @dst with @ntags tags; the payload is a PPPoE header of @sid. */
static size_t
frame(uint8_t *buf, const uint8_t dst[6], const uint16_t (*tags)[2],
    int ntags, uint16_t type, uint16_t sid)
{
	struct wr w = wr_of(buf, 2048);

	wr_put(&w, dst, 6);
	wr_put(&w, mac_b, 6);
	for (int i = 0; i < ntags; i++) {
		wr_u16(&w, tags[i][0]);
		wr_u16(&w, tags[i][1]);
	}
	wr_u16(&w, type);
	wr_u16(&w, 0x1100);
	wr_u16(&w, sid);
	wr_u16(&w, PAYLOAD);
	for (unsigned i = 0; i < PAYLOAD; i++)
		wr_u8(&w, (uint8_t)i);
	ATF_REQUIRE(!w.bad);
	return wr_size(&w);
}

static void
inject(const uint8_t dst[6], const uint16_t (*tags)[2], int ntags,
    uint16_t type, uint16_t sid)
{
	uint8_t buf[2048];
	size_t n = frame(buf, dst, tags, ntags, type, sid);

	ATF_REQUIRE_EQ((ssize_t)n, send(raw, buf, n, 0));
}

static int
wait_recv(void)
{
	return readable(io_fd(io), 1000) ? io_recv(io, rx, 130) : 0;
}

/* What arrived is complete and has these VLANs, type and SESSION_ID. */
static void
check_frame(struct pkt *b, uint16_t outer, uint16_t inner, uint16_t type,
    uint16_t sid)
{
	struct rd r = rd_of(b->data, b->len);
	struct eth e;

	ATF_REQUIRE_EQ(0, eth_read(&r, b->tci, b->tpid, &e));
	ATF_CHECK_EQ(outer, e.vid[0]);
	ATF_CHECK_EQ(inner, e.vid[1]);
	ATF_CHECK_EQ(type, e.type);
	ATF_CHECK(memcmp(e.src, mac_b, 6) == 0);
	ATF_CHECK_EQ(0x1100, rd_u16(&r));
	ATF_CHECK_EQ(sid, rd_u16(&r));
	ATF_CHECK_EQ(PAYLOAD, rd_u16(&r));
	ATF_REQUIRE(rd_size(&r) >= PAYLOAD);
	for (unsigned i = 0; i < PAYLOAD; i++)
		ATF_CHECK_EQ(i, rd_u8(&r));
}

static void
expect(uint16_t outer, uint16_t inner, uint16_t type, uint16_t sid)
{
	ATF_REQUIRE_EQ(1, wait_recv());
	check_frame(&rx[0], outer, inner, type, sid);
}

/* A frame that must arrive comes after those that must not. */
static void
expect_only(uint16_t sid)
{
	inject(mac_a, NULL, 0, SESS, sid);
	expect(0, 0, SESS, sid);
}

/* Not every kernel has VLAN devices. */
static void
vlan_device(const char *on, const char *name, const char *rest)
{
	if (!sh_ok("ip link add link %s name %s type vlan %s 2>/dev/null",
	    on, name, rest))
		atf_tc_skip("the kernel has no VLAN devices");
	sh("ip link set %s up", name);
}

NET_TEST(untagged, "both types, to us and broadcast, arrive whole")
{
	setup();
	open_va(DISC, SESS, 1, 0);
	inject(all, NULL, 0, DISC, 0);
	expect(0, 0, DISC, 0);
	inject(mac_a, NULL, 0, SESS, 0x1234);
	expect(0, 0, SESS, 0x1234);
	ATF_CHECK_EQ(0, rx[0].tpid);
	ATF_CHECK_EQ(0, io_recv(io, rx, 1));
	ATF_CHECK(memcmp(io_mac(io), mac_a, 6) == 0);
	ATF_CHECK_EQ(if_nametoindex("va"), io_ifindex(io));
	ATF_CHECK_EQ(1500, io_room(io, (struct vlans){ 0 }));
	io_close(io);
}

NET_TEST(vlan_in_bytes, "the sender writes the tags into the frame")
{
	static const uint16_t one[][2] = { { 0x8100, 7 } };
	static const uint16_t ad[][2] = { { 0x88a8, 0x2064 }, { 0x8100, 7 } };
	static const uint16_t old[][2] = { { 0x8100, 100 }, { 0x8100, 7 } };
	static const uint16_t cisco[][2] = { { 0x9100, 100 }, { 0x8100, 7 } };

	setup();
	open_va(DISC, SESS, 1, 0);
	inject(all, one, 1, DISC, 0);
	expect(7, 0, DISC, 0);
	ATF_CHECK_EQ(0x8100, rx[0].tpid);	/* taken out by the kernel */
	ATF_CHECK_EQ(7, rx[0].tci);
	inject(mac_a, ad, 2, SESS, 5);
	expect(100, 7, SESS, 5);
	ATF_CHECK_EQ(0x88a8, rx[0].tpid);
	ATF_CHECK_EQ(0x2064, rx[0].tci);	/* the inner in the bytes */
	inject(mac_a, old, 2, SESS, 6);
	expect(100, 7, SESS, 6);
	inject(mac_a, cisco, 2, SESS, 7);
	expect(100, 7, SESS, 7);
	ATF_CHECK_EQ(0, rx[0].tpid);		/* both in the bytes */
	io_close(io);
}

NET_TEST(vlan_stripped, "a VLAN device at the sender: tag in the auxdata")
{
	setup();
	open_va(DISC, SESS, 1, 0);
	vlan_device("vb", "vb.7", "id 7");
	close(raw);
	raw = raw_open("vb.7");
	inject(mac_a, NULL, 0, SESS, 9);
	expect(7, 0, SESS, 9);
	ATF_CHECK_EQ(0x8100, rx[0].tpid);
	ATF_CHECK_EQ(7, rx[0].tci);

	vlan_device("vb", "vb.s", "proto 802.1ad id 100");
	vlan_device("vb.s", "vb.s7", "id 7");
	close(raw);
	raw = raw_open("vb.s7");
	inject(all, NULL, 0, DISC, 0);
	expect(100, 7, DISC, 0);
	ATF_CHECK_EQ(0x88a8, rx[0].tpid);
	ATF_CHECK_EQ(100, rx[0].tci);
	io_close(io);
}

NET_TEST(vlan_device_here, "a VLAN device on our interface takes nothing away")
{
	static const uint16_t one[][2] = { { 0x8100, 7 } };

	setup();
	vlan_device("va", "va.7", "id 7");
	open_va(DISC, SESS, 1, 0);
	inject(mac_a, one, 1, SESS, 3);
	expect(7, 0, SESS, 3);
	io_close(io);
}

NET_TEST(vlan_priority, "VLAN 0 is a priority, not a VLAN")
{
	static const uint16_t prio[][2] = { { 0x8100, 0xe000 } };
	static const uint16_t both[][2] = { { 0x8100, 0xe000 }, { 0x8100, 7 } };

	setup();
	open_va(DISC, SESS, 1, 0);
	inject(mac_a, prio, 1, SESS, 3);
	expect(0, 0, SESS, 3);
	inject(mac_a, both, 2, SESS, 4);
	expect(7, 0, SESS, 4);
	io_close(io);
}

NET_TEST(vlan_three, "a third tag is told, never read as something else")
{
	static const uint16_t three[][2] =
	    { { 0x8100, 1 }, { 0x8100, 2 }, { 0x8100, 3 } };
	static const uint16_t four[][2] =
	    { { 0x8100, 1 }, { 0x8100, 2 }, { 0x8100, 3 }, { 0x8100, 4 } };
	struct eth e;

	setup();
	open_va(DISC, SESS, 1, 0);
	inject(mac_a, four, 4, SESS, 3);	/* not even delivered */
	inject(mac_a, three, 3, SESS, 3);
	ATF_REQUIRE_EQ(1, wait_recv());
	struct rd r = rd_of(rx[0].data, rx[0].len);

	ATF_CHECK_EQ(-E_FORMAT, eth_read(&r, rx[0].tci, rx[0].tpid, &e));
	io_close(io);
}

NET_TEST(vlan_send, "our tags in the bytes reach another of us")
{
	static const struct vlans v[] = { { 0, 0 }, { 7, 0 }, { 100, 7 } };
	struct io_conf c = { .ifname = "vb", .disc_type = DISC,
	    .sess_type = SESS, .lanes = 1, .ring = PACKET_RING };
	struct pkt b;
	struct pkt *out[] = { &b };
	struct io *peer;
	char why[200];

	setup();
	open_va(DISC, SESS, 1, 0);
	ATF_REQUIRE_EQ(0, io_open(&peer, &c, why, sizeof(why)));
	for (size_t i = 0; i < 3; i++) {
		struct eth e;

		pkt_reset(&b);
		struct wr w = wr_of(b.data, PKT_ROOM);

		eth_write(&w, mac_b, mac_a, v[i], SESS);
		wr_u32(&w, 0x01020304);
		b.len = (uint32_t)wr_size(&w);
		ATF_REQUIRE_EQ(1, io_send(io, out, 1));
		ATF_REQUIRE(readable(io_fd(peer), 30000));
		ATF_REQUIRE_EQ(1, io_recv(peer, rx, 8));
		struct rd r = rd_of(rx[0].data, rx[0].len);

		ATF_REQUIRE_EQ(0, eth_read(&r, rx[0].tci, rx[0].tpid, &e));
		ATF_CHECK_EQ(v[i].outer, e.vid[0]);
		ATF_CHECK_EQ(v[i].inner, e.vid[1]);
		ATF_CHECK_EQ(0x01020304, rd_u32(&r));
	}
	io_close(peer);
	io_close(io);
}

NET_TEST(vlan_device_peer, "our tags reach a VLAN device at the peer")
{
	struct pkt b;
	struct pkt *v[] = { &b };
	struct vlans q = { 100, 7 };
	uint8_t got[2048];

	setup();
	open_va(DISC, SESS, 1, 0);
	vlan_device("vb", "vb.s", "proto 802.1ad id 100");
	vlan_device("vb.s", "vb.s7", "id 7");
	int peer = socket(AF_PACKET, SOCK_DGRAM, htons(SESS));

	pkt_reset(&b);
	struct wr w = wr_of(b.data, PKT_ROOM);

	eth_write(&w, mac_b, mac_a, q, SESS);
	for (uint8_t i = 0; i < 200; i++)
		wr_u8(&w, i);
	b.len = (uint32_t)wr_size(&w);
	ATF_REQUIRE_EQ(1, io_send(io, v, 1));
	ATF_REQUIRE(readable(peer, 30000));
	ATF_REQUIRE_EQ(200, recv(peer, got, sizeof(got), 0));
	for (uint8_t i = 0; i < 200; i++)
		ATF_CHECK_EQ(i, got[i]);
	close(peer);
	io_close(io);
}

NET_TEST(foreign, "other MACs, multicast, other types and own frames")
{
	static const uint8_t other[6] = { 2, 0, 0, 0, 0, 0x99 };
	static const uint8_t group[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint16_t one[][2] = { { 0x8100, 7 } };
	struct pkt b;
	struct pkt *v[] = { &b };

	setup();
	sh("ip link set va promisc on");
	open_va(DISC, SESS, 1, 0);
	inject(other, NULL, 0, SESS, 1);
	inject(other, one, 1, SESS, 1);
	inject(group, NULL, 0, DISC, 1);
	inject(mac_a, NULL, 0, 0x0800, 1);
	inject(all, NULL, 0, 0x0806, 1);
	inject(mac_a, one, 1, 0x0800, 1);
	inject(mac_a, NULL, 0, 0x3c12, 1);
	pkt_reset(&b);
	b.len = (uint32_t)frame(b.data, all, NULL, 0, DISC, 2);
	ATF_REQUIRE_EQ(1, io_send(io, v, 1));
	expect_only(77);
	ATF_CHECK_EQ(0, io_recv(io, rx, 1));
	io_close(io);
}

NET_TEST(nothing_before, "frames of before the filter are not there")
{
	setup();
	for (uint16_t i = 0; i < 50; i++)
		inject(mac_a, NULL, 0, SESS, i);
	open_va(DISC, SESS, 1, 0);
	expect_only(99);
	io_close(io);
}

NET_TEST(types_3com, "the types are the caller's, standard ones or 3Com's")
{
	setup();
	open_va(0x3c12, 0x3c13, 1, 0);
	inject(mac_a, NULL, 0, DISC, 1);
	inject(mac_a, NULL, 0, SESS, 1);
	inject(all, NULL, 0, 0x3c12, 0);
	expect(0, 0, 0x3c12, 0);
	inject(mac_a, NULL, 0, 0x3c13, 8);
	expect(0, 0, 0x3c13, 8);
	io_close(io);
}

NET_TEST(one_type, "a type that is 0 receives nothing of that kind")
{
	setup();
	open_va(0, SESS, 1, 0);
	inject(all, NULL, 0, DISC, 0);
	expect_only(5);
	io_close(io);
	open_va(DISC, 0, 1, 0);
	inject(mac_a, NULL, 0, SESS, 5);
	inject(all, NULL, 0, DISC, 0);
	expect(0, 0, DISC, 0);
	io_close(io);
}

/* Each id on exactly one lane, tagged or not; Discovery on all that ask. */
NET_TEST(lanes, "Session-ID mod lanes splits exactly")
{
	static const uint16_t one[][2] = { { 0x8100, 7 } };
	static const uint16_t two[][2] = { { 0x88a8, 100 }, { 0x8100, 7 } };
	struct io *lane[4];

	setup();
	for (uint16_t k = 0; k < 4; k++) {
		open_va(k == 0 ? DISC : 0, SESS, 4, k);
		lane[k] = io;
	}
	for (uint16_t sid = 0; sid < 64; sid++)
		inject(mac_a, sid % 3 == 1 ? one : two, sid % 3, SESS,
		    (uint16_t)(0xab00 + sid));
	inject(all, NULL, 0, DISC, 0);
	for (uint16_t k = 0; k < 4; k++) {
		io = lane[k];
		ATF_REQUIRE_EQ(k == 0 ? 17 : 16, wait_recv());
		for (uint16_t i = 0; i < 16; i++) {
			uint16_t sid = (uint16_t)(i * 4 + k);

			check_frame(&rx[i], sid % 3 == 0 ? 0 :
			    sid % 3 == 1 ? 7 : 100, sid % 3 == 2 ? 7 : 0,
			    SESS, (uint16_t)(0xab00 + sid));
		}
		io_close(io);
	}
}

NET_TEST(batch, "128 frames in one call, in order, and 128 back")
{
	static struct pkt tx[128];
	struct pkt *v[128];
	struct io_stats st;

	setup();
	open_va(DISC, SESS, 1, 0);
	for (uint16_t i = 0; i < 128; i++)
		inject(mac_a, NULL, 0, SESS, i);
	ATF_REQUIRE_EQ(128, wait_recv());
	for (uint16_t i = 0; i < 128; i++) {
		check_frame(&rx[i], 0, 0, SESS, i);
		pkt_reset(&tx[i]);
		tx[i].len = (uint32_t)frame(tx[i].data, mac_b, NULL, 0, SESS,
		    i);
		v[i] = &tx[i];
	}
	int peer = socket(AF_PACKET, SOCK_DGRAM, htons(SESS));

	ATF_REQUIRE_EQ(128, io_send(io, v, 128));
	for (int i = 0; i < 128; i++) {
		uint8_t got[2048];

		ATF_REQUIRE(readable(peer, 30000));
		ATF_REQUIRE_EQ(106, recv(peer, got, sizeof(got), 0));
		ATF_CHECK_EQ(i, got[3]);
	}
	io_stats(io, &st);
	ATF_CHECK_EQ(128, st.in);
	ATF_CHECK_EQ(128, st.out);
	ATF_CHECK_EQ(128 * 120, st.in_octets);
	ATF_CHECK_EQ(128 * 120, st.out_octets);
	ATF_CHECK_EQ(0, st.kernel_drops);
	close(peer);
	io_close(io);
}

NET_TEST(oversize, "a frame larger than a buffer is counted and skipped")
{
	static uint8_t big[4000];
	struct io_stats st;

	setup();
	sh("ip link set va mtu 9000 && ip link set vb mtu 9000");
	open_va(DISC, SESS, 1, 0);
	frame(big, mac_a, NULL, 0, SESS, 1);
	inject(mac_a, NULL, 0, SESS, 10);
	ATF_REQUIRE_EQ(4000, send(raw, big, 4000, 0));
	ATF_REQUIRE_EQ(2049, send(raw, big, 2049, 0));
	inject(mac_a, NULL, 0, SESS, 11);
	ATF_REQUIRE_EQ(2048, send(raw, big, 2048, 0));
	/* A slot of the ring holds its header too: 2048 is too much. */
	ATF_REQUIRE_EQ(PACKET_RING ? 2 : 3, wait_recv());
	check_frame(&rx[0], 0, 0, SESS, 10);
	check_frame(&rx[1], 0, 0, SESS, 11);
	if (!PACKET_RING) {
		check_frame(&rx[2], 0, 0, SESS, 1);
		ATF_CHECK_EQ(2048, rx[2].len);
		ATF_CHECK(rx[1].data == rx[1].buf + PKT_HEADROOM);
	}
	io_stats(io, &st);
	ATF_CHECK_EQ(PACKET_RING ? 3 : 2, st.oversize);
	ATF_CHECK_EQ(PACKET_RING ? 2 : 3, st.in);
	io_close(io);
}

NET_TEST(send_size, "what fits: one tag is free, two count as payload")
{
	static const struct { struct vlans v; uint32_t room; } row[] = {
		{ { 0, 0 }, 1500 }, { { 7, 0 }, 1500 }, { { 100, 7 }, 1492 },
	};
	struct pkt big, ok;
	struct pkt *v[] = { &big, &ok };
	struct io_stats st;

	setup();
	open_va(DISC, SESS, 1, 0);
	for (size_t i = 0; i < 3; i++) {
		ATF_CHECK_EQ(row[i].room, io_room(io, row[i].v));
		pkt_reset(&big);
		struct wr w = wr_of(big.data, PKT_ROOM);

		eth_write(&w, mac_b, mac_a, row[i].v, SESS);
		memset(w.p, 0x55, row[i].room + 1);
		big.len = (uint32_t)wr_size(&w) + row[i].room + 1;
		ok = big;
		ok.data = ok.buf + PKT_HEADROOM;
		ok.len--;
		ATF_CHECK_EQ(1, io_send(io, v, 2));
	}
	io_stats(io, &st);
	ATF_CHECK_EQ(3, st.send_size);
	ATF_CHECK_EQ(3, st.out);
	io_close(io);
}

NET_TEST(brings_up, "an interface that is down is brought up")
{
	setup();
	sh("ip link set va down");
	open_va(DISC, SESS, 1, 0);
	ATF_CHECK(sh_ok("ip link show va | grep -q ',UP'"));
	expect_only(4);
	io_close(io);
}

NET_TEST(goes_down, "down is told once, sending fails, up works again")
{
	struct pkt b;
	struct pkt *v[] = { &b };

	setup();
	open_va(DISC, SESS, 1, 0);
	sh("ip link set va down");
	ATF_REQUIRE(readable(io_fd(io), 30000));
	ATF_CHECK_EQ(-E_SYS, io_recv(io, rx, 8));
	ATF_CHECK_EQ(ENETDOWN, errno);
	pkt_reset(&b);
	b.len = (uint32_t)frame(b.data, mac_b, NULL, 0, SESS, 2);
	ATF_CHECK_EQ(-E_SYS, io_send(io, v, 1));
	ATF_CHECK_EQ(ENETDOWN, errno);
	sh("ip link set va up");
	/* The wire carries again a moment after the command returns. */
	for (int i = 0; i < 50 && !readable(io_fd(io), 20); i++)
		inject(mac_a, NULL, 0, SESS, 6);
	expect(0, 0, SESS, 6);
	ATF_CHECK_EQ(1, io_send(io, v, 1));
	io_close(io);
}

NET_TEST(goes_away, "the end of the interface is told from being down")
{
	struct pkt b;
	struct pkt *v[] = { &b };

	setup();
	open_va(DISC, SESS, 1, 0);
	sh("ip link del va");
	ATF_REQUIRE(readable(io_fd(io), 30000));
	ATF_CHECK_EQ(-E_SYS, io_recv(io, rx, 8));
	ATF_CHECK_EQ(ENODEV, errno);
	pkt_reset(&b);
	b.len = (uint32_t)frame(b.data, mac_b, NULL, 0, SESS, 2);
	ATF_CHECK_EQ(-E_SYS, io_send(io, v, 1));
	ATF_CHECK(errno == ENXIO || errno == ENODEV || errno == ENETDOWN);
	io_close(io);
}

NET_TEST(open_errors, "what cannot be opened says why")
{
	struct io_conf c = { .ifname = "nonesuch", .disc_type = DISC,
	    .sess_type = SESS, .lanes = 1, .ring = PACKET_RING };
	char why[200];

	setup();
	ATF_CHECK_EQ(-E_UNKNOWN, io_open(&io, &c, why, sizeof(why)));
	ATF_CHECK_STREQ("nonesuch: no such interface", why);
	ATF_CHECK(io == NULL);
	strcpy(c.ifname, "lo");
	ATF_CHECK_EQ(-E_UNKNOWN, io_open(&io, &c, why, sizeof(why)));
	ATF_CHECK_STREQ("lo: not an Ethernet interface", why);
	memset(c.ifname, 'x', sizeof(c.ifname));
	ATF_CHECK_EQ(-E_RANGE, io_open(&io, &c, why, sizeof(why)));
	strcpy(c.ifname, "va");
	c.lanes = 3;
	ATF_CHECK_EQ(-E_RANGE, io_open(&io, &c, why, sizeof(why)));
	ATF_CHECK_STREQ("va: lane 0 of 3 is impossible", why);
	c.lanes = 2;
	c.lane = 2;
	ATF_CHECK_EQ(-E_RANGE, io_open(&io, &c, why, sizeof(why)));
	c.lane = 0;
	ATF_REQUIRE_EQ(0, seteuid(1));
	ATF_CHECK_EQ(-E_SYS, io_open(&io, &c, why, sizeof(why)));
	ATF_CHECK_EQ(EPERM, errno);
	ATF_CHECK(strstr(why, "CAP_NET_RAW") != NULL);
	ATF_REQUIRE_EQ(0, seteuid(0));	/* the result is written by root */
}

NET_TEST(kernel_drops, "what the receive queue loses is counted")
{
	struct io_stats st;
	int got, sum = 0, octets = 4096, all = PACKET_RING ? 2500 : 100;

	setup();
	open_va(DISC, SESS, 1, 0);
	ATF_REQUIRE_EQ(0, setsockopt(io_fd(io), SOL_SOCKET, SO_RCVBUF,
	    &octets, sizeof(octets)));
	for (int i = 0; i < all; i++)
		inject(mac_a, NULL, 0, SESS, (uint16_t)i);
	while ((got = wait_recv()) > 0)
		sum += got;
	io_stats(io, &st);
	ATF_CHECK(sum > 0 && sum < all);
	ATF_CHECK_EQ(all, sum + (int)st.kernel_drops);
	io_stats(io, &st);
	ATF_CHECK_EQ(all, sum + (int)st.kernel_drops);
	io_close(io);
}

/* The payload of frame() begins like a PPP packet of protocol 0x0001; here
 * it is LCP's. */
static void
inject_control(const uint16_t (*tags)[2], int ntags, uint16_t sid)
{
	uint8_t buf[2048];
	size_t n = frame(buf, mac_a, tags, ntags, SESS, sid);

	buf[n - PAYLOAD] = 0xc0;
	buf[n - PAYLOAD + 1] = 0x21;
	ATF_REQUIRE_EQ((ssize_t)n, send(raw, buf, n, 0));
}

/* All @want frames for @one, and nothing else. */
static void
drain(struct io *one, int want)
{
	int got = 0, n;

	io = one;
	while (got < want && (n = wait_recv()) > 0)
		got += n;
	ATF_REQUIRE_EQ(want, got);
	io_release(io);
	ATF_REQUIRE(!readable(io_fd(io), 0));
}

/* Each of @n lanes gets the frames of its own sessions, all of them, data
 * and control apart; Discovery comes with control, or @apart from it. */
static void
steered(unsigned n, const uint16_t (*tags)[2], int ntags, bool apart)
{
	struct io_conf all_of = { .ifname = "va", .disc_type = DISC,
	    .sess_type = SESS, .lanes = (uint16_t)n,
	    .ring = PACKET_RING }, d, c, x;
	struct io *data[64], *control[64], *disc = NULL;
	int dfd[64], cfd[64];
	char why[200] = "";

	io_parts(&all_of, &d, &c, apart ? &x : NULL);
	ATF_REQUIRE_EQ(0, io_steer(&all_of, dfd, cfd, apart ? &x.fd : NULL));
	if (apart)
		ATF_REQUIRE_EQ_MSG(0, io_open(&disc, &x, why, sizeof(why)),
		    "%s", why);
	for (unsigned i = 0; i < n; i++) {
		d.lane = c.lane = (uint16_t)i;
		d.fd = dfd[i];
		c.fd = cfd[i];
		ATF_REQUIRE_EQ_MSG(0, io_open(&data[i], &d, why,
		    sizeof(why)), "%s", why);
		ATF_REQUIRE_EQ_MSG(0, io_open(&control[i], &c, why,
		    sizeof(why)), "%s", why);
	}
	for (unsigned sid = 1; sid <= 3 * n; sid++) {
		inject(mac_a, tags, ntags, SESS, (uint16_t)sid);
		inject(mac_a, tags, ntags, SESS, (uint16_t)sid);
		inject_control(tags, ntags, (uint16_t)sid);
	}
	inject(all, tags, ntags, DISC, 0);
	for (unsigned i = 0; i < n; i++) {
		io = data[i];
		ATF_REQUIRE(wait_recv() > 0);
		check_frame(&rx[0], ntags > 0 ? tags[0][1] : 0,
		    ntags > 1 ? tags[1][1] : 0, SESS,
		    (uint16_t)(i == 0 ? n : i));
		while (io_recv(io, rx, 130) > 0)
			;
		io_release(io);
		inject(mac_a, tags, ntags, SESS, (uint16_t)(n + i));
		drain(data[i], 1);
		drain(control[i], 3 + (i == 0 && !apart));
	}
	if (apart)
		drain(disc, 1);
	io_close(disc);
	for (unsigned i = 0; i < n; i++) {
		io_close(data[i]);
		io_close(control[i]);
	}
}

NET_TEST(steer, "the kernel deals frames to the lanes")
{
	static const uint16_t tags[][2] = { { 0x88a8, 100 }, { 0x8100, 7 } };
	struct io_conf none = { .ifname = "nonesuch", .sess_type = SESS,
	    .lanes = 2 };
	int d[2] = { 9, 9 }, c[2] = { 9, 9 }, x = 9;

	setup();
	for (unsigned n = 1; n <= 8; n *= 2) {
		for (int ntags = 0; ntags <= 2; ntags++) {
			steered(n, tags + 2 - ntags, ntags, false);
			steered(n, tags + 2 - ntags, ntags, true);
		}
	}
	steered(64, NULL, 0, true);
	ATF_CHECK_EQ(-E_SYS, io_steer(&none, d, c, &x));
	ATF_CHECK(d[0] == 0 && d[1] == 0 && c[0] == 0 && c[1] == 0 && x == 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, untagged);
	ATF_TP_ADD_TC(tp, vlan_in_bytes);
	ATF_TP_ADD_TC(tp, vlan_stripped);
	ATF_TP_ADD_TC(tp, vlan_device_here);
	ATF_TP_ADD_TC(tp, vlan_priority);
	ATF_TP_ADD_TC(tp, vlan_three);
	ATF_TP_ADD_TC(tp, vlan_send);
	ATF_TP_ADD_TC(tp, vlan_device_peer);
	ATF_TP_ADD_TC(tp, foreign);
	ATF_TP_ADD_TC(tp, nothing_before);
	ATF_TP_ADD_TC(tp, types_3com);
	ATF_TP_ADD_TC(tp, one_type);
	ATF_TP_ADD_TC(tp, lanes);
	ATF_TP_ADD_TC(tp, batch);
	ATF_TP_ADD_TC(tp, oversize);
	ATF_TP_ADD_TC(tp, send_size);
	ATF_TP_ADD_TC(tp, brings_up);
	ATF_TP_ADD_TC(tp, goes_down);
	ATF_TP_ADD_TC(tp, goes_away);
	ATF_TP_ADD_TC(tp, open_errors);
	ATF_TP_ADD_TC(tp, kernel_drops);
	ATF_TP_ADD_TC(tp, steer);
	return atf_no_error();
}
#endif
