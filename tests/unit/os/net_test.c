/* Addresses, routes and interfaces, read back with ip(8). */
#ifdef __linux__
#include <arpa/inet.h>
#include <atf-c.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "lib/netns.h"
#include "os/net.h"

static void
setup(void)
{
	netns_enter();
	sh("ip link add va type veth peer name vb");
	sh("ip link set va up && ip link set vb up");
}

static struct os_addr
addr(const char *text, uint8_t bits, const char *peer)
{
	struct os_addr a = { .bits = bits, .has_peer = peer != NULL };

	a.family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
	ATF_REQUIRE_EQ(1, inet_pton(a.family, text, a.addr));
	if (peer != NULL)
		ATF_REQUIRE_EQ(1, inet_pton(a.family, peer, a.peer));
	return a;
}

static struct os_route
route(const char *dst, uint8_t bits, const char *gw)
{
	struct os_route r = { .bits = bits, .has_gw = gw != NULL };

	r.family = strchr(dst, ':') != NULL ? AF_INET6 : AF_INET;
	ATF_REQUIRE_EQ(1, inet_pton(r.family, dst, r.dst));
	if (gw != NULL)
		ATF_REQUIRE_EQ(1, inet_pton(r.family, gw, r.gw));
	return r;
}

/* One line of a command's output. */
static const char *
out(const char *cmd)
{
	static char line[512];
	FILE *f = popen(cmd, "r");

	line[0] = '\0';
	ATF_REQUIRE(f != NULL);
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	pclose(f);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* The kernel tells of a carrier a moment later. */
static bool
becomes(const char *ifname, int running)
{
	for (int i = 0; i < 3000 && os_if_is_running(ifname) != running; i++)
		usleep(10000);
	return os_if_is_running(ifname) == running;
}

NET_TEST(interfaces, "index, up, running, MTU, name")
{
	setup();
	ATF_CHECK(os_if_index("va") > 0);
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_index("nonesuch"));
	ATF_CHECK(becomes("va", 1));
	ATF_CHECK_EQ(0, os_if_set_up("vb", false));
	ATF_CHECK_EQ(0, os_if_is_running("vb"));
	ATF_CHECK(becomes("va", 0));			/* no carrier */
	ATF_CHECK_EQ(0, os_if_set_up("vb", true));
	ATF_CHECK_EQ(0, os_if_set_up("vb", true));
	ATF_CHECK(becomes("va", 1));
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_is_running("nonesuch"));
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_set_up("nonesuch", true));
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_set_up("a-name-much-too-long", true));
	ATF_CHECK_EQ(0, os_if_set_mtu("va", 1492));
	ATF_CHECK_STREQ("1492", out("cat /sys/class/net/va/mtu 2>/dev/null ||"
	    "ip link show va | sed -n 's/.* mtu \\([0-9]*\\).*/\\1/p'"));
	ATF_CHECK_EQ(-E_SYS, os_if_set_mtu("va", 1u << 30));
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_set_mtu("nonesuch", 1492));
	ATF_CHECK_EQ(0, os_if_rename("va", "ppp7"));
	ATF_CHECK(os_if_index("ppp7") > 0);
	ATF_CHECK(becomes("ppp7", 1));
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_index("va"));
	ATF_CHECK_EQ(-E_EXIST, os_if_rename("ppp7", "vb"));
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_rename("va", "vc"));
}

NET_TEST(addr4, "IPv4: prefix, peer, twice, gone")
{
	struct os_addr a, p;

	setup();
	a = addr("192.0.2.1", 24, NULL);
	p = addr("10.0.0.1", 32, "10.0.0.2");
	ATF_CHECK_EQ(0, os_addr_add("va", &a));
	ATF_CHECK_EQ(-E_EXIST, os_addr_add("va", &a));
	ATF_CHECK_EQ(0, os_addr_add("va", &p));
	ATF_CHECK_EQ(-E_EXIST, os_addr_add("va", &p));
	ATF_CHECK(sh_ok("ip -4 addr show va | grep -q "
	    "'inet 192.0.2.1/24 scope'"));
	ATF_CHECK(sh_ok("ip -4 addr show va | grep -q "
	    "'inet 10.0.0.1 peer 10.0.0.2/32 scope'"));
	ATF_CHECK(sh_ok("ip route get 10.0.0.2 | grep -q 'src 10.0.0.1'"));
	ATF_CHECK_EQ(0, os_addr_del("va", &p));
	ATF_CHECK_EQ(-E_UNKNOWN, os_addr_del("va", &p));
	ATF_CHECK_EQ(-E_UNKNOWN, os_addr_del("nonesuch", &a));
	ATF_CHECK_EQ(-E_UNKNOWN, os_addr_add("nonesuch", &a));
	ATF_CHECK_STREQ("1", out("ip -4 -o addr show va | wc -l"));
	a.bits = 33;
	ATF_CHECK_EQ(-E_SYS, os_addr_add("va", &a));
	ATF_CHECK_EQ(EINVAL, errno);
}

