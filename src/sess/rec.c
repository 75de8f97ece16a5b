/* Names of link states. */
#include "sess/rec.h"

const char *
link_state_name(enum link_state s)
{
	static const char *const name[] = {
		[LINK_CLOSED] = "closed", [LINK_OPENING] = "opening",
		[LINK_DIAL] = "dial", [LINK_CARRIER] = "carrier",
		[LINK_LOGIN] = "login", [LINK_READY] = "ready",
		[LINK_LCP] = "lcp", [LINK_AUTH] = "auth",
		[LINK_CBCP] = "cbcp", [LINK_OPEN] = "open",
		[LINK_LOGOUT] = "logout", [LINK_HANGUP] = "hangup",
	};

	return name[s];
}

static const struct {
	uint16_t proto;
	const char *name;
} counted[PROTO_COUNTS] = {
	[PC_VJ_UNCOMP] = { PROTO_VJU, "VJ_UNCOMP" },
	[PC_VJ_COMP] = { PROTO_VJC, "VJ_COMP" },
	[PC_COMPD] = { PROTO_COMPD, "COMPD" },
	[PC_ICOMPD] = { 0x00fb, "ICOMPD" },
	[PC_LCP] = { PROTO_LCP, "LCP" },
	[PC_IPCP] = { PROTO_IPCP, "IPCP" },
	[PC_IPV6CP] = { PROTO_IPV6CP, "IPV6CP" },
	[PC_CCP] = { PROTO_CCP, "CCP" },
	[PC_PAP] = { PROTO_PAP, "PAP" },
	[PC_LQR] = { PROTO_LQR, "LQR" },
	[PC_CHAP] = { PROTO_CHAP, "CHAP" },
	[PC_MULTILINK] = { PROTO_MP, "MULTILINK" },
	[PC_OTHERS] = { 0, "Others" },
};

enum proto_count
rec_proto(uint16_t proto)
{
	unsigned i = 0;

	while (i < PC_OTHERS && counted[i].proto != proto)
		i++;
	return (enum proto_count)i;
}

const char *
rec_proto_name(enum proto_count p)
{
	return counted[p].name;
}

const char *
setup_phase_name(enum setup_phase p)
{
	static const char *const name[SETUP_PHASES] = { "discovery", "lcp",
	    "authentication", "network", "session" };

	return name[p];
}
