/* Replacing HISADDR and the like. */
#include "lang/vars.h"

#include <ctype.h>
#include <string.h>

static const char *const names[VARS] = {
	"AUTHNAME", "DNS0", "DNS1", "ENDDISC", "HISADDR",
	"HISADDR6", "INTERFACE", "IPOCTETSIN", "IPOCTETSOUT",
	"IPPACKETSIN", "IPPACKETSOUT", "IPV6OCTETSIN",
	"IPV6OCTETSOUT", "IPV6PACKETSIN", "IPV6PACKETSOUT",
	"IPV6PREFIX", "LABEL", "MYADDR", "MYADDR6", "OCTETSIN",
	"OCTETSOUT", "PACKETSIN", "PACKETSOUT", "PEER_ENDDISC",
	"PROCESSID", "SOCKNAME", "UPTIME", "USER", "VERSION",
};

const char *
var_name(enum var v)
{
	return names[v];
}

static bool
wordc(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The variable that the @n octets at @s spell; VARS: none. */
static enum var
find(const char *s, size_t n)
{
	for (int v = 0; v < VARS; v++)
		if (strlen(names[v]) == n && memcmp(names[v], s, n) == 0)
			return (enum var)v;
	return VARS;
}

static size_t
span(const char *s)
{
	size_t n = 0;

	while (wordc(s[n]))
		n++;
	return n;
}

void
vars_expand(const char *in, var_fn *value, void *arg, struct txt *out)
{
	while (*in != '\0') {
		bool kept = *in == '\\';
		const char *s = in + kept;
		size_t n = span(s);
		enum var v = find(s, n);

		if (n == 0 || v == VARS) {
			n = n == 0 ? 1 : n + kept;
			txt_add(out, in, n);
			in += n;
			continue;
		}
		if (kept)
			txt_add(out, s, n);
		else
			value(v, out, arg);
		in = s + n;
	}
}

static void
nothing(enum var v, struct txt *out, void *arg)
{
	(void)v;
	(void)out;
	(void)arg;
}

bool
vars_has(const char *in)
{
	struct txt t = { 0 };
	bool has;

	vars_expand(in, nothing, NULL, &t);
	has = strcmp(txt_str(&t), in) != 0;
	txt_free(&t);
	return has;
}
