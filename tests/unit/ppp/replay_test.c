/*
 * Recorded sessions between peers that are not ours, into our links: what
 * the recorded server sent goes to a client of ours, what the recorded
 * client sent to a server of ours. Only what depends on numbers of our own
 * (Identifiers, Magic-Numbers, challenges) is fitted; each packet must be
 * taken or refused with exactly the error that its kind deserves, and what
 * came up in the recording must come up here.
 */
#include <atf-c.h>
#include <dirent.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "lib/plain.h"
#include "ppp/check.h"
#include "ppp/link.h"
#include "pppoe/pppoe.h"
#include "wire/eth.h"

#define SESSIONS	16
#define PACKETS		4000
#define OPTS_MAX	128

enum { CLIENT, SERVER };

struct packet {				/* one recorded PPP packet */
	tstamp	 at;
	int	 from;			/* CLIENT or SERVER */
	int	 sess;
	uint16_t proto;
	struct rd in;
	unsigned number;		/* of its frame */
};

struct side {				/* one link of ours */
	struct ppp_conf conf;
	struct net_conf net;
	struct ppp ppp;
	struct rng rng;
	bool	 up4, up6, finished;
	uint8_t	 req[3][4 + OPTS_MAX];	/* our last Configure-Request */
	size_t	 req_len[3];		/* LCP, IPCP, IPV6CP */
	uint8_t	 ans[4 + OPTS_MAX];	/* our last Ack, Nak or Reject */
	size_t	 ans_len;
	unsigned requests, answers;	/* Configure-Requests in, answers out */
};

struct session {
	uint8_t	 client[ETH_ADDR], server[ETH_ADDR];
	uint16_t sid;
	uint16_t auth;			/* what the recorded server demanded */
	uint8_t	 algo;
	char	 name[64];		/* of the recorded client */
	bool	 acked4[2], acked6[2];	/* IPCP, IPV6CP acked by this side */
	bool	 refused;		/* the server said Failure or Nak */
	uint32_t dns[2];
	uint8_t	 mine[16];		/* MS-CHAPv2: the client's challenge */
	uint8_t	 challenge[64];
	uint8_t	 challenge_len;
	uint8_t	 response[64];
	size_t	 response_len;
	struct side side[2];
};

static struct session sess[SESSIONS];
static struct packet pkts[PACKETS];
static int sessions, packets;
static const char *file;
static struct outbox ob;
static uint8_t *kept[PACKETS];
static unsigned total[8];

/* ---- reading a recording ---- */

static int
find_session(const struct eth *e, uint16_t sid, int *from)
{
	for (int i = 0; i < sessions; i++)
		for (*from = 0; *from < 2; (*from)++) {
			const uint8_t *src = *from == CLIENT ?
			    sess[i].client : sess[i].server;

			if (sess[i].sid == sid &&
			    memcmp(src, e->src, ETH_ADDR) == 0 &&
			    memcmp(*from == CLIENT ? sess[i].server :
			    sess[i].client, e->dst, ETH_ADDR) == 0)
				return i;
		}
	return -1;
}

static void
keep(const struct eth *e, uint16_t sid, struct rd r, tstamp at,
    unsigned number)
{
	struct packet *k = &pkts[packets];

	k->sess = find_session(e, sid, &k->from);
	if (k->sess < 0 || rd_size(&r) < 2)
		return;			/* begun before the recording */
	ATF_REQUIRE(packets < PACKETS);
	k->proto = rd_u16(&r);
	k->at = at;
	k->number = number;
	/* a copy of the exact size, so that sanitizers see the end */
	kept[packets] = malloc(rd_size(&r) + 1);
	memcpy(kept[packets], r.p, rd_size(&r));
	k->in = rd_of(kept[packets], rd_size(&r));
	packets++;
}

static void
frame(const struct pcap_pkthdr *ph, const u_char *p, unsigned number)
{
	struct rd r = rd_of(p, ph->caplen);
	struct pppoe_hdr h;
	struct eth e;

	if (eth_read(&r, 0, 0, &e) != 0 ||
	    (e.type != ETH_PPPOE_DISC && e.type != ETH_PPPOE_SESS) ||
	    pppoe_read(&r, &h) != 0)
		return;
	if (e.type == ETH_PPPOE_SESS) {
		keep(&e, h.sid, r, SEC(ph->ts.tv_sec) + USEC(ph->ts.tv_usec),
		    number);
	} else if (h.code == CODE_PADS && h.sid != 0) {
		struct session *s = &sess[sessions++];

		ATF_REQUIRE(sessions < SESSIONS);
		memset(s, 0, sizeof(*s));
		memcpy(s->client, e.dst, ETH_ADDR);
		memcpy(s->server, e.src, ETH_ADDR);
		s->sid = h.sid;
	}
}

