/*
 * Between IP and the wire of one session: header compression and what CCP
 * agreed on. There is none until IPCP or CCP opens with an algorithm, and
 * the memory goes with it.
 */
#ifndef SESS_PACK_H
#define SESS_PACK_H

#include "comp/comp.h"
#include "comp/vj.h"
#include "ppp/link.h"

struct pack {				/* owner: the session */
	struct comp *in, *out;		/* NULL: plain */
	struct vj_in *vj_in;		/* NULL: none */
	struct vj_out *vj_out;
	struct vj_stats vj;
	bool	 encrypts;		/* out is MPPE */
};

/*
 * pack_ccp - what CCP agreed on, in place of what was; @c NULL: nothing.
 * pack_vj - the same of IPCP. *@k is made, and freed when nothing is left.
 * False: no memory (or no RC4); that part of *@k is as without agreement.
 */
bool pack_ccp(struct pack **k, const struct ccp *c,
    const struct mppe_keys *keys);
bool pack_vj(struct pack **k, const struct ipcp *c);
void pack_free(struct pack **k);

#endif
