/* HDLC-like framing, RFC 1662. */
#include "wire/hdlc.h"

#define FLAG		0x7eu
#define ESCAPE		0x7du
#define FLIP		0x20u
#define ADDRESS		0xffu
#define CONTROL		0x03u
#define LCP		0xc021u

/* x^16 + x^12 + x^5 + 1, least significant bit first. */
uint16_t
hdlc_fcs(uint16_t fcs, uint8_t octet)
{
	unsigned x = (fcs ^ octet) & 0xffu;

	x ^= x << 4 & 0xffu;
	return (uint16_t)(fcs >> 8 ^ x << 8 ^ x << 3 ^ x >> 4);
}

void
hdlc_in_reset(struct hdlc_in *h)
{
	h->accm = UINT32_MAX;
	h->inside = false;
}

void
hdlc_out_reset(struct hdlc_out *h)
{
	h->accm = UINT32_MAX;
	h->acfc = h->pfc = false;
}

/* ---- in ---- */

static void
restart(struct hdlc_in *h)
{
	h->inside = true;
	h->escaped = h->large = false;
	if (h->some_bare)
		memset(h->bare, 0, sizeof(h->bare));
	h->some_bare = false;
	h->n = 0;
	h->fcs = FCS_INIT;
}

static void
take(struct hdlc_in *h, uint8_t octet)
{
	if (octet < 32 && !h->escaped && h->n < sizeof(h->buf)) {
		h->bare[h->n / 8] |= (uint8_t)(1u << h->n % 8);
		h->some_bare = true;
	}
	if (h->escaped)
		octet ^= FLIP;
	h->escaped = false;
	h->fcs = hdlc_fcs(h->fcs, octet);
	if (h->n < sizeof(h->buf))
		h->buf[h->n++] = octet;
	else
		h->large = true;
}

bool
hdlc_strip(struct rd *frame, enum hdlc_bad *bad)
{
	if (rd_size(frame) > 0 && frame->p[0] == ADDRESS) {
		rd_u8(frame);
		if (rd_u8(frame) != CONTROL || frame->bad) {
			*bad = HDLC_CTRL;
			return false;
		}
	} else if (rd_size(frame) > 1 && ((frame->p[0] | frame->p[1]) & 1) ==
	    0) {			/* no protocol is even throughout */
		*bad = HDLC_ADDR;
		return false;
	}
	if (rd_size(frame) == 0) {
		*bad = HDLC_SHORT;
		return false;
	}
	return true;
}

/* Without the octets that the line may have put in. */
static bool
without_bare(struct hdlc_in *h)
{
	uint32_t n = 0;

	if (!h->some_bare || h->accm == 0)
		return false;
	h->fcs = FCS_INIT;
	for (uint32_t i = 0; i < h->n; i++) {
		uint8_t c = h->buf[i];

		if (h->bare[i / 8] >> i % 8 & 1 && h->accm >> c & 1)
			continue;
		h->fcs = hdlc_fcs(h->fcs, c);
		h->buf[n++] = c;
	}
	h->n = n;
	return h->fcs == FCS_GOOD && n >= 3;
}

/* A flag ended what is in the buffer. */
static bool
finish(struct hdlc_in *h, struct rd *frame)
{
	enum hdlc_bad bad;

	if (h->escaped)
		bad = HDLC_ABORT;
	else if (h->large)
		bad = HDLC_LONG;
	else if (h->n < 3)
		bad = HDLC_SHORT;
	else if (h->fcs != FCS_GOOD && !without_bare(h))
		bad = HDLC_FCS;
	else {
		*frame = rd_of(h->buf, h->n - 2);
		if (!hdlc_strip(frame, &bad)) {
			h->bad[bad]++;
			return false;
		}
		if (rd_size(frame) <= HDLC_FRAME) {
			h->good++;
			return true;
		}
		bad = HDLC_LONG;
	}
	h->bad[bad]++;
	return false;
}

bool
hdlc_input(struct hdlc_in *h, struct rd *in, struct rd *frame)
{
	while (rd_size(in) > 0) {
		uint8_t c = rd_u8(in);

		if (c == FLAG) {
			bool some = h->inside && (h->n > 0 || h->escaped);
			bool whole = some && finish(h, frame);

			restart(h);
			if (whole)
				return true;
		} else if (!h->inside) {
			continue;
		} else if (h->escaped && c < 32 && h->accm >> c & 1) {
			continue;	/* between an escape and its octet */
		} else if (c == ESCAPE) {
			h->escaped = true;
		} else {
			take(h, c);
		}
	}
	return false;
}

/* ---- out ---- */

/* With the fields that belong in front: bytes before the check sequence. */
static size_t
lead(const struct hdlc_out *h, struct rd *frame, uint8_t out[4], bool *lcp)
{
	size_t n = 0;
	uint16_t proto = rd_u8(frame);

	if ((proto & 1) == 0)
		proto = (uint16_t)(proto << 8 | rd_u8(frame));
	*lcp = proto == LCP;
	if (frame->bad)
		return 0;
	if (*lcp || !h->acfc) {
		out[n++] = ADDRESS;
		out[n++] = CONTROL;
	}
	/* RFC 1662 section 3.2: 0xff alone would be an address. */
	if (proto >= ADDRESS || !h->pfc)
		out[n++] = (uint8_t)(proto >> 8);
	out[n++] = (uint8_t)proto;
	return n;
}

size_t
hdlc_bare(const struct hdlc_out *h, struct rd frame, uint8_t *out)
{
	bool lcp;
	size_t n = lead(h, &frame, out, &lcp);

	if (n == 0)
		return 0;
	memcpy(out + n, frame.p, rd_size(&frame));
	return n + rd_size(&frame);
}

static bool
must_escape(const struct hdlc_out *h, uint32_t accm, uint8_t c)
{
	if (c == FLAG || c == ESCAPE || h->extra[c / 32] >> c % 32 & 1)
		return true;
	return c < 32 && accm >> c & 1;
}

static uint8_t *
put(const struct hdlc_out *h, uint32_t accm, uint8_t c, uint8_t *to)
{
	if (must_escape(h, accm, c)) {
		*to++ = ESCAPE;
		c ^= FLIP;
	}
	*to++ = c;
	return to;
}

size_t
hdlc_output(const struct hdlc_out *h, struct rd frame, uint8_t *out)
{
	uint8_t first[4], *to = out;
	uint16_t fcs = FCS_INIT;
	bool lcp;
	size_t n = lead(h, &frame, first, &lcp);
	uint32_t accm = lcp ? UINT32_MAX : h->accm;

	if (n == 0)
		return 0;
	*to++ = FLAG;
	for (size_t i = 0; i < n; i++) {
		fcs = hdlc_fcs(fcs, first[i]);
		to = put(h, accm, first[i], to);
	}
	while (rd_size(&frame) > 0) {
		uint8_t c = rd_u8(&frame);

		fcs = hdlc_fcs(fcs, c);
		to = put(h, accm, c, to);
	}
	fcs ^= 0xffff;
	to = put(h, accm, (uint8_t)fcs, to);
	to = put(h, accm, (uint8_t)(fcs >> 8), to);
	*to++ = FLAG;
	return (size_t)(to - out);
}
