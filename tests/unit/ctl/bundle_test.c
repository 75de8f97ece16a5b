/*
 * The client's control side in a namespace: dial on demand, pauses, ends.
 * Nobody answers; what counts is when it dials and when it ends.
 */
#ifdef __linux__
#include <arpa/inet.h>
#include <atf-c.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/bundle.h"
#include "lib/netns.h"

static struct ctl *c;
static struct profile prof;
static unsigned missing, closed;
static char why[200];

static void
count_log(const struct log_line *line, void *arg)
{
	(void)arg;
	missing += strstr(line->text, "no such interface") != NULL;
	closed += strstr(line->text, "Disconnected!") != NULL;
}

static void
start(enum mode m, const char *device)
{
	netns_enter();
	log_set_sink(count_log, NULL);
	profile_default(&prof);
	prof.mode = (uint8_t)m;
	strcpy(prof.device[0], device);
	prof.devices = 1;
	prof.net.my = (struct ip4_want){ 0x0a090001, 32 };
	prof.net.his = (struct ip4_want){ 0x0a090002, 32 };
	prof.resolv_readonly = true;
	c = ctl_new(&prof, -1, "/nonexistent");
	ATF_REQUIRE(c != NULL);
	ATF_REQUIRE_MSG(ctl_start(c, why, sizeof(why)) == 0, "%s", why);
	ATF_REQUIRE_EQ(0, lb_start(c->lb));
	bundle_start(c->bundle);
}

static void
turn(unsigned ms)
{
	tstamp until = clock_now() + MSEC(ms);

	while (clock_now() < until)
		loop_once(c->loop, MSEC(2));
}

/* The lane tells control of a packet when it comes to it. */
static void
turn_until_missing(unsigned n)
{
	for (int i = 0; i < 3000 && missing < n; i++)
		turn(10);
	turn(100);			/* and no more than those */
	ATF_CHECK_EQ(n, missing);
}

/* A packet for the peer's address, which leads into the TUN. */
static void
packet(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(9), .sin_addr.s_addr = htonl(0x0a090002) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(4, sendto(fd, "wake", 4, 0, (struct sockaddr *)&to,
	    sizeof(to)));
	close(fd);
}

/* An attempt that never began leaves the lane ready for the next packet,
 * and the packet that asked does not ask again by itself. */
NET_TEST(auto_without_interface, "each packet dials once, none for ever")
{
	start(MODE_AUTO, "PPPoE:nosuch0");
	turn(50);
	ATF_CHECK_EQ(0, missing);
	for (unsigned i = 1; i <= 3; i++) {
		packet();
		turn_until_missing(i);
	}
	ATF_CHECK(!c->bundle->link[0]->dialer.trying);
	ctl_free(c);
}

/* A packet during the pause asks once; `close` ends the pause, and the next
 * packet dials. */
NET_TEST(auto_closed_in_the_pause, "close in a pause leaves auto mode ready")
{
	start(MODE_AUTO, "PPPoE:nosuch0");
	prof.redial.tries = 5;
	ATF_REQUIRE_EQ(0, ctl_publish(c, &prof, why, sizeof(why)));
	packet();
	turn_until_missing(1);
	ATF_CHECK(c->bundle->link[0]->dialer.deadline != NEVER);
	packet();
	turn(100);
	ATF_CHECK_EQ(1, missing);	/* the pause is not cut short */
	ctl_close(c, LINK_ALL);
	turn(50);
	ATF_CHECK_EQ(NEVER, c->bundle->link[0]->dialer.deadline);
	packet();
	turn_until_missing(2);
	ctl_free(c);
}

NET_TEST(background_down_in_the_pause, "nothing is left: the program ends")
{
	start(MODE_BACKGROUND, "PPPoE:nosuch0");
	ATF_CHECK_EQ(1, missing);
	ATF_CHECK(c->quitting);		/* one try is all it has */
	ATF_CHECK_EQ(8, c->code);
	ctl_free(c);

	start(MODE_BACKGROUND, "PPPoE:nosuch0");
	ctl_free(c);
	prof.redial.tries = 5;
	c = ctl_new(&prof, -1, "/nonexistent");
	ATF_REQUIRE_EQ(0, ctl_start(c, why, sizeof(why)));
	ATF_REQUIRE_EQ(0, lb_start(c->lb));
	bundle_start(c->bundle);
	ATF_CHECK(!c->quitting);
	ctl_down(c, LINK_ALL);
	ATF_CHECK(c->quitting);
	ATF_CHECK_EQ(8, c->code);
	ctl_free(c);
}

/* Stopping while a PADI is out: no new dial, and all lanes report. */
NET_TEST(stop_while_dialling, "the end comes at once")
{
	start(MODE_DDIAL, "PPPoE:home0");
	ctl_free(c);
	sh("ip link add home0 type veth peer name isp0");
	sh("ip link set home0 up && ip link set isp0 up");
	c = ctl_new(&prof, -1, "/nonexistent");
	ATF_REQUIRE_EQ(0, ctl_start(c, why, sizeof(why)));
	ATF_REQUIRE_EQ(0, lb_start(c->lb));
	bundle_start(c->bundle);
	turn(100);
	ATF_CHECK(c->bundle->link[0]->ticket != 0);
	ctl_quit(c);
	loop_run(c->loop);
	ATF_CHECK_EQ(1, closed);
	ATF_CHECK_EQ(1, c->stopped);
	ctl_free(c);
}

NET_TEST(leaving_auto, "its rest addresses go with it")
{
	start(MODE_AUTO, "PPPoE:nosuch0");
	turn(20);
	sh("ip address show dev %s | grep -q 10.9.0.1", c->tun);
	prof.mode = MODE_INTERACTIVE;
	ATF_REQUIRE_EQ(0, ctl_publish(c, &prof, why, sizeof(why)));
	turn(20);
	ATF_CHECK(!sh_ok("ip address show dev %s | grep -q 10.9.0.1",
	    c->tun));
	prof.mode = MODE_AUTO;
	ATF_REQUIRE_EQ(0, ctl_publish(c, &prof, why, sizeof(why)));
	packet();
	turn_until_missing(1);
	ctl_free(c);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, auto_without_interface);
	ATF_TP_ADD_TC(tp, auto_closed_in_the_pause);
	ATF_TP_ADD_TC(tp, background_down_in_the_pause);
	ATF_TP_ADD_TC(tp, stop_while_dialling);
	ATF_TP_ADD_TC(tp, leaving_auto);
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
