/*
 * The Host side of Discovery: PADI, collect PADOs, PADR, PADS; then PADT.
 * RFC 2516 section 5. A search asks with pauses that double up to 32 s. Of
 * several ACs the one of the last session is taken first, one that refused
 * us or fell silent last. A silent AC sends us back to PADI.
 */
#include "base/err.h"
#include "pppoe/pppoe.h"
#include "pppoe/tag.h"

#define PAUSE_FIRST	SEC(1)		/* conf->period 0 */
#define PAUSE_MAX	SEC(32)
#define PADR_TRIES	4u
#define BAD_WINDOW	MSEC(500)	/* for a better AC than the bad one */
#define UNIQ_SIZE	8u		/* of a Host-Uniq that we make */
#define DISC_MAX	1484u		/* room for a relay's: section 5.1 */

/* How much we want an AC; conf->pado_window ends early for RANK_KNOWN. */
enum { RANK_NONE, RANK_BAD, RANK_ANY, RANK_KNOWN };

static const uint8_t all_stations[ETH_ADDR] = { 255, 255, 255, 255, 255, 255 };

static void
no_timer(struct pppoe_host *h)
{
	h->deadline = h->give_up = NEVER;
}

void
host_init(struct pppoe_host *h, const struct pppoe_host_conf *c,
    struct rng *rng)
{
	memset(h, 0, sizeof(*h));
	h->conf = c;
	h->rng = rng;
	h->state = HOST_IDLE;
	h->max_payload = PPPOE_MTU;
	no_timer(h);
}

tstamp
host_deadline(const struct pppoe_host *h)
{
	return tstamp_min(h->deadline, h->give_up);
}

/* The pause after try @n (from 1), shortened at random by up to a quarter. */
static tstamp
pause_after(struct pppoe_host *h, unsigned n)
{
	tstamp p = h->conf->period != 0 ? SEC(h->conf->period) : PAUSE_FIRST;

	while (--n > 0 && p < PAUSE_MAX)
		p *= 2;
	p = tstamp_min(p, PAUSE_MAX);
	return p - rng_u32(h->rng) % 1024 * (p / 4096);
}

/* The tags that PADI and PADR have in common. */
static void
put_wishes(const struct pppoe_host *h, struct wr *w)
{
	tag_put(w, TAG_SERVICE, h->conf->service, strlen(h->conf->service));
	tag_put(w, TAG_HOST_UNIQ, h->uniq, h->uniq_len);
	if (h->conf->max_payload > PPPOE_MTU) {
		uint8_t max[2] = { (uint8_t)(h->conf->max_payload >> 8),
		    (uint8_t)h->conf->max_payload };

		tag_put(w, TAG_MAX_PAYLOAD, max, sizeof(max));
	}
}

static void
send_padi(struct pppoe_host *h, tstamp now, struct outbox *ob)
{
	struct wr w = outbox_begin(ob, DISC_MAX);
	size_t start = disc_begin(&w, CODE_PADI, 0);

	put_wishes(h, &w);
	disc_end(&w, start);
	outbox_disc(ob, &w, all_stations);
	h->state = HOST_PADI;
	h->offer.rank = RANK_NONE;
	h->padis++;
	h->deadline = now + pause_after(h, h->padis);
}

static void
send_padr(struct pppoe_host *h, tstamp now, struct outbox *ob)
{
	struct wr w = outbox_begin(ob, DISC_MAX);
	size_t start = disc_begin(&w, CODE_PADR, 0);
	const struct host_offer *o = &h->offer;

	put_wishes(h, &w);
	if (o->has_cookie)
		tag_put(&w, TAG_COOKIE, o->cookie, o->cookie_len);
	if (o->has_relay)
		tag_put(&w, TAG_RELAY, o->relay, o->relay_len);
	disc_end(&w, start);
	outbox_disc(ob, &w, h->ac_mac);
	h->padrs++;
	h->deadline = now + pause_after(h, h->padrs);
}

static void
ask(struct pppoe_host *h, tstamp now, struct outbox *ob)
{
	h->state = HOST_PADR;
	h->padrs = 0;
	send_padr(h, now, ob);
}

void
host_start(struct pppoe_host *h, tstamp now, struct outbox *ob)
{
	const struct pppoe_host_conf *c = h->conf;

	if (c->uniq_len > 0) {
		memcpy(h->uniq, c->uniq, c->uniq_len);
		h->uniq_len = c->uniq_len;
	} else {
		rng_fill(h->rng, h->uniq, UNIQ_SIZE);
		h->uniq_len = UNIQ_SIZE;
	}
	h->sid = 0;
	h->max_payload = PPPOE_MTU;
	h->ac_name[0] = h->text[0] = '\0';
	h->why = WHY_PADI_SILENT;
	h->padis = 0;
	h->give_up = c->limit != 0 ? now + SEC(c->limit) : NEVER;
	send_padi(h, now, ob);
}

