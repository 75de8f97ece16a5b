/*
 * Requests of the RADIUS client, from the queue to a server and back: a
 * request goes to the first server that is not dead; one that is not
 * answered in time goes to the next, round and round, until all have been
 * tried as often as radius.conf says.
 */
#include "ctl/radius.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/ct.h"
#include "base/log.h"
#include "ctl/radius_part.h"
#include "ppp/check.h"

#define ATTRS_MAX	2048
#define AGAIN		SEC(30)		/* pause of a kept record */
#define KEEP		SEC(3600)	/* how long it is kept */

/* ---- lists ---- */

static void
list_init(struct rad_list *l)
{
	l->head = NULL;
	l->tail = &l->head;
	l->n = 0;
}

static void
list_put(struct rad_list *l, struct rad_req *q)
{
	q->next = NULL;
	*l->tail = q;
	l->tail = &q->next;
	l->n++;
}

static struct rad_req *
list_take(struct rad_list *l)
{
	struct rad_req *q = l->head;

	if (q == NULL)
		return NULL;
	l->head = q->next;
	if (l->head == NULL)
		l->tail = &l->head;
	l->n--;
	return q;
}

static void
req_free(struct rad_req *q)
{
	if (q->q != NULL)
		ct_wipe(q->q, sizeof(*q->q));
	free(q->q);
	free(q->packet);
	free(q);
}

/* ---- the timer ---- */

void
rad_arm(struct radius *r, tstamp when)
{
	if (when >= r->armed)
		return;
	r->armed = when;
	loop_timer_set(r->timer, when);
}

/* ---- servers ---- */

static unsigned
hosts(const struct radius *r, unsigned service)
{
	return r->conf.hosts[service];
}

static bool
is_dead(const struct rad_server *s, tstamp now)
{
	return s->dead_until > now;
}

/* The first live one from @from on, in a circle; all dead: @from itself. */
static struct rad_server *
choose(const struct radius *r, unsigned service, unsigned from, tstamp now)
{
	unsigned n = hosts(r, service);

	for (unsigned i = 0; i < n; i++) {
		struct rad_server *s = &r->server[service][(from + i) % n];

		if (!is_dead(s, now))
			return s;
	}
	return &r->server[service][from % n];
}

static unsigned
all_tries(const struct radius *r, unsigned service)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < hosts(r, service); i++)
		sum += r->conf.host[service][i].tries;
	return sum;
}

static void
slot_take(struct rad_server *s, struct rad_req *q)
{
	while (s->slot[s->next_id] != NULL)	/* busy < RAD_IDS */
		s->next_id++;
	q->id = s->next_id++;
	s->slot[q->id] = q;
	s->busy++;
}

static void
slot_give(struct rad_server *s, struct rad_req *q)
{
	BUG_ON(s->slot[q->id] != q);
	s->slot[q->id] = NULL;
	s->busy--;
	q->len = 0;			/* of another server, another packet */
}

static void
transmit(struct rad_server *s, struct rad_req *q, tstamp now)
{
	rad_send(s, q, now);
	q->sent = now;
	q->due = now + SEC(s->host->timeout);
	if (q->due > q->end)
		q->due = q->end;
	rad_arm(s->r, q->due);
}

/* ---- the end of a request ---- */

static void
drained(struct radius *r)
{
	if (radius_pending(r) == 0 && r->hooks.drained != NULL)
		r->hooks.drained(r->hooks.arg);
}

/* Which servers, and what to do: once a minute at most. */
static void
tell_silence(struct radius *r, unsigned service, tstamp now)
{
	char names[160] = "";
	size_t at = 0;

	if (r->told != 0 && now - r->told < SEC(60))
		return;
	r->told = now;
	for (unsigned i = 0; i < hosts(r, service) && at < sizeof(names) - 1;
	    i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s",
		    i > 0 ? ", " : "", r->conf.host[service][i].name);
	log_put(LOG_WARN_, "RADIUS: no answer from %s (%s): is it running, "
	    "does it know us and this secret?", names,
	    service == RAD_FOR_AUTH ? "peers are refused" :
	    "accounting waits");
}

static void
lose(struct radius *r, struct rad_req *q)
{
	if (r->lost++ == 0)
		log_put(LOG_WARN_, "RADIUS: an accounting record is lost "
		    "(show radius counts them)");
	req_free(q);
}

