/* The PPPoE header and the one packet both sides send. RFC 2516 section 4. */
#include "base/err.h"
#include "pppoe/pppoe.h"
#include "pppoe/tag.h"

#define VER_TYPE	0x11

int
pppoe_read(struct rd *r, struct pppoe_hdr *h)
{
	uint8_t ver_type = rd_u8(r);

	h->code = rd_u8(r);
	h->sid = rd_u16(r);
	h->len = rd_u16(r);
	if (r->bad)
		return -E_SHORT;
	if (ver_type != VER_TYPE)
		return -E_FORMAT;
	*r = rd_sub(r, h->len);
	return r->bad ? -E_SHORT : 0;
}

void
pppoe_write(struct wr *w, uint8_t code, uint16_t sid, uint16_t len)
{
	wr_u8(w, VER_TYPE);
	wr_u8(w, code);
	wr_u16(w, sid);
	wr_u16(w, len);
}

enum drop
pppoe_drop(int err)
{
	switch (-err) {
	case E_SHORT:
		return DROP_DISC_SHORT;
	case E_FORMAT:
		return DROP_DISC_FORMAT;
	case E_UNKNOWN:
		return DROP_DISC_FORGED;
	default:
		return DROP_DISC_STATE;
	}
}

void
pppoe_padt(struct wr *w, uint16_t sid, const char *text)
{
	size_t start = disc_begin(w, CODE_PADT, sid);

	if (text != NULL && text[0] != '\0')
		tag_put(w, TAG_GENERIC_ERROR, text, strlen(text));
	disc_end(w, start);
}
