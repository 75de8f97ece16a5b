/*
 * What a RADIUS server grants: one row per attribute. An attribute of a size
 * that its RFC does not allow is passed over and named in @odd.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "aaa/radius_auth.h"
#include "lang/value.h"

#define ROUTE_TEXT	128

struct take {
	struct aaa_grant *g;
	char	*odd;
	size_t	 n;
};

static bool
odd(const struct take *t, const char *what)
{
	if (t->odd[0] == '\0')
		snprintf(t->odd, t->n, "%s", what);
	return false;
}

static uint32_t
number(struct rd val)
{
	return rd_u32(&val);
}

/* Printable text with its NUL; false: other octets or too long. */
static bool
text(struct rd val, char *to, size_t max)
{
	size_t n = rd_size(&val);

	if (n >= max)
		return false;
	for (size_t i = 0; i < n; i++)
		if (val.p[i] < ' ' || val.p[i] > '~')
			return false;
	rd_copy(&val, to, n);
	to[n] = '\0';
	return true;
}

/* ---- attributes ---- */

/* 255.255.255.254: of our pool; 255.255.255.255: the peer's own choice,
 * which is ours again. Section 5.8. */
static bool
address(const struct take *t, struct rd val)
{
	uint32_t addr = number(val);

	if (addr >= 0xfffffffe)
		return true;
	if (addr == 0)
		return odd(t, "Framed-IP-Address is 0.0.0.0");
	t->g->his = (struct ip4_want){ addr, 32 };
	t->g->has_his = true;
	return true;
}

static bool
netmask(const struct take *t, struct rd val)
{
	uint32_t m = number(val), bits = 0;

	while (bits < 32 && m << bits & 0x80000000)
		bits++;
	if (bits < 32 && m << bits != 0)
		return odd(t, "Framed-IP-Netmask has holes");
	t->g->extra.mask_bits = (uint8_t)bits;
	return true;
}

static bool
mtu(const struct take *t, struct rd val)
{
	uint32_t n = number(val);

	if (n < 64 || n > 65535)
		return odd(t, "Framed-MTU is not 64 to 65535");
	t->g->extra.mtu = (uint16_t)n;
	return true;
}

static bool
compression(const struct take *t, struct rd val)
{
	uint32_t n = number(val);

	t->g->extra.no_vj = n == 0;
	t->g->extra.vj = n == 1;
	return true;
}

static bool
session(const struct take *t, struct rd val)
{
	t->g->extra.session_secs = number(val);
	return true;
}

static bool
idle(const struct take *t, struct rd val)
{
	t->g->extra.idle_secs = number(val);
	return true;
}

/* Below a minute servers drown: RFC 2869 section 5.16. */
static bool
interim(const struct take *t, struct rd val)
{
	uint32_t n = number(val);

	t->g->extra.interim_secs = n != 0 && n < 60 ? 60 : n;
	return true;
}

/* `2000`, `2000/500`: down and up, kbit/s, as accel-ppp reads it. */
static bool
rates(const char *s, uint64_t *down, uint64_t *up)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*down = strtoul(s, &end, 10) * 1000ull;
	*up = *down;
	if (*end == '/' && end[1] >= '0' && end[1] <= '9')
		*up = strtoul(end + 1, &end, 10) * 1000ull;
	return *end == '\0';
}

static bool
filter(const struct take *t, struct rd val)
{
	struct grant_extra *e = &t->g->extra;
	char s[GRANT_NAME];
	uint64_t down, up;

	if (!text(val, s, sizeof(s)))
		return odd(t, "Filter-Id is no text of 1 to 63 octets");
	if (rates(s, &down, &up)) {
		e->rate_down = down;
		e->rate_up = up;
	} else {
		memcpy(e->filter, s, sizeof(s));
	}
	return true;
}

/* Kept whole: Accounting sends them back as they are. Section 5.25. */
static bool
class(const struct take *t, struct rd val)
{
	struct grant_extra *e = &t->g->extra;
	struct wr w = wr_of(e->class_ + e->class_len,
	    sizeof(e->class_) - e->class_len);

	rad_put(&w, RAD_CLASS, val.p, rd_size(&val));
	if (w.bad)
		return odd(t, "Class attributes are too many");
	e->class_len = (uint16_t)(e->class_len + wr_size(&w));
	return true;
}

/* ---- routes: DEST[/N] GATEWAY [METRIC...] ---- */

