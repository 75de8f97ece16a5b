/* The defaults of ppp(8). */
#include "ppp/conf.h"

#include <string.h>

#define MRU_MAX		2048	/* `set mru max`, `set mtu max` */

void
ppp_conf_default(struct ppp_conf *c, bool pppoe)
{
	static const struct retry negotiate = { 3, 5, 5 };
	static const struct retry prove = { 3, 3, 3 };

	memset(c, 0, sizeof(*c));
	c->enabled = NEG_ACFCOMP | NEG_PROTOCOMP | NEG_ENDDISC |
	    NEG_SHORTSEQ | NEG_VJCOMP | NEG_DEFLATE | NEG_PRED1 | NEG_MPPE |
	    NEG_IPCP | NEG_IPV6CP | NEG_IDCHECK;
	c->accepted = NEG_ACFCOMP | NEG_PROTOCOMP | NEG_CHAP5 | NEG_MSCHAP |
	    NEG_MSCHAPV2 | NEG_PAP | NEG_LQR | NEG_ENDDISC | NEG_SHORTSEQ |
	    NEG_VJCOMP | NEG_DEFLATE | NEG_PRED1 | NEG_MPPE;
	c->pppoe = pppoe;
	c->open_delay = pppoe ? 0 : 1;	/* PADS says that the peer listens */
	c->mru_max = c->mtu_max = MRU_MAX;
	c->lqr_period = 30;
	c->echo_fail = 5;
	c->lcp = c->ipcp = c->ipv6cp = c->ccp = negotiate;
	c->pap = c->chap = prove;
	c->deflate_out = 15;
	c->vj_slots = VJ_SLOTS_MAX;
	c->vj_slotcomp = true;
}
