/*
 * Two links that negotiate CCP over a bad wire and send each other packets
 * by what they agreed on: whatever is lost, late or doubled, nothing wrong
 * comes out, and packets come through again.
 */
#include <atf-c.h>
#include <string.h>

#include "base/err.h"
#include "sess/pack.h"
#include "unit/ppp/peers.h"

#define SIZE	300

static struct peers p;
static struct pack *pack[2];
static unsigned sent[2], got[2], plain[2], packed[2], lost[2];
static uint32_t last[2];	/* number of the last packet that came */

/* As sess.c does it. */
static void
on_event(struct peers *q, int i, const struct out_item *it)
{
	struct ppp *l = &q->s[i].ppp;

	if (it->event == PPP_EV_CCP_UP) {
		ATF_REQUIRE(pack_ccp(&pack[i], &l->ccp, &l->keys));
	} else if (it->event == PPP_EV_CCP_DOWN) {
		pack_ccp(&pack[i], NULL, &l->keys);
	} else if (it->event == PPP_EV_CCP_RESET && pack[i] != NULL) {
		struct comp *c = it->arg ? pack[i]->in : pack[i]->out;

		if (c != NULL)
			comp_reset(c);
	}
}

/* A packet with a number, and the rest made from it. */
static void
fill(uint32_t n, uint8_t *to)
{
	memcpy(to, &n, sizeof(n));
	for (unsigned k = 4; k < SIZE; k++)
		to[k] = (uint8_t)(n % 3 == 0 ? n * 31 + k * k * 7 : n / 8);
}

static void
came(int i, const uint8_t *data, size_t n)
{
	uint8_t want[SIZE];
	uint32_t number;

	ATF_REQUIRE_EQ(SIZE, n);
	memcpy(&number, data, sizeof(number));
	fill(number, want);
	ATF_REQUIRE_EQ(0, memcmp(want, data, SIZE));
	ATF_REQUIRE(number <= sent[!i]);
	last[i] = number;
	got[i]++;
}

static void
on_data(struct peers *q, int i, uint16_t proto, struct rd in)
{
	struct pack *k = pack[i];
	uint8_t out[COMP_ROOM];
	int n;

	if (proto == PROTO_IP) {
		plain[i]++;
		if (k == NULL || k->in == NULL ||
		    comp_plain(k->in, proto, in.p, rd_size(&in)))
			came(i, in.p, rd_size(&in));
		return;
	}
	ATF_REQUIRE_EQ(PROTO_COMPD, proto);
	if (k == NULL || k->in == NULL)
		return;
	packed[i]++;
	n = comp_in(k->in, in.p, rd_size(&in), out);
	if (n == -E_STALE) {
		lost[i]++;
		ppp_ccp_lost(&q->s[i].ppp, q->now, &q->ob);
		peers_out(q, i);
	}
	if (n > 0)
		came(i, out + (n - SIZE), SIZE);
}

static void
say(int i)
{
	uint8_t data[SIZE], out[COMP_ROOM];
	struct pack *k = pack[i];
	size_t n = 0;

	fill(++sent[i], data);
	if (k != NULL && k->out != NULL)
		n = comp_out(k->out, PROTO_IP, data, SIZE, out);
	if (n != 0 && k->encrypts)
		ppp_keys_used(&p.s[i].ppp);
	peers_send(&p, i, n != 0 ? PROTO_COMPD : PROTO_IP, n != 0 ? out :
	    data, n != 0 ? n : SIZE);
}

static void
begin(uint32_t options, uint64_t seed)
{
	peers_init(&p, seed);
	p.event = on_event;
	p.data = on_data;
	memset(sent, 0, sizeof(sent));
	memset(got, 0, sizeof(got));
	memset(plain, 0, sizeof(plain));
	memset(packed, 0, sizeof(packed));
	memset(lost, 0, sizeof(lost));
	memset(last, 0, sizeof(last));
	for (int i = 0; i < 2; i++) {
		p.s[i].conf.enabled |= options;
		p.s[i].conf.accepted |= options;
	}
	if (options & NEG_MPPE)
		p.s[1].conf.enabled |= NEG_MSCHAPV2;
}

static void
end(void)
{
	pack_free(&pack[0]);
	pack_free(&pack[1]);
}

static void
talk(unsigned packets)
{
	for (unsigned n = 0; n < packets; n++) {
		say(0);
		say(1);
		peers_run(&p, p.now + MSEC(20));
	}
	peers_run(&p, p.now + SEC(10));
}

/* Up on a good wire; then, for a while, a bad one; then a good one. */
static void
session(uint32_t options, enum mppe_state state, uint8_t type,
    unsigned loss, unsigned late, unsigned copy)
{
	for (uint64_t seed = 1; seed < 6; seed++) {
		begin(options, seed);
		for (int i = 0; i < 2; i++)
			p.s[i].conf.mppe.state = (uint8_t)state;
		peers_up(&p);
		peers_run(&p, p.now + SEC(20));
		ATF_CHECK_EQ(type, p.s[0].ppp.ccp.in.type);
		ATF_CHECK_EQ(type, p.s[0].ppp.ccp.out.type);
		p.loss = loss;
		p.late = late;
		p.copy = copy;
		talk(500);
		p.loss = p.late = p.copy = 0;
		talk(100);		/* asks for a reset, if need be */
		unsigned before[2] = { got[0], got[1] };

		talk(100);
		for (int i = 0; i < 2; i++) {
			ATF_CHECK_EQ_MSG(100, got[i] - before[i],
			    "option %#x seed %u: %u", options,
			    (unsigned)seed, got[i] - before[i]);
			ATF_CHECK_EQ(sent[!i], last[i]);
			ATF_CHECK(packed[i] > 200);
		}
		end();
	}
}

