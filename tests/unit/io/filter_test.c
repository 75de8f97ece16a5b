/* The filter as a program, run by libpcap's machine over single frames. */
#include <atf-c.h>
#include <pcap/pcap.h>
#include <string.h>

#include "io/filter.h"
#include "wire/wr.h"

#define DISC	0x8863
#define SESS	0x8864

static const uint8_t me[6] = { 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54 };
static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
static struct bpf_insn prog[FILTER_ROWS];
static uint8_t buf[128];

static void
build_conf(const struct io_conf *c)
{
	struct filter f;

	filter_build(&f, c, me);
	for (unsigned i = 0; i < f.n; i++)
		prog[i] = (struct bpf_insn){ f.row[i].code, f.row[i].jt,
		    f.row[i].jf, f.row[i].k };
	ATF_REQUIRE(bpf_validate(prog, (int)f.n));
}

static void
build_part(uint16_t disc, uint16_t sess, uint16_t lanes, uint16_t lane,
    enum io_part part)
{
	struct io_conf c = { .ifname = "x", .disc_type = disc,
	    .sess_type = sess, .lanes = lanes, .lane = lane,
	    .part = (uint8_t)part };

	build_conf(&c);
}

static void
build(uint16_t disc, uint16_t sess, uint16_t lanes, uint16_t lane)
{
	build_part(disc, sess, lanes, lane, IO_ALL);
}

/* A frame with up to three TPIDs in front of its type; 0: no such tag. */
static size_t
frame(const uint8_t dst[6], uint16_t t1, uint16_t t2, uint16_t t3,
    uint16_t type, uint16_t sid)
{
	const uint16_t tpid[] = { t1, t2, t3 };
	struct wr w = wr_of(buf, sizeof(buf));

	wr_put(&w, dst, 6);
	wr_put(&w, me, 6);
	for (unsigned i = 0; i < 3 && tpid[i] != 0; i++) {
		wr_u16(&w, tpid[i]);
		wr_u16(&w, (uint16_t)(100 + i));
	}
	wr_u16(&w, type);
	wr_u16(&w, 0x1100);
	wr_u16(&w, sid);
	wr_u16(&w, 0);
	return wr_size(&w);
}

static bool
passes(size_t n)
{
	return bpf_filter(prog, buf, (unsigned)n, (unsigned)n) != 0;
}

ATF_TC_WITHOUT_HEAD(tags);
ATF_TC_BODY(tags, tc)
{
	static const uint16_t tpid[] = { 0x8100, 0x88a8, 0x9100 };

	build(DISC, SESS, 1, 0);
	ATF_CHECK(passes(frame(me, 0, 0, 0, DISC, 0)));
	ATF_CHECK(passes(frame(me, 0, 0, 0, SESS, 1)));
	for (unsigned i = 0; i < 3; i++) {
		ATF_CHECK(passes(frame(me, tpid[i], 0, 0, DISC, 0)));
		ATF_CHECK(passes(frame(me, tpid[i], 0, 0, SESS, 1)));
		ATF_CHECK(!passes(frame(me, tpid[i], 0, 0, 0x0800, 1)));
		for (unsigned k = 0; k < 3; k++) {
			ATF_CHECK(passes(frame(all, tpid[i], tpid[k], 0,
			    DISC, 0)));
			ATF_CHECK(!passes(frame(me, tpid[i], tpid[k], 0x8100,
			    SESS, 1)));
			ATF_CHECK(!passes(frame(me, tpid[i], tpid[k], 0,
			    0x86dd, 1)));
		}
	}
	ATF_CHECK(!passes(frame(me, 0x8200, 0, 0, SESS, 1)));
}

/* Each octet of the address counts. */
ATF_TC_WITHOUT_HEAD(destination);
ATF_TC_BODY(destination, tc)
{
	build(DISC, SESS, 1, 0);
	for (unsigned i = 0; i < 6; i++) {
		uint8_t near[6], mostly[6];

		memcpy(near, me, 6);
		near[i] ^= 0x10;
		memcpy(mostly, all, 6);
		mostly[i] = 0xfe;
		ATF_CHECK(!passes(frame(near, 0, 0, 0, DISC, 0)));
		ATF_CHECK(!passes(frame(near, 0x8100, 0, 0, SESS, 0)));
		ATF_CHECK(!passes(frame(mostly, 0, 0, 0, DISC, 0)));
	}
	/* Half of one address and half of the other is neither. */
	uint8_t mix[6] = { me[0], me[1], me[2], me[3], 255, 255 };

	ATF_CHECK(!passes(frame(mix, 0, 0, 0, DISC, 0)));
	ATF_CHECK(passes(frame(all, 0, 0, 0, SESS, 7)));
}

/* All hosts of one maker, and nobody else. */
ATF_TC_WITHOUT_HEAD(makers);
ATF_TC_BODY(makers, tc)
{
	struct io_conf c = { .ifname = "x", .disc_type = DISC,
	    .sess_type = SESS, .lanes = 1, .oui = 0x024200 };
	uint8_t to[6] = { 0x02, 0x42, 0x00, 0, 0, 0 };

	build_conf(&c);
	for (unsigned i = 0; i < 256; i += 15) {
		to[3] = to[5] = (uint8_t)i;
		ATF_CHECK(passes(frame(to, 0, 0, 0, DISC, 0)));
		ATF_CHECK(passes(frame(to, 0x8100, 0, 0, SESS, 7)));
		ATF_CHECK(!passes(frame(to, 0, 0, 0, 0x0800, 7)));
	}
	for (unsigned i = 0; i < 3; i++) {
		to[i] ^= 4;
		ATF_CHECK(!passes(frame(to, 0, 0, 0, SESS, 7)));
		to[i] ^= 4;
	}
	ATF_CHECK(!passes(frame(all, 0, 0, 0, DISC, 0)));
	ATF_CHECK(!passes(frame(me, 0, 0, 0, SESS, 7)));
}

