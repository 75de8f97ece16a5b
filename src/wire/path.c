/* RFC 768, RFC 791, RFC 8200, RFC 9293, RFC 2474 (DSCP), RFC 3168 (ECN). */
#include "wire/path.h"

#include <string.h>

#include "wire/cksum.h"
#include "wire/rd.h"
#include "wire/wr.h"

#define TCP		6u
#define UDP		17u
#define SYN		0x02u
#define OPT_END		0u
#define OPT_NOP		1u
#define OPT_MSS		2u
#define PSEUDO		40u
#define FRAG_MORE	0x3fffu		/* a fragment: not DF alone */

const char *
path_field_name(enum path_field f)
{
	static const char *const name[PATH_FIELDS] = {
		[PATH_DSCP] = "DSCP", [PATH_ECN] = "ECN",
		[PATH_TTL] = "TTL", [PATH_ID] = "Identification",
		[PATH_FRAG] = "fragment", [PATH_LENGTH] = "length",
		[PATH_FLAGS] = "TCP flags", [PATH_WINDOW] = "TCP window",
		[PATH_MSS] = "MSS", [PATH_OPTIONS] = "TCP options",
		[PATH_DATA] = "data", [PATH_IPSUM] = "IP checksum",
		[PATH_SUM] = "checksum",
	};

	return name[f];
}

static void
put(struct path_packet *p, enum path_field f, uint32_t v)
{
	p->has |= 1u << f;
	p->val[f] = v;
}

/* FNV-1a: equal data, not secrets. */
static uint32_t
digest(uint32_t h, const uint8_t *p, size_t n)
{
	while (n-- > 0)
		h = (h ^ *p++) * 16777619u;
	return h;
}
#define DIGEST		2166136261u

/* ---- one packet ---- */

/* All options but the MSS, which is a field of its own. */
static void
look_options(struct rd in, bool syn, struct path_packet *p)
{
	uint32_t h = DIGEST;

	while (rd_size(&in) > 0 && !in.bad) {
		uint8_t type = rd_u8(&in), len;
		struct rd val;

		if (type == OPT_END)
			break;
		if (type == OPT_NOP)
			continue;
		len = rd_u8(&in);
		val = rd_sub(&in, len >= 2 ? len - 2u : 0);
		if (in.bad || len < 2)
			break;
		if (type == OPT_MSS && syn && len == 4) {
			put(p, PATH_MSS, rd_u16(&val));
			continue;
		}
		h = digest(digest(h, &type, 1), val.p, rd_size(&val));
	}
	put(p, PATH_OPTIONS, h);
}

static void
look_tcp(struct rd in, struct path_packet *p)
{
	uint32_t ports = rd_u32(&in), seq = rd_u32(&in), ack = rd_u32(&in);
	uint8_t off = (uint8_t)(rd_u8(&in) >> 4), flags = rd_u8(&in);
	uint16_t window = rd_u16(&in), sum = rd_u16(&in);
	struct rd options;

	rd_u16(&in);			/* urgent */
	options = rd_sub(&in, off >= 5 ? off * 4u - 20 : 0);
	if (in.bad || off < 5)
		return;
	p->ports = ports;
	p->seq = seq;
	p->ack = ack;
	put(p, PATH_FLAGS, flags);
	put(p, PATH_WINDOW, window);
	put(p, PATH_SUM, sum);
	look_options(options, (flags & SYN) != 0, p);
	p->data = (uint32_t)rd_size(&in);
	put(p, PATH_DATA, digest(DIGEST, in.p, rd_size(&in)));
}

static void
look_rest(struct rd in, struct path_packet *p)
{
	if (p->proto == UDP && rd_size(&in) >= 8) {
		p->ports = rd_u32(&in);
		rd_u16(&in);
		put(p, PATH_SUM, rd_u16(&in));
	}
	p->data = (uint32_t)rd_size(&in);
	put(p, PATH_DATA, digest(DIGEST, in.p, rd_size(&in)));
}

/* Over the pseudo header of RFC 9293 section 3.1, RFC 8200 section 8.1. With
 * IPv4 a UDP checksum of 0 is none: RFC 768. */
static bool
sum_is_right(const struct path_packet *p, const struct rd *in)
{
	uint8_t buf[PSEUDO];
	struct wr w = wr_of(buf, sizeof(buf));
	uint16_t sum;

	if (p->proto == UDP && !p->six && p->val[PATH_SUM] == 0)
		return true;
	wr_put(&w, p->addr, 32);	/* IPv4: the rest is zero */
	wr_u32(&w, (uint32_t)rd_size(in));
	wr_u32(&w, p->proto);
	sum = (uint16_t)~cksum(buf, wr_size(&w), 0);
	return cksum(in->p, rd_size(in), sum) == 0;
}

