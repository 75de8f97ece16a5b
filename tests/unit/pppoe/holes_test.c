/*
 * How other implementations of Discovery were broken, as tests that ours is
 * not: one case each, named after what was met in the field.
 */
#include <atf-c.h>
#include <stdlib.h>

#include "base/err.h"
#include "lib/disc.h"
#include "pppoe/cookie.h"
#include "pppoe/tag.h"

#define START SEC(100)
#define AC1 "02:00:00:00:00:01"

static struct ac_conf conf = {
	.acname = "ac1", .any_service = true, .cookie_life = 60,
};
static struct ac *ac;
static struct rng rng;
static struct outbox ob;
static struct ac_request rq;
static struct ac_from from;
static uint16_t sid;
static enum drop why;

static void
setup(void)
{
	memset(&from, 0, sizeof(from));
	memcpy(from.mac, disc_mac("02:00:5e:00:53:01"), ETH_ADDR);
	rng_seed(&rng, 1);
	ac = ac_new(&conf, &rng, START);
	ATF_REQUIRE(ac != NULL);
}

static enum ac_result
input(struct rd in, bool bcast, tstamp now)
{
	outbox_reset(&ob);
	return ac_input(ac, &from, bcast, in, now, &ob, &rq, &sid, &why);
}

/* A PADR with the cookie of a PADO that is sent to us now. */
static struct rd
good_padr(tstamp now)
{
	uint8_t tags[4 + 4 + AC_COOKIE] = { 1, 1, 0, 0, 1, 4, 0, AC_COOKIE };

	ATF_REQUIRE_EQ(AC_NOTHING, input(disc("PADI <Service-Name>"), true,
	    now));
	memcpy(tags + 8, disc_cookie(&ob, 0), AC_COOKIE);
	return disc_head(CODE_PADR, 0, tags, sizeof(tags));
}

static void
check_dropped(struct rd in, enum drop as)
{
	ATF_CHECK_EQ(AC_DROP, input(in, false, START));
	ATF_CHECK_EQ(as, why);
	ATF_CHECK_EQ(0, ob.n);
}

static void
up(struct pppoe_host *h, struct pppoe_host_conf *c)
{
	memset(c, 0, sizeof(*c));
	c->uniq_len = 1;
	c->uniq[0] = 1;
	rng_seed(&rng, 3);
	outbox_reset(&ob);
	host_init(h, c, &rng);
	host_start(h, START, &ob);
	host_input(h, disc_mac(AC1), disc("PADO <AC-Name a> <Service-Name>"
	    " <Host-Uniq 0x01>"), START, &ob);
	host_input(h, disc_mac(AC1), disc("PADS sid=0x0007 <Host-Uniq 0x01>"),
	    START, &ob);
	ATF_REQUIRE_EQ(HOST_UP, h->state);
	outbox_reset(&ob);
}

/* mpd5 up to 5.9_2: crafted Discovery from anybody ends the server. */
ATF_TC_WITHOUT_HEAD(mpd5_crafted_discovery);
ATF_TC_BODY(mpd5_crafted_discovery, tc)
{
	static const uint16_t lens[] = { 0, 1, 4, 0x7f, 0xff, 0x100, 0x5bc,
	    0x7fff, 0x8000, 0xfffb, 0xfffc, 0xffff };
	static const uint8_t codes[] = { CODE_PADI, CODE_PADO, CODE_PADR,
	    CODE_PADS, CODE_PADT, 0xff };
	uint8_t tags[1480];
	struct pppoe_host h;
	struct pppoe_host_conf c;

	setup();
	memset(tags, 0x41, sizeof(tags));
	for (size_t k = 0; k < sizeof(codes); k++)
	    for (unsigned type = 0; type < 0x300; type++)
		for (size_t l = 0; l < sizeof(lens) / sizeof(lens[0]); l++) {
			struct wr w = wr_of(tags, sizeof(tags));
			enum ac_result r;
			size_t n;

			tag_put(&w, TAG_SERVICE, "", 0);
			wr_u16(&w, (uint16_t)type);
			wr_u16(&w, lens[l]);
			n = lens[l] < sizeof(tags) - 8 ? lens[l] + 8u :
			    sizeof(tags);
			r = input(disc_head(codes[k], 0, tags, n), false,
			    START);
			ATF_REQUIRE(r == AC_DROP || (r == AC_NOTHING &&
			    codes[k] == CODE_PADI));
			ATF_REQUIRE(!ob.full);
			up(&h, &c);
			host_input(&h, disc_mac(AC1), disc_head(codes[k], 0,
			    tags, n), START, &ob);
			ATF_REQUIRE_EQ(HOST_UP, h.state);
			ATF_REQUIRE_EQ(0, ob.n);
		}
	ac_free(ac);
}

