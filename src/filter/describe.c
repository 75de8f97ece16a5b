/* Rules and packets as people read them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "filter/filter.h"
#include "wire/ip4.h"

static const char *const names[FILTERS] = { "in", "out", "dial", "alive" };
static const char *const upper[FILTERS] = { "IN", "OUT", "DIAL", "ALIVE" };

const char *
filter_name(enum filter_name f)
{
	return names[f];
}

int
filter_find(const char *name)
{
	for (int i = 0; i < FILTERS; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

/* Text that is cut where the buffer ends. */
struct line {
	char	*p;
	size_t	 n, cap;
};

static void put(struct line *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct line *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->p + l->n, l->cap - l->n, fmt, ap);
	va_end(ap);
	if (n > 0)
		l->n += (size_t)n < l->cap - l->n ? (size_t)n :
		    l->cap - l->n - 1;
}

static const char *
proto_name(uint8_t proto)
{
	switch (proto) {
	case 1:		return "icmp";
	case 2:		return "igmp";
	case 4:		return "ipencap";
	case 6:		return "tcp";
	case 17:	return "udp";
	case 41:	return "ipv6";
	case 47:	return "gre";
	case 50:	return "esp";
	case 51:	return "ah";
	case 58:	return "ipv6-icmp";
	case 89:	return "ospf";
	default:	return NULL;
	}
}

static void
put_proto(struct line *l, uint8_t proto)
{
	const char *name = proto_name(proto);

	if (name != NULL)
		put(l, "%s", name);
	else
		put(l, "%u", proto);
}

