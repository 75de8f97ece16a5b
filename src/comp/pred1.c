/*
 * Predictor-1, RFC 1978: a table guesses the next octet from the last ones.
 * A packet is its length (top bit: packed), then for each eight octets a
 * flag octet and those that were guessed wrong, then the FCS-16 over length
 * and plain octets. One that does not get smaller is sent within the same
 * frame, so that both tables learn it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "comp/part.h"
#include "wire/hdlc.h"

#define PACKED		0x8000u
#define HEAD		2u		/* octets of the length */
#define FCS		2u

struct pred1 {
	struct comp comp;		/* first */
	uint16_t hash;
	bool	 lost;
	uint8_t	 guess[65536];
};

static struct pred1 *
of(struct comp *c)
{
	return (struct pred1 *)c;
}

/* Of the length without its top bit, and the plain octets. */
static uint16_t
fcs_of(const uint8_t *p, size_t n)
{
	uint16_t fcs = hdlc_fcs(FCS_INIT, (uint8_t)(n >> 8));

	fcs = hdlc_fcs(fcs, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		fcs = hdlc_fcs(fcs, p[i]);
	return (uint16_t)~fcs;
}

/* The octet that came next is known now. */
static inline void
learn(struct pred1 *s, uint8_t octet)
{
	s->guess[s->hash] = octet;
	s->hash = (uint16_t)(s->hash << 4 ^ octet);
}

static size_t
pack(struct pred1 *s, const uint8_t *p, size_t n, uint8_t *to)
{
	uint8_t *out = to, *flags;

	for (size_t i = 0; i < n; i += 8) {
		flags = out++;
		*flags = 0;
		for (size_t k = 0; k < 8 && i + k < n; k++) {
			if (s->guess[s->hash] == p[i + k])
				*flags |= (uint8_t)(1u << k);
			else
				*out++ = p[i + k];
			learn(s, p[i + k]);
		}
	}
	return (size_t)(out - to);
}

/* Exactly @n plain octets out of all of @p; false: it does not fit. */
static bool
unpack(struct pred1 *s, const uint8_t *p, size_t len, uint8_t *to, size_t n)
{
	const uint8_t *end = p + len;
	unsigned flags = 0;

	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0) {
			if (p == end)
				return false;
			flags = *p++;
		}
		if (flags >> i % 8 & 1) {
			to[i] = s->guess[s->hash];
		} else {
			if (p == end)
				return false;
			to[i] = *p++;
		}
		learn(s, to[i]);
	}
	return p == end;
}

static size_t
pred1_out(struct comp *c, uint16_t proto, const uint8_t *p, size_t n,
    uint8_t *to)
{
	uint8_t plain[COMP_PLAIN];
	size_t len = n + 2, k;
	uint16_t fcs;

	plain[0] = (uint8_t)(proto >> 8);
	plain[1] = (uint8_t)proto;
	memcpy(plain + 2, p, n);
	to[0] = (uint8_t)(len >> 8);
	to[1] = (uint8_t)len;
	k = pack(of(c), plain, len, to + HEAD);
	if (k < len) {
		to[0] |= PACKED >> 8;
	} else {
		memcpy(to + HEAD, plain, len);
		k = len;
	}
	fcs = fcs_of(plain, len);
	to[HEAD + k] = (uint8_t)fcs;
	to[HEAD + k + 1] = (uint8_t)(fcs >> 8);
	return HEAD + k + FCS;
}

static int
lose(struct pred1 *s)
{
	s->lost = true;
	return -E_STALE;
}

static int
pred1_in(struct comp *c, const uint8_t *p, size_t n, uint8_t *to)
{
	struct pred1 *s = of(c);
	unsigned len;
	size_t k;

	if (s->lost)
		return -E_STALE;
	if (n < HEAD + FCS + 1)
		return lose(s);
	len = (unsigned)p[0] << 8 | p[1];
	k = n - HEAD - FCS;
	if ((len & ~PACKED) == 0 || (len & ~PACKED) > COMP_PLAIN)
		return lose(s);
	if (len & PACKED) {
		len &= ~PACKED;
		if (!unpack(s, p + HEAD, k, to, len))
			return lose(s);
	} else {
		if (k != len)
			return lose(s);
		memcpy(to, p + HEAD, len);
		for (size_t i = 0; i < len; i++)
			learn(s, to[i]);
	}
	if (fcs_of(to, len) != (p[n - 1] << 8 | p[n - 2]))
		return lose(s);
	return (int)len;
}

static void
pred1_reset(struct comp *c)
{
	struct pred1 *s = of(c);

	s->hash = 0;
	s->lost = false;
	memset(s->guess, 0, sizeof(s->guess));
}

static void
pred1_free(struct comp *c)
{
	free(c);
}

static const struct comp_ops ops = {
	.out = pred1_out, .in = pred1_in,
	.reset = pred1_reset, .free = pred1_free,
};

static struct comp *
new(void)
{
	struct pred1 *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->comp.ops = &ops;
	return &s->comp;
}

struct comp *
comp_pred1_out(void)
{
	return new();
}

struct comp *
comp_pred1_in(void)
{
	return new();
}