static void
event_text(struct outbox *ob, uint16_t event, uint32_t arg, const char *text)
{
	struct wr w = outbox_begin(ob, PPPOE_NAME);

	wr_put(&w, text, strlen(text));
	outbox_event(ob, event, arg, &w);
}

static void
down(struct pppoe_host *h, enum why why, struct outbox *ob)
{
	h->state = HOST_IDLE;
	h->sid = 0;
	no_timer(h);
	event_text(ob, PPPOE_EV_DOWN, why, h->text);
}

/* This AC comes last in the next choice. */
static void
think_badly(struct pppoe_host *h, const uint8_t mac[ETH_ADDR])
{
	memcpy(h->bad, mac, ETH_ADDR);
	h->knows_bad = true;
	if (h->knows_good && memcmp(h->good, mac, ETH_ADDR) == 0)
		h->knows_good = false;
}

static void
search_on(struct pppoe_host *h, tstamp now, struct outbox *ob)
{
	if (h->conf->padi_tries != 0 && h->padis >= h->conf->padi_tries)
		down(h, h->why, ob);
	else
		send_padi(h, now, ob);
}

static void
ac_is_silent(struct pppoe_host *h)
{
	think_badly(h, h->ac_mac);
	h->why = WHY_PADR_SILENT;
	h->text[0] = '\0';
}

void
host_expire(struct pppoe_host *h, tstamp now, struct outbox *ob)
{
	if (now >= h->give_up) {
		if (h->state == HOST_PADR)
			ac_is_silent(h);
		down(h, h->why, ob);
		return;
	}
	if (now < h->deadline)
		return;
	if (h->state == HOST_PADI && h->offer.rank != RANK_NONE) {
		ask(h, now, ob);
	} else if (h->state == HOST_PADI) {
		search_on(h, now, ob);
	} else if (h->padrs < PADR_TRIES) {
		send_padr(h, now, ob);
	} else {
		ac_is_silent(h);
		search_on(h, now, ob);
	}
}

/* An answer is to us: RFC 2516 App. A, Host-Uniq. */
static bool
is_ours(const struct pppoe_host *h, const struct tags *t)
{
	if (!tags_have(t, T_HOST_UNIQ))
		return h->conf->uniq_len > 0;
	return tag_is(t->val[T_HOST_UNIQ], h->uniq, h->uniq_len);
}

/* The error tag of an answer: its text into h->text, its reason. */
static enum why
refusal(struct pppoe_host *h, const struct tags *t, enum tag_slot error)
{
	enum why why = error == T_SERVICE_ERROR ? WHY_NO_SERVICE :
	    WHY_AC_ERROR;

	tag_text(t->val[error], h->text, sizeof(h->text));
	return why;
}

static uint8_t
rank(const struct pppoe_host *h, const uint8_t src[ETH_ADDR])
{
	if (h->knows_bad && memcmp(h->bad, src, ETH_ADDR) == 0)
		return RANK_BAD;
	if (h->knows_good && memcmp(h->good, src, ETH_ADDR) == 0)
		return RANK_KNOWN;
	return h->conf->acname[0] != '\0' ? RANK_KNOWN : RANK_ANY;
}

static uint8_t
keep_tag(const struct tags *t, enum tag_slot slot, uint8_t *to)
{
	struct rd val = t->val[slot];
	size_t n = rd_size(&val);

	rd_copy(&val, to, n);	/* the tag's row has limited n */
	return (uint8_t)n;
}

static void
keep_offer(struct pppoe_host *h, const uint8_t src[ETH_ADDR],
    const struct tags *t, uint8_t rank)
{
	struct host_offer *o = &h->offer;

	memcpy(h->ac_mac, src, ETH_ADDR);
	tag_text(t->val[T_AC_NAME], h->ac_name, sizeof(h->ac_name));
	o->rank = rank;
	o->has_cookie = tags_have(t, T_COOKIE);
	o->cookie_len = keep_tag(t, T_COOKIE, o->cookie);
	o->has_relay = tags_have(t, T_RELAY);
	o->relay_len = keep_tag(t, T_RELAY, o->relay);
}

/* A PADO that may serve us; take it now, later, or not. */
static void
consider(struct pppoe_host *h, const uint8_t src[ETH_ADDR],
    const struct tags *t, tstamp now, struct outbox *ob)
{
	tstamp window = MSEC(h->conf->pado_window);
	uint8_t r = rank(h, src);

	if (r <= h->offer.rank)
		return;
	if (h->offer.rank == RANK_NONE)
		h->deadline = now +
		    (r == RANK_BAD && window < BAD_WINDOW ? BAD_WINDOW :
		    window);
	keep_offer(h, src, t, r);
	if (r == RANK_KNOWN || (r == RANK_ANY && window == 0))
		ask(h, now, ob);
}

