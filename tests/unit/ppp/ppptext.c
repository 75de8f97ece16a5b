/* Control packets from text: a word table and a writer. */
#include "unit/ppp/ppptext.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ppp/auth.h"
#include "ppp/ccp.h"
#include "ppp/ipcp.h"
#include "ppp/ipv6cp.h"
#include "ppp/lcp.h"
#include "ppp/ppp.h"
#include "wire/wr.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

struct packet {
	uint16_t proto;
	uint8_t	 code;
	struct wr w;
	char	*why;
	size_t	 n;
};

static const struct {
	const char *name;
	uint16_t proto;
} protos[] = {
	{ "LCP", PROTO_LCP }, { "IPCP", PROTO_IPCP },
	{ "IPV6CP", PROTO_IPV6CP }, { "CCP", PROTO_CCP },
	{ "PAP", PROTO_PAP }, { "CHAP", PROTO_CHAP }, { "LQR", PROTO_LQR },
	{ "EAP", 0xc227 },
};

static const struct {
	uint16_t proto;			/* 0: any but PAP and CHAP */
	uint8_t	 code;
	const char *name;
} codes[] = {
	{ 0, 1, "Configure-Request" }, { 0, 2, "Configure-Ack" },
	{ 0, 3, "Configure-Nak" }, { 0, 4, "Configure-Reject" },
	{ 0, 5, "Terminate-Request" }, { 0, 6, "Terminate-Ack" },
	{ 0, 7, "Code-Reject" }, { 0, 8, "Protocol-Reject" },
	{ 0, 9, "Echo-Request" }, { 0, 10, "Echo-Reply" },
	{ 0, 11, "Discard-Request" }, { 0, 12, "Identification" },
	{ 0, 13, "Time-Remaining" }, { 0, 14, "Reset-Request" },
	{ 0, 15, "Reset-Ack" },
	{ PROTO_PAP, 1, "Authenticate-Request" },
	{ PROTO_PAP, 2, "Authenticate-Ack" },
	{ PROTO_PAP, 3, "Authenticate-Nak" },
	{ PROTO_CHAP, 1, "Challenge" }, { PROTO_CHAP, 2, "Response" },
	{ PROTO_CHAP, 3, "Success" }, { PROTO_CHAP, 4, "Failure" },
};

int
ppptext_word(const char **text, char *word, size_t n)
{
	const char *p = *text;
	bool quoted = false;
	size_t i = 0;

	while (*p == ' ' || *p == '\t')
		p++;
	if (*p == '\0')
		return 0;
	for (; *p != '\0' && (quoted || (*p != ' ' && *p != '\t')); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (i + 1 < n)
			word[i++] = *p;
	}
	word[i] = '\0';
	*text = p;
	return 1;
}

int
ppptext_ip(const char *text, uint32_t *addr)
{
	unsigned a, b, c, d;
	char rest;

	if (sscanf(text, "%u.%u.%u.%u%c", &a, &b, &c, &d, &rest) != 4 ||
	    a > 255 || b > 255 || c > 255 || d > 255)
		return -1;
	*addr = a << 24 | b << 16 | c << 8 | d;
	return 0;
}

int
ppptext_hex(const char *text, uint8_t *buf, size_t max)
{
	size_t n = strlen(text);

	if (n % 2 != 0 || n / 2 > max)
		return -1;
	for (size_t i = 0; i < n / 2; i++) {
		unsigned v;

		if (sscanf(text + 2 * i, "%2x", &v) != 1)
			return -1;
		buf[i] = (uint8_t)v;
	}
	return (int)(n / 2);
}

static int
bad(struct packet *p, const char *word)
{
	snprintf(p->why, p->n, "cannot read \"%s\"", word);
	return -1;
}

static int
put_hex(struct packet *p, const char *text)
{
	uint8_t buf[PPPTEXT_MAX];
	int n = ppptext_hex(text, buf, sizeof(buf));

	if (n < 0)
		return bad(p, text);
	wr_put(&p->w, buf, (size_t)n);
	return 0;
}

