/* What is left after priv_drop(), in this process and in what it starts. */
#ifdef __linux__
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "io/io.h"
#include "io/tun.h"
#include "lib/netns.h"
#include "os/net.h"
#include "os/priv.h"

/* The value of a line of /proc/self/status, as text. */
static const char *
status(const char *key)
{
	static char line[256];
	FILE *f = fopen("/proc/self/status", "r");

	ATF_REQUIRE(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			break;
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return line + strlen(key) + 2;
}

NET_TEST(drop, "two capabilities stay, the rest is gone for good")
{
	char why[100] = "x";

	ATF_REQUIRE_EQ(0, priv_drop(false, why, sizeof(why)));
	ATF_CHECK_STREQ("", why);
	ATF_CHECK_STREQ("0000000000003000", status("CapEff"));
	ATF_CHECK_STREQ("0000000000003000", status("CapPrm"));
	ATF_CHECK_STREQ("0000000000000000", status("CapInh"));
	ATF_CHECK_STREQ("0000000000003000", status("CapBnd"));
	ATF_CHECK_STREQ("0000000000000000", status("CapAmb"));
	ATF_CHECK_STREQ("1", status("NoNewPrivs"));
	/* Again: nothing is left to do, nothing comes back. */
	ATF_REQUIRE_EQ(0, priv_drop(false, why, sizeof(why)));
	ATF_CHECK_STREQ("0000000000003000", status("CapEff"));
	ATF_CHECK(sh_ok("grep -q 'CapEff:.0000000000003000' "
	    "/proc/self/status"));
	ATF_CHECK_EQ(-1, chroot("/"));
	ATF_CHECK_EQ(-1, setuid(1));
	ATF_CHECK_EQ(EPERM, errno);
}

NET_TEST(xdp, "two more stay for AF_XDP, until they are given up")
{
	char why[100] = "x";

	ATF_REQUIRE_EQ(0, priv_drop(true, why, sizeof(why)));
	ATF_CHECK_STREQ("0000008000007000", status("CapEff"));
	ATF_CHECK_STREQ("0000008000007000", status("CapBnd"));
	ATF_REQUIRE_EQ(0, priv_drop(false, why, sizeof(why)));
	ATF_CHECK_STREQ("0000000000003000", status("CapPrm"));
}

NET_TEST(still_works, "sockets, TUN, addresses and routes after the drop")
{
	struct io_conf c = { .ifname = "va", .disc_type = 0x8863,
	    .sess_type = 0x8864, .lanes = 1 };
	struct os_addr a = { .family = 2, .bits = 24, .addr = { 10, 1 } };
	char why[200];
	struct tun t;
	struct io *io;

	netns_enter();
	sh("ip link add va type veth peer name vb");
	ATF_REQUIRE_EQ(0, priv_drop(false, why, sizeof(why)));
	ATF_CHECK_EQ(0, io_open(&io, &c, why, sizeof(why)));
	ATF_CHECK_EQ(0, tun_open(&t, -1, why, sizeof(why)));
	ATF_CHECK_EQ(0, os_if_quiet6(t.name));
	ATF_CHECK_EQ(0, os_addr_add(t.name, &a));
	ATF_CHECK_EQ(0, os_if_set_up(t.name, true));
	ATF_CHECK_EQ(0, os_if_set_mtu(t.name, 1492));
	tun_close(&t);
	io_close(io);
}

NET_TEST(files, "root without its other powers is the owner of its files only")
{
	char why[100];

	ATF_REQUIRE_EQ(0, mkdir("run", 0755));
	int fd = open("run/a.new", O_CREAT | O_WRONLY, 0600);

	ATF_REQUIRE(fd >= 0);
	close(fd);
	fd = open("theirs", O_CREAT | O_WRONLY, 0600);
	ATF_REQUIRE_EQ(0, fchown(fd, 1, 1));
	close(fd);
	ATF_REQUIRE_EQ(0, priv_drop(false, why, sizeof(why)));
	ATF_CHECK_EQ(0, rename("run/a.new", "run/a"));
	ATF_CHECK_EQ(0, unlink("run/a"));
	ATF_CHECK_EQ(-1, open("theirs", O_RDONLY));
	ATF_CHECK_EQ(EACCES, errno);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, drop);
	ATF_TP_ADD_TC(tp, xdp);
	ATF_TP_ADD_TC(tp, still_works);
	ATF_TP_ADD_TC(tp, files);
	return atf_no_error();
}
#endif
