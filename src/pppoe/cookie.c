/* Making, checking and using up AC-Cookies. */
#include "pppoe/cookie.h"

#include <stdlib.h>

#include "base/ct.h"
#include "base/err.h"
#include "crypto/keyed.h"

int
cookies_init(struct cookies *c, struct rng *rng, tstamp now)
{
	memset(c, 0, sizeof(*c));
	rng_fill(rng, c->key, sizeof(c->key));
	c->start = now;
	c->epoch = rng_u32(rng);
	c->live = calloc(COOKIES_MAX, sizeof(*c->live));
	c->chain = calloc(COOKIES_MAX, sizeof(*c->chain));
	if (c->live != NULL && c->chain != NULL)
		return 0;
	cookies_free(c);
	return -E_NOMEM;
}

void
cookies_free(struct cookies *c)
{
	ct_wipe(c->key, sizeof(c->key));
	free(c->live);
	free(c->chain);
	c->live = NULL;
	c->chain = NULL;
}

static uint32_t
seconds(const struct cookies *c, tstamp now)
{
	return c->epoch + (uint32_t)((now - c->start) / SEC(1));
}

/* The wire's clock wraps: compared as a distance. */
static bool
expired(const struct cookies *c, uint32_t expires, tstamp now)
{
	uint32_t left = expires - seconds(c, now);

	return left == 0 || left > INT32_MAX;
}

static void
hash(const struct cookies *c, const struct ac_from *f, uint32_t expires,
    uint32_t number, uint8_t out[COOKIE_HASH])
{
	uint8_t buf[4 + 4 + 2 + 4 + ETH_ADDR];
	struct wr w = wr_of(buf, sizeof(buf));

	wr_u32(&w, expires);
	wr_u32(&w, number);
	wr_u16(&w, f->port);
	wr_u16(&w, f->vlan.outer);
	wr_u16(&w, f->vlan.inner);
	wr_put(&w, f->mac, ETH_ADDR);
	keyed_hash(c->key, buf, wr_size(&w), out);
}

void
cookie_make(const struct cookies *c, const struct ac_from *from,
    uint32_t number, uint16_t life, tstamp now, uint8_t out[AC_COOKIE])
{
	struct wr w = wr_of(out, AC_COOKIE);
	uint32_t expires = seconds(c, now) + life;

	wr_u32(&w, expires);
	wr_u32(&w, number);
	hash(c, from, expires, number, w.p);
}

/* The parts of a cookie. */
struct parts {
	uint32_t expires, number;
	uint8_t	 hash[COOKIE_HASH];
};

static struct parts
parts_of(const uint8_t in[AC_COOKIE])
{
	struct rd r = rd_of(in, AC_COOKIE);
	struct parts p;

	p.expires = rd_u32(&r);
	p.number = rd_u32(&r);
	rd_copy(&r, p.hash, sizeof(p.hash));
	return p;
}

bool
cookie_good(const struct cookies *c, const struct ac_from *from,
    const uint8_t in[AC_COOKIE], tstamp now)
{
	struct parts p = parts_of(in);
	uint8_t want[COOKIE_HASH];

	hash(c, from, p.expires, p.number, want);
	return ct_equal(want, sizeof(want), p.hash, sizeof(p.hash)) &&
	    !expired(c, p.expires, now);
}

/* The hash is keyed: no peer can choose its chain. */
static uint32_t *
chain_of(const struct cookies *c, const uint8_t h[COOKIE_HASH])
{
	struct rd r = rd_of(h, COOKIE_HASH);

	return &c->chain[rd_u32(&r) % COOKIES_MAX];
}

uint16_t
cookie_sid(const struct cookies *c, const uint8_t in[AC_COOKIE])
{
	struct parts p = parts_of(in);
	const struct live_cookie *l;

	for (uint32_t at = *chain_of(c, p.hash); at != 0; at = l->next) {
		l = &c->live[at - 1];
		if (memcmp(l->hash, p.hash, sizeof(l->hash)) == 0)
			return l->sid;
	}
	return 0;
}

static void
forget_oldest(struct cookies *c)
{
	uint32_t place = c->oldest++ % COOKIES_MAX;
	const struct live_cookie *l = &c->live[place];
	uint32_t *at = chain_of(c, l->hash);

	while (*at != place + 1)
		at = &c->live[*at - 1].next;
	*at = l->next;
}

bool
cookie_room(struct cookies *c, tstamp now)
{
	while (c->oldest != c->newest &&
	    expired(c, c->live[c->oldest % COOKIES_MAX].expires, now))
		forget_oldest(c);
	return c->newest - c->oldest < COOKIES_MAX;
}

int
cookie_bind(struct cookies *c, const uint8_t in[AC_COOKIE], uint16_t sid,
    tstamp now)
{
	struct parts p = parts_of(in);
	struct live_cookie *l;
	uint32_t *head;

	if (!cookie_room(c, now))
		return -E_FULL;
	if (cookie_sid(c, in) != 0)
		return -E_EXIST;
	l = &c->live[c->newest % COOKIES_MAX];
	memcpy(l->hash, p.hash, sizeof(l->hash));
	l->expires = p.expires;
	l->sid = sid;
	head = chain_of(c, p.hash);
	l->next = *head;
	*head = c->newest++ % COOKIES_MAX + 1;
	return 0;
}
