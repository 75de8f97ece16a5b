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
	int err = nat_on("vc", why, sizeof(why));

	ATF_REQUIRE_MSG(err == 0, "nat_on: %s", why);
	ATF_CHECK(ping(inside));
	ATF_CHECK(sh_ok("nft list tables | grep -qx 'table ip ppp_vc'"));
	ATF_CHECK_EQ(0, nat_off("vc"));
	ATF_CHECK(sh_ok("test -z \"$(nft list tables)\""));
	end(inside);
	end(outside);
}

NET_TEST(stale, "what an earlier run left is replaced, others' rules stay")
{
	netns_enter();
	sh("nft add table ip mine");
	sh("nft add table ip ppp_tun7 && nft add chain ip ppp_tun7 left");
	ATF_REQUIRE_EQ(0, nat_on("tun7", why, sizeof(why)));
	ATF_REQUIRE_EQ(0, nat_on("tun7", why, sizeof(why)));
	ATF_REQUIRE_EQ(0, nat_on("tun8", why, sizeof(why)));
	ATF_CHECK(!sh_ok("nft list table ip ppp_tun7 | grep left"));
	ATF_CHECK(sh_ok("test $(nft list table ip ppp_tun7 | "
	    "grep -c masquerade) = 1"));
	ATF_CHECK_EQ(0, nat_off("tun7"));
	ATF_CHECK_EQ(0, nat_off("tun7"));
	ATF_CHECK(sh_ok("nft list tables | grep -qx 'table ip ppp_tun8'"));
	ATF_CHECK_EQ(0, nat_off("tun8"));
	ATF_CHECK(sh_ok("test \"$(nft list tables)\" = 'table ip mine'"));
}

NET_TEST(refused, "names that could be read as rules, and no privilege")
{
	static const char *const bad[] = {
		"", "tun0;", "tun0\"", "tun*", "tun 0", "tun0}",
		"a-name-much-too-long",
	};

	netns_enter();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ATF_CHECK_EQ(-E_RANGE, nat_on(bad[i], why, sizeof(why)));
		ATF_CHECK_EQ(-E_RANGE, nat_off(bad[i]));
	}
	ATF_CHECK(sh_ok("test -z \"$(nft list tables)\""));
	ATF_REQUIRE_EQ(0, nat_on("tun0.7-a_b", why, sizeof(why)));
	ATF_REQUIRE_EQ(0, nat_off("tun0.7-a_b"));
	ATF_REQUIRE_EQ(0, seteuid(1));
	ATF_CHECK_EQ(-E_SYS, nat_on("tun0", why, sizeof(why)));
	ATF_CHECK_MATCH("^nftables: .*Operation not permitted", why);
	ATF_REQUIRE_EQ(0, seteuid(0));	/* the result is written by root */
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, masquerade);
	ATF_TP_ADD_TC(tp, stale);
	ATF_TP_ADD_TC(tp, refused);
	return atf_no_error();
}
#endif
