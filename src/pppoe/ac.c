/*
 * The Access Concentrator side of Discovery. Nothing is kept about a peer
 * that only asks (PADI) but two rate buckets; a PADR has to bring back the
 * cookie of our PADO. RFC 2516 section 5, RFC 4638.
 */
#include <stdlib.h>

#include "pppoe/cookie.h"
#include "pppoe/limit.h"
#include "pppoe/pppoe.h"
#include "pppoe/tag.h"

#define AC_PORTS	64u	/* port buckets; more ports share them */
#define AC_DISC_MAX	1484u
#define LIFE_MAX	3600u

struct ac {
	struct ac_conf conf;
	struct rng *rng;		/* borrows */
	struct cookies cookies;
	uint64_t seed;			/* of the bucket hash */
	tstamp	 port_full_at[AC_PORTS];
	struct limit by_mac;
};

/* One packet on its way through this file. */
struct disc {
	const struct ac_from *from;
	struct pppoe_hdr hdr;
	struct tags t;
	bool bcast;
	tstamp now;
};

struct ac *
ac_new(const struct ac_conf *c, struct rng *rng, tstamp now)
{
	struct ac *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	if (cookies_init(&a->cookies, rng, now) < 0) {
		free(a);
		return NULL;
	}
	a->rng = rng;
	rng_fill(rng, &a->seed, sizeof(a->seed));
	ac_reconf(a, c);
	return a;
}

void
ac_free(struct ac *a)
{
	if (a == NULL)
		return;
	cookies_free(&a->cookies);
	free(a);
}

void
ac_reconf(struct ac *a, const struct ac_conf *c)
{
	a->conf = *c;
	if (a->conf.cookie_life == 0)
		a->conf.cookie_life = 60;
	if (a->conf.cookie_life > LIFE_MAX)
		a->conf.cookie_life = LIFE_MAX;
}

/* May this PADI be answered at all? The MAC first: it must not use up its
 * port's tokens. */
static bool
within_rate(struct ac *a, const struct disc *d)
{
	struct sess_key key = { .port = d->from->port, .vlan = d->from->vlan };
	uint64_t who;

	memcpy(key.mac, d->from->mac, ETH_ADDR);
	who = sess_key_hash(&key, a->seed) | 1;
	return limit_who(&a->by_mac, who, a->conf.mac_rate, d->now) &&
	    limit_take(&a->port_full_at[d->from->port % AC_PORTS],
	    a->conf.padi_rate, d->now);
}

/* We would serve a peer that asks for this. */
static bool
serves(const struct ac_conf *c, struct rd name)
{
	size_t n = rd_size(&name);

	if (n == 0 || (c->any_service && n <= PPPOE_NAME))
		return true;
	for (int i = 0; i < c->services; i++)
		if (tag_is(name, c->service[i], strlen(c->service[i])))
			return true;
	return false;
}

static void
put_echo(struct wr *w, const struct tags *t, enum tag_slot slot, uint16_t type)
{
	if (tags_have(t, slot))
		tag_put(w, type, t->val[slot].p, rd_size(&t->val[slot]));
}

/* RFC 4638: 0, or what we grant of what the peer asks for. */
static uint16_t
grant(const struct ac_conf *c, const struct tags *t)
{
	struct rd val = t->val[T_MAX_PAYLOAD];
	uint16_t want;

	if (!tags_have(t, T_MAX_PAYLOAD) || c->max_payload <= PPPOE_MTU)
		return 0;
	want = rd_u16(&val);
	if (want <= PPPOE_MTU)
		return 0;
	return want < c->max_payload ? want : c->max_payload;
}

static void
put_grant(struct wr *w, uint16_t max)
{
	uint8_t v[2] = { (uint8_t)(max >> 8), (uint8_t)max };

	if (max != 0)
		tag_put(w, TAG_MAX_PAYLOAD, v, sizeof(v));
}