ATF_TC_WITHOUT_HEAD(good_wire);
ATF_TC_BODY(good_wire, tc)
{
	static const struct { uint32_t option; uint8_t type; } all[] = {
		{ NEG_DEFLATE, CCP_DEFLATE },
		{ NEG_DEFLATE24, CCP_DEFLATE24 },
		{ NEG_PRED1, CCP_PRED1 }, { NEG_MPPE, CCP_MPPE },
		{ NEG_CCP, CCP_DEFLATE },
		{ NEG_PRED1 | NEG_MPPE, CCP_PRED1 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		begin(all[i].option, 3);
		peers_up(&p);
		peers_run(&p, p.now + MSEC(100));
		ATF_CHECK_EQ(all[i].type, p.s[0].ppp.ccp.in.type);
		ATF_CHECK_EQ(all[i].type, p.s[1].ppp.ccp.in.type);
		ATF_CHECK_EQ(2, p.s[0].ups);
		talk(300);
		for (int k = 0; k < 2; k++) {
			ATF_CHECK_EQ(300, got[k]);
			ATF_CHECK_EQ(0, lost[k]);
			ATF_CHECK(packed[k] >= 190);
		}
		end();
	}
}

ATF_TC_WITHOUT_HEAD(lossy_wire);
ATF_TC_BODY(lossy_wire, tc)
{
	session(NEG_DEFLATE, MPPE_ANY, CCP_DEFLATE, 5, 0, 0);
	session(NEG_PRED1, MPPE_ANY, CCP_PRED1, 5, 0, 0);
	session(NEG_MPPE, MPPE_STATELESS_ONLY, CCP_MPPE, 5, 0, 0);
	session(NEG_MPPE, MPPE_STATEFUL_ONLY, CCP_MPPE, 5, 0, 0);
}

ATF_TC_WITHOUT_HEAD(wild_wire);
ATF_TC_BODY(wild_wire, tc)
{
	session(NEG_DEFLATE, MPPE_ANY, CCP_DEFLATE, 10, 10, 10);
	session(NEG_PRED1, MPPE_ANY, CCP_PRED1, 10, 10, 10);
	session(NEG_MPPE, MPPE_STATELESS_ONLY, CCP_MPPE, 10, 10, 10);
}

/* Only one side has anything: there is no compression, and no harm. */
ATF_TC_WITHOUT_HEAD(one_sided);
ATF_TC_BODY(one_sided, tc)
{
	begin(0, 1);
	p.s[0].conf.enabled |= NEG_CCP;
	p.s[0].conf.accepted |= NEG_CCP;
	peers_up(&p);
	peers_run(&p, p.now + SEC(1));
	ATF_CHECK(pack[0] == NULL && pack[1] == NULL);
	ATF_CHECK(peers_agree(&p));
	ATF_CHECK_EQ(FSM_STOPPED, p.s[0].ppp.ccp.fsm.state);
	talk(10);
	ATF_CHECK_EQ(10, plain[0]);
	end();
	/* each way its own: what a side accepts is what it packs with */
	begin(0, 1);
	p.s[0].conf.enabled |= NEG_DEFLATE;
	p.s[1].conf.accepted |= NEG_DEFLATE;
	peers_up(&p);
	peers_run(&p, p.now + SEC(1));
	ATF_CHECK_EQ(CCP_DEFLATE, p.s[0].ppp.ccp.in.type);
	ATF_CHECK_EQ(CCP_NONE, p.s[0].ppp.ccp.out.type);
	talk(50);
	ATF_CHECK_EQ(50, got[0]);
	ATF_CHECK_EQ(50, got[1]);
	ATF_CHECK_EQ(0, packed[1]);
	end();
}

/* Encryption required: with packets under way it begins anew by a login. */
ATF_TC_WITHOUT_HEAD(required);
ATF_TC_BODY(required, tc)
{
	begin(NEG_MPPE, 1);
	p.s[0].conf.mppe.required = p.s[1].conf.mppe.required = true;
	peers_up(&p);
	peers_run(&p, p.now + SEC(1));
	ATF_CHECK(ccp_encrypts(&p.s[0].ppp.ccp));
	ATF_CHECK(p.s[0].ppp.keys.len != 0);
	talk(50);
	ATF_CHECK_EQ(0, p.s[0].ppp.keys.len);
	ATF_CHECK_EQ(0, p.s[1].ppp.keys.len);
	ppp_ccp(&p.s[0].ppp, PPP_CCP_OPEN, p.now, &p.ob);
	peers_out(&p, 0);
	peers_run(&p, p.now + SEC(10));
	ATF_CHECK(!p.s[0].finished && !p.s[1].finished);
	ATF_CHECK(ccp_encrypts(&p.s[0].ppp.ccp));
	ATF_CHECK(ccp_encrypts(&p.s[1].ppp.ccp));
	talk(50);
	ATF_CHECK_EQ(100, got[0]);
	ATF_CHECK_EQ(0, plain[0] + plain[1]);
	end();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, good_wire);
	ATF_TP_ADD_TC(tp, lossy_wire);
	ATF_TP_ADD_TC(tp, wild_wire);
	ATF_TP_ADD_TC(tp, one_sided);
	ATF_TP_ADD_TC(tp, required);
	return atf_no_error();
}
