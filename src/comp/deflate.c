/*
 * Deflate, RFC 1979: one endless stream of RFC 1951 for each direction. A
 * packet ends with an empty stored block, whose last four octets, always
 * the same, stay off the wire; a sequence number goes in front. What does
 * not get smaller is sent plain: it is in the sender's history already, and
 * the receiver puts it into its own as a stored block.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/bug.h"
#include "base/err.h"
#include "comp/part.h"

#define SEQ		2u		/* octets of the sequence number */
#define LEVEL		3		/* half the size for little work */
#define MEM_LEVEL	8
#define TAIL		4u

static const uint8_t tail[TAIL] = { 0x00, 0x00, 0xff, 0xff };

struct deflate {
	struct comp comp;		/* first */
	z_stream z;
	uint16_t seq;			/* of the next packet */
	bool	 lost;			/* in: wait for a reset */
	uint8_t	 waste[COMP_ROOM];	/* output that nobody wants */
};

static struct deflate *
of(struct comp *c)
{
	return (struct deflate *)c;
}

/* The Protocol field as it is packed: a leading zero is left out. */
static unsigned
put_proto(uint8_t to[2], uint16_t proto)
{
	if (proto <= 0xff) {
		to[0] = (uint8_t)proto;
		return 1;
	}
	to[0] = (uint8_t)(proto >> 8);
	to[1] = (uint8_t)proto;
	return 2;
}

/* ---- out ---- */

/* All of @p into the stream; what comes out is bounded by COMP_ROOM. */
static void
pack(struct deflate *d, const uint8_t *p, size_t n, int flush)
{
	d->z.next_in = (Bytef *)(uintptr_t)p;
	d->z.avail_in = (uInt)n;
	int err = deflate(&d->z, flush);

	BUG_ON(err != Z_OK && err != Z_BUF_ERROR);
	BUG_ON(d->z.avail_in != 0 || d->z.avail_out == 0);
}

static size_t
deflate_out(struct comp *c, uint16_t proto, const uint8_t *p, size_t n,
    uint8_t *to)
{
	struct deflate *d = of(c);
	uint8_t head[2];
	size_t len;

	to[0] = (uint8_t)(d->seq >> 8);
	to[1] = (uint8_t)d->seq;
	d->seq++;
	d->z.next_out = to + SEQ;
	d->z.avail_out = COMP_ROOM - SEQ;
	pack(d, head, put_proto(head, proto), Z_NO_FLUSH);
	pack(d, p, n, Z_SYNC_FLUSH);
	len = COMP_ROOM - d->z.avail_out;
	BUG_ON(len < SEQ + TAIL || memcmp(to + len - TAIL, tail, TAIL) != 0);
	len -= TAIL;
	return len < n ? len : 0;
}

static void
out_reset(struct comp *c)
{
	deflateReset(&of(c)->z);
	of(c)->seq = 0;
}

static void
out_free(struct comp *c)
{
	deflateEnd(&of(c)->z);
	free(c);
}

static const struct comp_ops out_ops = {
	.out = deflate_out, .reset = out_reset,
	.free = out_free,
};

struct comp *
comp_deflate_out(unsigned window)
{
	struct deflate *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->comp.ops = &out_ops;
	if (deflateInit2(&d->z, LEVEL, Z_DEFLATED, -(int)window, MEM_LEVEL,
	    Z_DEFAULT_STRATEGY) != Z_OK) {
		free(d);
		return NULL;
	}
	return &d->comp;
}

/* ---- in ---- */

/* False: no stream of ours, or more than @room octets of it. */
static bool
unpack(struct deflate *d, const uint8_t *p, size_t n)
{
	d->z.next_in = (Bytef *)(uintptr_t)p;
	d->z.avail_in = (uInt)n;
	int err = inflate(&d->z, Z_SYNC_FLUSH);

	return (err == Z_OK || err == Z_BUF_ERROR) && d->z.avail_in == 0 &&
	    d->z.avail_out > 0;
}

static int
lose(struct deflate *d)
{
	d->lost = true;
	return -E_STALE;
}

static int
deflate_in(struct comp *c, const uint8_t *p, size_t n, uint8_t *to)
{
	struct deflate *d = of(c);
	size_t len;

	if (d->lost)
		return -E_STALE;
	if (n < SEQ || (p[0] << 8 | p[1]) != d->seq)
		return lose(d);
	d->seq++;
	d->z.next_out = to;
	d->z.avail_out = COMP_PLAIN + 1;
	if (!unpack(d, p + SEQ, n - SEQ) || !unpack(d, tail, TAIL))
		return lose(d);
	len = COMP_PLAIN + 1 - d->z.avail_out;
	return len > 0 ? (int)len : lose(d);
}

static void
remember(struct deflate *d, const uint8_t *p, size_t n)
{
	d->z.next_out = d->waste;
	d->z.avail_out = sizeof(d->waste);
	if (!unpack(d, p, n))
		d->lost = true;
}

static bool
in_plain(struct comp *c, uint16_t proto, const uint8_t *p, size_t n)
{
	struct deflate *d = of(c);
	uint8_t head[7] = { 0 };	/* a stored block of so many octets */
	unsigned k = put_proto(head + 5, proto);
	size_t len = n + k;

	if (len > COMP_PLAIN)
		d->lost = true;
	if (d->lost)
		return true;
	d->seq++;
	head[1] = (uint8_t)len;
	head[2] = (uint8_t)(len >> 8);
	head[3] = (uint8_t)~head[1];
	head[4] = (uint8_t)~head[2];
	remember(d, head, 5 + k);
	remember(d, p, n);
	return true;
}

static void
in_reset(struct comp *c)
{
	inflateReset(&of(c)->z);
	of(c)->seq = 0;
	of(c)->lost = false;
}

static void
in_free(struct comp *c)
{
	inflateEnd(&of(c)->z);
	free(c);
}

static const struct comp_ops in_ops = {
	.in = deflate_in, .plain = in_plain, .reset = in_reset,
	.free = in_free,
};

struct comp *
comp_deflate_in(unsigned window)
{
	struct deflate *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->comp.ops = &in_ops;
	if (inflateInit2(&d->z, -(int)window) != Z_OK) {
		free(d);
		return NULL;
	}
	return &d->comp;
}