static void
silence(struct radius *r, struct rad_req *q)
{
	struct auth_verdict v;
	struct aaa_grant g;

	memset(&g, 0, sizeof(g));
	rad_silence(q->q, &v);
	r->unanswered++;
	r->hooks.verdict(r->hooks.arg, q->ticket, &v, &g);
	req_free(q);
}

static void
give_up(struct radius *r, struct rad_req *q, tstamp now)
{
	if (!r->bad)
		tell_silence(r, q->service, now);
	if (q->q != NULL) {
		silence(r, q);
		return;
	}
	if (q->keep && now < q->end) {
		q->tried = 0;
		q->due = now + AGAIN;
		list_put(&r->again, q);
		rad_arm(r, q->due);
		return;
	}
	lose(r, q);
	drained(r);
}

/* ---- the queue ---- */

static bool
is_wanted(const struct radius *r, const struct rad_req *q)
{
	return q->q == NULL || r->hooks.wanted == NULL ||
	    r->hooks.wanted(r->hooks.arg, q->ticket);
}

static void
feed(struct radius *r, unsigned service, tstamp now)
{
	struct rad_list *l = &r->wait[service];
	struct rad_server *s;
	struct rad_req *q;

	while (l->head != NULL && hosts(r, service) > 0) {
		s = choose(r, service, 0, now);
		if (s->busy >= RADIUS_WINDOW)
			return;
		q = list_take(l);
		if (!is_wanted(r, q)) {
			req_free(q);
			continue;
		}
		slot_take(s, q);
		transmit(s, q, now);
	}
}

static void
submit(struct radius *r, struct rad_req *q, tstamp now)
{
	struct rad_list *l = &r->wait[q->service];

	if (l->n >= RADIUS_QUEUE || (hosts(r, q->service) == 0 &&
	    q->q != NULL)) {
		if (q->q != NULL)
			silence(r, q);
		else
			lose(r, q);
		return;
	}
	list_put(l, q);
	feed(r, q->service, now);
	if (l->n > 0)
		rad_arm(r, l->head->end);
}

/* Not answered in time: another server, or the same again. */
static void
missed(struct rad_server *s, struct rad_req *q, tstamp now)
{
	struct radius *r = s->r;
	struct rad_server *next;
	unsigned at = (unsigned)(s - r->server[s->service]);

	s->n.timeouts++;
	s->misses++;
	q->tried++;
	if (s->misses >= s->host->tries && s->heard < q->sent &&
	    s->host->dead > 0 && !is_dead(s, now)) {
		s->dead_until = now + SEC(s->host->dead);
		log_put(LOG_RADIUS, "%s does not answer, not asked for %u s",
		    s->host->name, s->host->dead);
	}
	if (q->tried >= all_tries(r, s->service) || now >= q->end ||
	    !is_wanted(r, q)) {
		slot_give(s, q);
		give_up(r, q, now);
		return;
	}
	next = choose(r, s->service, at + 1, now);
	if (next != s) {
		slot_give(s, q);
		if (next->busy >= RADIUS_WINDOW) {
			list_put(&r->wait[s->service], q);
			rad_arm(r, q->end);
			return;
		}
		slot_take(next, q);
	}
	transmit(next, q, now);
}

static void
expire_server(struct rad_server *s, tstamp now, tstamp *next)
{
	for (unsigned i = 0; i < RAD_IDS && s->busy > 0; i++)
		if (s->slot[i] != NULL && s->slot[i]->due <= now)
			missed(s, s->slot[i], now);
	for (unsigned i = 0; i < RAD_IDS && s->busy > 0; i++)
		if (s->slot[i] != NULL)
			*next = tstamp_min(*next, s->slot[i]->due);
}

static void
expire_lists(struct radius *r, tstamp now, tstamp *next)
{
	struct rad_req *q;

	while ((q = r->again.head) != NULL && q->due <= now)
		submit(r, list_take(&r->again), now);
	if (r->again.head != NULL)
		*next = tstamp_min(*next, r->again.head->due);
	for (unsigned s = 0; s < RAD_SERVICES; s++) {
		while ((q = r->wait[s].head) != NULL && q->end <= now)
			give_up(r, list_take(&r->wait[s]), now);
		feed(r, s, now);
		if (r->wait[s].head != NULL)
			*next = tstamp_min(*next, r->wait[s].head->end);
	}
}

