/* Typed values of the language. */
#include "lang/value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/err.h"

/* Digits at *@s, which moves behind them. */
static int
digits(const char **s, uint32_t *out)
{
	uint64_t n = 0;
	const char *p = *s;

	if (!isdigit((unsigned char)*p))
		return -E_FORMAT;
	for (; isdigit((unsigned char)*p); p++) {
		n = n * 10 + (uint64_t)(*p - '0');
		if (n > UINT32_MAX)
			n = (uint64_t)UINT32_MAX + 1;
	}
	*s = p;
	if (n > UINT32_MAX)
		return -E_RANGE;
	*out = (uint32_t)n;
	return 0;
}

int
val_num(const char *s, uint32_t lo, uint32_t hi, uint32_t *out)
{
	uint32_t n = 0;
	int err = digits(&s, &n);

	if (err == -E_FORMAT || *s != '\0')
		return -E_FORMAT;
	if (err < 0 || n < lo || n > hi)
		return -E_RANGE;
	*out = n;
	return 0;
}

int
val_secs(const char *s, uint32_t lo, uint32_t hi, uint32_t *out)
{
	static const struct { char c; uint32_t secs; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	};
	uint32_t n = 0, mul = 1;
	int err = digits(&s, &n);

	if (err == -E_FORMAT)
		return err;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*s == units[i].c) {
			mul = units[i].secs;
			s++;
			break;
		}
	if (*s != '\0')
		return -E_FORMAT;
	if (err < 0 || n > UINT32_MAX / mul || n * mul < lo || n * mul > hi)
		return -E_RANGE;
	*out = n * mul;
	return 0;
}

int
val_hex(const char *s, uint32_t *out)
{
	char *end;
	unsigned long n;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	if (!isxdigit((unsigned char)*s))
		return -E_FORMAT;
	n = strtoul(s, &end, 16);
	if (*end != '\0')
		return -E_FORMAT;
	if (n > UINT32_MAX)
		return -E_RANGE;
	*out = (uint32_t)n;
	return 0;
}

int
val_rate(const char *s, uint64_t lo, uint64_t hi, uint64_t *out)
{
	static const char units[] = "kmg";
	uint64_t n = 0, unit = 1;
	const char *u;
	int digits = 0;

	for (; isdigit((unsigned char)*s); s++, digits++) {
		if (n > UINT32_MAX)
			return -E_RANGE;
		n = n * 10 + (uint64_t)(*s - '0');
	}
	if (digits == 0)
		return -E_FORMAT;
	if (*s != '\0') {
		u = strchr(units, tolower((unsigned char)*s));
		if (u == NULL || s[1] != '\0')
			return -E_FORMAT;
		for (const char *i = units; i <= u; i++)
			unit *= 1000;
	}
	if (n > hi / unit || n * unit < lo)
		return -E_RANGE;
	*out = n * unit;
	return 0;
}

static int
choice(const char *s, const char *yes, const char *no, bool *out)
{
	bool is = strcasecmp(s, yes) == 0;

	if (!is && strcasecmp(s, no) != 0)
		return -E_FORMAT;
	*out = is;
	return 0;
}

int
val_onoff(const char *s, bool *out)
{
	return choice(s, "on", "off", out);
}

int
val_yesno(const char *s, bool *out)
{
	return choice(s, "yes", "no", out);
}

static int
hexdigit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ?
	    tolower((unsigned char)c) - 'a' + 10 : -1;
}

int
val_mac(const char *s, uint8_t out[6])
{
	uint8_t mac[6];

	for (int i = 0; i < 6; i++, s += 3) {
		if (hexdigit(s[0]) < 0 || hexdigit(s[1]) < 0)
			return -E_FORMAT;
		mac[i] = (uint8_t)(hexdigit(s[0]) << 4 | hexdigit(s[1]));
		if (i < 5 ? s[2] != ':' && s[2] != '-' : s[2] != '\0')
			return -E_FORMAT;
	}
	memcpy(out, mac, sizeof(mac));
	return 0;
}

int
val_ip4(const char *s, uint32_t *out)
{
	struct in_addr a;

	if (inet_pton(AF_INET, s, &a) != 1)
		return -E_FORMAT;
	*out = ntohl(a.s_addr);
	return 0;
}

/* The address of ADDR[/N] into @addr; *@bits stays when there is no /N. */
static int
split_bits(const char *s, char *addr, size_t n, uint8_t max, uint8_t *bits)
{
	size_t len = strcspn(s, "/");
	uint32_t b;
	int err;

	if (len >= n)
		return -E_FORMAT;
	memcpy(addr, s, len);
	addr[len] = '\0';
	if (s[len] == '\0')
		return 0;
	err = val_num(s + len + 1, 0, max, &b);
	if (err == 0)
		*bits = (uint8_t)b;
	return err;
}

int
val_ip4_bits(const char *s, uint32_t *addr, uint8_t *bits)
{
	char text[INET_ADDRSTRLEN];
	uint8_t b = 32;
	uint32_t a = 0;
	int err = split_bits(s, text, sizeof(text), 32, &b);

	if (err < 0)
		return err;
	if (strcmp(text, "0") != 0 && val_ip4(text, &a) < 0)
		return -E_FORMAT;
	*addr = a;
	*bits = a == 0 ? 0 : b;
	return 0;
}