NET_TEST(addr6, "IPv6: prefix, peer, at once usable")
{
	struct os_addr a, p;

	setup();
	a = addr("2001:db8::1", 64, NULL);
	p = addr("fe80::1", 128, "fe80::2");
	ATF_CHECK_EQ(0, os_addr_add("va", &a));
	ATF_CHECK_EQ(-E_EXIST, os_addr_add("va", &a));
	ATF_CHECK_EQ(0, os_addr_add("va", &p));
	ATF_CHECK(sh_ok("ip -6 addr show va | grep -q "
	    "'inet6 2001:db8::1/64 scope global nodad'"));
	ATF_CHECK(sh_ok("ip -6 addr show va | grep -q "
	    "'inet6 fe80::1 peer fe80::2/128 scope link nodad'"));
	ATF_CHECK(!sh_ok("ip -6 addr show va tentative | grep 2001"));
	ATF_CHECK_EQ(0, os_addr_del("va", &p));
	ATF_CHECK_EQ(0, os_addr_del("va", &a));
	ATF_CHECK_EQ(-E_UNKNOWN, os_addr_del("va", &a));
}

NET_TEST(proxies, "proxy ARP of a process that died goes, nobody else's")
{
	setup();
	sh("ip addr add 10.1.0.1/16 dev va");
	sh("for i in $(seq 1 200); do ip neigh add proxy 10.1.1.$i dev va"
	    " protocol 80; ip neigh add proxy 10.1.2.$i dev vb protocol 80;"
	    "done");
	sh("ip neigh add proxy 10.1.3.1 dev va");
	os_proxy_sweep();
	ATF_CHECK_STREQ("1", out("ip neigh show proxy | wc -l"));
	ATF_CHECK(sh_ok("ip neigh show proxy | grep -q 10.1.3.1"));
}

NET_TEST(route4, "IPv4: through the device, a gateway; twice, replaced, gone")
{
	struct os_addr p;
	struct os_route r, def;

	setup();
	p = addr("10.0.0.1", 32, "10.0.0.2");
	ATF_REQUIRE_EQ(0, os_addr_add("va", &p));
	r = route("198.51.100.0", 24, NULL);
	ATF_CHECK_EQ(0, os_route_add("va", &r, false));
	ATF_CHECK_EQ(-E_EXIST, os_route_add("va", &r, false));
	ATF_CHECK_EQ(-E_EXIST, os_route_add("vb", &r, false));
	ATF_CHECK(sh_ok("ip route show 198.51.100.0/24 | grep -q 'dev va'"));
	ATF_CHECK_EQ(0, os_route_add("vb", &r, true));
	ATF_CHECK_STREQ("198.51.100.0/24 dev vb proto static scope link ",
	    out("ip route show 198.51.100.0/24"));
	ATF_CHECK_EQ(-E_UNKNOWN, os_route_del("va", &r));
	ATF_CHECK_EQ(0, os_route_del("vb", &r));
	ATF_CHECK_EQ(-E_UNKNOWN, os_route_del("vb", &r));

	def = route("0.0.0.0", 0, "10.0.0.2");
	def.mtu = 1492;
	ATF_CHECK_EQ(0, os_route_add("va", &def, false));
	ATF_CHECK_EQ(-E_EXIST, os_route_add("va", &def, false));
	ATF_CHECK_STREQ("default via 10.0.0.2 dev va proto static mtu 1492 ",
	    out("ip route show default"));
	def.mtu = 0;
	ATF_CHECK_EQ(0, os_route_add(NULL, &def, true));
	ATF_CHECK_STREQ("default via 10.0.0.2 dev va proto static ",
	    out("ip route show default"));
	def.gw[3] = 3;
	ATF_CHECK_EQ(-E_UNKNOWN, os_route_del("va", &def));
	def.gw[3] = 2;
	ATF_CHECK_EQ(0, os_route_del(NULL, &def));
	ATF_CHECK_EQ(-E_UNKNOWN, os_route_add("nonesuch", &def, false));
}

NET_TEST(route4_bad, "what the kernel refuses is told with its number")
{
	struct os_route r;

	setup();
	r = route("198.51.100.0", 24, "203.0.113.1");
	ATF_CHECK_EQ(-E_SYS, os_route_add(NULL, &r, false));
	ATF_CHECK_EQ(ENETUNREACH, errno);
	r = route("198.51.100.1", 24, NULL);	/* host bits set */
	ATF_CHECK_EQ(-E_SYS, os_route_add("va", &r, false));
	ATF_CHECK_EQ(EINVAL, errno);
	sh("ip link set va down");
	r = route("198.51.100.0", 24, NULL);
	ATF_CHECK_EQ(-E_SYS, os_route_add("va", &r, false));
	ATF_CHECK_EQ(ENETDOWN, errno);
}

