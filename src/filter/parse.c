/*
 * The grammar of `set filter`:
 *	NAME RULE ACTION [!] [SRC DST] [PROTO] [TEST...]
 *	NAME RULE clear
 *	NAME -1
 * A TEST is src|dst eq|lt|gt PORT, estab, syn, finrst or timeout SECS.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "filter/filter.h"

struct parse {
	const struct filter_names *nm;
	char *const *w;			/* words left, w[n] none of ours */
	int	 n;
	char	*why;
	size_t	 len;
};

static int bad(struct parse *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int
bad(struct parse *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->why, p->len, fmt, ap);
	va_end(ap);
	return -E_FORMAT;
}

static const char *
peek(const struct parse *p)
{
	return p->n > 0 ? p->w[0] : "";
}

static const char *
take(struct parse *p)
{
	if (p->n == 0)
		return "";
	p->n--;
	return *p->w++;
}

static bool
take_word(struct parse *p, const char *word)
{
	if (p->n == 0 || strcmp(p->w[0], word) != 0)
		return false;
	take(p);
	return true;
}

/* ---- protocol ---- */

static const struct { const char *name; uint8_t number; } protos[] = {
	{ "icmp", 1 }, { "igmp", 2 }, { "ipip", 4 }, { "ipencap", 4 },
	{ "tcp", 6 }, { "udp", 17 }, { "ipv6", 41 }, { "gre", 47 },
	{ "esp", 50 }, { "ah", 51 }, { "icmp6", 58 }, { "ipv6-icmp", 58 },
	{ "ospf", 89 },
};

/* The number of a protocol; 0: `all`; negative: it is none. */
static int
find_proto(const struct parse *p, const char *word)
{
	uint32_t n;

	if (strcmp(word, "all") == 0)
		return 0;
	for (size_t i = 0; i < sizeof(protos) / sizeof(*protos); i++)
		if (strcasecmp(word, protos[i].name) == 0)
			return protos[i].number;
	if (val_num(word, 1, 255, &n) == 0)
		return (int)n;
	return p->nm->proto(word);
}

static bool
is_test(const char *word)
{
	return strcmp(word, "src") == 0 || strcmp(word, "dst") == 0 ||
	    strcmp(word, "estab") == 0 || strcmp(word, "syn") == 0 ||
	    strcmp(word, "finrst") == 0 || strcmp(word, "timeout") == 0;
}

/* ---- addresses ---- */

/* KEYWORD or KEYWORD/BITS; 1: it is none. */
static int
keyword(struct parse *p, const char *word, struct filter_addr *a,
    uint8_t *family)
{
	char name[16];
	size_t n = strcspn(word, "/");
	uint32_t most, bits;

	if (n >= sizeof(name))
		return 1;
	memcpy(name, word, n);
	name[n] = '\0';
	a->word = (uint8_t)val_addr_word(name);
	if (a->word == AW_NONE)
		return 1;
	*family = a->word == AW_MYADDR6 || a->word == AW_HISADDR6 ? 6 : 4;
	most = *family == 6 ? 128 : 32;
	bits = most;
	if (word[n] == '/' && val_num(word + n + 1, 0, most, &bits) < 0)
		return bad(p, "address: %s: bad mask width", word);
	a->bits = (uint8_t)bits;
	return 0;
}

static void
put4(struct filter_addr *a, uint32_t addr, uint8_t bits)
{
	for (int i = 0; i < 4 && bits > 0; i++)
		a->addr[i] = (uint8_t)(addr >> (24 - 8 * i));
	a->bits = bits;
}

static bool
is_any(const char *word)
{
	return strcmp(word, "any") == 0 || strcmp(word, "0") == 0 ||
	    strcmp(word, "0/0") == 0;
}

static bool
is_ip6(const char *word)
{
	const char *colon = strchr(word, ':');

	return colon != NULL && strchr(colon + 1, ':') != NULL;
}