static void
expire(void *arg, tstamp now)
{
	struct radius *r = arg;
	tstamp next = NEVER;

	r->armed = NEVER;
	for (unsigned s = 0; s < RAD_SERVICES; s++)
		for (unsigned i = 0; i < hosts(r, s); i++)
			expire_server(&r->server[s][i], now, &next);
	expire_lists(r, now, &next);
	rad_arm(r, next);
}

/* ---- answers ---- */

static void
log_answer(const struct rad_server *s, const struct rad_req *q,
    const struct rad_in *in, const char *odd)
{
	if (odd[0] != '\0')
		log_put(LOG_WARN_, "RADIUS server %s: %s", s->host->name,
		    odd);
	log_put(LOG_RADIUS, "%s from %s%s%.64s", rad_code_name(in->code),
	    s->host->name, q->q != NULL ? " about " : "",
	    q->q != NULL ? q->q->name : "");
}

/* What the server wants and does not get. */
static void
tell_unused(const struct rad_req *q, const struct rad_in *in)
{
	char names[200];

	rad_unused(in->attrs, names, sizeof(names));
	if (names[0] != '\0')
		log_put(LOG_PHASE, "RADIUS: %.64s: not followed: %s",
		    q->q->name, names);
}

static void
auth_answer(struct rad_server *s, struct rad_req *q, const struct rad_in *in)
{
	struct auth_verdict v;
	struct aaa_grant g;
	char odd[120];

	rad_verdict(in, q->q, &v, &g, odd, sizeof(odd));
	rad_keys(in, &s->host->secret, q->auth, &v);
	log_answer(s, q, in, odd);
	if (v.ok) {
		tell_unused(q, in);
		s->n.accepts++;
	} else {
		s->n.rejects++;
	}
	s->r->hooks.verdict(s->r->hooks.arg, q->ticket, &v, &g);
	ct_wipe(&v, sizeof(v));
}

void
rad_answered(struct rad_server *s, struct rad_req *q,
    const struct rad_in *in, tstamp now)
{
	struct radius *r = s->r;
	uint64_t us = (now - q->sent) / USEC(1);
	unsigned service = s->service;

	s->heard = now;
	s->misses = 0;
	s->dead_until = 0;
	s->n.rtt_us = s->n.rtt_us == 0 ? us + 1 :
	    (7 * s->n.rtt_us + us) / 8;
	slot_give(s, q);
	if (q->q != NULL)
		auth_answer(s, q, in);
	else {
		s->n.answers++;
		log_answer(s, q, in, "");
	}
	req_free(q);
	feed(r, service, now);
	if (service == RAD_FOR_ACCT)
		drained(r);
}

/* Nobody listens there: no need to wait when another server is left. */
void
rad_refused(struct rad_server *s, tstamp now)
{
	struct radius *r = s->r;
	unsigned at = (unsigned)(s - r->server[s->service]);

	if (choose(r, s->service, at + 1, now) == s)
		return;
	s->dead_until = now + SEC(s->host->dead > 0 ? s->host->dead : 1);
	log_put(LOG_RADIUS, "%s: nobody listens there", s->host->name);
	for (unsigned i = 0; i < RAD_IDS; i++)
		if (s->slot[i] != NULL)
			s->slot[i]->due = now;
	rad_arm(r, now);
}

/* ---- requests ---- */

static struct rad_req *
req_new(unsigned service, const struct wr *attrs)
{
	size_t n = wr_size(attrs);
	struct rad_req *q = attrs->bad ? NULL : calloc(1, sizeof(*q) + n);

	if (q == NULL)
		return NULL;
	q->service = (uint8_t)service;
	q->attrs_len = n;
	memcpy(q->attrs, attrs->base, n);
	q->born = clock_now();
	return q;
}

/* Hidden passwords have an end, and a name is needed to ask about one. */
static bool
can_ask(const struct auth_query *q)
{
	return q->name_len > 0 && q->name_len <= RAD_VALUE &&
	    q->pass_len <= RAD_PASS;
}

