/*
 * Microsoft's encryption, RFC 3078. Two octets in front: flags and a count
 * of 12 bits. Stateless: the key changes with every packet, so that a lost
 * one costs only itself. Stateful: it changes every 256 packets; after a
 * loss everything is dropped until the peer, asked by a Reset-Request,
 * begins RC4 anew and says so (flag A). Under which key, peers do not
 * agree: the one there is, says section 8.2; Linux takes the next one, so
 * that a lost answer to a Reset-Request is a lost key.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/err.h"
#include "comp/part.h"

#define HEAD		2u
#define FLUSHED		0x80u		/* A: RC4 begins anew */
#define ENCRYPTED	0x10u		/* D */
#define COUNTS		4096u		/* the count is modulo this */
#define LAST		0xffu		/* a new key after 256 packets */
#define CREDIT_MAX	COUNTS		/* key changes saved up ... */
#define CREDIT_EACH	32u		/* ... by each packet */
#define RESETS_MAX	16		/* lost in a row, with their keys */

struct mppe {
	struct comp comp;		/* first */
	struct mppe_cipher key;		/* secret */
	uint16_t count;			/* of the last packet */
	bool	 stateless;
	bool	 flush;			/* out: asked for by a Reset-Request */
	bool	 lost;			/* in: stateful, until FLUSHED */
	uint16_t credit;		/* in: what a peer may make us work */
};

static struct mppe *
of(struct comp *c)
{
	return (struct mppe *)c;
}

/* A reset goes to the packet where the key changes for all peers alike; the
 * counts up to there are as good as lost. */
static size_t
mppe_out(struct comp *c, uint16_t proto, const uint8_t *p, size_t n,
    uint8_t *to)
{
	struct mppe *m = of(c);
	uint8_t flags = ENCRYPTED;

	m->count = (uint16_t)((m->count + 1) % COUNTS);
	if (m->flush && !m->stateless)
		m->count |= LAST;
	if (m->stateless || (m->count & LAST) == LAST) {
		mppe_next(&m->key);
		flags |= FLUSHED;
	}
	m->flush = false;
	to[0] = (uint8_t)(flags | m->count >> 8);
	to[1] = (uint8_t)m->count;
	to[2] = (uint8_t)(proto >> 8);
	to[3] = (uint8_t)proto;
	memcpy(to + HEAD + 2, p, n);
	mppe_run(&m->key, to + HEAD, n + 2);
	return HEAD + 2 + n;
}

/*
 * A peer that jumps ahead makes us change keys up to 2047 times for one
 * packet: it may do so now and then, not with each.
 */
static int
stateless_key(struct mppe *m, uint16_t count)
{
	unsigned ahead = (unsigned)(count - m->count) % COUNTS;

	m->credit = (uint16_t)(m->credit + CREDIT_EACH < CREDIT_MAX ?
	    m->credit + CREDIT_EACH : CREDIT_MAX);
	if (ahead == 0 || ahead >= COUNTS / 2 || ahead > m->credit)
		return -E_FORMAT;
	m->credit = (uint16_t)(m->credit - ahead);
	for (; ahead > 0; ahead--)
		mppe_next(&m->key);
	m->count = count;
	return 0;
}

static int
stateful_key(struct mppe *m, uint16_t count, bool flushed)
{
	unsigned want = (m->count + 1u) % COUNTS;

	if (count != want)
		m->lost = true;
	if (m->lost && !flushed)
		return -E_STALE;
	/* Keys that began in what was lost. */
	for (unsigned n = (count / 256u - want / 256u) % 16; n > 0; n--)
		mppe_next(&m->key);
	m->lost = false;
	m->count = count;
	if ((count & LAST) == LAST)
		mppe_next(&m->key);
	else if (flushed)
		mppe_again(&m->key);
	return 0;
}

static void
decrypt(struct mppe *m, const uint8_t *p, size_t n, uint8_t *to)
{
	memcpy(to, p, n);
	mppe_run(&m->key, to, n);
}

