/*
 * A Host and whatever an Access Concentrator may send it. The input is a
 * list of steps: an octet that says what happens (low two bits: packet,
 * packet of another AC, time passes, stop and start again), for packets two
 * octets of length and the payload from VER/TYPE on.
 */
#include "base/bug.h"
#include "pppoe/pppoe.h"
#include "pppoe/tag.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct pppoe_host_conf conf = {
	.service = "isp", .uniq = { 1 }, .uniq_len = 1, .max_payload = 1500,
	.padi_tries = 3, .period = 1, .pado_window = 100,
};

/* Whatever came in, what goes out is well formed. */
static void
check_out(const struct pppoe_host *h, const struct outbox *ob)
{
	BUG_ON(ob->full);
	for (int i = 0; i < ob->n; i++) {
		const struct out_item *it = &ob->item[i];
		struct rd r = rd_of(outbox_data(ob, it), it->len);
		struct pppoe_hdr hdr;
		struct tags t;

		if (it->kind != OUT_DISC)
			continue;
		BUG_ON(pppoe_read(&r, &hdr) != 0 || tags_read(r, &t) != 0);
		BUG_ON(hdr.code != CODE_PADI && hdr.code != CODE_PADR &&
		    hdr.code != CODE_PADT);
		BUG_ON((hdr.code == CODE_PADT) != (hdr.sid != 0));
		BUG_ON(hdr.code != CODE_PADI && !mac_is_unicast(it->dst));
	}
	BUG_ON((h->state == HOST_UP) != (h->sid != 0));
	BUG_ON(h->sid > PPPOE_SID_MAX);
	BUG_ON((host_deadline(h) == NEVER) !=
	    (h->state == HOST_IDLE || h->state == HOST_UP));
	BUG_ON(h->max_payload < PPPOE_MTU || h->max_payload > 1500);
}

static void
step(struct pppoe_host *h, struct rd *in, tstamp *now, struct outbox *ob)
{
	static const uint8_t ac[2][ETH_ADDR] = {
		{ 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 },
	};
	uint8_t what = rd_u8(in) & 3;

	if (what < 2) {
		struct rd payload = rd_sub(in, rd_u16(in));

		if (!in->bad)
			host_input(h, ac[what], payload, *now, ob);
	} else if (what == 2 && host_deadline(h) != NEVER) {
		*now = host_deadline(h);
		host_expire(h, *now, ob);
	} else {
		host_stop(h, "bye", ob);
		check_out(h, ob);
		outbox_reset(ob);
		host_start(h, *now, ob);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct outbox ob;
	struct rd in = rd_of(p, n);
	struct pppoe_host h;
	struct rng rng;
	tstamp now = SEC(1);

	rng_seed(&rng, 1);
	outbox_reset(&ob);
	host_init(&h, &conf, &rng);
	host_start(&h, now, &ob);
	check_out(&h, &ob);
	while (rd_size(&in) > 0) {
		outbox_reset(&ob);
		step(&h, &in, &now, &ob);
		check_out(&h, &ob);
	}
	return 0;
}
