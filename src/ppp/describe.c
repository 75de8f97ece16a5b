/*
 * Control packets in words, one line each:
 *	Configure-Request id=1 MRU=1492 Magic-Number=00000001
 * Everything comes from the peer: text is quoted and kept printable, what is
 * cut off or malformed is said so. Passwords, challenges and responses are
 * not shown.
 */
#include <stdarg.h>
#include <stdio.h>

#include "ppp/auth.h"
#include "ppp/ccp.h"
#include "ppp/ipcp.h"
#include "ppp/ipv6cp.h"
#include "ppp/lcp.h"
#include "ppp/ppp.h"

#define PROTO_EAP	0xc227
#define HEX_MAX		24u		/* octets of a value that are shown */
#define TEXT_MAX	64u		/* octets of a text that are shown */

struct line {
	char	*p;
	size_t	 room;			/* with the NUL */
};

static const struct proto_name {
	uint16_t proto;
	const char *name;
	const struct opt_table *opts;
} proto_names[] = {
	{ PROTO_LCP, "LCP", &lcp_table },
	{ PROTO_IPCP, "IPCP", &ipcp_table },
	{ PROTO_IPV6CP, "IPV6CP", &ipv6cp_table },
	{ PROTO_CCP, "CCP", &ccp_table },
	{ PROTO_PAP, "PAP", NULL },
	{ PROTO_CHAP, "CHAP", NULL },
	{ PROTO_EAP, "EAP", NULL },
	{ PROTO_LQR, "LQR", NULL },
	{ PROTO_IP, "IP", NULL },
	{ PROTO_IPV6, "IPv6", NULL },
	{ PROTO_VJC, "VJ-compressed", NULL },
	{ PROTO_VJU, "VJ-uncompressed", NULL },
	{ PROTO_MP, "MP", NULL },
	{ PROTO_COMPD, "Compressed", NULL },
};

static const char *const code_names[] = { NULL,
	"Configure-Request", "Configure-Ack", "Configure-Nak",
	"Configure-Reject", "Terminate-Request", "Terminate-Ack",
	"Code-Reject", "Protocol-Reject", "Echo-Request", "Echo-Reply",
	"Discard-Request", "Identification", "Time-Remaining",
	"Reset-Request", "Reset-Ack",
};
static const char *const pap_names[] = { NULL,
	"Authenticate-Request", "Authenticate-Ack", "Authenticate-Nak",
};
static const char *const chap_names[] = { NULL,
	"Challenge", "Response", "Success", "Failure",
};
#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const struct proto_name *
find_proto(uint16_t proto)
{
	for (unsigned i = 0; i < COUNT(proto_names); i++)
		if (proto_names[i].proto == proto)
			return &proto_names[i];
	return NULL;
}

const char *
ppp_proto_name(uint16_t proto)
{
	const struct proto_name *p = find_proto(proto);

	return p != NULL ? p->name : NULL;
}

__attribute__((format(printf, 2, 3))) static void
say(struct line *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (l->room <= 1)
		return;
	va_start(ap, fmt);
	n = vsnprintf(l->p, l->room, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= l->room)
		n = (int)l->room - 1;
	l->p += n;
	l->room -= (size_t)n;
}

static void
say_hex(struct line *l, struct rd r)
{
	size_t n = rd_size(&r) < HEX_MAX ? rd_size(&r) : HEX_MAX;

	for (size_t i = 0; i < n; i++)
		say(l, "%02x", r.p[i]);
	if (rd_size(&r) > n)
		say(l, "...");
}

static void
say_text(struct line *l, const char *name, struct rd r)
{
	size_t n = rd_size(&r) < TEXT_MAX ? rd_size(&r) : TEXT_MAX;

	if (rd_size(&r) == 0)
		return;
	say(l, " %s=\"", name);
	for (size_t i = 0; i < n; i++) {
		uint8_t c = r.p[i];

		if (c == '"' || c == '\\')
			say(l, "\\%c", c);
		else if (c >= ' ' && c <= '~')
			say(l, "%c", c);
		else
			say(l, "\\x%02x", c);
	}
	say(l, rd_size(&r) > n ? "...\"" : "\"");
}

static void
say_auth(struct line *l, struct rd r)
{
	struct rd v = r;
	uint16_t proto = rd_u16(&v);

	if (proto == PROTO_PAP && rd_size(&v) == 0)
		say(l, "PAP");
	else if (proto == PROTO_EAP && rd_size(&v) == 0)
		say(l, "EAP");
	else if (proto == PROTO_CHAP && rd_size(&v) == 1 &&
	    *v.p == CHAP_MD5)
		say(l, "CHAP-MD5");
	else if (proto == PROTO_CHAP && rd_size(&v) == 1 && *v.p == CHAP_MS)
		say(l, "MS-CHAP");
	else if (proto == PROTO_CHAP && rd_size(&v) == 1 &&
	    *v.p == CHAP_MSV2)
		say(l, "MS-CHAPv2");
	else
		say_hex(l, r);
}

static void
say_quality(struct line *l, struct rd r)
{
	struct rd v = r;

	if (rd_u16(&v) == PROTO_LQR && rd_size(&v) == 4)
		say(l, "LQR:%u", rd_u32(&v));
	else
		say_hex(l, r);
}

