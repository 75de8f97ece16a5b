/* One side of an authentication for tests. */
#include "unit/ppp/auth_help.h"

#include <atf-c.h>
#include <stdio.h>
#include <string.h>

void
side_init(struct side *s, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->conf.pap = s->conf.chap = (struct retry){ 3, 3, 3 };
	s->conf.enabled = s->conf.accepted = NEG_AUTH & ~(unsigned)NEG_LANMAN;
	s->conf.accepted |= NEG_MPPE;
	strcpy(s->conf.authname, "fred");
	strcpy(s->conf.authkey, "secret");
	rng_seed(&s->rng, seed);
	s->now = SEC(1000);
}

void
side_self(struct side *s, uint16_t proto, uint8_t algo)
{
	outbox_reset(&s->ob);
	s->step = AUTH_NOTHING;
	auth_self_start(&s->self, &s->conf, proto, algo, s->now, &s->ob);
}

void
side_peer(struct side *s, uint16_t proto, uint8_t algo)
{
	outbox_reset(&s->ob);
	s->step = AUTH_NOTHING;
	auth_peer_start(&s->peer, &s->conf, proto, algo, &s->rng, s->now,
	    &s->ob);
}

int
side_input(struct side *s, uint16_t proto, const void *p, size_t n)
{
	outbox_reset(&s->ob);
	return auth_input(&s->self, &s->peer, &s->conf, &s->rng, proto,
	    rd_of(p, n), s->now, &s->ob, &s->step);
}

void
side_verdict(struct side *s, bool ok, const char *message)
{
	struct auth_verdict v = { .ok = ok };

	snprintf(v.message, sizeof(v.message), "%s", message);
	outbox_reset(&s->ob);
	s->step = AUTH_NOTHING;
	auth_peer_verdict(&s->peer, &v, s->now, &s->ob);
}

void
side_wait(struct side *s, unsigned secs)
{
	outbox_reset(&s->ob);
	s->step = AUTH_NOTHING;
	s->now += SEC(secs);
	while (s->step == AUTH_NOTHING &&
	    auth_deadline(&s->self, &s->peer) <= s->now)
		auth_expire(&s->self, &s->peer, &s->conf, &s->rng, s->now,
		    &s->ob, &s->step);
}

int
side_packets(const struct side *s)
{
	int n = 0;

	for (int i = 0; i < s->ob.n; i++)
		n += s->ob.item[i].kind == OUT_PPP;
	return n;
}

int
side_events(const struct side *s, enum ppp_event ev)
{
	int n = 0;

	for (int i = 0; i < s->ob.n; i++)
		n += s->ob.item[i].kind == OUT_EVENT &&
		    s->ob.item[i].event == ev;
	return n;
}

const uint8_t *
side_packet(const struct side *s, size_t *n)
{
	ATF_REQUIRE_EQ(1, side_packets(s));
	for (int i = 0; i < s->ob.n; i++)
		if (s->ob.item[i].kind == OUT_PPP) {
			*n = s->ob.item[i].len;
			return outbox_data(&s->ob, &s->ob.item[i]);
		}
	return NULL;
}

static const struct out_item *
event(const struct side *s, enum ppp_event ev)
{
	ATF_REQUIRE_EQ(1, side_events(s, ev));
	for (int i = 0; i < s->ob.n; i++)
		if (s->ob.item[i].kind == OUT_EVENT &&
		    s->ob.item[i].event == ev)
			return &s->ob.item[i];
	return NULL;
}

uint32_t
side_arg(const struct side *s, enum ppp_event ev)
{
	return event(s, ev)->arg;
}

const char *
side_text(const struct side *s, enum ppp_event ev)
{
	static char text[2048];
	const struct out_item *it = event(s, ev);

	ATF_REQUIRE(it->len < sizeof(text));
	memcpy(text, outbox_data(&s->ob, it), it->len);
	text[it->len] = '\0';
	return text;
}

void
side_query(const struct side *s, struct auth_query *q)
{
	const struct out_item *it = event(s, PPP_EV_AUTH_QUERY);

	ATF_REQUIRE_EQ(sizeof(*q), it->len);
	ATF_REQUIRE(it == &s->ob.item[s->ob.n - 1]);	/* the contract */
	memcpy(q, outbox_data(&s->ob, it), sizeof(*q));
}

int
side_pass(const struct side *from, struct side *to, uint16_t proto)
{
	int err = -1;

	for (int i = 0; i < from->ob.n; i++) {
		const struct out_item *it = &from->ob.item[i];

		if (it->kind != OUT_PPP)
			continue;
		ATF_CHECK_EQ(proto, it->proto);
		err = side_input(to, proto, outbox_data(&from->ob, it),
		    it->len);
	}
	return err;
}