/* What was asked for, then everything else we offer: section 5.2. */
static void
put_services(struct wr *w, const struct ac_conf *c, struct rd asked)
{
	tag_put(w, TAG_SERVICE, asked.p, rd_size(&asked));
	for (int i = 0; i < c->services; i++) {
		const char *s = c->service[i];

		if (!tag_is(asked, s, strlen(s)))
			tag_put(w, TAG_SERVICE, s, strlen(s));
	}
}

static void
send_pado(struct ac *a, const struct disc *d, struct outbox *ob)
{
	const struct ac_conf *c = &a->conf;
	struct wr w = outbox_begin(ob, AC_DISC_MAX);
	size_t start = disc_begin(&w, CODE_PADO, 0);
	uint8_t cookie[AC_COOKIE];

	tag_put(&w, TAG_AC_NAME, c->acname, strlen(c->acname));
	put_services(&w, c, d->t.val[T_SERVICE]);
	put_echo(&w, &d->t, T_HOST_UNIQ, TAG_HOST_UNIQ);
	put_echo(&w, &d->t, T_RELAY, TAG_RELAY);
	cookie_make(&a->cookies, d->from, rng_u32(a->rng), c->cookie_life,
	    d->now, cookie);
	tag_put(&w, TAG_COOKIE, cookie, sizeof(cookie));
	put_grant(&w, grant(c, &d->t));
	disc_end(&w, start);
	outbox_disc(ob, &w, d->from->mac);
}

static enum drop
padi(struct ac *a, const struct disc *d, struct outbox *ob)
{
	if (d->hdr.sid != 0 || d->t.count[T_SERVICE] != 1)
		return DROP_DISC_FORMAT;
	if (!serves(&a->conf, d->t.val[T_SERVICE]))
		return DROP_SERVICE;
	send_pado(a, d, ob);
	return DROP_COUNT;
}

static uint8_t
keep_tag(const struct tags *t, enum tag_slot slot, uint8_t *to, size_t max)
{
	struct rd val = t->val[slot];
	size_t n = rd_size(&val) < max ? rd_size(&val) : max;

	rd_copy(&val, to, n);
	return (uint8_t)n;
}

static void
keep_request(const struct ac *a, const struct disc *d, struct ac_request *rq)
{
	const struct tags *t = &d->t;

	keep_tag(t, T_COOKIE, rq->cookie, sizeof(rq->cookie));
	rq->max_payload = grant(&a->conf, t);
	rq->has_uniq = tags_have(t, T_HOST_UNIQ);
	rq->has_relay = tags_have(t, T_RELAY);
	rq->service_len = keep_tag(t, T_SERVICE, rq->service,
	    sizeof(rq->service));
	rq->uniq_len = keep_tag(t, T_HOST_UNIQ, rq->uniq, sizeof(rq->uniq));
	rq->relay_len = keep_tag(t, T_RELAY, rq->relay, sizeof(rq->relay));
	tags_line(t, rq->circuit_id, rq->remote_id, sizeof(rq->remote_id));
}

/* The tags every PADS has, then its error if it is one. */
static void
put_pads(const struct ac_conf *c, const struct ac_request *rq, uint16_t sid,
    uint16_t error, const char *text, struct wr *w)
{
	size_t start = disc_begin(w, CODE_PADS, sid);

	tag_put(w, TAG_SERVICE, rq->service, rq->service_len);
	if (rq->has_uniq)
		tag_put(w, TAG_HOST_UNIQ, rq->uniq, rq->uniq_len);
	if (rq->has_relay)
		tag_put(w, TAG_RELAY, rq->relay, rq->relay_len);
	tag_put(w, TAG_AC_NAME, c->acname, strlen(c->acname));
	if (error != TAG_END)
		tag_put(w, error, text, strlen(text));
	else
		put_grant(w, rq->max_payload);
	disc_end(w, start);
}

void
ac_pads(const struct ac_conf *c, const struct ac_request *rq, uint16_t sid,
    const char *error, struct wr *w)
{
	if (sid != 0)
		put_pads(c, rq, sid, TAG_END, "", w);
	else
		put_pads(c, rq, 0, TAG_AC_ERROR, error, w);
}