static int
pado(struct pppoe_host *h, const uint8_t src[ETH_ADDR],
    const struct tags *t, tstamp now, struct outbox *ob)
{
	const struct pppoe_host_conf *c = h->conf;
	enum tag_slot error = tags_error(t);
	char name[PPPOE_NAME + 1];

	if (h->state != HOST_PADI)
		return -E_STATE;
	if (!is_ours(h, t))
		return -E_UNKNOWN;
	if (error != T_SLOTS) {
		h->why = refusal(h, t, error);
		event_text(ob, PPPOE_EV_REFUSED, h->why, h->text);
		return -E_DENIED;
	}
	tag_text(t->val[T_AC_NAME], name, sizeof(name));
	event_text(ob, PPPOE_EV_OFFER, 0, name);
	if (c->acname[0] != '\0' &&
	    !tag_is(t->val[T_AC_NAME], c->acname, strlen(c->acname))) {
		if (h->why == WHY_PADI_SILENT)
			h->why = WHY_NO_AC;
		return 0;
	}
	if (c->service[0] != '\0' &&
	    !tags_offer(t, c->service, strlen(c->service))) {
		if (h->why == WHY_PADI_SILENT)
			h->why = WHY_NO_SERVICE;
		return 0;
	}
	consider(h, src, t, now, ob);
	return 0;
}

/* RFC 4638: the AC may grant less than we asked for, never more. */
static uint16_t
granted(const struct pppoe_host *h, const struct tags *t)
{
	struct rd val = t->val[T_MAX_PAYLOAD];
	uint16_t max;

	if (!tags_have(t, T_MAX_PAYLOAD) || h->conf->max_payload <= PPPOE_MTU)
		return PPPOE_MTU;
	max = rd_u16(&val);
	if (max < PPPOE_MTU)
		return PPPOE_MTU;
	return max < h->conf->max_payload ? max : h->conf->max_payload;
}

static int
pads(struct pppoe_host *h, const uint8_t src[ETH_ADDR], uint16_t sid,
    const struct tags *t, struct outbox *ob)
{
	enum tag_slot error = tags_error(t);

	if (h->state != HOST_PADR)
		return -E_STATE;
	if (memcmp(src, h->ac_mac, ETH_ADDR) != 0 || !is_ours(h, t))
		return -E_UNKNOWN;
	if (sid > PPPOE_SID_MAX)
		return -E_FORMAT;
	if (error != T_SLOTS || sid == 0) {
		enum why why = WHY_AC_ERROR;

		h->text[0] = '\0';
		if (error != T_SLOTS)
			why = refusal(h, t, error);
		think_badly(h, src);
		down(h, why, ob);
		return 0;
	}
	h->state = HOST_UP;
	h->sid = sid;
	h->max_payload = granted(h, t);
	no_timer(h);
	h->knows_good = true;
	memcpy(h->good, src, ETH_ADDR);
	if (h->knows_bad && memcmp(h->bad, src, ETH_ADDR) == 0)
		h->knows_bad = false;
	event_text(ob, PPPOE_EV_UP, sid, h->ac_name);
	return 0;
}

static int
padt(struct pppoe_host *h, const uint8_t src[ETH_ADDR], uint16_t sid,
    const struct tags *t, struct outbox *ob)
{
	enum tag_slot error = tags_error(t);

	if (h->state != HOST_UP)
		return -E_STATE;
	if (sid != h->sid || memcmp(src, h->ac_mac, ETH_ADDR) != 0)
		return -E_UNKNOWN;
	h->text[0] = '\0';
	if (error != T_SLOTS)
		tag_text(t->val[error], h->text, sizeof(h->text));
	down(h, WHY_PEER_PADT, ob);
	return 0;
}

int
host_input(struct pppoe_host *h, const uint8_t src[ETH_ADDR],
    struct rd in, tstamp now, struct outbox *ob)
{
	struct pppoe_hdr hdr;
	struct tags t;
	int err = pppoe_read(&in, &hdr);

	if (err == 0)
		err = tags_read(in, &t);
	if (err < 0)
		return err;
	if (!mac_is_unicast(src))
		return -E_FORMAT;
	switch (hdr.code) {
	case CODE_PADO:
		return hdr.sid != 0 ? -E_FORMAT : pado(h, src, &t, now, ob);
	case CODE_PADS:
		return pads(h, src, hdr.sid, &t, ob);
	case CODE_PADT:
		return padt(h, src, hdr.sid, &t, ob);
	case CODE_PADI:
	case CODE_PADR:
		return -E_STATE;	/* for an AC, which we are not */
	default:
		return -E_FORMAT;
	}
}

void
host_stop(struct pppoe_host *h, const char *text, struct outbox *ob)
{
	if (h->state == HOST_UP) {
		struct wr w = outbox_begin(ob, DISC_MAX);

		pppoe_padt(&w, h->sid, text);
		outbox_disc(ob, &w, h->ac_mac);
	}
	h->state = HOST_IDLE;
	h->sid = 0;
	no_timer(h);
}
