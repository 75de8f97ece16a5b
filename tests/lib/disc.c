/* Text to Discovery packets and back. */
#include "lib/disc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "pppoe/tag.h"

static const struct {
	const char *name;
	uint8_t	 code;
} codes[] = {
	{ "PADI", CODE_PADI }, { "PADO", CODE_PADO }, { "PADR", CODE_PADR },
	{ "PADS", CODE_PADS }, { "PADT", CODE_PADT },
};

static const uint16_t types[] = {
	TAG_SERVICE, TAG_AC_NAME, TAG_HOST_UNIQ, TAG_COOKIE, TAG_VENDOR,
	TAG_RELAY, TAG_MAX_PAYLOAD, TAG_SERVICE_ERROR, TAG_AC_ERROR,
	TAG_GENERIC_ERROR,
};

static uint16_t
type_of(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const char *name = tag_row(types[i])->name;

		if (strlen(name) == n && strncmp(name, s, n) == 0)
			return types[i];
	}
	if (n == 11 && strncmp(s, "End-Of-List", n) == 0)
		return TAG_END;
	BUG_ON(strncmp(s, "0x", 2) != 0);
	return (uint16_t)strtoul(s, NULL, 16);
}

static size_t
value_of(uint16_t type, const char *s, size_t n, uint8_t *out)
{
	size_t len = 0;

	if (type == TAG_MAX_PAYLOAD && strncmp(s, "0x", 2) != 0) {
		unsigned long v = strtoul(s, NULL, 10);

		out[0] = (uint8_t)(v >> 8);
		out[1] = (uint8_t)v;
		return 2;
	}
	if (n < 2 || strncmp(s, "0x", 2) != 0) {
		memcpy(out, s, n);
		return n;
	}
	for (size_t i = 2; i + 1 < n; i += 2) {
		char two[3] = { s[i], s[i + 1], '\0' };

		out[len++] = (uint8_t)strtoul(two, NULL, 16);
	}
	return len;
}

static const char *
put_one(struct wr *w, const char *s)
{
	const char *close = strchr(s, '>'), *space = s;
	uint8_t val[1500];
	uint16_t type;
	size_t n = 0;

	BUG_ON(close == NULL);
	while (*space != ' ' && *space != '>')
		space++;
	type = type_of(s, (size_t)(space - s));
	if (*space == ' ') {
		space++;
		n = value_of(type, space, (size_t)(close - space), val);
	}
	tag_put(w, type, val, n);
	return close + 1;
}

static uint8_t *
next_buffer(void)
{
	static uint8_t buf[8][2048];
	static unsigned turn;

	return buf[turn++ % 8];
}

struct rd
disc(const char *s)
{
	struct wr w = wr_of(next_buffer(), 2048);
	const char *sid = strstr(s, "sid=");
	uint8_t code = 0;
	size_t start;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strncmp(s, codes[i].name, 4) == 0)
			code = codes[i].code;
	if (strncmp(s, "0x", 2) == 0)
		code = (uint8_t)strtoul(s, NULL, 16);
	BUG_ON(code == 0);
	start = disc_begin(&w, code, sid == NULL ? 0 :
	    (uint16_t)strtoul(sid + 4, NULL, 16));
	s = strchr(s, '<');
	while (s != NULL)
		s = strchr(put_one(&w, s + 1), '<');
	disc_end(&w, start);
	BUG_ON(w.bad);
	return rd_of(w.base, wr_size(&w));
}

struct rd
disc_head(uint8_t code, uint16_t sid, const void *tags, size_t n)
{
	struct wr w = wr_of(next_buffer(), 2048);

	pppoe_write(&w, code, sid, (uint16_t)n);
	wr_put(&w, tags, n);
	BUG_ON(w.bad);
	return rd_of(w.base, wr_size(&w));
}

static void
event_said(const struct outbox *ob, const struct out_item *it, char *buf,
    size_t n)
{
	const char *text = (const char *)outbox_data(ob, it);
	int len = it->len;

	switch (it->event) {
	case PPPOE_EV_UP:
		snprintf(buf, n, "UP %u %.*s", it->arg, len, text);
		break;
	case PPPOE_EV_DOWN:
		snprintf(buf, n, "DOWN %s %.*s", why_name((enum why)it->arg),
		    len, text);
		break;
	case PPPOE_EV_OFFER:
		snprintf(buf, n, "OFFER %.*s", len, text);
		break;
	case PPPOE_EV_REFUSED:
		snprintf(buf, n, "REFUSED %s %.*s",
		    why_name((enum why)it->arg), len, text);
		break;
	default:
		snprintf(buf, n, "event %u", it->event);
	}
}

/* A cookie's value is "*": it is different every time. */
static void
hide_cookie(char *s)
{
	char *p = strstr(s, "AC-Cookie 0x"), *end;

	if (p == NULL)
		return;
	p += strlen("AC-Cookie ");
	end = strchr(p, '>');
	*p++ = '*';
	memmove(p, end, strlen(end) + 1);
}

const char *
disc_said(const struct outbox *ob, int i)
{
	static char buf[2048];
	const struct out_item *it = &ob->item[i];

	if (i >= ob->n)
		return "-";
	if (it->kind == OUT_EVENT) {
		event_said(ob, it, buf, sizeof(buf));
		return buf;
	}
	mac_text(it->dst, buf);
	buf[MAC_TEXT - 1] = ' ';
	pppoe_describe(rd_of(outbox_data(ob, it), it->len), buf + MAC_TEXT,
	    sizeof(buf) - MAC_TEXT);
	hide_cookie(buf);
	return buf;
}

const uint8_t *
disc_cookie(const struct outbox *ob, int i)
{
	struct rd r;
	struct pppoe_hdr h;
	struct tags t;

	if (i >= ob->n || ob->item[i].kind != OUT_DISC)
		return NULL;
	r = rd_of(outbox_data(ob, &ob->item[i]), ob->item[i].len);
	if (pppoe_read(&r, &h) < 0 || tags_read(r, &t) < 0 ||
	    !tags_have(&t, T_COOKIE))
		return NULL;
	return t.val[T_COOKIE].p;
}

const uint8_t *
disc_mac(const char *text)
{
	static uint8_t mac[8][ETH_ADDR];
	static unsigned turn;
	uint8_t *m = mac[turn++ % 8];
	unsigned v[ETH_ADDR];

	BUG_ON(sscanf(text, "%x:%x:%x:%x:%x:%x", &v[0], &v[1], &v[2], &v[3],
	    &v[4], &v[5]) != ETH_ADDR);
	for (int i = 0; i < ETH_ADDR; i++)
		m[i] = (uint8_t)v[i];
	return m;
}
