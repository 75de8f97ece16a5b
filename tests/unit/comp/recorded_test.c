/*
 * What the kernel's and accel-ppp's MPPE put on the wire, from recordings
 * in tests/pcap (password rigpass): the keys come from the recorded login,
 * and all that was encrypted is IPv4 or IPv6 when we are done.
 */
#include <atf-c.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comp/comp.h"
#include "ppp/ppp.h"
#include "wire/rd.h"

#define MPPE_TYPE	18

static struct {
	uint8_t	 client[6];		/* MAC */
	uint8_t	 challenge[16], response[49];
	char	 name[64];
	size_t	 name_len;
	uint32_t bits[2];		/* acknowledged by client, server */
	struct comp *in[2];		/* what client, server sent */
	unsigned packets;
} rec;

static void
chap(struct rd r)
{
	uint8_t code = rd_u8(&r);

	rd_sub(&r, 3);
	if (code > 2)
		return;
	struct rd v = rd_sub(&r, rd_u8(&r));

	if (code == 1) {
		rd_copy(&v, rec.challenge, 16);
	} else if (code == 2) {
		rd_copy(&v, rec.response, 49);
		rec.name_len = rd_size(&r);
		ATF_REQUIRE(rec.name_len < sizeof(rec.name));
		rd_copy(&r, rec.name, rec.name_len);
	}
	ATF_REQUIRE(!r.bad && !v.bad);
}

static void
ccp(struct rd r, bool server)
{
	uint8_t code = rd_u8(&r);

	rd_sub(&r, 3);
	if (code == 2 && rd_u8(&r) == MPPE_TYPE && rd_u8(&r) == 6)
		rec.bits[server] = rd_u32(&r);
	ATF_REQUIRE(!r.bad);
}

static struct comp *
decipher(bool server)
{
	struct mschap2 m = { .auth = rec.challenge, .peer = rec.response,
	    .name = rec.name, .name_len = rec.name_len, .pw = "rigpass",
	    .pw_len = 7 };
	struct mppe_keys k;
	uint32_t b = rec.bits[!server];	/* the receiver chose */

	ATF_REQUIRE(b != 0);
	ATF_REQUIRE_EQ(0, mppe_keys2(&m, rec.response + 24, true, &k));
	return comp_mppe_in(server ? k.send : k.recv, b & 0x40 ? 128 :
	    b & 0x80 ? 56 : 40, b & 0x01000000);
}

static void
data(struct rd r, bool server)
{
	uint8_t out[COMP_ROOM];
	int n;

	if (rec.in[server] == NULL)
		rec.in[server] = decipher(server);
	n = comp_in(rec.in[server], r.p, rd_size(&r), out);
	ATF_REQUIRE(n > 42);
	if (out[1] == 0x21) {
		ATF_CHECK_EQ(0x45, out[2]);
		ATF_CHECK_EQ(n - 2, out[4] << 8 | out[5]);
	} else {
		ATF_CHECK_EQ(0x57, out[1]);
		ATF_CHECK_EQ(0x60, out[2]);
		ATF_CHECK_EQ(n - 42, out[6] << 8 | out[7]);
	}
	rec.packets++;
}

static void
frame(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	uint8_t src[6];

	rd_sub(&r, 6);
	rd_copy(&r, src, 6);
	if (rd_u16(&r) != 0x8864)
		return;
	if (memcmp(rec.client, "\0\0\0\0\0\0", 6) == 0)
		return;
	rd_sub(&r, 4);
	struct rd in = rd_sub(&r, rd_u16(&r));
	uint16_t proto = rd_u16(&in);
	bool server = memcmp(src, rec.client, 6) != 0;

	if (proto == PROTO_CHAP)
		chap(in);
	else if (proto == PROTO_CCP)
		ccp(in, server);
	else if (proto == PROTO_COMPD)
		data(in, server);
}

static void
replay(const char *name)
{
	char path[512], why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *h;
	const uint8_t *p;
	pcap_t *f;

	snprintf(path, sizeof(path), "%s/tests/pcap/%s.pcap",
	    getenv("PPP_SRC"), name);
	f = pcap_open_offline(path, why);
	ATF_REQUIRE_MSG(f != NULL, "%s", why);
	memset(&rec, 0, sizeof(rec));
	while (pcap_next_ex(f, &h, &p) == 1) {
		if (p[12] == 0x88 && p[13] == 0x63 && p[15] == 0x09)
			memcpy(rec.client, p + 6, 6);
		frame(p, h->caplen);
	}
	pcap_close(f);
	comp_free(rec.in[0]);
	comp_free(rec.in[1]);
	ATF_CHECK_MSG(rec.packets >= 18, "%u packets", rec.packets);
}

ATF_TC_WITHOUT_HEAD(linux_pppd);
ATF_TC_BODY(linux_pppd, tc)
{
	replay("rpkernel--pppd25-mppe");
}

ATF_TC_WITHOUT_HEAD(accel_ppp);
ATF_TC_BODY(accel_ppp, tc)
{
	replay("accel--pppd25-mppe");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, linux_pppd);
	ATF_TP_ADD_TC(tp, accel_ppp);
	return atf_no_error();
}
