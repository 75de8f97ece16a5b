/* Real packets of a kernel, in a namespace of the test. */
#ifdef __linux__
#include <arpa/inet.h>
#include <atf-c.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

#include "base/err.h"
#include "io/tun.h"
#include "lib/netns.h"
#include "os/net.h"
#include "wire/cksum.h"
#include "wire/join.h"
#include "wire/seg.h"

static struct tun tun;
static struct pkt b;
static char why[200];

static uint8_t big[SUPER_MAX];
static struct offload off;

/* One packet out of the device, finished as its receiver would. */
static int
get(struct tun *t, struct pkt *to)
{
	int n = tun_read(t, to, big, &off);

	if (n > 0 && off.kind == OFF_NONE && off.needs_sum)
		ATF_REQUIRE_EQ(0, offload_sum(to->data, (size_t)n, &off));
	return n;
}

static int
put(struct tun *t, const uint8_t *ip, size_t len)
{
	static const struct offload none;
	struct piece one = { ip, len };

	return tun_write(t, &one, 1, &none);
}

static int
udp_socket(void)
{
	struct sockaddr_in me = {
		.sin_family = AF_INET, .sin_port = htons(4000),
		.sin_addr.s_addr = htonl(0x0a000001),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(0, bind(fd, (struct sockaddr *)&me, sizeof(me)));
	return fd;
}

/* Device tun5 with 10.0.0.1 and peer 10.0.0.2, up, no IPv6 of its own. */
static void
setup(void)
{
	struct os_addr a = {
		.family = AF_INET, .bits = 32, .has_peer = true,
		.addr = { 10, 0, 0, 1 }, .peer = { 10, 0, 0, 2 },
	};

	netns_enter();
	int err = tun_open(&tun, 5, why, sizeof(why));

	ATF_REQUIRE_MSG(err == 0, "tun_open: %s", why);
	ATF_REQUIRE_EQ(0, os_if_quiet6("tun5"));
	ATF_REQUIRE_EQ(0, os_addr_add("tun5", &a));
	ATF_REQUIRE_EQ(0, os_if_set_up("tun5", true));
}

NET_TEST(out_and_in, "a datagram comes out of the TUN, its answer goes in")
{
	struct sockaddr_in peer = {
		.sin_family = AF_INET, .sin_port = htons(5000),
		.sin_addr.s_addr = htonl(0x0a000002),
	};
	uint8_t ip[28 + 5], got[64];

	setup();
	int fd = udp_socket();

	ATF_REQUIRE_EQ(5, sendto(fd, "hello", 5, 0,
	    (struct sockaddr *)&peer, sizeof(peer)));
	ATF_REQUIRE(readable(tun.fd, 1000));
	ATF_REQUIRE_EQ(33, get(&tun, &b));
	ATF_CHECK_EQ(33, b.len);
	ATF_CHECK(b.data == b.buf + PKT_HEADROOM);
	ATF_CHECK_EQ(0x45, b.data[0]);
	ATF_CHECK_EQ(0, cksum(b.data, 20, 0));
	ATF_CHECK(memcmp(b.data + 12, "\x0a\0\0\x01\x0a\0\0\x02", 8) == 0);
	ATF_CHECK(memcmp(b.data + 28, "hello", 5) == 0);
	ATF_CHECK_EQ(0, get(&tun, &b));

	/* The same packet with the two sides exchanged; no UDP checksum. */
	memcpy(ip, b.buf + PKT_HEADROOM, sizeof(ip));
	memcpy(ip + 12, "\x0a\0\0\x02\x0a\0\0\x01", 8);
	memcpy(ip + 20, "\x13\x88\x0f\xa0", 4);
	memset(ip + 26, 0, 2);
	memcpy(ip + 28, "world", 5);
	ATF_REQUIRE_EQ(0, put(&tun, ip, sizeof(ip)));
	ATF_REQUIRE(readable(fd, 1000));
	ATF_REQUIRE_EQ(5, recv(fd, got, sizeof(got), 0));
	ATF_CHECK(memcmp(got, "world", 5) == 0);
	close(fd);
	tun_close(&tun);
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_index("tun5"));
}

