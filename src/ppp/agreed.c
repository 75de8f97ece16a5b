/* What a link has agreed: the questions of ppp/ppp.h. */
#include "ppp/link.h"

enum ppp_phase
ppp_phase(const struct ppp *p)
{
	return p->phase;
}

bool
ppp_ip_up(const struct ppp *p)
{
	return p->ipcp.fsm.state == FSM_OPENED;
}

bool
ppp_ipv6_up(const struct ppp *p)
{
	return p->ipv6cp.fsm.state == FSM_OPENED;
}

uint32_t
ppp_my_addr(const struct ppp *p)
{
	return p->ipcp.my;
}

uint32_t
ppp_his_addr(const struct ppp *p)
{
	return p->ipcp.his;
}

uint32_t
ppp_dns(const struct ppp *p, int i)
{
	return p->ipcp.dns[i];
}

const uint8_t *
ppp_my_ifid(const struct ppp *p)
{
	return p->ipv6cp.my;
}

const uint8_t *
ppp_his_ifid(const struct ppp *p)
{
	return p->ipv6cp.his;
}

uint16_t
ppp_mtu(const struct ppp *p)
{
	uint16_t mtu = p->lower_mru;

	if (p->lcp.his.mru != 0 && p->lcp.his.mru < mtu)
		mtu = p->lcp.his.mru;
	if (p->conf->mtu_max != 0 && p->conf->mtu_max < mtu)
		mtu = p->conf->mtu_max;
	if (p->net.mtu != 0 && p->net.mtu < mtu)
		mtu = p->net.mtu;
	return (uint16_t)(mtu - ccp_overhead(&p->ccp));
}

const char *
ppp_peer_name(const struct ppp *p)
{
	return p->peer_due ? "" : p->name;
}

const char *
ppp_phase_name(enum ppp_phase ph)
{
	static const char *const names[] = { "Dead", "Establish",
	    "Authenticate", "Network", "Terminate" };

	return ph < sizeof(names) / sizeof(names[0]) ? names[ph] : "?";
}
