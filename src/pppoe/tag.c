/*
 * Discovery tags. The table says which value sizes are legal; whoever reads
 * a tag out of struct tags sees only legal ones. RFC 2516 Appendix A.
 */
#include "pppoe/tag.h"

#include <stdio.h>

#include "base/err.h"
#include "pppoe/pppoe.h"

#define ANY	UINT16_MAX

static const struct tag_row tag_rows[T_SLOTS] = {
	[T_SERVICE] = { TAG_SERVICE, 0, ANY, true, "Service-Name" },
	[T_AC_NAME] = { TAG_AC_NAME, 0, ANY, false, "AC-Name" },
	[T_HOST_UNIQ] =
	    { TAG_HOST_UNIQ, 0, PPPOE_UNIQ, false, "Host-Uniq" },
	[T_COOKIE] = { TAG_COOKIE, 0, 255, false, "AC-Cookie" },
	[T_VENDOR] = { TAG_VENDOR, 0, ANY, true, "Vendor-Specific" },
	[T_RELAY] =
	    { TAG_RELAY, 0, PPPOE_RELAY, false, "Relay-Session-Id" },
	[T_MAX_PAYLOAD] =
	    { TAG_MAX_PAYLOAD, 2, 2, false, "PPP-Max-Payload" },
	[T_SERVICE_ERROR] =
	    { TAG_SERVICE_ERROR, 0, ANY, true, "Service-Name-Error" },
	[T_AC_ERROR] = { TAG_AC_ERROR, 0, ANY, true, "AC-System-Error" },
	[T_GENERIC_ERROR] =
	    { TAG_GENERIC_ERROR, 0, ANY, true, "Generic-Error" },
};

const struct tag_row *
tag_row(uint16_t type)
{
	for (int i = 0; i < T_SLOTS; i++)
		if (tag_rows[i].type == type)
			return &tag_rows[i];
	return NULL;
}

bool
tag_next(struct rd *r, uint16_t *type, struct rd *val)
{
	if (rd_size(r) == 0)
		return false;
	*type = rd_u16(r);
	*val = rd_sub(r, rd_u16(r));
	return !r->bad;
}

bool
tag_is(struct rd val, const void *p, size_t n)
{
	return rd_size(&val) == n && (n == 0 || memcmp(val.p, p, n) == 0);
}

static int
keep(struct tags *t, const struct tag_row *row, struct rd val)
{
	size_t slot = (size_t)(row - tag_rows);
	size_t n = rd_size(&val);

	if (n < row->min || n > row->max)
		return -E_FORMAT;
	if (t->count[slot] == 0)
		t->val[slot] = val;
	else if (!row->many && !tag_is(t->val[slot], val.p, n))
		return -E_FORMAT;
	t->count[slot]++;	/* 1500 octets hold fewer than 65,536 tags */
	return 0;
}

int
tags_read(struct rd in, struct tags *t)
{
	struct rd r = in, val;
	uint16_t type;
	const uint8_t *end = in.p;

	memset(t, 0, sizeof(*t));
	for (int i = 0; i < T_SLOTS; i++)
		t->val[i] = rd_of(in.p, 0);
	while (tag_next(&r, &type, &val) && type != TAG_END) {
		const struct tag_row *row = tag_row(type);

		if (row != NULL && keep(t, row, val) < 0)
			return -E_FORMAT;
		end = r.p;
	}
	if (r.bad)
		return -E_SHORT;
	t->all = rd_of(in.p, (size_t)(end - in.p));
	return 0;
}

bool
tags_offer(const struct tags *t, const void *name, size_t n)
{
	struct rd r = t->all, val;
	uint16_t type;

	while (tag_next(&r, &type, &val))
		if (type == TAG_SERVICE && tag_is(val, name, n))
			return true;
	return false;
}

enum tag_slot
tags_error(const struct tags *t)
{
	for (int i = T_SERVICE_ERROR; i < T_SLOTS; i++)
		if (tags_have(t, (enum tag_slot)i))
			return (enum tag_slot)i;
	return T_SLOTS;
}

static bool
prints(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

void
tag_text(struct rd val, char *buf, size_t n)
{
	size_t i = 0;

	while (rd_size(&val) > 0 && i + 1 < n) {
		uint8_t c = rd_u8(&val);

		buf[i++] = prints(c) ? (char)c : '.';
	}
	buf[i] = '\0';
}

void
tag_id(struct rd val, char *buf, size_t n)
{
	const struct rd whole = val;
	size_t i = 2;
	bool text = true;

	while (rd_size(&val) > 0)
		text = prints(rd_u8(&val)) && text;
	if (text) {
		tag_text(whole, buf, n);
		return;
	}
	val = whole;
	snprintf(buf, n, "0x");
	while (rd_size(&val) > 0 && i + 2 < n) {
		snprintf(buf + i, n - i, "%02x", rd_u8(&val));
		i += 2;
	}
}

bool
vendor_next(struct rd *r, uint8_t *type, struct rd *val)
{
	if (rd_size(r) == 0)
		return false;
	*type = rd_u8(r);
	*val = rd_sub(r, rd_u8(r));
	return !r->bad;
}

/* What one Vendor-Specific tag says, if it is the Broadband Forum's. */
static void
vendor_line(struct rd v, char *circuit, char *remote, size_t n)
{
	struct rd val;
	uint8_t type;

	if (rd_u32(&v) != VENDOR_BBF)
		return;
	while (vendor_next(&v, &type, &val)) {
		if (type == VENDOR_CIRCUIT && circuit[0] == '\0')
			tag_id(val, circuit, n);
		else if (type == VENDOR_REMOTE && remote[0] == '\0')
			tag_id(val, remote, n);
	}
}

void
tags_line(const struct tags *t, char *circuit, char *remote, size_t n)
{
	struct rd r = t->all, val;
	uint16_t type;

	circuit[0] = remote[0] = '\0';
	while (tag_next(&r, &type, &val))
		if (type == TAG_VENDOR)
			vendor_line(val, circuit, remote, n);
}

void
tag_put(struct wr *w, uint16_t type, const void *p, size_t n)
{
	wr_u16(w, type);
	wr_u16(w, (uint16_t)n);
	wr_put(w, p, n);
}

size_t
disc_begin(struct wr *w, uint8_t code, uint16_t sid)
{
	size_t start = wr_size(w);

	pppoe_write(w, code, sid, 0);
	return start;
}

void
disc_end(struct wr *w, size_t start)
{
	wr_patch16(w, start + 4, (uint16_t)(wr_size(w) - start - PPPOE_HDR));
}