/* Without /N the old classes count: RFC 2865 section 5.22. */
static uint8_t
class_bits(uint32_t addr)
{
	return addr < 0x80000000 ? 8 : addr < 0xc0000000 ? 16 : 24;
}

static bool
dest4(char *s, struct grant_route *r)
{
	uint32_t addr, be;
	uint8_t bits;

	if (strcasecmp(s, "default") == 0)
		addr = bits = 0;
	else if (val_ip4_bits(s, &addr, &bits) < 0)
		return false;
	else if (strchr(s, '/') == NULL && addr != 0)
		bits = class_bits(addr);
	if (bits < 32)
		addr &= ~(0xffffffffu >> bits);
	be = htonl(addr);
	r->family = AF_INET;
	r->bits = bits;
	memcpy(r->dst, &be, sizeof(be));
	return true;
}

static bool
dest6(char *s, struct grant_route *r)
{
	if (strcasecmp(s, "default") == 0)
		memset(r->dst, 0, sizeof(r->dst));
	else if (val_ip6_bits(s, r->dst, &r->bits) < 0)
		return false;
	r->family = AF_INET6;
	for (unsigned i = 0; i < 16; i++)
		r->dst[i] &= (uint8_t)(r->bits >= 8 * i + 8 ? 0xff :
		    r->bits <= 8 * i ? 0 : 0xff << (8 * i + 8 - r->bits));
	return true;
}

/* A gateway of zeros, HISADDR or none at all: the peer. */
static bool
gateway(const char *s, struct grant_route *r)
{
	static const uint8_t zero[16];
	int af = r->family;

	if (s == NULL || strncmp(s, "HISADDR", 7) == 0)
		return true;
	if (inet_pton(af, s, r->gw) != 1)
		return false;
	r->has_gw = memcmp(r->gw, zero, sizeof(zero)) != 0;
	return true;
}

static bool
route(const struct take *t, struct rd val, bool six)
{
	struct grant_extra *e = &t->g->extra;
	struct grant_route r = { 0 };
	char s[ROUTE_TEXT], *rest, *dst, *gw;

	if (!text(val, s, sizeof(s)))
		return odd(t, "a route is no text");
	dst = strtok_r(s, " ", &rest);
	gw = strtok_r(NULL, " ", &rest);
	if (dst == NULL || !(six ? dest6(dst, &r) : dest4(dst, &r)) ||
	    !gateway(gw, &r))
		return odd(t, "a route is not DEST[/BITS] GATEWAY [METRIC]");
	if (e->routes == GRANT_ROUTES)
		return odd(t, "more routes than 8");
	e->route[e->routes++] = r;
	return true;
}

static bool
route4(const struct take *t, struct rd val)
{
	return route(t, val, false);
}

static bool
route6(const struct take *t, struct rd val)
{
	return route(t, val, true);
}

/* Reserved, Prefix-Length, as many octets as are not zero: RFC 3162. */
static bool
prefix6(const struct take *t, struct rd val)
{
	struct grant_extra *e = &t->g->extra;
	uint8_t bits, p[16] = { 0 };
	size_t n;

	rd_u8(&val);
	bits = rd_u8(&val);
	n = rd_size(&val);
	if (bits > 128 || n > 16)
		return odd(t, "Framed-IPv6-Prefix is longer than 128 bits");
	rd_copy(&val, p, n);
	e->prefix6_bits = bits;
	memcpy(e->prefix6, p, sizeof(p));
	return true;
}

static const struct row {
	uint8_t	 type, min, max;	/* octets of the value */
	bool	 (*take)(const struct take *t, struct rd val);
} rows[] = {
	{ RAD_FRAMED_IP_ADDRESS, 4, 4, address },
	{ RAD_FRAMED_IP_NETMASK, 4, 4, netmask },
	{ RAD_FILTER_ID, 1, 253, filter },
	{ RAD_FRAMED_MTU, 4, 4, mtu },
	{ RAD_FRAMED_COMPRESSION, 4, 4, compression },
	{ RAD_FRAMED_ROUTE, 1, 253, route4 },
	{ RAD_CLASS, 1, 253, class },
	{ RAD_SESSION_TIMEOUT, 4, 4, session },
	{ RAD_IDLE_TIMEOUT, 4, 4, idle },
	{ RAD_ACCT_INTERIM_INTERVAL, 4, 4, interim },
	{ RAD_FRAMED_IPV6_PREFIX, 2, 18, prefix6 },
	{ RAD_FRAMED_IPV6_ROUTE, 1, 253, route6 },
};

