/*
 * An Access Concentrator and whatever Hosts may send it. The input is a list
 * of steps: an octet that says how (bits 0-1: which Host, bit 2: broadcast,
 * bit 3: with the cookie of its last PADO, bits 4-6: so many times 10 s pass
 * first), two octets of length and the payload from VER/TYPE on.
 */
#include "base/bug.h"
#include "pppoe/pppoe.h"
#include "pppoe/tag.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct ac_conf conf = {
	.acname = "ac1", .service = { "isp", "gold" }, .services = 2,
	.max_payload = 1500, .cookie_life = 60, .padi_rate = 100,
	.mac_rate = 4,
};

struct world {
	struct ac *ac;
	tstamp	 now;
	uint16_t sids;
	struct {
		bool	 has;
		uint8_t	 cookie[AC_COOKIE];
	} host[4];
};

/* A PADO or PADS that is well formed; a PADO's cookie is kept. */
static void
check_out(struct world *w, unsigned host, struct rd r)
{
	struct pppoe_hdr h;
	struct tags t;

	BUG_ON(pppoe_read(&r, &h) != 0 || tags_read(r, &t) != 0);
	BUG_ON(h.code != CODE_PADO && h.code != CODE_PADS);
	BUG_ON(t.count[T_AC_NAME] != 1 || !tags_have(&t, T_SERVICE));
	BUG_ON(tags_have(&t, T_VENDOR));
	if (h.code == CODE_PADS) {
		BUG_ON((h.sid == 0) == (tags_error(&t) == T_SLOTS));
		return;
	}
	BUG_ON(h.sid != 0 || rd_size(&t.val[T_COOKIE]) != AC_COOKIE);
	memcpy(w->host[host].cookie, t.val[T_COOKIE].p, AC_COOKIE);
	w->host[host].has = true;
}

static void
pads(struct world *w, unsigned host, const struct ac_request *rq,
    uint16_t sid)
{
	uint8_t buf[1484];
	struct wr out = wr_of(buf, sizeof(buf));

	ac_pads(&conf, rq, sid, "no", &out);
	BUG_ON(out.bad);
	check_out(w, host, rd_of(buf, wr_size(&out)));
}

static void
feed(struct world *w, unsigned host, bool bcast, struct rd in)
{
	static struct outbox ob;
	struct ac_from from = { .mac = { 2, 0, 0, 0, 0, (uint8_t)host } };
	struct ac_request rq;
	enum drop why = DROP_COUNT;
	enum ac_result r;
	uint16_t sid, again;

	outbox_reset(&ob);
	r = ac_input(w->ac, &from, bcast, in, w->now, &ob, &rq, &sid, &why);
	BUG_ON(ob.full || ob.n > 1);
	BUG_ON((r == AC_DROP) != (why < DROP_COUNT) && r != AC_NEW &&
	    r != AC_AGAIN && r != AC_PADT);
	BUG_ON(r == AC_NOTHING && ob.n != 1);
	for (int i = 0; i < ob.n; i++)
		check_out(w, host, rd_of(outbox_data(&ob, &ob.item[i]),
		    ob.item[i].len));
	BUG_ON((r == AC_NEW || r == AC_AGAIN) && !w->host[host].has);
	BUG_ON(r == AC_AGAIN && (sid == 0 || sid > w->sids));
	if (r == AC_NEW) {
		ac_bind(w->ac, &rq, ++w->sids, w->now);
		pads(w, host, &rq, w->sids);
		pads(w, host, &rq, 0);
		r = ac_input(w->ac, &from, bcast, in, w->now, &ob, &rq,
		    &again, &why);
		BUG_ON(r != AC_AGAIN || again != w->sids);
	}
}

static void
step(struct world *w, struct rd *in)
{
	uint8_t what = rd_u8(in), buf[2048];
	struct rd payload = rd_sub(in, rd_u16(in));
	struct wr out = wr_of(buf, sizeof(buf));
	unsigned host = what & 3;
	size_t n = rd_size(&payload);

	if (in->bad || n > 1500)
		return;
	w->now += SEC(10) * (what >> 4 & 7);
	wr_put(&out, payload.p, n);
	if ((what & 8) != 0 && w->host[host].has && n >= PPPOE_HDR) {
		tag_put(&out, TAG_COOKIE, w->host[host].cookie, AC_COOKIE);
		wr_patch16(&out, 4, (uint16_t)(wr_size(&out) - PPPOE_HDR));
	}
	feed(w, host, (what & 4) != 0, rd_of(buf, wr_size(&out)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct world w = { .now = SEC(1) };
	struct rd in = rd_of(p, n);
	struct rng rng;

	rng_seed(&rng, 1);
	w.ac = ac_new(&conf, &rng, w.now);
	BUG_ON(w.ac == NULL);
	while (rd_size(&in) > 0)
		step(&w, &in);
	ac_free(w.ac);
	return 0;
}