static void
refuse_service(const struct ac *a, const struct ac_request *rq,
    struct outbox *ob)
{
	struct wr w = outbox_begin(ob, AC_DISC_MAX);

	put_pads(&a->conf, rq, 0, TAG_SERVICE_ERROR, "service not offered",
	    &w);
	outbox_disc(ob, &w, rq->from.mac);
}

static bool
brings_cookie(const struct ac *a, const struct disc *d)
{
	const struct rd *val = &d->t.val[T_COOKIE];

	return rd_size(val) == AC_COOKIE &&
	    cookie_good(&a->cookies, d->from, val->p, d->now);
}

/* AC_NEW and AC_AGAIN, or *@why is the reason for a drop. */
static enum ac_result
padr(struct ac *a, const struct disc *d, struct outbox *ob,
    struct ac_request *rq, uint16_t *sid, enum drop *why)
{
	*why = DROP_DISC_FORMAT;
	if (d->hdr.sid != 0 || d->t.count[T_SERVICE] != 1)
		return AC_DROP;
	*why = DROP_COOKIE;
	if (!brings_cookie(a, d))
		return AC_DROP;
	keep_request(a, d, rq);
	*why = DROP_SERVICE;
	if (!serves(&a->conf, d->t.val[T_SERVICE])) {
		refuse_service(a, rq, ob);
		return AC_DROP;
	}
	*sid = cookie_sid(&a->cookies, rq->cookie);
	if (*sid != 0)
		return AC_AGAIN;
	*why = DROP_LIMIT_ALL;
	return cookie_room(&a->cookies, d->now) ? AC_NEW : AC_DROP;
}

static enum ac_result
padt(const struct disc *d, struct ac_request *rq, uint16_t *sid,
    enum drop *why)
{
	enum tag_slot error = tags_error(&d->t);

	*why = DROP_DISC_FORMAT;
	if (d->hdr.sid == 0 || d->hdr.sid > PPPOE_SID_MAX)
		return AC_DROP;
	if (error != T_SLOTS)
		tag_text(d->t.val[error], rq->text, sizeof(rq->text));
	*sid = d->hdr.sid;
	return AC_PADT;
}

/* Header and tags; DROP_COUNT: both are good, and the sender may ask. */
static enum drop
look(struct ac *a, struct disc *d, struct rd in)
{
	int err = pppoe_read(&in, &d->hdr);

	if (err < 0)
		return pppoe_drop(err);
	if (!mac_is_unicast(d->from->mac))
		return DROP_DISC_FORGED;
	if (d->bcast && d->hdr.code != CODE_PADI)
		return DROP_NOT_OURS;
	if (d->hdr.code == CODE_PADI && !within_rate(a, d))
		return DROP_PADI_RATE;
	err = tags_read(in, &d->t);
	return err < 0 ? pppoe_drop(err) : DROP_COUNT;
}

enum ac_result
ac_input(struct ac *a, const struct ac_from *from, bool bcast,
    struct rd in, tstamp now, struct outbox *ob, struct ac_request *rq,
    uint16_t *sid, enum drop *why)
{
	struct disc d = { .from = from, .bcast = bcast, .now = now };

	memset(rq, 0, sizeof(*rq));
	rq->from = *from;
	*sid = 0;
	*why = look(a, &d, in);
	if (*why != DROP_COUNT)
		return AC_DROP;
	switch (d.hdr.code) {
	case CODE_PADI:
		*why = padi(a, &d, ob);
		return *why == DROP_COUNT ? AC_NOTHING : AC_DROP;
	case CODE_PADR:
		return padr(a, &d, ob, rq, sid, why);
	case CODE_PADT:
		return padt(&d, rq, sid, why);
	case CODE_PADO:
	case CODE_PADS:
		*why = DROP_DISC_STATE;
		return AC_DROP;
	default:
		*why = DROP_PPPOE_FORMAT;
		return AC_DROP;
	}
}

void
ac_bind(struct ac *a, const struct ac_request *rq, uint16_t sid, tstamp now)
{
	cookie_bind(&a->cookies, rq->cookie, sid, now);
}
