/*
 * The cursor: the only way to read a peer's bytes. An access past the end
 * sets `bad`, which sticks; reads then give zeros. Test `bad` once, before
 * acting on anything that was read.
 */
#ifndef WIRE_RD_H
#define WIRE_RD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rd {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct rd
rd_of(const void *p, size_t n)
{
	struct rd r = { p, (const uint8_t *)p + n, false };

	return r;
}

static inline size_t
rd_size(const struct rd *r)
{
	return (size_t)(r->end - r->p);
}

/* n bytes are there; else bad is set and the cursor moves to the end. */
static inline bool
rd_need(struct rd *r, size_t n)
{
	if (rd_size(r) >= n)
		return true;
	r->bad = true;
	r->p = r->end;
	return false;
}

static inline uint8_t
rd_u8(struct rd *r)
{
	return rd_need(r, 1) ? *r->p++ : 0;
}

static inline uint16_t
rd_u16(struct rd *r)
{
	if (!rd_need(r, 2))
		return 0;
	r->p += 2;
	return (uint16_t)(r->p[-2] << 8 | r->p[-1]);
}

static inline uint32_t
rd_u32(struct rd *r)
{
	uint32_t hi = rd_u16(r);

	return hi << 16 | rd_u16(r);
}

/* Copies n bytes; zeros when they are not there. */
static inline void
rd_copy(struct rd *r, void *to, size_t n)
{
	if (!rd_need(r, n)) {
		memset(to, 0, n);
		return;
	}
	memcpy(to, r->p, n);
	r->p += n;
}

/* A cursor over the next n bytes, which are passed over here. */
static inline struct rd
rd_sub(struct rd *r, size_t n)
{
	struct rd sub = { r->p, r->p, true };

	if (!rd_need(r, n))
		return sub;
	sub = rd_of(r->p, n);
	r->p += n;
	return sub;
}

#endif