static void
say_ip(struct line *l, struct rd r)
{
	say(l, "%u.%u.%u.%u", r.p[0], r.p[1], r.p[2], r.p[3]);
}

static void
say_value(struct line *l, enum opt_show how, struct rd v)
{
	switch (how) {
	case SHOW_NUM:
		say(l, "%u", rd_size(&v) == 2 ? rd_u16(&v) : rd_u8(&v));
		break;
	case SHOW_IP:
		say_ip(l, v);
		break;
	case SHOW_AUTH:
		say_auth(l, v);
		break;
	case SHOW_QUALITY:
		say_quality(l, v);
		break;
	case SHOW_HEX:
		say_hex(l, v);
		break;
	}
}

static void
say_options(struct line *l, const struct opt_table *o, struct rd r)
{
	struct rd val;
	uint8_t type;

	while (opt_next(&r, &type, &val)) {
		const struct opt_row *row = opt_row(o, type);
		bool legal = row != NULL && (row->max == 0 ||
		    (rd_size(&val) >= row->min && rd_size(&val) <= row->max));

		if (row != NULL)
			say(l, " %s", row->name);
		else
			say(l, " Option-%u", type);
		if (rd_size(&val) == 0)
			continue;
		say(l, "=");
		say_value(l, legal ? row->show : SHOW_HEX, val);
	}
	if (r.bad)
		say(l, " (malformed)");
}

static void
say_magic(struct line *l, struct rd *r)
{
	say(l, " Magic-Number=%08x", rd_u32(r));
}

static void
say_proto(struct line *l, struct rd *r)
{
	uint16_t proto = rd_u16(r);
	const char *name = ppp_proto_name(proto);

	if (name != NULL)
		say(l, " Protocol=%s", name);
	else
		say(l, " Protocol=%04x", proto);
}

/* LCP, IPCP, IPV6CP, CCP. */
static void
say_control(struct line *l, const struct opt_table *o, uint8_t code,
    struct rd r)
{
	switch (code) {
	case CODE_CONF_REQ:
	case CODE_CONF_ACK:
	case CODE_CONF_NAK:
	case CODE_CONF_REJ:
		say_options(l, o, r);
		return;
	case CODE_TERM_REQ:
	case CODE_TERM_ACK:
		say_text(l, "Data", r);
		return;
	case CODE_CODE_REJ:
		say(l, " Code=%u", rd_u8(&r));
		break;
	case CODE_PROTO_REJ:
		say_proto(l, &r);
		break;
	case CODE_IDENT:
		say_magic(l, &r);
		say_text(l, "Message", r);
		break;
	case CODE_TIME_LEFT:
		say_magic(l, &r);
		say(l, " Seconds=%u", rd_u32(&r));
		say_text(l, "Message", r);
		break;
	default:
		if (o == &lcp_table && code >= CODE_ECHO_REQ &&
		    code <= CODE_DISCARD)
			say_magic(l, &r);
		break;
	}
	if (r.bad)
		say(l, " (malformed)");
}

static void
say_pap(struct line *l, uint8_t code, struct rd r)
{
	uint8_t n = rd_u8(&r);
	struct rd text = rd_sub(&r, n);

	if (r.bad)
		say(l, " (malformed)");
	else
		say_text(l, code == 1 ? "Peer-ID" : "Message", text);
}

static void
say_chap(struct line *l, uint8_t code, struct rd r)
{
	uint8_t n;

	if (code > 2) {
		say_text(l, "Message", r);
		return;
	}
	n = rd_u8(&r);
	rd_sub(&r, n);
	say(l, " Value-Size=%u", n);
	if (r.bad)
		say(l, " (malformed)");
	else
		say_text(l, "Name", r);
}

static void
say_packet(struct line *l, uint16_t proto, const char *const *names,
    unsigned known, struct rd in)
{
	const struct proto_name *p = find_proto(proto);
	uint8_t code = rd_u8(&in), id = rd_u8(&in);
	uint16_t len = rd_u16(&in);
	struct rd data = rd_sub(&in, len - 4u);

	if (code > 0 && code < known)
		say(l, "%s id=%u", names[code], id);
	else
		say(l, "Code-%u id=%u", code, id);
	if (in.bad || len < 4)
		say(l, " (malformed)");
	else if (proto == PROTO_PAP)
		say_pap(l, code, data);
	else if (proto == PROTO_CHAP)
		say_chap(l, code, data);
	else
		say_control(l, p->opts, code, data);
}

void
ppp_describe(uint16_t proto, struct rd in, char *buf, size_t n)
{
	const struct proto_name *p = find_proto(proto);
	struct line l = { buf, n };

	if (n == 0)
		return;
	*buf = '\0';
	if (proto == PROTO_PAP) {
		say_packet(&l, proto, pap_names, COUNT(pap_names), in);
	} else if (proto == PROTO_CHAP) {
		say_packet(&l, proto, chap_names, COUNT(chap_names), in);
	} else if (p != NULL && p->opts != NULL) {
		say_packet(&l, proto, code_names, COUNT(code_names), in);
	} else if (proto == PROTO_LQR) {
		say(&l, "Link-Quality-Report");
		say_magic(&l, &in);
	} else {
		say(&l, "%zu octets", rd_size(&in));
	}
}
