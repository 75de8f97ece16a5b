/* A Discovery packet in words, for `set log Phase` and captures. */
#include <stdio.h>

#include "base/err.h"
#include "pppoe/pppoe.h"
#include "pppoe/tag.h"

#define VALUE_MAX	96	/* characters of one value */

/* A text that is cut at its end, never past it. */
struct line {
	char	*p;
	size_t	 left;
};

static void
add(struct line *l, const char *s)
{
	while (*s != '\0' && l->left > 1) {
		*l->p++ = *s++;
		l->left--;
	}
	*l->p = '\0';
}

static const char *
code_name(uint8_t code)
{
	switch (code) {
	case CODE_PADI:
		return "PADI";
	case CODE_PADO:
		return "PADO";
	case CODE_PADR:
		return "PADR";
	case CODE_PADS:
		return "PADS";
	case CODE_PADT:
		return "PADT";
	default:
		return NULL;
	}
}

static void
add_hex(struct line *l, struct rd val)
{
	char buf[VALUE_MAX] = "0x";
	size_t i = 2;

	while (rd_size(&val) > 0 && i + 2 < sizeof(buf)) {
		snprintf(buf + i, sizeof(buf) - i, "%02x", rd_u8(&val));
		i += 2;
	}
	add(l, buf);
	if (rd_size(&val) > 0)
		add(l, "...");
}

static void
add_vendor(struct line *l, struct rd val)
{
	char buf[VALUE_MAX];
	const struct rd whole = val;
	struct rd sub;
	uint8_t type;

	if (rd_u32(&val) != VENDOR_BBF) {
		add_hex(l, whole);
		return;
	}
	add(l, "TR-101");
	while (vendor_next(&val, &type, &sub)) {
		if (type == VENDOR_CIRCUIT || type == VENDOR_REMOTE) {
			tag_id(sub, buf, sizeof(buf));
			add(l, type == VENDOR_CIRCUIT ? " circuit-id " :
			    " remote-id ");
		} else {
			snprintf(buf, sizeof(buf), " %u:", type);
			add(l, buf);
			tag_id(sub, buf, sizeof(buf));
		}
		add(l, buf);
	}
}

static void
add_value(struct line *l, uint16_t type, struct rd val)
{
	char buf[VALUE_MAX];

	switch (type) {
	case TAG_SERVICE:
	case TAG_AC_NAME:
	case TAG_SERVICE_ERROR:
	case TAG_AC_ERROR:
	case TAG_GENERIC_ERROR:
		tag_text(val, buf, sizeof(buf));
		add(l, buf);
		return;
	case TAG_MAX_PAYLOAD:
		snprintf(buf, sizeof(buf), "%u", rd_u16(&val));
		add(l, val.bad ? "?" : buf);
		return;
	case TAG_VENDOR:
		add_vendor(l, val);
		return;
	default:
		add_hex(l, val);
	}
}

static void
add_tag(struct line *l, uint16_t type, struct rd val)
{
	const struct tag_row *row = tag_row(type);
	char buf[16];

	if (type == TAG_END) {
		add(l, " <End-Of-List>");
		return;
	}
	snprintf(buf, sizeof(buf), "Tag 0x%04x", type);
	add(l, " <");
	add(l, row != NULL ? row->name : buf);
	if (rd_size(&val) > 0) {
		add(l, " ");
		add_value(l, type, val);
	}
	add(l, ">");
}

static void
add_header(struct line *l, const struct pppoe_hdr *h)
{
	const char *name = code_name(h->code);
	char buf[16];

	snprintf(buf, sizeof(buf), "code 0x%02x", h->code);
	add(l, name != NULL ? name : buf);
	if (h->sid != 0) {
		snprintf(buf, sizeof(buf), " sid=0x%04x", h->sid);
		add(l, buf);
	}
}

void
pppoe_describe(struct rd in, char *buf, size_t n)
{
	struct line l = { buf, n };
	struct pppoe_hdr h;
	struct rd val;
	uint16_t type = TAG_SERVICE;
	int err;

	if (n == 0)
		return;
	buf[0] = '\0';
	err = pppoe_read(&in, &h);
	if (err == -E_FORMAT) {
		add(&l, "not PPPoE version 1 type 1");
		return;
	}
	if (err < 0) {
		add(&l, "PPPoE packet cut off");
		return;
	}
	add_header(&l, &h);
	while (type != TAG_END && tag_next(&in, &type, &val))
		add_tag(&l, type, val);
	if (in.bad)
		add(&l, " <tag longer than the packet>");
}
