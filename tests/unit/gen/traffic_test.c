/* Numbered test packets: what is missing, twice, late or damaged is seen. */
#include <atf-c.h>
#include <string.h>

#include "gen/traffic.h"
#include "wire/cksum.h"

#define RUN 7u

static const struct traffic_ends v4 = { .src = 0x0a000002,
    .dst = 0x0a000001 };
static struct traffic *t;
static uint8_t pkt[200][1500];
static size_t len;

static void
begin(uint8_t kind, uint16_t size)
{
	struct traffic_conf c = { .kind = kind, .size = size, .pps = 1 };

	t = traffic_new(&c, 4, RUN);
	ATF_REQUIRE(t != NULL);
}

static void
make(unsigned k, unsigned i, const struct traffic_ends *e)
{
	len = traffic_make(t, i, e, SEC(1), pkt[k], sizeof(pkt[k]));
}

/* What the other end makes of an Echo-Request. */
static void
echo(unsigned k, unsigned i, bool ip6)
{
	uint8_t *p = pkt[k];

	p[ip6 ? 40 : 20] = ip6 ? 129 : 0;
	traffic_input(t, i, rd_of(p, len), SEC(1) + MSEC(3));
}

static void
is(uint64_t got, uint64_t twice, uint64_t late, uint64_t damaged)
{
	const struct traffic_stats *st = traffic_stats(t);

	ATF_CHECK_EQ(got, st->received);
	ATF_CHECK_EQ(twice, st->twice);
	ATF_CHECK_EQ(late, st->reordered);
	ATF_CHECK_EQ(damaged, st->damaged);
}

ATF_TC_WITHOUT_HEAD(sums);
ATF_TC_BODY(sums, tc)
{
	struct traffic_ends v6 = { .ip6 = true };

	begin(TRAFFIC_ECHO, 85);	/* odd */
	make(0, 0, &v4);
	ATF_CHECK_EQ(85, len);
	ATF_CHECK_EQ(0, cksum(pkt[0], 20, 0));
	ATF_CHECK_EQ(0, cksum(pkt[0] + 20, 65, 0));
	v6.src6[0] = v6.dst6[0] = 0xfe;
	make(0, 0, &v6);
	ATF_CHECK_EQ(0xffff, sum_fold(sum_add(sum_pseudo(pkt[0], 58, 45),
	    pkt[0] + 40, 45)));
	traffic_free(t);
	begin(TRAFFIC_PAIR, 84);
	make(0, 0, &v4);
	ATF_CHECK_EQ(0xffff, sum_fold(sum_add(sum_pseudo(pkt[0], 17, 64),
	    pkt[0] + 20, 64)));
	traffic_free(t);
}

ATF_TC_WITHOUT_HEAD(order);
ATF_TC_BODY(order, tc)
{
	begin(TRAFFIC_ECHO, 84);
	for (unsigned k = 0; k < 6; k++)
		make(k, 1, &v4);
	echo(0, 1, false);
	echo(2, 1, false);	/* 1 is late, or lost */
	is(2, 0, 0, 0);
	echo(2, 1, false);
	is(2, 1, 0, 0);
	echo(1, 1, false);
	is(3, 1, 1, 0);
	echo(1, 1, false);
	is(3, 2, 1, 0);
	echo(5, 1, false);
	is(4, 2, 1, 0);
	ATF_CHECK_EQ(6, traffic_stats(t)->sent);
	ATF_CHECK_EQ(MSEC(3), traffic_stats(t)->delay.least);
	ATF_CHECK_EQ(MSEC(3), traffic_stats(t)->delay.most);
	traffic_free(t);
}

ATF_TC_WITHOUT_HEAD(far);
ATF_TC_BODY(far, tc)
{
	begin(TRAFFIC_ECHO, 84);
	for (unsigned k = 0; k < 200; k++)
		make(k, 0, &v4);
	echo(199, 0, false);
	echo(0, 0, false);	/* beyond what is remembered: late */
	is(2, 0, 1, 0);
	echo(198, 0, false);
	echo(198, 0, false);
	is(3, 1, 2, 0);
	traffic_free(t);
}

ATF_TC_WITHOUT_HEAD(damage);
ATF_TC_BODY(damage, tc)
{
	begin(TRAFFIC_ECHO, 84);
	make(0, 0, &v4);
	pkt[0][83] ^= 1;		/* the pattern's end */
	echo(0, 0, false);
	is(0, 0, 0, 1);
	pkt[0][83] ^= 1;
	echo(0, 1, false);		/* at another subscriber's */
	is(0, 0, 0, 2);
	pkt[0][3]--, pkt[0][21] = 0;	/* shorter than it was */
	echo(0, 0, false);
	is(0, 0, 0, 3);
	pkt[0][3]++;
	pkt[0][20 + 8 + 4 + 3] ^= 1;	/* of another run */
	echo(0, 0, false);
	pkt[0][20 + 8 + 4 + 3] ^= 1;
	for (size_t n = 0; n < len; n++)
		traffic_input(t, 0, rd_of(pkt[0], n), SEC(2));
	is(0, 0, 0, 3);
	pkt[0][20 + 8 + 15] = 1;	/* never sent */
	echo(0, 0, false);
	is(0, 0, 0, 4);
	pkt[0][20 + 8 + 15] = 0;
	echo(0, 0, false);
	is(1, 0, 0, 4);
	traffic_free(t);
}

ATF_TC_WITHOUT_HEAD(pair);
ATF_TC_BODY(pair, tc)
{
	begin(TRAFFIC_PAIR, 1492);
	make(0, 2, &v4);
	traffic_input(t, 3, rd_of(pkt[0], len), SEC(1) + MSEC(1));
	is(1, 0, 0, 0);
	ATF_CHECK_EQ(MSEC(1), traffic_stats(t)->delay.most);
	traffic_free(t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, sums);
	ATF_TP_ADD_TC(tp, order);
	ATF_TP_ADD_TC(tp, far);
	ATF_TP_ADD_TC(tp, damage);
	ATF_TP_ADD_TC(tp, pair);
	return atf_no_error();
}
