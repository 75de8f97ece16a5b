/* The words of `set http`, and those parts of a request that are ours. */
#include "ctl/http.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ct.h"
#include "base/err.h"
#include "crypto/base64.h"
#include "ctl/listen.h"

/* ---- where to listen ---- */

static bool
parse_port(const char *s, uint16_t *port)
{
	size_t len = strlen(s);
	unsigned long v;

	if (len < 1 || len > 5 || strspn(s, "0123456789") != len)
		return false;
	v = strtoul(s, NULL, 10);
	*port = (uint16_t)v;
	return v >= 1 && v <= UINT16_MAX;
}

/* The address of @s without its port, brackets taken off. */
static bool
parse_addr(struct http_conf *c, const char *s, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	bool six = len > 2 && s[0] == '[' && s[len - 1] == ']';

	s += six;
	len -= six ? 2 : 0;
	if (len >= sizeof(text))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	c->family = six ? AF_INET6 : AF_INET;
	return inet_pton(c->family, text, c->addr) == 1;
}

static bool
parse_place(struct http_conf *c, const char *s)
{
	const char *colon = strrchr(s, ':');

	if (colon != NULL)
		return parse_addr(c, s, (size_t)(colon - s)) &&
		    parse_port(colon + 1, &c->port);
	c->family = AF_INET;
	memcpy(c->addr, (uint8_t[]){ 127, 0, 0, 1 }, 4);
	return parse_port(s, &c->port);
}

int
http_parse(struct http_conf *c, const char *addr, const char *password,
    const char *mask, int unit, char *why, size_t n)
{
	*c = (struct http_conf){ .local = addr[0] == '/', .mask = 0177 };
	if (strlen(password) > PROMPT_PASSWORD) {
		snprintf(why, n, "password longer than %d octets",
		    PROMPT_PASSWORD);
		return -E_RANGE;
	}
	memcpy(c->password, password, strlen(password) + 1);
	if (!c->local && mask != NULL)
		return -E_FORMAT;
	if (!c->local && !parse_place(c, addr)) {
		snprintf(why, n, "%s: not PORT, IPv4:PORT, [IPv6]:PORT or "
		    "/PATH", addr);
		return -E_UNKNOWN;
	}
	if (mask != NULL && !listen_mask(mask, &c->mask)) {
		snprintf(why, n, "%s: Invalid mask", mask);
		return -E_RANGE;
	}
	if (c->local && !listen_path(addr, unit, c->path, sizeof(c->path))) {
		snprintf(why, n, "%s: Path too long", addr);
		return -E_RANGE;
	}
	return 0;
}

bool
http_is_near(const struct http_conf *c)
{
	static const uint8_t one6[16] = { [15] = 1 };

	return c->local || (c->family == AF_INET ? c->addr[0] == 127 :
	    memcmp(c->addr, one6, sizeof(one6)) == 0);
}

/* ---- Host ---- */

static bool
is_address(const char *s, size_t len)
{
	struct http_conf c;

	return parse_addr(&c, s, len);
}

static bool
same_name(const char *s, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(s, name, len) == 0;
}

/* @own is `gw' or `gw.example.net'; the client may say either. */
static bool
is_own(const char *s, size_t len, const char *own)
{
	size_t label = strcspn(own, "."), said = 0;

	if (label == 0)
		return false;
	while (said < len && s[said] != '.')
		said++;
	if (said == len)
		return said == label && strncasecmp(s, own, label) == 0;
	return same_name(s, len, own);
}

bool
http_host_ok(const char *host, const char *own)
{
	size_t len = strcspn(host, host[0] == '[' ? "]" : ":");
	uint16_t port;

	len += host[len] == ']';
	if (host[len] != '\0' && (host[len] != ':' ||
	    !parse_port(host + len + 1, &port)))
		return false;
	return is_address(host, len) || same_name(host, len, "localhost") ||
	    is_own(host, len, own);
}

/* ---- Authorization ---- */

bool
http_auth_ok(const char *field, const char *password)
{
	uint8_t said[3 * PROMPT_PASSWORD + 256];
	const uint8_t *colon;
	bool ok = false;
	int n;

	if (field == NULL || strncasecmp(field, "Basic ", 6) != 0)
		return false;
	field += 6 + strspn(field + 6, " ");
	n = base64_decode(field, strlen(field), said, sizeof(said));
	colon = n > 0 ? memchr(said, ':', (size_t)n) : NULL;
	if (colon != NULL)
		ok = ct_equal(colon + 1, (size_t)(said + n - colon - 1),
		    password, strlen(password));
	ct_wipe(said, sizeof(said));
	return ok;
}

/* ---- the query ---- */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of [*s, end); -1: not well-formed, or not for us. */
static int
next_char(const char **s, const char *end)
{
	int c = (unsigned char)*(*s)++, hi, lo;

	if (c == '+')
		return ' ';
	if (c == '%') {
		if (end - *s < 2 || (hi = hex((*s)[0])) < 0 ||
		    (lo = hex((*s)[1])) < 0)
			return -1;
		*s += 2;
		c = hi << 4 | lo;
	}
	return c < ' ' || c == 0x7f ? -1 : c;
}

static bool
unescape(const char *s, const char *end, char *out, size_t n)
{
	size_t len = 0;
	int c;

	while (s < end) {
		c = next_char(&s, end);
		if (c < 0 || len + 1 >= n)
			return false;
		out[len++] = (char)c;
	}
	out[len] = '\0';
	return true;
}

bool
http_query(const char *query, const char *name, char *out, size_t n)
{
	size_t len = strlen(name);

	while (query != NULL && *query != '\0') {
		const char *end = query + strcspn(query, "&");

		if ((size_t)(end - query) > len && query[len] == '=' &&
		    memcmp(query, name, len) == 0)
			return unescape(query + len + 1, end, out, n);
		query = *end == '&' ? end + 1 : end;
	}
	return false;
}