/* A packet whose length is its own; for TCP of Van Jacobson's, a guess. */
static bool
is_packet(const uint8_t *p, size_t n)
{
	size_t at = p[0] & 1 ? 1 : 2;
	uint8_t proto;

	if (n < at + 6 || (at == 2 && p[0] != 0))
		return false;
	proto = p[at - 1];
	p += at;
	n -= at;
	switch (proto) {
	case 0x21:
	case 0x2f:		/* TCP, from which VJ begins */
		return p[0] >> 4 == 4 && (size_t)(p[2] << 8 | p[3]) == n;
	case 0x57:
		return p[0] >> 4 == 6 && (size_t)(p[4] << 8 | p[5]) + 40 == n;
	default:
		return at == 2 && proto == 0x2d;
	}
}

/*
 * RC4 has begun anew. Under the key there is no packet came out: it is
 * looked for under the next ones, and the first stays if none is right.
 */
static void
try_next(struct mppe *m, const uint8_t *p, size_t n, uint8_t *to)
{
	uint8_t was[MPPE_KEY];

	memcpy(was, m->key.now, sizeof(was));
	for (int i = 0; i < RESETS_MAX && !is_packet(to, n); i++) {
		mppe_next(&m->key);
		decrypt(m, p, n, to);
	}
	if (!is_packet(to, n)) {
		memcpy(m->key.now, was, sizeof(was));
		mppe_again(&m->key);
		decrypt(m, p, n, to);
	}
	ct_wipe(was, sizeof(was));
}

static int
mppe_in(struct comp *c, const uint8_t *p, size_t n, uint8_t *to)
{
	struct mppe *m = of(c);
	uint16_t count;
	bool flushed;
	int err;

	if (n <= HEAD || n - HEAD > COMP_PLAIN || !(p[0] & ENCRYPTED))
		return -E_FORMAT;
	flushed = p[0] & FLUSHED;
	count = (uint16_t)(((unsigned)p[0] << 8 | p[1]) % COUNTS);
	if (!flushed && (m->stateless || (count & LAST) == LAST))
		return -E_FORMAT;
	err = m->stateless ? stateless_key(m, count) :
	    stateful_key(m, count, flushed);
	if (err < 0)
		return err;
	p += HEAD;
	n -= HEAD;
	decrypt(m, p, n, to);
	if (flushed && !m->stateless)
		try_next(m, p, n, to);
	return (int)n;
}

/* Everything has to be encrypted: RFC 3078 section 5. */
static bool
in_plain(struct comp *c, uint16_t proto, const uint8_t *p, size_t n)
{
	(void)c;
	(void)proto;
	(void)p;
	(void)n;
	return false;
}

static void
out_reset(struct comp *c)
{
	of(c)->flush = true;
}

static void
in_reset(struct comp *c)
{
	(void)c;		/* flag A says when, in the packet itself */
}

static void
mppe_free(struct comp *c)
{
	mppe_stop(&of(c)->key);
	free(c);
}

static const struct comp_ops out_ops = {
	.out = mppe_out, .reset = out_reset, .free = mppe_free,
};

static const struct comp_ops in_ops = {
	.in = mppe_in, .plain = in_plain, .reset = in_reset,
	.free = mppe_free,
};

static struct comp *
new(const struct comp_ops *ops, const uint8_t key[MPPE_KEY], unsigned bits,
    bool stateless)
{
	struct mppe *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->comp.ops = ops;
	m->stateless = stateless;
	m->count = COUNTS - 1;		/* the first one is 0 */
	m->credit = CREDIT_MAX;
	if (mppe_start(&m->key, key, bits) != 0) {
		free(m);
		return NULL;
	}
	return &m->comp;
}

struct comp *
comp_mppe_out(const uint8_t key[MPPE_KEY], unsigned bits, bool stateless)
{
	return new(&out_ops, key, bits, stateless);
}

struct comp *
comp_mppe_in(const uint8_t key[MPPE_KEY], unsigned bits, bool stateless)
{
	return new(&in_ops, key, bits, stateless);
}