NET_TEST(ping, "the kernel answers an echo request that we write")
{
	uint8_t ip[] = {
		0x45, 0, 0, 32, 0, 1, 0, 0, 64, 1, 0, 0,
		10, 0, 0, 2, 10, 0, 0, 1,
		8, 0, 0, 0, 0x12, 0x34, 0, 1, 'p', 'i', 'n', 'g',
	};
	uint16_t sum = cksum(ip, 20, 0);

	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	sum = cksum(ip + 20, 12, 0);
	ip[22] = (uint8_t)(sum >> 8);
	ip[23] = (uint8_t)sum;
	setup();
	ATF_REQUIRE_EQ(0, put(&tun, ip, sizeof(ip)));
	ATF_REQUIRE(readable(tun.fd, 1000));
	ATF_REQUIRE_EQ(32, get(&tun, &b));
	ATF_CHECK_EQ(0, b.data[20]);		/* Echo Reply */
	ATF_CHECK(memcmp(b.data + 24, ip + 24, 8) == 0);
	tun_close(&tun);
}

NET_TEST(quiet, "no packet of the host's own on a TUN that came up")
{
	struct os_addr ll = { .family = AF_INET6, .bits = 10,
	    .addr = { 0xfe, 0x80, [15] = 1 } };

	setup();
	ATF_REQUIRE_EQ(0, os_addr_add("tun5", &ll));
	usleep(1500000);	/* a router solicitation waits up to 1 s */
	while (get(&tun, &b) > 0)	/* joining groups is no solicitation */
		ATF_CHECK_MSG(b.data[6] != 58 || b.data[40] != 133,
		    "router solicitation");
	ATF_CHECK(sh_ok("test $(ip -6 -o addr show tun5 | wc -l) = 1"));
	tun_close(&tun);
}

NET_TEST(units, "numbers: asked for, first free, busy, of another kind")
{
	struct tun one, two, three;

	netns_enter();
	ATF_REQUIRE_EQ(0, tun_open(&one, 0, why, sizeof(why)));
	ATF_CHECK_STREQ("tun0", one.name);
	ATF_REQUIRE_EQ(0, tun_open(&two, -1, why, sizeof(why)));
	ATF_CHECK_STREQ("tun1", two.name);
	ATF_CHECK_EQ(1, two.unit);
	ATF_CHECK_EQ(-E_EXIST, tun_open(&three, 0, why, sizeof(why)));
	ATF_CHECK_STREQ("tun0: unit is busy", why);
	ATF_CHECK_EQ(-1, three.fd);
	tun_close(&one);
	ATF_REQUIRE_EQ(0, tun_open(&three, -1, why, sizeof(why)));
	ATF_CHECK_STREQ("tun0", three.name);
	if (sh_ok("ip link add tun9 type dummy 2>/dev/null") ||
	    sh_ok("ip link add tun9 type veth peer name tv9")) {
		ATF_CHECK_EQ(-E_EXIST, tun_open(&one, 9, why, sizeof(why)));
		ATF_CHECK_MATCH("another kind", why);
	}
	tun_close(&two);
	tun_close(&three);
}

NET_TEST(missing, "no /dev/net/tun: the text says what to do")
{
	netns_enter();
	ATF_REQUIRE_EQ(0, unshare(CLONE_NEWNS));
	ATF_REQUIRE_EQ(0, mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ATF_REQUIRE_EQ(0, mount("none", "/dev/net", "tmpfs", 0, NULL));
	ATF_CHECK_EQ(-E_SYS, tun_open(&tun, -1, why, sizeof(why)));
	ATF_CHECK_MATCH("^/dev/net/tun is missing: \"modprobe tun\"", why);
	ATF_REQUIRE_EQ(0, umount("/dev/net"));
}

/* What the stack would cut itself, sent again without the offload. */
static void
send_many(int fd, int segment, const uint8_t *data, size_t n)
{
	struct sockaddr_in peer = {
		.sin_family = AF_INET, .sin_port = htons(5000),
		.sin_addr.s_addr = htonl(0x0a000002),
	};

	if (segment != 0) {
		ATF_REQUIRE_EQ(0, setsockopt(fd, SOL_UDP, UDP_SEGMENT,
		    &segment, sizeof(segment)));
		ATF_REQUIRE_EQ((ssize_t)n, sendto(fd, data, n, 0,
		    (struct sockaddr *)&peer, sizeof(peer)));
		return;
	}
	for (size_t at = 0; at < n; at += 1000)
		ATF_REQUIRE(sendto(fd, data + at, n - at < 1000 ? n - at :
		    1000, 0, (struct sockaddr *)&peer, sizeof(peer)) > 0);
}

NET_TEST(cut_as_kernel, "a super-packet cut by us is what the kernel sends")
{
	static uint8_t data[20500], mine[2048];
	struct seg cut;
	int n, packets = 0, zero = 0;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + i / 251);
	setup();
	if (!tun.uso)
		atf_tc_skip("this kernel cuts UDP itself");
	int fd = udp_socket();

	send_many(fd, 1000, data, sizeof(data));
	ATF_REQUIRE(readable(tun.fd, 1000));
	n = get(&tun, &b);
	ATF_REQUIRE_EQ(20528, n);
	ATF_REQUIRE_EQ(OFF_UDP, off.kind);
	ATF_REQUIRE_EQ(0, seg_start(&cut, big, (size_t)n, &off, 1492));
	ATF_REQUIRE_EQ(0, setsockopt(fd, SOL_UDP, UDP_SEGMENT, &zero,
	    sizeof(zero)));
	send_many(fd, 0, data, sizeof(data));
	while ((n = (int)seg_next(&cut, mine)) > 0) {
		ATF_REQUIRE_EQ(n, get(&tun, &b));
		/* Identification counts on; Linux leaves DF out above the
		 * MTU; the header's checksum follows both. */
		memcpy(mine + 4, b.data + 4, 3);
		memcpy(mine + 10, b.data + 10, 2);
		ATF_REQUIRE_EQ(0, memcmp(mine, b.data, (size_t)n));
		packets++;
	}
	ATF_CHECK_EQ(21, packets);
	close(fd);
	tun_close(&tun);
}

