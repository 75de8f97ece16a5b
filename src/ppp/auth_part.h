/*
 * Between auth.c, pap.c and chap.c only: what the dispatcher calls and what
 * both protocols share. The two roles come in one struct, because CHAP must
 * know its own challenge when it is challenged.
 */
#ifndef PPP_AUTH_PART_H
#define PPP_AUTH_PART_H

#include "ppp/auth.h"

#define AUTH_TEXT	128		/* octets of a peer's message kept */

struct auth_run {		/* one call; everything is borrowed */
	struct auth_self *s;
	struct auth_peer *a;
	const struct ppp_conf *c;
	struct rng	*rng;
	tstamp		 now;
	struct outbox	*ob;
	enum auth_step	*step;
};

/* Code and Identifier are off, @in holds the Data field alone. */
int pap_input(struct auth_run *r, uint8_t code, uint8_t id, struct rd in);
int chap_input(struct auth_run *r, uint8_t code, uint8_t id, struct rd in);

/* Send (again): our PAP request, our challenge, our response, our verdict for
 * @id. */
void pap_request(struct auth_self *s, const struct ppp_conf *c, tstamp now,
    struct outbox *ob);
void chap_challenge(struct auth_peer *a, const struct ppp_conf *c, tstamp now,
    struct outbox *ob);
void chap_response(struct auth_self *s, const struct ppp_conf *c,
    const char *name, tstamp now, struct outbox *ob);
void pap_reply(const struct auth_peer *a, struct outbox *ob);
void chap_reply(const struct auth_peer *a, struct outbox *ob);

/* The key of a challenge that chap_input() asked for. */
void chap_key(struct auth_run *r, const struct auth_key *k);

/* auth_begin, auth_end - a packet with its four octets of header. */
struct wr auth_begin(struct outbox *ob, uint8_t code, uint8_t id);
void auth_end(struct outbox *ob, struct wr *w, uint16_t proto);

/* auth_sent - PPP_EV_AUTH_SENT, the first time. */
void auth_sent(struct auth_self *s, struct outbox *ob);

/*
 * auth_outcome - the peer's word on us, or our finding that it lied.
 * @text: its message; made printable and cut for the event
 */
void auth_outcome(struct auth_run *r, bool ok, struct rd text);

/* auth_ask - queue the query and await the verdict. 0 or -E_FULL. */
int auth_ask(struct auth_run *r, const struct auth_query *q);

/* auth_tries - how often @t lets us ask: 1..255. */
uint8_t auth_tries(const struct retry *t);
tstamp auth_period(const struct retry *t);

#endif
