/* Frames as a capture sees them. RFC 2516, RFC 1334, RFC 1994, RFC 2759. */
#include "sess/capture.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ppp/ppp.h"
#include "pppoe/pppoe.h"

#define HDR		4u		/* Code, Identifier, Length */
#define PROTOCOL_REJECT	8		/* of LCP */
#define PROTO_EAP	0xc227

const char *
capture_what_name(enum capture_what w)
{
	static const char *const name[] = { "discovery", "control", "all" };

	return name[w];
}

static void
look_ppp(struct rd *r, const uint8_t *p, struct captured *c)
{
	uint16_t proto = rd_u8(r);

	if ((proto & 1) == 0)		/* RFC 1661 section 2 */
		proto = (uint16_t)(proto << 8 | rd_u8(r));
	if (r->bad)
		return;
	c->proto = proto;
	c->kind = proto >= 0x8000 ? FRAME_CONTROL : FRAME_DATA;
	c->body = (size_t)(r->p - p);
}

static void
look_pppoe(struct rd *r, const uint8_t *p, bool disc, struct captured *c)
{
	rd_u8(r);			/* VER, TYPE */
	c->code = rd_u8(r);
	c->sid = rd_u16(r);
	rd_u16(r);			/* LENGTH */
	if (r->bad)
		c->kind = disc ? FRAME_DISC : FRAME_OTHER;
	else if (disc)
		c->kind = FRAME_DISC;
	else
		look_ppp(r, p, c);
}

void
capture_look(const uint8_t *p, size_t n, bool line, struct captured *c)
{
	struct rd r = rd_of(p, n);
	struct eth e;

	memset(c, 0, sizeof(*c));
	c->line = line;
	if (line) {
		rd_u16(&r);		/* FF 03 */
		look_ppp(&r, p, c);
		return;
	}
	if (eth_read(&r, 0, 0, &e) < 0)
		return;
	memcpy(c->dst, e.dst, ETH_ADDR);
	memcpy(c->src, e.src, ETH_ADDR);
	c->vlan.outer = e.vid[0];
	c->vlan.inner = e.vid[1];
	if (e.type == ETH_PPPOE_DISC || e.type == ETH_3COM_DISC)
		look_pppoe(&r, p, true, c);
	else if (e.type == ETH_PPPOE_SESS || e.type == ETH_3COM_SESS)
		look_pppoe(&r, p, false, c);
}

bool
capture_wants(const struct capture_conf *f, const struct captured *c)
{
	if (f->what != CAPTURE_ALL && c->kind != FRAME_DISC &&
	    (f->what != CAPTURE_CONTROL || c->kind != FRAME_CONTROL))
		return false;
	if (f->sid != 0 && (c->line || c->sid != f->sid))
		return false;
	return !f->by_mac || (!c->line &&
	    (memcmp(c->src, f->mac, ETH_ADDR) == 0 ||
	    memcmp(c->dst, f->mac, ETH_ADDR) == 0));
}

/* ---- secrets ---- */

/* A password, or all if the sizes do not fit. */
static void
mask_pap(uint8_t *p, size_t n)
{
	size_t id = n > HDR ? p[HDR] : 0, at = HDR + 1 + id + 1;

	if (p[0] == 2 || p[0] == 3)	/* Ack, Nak: a text */
		return;
	if (p[0] != 1 || at > n)
		at = HDR;
	memset(p + at, '*', n - at);
}

/* "S=" and "C=" of MS-CHAP's answers: hexadecimal digits follow. */
static void
mask_digits(uint8_t *p, size_t n)
{
	bool hide = false;

	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && (p[i] == 'S' || p[i] == 'C') &&
		    p[i + 1] == '=') {
			i++;
			hide = true;
			continue;
		}
		hide = hide && (isxdigit(p[i]) || p[i] == '*');
		if (hide)
			p[i] = '*';
	}
}

static void
mask_chap(uint8_t *p, size_t n)
{
	size_t size = n > HDR ? p[HDR] : 0;

	if (p[0] == 3 || p[0] == 4) {	/* Success, Failure */
		mask_digits(p + HDR, n - HDR);
		return;
	}
	if ((p[0] != 1 && p[0] != 2) || HDR + 1 + size > n) {
		memset(p + HDR, 0, n - HDR);
		return;
	}
	memset(p + HDR + 1, 0, size);
}

/* Behind the type; Success and Failure have none. */
static void
mask_eap(uint8_t *p, size_t n)
{
	if (n > HDR + 1)
		memset(p + HDR + 1, 0, n - HDR - 1);
}

static void
mask_body(uint8_t *p, size_t n, uint16_t proto)
{
	if (n <= HDR)
		return;
	if (proto == PROTO_LCP && p[0] == PROTOCOL_REJECT && n > HDR + 2) {
		proto = (uint16_t)(p[HDR] << 8 | p[HDR + 1]);
		p += HDR + 2;
		n -= HDR + 2;
		if (n <= HDR)
			return;
	}
	if (proto == PROTO_PAP)
		mask_pap(p, n);
	else if (proto == PROTO_CHAP)
		mask_chap(p, n);
	else if (proto == PROTO_EAP)
		mask_eap(p, n);
}

void
capture_mask(uint8_t *p, size_t n, const struct captured *c)
{
	if (c->kind == FRAME_CONTROL && c->body < n)
		mask_body(p + c->body, n - c->body, c->proto);
}

/* ---- what is said of one ---- */

void
capture_comment(const struct captured *c, const char *label,
    const char *who, bool out, char text[CAPTURE_COMMENT])
{
	const uint8_t *peer = out ? c->dst : c->src;
	char mac[MAC_TEXT], of[64] = "", sid[32] = "";

	if (c->sid != 0)
		snprintf(sid, sizeof(sid), ", session %u", c->sid);
	if (!c->line && mac_is_unicast(peer))
		snprintf(of, sizeof(of), "%s %s", c->sid != 0 ? " of" : ",",
		    mac_text(peer, mac));
	snprintf(text, CAPTURE_COMMENT, "label %s%s%.80s%s%s", label,
	    who[0] != '\0' ? ", " : "", who, sid, of);
}
