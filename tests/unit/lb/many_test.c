/* More sessions than LANE_MANY, each packet another's: batches that are
 * fetched ahead reach whom they are for. */
#include <atf-c.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/lb/kit.h"
#include "wire/cksum.h"

#define MANY	(LANE_MANY + 70u)
#define OURS	0x0a0000feu
#define VNET	10u

static struct kit *k;
static int host;

static void
mac_of(uint32_t i, uint8_t mac[ETH_ADDR])
{
	memset(mac, 2, ETH_ADDR);
	mac[5] = (uint8_t)i;
}

static void
setup(void)
{
	struct tun tun = { .name = "tun0" };
	uint8_t mac[ETH_ADDR];
	int fd[2];

	ATF_REQUIRE_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK,
	    0, fd));
	tun.fd = fd[0];
	host = fd[1];
	k = kit_new(false, MANY, &tun);
	for (uint32_t i = 1; i <= MANY; i++) {
		struct far_peer peer;

		mac_of(i, mac);
		far_up(k, &peer, mac, (struct vlans){ 0, 0 }, (uint16_t)i);
		kit_forget(k);
	}
}

static size_t
packet(uint8_t *ip, size_t n, uint32_t src, uint32_t dst)
{
	struct wr w = wr_of(ip, n);

	memset(ip, 0, n);
	wr_u16(&w, 0x4500);
	wr_u16(&w, (uint16_t)n);
	wr_u32(&w, 0);
	wr_u16(&w, 64 << 8 | 17);
	wr_u16(&w, 0);
	wr_u32(&w, src);
	wr_u32(&w, dst);
	wr_patch16(&w, 10, cksum(ip, 20, 0));
	return n;
}

ATF_TC_WITHOUT_HEAD(down);
ATF_TC_BODY(down, tc)
{
	uint8_t buf[VNET + 1400] = { 0 };
	unsigned got[MANY + 2] = { 0 };
	struct pkt *b;

	setup();
	/* Two of them are nobody's. */
	for (uint32_t i = 0; i <= MANY + 1; i++) {
		packet(buf + VNET, i % 3 ? 64 : 1400, OURS, 0x0a000000 + i);
		ATF_REQUIRE(send(host, buf, sizeof(buf) - (i % 3 ? 1336 : 0),
		    0) > 0);
	}
	kit_run(k);
	while ((b = kit_next(k)) != NULL) {
		unsigned to = b->data[5], sid = b->data[17];

		ATF_CHECK_EQ(to, sid);		/* MAC and Session-ID */
		ATF_CHECK_EQ(sid, b->data[22 + 19]);	/* IP address */
		got[sid]++;
	}
	for (uint32_t i = 1; i <= MANY; i++)
		ATF_CHECK_EQ(1, got[i]);
	ATF_CHECK_EQ(2, kit_all_drops(k));
	kit_free(k);
	close(host);
}

ATF_TC_WITHOUT_HEAD(up);
ATF_TC_BODY(up, tc)
{
	uint8_t ip[64], mac[ETH_ADDR], buf[VNET + 64];
	unsigned n = 0;

	setup();
	/* Session 3 says it is session 4, and there is no session MANY + 1. */
	for (uint32_t i = 1; i <= MANY + 1; i++) {
		mac_of(i, mac);
		struct frame f = { .src = mac, .sid = (uint16_t)i,
		    .proto = PROTO_IP, .p = ip, .n = packet(ip, sizeof(ip),
		    0x0a000000 + (i == 3 ? 4 : i), OURS) };

		kit_frame(k, &f);
	}
	kit_run(k);
	for (; recv(host, buf, sizeof(buf), 0) == (ssize_t)sizeof(buf); n++)
		ATF_CHECK(buf[VNET + 15] != 3 && buf[VNET + 15] <= MANY);
	ATF_CHECK_EQ(MANY - 1, n);
	ATF_CHECK_EQ(1, kit_drops(k, DROP_IP_SOURCE));
	ATF_CHECK_EQ(1, kit_drops(k, DROP_NO_SESSION));
	kit_free(k);
	close(host);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, down);
	ATF_TP_ADD_TC(tp, up);
	return atf_no_error();
}