static void
load(const char *path)
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *pc = pcap_open_offline(path, err);
	struct pcap_pkthdr *ph;
	const u_char *p;
	unsigned number = 0;

	ATF_REQUIRE_MSG(pc != NULL, "%s", err);
	sessions = packets = 0;
	while (pcap_next_ex(pc, &ph, &p) == 1)
		frame(ph, p, ++number);
	pcap_close(pc);
}

/* ---- what the recording is about ---- */

static void
look_lcp(struct session *s, const struct packet *k, struct rd r, uint8_t code)
{
	struct rd val;
	uint8_t type;

	if (k->from != SERVER || code != CODE_CONF_REQ)
		return;
	s->auth = 0;			/* the last request counts */
	while (opt_next(&r, &type, &val))
		if (type == LCP_AUTH) {
			s->auth = rd_u16(&val);
			s->algo = rd_u8(&val);
		}
}

/* The name servers that the recorded client settled for. */
static void
look_ipcp(struct session *s, const struct packet *k, struct rd r,
    uint8_t code)
{
	struct rd val;
	uint8_t type;

	if (code == CODE_CONF_ACK)
		s->acked4[k->from] = true;
	if (k->from != CLIENT || code != CODE_CONF_REQ)
		return;
	while (opt_next(&r, &type, &val))
		if (type == IPCP_DNS1 || type == IPCP_DNS2)
			s->dns[type == IPCP_DNS2] = rd_u32(&val);
}

static void
look_auth(struct session *s, const struct packet *k, struct rd r,
    uint8_t code)
{
	size_t n;

	if (k->from == SERVER) {
		s->refused |= code == (k->proto == PROTO_PAP ? 3 : 4);
		return;
	}
	n = rd_u8(&r);
	if (k->proto == PROTO_CHAP) {
		s->response_len = n;
		rd_copy(&r, s->response, n < 64 ? n : 64);
		memcpy(s->mine, s->response, 16);
		n = rd_size(&r);
	}
	ATF_REQUIRE(n < sizeof(s->name));
	rd_copy(&r, s->name, n);
	s->name[n] = '\0';
}

static void
look(const struct packet *k)
{
	struct session *s = &sess[k->sess];
	struct rd r = k->in;
	uint8_t code = rd_u8(&r);
	uint16_t len;

	rd_u8(&r);
	len = rd_u16(&r);
	r = rd_sub(&r, len - 4u);
	if (k->proto == PROTO_LCP)
		look_lcp(s, k, r, code);
	else if (k->proto == PROTO_PAP || k->proto == PROTO_CHAP)
		look_auth(s, k, r, code);
	else if (k->proto == PROTO_IPCP)
		look_ipcp(s, k, r, code);
	else if (k->proto == PROTO_IPV6CP && code == CODE_CONF_ACK)
		s->acked6[k->from] = true;
}

static uint32_t
auth_neg(const struct session *s)
{
	if (s->auth == PROTO_PAP)
		return NEG_PAP;
	if (s->auth != PROTO_CHAP)
		return 0;
	return s->algo == CHAP_MD5 ? NEG_CHAP5 :
	    s->algo == CHAP_MS ? NEG_MSCHAP : NEG_MSCHAPV2;
}

/* ---- our links ---- */

static const char *
secret(void)
{
	return strstr(file, "bngblaster") != NULL ? "test" : "rigpass";
}

static int
slot(uint16_t proto)
{
	return proto == PROTO_LCP ? 0 : proto == PROTO_IPCP ? 1 :
	    proto == PROTO_IPV6CP ? 2 : -1;
}

static void
verdict(const struct session *s, struct side *us, const struct out_item *it,
    tstamp now)
{
	struct auth_query q;
	struct auth_verdict v;

	memcpy(&q, outbox_data(&ob, it), sizeof(q));
	ATF_CHECK_STREQ(s->name, q.name);
	if (q.proto == PROTO_CHAP) {
		q.challenge_len = s->challenge_len;
		memcpy(q.challenge, s->challenge, sizeof(q.challenge));
	}
	auth_judge(&q, secret(), strlen(secret()), &v);
	/* our judgement of a real response is the recorded server's */
	ATF_CHECK_MSG(v.ok == !s->refused, "%s: %s", file, v.message);
	total[4]++;
	ppp_verdict(&us->ppp, &v, now, &ob);
}