NET_TEST(joined_arrives, "joined datagrams are delivered one by one")
{
	static uint8_t pkt[12][1028];
	static struct join j;
	const struct piece *p;
	char got[2000];
	unsigned n;

	setup();
	if (!tun.uso)
		atf_tc_skip("this kernel takes no joined UDP");
	int fd = udp_socket();

	for (unsigned i = 0; i < 12; i++) {
		uint8_t *ip = pkt[i];
		uint16_t sum;

		memset(ip, (int)i, sizeof(pkt[i]));
		memcpy(ip, (uint8_t[]){ 0x45, 0, 4, 4, 0, (uint8_t)i, 0x40,
		    0, 64, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1, 0x13, 0x88,
		    0x0f, 0xa0, 3, 0xf0, 0, 0 }, 28);
		sum = cksum(ip, 20, 0);
		ip[10] = (uint8_t)(sum >> 8);
		ip[11] = (uint8_t)sum;
		sum = (uint16_t)~sum_fold(sum_add(sum_pseudo(ip, 17, 1008),
		    ip + 20, 1008));
		memcpy(ip + 26, &sum, 2);
		ATF_REQUIRE_EQ(JOIN_HELD, join_add(&j, ip, 1028, true));
	}
	ATF_REQUIRE_EQ(1, j.n);
	n = join_take(&j, 0, &p, &off);
	ATF_REQUIRE_EQ(13, n);
	ATF_REQUIRE_EQ(0, tun_write(&tun, p, n, &off));
	for (unsigned i = 0; i < 12; i++) {
		ATF_REQUIRE(readable(fd, 1000));
		ATF_REQUIRE_EQ(1000, recv(fd, got, sizeof(got), 0));
		ATF_CHECK_EQ((char)i, got[0]);
		ATF_CHECK_EQ((char)i, got[999]);
	}
	close(fd);
	tun_close(&tun);
}

NET_TEST(denied, "without the privilege")
{
	netns_enter();
	ATF_REQUIRE_EQ(0, seteuid(1));
	ATF_CHECK_EQ(-E_DENIED, tun_open(&tun, -1, why, sizeof(why)));
	ATF_CHECK_MATCH("not permitted", why);
	ATF_REQUIRE_EQ(0, seteuid(0));	/* the result is written by root */
	ATF_CHECK_EQ(-1, tun.fd);
}

NET_TEST(write_errors, "a device that is down, rubbish, a device that is gone")
{
	uint8_t ip[20] = { 0x45, 0, 0, 20 };

	setup();
	ATF_CHECK_EQ(-E_SYS, put(&tun, (const uint8_t *)"\x15xyz", 4));
	ATF_REQUIRE_EQ(0, os_if_set_up("tun5", false));
	ATF_CHECK_EQ(-E_SYS, put(&tun, ip, sizeof(ip)));
	ATF_CHECK_EQ(EIO, errno);
	sh("ip link del tun5");
	ATF_CHECK_EQ(-E_SYS, get(&tun, &b));
	tun_close(&tun);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, out_and_in);
	ATF_TP_ADD_TC(tp, ping);
	ATF_TP_ADD_TC(tp, cut_as_kernel);
	ATF_TP_ADD_TC(tp, joined_arrives);
	ATF_TP_ADD_TC(tp, quiet);
	ATF_TP_ADD_TC(tp, units);
	ATF_TP_ADD_TC(tp, missing);
	ATF_TP_ADD_TC(tp, denied);
	ATF_TP_ADD_TC(tp, write_errors);
	return atf_no_error();
}
#endif
