/* What the fuzzers of PAP and CHAP share. */
#include "fuzz/auth_fuzz.h"

#include <string.h>

#include "base/bug.h"
#include "ppp/auth.h"
#include "ppp/check.h"

static struct {
	struct auth_self self;
	struct auth_peer peer;
	struct ppp_conf conf;
	struct rng rng;
	struct outbox ob;
	enum auth_step step;
	tstamp now;
} s;

/* The query is sound, and its verdict goes back at once. */
static void
verdict(void)
{
	const struct out_item *it = &s.ob.item[s.ob.n - 1];
	struct auth_query q;
	struct auth_verdict v;

	BUG_ON(s.ob.n == 0 || it->kind != OUT_EVENT ||
	    it->event != PPP_EV_AUTH_QUERY || it->len != sizeof(q));
	memcpy(&q, outbox_data(&s.ob, it), sizeof(q));
	BUG_ON(q.name[q.name_len] != '\0' || q.pass[q.pass_len] != '\0');
	BUG_ON(auth_judge(&q, "secret", 6, &v) != 0);
	BUG_ON(memchr(v.message, '\0', sizeof(v.message)) == NULL);
	BUG_ON(q.proto == PROTO_PAP && v.ok != (q.pass_len == 6 &&
	    memcmp(q.pass, "secret", 6) == 0));
	outbox_reset(&s.ob);
	auth_peer_verdict(&s.peer, &v, s.now, &s.ob);
	BUG_ON(s.peer.state != (v.ok ? AUTH_OK : AUTH_FAILED));
	BUG_ON(s.ob.n != 2);
}

/* Lengths of our packets are right, texts of events are printable. */
static void
look_at_outbox(void)
{
	BUG_ON(s.ob.full);
	for (int i = 0; i < s.ob.n; i++) {
		const struct out_item *it = &s.ob.item[i];
		const uint8_t *p = outbox_data(&s.ob, it);

		if (it->kind == OUT_PPP) {
			BUG_ON(it->len < 4 || (p[2] << 8 | p[3]) != it->len);
			continue;
		}
		for (int k = 0; it->event != PPP_EV_AUTH_QUERY && k < it->len;
		    k++)
			BUG_ON(p[k] < ' ' || p[k] > '~');
	}
}

static void
one(uint16_t proto, const uint8_t *p, size_t n)
{
	const struct auth_self self = s.self;
	const struct auth_peer peer = s.peer;

	s.step = AUTH_NOTHING;
	outbox_reset(&s.ob);
	if (auth_input(&s.self, &s.peer, &s.conf, &s.rng, proto, rd_of(p, n),
	    s.now, &s.ob, &s.step) != 0) {
		BUG_ON(s.ob.n != 0 || s.step != AUTH_NOTHING);
		BUG_ON(memcmp(&self, &s.self, sizeof(self)) != 0);
		BUG_ON(memcmp(&peer, &s.peer, sizeof(peer)) != 0);
		return;
	}
	look_at_outbox();
	if (s.step == AUTH_PEER_QUERY)
		verdict();
	look_at_outbox();
}

void
auth_fuzz(uint16_t proto, uint8_t algo, const uint8_t *p, size_t n)
{
	size_t len;

	memset(&s, 0, sizeof(s));
	s.conf.pap = s.conf.chap = (struct retry){ 3, 3, 3 };
	s.conf.enabled = s.conf.accepted = NEG_AUTH;
	strcpy(s.conf.authname, "fred");
	strcpy(s.conf.authkey, "secret");
	rng_seed(&s.rng, 1);
	auth_self_start(&s.self, &s.conf, proto, algo, s.now, &s.ob);
	auth_peer_start(&s.peer, &s.conf, proto, algo, &s.rng, s.now, &s.ob);
	for (; n > 0; p += len, n -= len) {
		len = n < 4 ? n : (size_t)(p[2] << 8 | p[3]);
		len = len < 4 ? 4 : len;
		len = len > n ? n : len;
		one(proto, p, len);
		s.now += SEC(1);
		if (auth_deadline(&s.self, &s.peer) <= s.now) {
			outbox_reset(&s.ob);
			auth_expire(&s.self, &s.peer, &s.conf, &s.rng, s.now,
			    &s.ob, &s.step);
			look_at_outbox();
		}
	}
}
