/*
 * Authentication: which protocol and role a packet is for, timers, events.
 * What PAP and CHAP say to each other is in pap.c and chap.c.
 */
#include "ppp/auth.h"

#include <string.h>

#include "base/ct.h"
#include "base/err.h"
#include "ppp/auth_part.h"

#define PEER_ROLE	(1u << 16)	/* in the argument of an event */
#define HEADER		4		/* Code, Identifier, Length */

uint8_t
auth_tries(const struct retry *t)
{
	return (uint8_t)(t->reqs == 0 ? 1 : t->reqs > 255 ? 255 : t->reqs);
}

tstamp
auth_period(const struct retry *t)
{
	return SEC(t->period == 0 ? 1 : t->period);
}

struct wr
auth_begin(struct outbox *ob, uint8_t code, uint8_t id)
{
	struct wr w = outbox_begin(ob, OUTBOX_BYTES);

	wr_u8(&w, code);
	wr_u8(&w, id);
	wr_u16(&w, 0);
	return w;
}

void
auth_end(struct outbox *ob, struct wr *w, uint16_t proto)
{
	wr_patch16(w, 2, (uint16_t)wr_size(w));
	outbox_ppp(ob, w, proto);
}

void
auth_sent(struct auth_self *s, struct outbox *ob)
{
	if (s->told)
		return;
	s->told = true;
	outbox_event(ob, PPP_EV_AUTH_SENT, s->proto, NULL);
}

static void
event_text(struct outbox *ob, uint16_t event, uint32_t arg, struct rd text)
{
	struct wr w = outbox_begin(ob, AUTH_TEXT);
	uint8_t ch;

	while (rd_size(&text) > 0 && w.p < w.end) {
		ch = rd_u8(&text);
		wr_u8(&w, ch >= ' ' && ch <= '~' ? ch : '.');
	}
	outbox_event(ob, event, arg, &w);
}

void
auth_outcome(struct auth_run *r, bool ok, struct rd text)
{
	r->s->state = ok ? AUTH_OK : AUTH_FAILED;
	r->s->deadline = NEVER;
	*r->step = ok ? AUTH_SELF_OK : AUTH_SELF_FAIL;
	event_text(r->ob, ok ? PPP_EV_AUTH_OK : PPP_EV_AUTH_FAIL, r->s->proto,
	    text);
}

int
auth_ask(struct auth_run *r, const struct auth_query *q)
{
	struct wr w = outbox_begin(r->ob, sizeof(*q));

	wr_put(&w, q, sizeof(*q));
	if (!outbox_event(r->ob, PPP_EV_AUTH_QUERY, 0, &w))
		return -E_FULL;
	r->a->id = q->id;
	r->a->state = AUTH_ASKED;
	r->a->deadline = NEVER;
	*r->step = AUTH_PEER_QUERY;
	return 0;
}

/* Identifiers go on from the last run: its late answers match nothing. */
void
auth_self_start(struct auth_self *s, const struct ppp_conf *c, uint16_t proto,
    uint8_t algo, tstamp now, struct outbox *ob)
{
	*s = (struct auth_self){
		.proto = proto, .algo = algo, .state = AUTH_WAIT, .id = s->id,
		.tries = 0,
	};
	if (proto == PROTO_PAP)
		pap_request(s, c, now, ob);
	else
		s->deadline = now +
		    auth_tries(&c->chap) * auth_period(&c->chap);
}

void
auth_peer_start(struct auth_peer *a, const struct ppp_conf *c, uint16_t proto,
    uint8_t algo, struct rng *rng, tstamp now, struct outbox *ob)
{
	*a = (struct auth_peer){
		.proto = proto, .algo = algo, .state = AUTH_WAIT,
		.id = (uint8_t)(a->id + 1), .run = a->run,
	};
	if (proto == PROTO_CHAP) {
		rng_fill(rng, a->challenge, sizeof(a->challenge));
		chap_challenge(a, c, now, ob);
	} else
		a->deadline = now +
		    auth_tries(&c->pap) * auth_period(&c->pap);
}

