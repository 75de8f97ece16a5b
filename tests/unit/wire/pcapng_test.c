/* pcapng: libpcap reads what was written, and what it does not read is
 * compared with the format's draft, octet by octet. */
#include <atf-c.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "wire/pcapng.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

TEST(libpcap_reads)
{
	static const uint8_t frame[61] = { 1, 2, 3, 4, 5, 6, 7, [60] = 9 };
	struct pcapng_frame f = { .wall_ns = UINT64_C(1700000000123456789),
	    .out = true, .p = frame, .len = 61, .size = 99,
	    .comment = "label isp" };
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *h;
	uint8_t buf[1024];
	struct wr w = wr_of(buf, sizeof(buf));
	const u_char *p;

	pcapng_section(&w, "ppp");
	pcapng_interface(&w, PCAPNG_ETHERNET, "eth1");
	pcapng_frame(&w, &f);
	f.len = f.size = 0;
	f.comment = "";
	pcapng_frame(&w, &f);
	pcapng_lost(&w, 0, f.wall_ns, 7);
	ATF_REQUIRE(!w.bad);
	ATF_REQUIRE_EQ(0, wr_size(&w) % 4);
	FILE *in = fmemopen(buf, wr_size(&w), "rb");
	pcap_t *pc = pcap_fopen_offline_with_tstamp_precision(in,
	    PCAP_TSTAMP_PRECISION_NANO, why);
	ATF_REQUIRE_MSG(pc != NULL, "%s", why);
	ATF_CHECK_EQ(DLT_EN10MB, pcap_datalink(pc));
	ATF_REQUIRE_EQ(1, pcap_next_ex(pc, &h, &p));
	ATF_CHECK_EQ(61, h->caplen);
	ATF_CHECK_EQ(99, h->len);
	ATF_CHECK_EQ(1700000000, h->ts.tv_sec);
	ATF_CHECK_EQ(123456789, h->ts.tv_usec);
	ATF_CHECK_EQ(0, memcmp(frame, p, 61));
	ATF_REQUIRE_EQ(1, pcap_next_ex(pc, &h, &p));
	ATF_CHECK_EQ(0, h->caplen);
	ATF_CHECK_EQ(PCAP_ERROR_BREAK, pcap_next_ex(pc, &h, &p));
	pcap_close(pc);
}

TEST(octets)
{
	static const uint8_t want[] = {
		0, 0, 0, 6,  0, 0, 0, 60,  0, 0, 0, 2,	/* block, interface */
		0, 0, 0, 1,  0, 0, 0, 2,		/* time */
		0, 0, 0, 2,  0, 0, 0, 3,  0xaa, 0xbb, 0, 0,
		0, 2, 0, 4,  0, 0, 0, 1,		/* inbound */
		0, 1, 0, 5,  'h', 'e', 'l', 'l',  'o', 0, 0, 0,
		0, 0, 0, 0,  0, 0, 0, 60,
	};
	static const uint8_t data[] = { 0xaa, 0xbb };
	struct pcapng_frame f = { .iface = 2,
	    .wall_ns = UINT64_C(1) << 32 | 2, .p = data, .len = 2, .size = 3,
	    .comment = "hello" };
	uint8_t buf[256];
	struct wr w = wr_of(buf, sizeof(buf));

	pcapng_frame(&w, &f);
	ATF_REQUIRE_EQ(sizeof(want), wr_size(&w));
	ATF_CHECK_EQ(0, memcmp(want, buf, sizeof(want)));
}

TEST(no_room)
{
	static const uint8_t data[64];
	struct pcapng_frame f = { .p = data, .len = 64, .size = 64,
	    .comment = "x" };
	uint8_t buf[128];

	for (size_t n = 0; n < 112; n++) {
		struct wr w = wr_of(buf, n);

		pcapng_frame(&w, &f);
		ATF_CHECK(w.bad);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, libpcap_reads);
	ATF_TP_ADD_TC(tp, octets);
	ATF_TP_ADD_TC(tp, no_room);
	return atf_no_error();
}
