/*
 * A whole link: settings, then steps of time, packets, answers of control.
 *
 *	settings	3 octets: enabled, accepted, passive and delay
 *	step		1 octet: what, 1 octet: argument, then its data:
 *	  0-7	packet of protocol [what], argument octets of it
 *	  8	Ack of our last request of protocol [argument]
 *	  9	time: argument * 100 ms; 10: * 10 s
 *	  11	verdict: argument & 1
 *	  12	network: widths and addresses from the argument
 *	  13	down and up; 14: close; 15: renegotiate
 *
 * No timer may be due for ever, events must come in their order, and a link
 * left alone must end or be up.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "fuzz/enginefuzz.h"

#define REQS	3

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const uint16_t protos[8] = { PROTO_LCP, PROTO_IPCP, PROTO_IPV6CP,
    PROTO_PAP, PROTO_CHAP, PROTO_LQR, PROTO_CCP, PROTO_VJC };

static struct ppp_conf conf;
static struct rng rng;
static struct ppp ppp;
static struct outbox ob;
static tstamp now;
static bool ip_up, ip6_up, finished, dead;
static uint8_t req[REQS][256];
static size_t req_len[REQS];

static void
event(const struct out_item *it)
{
	switch (it->event) {
	case PPP_EV_IPCP_UP:
		BUG_ON(ip_up);
		ip_up = true;
		BUG_ON(ppp_my_addr(&ppp) == 0);
		break;
	case PPP_EV_IPCP_DOWN:
		BUG_ON(!ip_up);
		ip_up = false;
		break;
	case PPP_EV_IPV6CP_UP:
		BUG_ON(ip6_up);
		ip6_up = true;
		break;
	case PPP_EV_IPV6CP_DOWN:
		BUG_ON(!ip6_up);
		ip6_up = false;
		break;
	case PPP_EV_NETWORK:
		/* never without the proof that was demanded */
		BUG_ON(conf.enabled & NEG_AUTH && !ppp.lcp.mine.auth);
		BUG_ON(ppp.peer_due || ppp.self_due);
		break;
	case PPP_EV_FINISHED:
		BUG_ON(finished);
		finished = true;
		BUG_ON(it->arg == WHY_NONE || it->arg >= WHY_COUNT);
		break;
	}
}

static void
drain(void)
{
	enginefuzz_sent(&ob);
	for (int i = 0; i < REQS; i++) {
		size_t n = enginefuzz_last(&ob, protos[i], req[i],
		    sizeof(req[i]));

		if (n > 0)
			req_len[i] = n;
	}
	for (int i = 0; i < ob.n; i++)
		if (ob.item[i].kind == OUT_EVENT)
			event(&ob.item[i]);
		else
			BUG_ON(dead);
	BUG_ON(ip_up != ppp_ip_up(&ppp) || ip6_up != ppp_ipv6_up(&ppp));
	outbox_reset(&ob);
}

static void
pass(tstamp until)
{
	unsigned stalled = 0;
	tstamp at;

	while ((at = ppp_deadline(&ppp)) <= until) {
		stalled = at > now ? 0 : stalled + 1;
		BUG_ON(stalled > 20);
		now = at > now ? at : now;
		ppp_expire(&ppp, now, &ob);
		drain();
	}
	now = until;
}

static void
packet(uint16_t proto, const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n + 1);

	BUG_ON(copy == NULL);
	memcpy(copy, p, n);
	ppp_input(&ppp, proto, rd_of(copy, n), now, &ob);
	free(copy);
	drain();
}

static void
network(uint8_t arg)
{
	struct net_conf net = { .my = { 0x0a000001, arg & 32 },
	    .his = { 0x0a000002, arg & 16 ? 32 : 0 },
	    .has_trigger = arg & 1, .dns = { arg & 2, arg & 4 } };

	if (arg & 8)
		net.my.addr = 0;
	ppp_network(&ppp, &net, now, &ob);
	drain();
}

static void
down_up(void)
{
	ppp_down(&ppp, WHY_PEER_PADT, now, &ob);
	dead = true;
	drain();
	BUG_ON(ppp_deadline(&ppp) != NEVER);
	dead = false;
	finished = false;
	memset(req_len, 0, sizeof(req_len));
	ppp_up(&ppp, now, &ob);
	drain();
}

static void
step(struct rd *r)
{
	uint8_t what = rd_u8(r) & 15, arg = rd_u8(r);
	struct auth_verdict v = { .ok = arg & 1, .message = "said" };
	struct rd data;

	if (r->bad)
		return;
	switch (what) {
	default:
		data = rd_sub(r, arg);
		if (!data.bad)
			packet(protos[what], data.p, arg);
		return;
	case 8:
		arg %= REQS;
		packet(protos[arg], req[arg], req_len[arg]);
		return;
	case 9:
		pass(now + MSEC(100) * arg);
		return;
	case 10:
		pass(now + SEC(10) * arg);
		return;
	case 11:
		ppp_verdict(&ppp, &v, now, &ob);
		break;
	case 12:
		network(arg);
		return;
	case 13:
		down_up();
		return;
	case 14:
		ppp_close(&ppp, WHY_ADMIN, now, &ob);
		break;
	case 15:
		ppp_renegotiate(&ppp, protos[arg % REQS], now, &ob);
		break;
	}
	drain();
}

static void
settings(struct rd *r)
{
	uint8_t on = rd_u8(r), may = rd_u8(r), rest = rd_u8(r);
	static const uint32_t bits[8] = { NEG_CHAP5, NEG_MSCHAP,
	    NEG_MSCHAPV2, NEG_PAP, NEG_LQR, NEG_DNS, NEG_ECHO, NEG_IDCHECK };

	ppp_conf_default(&conf, !(rest & 1));
	for (int i = 0; i < 8; i++) {
		if (on & 1 << i)
			conf.enabled ^= bits[i];
		if (may & 1 << i)
			conf.accepted ^= bits[i];
	}
	conf.passive = rest & 2;
	conf.open_delay = rest & 4 ? 1 : 0;
	conf.mtu = rest & 8 ? 1400 : 0;
	if (rest & 16)
		conf.enabled &= ~(uint32_t)NEG_IPCP;
	if (rest & 32)
		conf.enabled &= ~(uint32_t)NEG_IPV6CP;
	if (rest & 64)
		strcpy(conf.ident, "ident");
	if (rest & 128)
		conf.enddisc_class = 5;
	strcpy(conf.authname, "fred");
	strcpy(conf.authkey, "secret");
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	ip_up = ip6_up = finished = dead = false;
	memset(req_len, 0, sizeof(req_len));
	now = SEC(1000);
	outbox_reset(&ob);
	rng_seed(&rng, 1);
	settings(&r);
	ppp_init(&ppp, &conf, &rng, 1492);
	ppp_up(&ppp, now, &ob);
	drain();
	while (rd_size(&r) > 0)
		step(&r);
	pass(now + SEC(1000));
	/* only a passive side of a line without PPPoE may wait for ever */
	BUG_ON(!finished && !ip_up && !ip6_up &&
	    !(conf.passive && !conf.pppoe && ppp.lcp.fsm.state ==
	    FSM_STOPPED));
	return 0;
}
