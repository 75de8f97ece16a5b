/* Transfers over a pair of sockets: whole, damaged, missing. */
#include <atf-c.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gen/xfer.h"

static const volatile sig_atomic_t go;
static struct xfer a, b;
static int fd[2];

static void
begin(int type, uint8_t algo)
{
	struct xfer_conf c = { .udp = type == SOCK_DGRAM, .algo = algo,
	    .run = 9, .blocks = 30, .size = 1000, .timeout = 30000,
	    .stop = &go };

	ATF_REQUIRE_EQ(0, socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, fd));
	ATF_REQUIRE_EQ(0, xfer_init(&a, &c));
	ATF_REQUIRE_EQ(0, xfer_init(&b, &c));
}

static void
end(void)
{
	xfer_free(&a);
	xfer_free(&b);
	close(fd[0]);
	close(fd[1]);
}

static void *
sender(void *arg)
{
	(void)arg;
	return xfer_send(&a, fd[0]) < 0 ? &a : NULL;
}

static bool
same_total(void)
{
	uint8_t x[XFER_SUM], y[XFER_SUM];

	xfer_total(&a, x);
	xfer_total(&b, y);
	return memcmp(x, y, XFER_SUM) == 0;
}

static void
whole(int type, uint8_t algo)
{
	pthread_t t;
	void *failed;

	begin(type, algo);
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, sender, NULL));
	ATF_CHECK_EQ(0, xfer_recv(&b, fd[1]));
	pthread_join(t, &failed);
	ATF_CHECK(failed == NULL);
	ATF_CHECK_EQ(30, b.got);
	ATF_CHECK_EQ(0, b.damaged + b.late + b.twice);
	ATF_CHECK(same_total());
	end();
}

ATF_TC_WITHOUT_HEAD(all_well);
ATF_TC_BODY(all_well, tc)
{
	for (uint8_t algo = 0; algo < XFER_ALGOS; algo++) {
		whole(SOCK_STREAM, algo);
		whole(SOCK_DGRAM, algo);
	}
}

/* Blocks that @a makes, by hand into @b. */
ATF_TC_WITHOUT_HEAD(wrong);
ATF_TC_BODY(wrong, tc)
{
	uint8_t blk[3][XFER_HEAD + 1000];

	begin(SOCK_STREAM, XFER_CRC32);
	a.c.blocks = 3;
	ATF_REQUIRE_EQ(0, xfer_send(&a, fd[0]));
	for (int k = 0; k < 3; k++) {
		ATF_REQUIRE_EQ((ssize_t)sizeof(blk[k]),
		    read(fd[1], blk[k], sizeof(blk[k])));
		blk[k][15] = 30;		/* of as many as b wants */
	}
	xfer_take(&b, rd_of(blk[1], sizeof(blk[1])), SEC(1));
	xfer_take(&b, rd_of(blk[0], sizeof(blk[0])), SEC(2));
	ATF_CHECK_EQ(2, b.got);
	ATF_CHECK_EQ(1, b.late);
	xfer_take(&b, rd_of(blk[0], sizeof(blk[0])), SEC(3));
	ATF_CHECK_EQ(1, b.twice);
	for (size_t i = 0; i < sizeof(blk[2]); i += 7) {
		uint32_t before = b.got + b.twice;

		blk[2][i] ^= 0x20;
		xfer_take(&b, rd_of(blk[2], sizeof(blk[2])), SEC(4));
		blk[2][i] ^= 0x20;
		ATF_CHECK_EQ_MSG(before, b.got + b.twice, "octet %zu", i);
	}
	ATF_CHECK(b.damaged > 100);
	for (size_t n = 0; n < sizeof(blk[2]); n += 13)
		xfer_take(&b, rd_of(blk[2], n), SEC(4));
	ATF_CHECK_EQ(2, b.got);
	xfer_take(&b, rd_of(blk[2], sizeof(blk[2])), SEC(5));
	ATF_CHECK_EQ(3, b.got);
	end();
}

ATF_TC_WITHOUT_HEAD(cut_off);
ATF_TC_BODY(cut_off, tc)
{
	begin(SOCK_STREAM, XFER_CRC32);
	close(fd[0]);
	fd[0] = -1;
	ATF_CHECK(xfer_recv(&b, fd[1]) < 0);
	ATF_CHECK_EQ(0, errno);
	ATF_CHECK(!same_total() || b.got == 0);
	end();
}

/* What everybody else's Fletcher-32 says. */
ATF_TC_WITHOUT_HEAD(fletcher);
ATF_TC_BODY(fletcher, tc)
{
	static const struct { const char *text; uint8_t sum[4]; } known[] = {
		{ "abcde", { 0xf0, 0x4f, 0xc7, 0x29 } },
		{ "abcdef", { 0x56, 0x50, 0x2d, 0x2a } },
		{ "abcdefgh", { 0xeb, 0xe1, 0x95, 0x91 } },
	};
	uint8_t out[XFER_SUM];

	for (size_t i = 0; i < 3; i++) {
		xfer_digest(XFER_FLETCHER32, known[i].text,
		    strlen(known[i].text), out);
		ATF_CHECK_EQ(0, memcmp(out, known[i].sum, 4));
		ATF_CHECK_EQ(0, out[4]);
	}
	whole(SOCK_STREAM, XFER_FLETCHER32);
}

static bool
broken_off(void *arg, uint32_t blocks)
{
	*(uint32_t *)arg = blocks;
	return blocks < 5;
}

/* The one who looks at the words between blocks may end it. */
ATF_TC_WITHOUT_HEAD(tick);
ATF_TC_BODY(tick, tc)
{
	uint32_t seen = 0;

	begin(SOCK_DGRAM, XFER_CRC32);
	a.c.tick = broken_off;
	a.c.arg = &seen;
	ATF_CHECK(xfer_send(&a, fd[0]) < 0);
	ATF_CHECK_EQ(ECONNRESET, errno);
	ATF_CHECK_EQ(5, seen);
	ATF_CHECK_EQ(5, a.got);
	end();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fletcher);
	ATF_TP_ADD_TC(tp, tick);
	ATF_TP_ADD_TC(tp, all_well);
	ATF_TP_ADD_TC(tp, wrong);
	ATF_TP_ADD_TC(tp, cut_off);
	return atf_no_error();
}
