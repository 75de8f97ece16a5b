/* The wire in memory. */
#include <atf-c.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/err.h"
#include "io/io.h"

static const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t mac_b[6] = { 2, 0, 0, 0, 0, 2 };
static struct io *a, *b;
static struct pkt tx[64], rx[64];
static struct pkt *v[64];

static void
setup(void)
{
	ATF_REQUIRE_EQ(0, io_pair(&a, &b, mac_a, mac_b));
	for (unsigned i = 0; i < 64; i++) {
		pkt_reset(&tx[i]);
		memset(tx[i].data, (int)i, 60 + i);
		tx[i].len = 60 + i;
		v[i] = &tx[i];
	}
}

static int
polls(struct io *io)
{
	struct pollfd p = { .fd = io_fd(io), .events = POLLIN };

	return poll(&p, 1, 0);
}

ATF_TC_WITHOUT_HEAD(both_ways);
ATF_TC_BODY(both_ways, tc)
{
	struct io_stats st;

	setup();
	ATF_CHECK(memcmp(io_mac(b), mac_b, 6) == 0);
	ATF_CHECK_EQ(0, polls(b));
	ATF_CHECK_EQ(0, io_recv(b, rx, 64));
	ATF_CHECK_EQ(64, io_send(a, v, 64));
	ATF_CHECK_EQ(1, polls(b));
	ATF_CHECK_EQ(0, polls(a));
	ATF_CHECK_EQ(10, io_recv(b, rx, 10));
	ATF_CHECK_EQ(54, io_recv(b, rx + 10, 54));
	for (unsigned i = 0; i < 64; i++) {
		ATF_CHECK_EQ(60 + i, rx[i].len);
		ATF_CHECK(memcmp(rx[i].data, tx[i].data, 60 + i) == 0);
		ATF_CHECK_EQ(0, rx[i].tpid);
	}
	ATF_CHECK_EQ(0, polls(b));
	ATF_CHECK_EQ(3, io_send(b, v, 3));
	ATF_CHECK_EQ(3, io_recv(a, rx, 64));
	io_stats(a, &st);
	ATF_CHECK_EQ(64, st.out);
	ATF_CHECK_EQ(3, st.in);
	ATF_CHECK_EQ(60 + 61 + 62, st.in_octets);
	io_close(a);
	io_close(b);
}

ATF_TC_WITHOUT_HEAD(full);
ATF_TC_BODY(full, tc)
{
	struct io_stats st;
	int sent = 0, n, got = 0;

	setup();
	while ((n = io_send(a, v, 64)) == 64)
		sent += n;
	ATF_CHECK(n >= 0);
	sent += n;
	io_stats(a, &st);
	ATF_CHECK_EQ((uint64_t)sent, st.out);
	ATF_CHECK_EQ(64u - (unsigned)n, st.send_full);
	while ((n = io_recv(b, rx, 64)) > 0)
		got += n;
	ATF_CHECK_EQ(sent, got);
	io_close(a);
	io_close(b);
}

ATF_TC_WITHOUT_HEAD(closed);
ATF_TC_BODY(closed, tc)
{
	setup();
	ATF_CHECK_EQ(2, io_send(a, v, 2));
	io_close(a);
	ATF_CHECK_EQ(2, io_recv(b, rx, 64));
	ATF_CHECK_EQ(-E_SYS, io_recv(b, rx, 64));
	ATF_CHECK_EQ(ENODEV, errno);
	ATF_CHECK_EQ(-E_SYS, io_send(b, v, 1));
	ATF_CHECK_EQ(ENODEV, errno);
	io_close(b);
	io_close(NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, both_ways);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, closed);
	return atf_no_error();
}
