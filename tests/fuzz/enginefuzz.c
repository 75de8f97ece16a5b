/* Links in every state for the fuzzers of ppp/. */
#include "fuzz/enginefuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"

enum stage { REQ_SENT, ACK_RCVD, ACK_SENT, OPENED, CLOSING, STAGES };

static struct ppp_conf conf;
static struct net_conf net;
static struct rng rng;
static struct ppp ppp;
static struct outbox ob;
static const tstamp now = SEC(1000);

void
enginefuzz_sent(const struct outbox *o)
{
	char text[1024];

	BUG_ON(o->full);
	for (int i = 0; i < o->n; i++) {
		const struct out_item *it = &o->item[i];
		const uint8_t *p = outbox_data(o, it);

		if (it->kind != OUT_PPP || it->proto == PROTO_LQR)
			continue;
		BUG_ON(it->len < 4 || it->len > 1492);
		BUG_ON(it->len != (p[2] << 8 | p[3]));
		ppp_describe(it->proto, rd_of(p, it->len), text,
		    sizeof(text));
		BUG_ON(strstr(text, "malformed") != NULL);
	}
}

size_t
enginefuzz_last(const struct outbox *o, uint16_t proto, uint8_t *buf,
    size_t n)
{
	size_t len = 0;

	for (int i = 0; i < o->n; i++) {
		const struct out_item *it = &o->item[i];
		const uint8_t *p = outbox_data(o, it);

		if (it->kind != OUT_PPP || it->proto != proto ||
		    *p != CODE_CONF_REQ || it->len > n)
			continue;
		memcpy(buf, p, it->len);
		buf[0] = CODE_CONF_ACK;
		len = it->len;
	}
	return len;
}

/* Acknowledge our last request of @proto that is in the outbox. */
static void
ack(uint16_t proto)
{
	uint8_t buf[256];
	size_t n = enginefuzz_last(&ob, proto, buf, sizeof(buf));

	BUG_ON(n == 0);
	BUG_ON(ppp_input(&ppp, proto, rd_of(buf, n), now, &ob) != 0);
}

static void
request(uint16_t proto)
{
	static const uint8_t lcp[] = { 1, 9, 0, 14, 1, 4, 5, 0xd4, 5, 6, 1, 2,
	    3, 4 };
	static const uint8_t ipcp[] = { 1, 9, 0, 10, 3, 6, 10, 0, 0, 2 };
	static const uint8_t ipv6cp[] = { 1, 9, 0, 14, 1, 10, 0, 0, 0, 0, 0,
	    0, 0, 2 };
	static const uint8_t ccp[] = { 1, 9, 0, 14, 26, 4, 0x78, 0, 18, 6, 1,
	    0, 0, 0x40 };
	struct rd r = proto == PROTO_CCP ? rd_of(ccp, sizeof(ccp)) :
	    proto == PROTO_LCP ? rd_of(lcp, sizeof(lcp)) :
	    proto == PROTO_IPCP ? rd_of(ipcp, sizeof(ipcp)) :
	    rd_of(ipv6cp, sizeof(ipv6cp));

	BUG_ON(ppp_input(&ppp, proto, r, now, &ob) != 0);
}

static void
bring(uint16_t proto, enum stage stage)
{
	if (stage == ACK_RCVD || stage == OPENED)
		ack(proto);
	if (stage == ACK_SENT || stage == OPENED)
		request(proto);
	if (stage == CLOSING && proto == PROTO_LCP)
		ppp_close(&ppp, WHY_ADMIN, now, &ob);
}

static void
begin(uint16_t proto, enum stage stage)
{
	ppp_conf_default(&conf, true);
	conf.enabled |= NEG_DNS | NEG_LQR | NEG_ECHO;
	conf.accepted |= NEG_DNS;
	if (proto == PROTO_LCP && stage != OPENED)
		conf.enabled |= NEG_CHAP5 | NEG_PAP;
	net = (struct net_conf){ .my = { 0x0a000001, 0 },
	    .his = { 0x0a000002, 24 }, .dns = { 1, 2 }, .nbns = { 3, 4 } };
	rng_seed(&rng, 1);
	outbox_reset(&ob);
	ppp_init(&ppp, &conf, &rng, 1492);
	ppp_up(&ppp, now, &ob);
	if (proto != PROTO_LCP) {
		bring(PROTO_LCP, OPENED);
		ppp.keys.len = MPPE_KEY;	/* as after MS-CHAP */
		ppp_network(&ppp, &net, now, &ob);
	}
	bring(proto, stage);
	enginefuzz_sent(&ob);
	outbox_reset(&ob);
}

static void
one(uint16_t proto, enum stage stage, const uint8_t *p, size_t n)
{
	static struct ppp before;
	int err;

	begin(proto, stage);
	before = ppp;
	err = ppp_input(&ppp, proto, rd_of(p, n), now, &ob);
	enginefuzz_sent(&ob);
	BUG_ON(err > 0);
	if (err == 0 || err == -E_UNKNOWN)
		return;
	BUG_ON(memcmp(&before, &ppp, sizeof(ppp)) != 0);
	BUG_ON(ob.n != 0);
}

void
enginefuzz_packet(uint16_t proto, const uint8_t *p, size_t n)
{
	for (unsigned s = 0; s < STAGES; s++)
		one(proto, (enum stage)s, p, n);
}
