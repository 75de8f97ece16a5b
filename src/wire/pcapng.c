/* Blocks of pcapng. All are multiples of four octets. */
#include "wire/pcapng.h"

enum { BLOCK_IDB = 1, BLOCK_ISB = 5, BLOCK_EPB = 6 };
enum {
	OPT_END = 0, OPT_COMMENT = 1, OPT_FLAGS = 2, OPT_NAME = 2,
	OPT_PROGRAM = 4, OPT_DROPS = 5, OPT_RESOLUTION = 9,
};
enum { INBOUND = 1, OUTBOUND = 2 };
#define BYTE_ORDER_MAGIC	0x1a2b3c4du

/* Where the block begins. */
static size_t
begin(struct wr *w, uint32_t type)
{
	size_t at = wr_size(w);

	wr_u32(w, type);
	wr_u32(w, 0);
	return at;
}

/* The length stands at both ends. */
static void
finish(struct wr *w, size_t at)
{
	size_t n = wr_size(w) - at + 4;

	wr_u32(w, (uint32_t)n);
	wr_patch16(w, at + 4, (uint16_t)(n >> 16));
	wr_patch16(w, at + 6, (uint16_t)n);
}

static void
padded(struct wr *w, const void *p, size_t n)
{
	static const uint8_t zero[3];

	wr_put(w, p, n);
	wr_put(w, zero, -n & 3);
}

static void
option(struct wr *w, uint16_t code, const void *p, size_t n)
{
	wr_u16(w, code);
	wr_u16(w, (uint16_t)n);
	padded(w, p, n);
}

static void
text(struct wr *w, uint16_t code, const char *s)
{
	if (s[0] != '\0')
		option(w, code, s, strlen(s));
}

static void
time_of(struct wr *w, uint64_t ns)
{
	wr_u32(w, (uint32_t)(ns >> 32));
	wr_u32(w, (uint32_t)ns);
}

void
pcapng_section(struct wr *w, const char *program)
{
	size_t at = begin(w, PCAPNG_MAGIC);

	wr_u32(w, BYTE_ORDER_MAGIC);
	wr_u16(w, 1);			/* version 1.0 */
	wr_u16(w, 0);
	wr_u32(w, UINT32_MAX);		/* its length is not told */
	wr_u32(w, UINT32_MAX);
	text(w, OPT_PROGRAM, program);
	option(w, OPT_END, NULL, 0);
	finish(w, at);
}

void
pcapng_interface(struct wr *w, uint16_t link_type, const char *name)
{
	static const uint8_t nanoseconds = 9;
	size_t at = begin(w, BLOCK_IDB);

	wr_u16(w, link_type);
	wr_u16(w, 0);
	wr_u32(w, 0);			/* frames are whole */
	text(w, OPT_NAME, name);
	option(w, OPT_RESOLUTION, &nanoseconds, 1);
	option(w, OPT_END, NULL, 0);
	finish(w, at);
}

void
pcapng_frame(struct wr *w, const struct pcapng_frame *f)
{
	size_t at = begin(w, BLOCK_EPB);

	wr_u32(w, f->iface);
	time_of(w, f->wall_ns);
	wr_u32(w, f->len);
	wr_u32(w, f->size);
	padded(w, f->p, f->len);
	wr_u16(w, OPT_FLAGS);
	wr_u16(w, 4);
	wr_u32(w, f->out ? OUTBOUND : INBOUND);
	text(w, OPT_COMMENT, f->comment);
	option(w, OPT_END, NULL, 0);
	finish(w, at);
}

void
pcapng_lost(struct wr *w, uint32_t iface, uint64_t wall_ns, uint64_t frames)
{
	size_t at = begin(w, BLOCK_ISB);

	wr_u32(w, iface);
	time_of(w, wall_ns);
	wr_u16(w, OPT_DROPS);
	wr_u16(w, 8);
	wr_u32(w, (uint32_t)(frames >> 32));
	wr_u32(w, (uint32_t)frames);
	option(w, OPT_END, NULL, 0);
	finish(w, at);
}