NET_TEST(route6, "IPv6: the same")
{
	struct os_route r, def;

	setup();
	r = route("2001:db8:5::", 48, NULL);
	ATF_CHECK_EQ(0, os_route_add("va", &r, false));
	ATF_CHECK_EQ(-E_EXIST, os_route_add("va", &r, false));
	ATF_CHECK_EQ(0, os_route_add("vb", &r, true));
	ATF_CHECK_STREQ("1", out("ip -6 route show 2001:db8:5::/48 | wc -l"));
	ATF_CHECK(sh_ok("ip -6 route show 2001:db8:5::/48 | grep -q 'dev vb'"));
	ATF_CHECK_EQ(-E_UNKNOWN, os_route_del("va", &r));
	ATF_CHECK_EQ(0, os_route_del("vb", &r));
	def = route("::", 0, "fe80::2");
	ATF_CHECK_EQ(0, os_route_add("va", &def, false));
	ATF_CHECK(sh_ok("ip -6 route show default | grep -q "
	    "'default via fe80::2 dev va proto static'"));
	ATF_CHECK_EQ(0, os_route_del("va", &def));
	ATF_CHECK_EQ(-E_UNKNOWN, os_route_del("va", &def));
}

NET_TEST(many_routes, "2,000 host routes come and go")
{
	struct os_route r;

	setup();
	r = route("100.64.0.0", 32, NULL);
	for (unsigned i = 0; i < 2000; i++) {
		r.dst[2] = (uint8_t)(i >> 8);
		r.dst[3] = (uint8_t)i;
		ATF_REQUIRE_EQ(0, os_route_add("va", &r, false));
	}
	ATF_CHECK_STREQ("2000", out("ip route show proto static | wc -l"));
	for (unsigned i = 0; i < 2000; i++) {
		r.dst[2] = (uint8_t)(i >> 8);
		r.dst[3] = (uint8_t)i;
		ATF_REQUIRE_EQ(0, os_route_del("va", &r));
	}
	ATF_CHECK_STREQ("0", out("ip route show proto static | wc -l"));
}

NET_TEST(quiet6, "no link-local address of the kernel's own")
{
	setup();
	sh("ip link set va down");
	ATF_CHECK_EQ(0, os_if_quiet6("va"));
	sh("ip link set va up");
	ATF_CHECK_STREQ("0", out("ip -6 -o addr show va | wc -l"));
	ATF_CHECK_STREQ("0", out("cat /proc/sys/net/ipv6/conf/va/accept_ra"));
	ATF_CHECK_STREQ("0",
	    out("cat /proc/sys/net/ipv6/conf/va/router_solicitations"));
	ATF_CHECK_EQ(-E_UNKNOWN, os_if_quiet6("nonesuch"));
}

NET_TEST(watch, "interfaces that appear, go down, up and away")
{
	static const char *const change[] = {
		"ip link add vc type veth peer name vd", "ip link set va down",
		"ip link set va up", "ip link del vc",
	};

	setup();
	int fd = os_watch();

	ATF_REQUIRE(fd >= 0);
	ATF_CHECK(!readable(fd, 0));
	ATF_CHECK(!os_watch_read(fd));
	for (size_t i = 0; i < 4; i++) {
		sh("%s", change[i]);
		ATF_CHECK_MSG(readable(fd, 1000), "%s", change[i]);
		ATF_CHECK_MSG(os_watch_read(fd), "%s", change[i]);
		ATF_CHECK(!readable(fd, 0));
	}
	sh("ip addr add 10.1.1.1/24 dev va");	/* no interface changed */
	ATF_CHECK(!os_watch_read(fd));
	close(fd);
}

NET_TEST(watch_overrun, "more changes than the socket holds are still told")
{
	int octets = 1;

	setup();
	int fd = os_watch();

	ATF_REQUIRE_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets,
	    sizeof(octets)));
	for (int i = 0; i < 20; i++)
		sh("ip link set va down && ip link set va up");
	ATF_CHECK(os_watch_read(fd));
	ATF_CHECK(!os_watch_read(fd));
	sh("ip link set va down");
	ATF_CHECK(readable(fd, 1000) && os_watch_read(fd));
	close(fd);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, interfaces);
	ATF_TP_ADD_TC(tp, addr4);
	ATF_TP_ADD_TC(tp, addr6);
	ATF_TP_ADD_TC(tp, proxies);
	ATF_TP_ADD_TC(tp, route4);
	ATF_TP_ADD_TC(tp, route4_bad);
	ATF_TP_ADD_TC(tp, route6);
	ATF_TP_ADD_TC(tp, many_routes);
	ATF_TP_ADD_TC(tp, quiet6);
	ATF_TP_ADD_TC(tp, watch);
	ATF_TP_ADD_TC(tp, watch_overrun);
	return atf_no_error();
}
#endif
