/* Replacing HISADDR and the like. */
#include "lang/vars.h"

#include <ctype.h>
#include <string.h>

static const struct {
	const char *name, *help;
} vars[VARS] = {
	{ "AUTHNAME", "Our name: set authname." },
	{ "DNS0",
	  "First name server: told by the peer, set or of resolv.conf." },
	{ "DNS1", "Second name server." },
	{ "ENDDISC", "Our endpoint discriminator." },
	{ "HISADDR", "The peer's IPv4 address." },
	{ "HISADDR6", "The peer's IPv6 address." },
	{ "INTERFACE", "Name of the interface." },
	{ "IPOCTETSIN", "Octets of IPv4 that came." },
	{ "IPOCTETSOUT", "Octets of IPv4 that went." },
	{ "IPPACKETSIN", "Packets of IPv4 that came." },
	{ "IPPACKETSOUT", "Packets of IPv4 that went." },
	{ "IPV6OCTETSIN", "Octets of IPv6 that came." },
	{ "IPV6OCTETSOUT", "Octets of IPv6 that went." },
	{ "IPV6PACKETSIN", "Packets of IPv6 that came." },
	{ "IPV6PACKETSOUT", "Packets of IPv6 that went." },
	{ "IPV6PREFIX", "Prefix that RADIUS gave; else nothing." },
	{ "LABEL", "The current label." },
	{ "MYADDR", "Our IPv4 address." },
	{ "MYADDR6", "Our IPv6 address." },
	{ "OCTETSIN", "Octets of IPv4 and IPv6 that came." },
	{ "OCTETSOUT", "Octets of IPv4 and IPv6 that went." },
	{ "PACKETSIN", "Packets of IPv4 and IPv6 that came." },
	{ "PACKETSOUT", "Packets of IPv4 and IPv6 that went." },
	{ "PEER_ENDDISC", "The peer's endpoint discriminator." },
	{ "PROCESSID", "Number of the process." },
	{ "SOCKNAME", "Port or path of the diagnostic socket." },
	{ "UPTIME", "How long the line has been up, H:MM:SS." },
	{ "USER", "Name that the peer proved." },
	{ "VERSION", "Version of the program." },
};

const char *
var_name(enum var v)
{
	return vars[v].name;
}

const char *
var_help(enum var v)
{
	return vars[v].help;
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
		if (strlen(vars[v].name) == n &&
		    memcmp(vars[v].name, s, n) == 0)
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