/* NetBSD CVE-2008-3584: a tag's length points behind the packet. */
ATF_TC_WITHOUT_HEAD(netbsd_tag_length);
ATF_TC_BODY(netbsd_tag_length, tc)
{
	setup();
	check_dropped(disc_head(CODE_PADI, 0, "\1\1\0\0\1\3\xff\xff" "aa",
	    10), DROP_DISC_SHORT);
	check_dropped(disc_head(CODE_PADI, 0, "\1\1\0\0\1\3\0\3aa", 10),
	    DROP_DISC_SHORT);
	check_dropped(disc_head(CODE_PADI, 0, "\1\1\0\0\1\3\0", 7),
	    DROP_DISC_SHORT);
	check_dropped(disc_head(CODE_PADI, 0, "\1\1\0\0\1", 5),
	    DROP_DISC_SHORT);
	ac_free(ac);
}

/* The end of the tags is LENGTH, not the end of the frame: what pads a short
 * Ethernet frame is nobody's tag. */
ATF_TC_WITHOUT_HEAD(padding_is_not_read_as_tags);
ATF_TC_BODY(padding_is_not_read_as_tags, tc)
{
	static const uint8_t frame[] = { 0x11, CODE_PADI, 0, 0, 0, 4,
	    1, 1, 0, 0,				/* LENGTH ends here */
	    1, 3, 0, 2, 0xab, 0xcd, 1, 1, 0xff, 0xff };

	setup();
	ATF_CHECK_EQ(AC_NOTHING, input(rd_of(frame, sizeof(frame)), true,
	    START));
	ATF_CHECK_STREQ("02:00:5e:00:53:01 PADO <AC-Name ac1> <Service-Name>"
	    " <AC-Cookie *>", disc_said(&ob, 0));
	ac_free(ac);
}

/* osvbng: any station could hang up any session by its id alone. */
ATF_TC_WITHOUT_HEAD(osvbng_padt_of_another_mac);
ATF_TC_BODY(osvbng_padt_of_another_mac, tc)
{
	struct sess_key mine = { .sid = 7 }, theirs = { .sid = 7 };

	setup();
	memcpy(mine.mac, from.mac, ETH_ADDR);
	from.mac[5] = 0x66;
	from.vlan.outer = 9;
	ATF_REQUIRE_EQ(AC_PADT, input(disc("PADT sid=0x0007"), false, START));
	/* all that the caller gets to find the session with */
	memcpy(theirs.mac, rq.from.mac, ETH_ADDR);
	theirs.port = rq.from.port;
	theirs.vlan = rq.from.vlan;
	ATF_CHECK_EQ(7, sid);
	ATF_CHECK(memcmp(&mine, &theirs, sizeof(mine)) != 0);
	ATF_CHECK_EQ(0x66, rq.from.mac[5]);
	ATF_CHECK_EQ(9, rq.from.vlan.outer);
	ac_free(ac);
}

/* osvbng: each replay of a PADR made one more session. */
ATF_TC_WITHOUT_HEAD(osvbng_padr_replay);
ATF_TC_BODY(osvbng_padr_replay, tc)
{
	struct rd in;
	int made = 0;

	setup();
	in = good_padr(START);
	for (int i = 0; i < 1000; i++)
		if (input(in, false, START + MSEC(i)) == AC_NEW)
			ac_bind(ac, &rq, (uint16_t)++made, START);
	ATF_CHECK_EQ(1, made);
	ATF_CHECK_EQ(1, sid);
	ac_free(ac);
}

