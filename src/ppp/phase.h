/*
 * Inside the link: the phases of RFC 1661 section 3.2, between link.c, which
 * takes packets and answers, and the engines. All may queue packets and
 * events; phase_settle() is called once after them.
 */
#ifndef PPP_PHASE_H
#define PPP_PHASE_H

#include "ppp/link.h"

#define PHASE_SAFE_MRU	1492u		/* what any Ethernet path carries */
#define PHASE_ANSWER	SEC(30)		/* control must answer within */

void phase_set(struct ppp *p, const struct turn *t, enum ppp_phase ph);

/* phase_blame - why it ends; the first reason counts. */
void phase_blame(struct ppp *p, enum why why);

/* phase_lower - LCP is not Opened any more: all that stood on it falls. */
void phase_lower(struct ppp *p, const struct turn *t);

/* phase_close - terminate politely; PPP_EV_FINISHED at once or later. */
void phase_close(struct ppp *p, const struct turn *t, enum why why);

/* phase_lose - nothing is heard of the peer: it is told once that the link
 * ends, for it may still hear us. Finished at once. */
void phase_lose(struct ppp *p, const struct turn *t, enum why why);

/* phase_watch - watch the peer as LCP agreed and conf says. */
void phase_watch(struct ppp *p, const struct turn *t);

/* phase_probe_size - octets that both sides agreed to take, for RFC 4638. */
uint16_t phase_probe_size(const struct ppp *p);

/* phase_peer_keys - the verdict brought MPPE keys with it. */
void phase_peer_keys(struct ppp *p, const struct auth_verdict *v);

/*
 * phase_network - control gave us addresses: IPCP, IPV6CP and CCP begin;
 * the first two wait for CCP when nothing may go unencrypted.
 */
void phase_network(struct ppp *p, const struct turn *t);

/* phase_ccp_down - CCP to its initial state. */
void phase_ccp_down(struct ppp *p, const struct turn *t);

/* phase_proved - a proof arrived: on to the Network phase after the last. */
void phase_proved(struct ppp *p, const struct turn *t);

/* phase_enter - the Network phase, or first the bundle it belongs to. */
void phase_enter(struct ppp *p, const struct turn *t);

/* phase_settle - act on what the engines did since the last time. */
void phase_settle(struct ppp *p, const struct turn *t);

#endif
