/*
 * The writer: the cursor's counterpart for packets that we build. Writing
 * past the end sets `bad`, which sticks, and writes nothing.
 */
#ifndef WIRE_WR_H
#define WIRE_WR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wr {
	uint8_t *base, *p, *end;
	bool bad;
};

static inline struct wr
wr_of(void *p, size_t n)
{
	struct wr w = { p, p, (uint8_t *)p + n, false };

	return w;
}

/* Bytes written so far. */
static inline size_t
wr_size(const struct wr *w)
{
	return (size_t)(w->p - w->base);
}

static inline bool
wr_need(struct wr *w, size_t n)
{
	if ((size_t)(w->end - w->p) >= n)
		return true;
	w->bad = true;
	return false;
}

static inline void
wr_u8(struct wr *w, uint8_t v)
{
	if (wr_need(w, 1))
		*w->p++ = v;
}

static inline void
wr_u16(struct wr *w, uint16_t v)
{
	if (!wr_need(w, 2))
		return;
	*w->p++ = (uint8_t)(v >> 8);
	*w->p++ = (uint8_t)v;
}

static inline void
wr_u32(struct wr *w, uint32_t v)
{
	if (!wr_need(w, 4))
		return;
	wr_u16(w, (uint16_t)(v >> 16));
	wr_u16(w, (uint16_t)v);
}

static inline void
wr_put(struct wr *w, const void *p, size_t n)
{
	if (!wr_need(w, n))
		return;
	if (n > 0)
		memcpy(w->p, p, n);
	w->p += n;
}

/* Overwrites two bytes at offset @at, which were written before. */
static inline void
wr_patch16(struct wr *w, size_t at, uint16_t v)
{
	if (w->bad || at + 2 > wr_size(w)) {
		w->bad = true;
		return;
	}
	w->base[at] = (uint8_t)(v >> 8);
	w->base[at + 1] = (uint8_t)v;
}

#endif