/* ---- vendors ---- */

static void
microsoft(const struct take *t, uint8_t type, struct rd val)
{
	struct grant_extra *e = &t->g->extra;
	uint32_t addr;

	if (type < RAD_MS_PRIMARY_DNS || type > RAD_MS_SECONDARY_NBNS)
		return;
	if (!rad_number(val, &addr))
		odd(t, "a name server is no IPv4 address");
	else if (type < RAD_MS_PRIMARY_NBNS)
		e->dns[type - RAD_MS_PRIMARY_DNS] = addr;
	else
		e->nbns[type - RAD_MS_PRIMARY_NBNS] = addr;
}

static void
wispr(const struct take *t, uint8_t type, struct rd val)
{
	uint32_t bits;

	if (type != RAD_WISPR_MAX_UP && type != RAD_WISPR_MAX_DOWN)
		return;
	if (!rad_number(val, &bits))
		odd(t, "WISPr-Bandwidth-Max is no number");
	else if (type == RAD_WISPR_MAX_UP)
		t->g->extra.rate_up = bits;
	else
		t->g->extra.rate_down = bits;
}

static void
vendor(const struct take *t, struct rd val)
{
	uint32_t id;
	uint8_t type;
	struct rd sub;

	if (!rad_vendor(&val, &id) ||
	    (id != RAD_MICROSOFT && id != RAD_WISPR))
		return;
	while (rad_vendor_next(&val, &type, &sub))
		if (id == RAD_MICROSOFT)
			microsoft(t, type, sub);
		else
			wispr(t, type, sub);
}

static void
one(const struct take *t, uint8_t type, struct rd val)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].type != type)
			continue;
		if (rd_size(&val) < rows[i].min ||
		    rd_size(&val) > rows[i].max)
			odd(t, "an attribute has a size that it cannot have");
		else
			rows[i].take(t, val);
		return;
	}
	if (type == RAD_VENDOR_SPECIFIC)
		vendor(t, val);
}

void
rad_grant(struct rd attrs, struct aaa_grant *g, char *odd_text, size_t n)
{
	struct take t = { g, odd_text, n };
	struct rd val;
	uint8_t type;

	while (rad_next(&attrs, &type, &val))
		one(&t, type, val);
}

/* ---- what nobody follows ---- */

/* Taken elsewhere, or without a meaning for the session. */
static bool
is_known(uint8_t type)
{
	static const uint8_t known[] = { RAD_USER_NAME, RAD_SERVICE_TYPE,
	    RAD_FRAMED_PROTOCOL, RAD_REPLY_MESSAGE, RAD_STATE,
	    RAD_VENDOR_SPECIFIC, RAD_PROXY_STATE, RAD_MESSAGE_AUTHENTICATOR,
	    29 };			/* Termination-Action: none is ours */

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == type)
			return true;
	return memchr(known, type, sizeof(known)) != NULL;
}

static const struct {
	uint8_t	 type;
	const char *name;
} unused[] = {
	{ 10, "Framed-Routing" }, { 19, "Callback-Number" },
	{ 20, "Callback-Id" },
	{ 62, "Port-Limit" }, { RAD_FRAMED_POOL, "Framed-Pool" },
	{ 100, "Framed-IPv6-Pool" }, { 123, "Delegated-IPv6-Prefix" },
};

static void
put_name(uint8_t type, char *to, size_t max)
{
	size_t at = strlen(to);
	const char *name = NULL;

	for (size_t i = 0; i < sizeof(unused) / sizeof(unused[0]); i++)
		if (unused[i].type == type)
			name = unused[i].name;
	if (name != NULL)
		snprintf(to + at, max - at, "%s%s", at > 0 ? ", " : "", name);
	else
		snprintf(to + at, max - at, "%sattribute %u",
		    at > 0 ? ", " : "", type);
}

void
rad_unused(struct rd attrs, char *to, size_t max)
{
	bool told[256] = { false };
	struct rd val;
	uint8_t type;

	to[0] = '\0';
	while (rad_next(&attrs, &type, &val)) {
		if (!told[type] && !is_known(type))
			put_name(type, to, max);
		told[type] = true;
	}
}