static int
host(struct parse *p, const char *word, struct filter_addr *a)
{
	uint32_t addr;
	uint8_t bits;
	int err = val_ip4_bits(word, &addr, &bits);

	if (err == -E_RANGE)
		return bad(p, "address: %s: Only 32 bits allowed", word);
	if (err < 0) {
		bits = 32;
		if (strchr(word, '/') != NULL || p->nm->host(p->nm->arg,
		    word, &addr) < 0)
			return bad(p, "address: %s: Bad address", word);
	}
	put4(a, addr, bits);
	return 0;
}

static int
address(struct parse *p, struct filter_addr *a, uint8_t *family)
{
	const char *word = take(p);
	int err;

	*family = 0;
	if (is_any(word))
		return 0;
	err = keyword(p, word, a, family);
	if (err <= 0)
		return err;
	*family = is_ip6(word) ? 6 : 4;
	if (*family == 4)
		return host(p, word, a);
	err = val_ip6_bits(word, a->addr, &a->bits);
	if (err == -E_RANGE)
		return bad(p, "address: %s: Only 128 bits allowed", word);
	return err == 0 ? 0 : bad(p, "address: %s: Bad address", word);
}

static int
addresses(struct parse *p, struct filter_rule *r)
{
	uint8_t from, to;
	const char *first = peek(p);
	int err;

	if (p->n == 0 || find_proto(p, first) >= 0 || is_test(first)) {
		if (p->n == 0 || !is_any(first))
			return 0;	/* `0` is no protocol: an address */
	}
	err = address(p, &r->src, &from);
	if (err < 0)
		return err;
	if (p->n == 0 || is_test(peek(p)) || (find_proto(p, peek(p)) >= 0 &&
	    !is_any(peek(p))))
		return bad(p, "address: %s: a second address must follow",
		    first);
	err = address(p, &r->dst, &to);
	if (err < 0)
		return err;
	if (from != 0 && to != 0 && from != to)
		return bad(p, "address: %s: the other one is IPv%u", p->w[-1],
		    from);
	r->has_addr = true;
	r->family = from != 0 ? from : to;
	return 0;
}

/* ---- tests ---- */

static int
take_op(struct parse *p, const char *side, uint8_t *op)
{
	static const char *const ops[] = { "", "eq", "lt", "gt" };
	const char *word = take(p);

	for (uint8_t i = FILTER_EQ; i <= FILTER_GT; i++)
		if (strcasecmp(word, ops[i]) == 0) {
			*op = i;
			return 0;
		}
	return bad(p, "port: %s: `%s' needs eq, lt or gt behind it", word,
	    side);
}

static int
port(struct parse *p, const struct filter_rule *r, uint16_t *out)
{
	const char *word = take(p);
	const char *proto = r->proto == 6 ? "tcp" : "udp";
	uint32_t n;
	int err = val_num(word, 1, 65535, &n);

	if (*word == '\0')
		return bad(p, "port: no port or service given");
	if (err == -E_RANGE)
		return bad(p, "port: %s: not 1 to 65535", word);
	if (err < 0) {
		int found = p->nm->port(word, proto);

		if (found <= 0 || found > 65535)
			return bad(p, "port: %s: no such service of %s", word,
			    proto);
		n = (uint32_t)found;
	}
	*out = (uint16_t)n;
	return 0;
}

static int
icmp_type(struct parse *p, uint16_t *out)
{
	const char *word = take(p);
	uint32_t n;

	if (val_num(word, 0, 255, &n) < 0)
		return bad(p, "icmp type: %s: not 0 to 255", word);
	*out = (uint16_t)n;
	return 0;
}

static int
side(struct parse *p, struct filter_rule *r, bool src)
{
	const char *word = take(p);
	int err;

	if (r->proto == 1 || r->proto == 58) {
		if (!src)
			return bad(p, "icmp type: %s: only `src' tests it",
			    word);
		err = take_op(p, word, &r->src_op);
		return err < 0 ? err : icmp_type(p, &r->src_port);
	}
	if (r->proto != 6 && r->proto != 17)
		return bad(p, "protocol: %s: only tcp, udp and icmp have it",
		    word);
	err = take_op(p, word, src ? &r->src_op : &r->dst_op);
	return err < 0 ? err : port(p, r, src ? &r->src_port : &r->dst_port);
}

