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

#include "base/err.h"
#include "io/tun.h"
#include "lib/netns.h"
#include "os/net.h"
#include "wire/cksum.h"

static struct tun tun;
static struct pkt b;
static char why[200];

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
	ATF_REQUIRE_EQ(33, tun_read(&tun, &b));
	ATF_CHECK_EQ(33, b.len);
	ATF_CHECK(b.data == b.buf + PKT_HEADROOM);
	ATF_CHECK_EQ(0x45, b.data[0]);
	ATF_CHECK_EQ(0, cksum(b.data, 20, 0));
	ATF_CHECK(memcmp(b.data + 12, "\x0a\0\0\x01\x0a\0\0\x02", 8) == 0);
	ATF_CHECK(memcmp(b.data + 28, "hello", 5) == 0);
	ATF_CHECK_EQ(0, tun_read(&tun, &b));

	/* The same packet with the two sides exchanged; no UDP checksum. */
	memcpy(ip, b.buf + PKT_HEADROOM, sizeof(ip));
	memcpy(ip + 12, "\x0a\0\0\x02\x0a\0\0\x01", 8);
	memcpy(ip + 20, "\x13\x88\x0f\xa0", 4);
	memset(ip + 26, 0, 2);
	memcpy(ip + 28, "world", 5);
	ATF_REQUIRE_EQ(0, tun_write(&tun, ip, sizeof(ip)));
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
	ATF_REQUIRE_EQ(0, tun_write(&tun, ip, sizeof(ip)));
	ATF_REQUIRE(readable(tun.fd, 1000));
	ATF_REQUIRE_EQ(32, tun_read(&tun, &b));
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
	while (tun_read(&tun, &b) > 0)	/* joining groups is no solicitation */
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
	ATF_CHECK_EQ(-E_SYS, tun_write(&tun, (const uint8_t *)"\x15xyz", 4));
	ATF_REQUIRE_EQ(0, os_if_set_up("tun5", false));
	ATF_CHECK_EQ(-E_SYS, tun_write(&tun, ip, sizeof(ip)));
	ATF_CHECK_EQ(EIO, errno);
	sh("ip link del tun5");
	ATF_CHECK_EQ(-E_SYS, tun_read(&tun, &b));
	tun_close(&tun);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, out_and_in);
	ATF_TP_ADD_TC(tp, ping);
	ATF_TP_ADD_TC(tp, quiet);
	ATF_TP_ADD_TC(tp, units);
	ATF_TP_ADD_TC(tp, missing);
	ATF_TP_ADD_TC(tp, denied);
	ATF_TP_ADD_TC(tp, write_errors);
	return atf_no_error();
}
#endif