static void
packet_out(struct side *us, const struct out_item *it)
{
	const uint8_t *p = outbox_data(&ob, it);
	int i = slot(it->proto);

	if (i < 0)
		return;
	if (*p == CODE_CONF_REQ) {
		ATF_REQUIRE(it->len <= sizeof(us->req[i]));
		memcpy(us->req[i], p, it->len);
		us->req_len[i] = it->len;
	} else if (*p >= CODE_CONF_ACK && *p <= CODE_CONF_REJ) {
		us->answers++;
		ATF_REQUIRE(it->len <= sizeof(us->ans));
		memcpy(us->ans, p, it->len);
		us->ans_len = it->len;
	}
}

static void
drain(struct session *s, struct side *us, tstamp now)
{
	for (int i = 0; i < ob.n; i++) {
		struct out_item it = ob.item[i];

		if (it.kind == OUT_PPP)
			packet_out(us, &it);
		else if (it.event == PPP_EV_AUTH_QUERY)
			verdict(s, us, &it, now);
		else if (it.event == PPP_EV_NETWORK)
			ppp_network(&us->ppp, &us->net, now, &ob);
		else if (it.event == PPP_EV_FINISHED)
			us->finished = true;
		us->up4 |= ppp_ip_up(&us->ppp);
		us->up6 |= ppp_ipv6_up(&us->ppp);
	}
	ATF_CHECK(!ob.full);
	outbox_reset(&ob);
}

static void
start(struct session *s)
{
	for (int i = 0; i < 2; i++) {
		struct side *us = &s->side[i];

		rng_seed(&us->rng, 5 + (unsigned)i);
		plain_conf(&us->conf, true);
		us->conf.enabled |= NEG_DNS;
		us->conf.accepted |= NEG_DNS;
		us->net = (struct net_conf){ .my = { 0x0a630001u + (unsigned)i,
		    0 }, .his = { 0x0a630005, 0 } };
		if (i == SERVER) {
			us->conf.enabled |= auth_neg(s);
			memcpy(us->net.dns, s->dns, sizeof(s->dns));
		}
		strcpy(us->conf.authname, i == CLIENT ? s->name : "us");
		strcpy(us->conf.authkey, secret());
		ppp_init(&us->ppp, &us->conf, &us->rng, 1492);
		ppp_up(&us->ppp, pkts[0].at, &ob);
		drain(s, us, pkts[0].at);
	}
}

/* ---- fitting a packet to our numbers ---- */

/* Are all options of a Reject in our last request, value and all? */
static bool
all_ours(const struct side *us, int i, struct rd r)
{
	struct rd val, mine;
	uint8_t type, t;

	while (opt_next(&r, &type, &val)) {
		struct rd o = rd_of(us->req[i] + 4, us->req_len[i] - 4);
		bool found = false;

		while (opt_next(&o, &t, &mine))
			found |= t == type && rd_size(&mine) ==
			    rd_size(&val) && memcmp(mine.p, val.p,
			    rd_size(&val)) == 0;
		if (!found)
			return false;
	}
	return true;
}

/*
 * An answer to a request: it gets our Identifier; an Ack gets our options.
 * Returns what must come back; *@r becomes what is fed.
 */
static int
fit_answer(const struct side *us, const struct fsm *f, int i,
    struct rd *r, uint8_t *buf)
{
	size_t n = rd_size(r);
	struct rd opts = *r;

	if (!f->awaited || f->state < FSM_REQ_SENT)
		return f->state < FSM_REQ_SENT ? 0 : -E_STALE;
	if (*r->p == CODE_CONF_ACK) {
		n = us->req_len[i];
		memcpy(buf, us->req[i], n);
		buf[0] = CODE_CONF_ACK;
	} else {
		memcpy(buf, r->p, n);
		buf[1] = f->req_id;
	}
	rd_sub(&opts, 4);
	if (*r->p == CODE_CONF_NAK && all_ours(us, i, opts)) {
		/* it wants what we ask for already */
		n = us->req_len[i];
		memcpy(buf, us->req[i], n);
		buf[0] = CODE_CONF_ACK;
	}
	*r = rd_of(buf, n);
	return buf[0] == CODE_CONF_REJ && !all_ours(us, i, opts) ? -E_FORMAT :
	    0;
}