static int
put_ip(struct packet *p, const char *text)
{
	uint32_t a;

	if (ppptext_ip(text, &a) < 0)
		return bad(p, text);
	wr_u32(&p->w, a);
	return 0;
}

static int
put_auth(struct packet *p, const char *text)
{
	if (strcmp(text, "PAP") == 0)
		wr_u16(&p->w, PROTO_PAP);
	else if (strcmp(text, "EAP") == 0)
		wr_u16(&p->w, 0xc227);
	else if (strcmp(text, "CHAP-MD5") == 0)
		wr_u16(&p->w, PROTO_CHAP), wr_u8(&p->w, CHAP_MD5);
	else if (strcmp(text, "MS-CHAP") == 0)
		wr_u16(&p->w, PROTO_CHAP), wr_u8(&p->w, CHAP_MS);
	else if (strcmp(text, "MS-CHAPv2") == 0)
		wr_u16(&p->w, PROTO_CHAP), wr_u8(&p->w, CHAP_MSV2);
	else
		return put_hex(p, text);
	return 0;
}

static int
put_value(struct packet *p, const struct opt_row *row, const char *text)
{
	switch (row == NULL ? SHOW_HEX : (enum opt_show)row->show) {
	case SHOW_NUM:
		if (row->max == 1)
			wr_u8(&p->w, (uint8_t)atoi(text));
		else
			wr_u16(&p->w, (uint16_t)atoi(text));
		return 0;
	case SHOW_IP:
		return put_ip(p, text);
	case SHOW_AUTH:
		return put_auth(p, text);
	case SHOW_QUALITY:
		if (strncmp(text, "LQR:", 4) != 0)
			return put_hex(p, text);
		wr_u16(&p->w, PROTO_LQR);
		wr_u32(&p->w, (uint32_t)atoi(text + 4));
		return 0;
	case SHOW_HEX:
		break;
	}
	return put_hex(p, text);
}

static const struct opt_table *
table_of(uint16_t proto)
{
	static const struct opt_table none = { NULL, 0 };

	return proto == PROTO_LCP ? &lcp_table :
	    proto == PROTO_IPCP ? &ipcp_table :
	    proto == PROTO_IPV6CP ? &ipv6cp_table :
	    proto == PROTO_CCP ? &ccp_table : &none;
}

/* NAME, NAME=VALUE or Option-N=HEX. */
static int
put_option(struct packet *p, const char *name, const char *value)
{
	const struct opt_table *o = table_of(p->proto);
	const struct opt_row *row = NULL;
	size_t at = wr_size(&p->w);
	int type = -1;

	for (unsigned i = 0; i < o->n; i++)
		if (strcmp(o->row[i].name, name) == 0)
			row = &o->row[i];
	if (row != NULL)
		type = row->type;
	else if (strncmp(name, "Option-", 7) == 0)
		type = atoi(name + 7);
	if (type < 0)
		return bad(p, name);
	wr_u8(&p->w, (uint8_t)type);
	wr_u8(&p->w, 0);
	if (*value != '\0' && put_value(p, row, value) < 0)
		return -1;
	p->w.base[at + 1] = (uint8_t)(wr_size(&p->w) - at);
	return 0;
}

static int
put_proto(struct packet *p, const char *name)
{
	for (unsigned i = 0; i < COUNT(protos); i++)
		if (strcmp(protos[i].name, name) == 0) {
			wr_u16(&p->w, protos[i].proto);
			return 0;
		}
	return put_hex(p, name);
}

static void
put_counted(struct packet *p, const char *text)
{
	wr_u8(&p->w, (uint8_t)strlen(text));
	wr_put(&p->w, text, strlen(text));
}

