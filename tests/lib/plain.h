/* Settings of a link without compression, for tests that are not about it. */
#ifndef TESTS_PLAIN_H
#define TESTS_PLAIN_H

#include "ppp/ccp.h"

static inline void
plain_conf(struct ppp_conf *c, bool pppoe)
{
	const uint32_t off = NEG_CCP | NEG_VJCOMP;

	ppp_conf_default(c, pppoe);
	c->enabled &= ~off;
	c->accepted &= ~off;
}

#endif