static void
refuse(struct radius *r, uint32_t ticket, const struct auth_query *q)
{
	struct auth_verdict v;
	struct aaa_grant g;

	memset(&g, 0, sizeof(g));
	if (can_ask(q))
		rad_silence(q, &v);
	else
		auth_refuse(q, &v);
	r->hooks.verdict(r->hooks.arg, ticket, &v, &g);
}

void
radius_ask(struct radius *r, uint32_t ticket, const struct auth_query *q,
    const struct rad_who *who)
{
	uint8_t buf[ATTRS_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rad_req *req = NULL;

	rad_put_query(&w, q);
	rad_put_who(&w, who);
	if (can_ask(q) && !r->bad)
		req = req_new(RAD_FOR_AUTH, &w);
	if (req != NULL)
		req->q = malloc(sizeof(*q));
	if (req == NULL || req->q == NULL) {
		free(req);
		refuse(r, ticket, q);
		return;
	}
	*req->q = *q;
	req->ticket = ticket;
	req->end = req->born + RADIUS_PATIENCE;
	submit(r, req, req->born);
}

void
radius_account(struct radius *r, const struct rad_acct *a)
{
	uint8_t buf[ATTRS_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rad_req *req;

	if (hosts(r, RAD_FOR_ACCT) == 0)
		return;
	rad_put_acct(&w, a);
	req = req_new(RAD_FOR_ACCT, &w);
	if (req == NULL) {
		r->lost++;
		return;
	}
	req->keep = a->status != RAD_INTERIM;
	req->end = req->born + (req->keep ? KEEP : SEC(60));
	submit(r, req, req->born);
}

unsigned
radius_pending(const struct radius *r)
{
	unsigned n = r->wait[RAD_FOR_ACCT].n + r->again.n;

	for (unsigned i = 0; i < hosts(r, RAD_FOR_ACCT); i++)
		n += r->server[RAD_FOR_ACCT][i].busy;
	return n;
}

/* Whatever is under way there waits again, for other servers. */
void
rad_recall(struct rad_server *s)
{
	for (unsigned id = 0; id < RAD_IDS; id++) {
		struct rad_req *q = s->slot[id];

		if (q == NULL)
			continue;
		slot_give(s, q);
		free(q->packet);
		q->packet = NULL;
		q->tried = 0;
		list_put(&s->r->wait[s->service], q);
	}
}

/* ---- what there is to see ---- */

bool
radius_view(const struct radius *r, unsigned i, struct radius_view *v)
{
	const struct rad_server *s;
	tstamp now = clock_now();
	unsigned k = 0;

	while (k < RAD_SERVICES && i >= hosts(r, k))
		i -= hosts(r, k++);
	if (k == RAD_SERVICES)
		return false;
	s = &r->server[k][i];
	*v = (struct radius_view){ .service = (enum rad_service)k,
	    .name = s->host->name, .dead = is_dead(s, now),
	    .busy = s->busy, .n = s->n };
	if (v->dead)
		v->dead_secs = (uint32_t)((s->dead_until - now) / SEC(1)) + 1;
	rad_addr_text(&s->host->addr, v->addr);
	return true;
}

void
radius_sums(const struct radius *r, struct radius_sums *s)
{
	*s = (struct radius_sums){ .unanswered = r->unanswered,
	    .lost = r->lost };
	s->waiting[RAD_FOR_AUTH] = r->wait[RAD_FOR_AUTH].n;
	s->waiting[RAD_FOR_ACCT] = r->wait[RAD_FOR_ACCT].n + r->again.n;
}

/* ---- life ---- */

struct radius *
radius_new(struct loop *l, struct rng *rng, const struct radius_hooks *h)
{
	struct radius *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->loop = l;
	r->rng = rng;
	r->hooks = *h;
	r->armed = NEVER;
	for (unsigned k = 0; k < RAD_SERVICES; k++)
		list_init(&r->wait[k]);
	list_init(&r->again);
	r->timer = loop_timer_new(l, expire, r);
	if (r->timer == NULL) {
		free(r);
		return NULL;
	}
	return r;
}

void
radius_free(struct radius *r)
{
	struct rad_req *q;

	rad_drop_servers(r);
	for (unsigned k = 0; k < RAD_SERVICES; k++)
		while ((q = list_take(&r->wait[k])) != NULL)
			req_free(q);
	while ((q = list_take(&r->again)) != NULL)
		req_free(q);
	loop_timer_free(r->timer);
	free(r);
}