static uint32_t
addr4(const uint8_t a[4])
{
	return (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 |
	    (uint32_t)a[2] << 8 | a[3];
}

static void
put_addr(struct line *l, const struct filter_addr *a, uint8_t family)
{
	char text[IP6_TEXT];
	unsigned most = family == 6 ? 128 : 32;

	if (a->word != AW_NONE) {
		put(l, " %s", addr_word_name((enum addr_word)a->word));
	} else if (a->bits == 0 && (family == 0 || family == 4)) {
		put(l, family == 0 ? " any" : " 0.0.0.0/0");
		return;
	} else {
		put(l, " %s", family == 6 ? ip6_text(a->addr, text) :
		    ip4_text(addr4(a->addr), text));
	}
	if (a->bits != most)
		put(l, "/%u", a->bits);
}

static void
put_test(struct line *l, const char *side, uint8_t op, uint16_t port)
{
	static const char *const ops[] = { "", "eq", "lt", "gt" };

	if (op != FILTER_ANY)
		put(l, " %s %s %u", side, ops[op], port);
}

const char *
filter_text(const struct filter_rule *r, char *buf, size_t n)
{
	struct line l = { .p = buf, .cap = n };

	buf[0] = '\0';
	if (r->act == FILTER_GOTO)
		put(&l, "%u", r->to);
	else
		put(&l, "%s", r->act == FILTER_PERMIT ? "permit" : "deny");
	if (r->invert)
		put(&l, " !");
	if (r->has_addr) {
		put_addr(&l, &r->src, r->family);
		put_addr(&l, &r->dst, r->family);
	}
	if (r->proto != 0) {
		put(&l, " ");
		put_proto(&l, r->proto);
	}
	put_test(&l, "src", r->src_op, r->src_port);
	put_test(&l, "dst", r->dst_op, r->dst_port);
	put(&l, "%s%s%s", r->flags & FILTER_ESTAB ? " estab" : "",
	    r->flags & FILTER_SYN ? " syn" : "",
	    r->flags & FILTER_FINRST ? " finrst" : "");
	if (r->timeout != 0)
		put(&l, " timeout %u", r->timeout);
	return buf;
}

/* ---- packets ---- */

static void
put_ip(struct line *l, const struct filter_pkt *p, const filter_ip a)
{
	char text[IP6_TEXT];
	uint8_t ip[16];

	for (int i = 0; i < 16; i++)
		ip[i] = (uint8_t)(a[i / 8] >> (56 - i % 8 * 8));
	put(l, "%s", p->family == 6 ? ip6_text(ip, text) :
	    ip4_text((uint32_t)a[1], text));
}

static void
put_end(struct line *l, const struct filter_pkt *p, const filter_ip a,
    uint16_t port)
{
	put_ip(l, p, a);
	if (p->proto == 6 || p->proto == 17)
		put(l, ":%u", port);
}

static void
put_upper(struct line *l, uint8_t proto)
{
	size_t from = l->n;

	put_proto(l, proto);
	for (size_t i = from; i < l->n; i++)
		if (l->p[i] >= 'a' && l->p[i] <= 'z')
			l->p[i] = (char)(l->p[i] - 'a' + 'A');
}

const char *
filter_describe(const struct filter_pkt *p, char *buf, size_t n)
{
	static const char *const flag[] = { "FIN", "SYN", "RST", "PSH",
	    "ACK", "URG" };
	struct line l = { .p = buf, .cap = n };

	buf[0] = '\0';
	put_upper(&l, p->proto);
	put(&l, ": ");
	put_end(&l, p, p->src, p->src_port);
	put(&l, " ---> ");
	put_end(&l, p, p->dst, p->dst_port);
	if (p->frag > 0)
		put(&l, " fragment at %u", p->frag);
	else if (p->cut)
		put(&l, " header cut off");
	else if (p->proto == 1 || p->proto == 58)
		put(&l, " type %u", p->src_port);
	for (int i = 0; p->proto == 6 && i < 6; i++)
		if (p->tcp & 1u << i)
			put(&l, " %s", flag[i]);
	if (p->proto == 6 && !p->cut && p->frag == 0)
		put(&l, " seq:%u ack:%u", p->seq, p->ack);
	put(&l, " (%u/%u)", p->data, p->len);
	return buf;
}

/* ---- DNS: RFC 1035 section 4.1 ---- */

static const char *
dns_type(uint16_t type, char buf[8])
{
	static const struct { uint16_t n; const char *name; } types[] = {
		{ 1, "A" }, { 2, "NS" }, { 5, "CNAME" }, { 6, "SOA" },
		{ 12, "PTR" }, { 15, "MX" }, { 16, "TXT" }, { 28, "AAAA" },
		{ 33, "SRV" }, { 64, "SVCB" }, { 65, "HTTPS" },
		{ 255, "ANY" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].n == type)
			return types[i].name;
	snprintf(buf, 8, "%u", type);
	return buf;
}

/* Labels of a question; a pointer has no place in one. False: malformed. */
static bool
dns_name(struct rd *r, struct line *l)
{
	uint8_t n;

	if (r->p < r->end && *r->p == 0)
		put(l, ".");
	while ((n = rd_u8(r)) != 0 && n < 64 && !r->bad) {
		struct rd label = rd_sub(r, n);

		while (rd_size(&label) > 0) {
			uint8_t c = rd_u8(&label);

			put(l, "%c", c > 32 && c < 127 ? c : '?');
		}
		if (r->p < r->end && *r->p != 0)
			put(l, ".");
	}
	return n == 0 && !r->bad;
}

const char *
filter_dns(const struct filter_pkt *p, char *buf, size_t n)
{
	char name[128], type[8];
	struct line to = { .p = name, .cap = sizeof(name) };
	struct rd r = p->body;

	name[0] = '\0';
	rd_u16(&r);
	bool answer = rd_u16(&r) & 0x8000;
	uint16_t questions = rd_u16(&r);

	rd_sub(&r, 6);
	if (p->proto != 17 || p->cut || questions == 0 ||
	    !dns_name(&r, &to))
		return NULL;
	uint16_t kind = rd_u16(&r), class = rd_u16(&r);

	if (r.bad)
		return NULL;
	snprintf(buf, n, "bound %s %s %s %s", answer ? "answer" : "query",
	    (class & 0x7fff) == 1 ? "IN" : "?", dns_type(kind, type), name);
	return buf;
}

const char *
filter_log(enum filter_name f, const struct filter_verdict *v,
    const struct filter_pkt *p, char *buf, size_t n)
{
	struct line l = { .p = buf, .cap = n };

	buf[0] = '\0';
	put(&l, "%sbound rule = ", upper[f]);
	if (v->rule < 0)
		put(&l, "none");
	else
		put(&l, "%d", v->rule);
	put(&l, " %s ", v->pass ? "accept" : "deny");
	put_upper(&l, p->proto);
	put(&l, " src = ");
	put_end(&l, p, p->src, p->src_port);
	put(&l, " dst = ");
	put_end(&l, p, p->dst, p->dst_port);
	return buf;
}