/* osvbng: SESSION_ID 0 when ids ran out. A Host must not believe in it. */
ATF_TC_WITHOUT_HEAD(osvbng_session_id_zero);
ATF_TC_BODY(osvbng_session_id_zero, tc)
{
	struct pppoe_host h;
	struct pppoe_host_conf c;

	up(&h, &c);
	host_start(&h, START, &ob);
	host_input(&h, disc_mac(AC1), disc("PADO <AC-Name a> <Service-Name>"
	    " <Host-Uniq 0x01>"), START, &ob);
	outbox_reset(&ob);
	ATF_CHECK_EQ(0, host_input(&h, disc_mac(AC1),
	    disc("PADS <Service-Name> <Host-Uniq 0x01>"), START, &ob));
	ATF_CHECK_STREQ("DOWN AC_ERROR ", disc_said(&ob, 0));
	ATF_CHECK_EQ(HOST_IDLE, h.state);
	setup();
	check_dropped(disc("PADT"), DROP_DISC_FORMAT);
	ac_free(ac);
}

/* codelaboratory's bng: a cookie only had to be there. */
ATF_TC_WITHOUT_HEAD(bng_cookie_presence_only);
ATF_TC_BODY(bng_cookie_presence_only, tc)
{
	struct rd in;

	setup();
	check_dropped(disc("PADR <Service-Name>"), DROP_COOKIE);
	check_dropped(disc("PADR <Service-Name> <AC-Cookie>"), DROP_COOKIE);
	check_dropped(disc("PADR <Service-Name> <AC-Cookie 0x01>"),
	    DROP_COOKIE);
	check_dropped(disc("PADR <Service-Name> <AC-Cookie"
	    " 0x000000000000000000000000000000000000000000000000>"),
	    DROP_COOKIE);
	in = good_padr(START);
	from.mac[5] ^= 1;		/* somebody else's cookie */
	check_dropped(in, DROP_COOKIE);
	from.mac[5] ^= 1;
	from.vlan.inner = 5;
	check_dropped(in, DROP_COOKIE);
	from.vlan.inner = 0;
	from.port = 1;
	check_dropped(in, DROP_COOKIE);
	from.port = 0;
	ATF_CHECK_EQ(AC_NEW, input(in, false, START));
	ac_free(ac);
}

/* rp-pppoe: a cookie seen once is good for ever. */
ATF_TC_WITHOUT_HEAD(rp_pppoe_cookie_never_expires);
ATF_TC_BODY(rp_pppoe_cookie_never_expires, tc)
{
	struct rd in;

	setup();
	in = good_padr(START);
	ATF_CHECK_EQ(AC_NEW, input(in, false, START + SEC(58)));
	for (tstamp t = 60; t < 10000000; t = t * 3 / 2) {
		ATF_CHECK_EQ(AC_DROP, input(in, false, START + SEC(t)));
		ATF_CHECK_EQ(DROP_COOKIE, why);
	}
	ac_free(ac);
}

/* accel-ppp: the check for a repeated PADR walks all sessions. */
ATF_TC_WITHOUT_HEAD(accel_ppp_padr_walks_all_sessions);
ATF_TC_BODY(accel_ppp_padr_walks_all_sessions, tc)
{
	static struct cookies ck;
	uint8_t c[AC_COOKIE];
	unsigned longest = 0;

	rng_seed(&rng, 5);
	ATF_REQUIRE_EQ(0, cookies_init(&ck, &rng, START));
	for (unsigned i = 0; i < COOKIES_MAX; i++) {
		cookie_make(&ck, &from, i, 60, START, c);
		ATF_REQUIRE_EQ(0, cookie_bind(&ck, c, 1, START));
	}
	for (unsigned i = 0; i < COOKIES_MAX; i++) {
		unsigned n = 0;

		for (uint32_t at = ck.chain[i]; at != 0;
		    at = ck.live[at - 1].next)
			n++;
		longest = n > longest ? n : longest;
	}
	ATF_CHECK_MSG(longest < 16, "%u steps", longest);
	cookies_free(&ck);
}

