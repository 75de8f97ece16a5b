/* One side of an authentication for tests: both roles, one outbox. */
#ifndef TESTS_AUTH_HELP_H
#define TESTS_AUTH_HELP_H

#include "ppp/auth.h"

struct side {
	struct auth_self self;
	struct auth_peer peer;
	struct ppp_conf conf;
	struct rng rng;
	struct outbox ob;
	enum auth_step step;
	tstamp now;
};

/* side_init - `fred`, `secret`; three tries of 3 s. */
void side_init(struct side *s, uint64_t seed);

/* Each of these empties the outbox first and sets s->step. */
void side_self(struct side *s, uint16_t proto, uint8_t algo);
void side_peer(struct side *s, uint16_t proto, uint8_t algo);
int side_input(struct side *s, uint16_t proto, const void *p, size_t n);
void side_verdict(struct side *s, bool ok, const char *message);
void side_wait(struct side *s, unsigned secs);	/* and what is due then */

/* How many packets and events @kind are in the outbox. */
int side_packets(const struct side *s);
int side_events(const struct side *s, enum ppp_event ev);

/* The only packet, which must be there; its bytes and length. */
const uint8_t *side_packet(const struct side *s, size_t *n);

/* The only event of this sort, which must be there: argument and text. */
uint32_t side_arg(const struct side *s, enum ppp_event ev);
const char *side_text(const struct side *s, enum ppp_event ev);
void side_query(const struct side *s, struct auth_query *q);

/* side_pass - the packets in @from's outbox go to @to; the last result. */
int side_pass(const struct side *from, struct side *to, uint16_t proto);

#endif