static int
flag(struct parse *p, struct filter_rule *r, uint8_t bit)
{
	const char *word = take(p);

	if (r->proto != 6)
		return bad(p, "protocol: %s: only tcp has it", word);
	r->flags |= bit;
	return 0;
}

static int
timeout(struct parse *p, struct filter_rule *r)
{
	const char *word;

	take(p);
	word = take(p);
	if (val_secs(word, 1, 31536000, &r->timeout) < 0)
		return bad(p, "timeout: %s: not 1 to 31536000 seconds", word);
	return 0;
}

static int
tests(struct parse *p, struct filter_rule *r)
{
	int err = 0;

	while (p->n > 0 && err == 0) {
		const char *word = peek(p);

		if (strcmp(word, "src") == 0 || strcmp(word, "dst") == 0)
			err = side(p, r, word[0] == 's');
		else if (strcmp(word, "estab") == 0)
			err = flag(p, r, FILTER_ESTAB);
		else if (strcmp(word, "syn") == 0)
			err = flag(p, r, FILTER_SYN);
		else if (strcmp(word, "finrst") == 0)
			err = flag(p, r, FILTER_FINRST);
		else if (strcmp(word, "timeout") == 0)
			err = timeout(p, r);
		else
			err = bad(p, "protocol: %s: no test (src, dst, estab,"
			    " syn, finrst, timeout)", word);
	}
	return err;
}

/* ---- the line ---- */

static int
action(struct parse *p, struct filter_line *l)
{
	const char *word = take(p);
	uint32_t n;

	if (strcmp(word, "permit") == 0)
		l->r.act = FILTER_PERMIT;
	else if (strcmp(word, "deny") == 0)
		l->r.act = FILTER_DENY;
	else if (val_num(word, 0, FILTER_RULES - 1, &n) == 0) {
		l->r.act = FILTER_GOTO;
		l->r.to = (uint8_t)n;
		if ((int)n <= l->rule)
			return bad(p, "action: %s: a jump goes to a rule "
			    "behind rule %d", word, l->rule);
	} else {
		return bad(p, "action: %s: not permit, deny, clear or a rule "
		    "behind rule %d", word, l->rule);
	}
	return 0;
}

static int
rule(struct parse *p, struct filter_line *l)
{
	int proto, err = action(p, l);

	if (err < 0)
		return err;
	l->r.invert = take_word(p, "!");
	err = addresses(p, &l->r);
	if (err < 0)
		return err;
	if (p->n > 0 && !is_test(peek(p))) {
		proto = find_proto(p, peek(p));
		if (proto < 0)
			return bad(p, "protocol: %s: no such protocol",
			    peek(p));
		if (proto > 255)
			return bad(p, "protocol: %s: over 255", peek(p));
		take(p);
		l->r.proto = (uint8_t)proto;
	}
	return tests(p, &l->r);
}

int
filter_parse(const struct filter_names *nm, char *const *w, int n,
    struct filter_line *out, char *why, size_t len)
{
	struct parse p = { .nm = nm, .w = w, .n = n, .why = why, .len = len };
	const char *word;
	uint32_t number;
	int f;

	memset(out, 0, sizeof(*out));
	why[0] = '\0';
	f = n >= 2 ? filter_find(take(&p)) : -1;
	if (f < 0)
		return -E_UNKNOWN;
	out->name = (uint8_t)f;
	word = take(&p);
	if (strcmp(word, "-1") == 0) {
		out->rule = -1;
		return p.n == 0 ? 0 : -E_UNKNOWN;
	}
	if (val_num(word, 0, FILTER_RULES - 1, &number) < 0)
		return bad(&p, "%s: not a rule from 0 to %d", word,
		    FILTER_RULES - 1);
	out->rule = (int8_t)number;
	if (p.n == 0)
		return -E_UNKNOWN;
	if (take_word(&p, "clear"))
		return p.n == 0 ? 0 : -E_UNKNOWN;
	return rule(&p, out);
}