static bool
look4(struct rd in, size_t size, struct path_packet *p, struct rd *rest)
{
	uint8_t head = rd_u8(&in) & 15, tos = rd_u8(&in), ttl;
	uint16_t len = rd_u16(&in), id = rd_u16(&in), frag = rd_u16(&in);
	uint16_t sum;

	ttl = rd_u8(&in);
	p->proto = rd_u8(&in);
	sum = rd_u16(&in);
	rd_copy(&in, p->addr, 4);
	rd_copy(&in, p->addr + 16, 4);
	rd_sub(&in, head >= 5 ? head * 4u - 20 : 0);
	if (len == 0)			/* the host's super-packets */
		len = (uint16_t)size;
	if (in.bad || head < 5 || len < head * 4u || len > size)
		return false;
	put(p, PATH_DSCP, tos >> 2);
	put(p, PATH_ECN, tos & 3);
	put(p, PATH_TTL, ttl);
	put(p, PATH_ID, id);
	put(p, PATH_FRAG, frag);
	put(p, PATH_LENGTH, len);
	put(p, PATH_IPSUM, sum);
	if (frag & FRAG_MORE)
		p->proto = 0;
	*rest = in;
	if (rd_size(&in) > len - head * 4u)	/* Ethernet's padding */
		*rest = rd_sub(&in, len - head * 4u);
	return true;
}

static bool
look6(struct rd in, size_t size, struct path_packet *p, struct rd *rest)
{
	uint32_t first = rd_u32(&in);
	uint16_t len = rd_u16(&in);
	uint8_t ttl;

	p->proto = rd_u8(&in);
	ttl = rd_u8(&in);
	rd_copy(&in, p->addr, 32);
	if (in.bad || len + 40u > size)
		return false;
	p->six = true;
	put(p, PATH_DSCP, first >> 22 & 63);
	put(p, PATH_ECN, first >> 20 & 3);
	put(p, PATH_TTL, ttl);
	put(p, PATH_LENGTH, len + 40u);
	*rest = rd_size(&in) > len ? rd_sub(&in, len) : in;
	return true;
}

bool
path_look(const uint8_t *ip, size_t len, size_t size, struct path_packet *out)
{
	struct rd in = rd_of(ip, len), rest;
	struct path_packet p = { .in = false };
	uint8_t version = len > 0 ? ip[0] >> 4 : 0;
	bool ok = version == 4 ? look4(in, size, &p, &rest) :
	    version == 6 && look6(in, size, &p, &rest);

	if (!ok)
		return false;
	if (p.proto == TCP)
		look_tcp(rest, &p);
	else
		look_rest(rest, &p);
	p.summed = len == size && (p.has & 1u << PATH_SUM) != 0 &&
	    sum_is_right(&p, &rest);
	*out = p;
	return true;
}

/* ---- both sides ---- */

static bool
same_flow(const struct path_packet *a, const struct path_packet *b)
{
	return a->six == b->six && a->proto == b->proto &&
	    a->ports == b->ports && memcmp(a->addr, b->addr, 32) == 0;
}

/* TCP is known by its numbers, others by what they carry. */
static bool
same_packet(const struct path_packet *a, const struct path_packet *b)
{
	if (!same_flow(a, b) || a->data != b->data)
		return false;
	if (a->proto == TCP)
		return a->seq == b->seq && a->ack == b->ack;
	return a->val[PATH_DATA] == b->val[PATH_DATA] &&
	    (a->six || a->val[PATH_ID] == b->val[PATH_ID]);
}

/* Is @small one segment of @big? */
static bool
is_part(const struct path_packet *small, const struct path_packet *big)
{
	uint32_t at = small->seq - big->seq;

	return big->proto == TCP && same_flow(small, big) &&
	    small->ack == big->ack && small->data > 0 &&
	    small->data < big->data && at <= big->data - small->data;
}

static void
see(struct path_row *w, uint32_t before, uint32_t after)
{
	if (w->packets++ == 0) {
		w->before = before;
		w->after = after;
	}
	if (before < 64)
		w->values |= UINT64_C(1) << before;
	w->several |= before != w->before;
	if (before != after && w->changed++ == 0) {
		w->before = before;
		w->after = after;
	}
}

static void
pair(struct path_packet *tun, struct path_packet *line, bool whole,
    struct path_report *r)
{
	const struct path_packet *before = line->in ? line : tun;
	const struct path_packet *after = line->in ? tun : line;

	tun->found = line->found = true;
	for (int f = 0; f < PATH_FIELDS; f++)
		if (before->has & after->has & 1u << f &&
		    (whole || f != PATH_DATA))
			see(&r->row[line->in][f], before->val[f],
			    after->val[f]);
	if (!before->summed && after->summed)
		r->completed[line->in]++;
}

static void
seek(struct path_packet *line, struct path_packet *tun, size_t tuns,
    struct path_report *r)
{
	for (size_t i = 0; i < tuns; i++)
		if (!tun[i].found && same_packet(&tun[i], line)) {
			pair(&tun[i], line, true, r);
			return;
		}
	for (size_t i = 0; i < tuns; i++)
		if (is_part(line, &tun[i])) {
			pair(&tun[i], line, false, r);
			*(line->in ? &r->joined : &r->cut) += 1;
			return;
		}
}

void
path_compare(struct path_packet *tun, size_t tuns, struct path_packet *line,
    size_t lines, struct path_report *r)
{
	memset(r, 0, sizeof(*r));
	r->tun = (uint32_t)tuns;
	r->line = (uint32_t)lines;
	for (size_t i = 0; i < tuns; i++)
		tun[i].found = false;
	for (size_t i = 0; i < lines; i++) {
		line[i].found = false;
		seek(&line[i], tun, tuns, r);
		r->line_only += !line[i].found;
		r->wrong += !line[i].in && (line[i].has & 1u << PATH_SUM) &&
		    !line[i].summed;
	}
	for (size_t i = 0; i < tuns; i++)
		r->tun_only += !tun[i].found;
}
