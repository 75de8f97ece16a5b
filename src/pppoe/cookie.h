/*
 * AC-Cookies: proof that a peer received our PADO, without keeping anything
 * about those who only ask. 24 octets: time of expiry, a number of its own,
 * keyed hash over both and over who was answered. And the table of cookies
 * that made a session, so that each makes one. RFC 2516 Appendix A.
 */
#ifndef PPPOE_COOKIE_H
#define PPPOE_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rng.h"
#include "pppoe/pppoe.h"

#define COOKIES_MAX	65536u	/* live ones; a power of two */
#define COOKIE_HASH	16u

/* A cookie that made a session; in order of use, and in a chain by hash. */
struct live_cookie {
	uint8_t	 hash[COOKIE_HASH];
	uint32_t expires;		/* as in the cookie */
	uint32_t next;			/* in its chain: place + 1; 0: end */
	uint16_t sid;
};

struct cookies {
	uint8_t	 key[32];		/* secret */
	tstamp	 start;			/* seconds are counted from here, */
	uint32_t epoch;			/* from a random number on */
	uint32_t oldest, newest;	/* live: oldest .. newest - 1 */
	struct live_cookie *live;	/* owner: this; COOKIES_MAX of them */
	uint32_t *chain;		/* owner: this; place + 1; 0: empty */
};

/* cookies_init - a key from @rng. 0 or -E_NOMEM. */
int cookies_init(struct cookies *c, struct rng *rng, tstamp now);
void cookies_free(struct cookies *c);

/* cookie_make - for @from, good for @life seconds (rounded down by up to one)
 * from @now. @number: random, so that two PADOs never carry the same. */
void cookie_make(const struct cookies *c, const struct ac_from *from,
    uint32_t number, uint16_t life, tstamp now, uint8_t out[AC_COOKIE]);

/* cookie_good - @in is ours, made for @from and not expired. */
bool cookie_good(const struct cookies *c, const struct ac_from *from,
    const uint8_t in[AC_COOKIE], tstamp now);

/* cookie_sid - the session that a good cookie has made, or 0. */
uint16_t cookie_sid(const struct cookies *c, const uint8_t in[AC_COOKIE]);

/* cookie_room - expired cookies are forgotten; true: one more fits. */
bool cookie_room(struct cookies *c, tstamp now);

/* cookie_bind - @in, a good one, made @sid. 0, -E_EXIST or -E_FULL. */
int cookie_bind(struct cookies *c, const uint8_t in[AC_COOKIE], uint16_t sid,
    tstamp now);

#endif
