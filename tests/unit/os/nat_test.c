/*
 * inside (10.1.0.2) -- [va 10.1.0.1, the test, vc 192.0.2.1] -- outside
 * (192.0.2.2, which knows no way back to 10/8).
 */
#ifdef __linux__
#include <atf-c.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "lib/netns.h"
#include "os/nat.h"

static char why[200];
static struct nat nat;
static struct nat_conf conf;

#define MY	0xc0000201u		/* 192.0.2.1 */

static int
on(const char *ifname)
{
	return nat_set(&nat, ifname, &conf, MY, why, sizeof(why));
}

/* A process in a namespace of its own that waits; its number. */
static pid_t
away(void)
{
	int sync[2];
	char c;

	ATF_REQUIRE_EQ(0, pipe(sync));
	pid_t pid = fork();

	ATF_REQUIRE(pid >= 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) == 0 && write(sync[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	ATF_REQUIRE_EQ(1, read(sync[0], &c, 1));
	close(sync[0]);
	close(sync[1]);
	return pid;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static pid_t
host(const char *ours, const char *net)
{
	pid_t pid = away();

	sh("ip link add %s type veth peer name eth0 netns %d", ours, pid);
	sh("ip addr add %s.1/24 dev %s && ip link set %s up", net, ours, ours);
	sh("nsenter -t %d -n sh -c 'ip addr add %s.2/24 dev eth0 && "
	    "ip link set eth0 up'", pid, net);
	return pid;
}

static bool
ping(pid_t from)
{
	return sh_ok("nsenter -t %d -n ping -c 1 -W 1 192.0.2.2 >/dev/null",
	    from);
}

NET_TEST(masquerade, "who is inside reaches the outside, until it is off")
{
	netns_enter();
	pid_t inside = host("va", "10.1.0"), outside = host("vc", "192.0.2");

	sh("nsenter -t %d -n ip route add default via 10.1.0.1", inside);
	sh("echo 1 > /proc/sys/net/ipv4/ip_forward");
	ATF_CHECK(!ping(inside));
	int err = on("vc");
	struct nat_sums sums;

	ATF_REQUIRE_MSG(err == 0, "nat_set: %s", why);
	ATF_CHECK(ping(inside));
	ATF_CHECK(sh_ok("nft list tables | grep -qx 'table ip ppp_vc'"));
	ATF_CHECK_EQ(0, nat_count(&nat, &sums));
	ATF_CHECK_EQ(1, sums.n[NAT_OUT]);
	ATF_CHECK_EQ(0, on("vc"));	/* counters go on */
	ATF_CHECK_EQ(0, nat_count(&nat, &sums));
	ATF_CHECK_EQ(1, sums.n[NAT_OUT]);
	nat_off(&nat);
	ATF_CHECK(sh_ok("test -z \"$(nft list tables)\""));
	end(inside);
	end(outside);
}

/* 203.0.113.7 is routed to us and belongs to who is inside. */
NET_TEST(address, "an address of the outside, both ways, and a forward")
{
	netns_enter();
	pid_t inside = host("va", "10.1.0"), outside = host("vc", "192.0.2");

	sh("nsenter -t %d -n ip route add default via 10.1.0.1", inside);
	sh("nsenter -t %d -n ip route add 203.0.113.0/24 via 192.0.2.1",
	    outside);
	sh("echo 1 > /proc/sys/net/ipv4/ip_forward");
	conf.rules = 1;
	conf.rule[0] = (struct nat_rule){ .kind = NAT_ADDR, .locals = 1,
	    .local = { 0x0a010002 }, .pub = 0xcb007107 };
	conf.deny_incoming = true;
	ATF_REQUIRE_EQ_MSG(0, on("vc"), "%s", why);
	ATF_CHECK(sh_ok("nsenter -t %d -n ping -c 1 -W 1 203.0.113.7",
	    outside));
	ATF_CHECK(!sh_ok("nsenter -t %d -n ping -c 1 -W 1 192.0.2.1",
	    outside));
	sh("nsenter -t %d -n nft add table ip t", outside);
	sh("nsenter -t %d -n nft 'add chain ip t c { type filter hook input "
	    "priority 0; }'", outside);
	sh("nsenter -t %d -n nft add rule ip t c ip saddr 203.0.113.7 "
	    "counter", outside);
	ATF_CHECK(ping(inside));
	ATF_CHECK(sh_ok("nsenter -t %d -n nft list table ip t | "
	    "grep 'packets 1 '", outside));
	nat_off(&nat);
	end(inside);
	end(outside);
}

NET_TEST(stale, "what an earlier run left is replaced, others' rules stay")
{
	struct nat other = { .ctx = NULL };

	netns_enter();
	sh("nft add table ip mine");
	sh("nft add table ip ppp_tun7 && nft add chain ip ppp_tun7 left");
	sh("nft add table ip ppp_gone && nft add table ip ppp_lo");
	nat_sweep();
	ATF_CHECK(!sh_ok("nft list table ip ppp_gone"));
	sh("nft add table ip ppp_tun7 && nft add chain ip ppp_tun7 left");
	ATF_REQUIRE_EQ(0, on("tun7"));
	ATF_REQUIRE_EQ(0, on("tun7"));
	ATF_REQUIRE_EQ(0, nat_set(&other, "tun8", &conf, MY, why,
	    sizeof(why)));
	ATF_CHECK(!sh_ok("nft list table ip ppp_tun7 | grep left"));
	ATF_CHECK(sh_ok("test $(nft list table ip ppp_tun7 | "
	    "grep -c 'snat to') = 1"));
	nat_off(&nat);
	nat_off(&nat);
	ATF_CHECK(sh_ok("nft list tables | grep -qx 'table ip ppp_tun8'"));
	ATF_REQUIRE_EQ(0, on("tun7"));
	ATF_REQUIRE_EQ(0, on("tun9"));	/* renamed */
	ATF_CHECK(!sh_ok("nft list table ip ppp_tun7"));
	nat_off(&nat);
	nat_off(&other);
	sh("nft delete table ip ppp_lo");
	ATF_CHECK(sh_ok("test \"$(nft list tables)\" = 'table ip mine'"));
}

NET_TEST(refused, "names that could be read as rules, and no privilege")
{
	static const char *const bad[] = {
		"", "tun0;", "tun0\"", "tun*", "tun 0", "tun0}",
		"a-name-much-too-long",
	};

	netns_enter();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ(-E_RANGE, on(bad[i]));
	ATF_CHECK(sh_ok("test -z \"$(nft list tables)\""));
	ATF_REQUIRE_EQ(0, on("tun0.7-a_b"));
	nat_off(&nat);
	ATF_REQUIRE_EQ(0, seteuid(1));
	ATF_CHECK_EQ(-E_SYS, on("tun0"));
	ATF_CHECK_MATCH("^nftables: .*Operation not permitted", why);
	ATF_REQUIRE_EQ(0, seteuid(0));	/* the result is written by root */
}

/* The whole range of ports moves by one: one entry a port. */
NET_TEST(refusal_keeps, "a table that is refused leaves the one before")
{
	netns_enter();
	ATF_REQUIRE_EQ(0, on("tun0"));
	sh("nft list table ip ppp_tun0 > was");
	conf.rules = 1;
	conf.rule[0] = (struct nat_rule){ .kind = NAT_PORT, .locals = 1,
	    .proto = 6, .pport = { 9, 5 }, .lport = { 1, 2 } };
	ATF_CHECK(on("tun0") < 0);
	sh("nft list table ip ppp_tun0 > is && cmp was is");
	conf.rule[0].pport = (struct nat_ports){ 1000, 3000 };
	conf.rule[0].lport = (struct nat_ports){ 1001, 3001 };
	ATF_CHECK_EQ_MSG(0, on("tun0"), "%s", why);
	ATF_CHECK(sh_ok("nft list table ip ppp_tun0 | grep -q "
	    "'3000 : 192.0.2.1 . 3001'"));
	nat_off(&nat);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, masquerade);
	ATF_TP_ADD_TC(tp, address);
	ATF_TP_ADD_TC(tp, stale);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, refusal_keeps);
	return atf_no_error();
}
#endif