ATF_TC_WITHOUT_HEAD(types);
ATF_TC_BODY(types, tc)
{
	build(0x3c12, 0x3c13, 1, 0);
	ATF_CHECK(passes(frame(me, 0, 0, 0, 0x3c12, 0)));
	ATF_CHECK(passes(frame(me, 0x8100, 0, 0, 0x3c13, 0)));
	ATF_CHECK(!passes(frame(me, 0, 0, 0, DISC, 0)));
	build(0, SESS, 1, 0);
	ATF_CHECK(!passes(frame(me, 0, 0, 0, DISC, 0)));
	ATF_CHECK(!passes(frame(me, 0, 0, 0, 0, 0)));
	ATF_CHECK(passes(frame(me, 0, 0, 0, SESS, 0)));
	build(DISC, 0, 4, 1);
	ATF_CHECK(passes(frame(me, 0, 0, 0, DISC, 0)));
	ATF_CHECK(!passes(frame(me, 0, 0, 0, SESS, 1)));
	build(0, 0, 1, 0);
	ATF_CHECK(!passes(frame(me, 0, 0, 0, 0, 0)));
	ATF_CHECK(!passes(frame(me, 0, 0, 0, DISC, 0)));
}

ATF_TC_WITHOUT_HEAD(lanes);
ATF_TC_BODY(lanes, tc)
{
	static const uint16_t tpid[3][2] =
	    { { 0, 0 }, { 0x8100, 0 }, { 0x88a8, 0x8100 } };

	for (uint16_t n = 2; n <= 64; n = (uint16_t)(2 * n))
		for (uint16_t lane = 0; lane < n; lane++) {
			build(DISC, SESS, n, lane);
			for (unsigned sid = 1; sid < 65536; sid += 113)
				ATF_REQUIRE_EQ(sid % n == lane,
				    passes(frame(me, tpid[sid % 3][0],
				    tpid[sid % 3][1], 0, SESS,
				    (uint16_t)sid)));
			ATF_CHECK(passes(frame(all, 0, 0, 0, DISC, 0)));
		}
}

/* Cut off anywhere: a load beyond the end refuses the frame. */
ATF_TC_WITHOUT_HEAD(cut);
ATF_TC_BODY(cut, tc)
{
	size_t n;

	build(DISC, SESS, 2, 1);
	n = frame(me, 0x88a8, 0x8100, 0, SESS, 1);
	for (size_t i = 0; i < 14 + 8 + 4; i++)
		ATF_CHECK(!passes(i));
	ATF_CHECK(passes(14 + 8 + 4) && passes(n));
}

/* Behind frame(): its PPP protocol field, and one octet of a packet. */
static size_t
with_proto(size_t n, uint16_t proto)
{
	buf[n] = (uint8_t)(proto >> 8);
	buf[n + 1] = (uint8_t)proto;
	return n + 3;
}

/* Every frame of a session is of one part and only one, cut off or not. */
ATF_TC_WITHOUT_HEAD(parts);
ATF_TC_BODY(parts, tc)
{
	static const struct { uint16_t proto; bool control; } row[] = {
		{ 0xc021, true }, { 0xc023, true }, { 0xc223, true },
		{ 0x8021, true }, { 0x8057, true }, { 0x8000, true },
		{ 0x80fd, false }, { 0xc025, false }, { 0x0021, false },
		{ 0x0057, false }, { 0x00fd, false }, { 0x003d, false },
		{ 0x2145, false }, { 0x7fff, false },
	};
	static const uint16_t tpid[3][2] =
	    { { 0, 0 }, { 0x8100, 0 }, { 0x88a8, 0x8100 } };

	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		for (unsigned t = 0; t < 3; t++) {
			size_t n = with_proto(frame(me, tpid[t][0],
			    tpid[t][1], 0, SESS, 5), row[i].proto);

			build_part(DISC, SESS, 4, 1, IO_CONTROL);
			ATF_CHECK_EQ(row[i].control, passes(n));
			ATF_CHECK(!passes(n - 2));	/* half a field */
			build_part(DISC, SESS, 4, 1, IO_DATA);
			ATF_CHECK_EQ(!row[i].control, passes(n));
			ATF_CHECK(passes(n - 2));
			build_part(DISC, SESS, 4, 2, IO_DATA);
			ATF_CHECK(!passes(n));
		}
	build_part(DISC, SESS, 1, 0, IO_CONTROL);
	ATF_CHECK(passes(frame(all, 0x8100, 0, 0, DISC, 0)));
	build_part(0, SESS, 1, 0, IO_DATA);
	ATF_CHECK(!passes(frame(all, 0x8100, 0, 0, DISC, 0)));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, tags);
	ATF_TP_ADD_TC(tp, destination);
	ATF_TP_ADD_TC(tp, makers);
	ATF_TP_ADD_TC(tp, types);
	ATF_TP_ADD_TC(tp, lanes);
	ATF_TP_ADD_TC(tp, cut);
	ATF_TP_ADD_TC(tp, parts);
	return atf_no_error();
}
