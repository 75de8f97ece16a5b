/* PAP, RFC 1334 section 2: a name and a password in the clear, one answer. */
#include <string.h>

#include "base/err.h"
#include "ppp/auth_part.h"

enum pap_code { PAP_REQUEST = 1, PAP_ACK, PAP_NAK };

/* Each Request has an Identifier of its own, repeated ones too. */
void
pap_request(struct auth_self *s, const struct ppp_conf *c, tstamp now,
    struct outbox *ob)
{
	size_t name = strlen(c->authname), key = strlen(c->authkey);
	struct wr w = auth_begin(ob, PAP_REQUEST, ++s->id);

	wr_u8(&w, (uint8_t)name);
	wr_put(&w, c->authname, name);
	wr_u8(&w, (uint8_t)key);
	wr_put(&w, c->authkey, key);
	auth_end(ob, &w, PROTO_PAP);
	s->tries++;
	s->state = AUTH_ASKED;
	s->deadline = now + auth_period(&c->pap);
	auth_sent(s, ob);
}

void
pap_reply(const struct auth_peer *a, struct outbox *ob)
{
	size_t n = strlen(a->verdict.message);
	struct wr w = auth_begin(ob, a->verdict.ok ? PAP_ACK : PAP_NAK, a->id);

	wr_u8(&w, (uint8_t)n);
	wr_put(&w, a->verdict.message, n);
	auth_end(ob, &w, PROTO_PAP);
}

/* One octet of length and so many octets; the size, or -1 when cut off. */
static int
take_text(struct rd *in, char *to)
{
	uint8_t n = rd_u8(in);

	rd_copy(in, to, n);
	to[n] = '\0';
	return in->bad ? -1 : n;
}

/*
 * The peer's Request. While the verdict is awaited a repeated one only says
 * which Identifier the answer must carry; after it, it is answered again
 * whatever it holds.
 */
static int
request_in(struct auth_run *r, uint8_t id, struct rd in)
{
	struct auth_query q;
	int name, pass;

	memset(&q, 0, sizeof(q));
	name = take_text(&in, q.name);
	pass = take_text(&in, q.pass);
	if (name < 0 || pass < 0)
		return -E_SHORT;
	if (r->a->state == AUTH_IDLE)
		return -E_STATE;
	if (r->a->state != AUTH_WAIT) {
		r->a->id = id;
		if (r->a->state != AUTH_ASKED)
			pap_reply(r->a, r->ob);
		return 0;
	}
	q.proto = PROTO_PAP;
	q.id = id;
	q.run = r->a->run;
	q.name_len = (uint8_t)name;
	q.pass_len = (uint8_t)pass;
	return auth_ask(r, &q);
}

/* An answer to any Request of this run counts: answers may be slow. */
static int
reply_in(struct auth_run *r, bool ok, uint8_t id, struct rd in)
{
	struct rd text = { in.p, in.p, false };

	if (rd_size(&in) > 0)		/* some leave Msg-Length out */
		text = rd_sub(&in, rd_u8(&in));
	if (in.bad)
		return -E_SHORT;
	if ((uint8_t)(r->s->id - id) >= r->s->tries)
		return -E_STALE;
	if (r->s->state != AUTH_ASKED)
		return -E_STATE;
	auth_outcome(r, ok, text);
	return 0;
}

int
pap_input(struct auth_run *r, uint8_t code, uint8_t id, struct rd in)
{
	if (code < PAP_REQUEST || code > PAP_NAK)
		return -E_FORMAT;
	if (code == PAP_REQUEST)
		return r->a->proto == PROTO_PAP ? request_in(r, id, in) :
		    -E_STATE;
	return r->s->proto == PROTO_PAP ? reply_in(r, code == PAP_ACK, id, in) :
	    -E_STATE;
}