/* bngblaster#348: a PADT of another MAC or session ended ours. */
ATF_TC_WITHOUT_HEAD(bngblaster_348_padt_of_another_mac);
ATF_TC_BODY(bngblaster_348_padt_of_another_mac, tc)
{
	struct pppoe_host h;
	struct pppoe_host_conf c;

	up(&h, &c);
	for (int i = 0; i < ETH_ADDR * 8; i++) {
		uint8_t mac[ETH_ADDR];

		memcpy(mac, disc_mac(AC1), ETH_ADDR);
		mac[i / 8] ^= (uint8_t)(1 << i % 8);
		ATF_CHECK(host_input(&h, mac, disc("PADT sid=0x0007"), START,
		    &ob) < 0);
	}
	ATF_CHECK_EQ(-E_UNKNOWN, host_input(&h, disc_mac(AC1),
	    disc("PADT sid=0x0700"), START, &ob));
	ATF_CHECK_EQ(HOST_UP, h.state);
	ATF_CHECK_EQ(0, ob.n);
	ATF_CHECK_EQ(0, host_input(&h, disc_mac(AC1), disc("PADT sid=0x0007"),
	    START, &ob));
	ATF_CHECK_STREQ("DOWN PEER_PADT ", disc_said(&ob, 0));
}

/* bngblaster#381: a PADI that was not sent by broadcast got no answer. */
ATF_TC_WITHOUT_HEAD(bngblaster_381_unicast_padi);
ATF_TC_BODY(bngblaster_381_unicast_padi, tc)
{
	setup();
	ATF_CHECK_EQ(AC_NOTHING, input(disc("PADI <Service-Name>"), false,
	    START));
	ATF_CHECK_STREQ("02:00:5e:00:53:01 PADO <AC-Name ac1> <Service-Name>"
	    " <AC-Cookie *>", disc_said(&ob, 0));
	ac_free(ac);
}

/* Our own broadcast comes back from a looped switch. */
ATF_TC_WITHOUT_HEAD(looped_packets_do_nothing);
ATF_TC_BODY(looped_packets_do_nothing, tc)
{
	struct pppoe_host h;
	struct pppoe_host_conf c;
	struct rd pado;

	up(&h, &c);
	host_start(&h, START, &ob);
	ATF_CHECK_EQ(-E_STATE, host_input(&h, disc_mac(AC1), rd_of(
	    outbox_data(&ob, &ob.item[0]), ob.item[0].len), START, &ob));
	ATF_CHECK_EQ(1, ob.n);
	ATF_CHECK_EQ(HOST_PADI, h.state);
	setup();
	input(disc("PADI <Service-Name>"), true, START);
	pado = disc_head(CODE_PADO, 0, outbox_data(&ob, &ob.item[0]) +
	    PPPOE_HDR, ob.item[0].len - PPPOE_HDR);
	check_dropped(pado, DROP_DISC_STATE);
	ac_free(ac);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mpd5_crafted_discovery);
	ATF_TP_ADD_TC(tp, netbsd_tag_length);
	ATF_TP_ADD_TC(tp, padding_is_not_read_as_tags);
	ATF_TP_ADD_TC(tp, osvbng_padt_of_another_mac);
	ATF_TP_ADD_TC(tp, osvbng_padr_replay);
	ATF_TP_ADD_TC(tp, osvbng_session_id_zero);
	ATF_TP_ADD_TC(tp, bng_cookie_presence_only);
	ATF_TP_ADD_TC(tp, rp_pppoe_cookie_never_expires);
	ATF_TP_ADD_TC(tp, accel_ppp_padr_walks_all_sessions);
	ATF_TP_ADD_TC(tp, bngblaster_348_padt_of_another_mac);
	ATF_TP_ADD_TC(tp, bngblaster_381_unicast_padi);
	ATF_TP_ADD_TC(tp, looped_packets_do_nothing);
	return atf_no_error();
}