static void
fit_chap(struct session *s, int to, const struct packet *k, uint8_t code)
{
	struct ppp *p = &s->side[to].ppp;

	/* our server challenged with what the recorded one sent */
	if (to == SERVER && code == 2) {
		for (int i = 0; i < packets; i++) {
			const struct packet *c = &pkts[i];

			if (c->sess != k->sess || c->proto != PROTO_CHAP ||
			    c->from != SERVER || c->in.p[0] != 1 || c >= k)
				continue;
			p->peer.id = c->in.p[1];
			s->challenge_len = c->in.p[4];
			ATF_REQUIRE(s->challenge_len <= 64);
			memcpy(s->challenge, c->in.p + 5, s->challenge_len);
		}
	}
}

/* After our client answered a challenge, it must have said the same. */
static void
compare_response(const struct session *s, const struct packet *k)
{
	const struct out_item *it = NULL;

	for (int i = 0; i < ob.n; i++)
		if (ob.item[i].kind == OUT_PPP &&
		    ob.item[i].proto == PROTO_CHAP)
			it = &ob.item[i];
	ATF_REQUIRE_MSG(it != NULL, "%s %u: no response", file, k->number);
	if (s->refused || strstr(file, "wrongpass") != NULL)
		return;
	ATF_CHECK_EQ(s->response_len, outbox_data(&ob, it)[4]);
	/* octet 49 of MS-CHAP is a flag of its own, LM part may be filled */
	if (s->algo == CHAP_MS)
		ATF_CHECK_EQ(0, memcmp(outbox_data(&ob, it) + 5 + 24,
		    s->response + 24, 24));
	else
		ATF_CHECK_MSG(memcmp(outbox_data(&ob, it) + 5, s->response,
		    s->response_len) == 0, "%s %u", file, k->number);
	total[5]++;
}

static int
feed(struct session *s, struct side *us, const struct packet *k, struct rd r)
{
	int err = ppp_input(&us->ppp, k->proto, r, k->at, &ob);

	if (k->from == SERVER && k->proto == PROTO_CHAP && err == 0 &&
	    *r.p == 1 && s->auth == PROTO_CHAP) {
		if (s->algo == CHAP_MSV2) {
			memcpy(us->ppp.self.value, s->mine, 16);
			outbox_reset(&ob);
			err = ppp_input(&us->ppp, k->proto, r, k->at, &ob);
		}
		compare_response(s, k);
	}
	return err;
}

/*
 * A recorded peer repeats its request because the other one had lost the
 * first; ours had not and was Opened already. Talking to us, the peer would
 * have acknowledged our new request.
 */
static void
ack_for_peer(struct session *s, struct side *us, const struct packet *k,
    int i)
{
	uint8_t buf[sizeof(us->req[0])];

	memcpy(buf, us->req[i], us->req_len[i]);
	buf[0] = CODE_CONF_ACK;
	ATF_CHECK_EQ(0, ppp_input(&us->ppp, k->proto,
	    rd_of(buf, us->req_len[i]), k->at, &ob));
	drain(s, us, k->at);
}

/* The value of option @type in an answer of ours; false: not in it. */
static bool
in_answer(const struct side *us, uint8_t type, struct rd *val)
{
	struct rd r = rd_of(us->ans + 4, us->ans_len - 4);
	uint8_t t;

	while (opt_next(&r, &t, val))
		if (t == type)
			return true;
	return false;
}

/* @opts as a peer would ask after our Nak or Reject. */
static void
comply(const struct side *us, struct rd opts, struct wr *w)
{
	struct rd all = opts, val, ours, r;
	uint8_t type, t;
	bool had;

	while (opt_next(&opts, &type, &val))
		if (!in_answer(us, type, &ours))
			opt_put(w, type, val.p, rd_size(&val));
		else if (us->ans[0] == CODE_CONF_NAK)
			opt_put(w, type, ours.p, rd_size(&ours));
	if (us->ans[0] != CODE_CONF_NAK)
		return;
	r = rd_of(us->ans + 4, us->ans_len - 4);
	while (opt_next(&r, &type, &ours)) {	/* what we added */
		struct rd o = all;

		had = false;
		while (opt_next(&o, &t, &val))
			had |= t == type;
		if (!had)
			opt_put(w, type, ours.p, rd_size(&ours));
	}
}

