/*
 * Recorded sessions between peers that are not ours: what Hosts sent is fed
 * to our Access Concentrator, what Access Concentrators sent to our Host
 * (which takes over Host-Uniq and Service-Name of the recorded one). Each
 * packet has to be understood as its code says.
 */
#include <atf-c.h>
#include <dirent.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "lib/disc.h"
#include "pppoe/tag.h"

#define PEERS	8

/* One recorded Host. */
struct peer {
	uint8_t	 mac[ETH_ADDR];
	struct vlans vlan;
	struct pppoe_host_conf conf;
	struct pppoe_host host;
	uint8_t	 cookie[AC_COOKIE];	/* of our AC's last PADO */
};

static struct counts {
	unsigned files, frames, padi, pado, padr, pads, refused, padt;
	unsigned sess, vlan, line, max_payload;
} sum;

static struct peer peer[PEERS];
static unsigned peers;
static struct ac *ac;
static struct ac_conf ac_conf = {
	.acname = "ours", .any_service = true, .cookie_life = 60,
	.max_payload = 1500,
};
static struct rng rng;
static struct outbox ob;
static const char *file;
static unsigned number;		/* of the frame in its file */
static tstamp now;

#define CHECK(cond) \
	ATF_CHECK_MSG(cond, "%s frame %u: %s", file, number, #cond)

static struct peer *
find(const uint8_t mac[ETH_ADDR])
{
	for (unsigned i = 0; i < peers; i++)
		if (memcmp(peer[i].mac, mac, ETH_ADDR) == 0)
			return &peer[i];
	return NULL;
}

static struct rd
body(struct rd in, struct pppoe_hdr *h, struct tags *t)
{
	ATF_REQUIRE_EQ(0, pppoe_read(&in, h));
	ATF_REQUIRE_EQ(0, tags_read(in, t));
	return in;
}

static enum ac_result
ask_ac(const struct peer *p, bool bcast, struct rd in, struct ac_request *rq,
    uint16_t *sid)
{
	struct ac_from from = { .vlan = p->vlan };
	enum drop why = DROP_COUNT;
	enum ac_result r;

	memcpy(from.mac, p->mac, ETH_ADDR);
	outbox_reset(&ob);
	r = ac_input(ac, &from, bcast, in, now, &ob, rq, sid, &why);
	ATF_CHECK_MSG(r != AC_DROP, "%s frame %u: %s", file, number,
	    why < DROP_COUNT ? drop_name(why) : "?");
	return r;
}

/* Our Host asks as the recorded one did: the same tags, less those that a
 * line put in. */
static void
start_like(struct peer *p, const struct tags *t)
{
	struct rd v = t->val[T_MAX_PAYLOAD];
	struct tags mine;
	struct pppoe_hdr h;

	memset(&p->conf, 0, sizeof(p->conf));
	tag_text(t->val[T_SERVICE], p->conf.service, sizeof(p->conf.service));
	p->conf.uniq_len = (uint8_t)rd_size(&t->val[T_HOST_UNIQ]);
	memcpy(p->conf.uniq, t->val[T_HOST_UNIQ].p, p->conf.uniq_len);
	p->conf.max_payload = tags_have(t, T_MAX_PAYLOAD) ? rd_u16(&v) : 0;
	host_init(&p->host, &p->conf, &rng);
	outbox_reset(&ob);
	host_start(&p->host, now, &ob);
	body(rd_of(outbox_data(&ob, &ob.item[0]), ob.item[0].len), &h, &mine);
	for (int i = 0; i < T_SLOTS; i++)
		if (i != T_VENDOR && i != T_RELAY)
			CHECK(t->count[i] == mine.count[i] &&
			    tag_is(t->val[i], mine.val[i].p,
			    rd_size(&mine.val[i])));
}

static void
padi(const struct eth *e, struct rd in)
{
	struct peer *p = find(e->src);
	struct ac_request rq;
	struct pppoe_hdr h;
	struct tags t, answer;
	uint16_t sid;

	if (p == NULL) {
		ATF_REQUIRE(peers < PEERS);
		p = &peer[peers++];
		memset(p, 0, sizeof(*p));
		memcpy(p->mac, e->src, ETH_ADDR);
		p->vlan.outer = e->vid[0];
		p->vlan.inner = e->vid[1];
	}
	body(in, &h, &t);
	CHECK(mac_is_broadcast(e->dst));
	CHECK(ask_ac(p, true, in, &rq, &sid) == AC_NOTHING);
	ATF_REQUIRE_EQ(1, ob.n);
	body(rd_of(outbox_data(&ob, &ob.item[0]), ob.item[0].len), &h,
	    &answer);
	CHECK(tags_offer(&answer, t.val[T_SERVICE].p,
	    rd_size(&t.val[T_SERVICE])));
	CHECK(answer.count[T_HOST_UNIQ] == t.count[T_HOST_UNIQ]);
	CHECK(tag_is(answer.val[T_HOST_UNIQ], t.val[T_HOST_UNIQ].p,
	    rd_size(&t.val[T_HOST_UNIQ])));
	memcpy(p->cookie, disc_cookie(&ob, 0), AC_COOKIE);
	sum.max_payload += tags_have(&answer, T_MAX_PAYLOAD);
	if (p->host.conf == NULL || p->host.state == HOST_IDLE)
		start_like(p, &t);
	sum.padi++;
}

/* The recorded PADR with our cookie in the place of the other AC's. */
static void
padr(const struct eth *e, struct rd in)
{
	struct peer *p = find(e->src);
	struct ac_request rq;
	struct pppoe_hdr h;
	struct tags t;
	uint8_t buf[1500];
	struct wr w = wr_of(buf, sizeof(buf));
	size_t start = disc_begin(&w, CODE_PADR, 0);
	struct rd r, v;
	uint16_t type, sid;

	ATF_REQUIRE(p != NULL);
	r = body(in, &h, &t);
	while (tag_next(&r, &type, &v))
		if (type != TAG_COOKIE)
			tag_put(&w, type, v.p, rd_size(&v));
	CHECK(tags_have(&t, T_COOKIE));
	tag_put(&w, TAG_COOKIE, p->cookie, AC_COOKIE);
	disc_end(&w, start);
	r = rd_of(buf, wr_size(&w));
	CHECK(ask_ac(p, false, r, &rq, &sid) == AC_NEW);
	ac_bind(ac, &rq, 7, now);
	CHECK(ask_ac(p, false, r, &rq, &sid) == AC_AGAIN && sid == 7);
	CHECK(rq.service_len == rd_size(&t.val[T_SERVICE]));
	CHECK(tag_is(t.val[T_HOST_UNIQ], rq.uniq, rq.uniq_len));
	sum.line += rq.circuit_id[0] != '\0' && rq.remote_id[0] != '\0';
	sum.padr++;
}

static void
pado(const struct eth *e, struct rd in)
{
	struct peer *p = find(e->dst);
	enum host_state was;
	int ret;

	ATF_REQUIRE(p != NULL);
	was = p->host.state;
	outbox_reset(&ob);
	ret = host_input(&p->host, e->src, in, now, &ob);
	CHECK(ret == (was == HOST_PADI ? 0 : -E_STATE));
	CHECK(p->host.state == HOST_PADR);
	if (was == HOST_PADI) {
		CHECK(strncmp(disc_said(&ob, 0), "OFFER ", 6) == 0);
		CHECK(disc_cookie(&ob, 1) != NULL);
		CHECK(memcmp(ob.item[1].dst, e->src, ETH_ADDR) == 0);
	}
	sum.pado++;
}

static void
pads(const struct eth *e, struct rd in)
{
	struct peer *p = find(e->dst);
	struct pppoe_hdr h;
	struct tags t;

	ATF_REQUIRE(p != NULL);
	body(in, &h, &t);
	outbox_reset(&ob);
	CHECK(host_input(&p->host, e->src, in, now, &ob) == 0);
	if (h.sid != 0) {
		CHECK(p->host.state == HOST_UP);
		CHECK(p->host.sid == h.sid);
		CHECK(strncmp(disc_said(&ob, 0), "UP ", 3) == 0);
		sum.pads++;
	} else {
		CHECK(p->host.state == HOST_IDLE);
		CHECK(strncmp(disc_said(&ob, 0), "DOWN ", 5) == 0);
		sum.refused++;
	}
}

static void
padt(const struct eth *e, struct rd in)
{
	struct peer *p = find(e->src);
	struct ac_request rq;
	uint16_t sid = 0;

	outbox_reset(&ob);
	if (p != NULL) {			/* from the Host */
		uint16_t was = p->host.sid;

		CHECK(ask_ac(p, false, in, &rq, &sid) == AC_PADT);
		CHECK(p->host.state != HOST_UP || sid == was);
		outbox_reset(&ob);
		host_stop(&p->host, NULL, &ob);
	} else {
		bool up;

		p = find(e->dst);
		ATF_REQUIRE(p != NULL);
		up = p->host.state == HOST_UP;
		CHECK(host_input(&p->host, e->src, in, now, &ob) ==
		    (up ? 0 : -E_STATE));
		CHECK(!up || strncmp(disc_said(&ob, 0), "DOWN PEER_PADT",
		    14) == 0);
		CHECK(p->host.state == HOST_IDLE);
	}
	sum.padt++;
}

static void
discovery(const struct eth *e, struct rd in)
{
	struct pppoe_hdr h;
	struct rd r = in;
	char said[1024];

	pppoe_describe(in, said, sizeof(said));
	CHECK(strstr(said, "Tag 0x") == NULL);
	CHECK(strstr(said, "longer") == NULL);
	ATF_REQUIRE_EQ(0, pppoe_read(&r, &h));
	sum.vlan += e->vid[0] != 0;
	switch (h.code) {
	case CODE_PADI:
		padi(e, in);
		break;
	case CODE_PADO:
		pado(e, in);
		break;
	case CODE_PADR:
		padr(e, in);
		break;
	case CODE_PADS:
		pads(e, in);
		break;
	case CODE_PADT:
		padt(e, in);
		break;
	default:
		ATF_CHECK_MSG(false, "%s frame %u: %s", file, number, said);
	}
}

static void
frame(const struct pcap_pkthdr *ph, const u_char *p)
{
	struct rd r = rd_of(p, ph->caplen);
	struct pppoe_hdr h;
	struct eth e;

	number++;
	now = SEC(ph->ts.tv_sec) + USEC(ph->ts.tv_usec);
	ATF_REQUIRE_EQ(0, eth_read(&r, 0, 0, &e));
	if (e.type == ETH_PPPOE_DISC) {
		sum.frames++;
		discovery(&e, r);
	} else if (e.type == ETH_PPPOE_SESS) {
		CHECK(pppoe_read(&r, &h) == 0);
		CHECK(h.code == CODE_SESS && h.sid != 0 && h.len >= 2);
		sum.sess++;
	}
}

static void
replay(const char *path)
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *pc = pcap_open_offline(path, err);
	struct pcap_pkthdr *ph;
	const u_char *p;

	ATF_REQUIRE_MSG(pc != NULL, "%s", err);
	peers = number = 0;
	rng_seed(&rng, 1);
	ac = ac_new(&ac_conf, &rng, 0);
	ATF_REQUIRE(ac != NULL);
	while (pcap_next_ex(pc, &ph, &p) == 1)
		frame(ph, p);
	ac_free(ac);
	pcap_close(pc);
	sum.files++;
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
		size_t n = strlen(de->d_name);

		if (n < 5 || strcmp(de->d_name + n - 5, ".pcap") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, de->d_name);
		file = de->d_name;
		replay(path);
	}
	closedir(d);
	printf("%u files, %u frames: %u PADI %u PADO %u PADR %u PADS "
	    "%u refused %u PADT; %u session frames, %u tagged, %u with "
	    "line ids, %u with max-payload\n", sum.files, sum.frames,
	    sum.padi, sum.pado, sum.padr, sum.pads, sum.refused, sum.padt,
	    sum.sess, sum.vlan, sum.line, sum.max_payload);
	ATF_CHECK(sum.files >= 57);
	ATF_CHECK(sum.frames >= 369);
	ATF_CHECK(sum.padr >= 55);
	ATF_CHECK(sum.pads >= 55);
	ATF_CHECK(sum.vlan > 0);
	ATF_CHECK(sum.line >= 2);
	ATF_CHECK(sum.max_payload > 0);
	ATF_CHECK_EQ(sum.frames, sum.padi + sum.pado + sum.padr + sum.pads +
	    sum.refused + sum.padt);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, recordings_of_real_peers);
	return atf_no_error();
}