/* What a packet without options holds. */
static int
put_field(struct packet *p, const char *name, const char *value)
{
	size_t at = wr_size(&p->w);

	if (strcmp(name, "Magic-Number") == 0 || strcmp(name, "Data") == 0)
		return put_hex(p, value);
	if (strcmp(name, "Protocol") == 0)
		return put_proto(p, value);
	if (strcmp(name, "Seconds") == 0) {
		wr_u32(&p->w, (uint32_t)atoi(value));
	} else if (strcmp(name, "Value") == 0) {
		wr_u8(&p->w, 0);
		if (put_hex(p, value) < 0)
			return -1;
		p->w.base[at] = (uint8_t)(wr_size(&p->w) - at - 1);
	} else if (strcmp(name, "Peer-ID") == 0 ||
	    strcmp(name, "Password") == 0 ||
	    (strcmp(name, "Message") == 0 && p->proto == PROTO_PAP)) {
		put_counted(p, value);
	} else if (strcmp(name, "Name") == 0 ||
	    strcmp(name, "Message") == 0) {
		wr_put(&p->w, value, strlen(value));
	} else {
		return bad(p, name);
	}
	return 0;
}

static int
put_word(struct packet *p, char *word)
{
	char *eq = strchr(word, '=');
	const char *value = "";

	if (eq != NULL) {
		*eq = '\0';
		value = eq + 1;
	}
	if (strcmp(word, "id") == 0) {
		p->w.base[1] = (uint8_t)atoi(value);
		return 0;
	}
	if (p->proto != PROTO_PAP && p->proto != PROTO_CHAP &&
	    p->code >= 1 && p->code <= 4)
		return put_option(p, word, value);
	return put_field(p, word, value);
}

static int
find_code(uint16_t proto, const char *word)
{
	bool auth = proto == PROTO_PAP || proto == PROTO_CHAP;

	for (unsigned i = 0; i < COUNT(codes); i++)
		if (codes[i].proto == (auth ? proto : 0) &&
		    strcmp(codes[i].name, word) == 0)
			return codes[i].code;
	if (strncmp(word, "Code-", 5) == 0 && word[5] >= '0' &&
	    word[5] <= '9')
		return atoi(word + 5);
	return -1;
}

static int
build_raw(struct packet *p, const char *text)
{
	char word[2 * PPPTEXT_MAX + 1];
	uint8_t id[2];

	if (!ppptext_word(&text, word, sizeof(word)) ||
	    ppptext_hex(word, id, 2) != 2)
		return bad(p, text);
	p->proto = (uint16_t)(id[0] << 8 | id[1]);
	p->w.p = p->w.base;
	while (ppptext_word(&text, word, sizeof(word)))
		if (put_hex(p, word) < 0)
			return -1;
	return (int)wr_size(&p->w);
}

static int
build_named(struct packet *p, const char *text)
{
	char word[512];
	int code;

	if (!ppptext_word(&text, word, sizeof(word)))
		return bad(p, "");
	for (unsigned i = 0; i < COUNT(protos); i++)
		if (strcmp(protos[i].name, word) == 0) {
			p->proto = protos[i].proto;
			if (!ppptext_word(&text, word, sizeof(word)))
				return bad(p, text);
			break;
		}
	code = find_code(p->proto, word);
	if (code < 0)
		return bad(p, word);
	p->code = (uint8_t)code;
	wr_u8(&p->w, p->code);
	wr_u8(&p->w, 0);
	wr_u16(&p->w, 0);
	while (ppptext_word(&text, word, sizeof(word)))
		if (put_word(p, word) < 0)
			return -1;
	wr_patch16(&p->w, 2, (uint16_t)wr_size(&p->w));
	return p->w.bad ? bad(p, "too long") : (int)wr_size(&p->w);
}

int
ppptext_build(const char *text, uint16_t *proto, uint8_t buf[PPPTEXT_MAX],
    char *why, size_t n)
{
	struct packet p = { .proto = PROTO_LCP, .w = wr_of(buf, PPPTEXT_MAX),
	    .why = why, .n = n };
	int len;

	if (strncmp(text, "raw ", 4) == 0)
		len = build_raw(&p, text + 4);
	else
		len = build_named(&p, text);
	*proto = p.proto;
	return len;
}