int
auth_input(struct auth_self *s, struct auth_peer *a, const struct ppp_conf *c,
    struct rng *rng, uint16_t proto, struct rd in, tstamp now,
    struct outbox *ob, enum auth_step *step)
{
	struct auth_run r = { s, a, c, rng, now, ob, step };
	uint8_t code = rd_u8(&in), id = rd_u8(&in);
	uint16_t len = rd_u16(&in);
	struct rd data;

	*step = AUTH_NOTHING;
	if (in.bad)
		return -E_SHORT;
	if (len < HEADER)
		return -E_FORMAT;
	data = rd_sub(&in, len - HEADER);
	if (data.bad)
		return -E_SHORT;
	if (proto == PROTO_PAP)
		return pap_input(&r, code, id, data);
	return chap_input(&r, code, id, data);
}

void
auth_self_key(struct auth_self *s, struct auth_peer *a,
    const struct ppp_conf *c, struct rng *rng, const struct auth_key *k,
    tstamp now, struct outbox *ob, enum auth_step *step)
{
	struct auth_run r = { s, a, c, rng, now, ob, step };

	*step = AUTH_NOTHING;
	chap_key(&r, k);
}

void
auth_peer_verdict(struct auth_peer *a, const struct auth_verdict *v,
    tstamp now, struct outbox *ob)
{
	const size_t max = sizeof(v->message);

	(void)now;
	if (a->state != AUTH_ASKED)
		return;
	a->verdict = *v;
	a->verdict.mppe_len = 0;
	ct_wipe(a->verdict.mppe_send, sizeof(v->mppe_send));
	ct_wipe(a->verdict.mppe_recv, sizeof(v->mppe_recv));
	a->verdict.message[max - 1] = '\0';
	a->state = v->ok ? AUTH_OK : AUTH_FAILED;
	a->deadline = NEVER;
	if (a->proto == PROTO_PAP)
		pap_reply(a, ob);
	else
		chap_reply(a, ob);
	event_text(ob, v->ok ? PPP_EV_AUTH_OK : PPP_EV_AUTH_FAIL,
	    a->proto | PEER_ROLE,
	    rd_of(a->verdict.message, strlen(a->verdict.message)));
}

static enum auth_step
self_expire(struct auth_self *s, const struct ppp_conf *c, tstamp now,
    struct outbox *ob)
{
	if (s->proto == PROTO_PAP && s->tries < auth_tries(&c->pap)) {
		pap_request(s, c, now, ob);
		return AUTH_NOTHING;
	}
	if (s->proto == PROTO_CHAP && s->state == AUTH_ASKED &&
	    s->tries < auth_tries(&c->chap)) {
		chap_response(s, c, c->authname, now, ob);
		return AUTH_NOTHING;
	}
	s->state = AUTH_FAILED;
	return AUTH_SELF_SILENT;
}

static enum auth_step
peer_expire(struct auth_peer *a, const struct ppp_conf *c, tstamp now,
    struct outbox *ob)
{
	if (a->proto == PROTO_CHAP && a->tries < auth_tries(&c->chap)) {
		chap_challenge(a, c, now, ob);
		return AUTH_NOTHING;
	}
	a->state = AUTH_IDLE;		/* no verdict to repeat */
	return AUTH_PEER_SILENT;
}

static tstamp
self_due(const struct auth_self *s)
{
	return s->state == AUTH_WAIT || s->state == AUTH_ASKED ? s->deadline :
	    NEVER;
}

static tstamp
peer_due(const struct auth_peer *a)
{
	return a->state == AUTH_WAIT ? a->deadline : NEVER;
}

void
auth_expire(struct auth_self *s, struct auth_peer *a,
    const struct ppp_conf *c, struct rng *rng, tstamp now, struct outbox *ob,
    enum auth_step *step)
{
	(void)rng;
	*step = AUTH_NOTHING;
	if (self_due(s) <= now)
		*step = self_expire(s, c, now, ob);
	if (*step == AUTH_NOTHING && peer_due(a) <= now)
		*step = peer_expire(a, c, now, ob);
}

tstamp
auth_deadline(const struct auth_self *s, const struct auth_peer *a)
{
	return tstamp_min(self_due(s), peer_due(a));
}