static bool
was_acked(const struct packet *k)
{
	for (const struct packet *o = k + 1; o < pkts + packets; o++)
		if (o->sess == k->sess && o->from != k->from &&
		    o->proto == k->proto && rd_size(&o->in) > 1 &&
		    o->in.p[0] == CODE_CONF_ACK && o->in.p[1] == k->in.p[1])
			return true;
	return false;
}

/*
 * We want less or something else than the recorded other side, which had
 * acknowledged: the peer would have asked us again.
 */
static void
ask_again(struct session *s, struct side *us, const struct packet *k)
{
	uint8_t last[OPTS_MAX], buf[4 + OPTS_MAX];
	struct rd opts = rd_of(k->in.p + 4, (size_t)k->in.p[3] - 4);

	for (uint8_t round = 0; round < 4 && us->ans[0] != CODE_CONF_ACK;
	    round++) {
		struct wr w = wr_of(buf, sizeof(buf));

		wr_u8(&w, CODE_CONF_REQ);
		wr_u8(&w, (uint8_t)(0xf0 + round));
		wr_u16(&w, 0);
		comply(us, opts, &w);
		wr_patch16(&w, 2, (uint16_t)wr_size(&w));
		us->requests++;
		ATF_CHECK_EQ(0, ppp_input(&us->ppp, k->proto,
		    rd_of(buf, wr_size(&w)), k->at, &ob));
		drain(s, us, k->at);
		memcpy(last, buf + 4, wr_size(&w) - 4);
		opts = rd_of(last, wr_size(&w) - 4);
	}
	ATF_CHECK_MSG(us->ans[0] == CODE_CONF_ACK, "%s frame %u: no Ack",
	    file, k->number);
}

/* What a packet that we need not answer deserves. */
static int
want_other(const struct side *us, const struct packet *k, uint8_t code)
{
	const struct ppp *p = &us->ppp;
	enum ppp_phase ph = ppp_phase(p);

	if (us->finished || ph == PHASE_DEAD)
		return -E_STATE;
	if (k->proto == PROTO_LCP) {
		if (code == CODE_TERM_ACK && (p->lcp.fsm.state ==
		    FSM_CLOSING || p->lcp.fsm.state == FSM_STOPPING))
			return p->lcp.fsm.awaited && k->in.p[1] ==
			    p->lcp.fsm.req_id ? 0 : -E_STALE;
		if (code <= CODE_TERM_ACK || code == CODE_IDENT)
			return 0;
		if (p->lcp.fsm.state != FSM_OPENED)
			return code == CODE_CODE_REJ ? 0 : -E_STATE;
		return code == CODE_ECHO_REP ? -E_STALE : 0;
	}
	if (p->lcp.fsm.state != FSM_OPENED)
		return -E_STATE;
	if (k->proto == PROTO_PAP || k->proto == PROTO_CHAP)
		return 0;
	if (ph != PHASE_NETWORK || k->proto == PROTO_IP ||
	    k->proto == PROTO_IPV6)
		return -E_STATE;
	return slot(k->proto) < 0 ? -E_UNKNOWN : 0;
}

static int
want_auth(struct session *s, int to, struct rd *r, const struct packet *k,
    uint8_t *buf)
{
	struct ppp *p = &s->side[to].ppp;

	if (k->proto == PROTO_CHAP) {
		fit_chap(s, to, k, *r->p);
		if (to == SERVER && s->side[to].finished)
			return -E_STATE;
		return 0;
	}
	memcpy(buf, r->p, rd_size(r));
	if (to == CLIENT)
		buf[1] = p->self.id;
	*r = rd_of(buf, rd_size(r));
	return 0;
}