int
val_ip6_bits(const char *s, uint8_t addr[16], uint8_t *bits)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t b = 128;
	struct in6_addr a;
	int err = split_bits(s, text, sizeof(text), 128, &b);

	if (err < 0)
		return err;
	if (inet_pton(AF_INET6, text, &a) != 1)
		return -E_FORMAT;
	memcpy(addr, &a, 16);
	*bits = b;
	return 0;
}

const char *
ip6_text(const uint8_t addr[16], char buf[IP6_TEXT])
{
	return inet_ntop(AF_INET6, addr, buf, IP6_TEXT);
}

int
val_mask(const char *s, uint8_t *bits)
{
	uint32_t mask = 0, gap;
	uint8_t n = 0;

	if (strcmp(s, "0") != 0 && val_ip4(s, &mask) < 0)
		return -E_FORMAT;
	gap = ~mask;
	if ((gap & (gap + 1)) != 0)
		return -E_RANGE;
	for (; mask != 0; mask <<= 1)
		n++;
	*bits = n;
	return 0;
}

int
val_host(const char *s, uint32_t *out)
{
	struct addrinfo hint = { .ai_family = AF_INET }, *list;
	struct sockaddr_in sin;

	if (val_ip4(s, out) == 0)
		return 0;
	if (*s == '\0' || getaddrinfo(s, NULL, &hint, &list) != 0)
		return -E_UNKNOWN;
	memcpy(&sin, list->ai_addr, sizeof(sin));
	freeaddrinfo(list);
	*out = ntohl(sin.sin_addr.s_addr);
	return 0;
}

/* A or A-B, @n octets at @s. */
static int
range(const char *s, size_t n, struct val_range *r)
{
	char text[2 * INET_ADDRSTRLEN], *dash;

	if (n >= sizeof(text))
		return -E_FORMAT;
	memcpy(text, s, n);
	text[n] = '\0';
	dash = strchr(text, '-');
	if (dash != NULL)
		*dash++ = '\0';
	if (val_ip4(text, &r->lo) < 0)
		return -E_FORMAT;
	r->hi = r->lo;
	if (dash != NULL && val_ip4(dash, &r->hi) < 0)
		return -E_FORMAT;
	return r->hi < r->lo ? -E_RANGE : 0;
}

int
val_ranges(const char *s, struct val_range *out, int max, int *n)
{
	int count = 0;

	for (;; s++) {
		size_t len = strcspn(s, ",");
		struct val_range r;
		int err = range(s, len, &r);

		if (err < 0)
			return err;
		if (count == max)
			return -E_FULL;
		out[count++] = r;
		s += len;
		if (*s == '\0')
			break;
	}
	*n = count;
	return 0;
}

int
val_vlan(const char *s, uint16_t *outer, uint16_t *inner)
{
	uint32_t a = 0, b = 0;
	int err = digits(&s, &a);

	if (err == -E_FORMAT)
		return err;
	if (*s == ':') {
		s++;
		if (digits(&s, &b) == -E_FORMAT)
			return -E_FORMAT;
		if (b < 1 || b > 4094)
			err = -E_RANGE;
	}
	if (*s != '\0')
		return -E_FORMAT;
	if (err < 0 || a < 1 || a > 4094)
		return -E_RANGE;
	*outer = (uint16_t)a;
	*inner = (uint16_t)b;
	return 0;
}

/* Seconds or `random` at *@s. */
static int
pause_of(const char **s, uint32_t *out)
{
	if (strncasecmp(*s, "random", 6) == 0) {
		*s += 6;
		*out = VAL_RANDOM;
		return 0;
	}
	return digits(s, out);
}

int
val_redial(const char *s, struct val_redial *out)
{
	struct val_redial r = { .inc = 0, .max = 10, .next = 3 };

	if (pause_of(&s, &r.secs) < 0)
		return -E_FORMAT;
	if (*s == '+') {
		s++;
		if (digits(&s, &r.inc) < 0)
			return -E_FORMAT;
		if (*s == '-') {
			s++;
			if (digits(&s, &r.max) < 0)
				return -E_FORMAT;
		}
	}
	if (*s == '.') {
		s++;
		if (pause_of(&s, &r.next) < 0)
			return -E_FORMAT;
	}
	if (*s != '\0')
		return -E_FORMAT;
	*out = r;
	return 0;
}

const char *
addr_word_name(enum addr_word w)
{
	static const char *const names[] = { NULL, "MYADDR", "HISADDR",
	    "MYADDR6", "HISADDR6", "DNS0", "DNS1" };

	return names[w];
}

enum addr_word
val_addr_word(const char *s)
{
	for (int w = AW_MYADDR; w <= AW_DNS1; w++)
		if (strcasecmp(s, addr_word_name((enum addr_word)w)) == 0)
			return (enum addr_word)w;
	return AW_NONE;
}