static void
replay_packet(struct session *s, const struct packet *k)
{
	int to = !k->from, i = slot(k->proto), want, err;
	bool was_up;
	struct side *us = &s->side[to];
	uint8_t buf[2048];
	struct rd r = k->in;
	uint8_t code = rd_size(&r) > 0 ? *r.p : 0;
	struct fsm *f = i == 0 ? &us->ppp.lcp.fsm : i == 1 ?
	    &us->ppp.ipcp.fsm : i == 2 ? &us->ppp.ipv6cp.fsm : NULL;

	while (ppp_deadline(&us->ppp) <= k->at) {
		ppp_expire(&us->ppp, ppp_deadline(&us->ppp), &ob);
		drain(s, us, k->at);
	}
	want = want_other(us, k, code);
	if (want == 0 && f != NULL && code >= CODE_CONF_ACK &&
	    code <= CODE_CONF_REJ)
		want = fit_answer(us, f, i, &r, buf);
	else if (want == 0 && (k->proto == PROTO_PAP ||
	    k->proto == PROTO_CHAP))
		want = want_auth(s, to, &r, k, buf);
	if (want == 0 && f != NULL && code == CODE_CONF_REQ &&
	    (f->state >= FSM_REQ_SENT))
		us->requests++;
	was_up = f != NULL && f->state == FSM_OPENED;
	err = feed(s, us, k, r);
	ATF_CHECK_MSG(err == want, "%s frame %u to our %s: %s, not %s; %s %u",
	    file, k->number, to == CLIENT ? "client" : "server",
	    err_text(err), err_text(want), ppp_proto_name(k->proto) != NULL ?
	    ppp_proto_name(k->proto) : "?", code);
	total[err == 0 ? 0 : 1]++;
	drain(s, us, k->at);
	if (f != NULL && code == CODE_CONF_REQ && err == 0 &&
	    us->answers > 0 && us->ans[0] != CODE_CONF_ACK && was_acked(k))
		ask_again(s, us, k);
	if (was_up && code == CODE_CONF_REQ && f->state == FSM_ACK_SENT)
		ack_for_peer(s, us, k, i);
}

/* Only words that we know, and nothing malformed. */
static void
described(const struct packet *k)
{
	char text[512];

	ppp_describe(k->proto, k->in, text, sizeof(text));
	ATF_CHECK_MSG(strstr(text, "malformed") == NULL &&
	    strstr(text, "Option-") == NULL && strstr(text, "Code-") !=
	    text, "%s frame %u: %s", file, k->number, text);
	ATF_CHECK(strstr(text, secret()) == NULL);
}

static void
finish(struct session *s)
{
	for (int i = 0; i < 2; i++) {
		struct side *us = &s->side[i];
		const char *who = i == CLIENT ? "client" : "server";

		ATF_CHECK_MSG(us->requests == us->answers,
		    "%s: our %s had %u requests and gave %u answers", file,
		    who, us->requests, us->answers);
		if (s->auth != 0 && auth_neg(s) == 0)
			continue;	/* EAP: not for us */
		if (s->acked4[0] && s->acked4[1])
			ATF_CHECK_MSG(us->up4, "%s: our %s has no IPv4",
			    file, who);
		if (s->acked6[0] && s->acked6[1])
			ATF_CHECK_MSG(us->up6, "%s: our %s has no IPv6",
			    file, who);
		total[2] += us->up4;
		total[3] += us->up6;
	}
}

static void
replay(const char *path)
{
	load(path);
	for (int i = 0; i < packets; i++) {
		look(&pkts[i]);
		described(&pkts[i]);
	}
	for (int i = 0; i < sessions; i++)
		start(&sess[i]);
	for (int i = 0; i < packets; i++)
		replay_packet(&sess[pkts[i].sess], &pkts[i]);
	for (int i = 0; i < sessions; i++)
		finish(&sess[i]);
	for (int i = 0; i < packets; i++)
		free(kept[i]);
	total[6]++;
	total[7] += (unsigned)sessions;
}

ATF_TC_WITHOUT_HEAD(recordings_of_real_peers);
ATF_TC_BODY(recordings_of_real_peers, tc)
{
	const char *src = getenv("PPP_SRC");
	char dir[512], path[1024];
	struct dirent *de;
	DIR *d;

	if (src == NULL)
		atf_tc_skip("PPP_SRC does not name the source tree");
	snprintf(dir, sizeof(dir), "%s/tests/pcap", src);
	d = opendir(dir);
	ATF_REQUIRE(d != NULL);
	while ((de = readdir(d)) != NULL) {
		const char *dot = strrchr(de->d_name, '.');

		if (dot == NULL || strcmp(dot, ".pcap") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, de->d_name);
		file = de->d_name;
		replay(path);
	}
	closedir(d);
	printf("%u files, %u sessions: %u packets taken, %u refused as they "
	    "must be; IPv4 up %u times, IPv6 %u; %u verdicts, %u responses "
	    "the same\n", total[6], total[7], total[0], total[1], total[2],
	    total[3], total[4], total[5]);
	ATF_CHECK(total[6] >= 50 && total[0] > 500);
	ATF_CHECK(total[2] > 50 && total[3] > 50);
	ATF_CHECK(total[4] > 20 && total[5] > 10);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, recordings_of_real_peers);
	return atf_no_error();
}
