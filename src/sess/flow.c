/*
 * The flow table: buckets of eight rows. What is asked for most, a part of
 * the hash and when the row is given up, stands apart, a cache line for each
 * bucket; a full bucket gives up the row that would go next anyway.
 */
#include <stdlib.h>

#include "base/err.h"
#include "sess/flow_impl.h"

#define WAYS		8u
#define SLICES		4u		/* looks at a part of it, a second */
#define ALL_SECS	300u		/* idle: a session, */
#define TCP_SECS	300u		/* a connection, */
#define OTHER_SECS	60u		/* one never answered, all others, */
#define CLOSED_SECS	5u		/* a connection behind its end */

#define P_TCP		6
#define P_UDP		17

struct flow_tag {
	uint32_t hash;			/* 0: the row is free */
	uint32_t till;			/* second at which it is given up */
};

_Static_assert(sizeof(struct flow_row) % 8 == 0 &&
    sizeof(struct flow_id) % 8 == 0 &&
    offsetof(struct flow_row, n) % 8 == 0, "rows are whole words");

const char *
flow_end_name(enum flow_end e)
{
	static const char *const name[] = { "", "closed", "idle",
	    "replaced", "session", "off" };

	return name[e];
}

uint64_t
flow_sum(const struct flow_row *r, enum flow_count c)
{
	uint64_t a = r->n[0][c], b = r->n[1][c];

	if (c != FLOW_RTT_MIN && c != FLOW_RTT_MAX)
		return a + b;
	if (r->n[0][FLOW_RTTS] == 0 || r->n[1][FLOW_RTTS] == 0)
		return a + b;
	return (a < b) == (c == FLOW_RTT_MIN) ? a : b;
}

/* ---- memory ---- */

static uint32_t
buckets(uint32_t max)
{
	uint32_t n = FLOW_LEAST / WAYS;

	while (n * WAYS < max && n * WAYS < FLOW_MOST)
		n *= 2;
	return n;
}

int
flow_table_init(struct flow_table *t, uint32_t max, uint64_t seed,
    struct spsc *out)
{
	uint32_t n = buckets(max) * WAYS;

	memset(t, 0, sizeof(*t));
	t->mask = n / WAYS - 1;
	t->seed = seed;
	t->out = out;
	t->tag = aligned_alloc(64, n * sizeof(*t->tag));
	t->flow = calloc(n, sizeof(*t->flow));
	if (t->tag == NULL || t->flow == NULL) {
		flow_table_free(t);
		return -E_NOMEM;
	}
	memset(t->tag, 0, n * sizeof(*t->tag));
	return 0;
}

void
flow_table_free(struct flow_table *t)
{
	free(t->tag);
	free(t->flow);
	memset(t, 0, sizeof(*t));
}

uint32_t
flow_table_size(const struct flow_table *t)
{
	return t->tag != NULL ? (t->mask + 1) * WAYS : 0;
}

size_t
flow_table_octets(uint32_t max)
{
	return (size_t)buckets(max) * WAYS *
	    (sizeof(struct flow_tag) + sizeof(struct flow));
}

bool
flow_read(const struct flow_table *t, uint32_t i, struct flow_row *r)
{
	const struct flow *f = &t->flow[i];
	uint64_t word[FLOW_WORDS] = { 0 };
	bool used = guard_read(&f->g, f->word, word, FLOW_WORDS);

	memcpy(r, word, sizeof(*r));
	return used;
}

/* ---- rows begin and end ---- */

static void
count(_Atomic uint64_t *n)
{
	atomic_store_explicit(n, atomic_load_explicit(n,
	    memory_order_relaxed) + 1, memory_order_relaxed);
}

static uint32_t
second(tstamp now)
{
	return (uint32_t)(now / SEC(1));
}

static void
end(struct flow_table *t, struct flow *f, enum flow_end why)
{
	struct flow_row r;
	uint32_t i = (uint32_t)(f - t->flow);

	flow_read(t, i, &r);
	r.end = (uint8_t)why;
	count(&t->ended);
	if (why == FLOW_REPLACED)
		count(&t->replaced);
	if (!spsc_put(t->out, &r))
		count(&t->lost);
	guard_begin(&f->g);
	guard_use(&f->g, false);
	guard_end(&f->g);
	t->tag[i].hash = 0;
}

static void
begin(struct flow_table *t, struct flow *f, uint32_t hash,
    const struct flow_id *id, const struct flow_pkt *fp)
{
	/* A SYN that is answered before it was seen */
	bool answer = id->proto == P_TCP && (fp->p->tcp &
	    (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	struct flow_row r = { .id = *id, .first = fp->now, .last = fp->now,
	    .opener = answer ? !fp->way : fp->way };

	if (id->family == 0)
		r.opener = FLOW_IN;

	t->tag[f - t->flow].hash = hash;
	count(&t->begun);
	f->named = f->closed = f->answered = false;
	f->opener = r.opener;
	memset(f->seq, 0, sizeof(f->seq));
	guard_begin(&f->g);
	guard_write(f->word, &r, sizeof(r));
	guard_use(&f->g, true);
	guard_end(&f->g);
}

static uint64_t
hash_of(const uint64_t *word, uint64_t seed)
{
	uint64_t h = seed;

	for (size_t i = 0; i < GUARD_WORDS(sizeof(struct flow_id)); i++) {
		h = (h ^ word[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}

static bool
same(const struct flow *f, const uint64_t *word)
{
	uint64_t other = 0;

	for (size_t i = 0; i < GUARD_WORDS(sizeof(struct flow_id)); i++)
		other |= guard_get(&f->word[i]) ^ word[i];
	return other == 0;
}

/* Where the next one goes: a free row, else the one to be given up first. */
static struct flow *
room(struct flow_table *t, uint32_t first, const struct flow *keep)
{
	struct flow *best = NULL;

	for (uint32_t i = first; i < first + WAYS; i++) {
		struct flow *f = &t->flow[i];

		if (t->tag[i].hash == 0)
			return f;
		if (f != keep && (best == NULL || t->tag[i].till <
		    t->tag[best - t->flow].till))
			best = f;
	}
	end(t, best, FLOW_REPLACED);
	return best;
}

/* The row with this id; NULL: there is none. */
static struct flow *
look(struct flow_table *t, const struct flow_id *id, uint32_t *first,
    uint32_t *tag)
{
	uint64_t word[GUARD_WORDS(sizeof(*id))], h;

	memcpy(word, id, sizeof(*id));
	h = hash_of(word, t->seed);
	*first = ((uint32_t)h & t->mask) * WAYS;
	*tag = (uint32_t)(h >> 32) | 1;
	for (uint32_t i = *first; i < *first + WAYS; i++)
		if (t->tag[i].hash == *tag && same(&t->flow[i], word))
			return &t->flow[i];
	return NULL;
}

struct flow *
flow_find(struct flow_table *t, const struct flow_pkt *fp)
{
	const struct filter_pkt *p = fp->p;
	struct flow_id id = { .family = p->family, .proto = p->proto,
	    .ticket = fp->ticket };
	uint32_t first, tag;
	struct flow *f;

	memcpy(id.addr[fp->way], p->src, sizeof(filter_ip));
	memcpy(id.addr[!fp->way], p->dst, sizeof(filter_ip));
	if (!p->cut && (p->proto == P_TCP || p->proto == P_UDP)) {
		id.port[fp->way] = p->src_port;
		id.port[!fp->way] = p->dst_port;
	}
	f = look(t, &id, &first, &tag);
	if (f != NULL && p->proto == P_TCP && flow_tcp_again(f, fp)) {
		end(t, f, FLOW_CLOSED);
		begin(t, f, tag, &id, fp);
	} else if (f == NULL) {
		f = room(t, first, NULL);
		begin(t, f, tag, &id, fp);
	}
	return f;
}

struct flow *
flow_sess(struct flow_table *t, const struct flow_pkt *fp,
    const struct flow *keep)
{
	struct flow_id id = { .ticket = fp->ticket };
	uint32_t first, tag;
	struct flow *f = look(t, &id, &first, &tag);

	if (f == NULL) {
		f = room(t, first, keep);
		begin(t, f, tag, &id, fp);
	}
	return f;
}

void
flow_sess_end(struct flow_table *t, uint32_t ticket)
{
	struct flow_id id = { .ticket = ticket };
	uint32_t first, tag;
	struct flow *f = look(t, &id, &first, &tag);

	if (f != NULL)
		end(t, f, FLOW_SESSION);
}

bool
flow_is_new(const struct flow *f)
{
	return !f->named;
}

void
flow_name(struct flow *f, const struct flow_who *w)
{
	f->named = true;
	guard_begin(&f->g);
	guard_write(&f->word[FLOW_AT(who)], w, sizeof(*w));
	guard_end(&f->g);
}

/* ---- packets ---- */

static void
add(struct flow *f, unsigned way, enum flow_count c, uint64_t by)
{
	_Atomic uint64_t *n = flow_at(f, way, c);

	guard_put(n, guard_get(n) + by);
}

static void
add_rtt(struct flow *f, unsigned way, uint64_t us)
{
	_Atomic uint64_t *min = flow_at(f, way, FLOW_RTT_MIN);
	_Atomic uint64_t *max = flow_at(f, way, FLOW_RTT_MAX);

	if (guard_get(flow_at(f, way, FLOW_RTTS)) == 0 ||
	    us < guard_get(min))
		guard_put(min, us);
	if (us > guard_get(max))
		guard_put(max, us);
	add(f, way, FLOW_RTTS, 1);
	add(f, way, FLOW_RTT_SUM, us);
}

static void
add_tcp(struct flow *f, unsigned way, const struct flow_step *st)
{
	if ((st->flags & TCP_ACK) != 0)
		add(f, way, FLOW_ACKS, 1);
	if (st->retx_pkts > 0) {
		add(f, way, FLOW_RETX_PKTS, st->retx_pkts);
		add(f, way, FLOW_RETX, st->retx);
	}
	if (st->ooo > 0)
		add(f, way, FLOW_OOO, st->ooo);
	if (st->rtt != NO_RTT)
		add_rtt(f, !way, st->rtt);
	if ((st->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0)
		return;
	add(f, way, FLOW_SYN, (st->flags & TCP_SYN) != 0);
	add(f, way, FLOW_FIN, (st->flags & TCP_FIN) != 0);
	add(f, way, FLOW_RST, (st->flags & TCP_RST) != 0);
}

static void
take(struct flow_table *t, struct flow *f, const struct flow_pkt *fp,
    const struct flow_step *st, uint32_t secs)
{
	guard_begin(&f->g);
	guard_put(&f->word[FLOW_AT(last)], fp->now);
	add(f, fp->way, FLOW_PKTS, st->pkts);
	add(f, fp->way, FLOW_OCTETS, st->octets);
	if (st->data > 0) {
		add(f, fp->way, FLOW_DATA_PKTS, st->data_pkts);
		add(f, fp->way, FLOW_DATA, st->data);
	}
	if (st->flags != 0)
		add_tcp(f, fp->way, st);
	guard_end(&f->g);
	t->tag[f - t->flow].till = second(fp->now) + secs;
}

/* The options of a SYN are the flow's, not the session's. */
static void
offered(struct flow *f, unsigned way, const struct flow_step *st)
{
	guard_begin(&f->g);
	guard_put(flow_at(f, way, FLOW_MSS), st->mss);
	guard_put(flow_at(f, way, FLOW_WSCALE), st->wscale);
	guard_end(&f->g);
}

/* Each segment of a super-packet gets the headers anew. */
static void
size_up(const struct flow_pkt *fp, struct flow_step *st)
{
	uint32_t data = fp->p->data, more = 0;

	if (fp->size > 0 && data > fp->size && data < fp->len)
		more = (data - 1) / fp->size;
	st->pkts = 1 + more;
	st->octets = fp->len + more * (fp->len - data);
	if (data > 0 && !fp->p->cut && fp->p->frag == 0 &&
	    (fp->p->proto == P_TCP || fp->p->proto == P_UDP)) {
		st->data_pkts = 1 + more;
		st->data = data;
	}
}

static uint32_t
lives(const struct flow *f, bool tcp)
{
	return f->closed ? CLOSED_SECS : tcp && f->answered ? TCP_SECS :
	    OTHER_SECS;
}

void
flow_packet(struct flow_table *t, struct flow *f, struct flow *sess,
    const struct flow_pkt *fp)
{
	const struct filter_pkt *p = fp->p;
	bool tcp = p->proto == P_TCP && !p->cut && p->frag == 0;
	struct flow_step st = { .rtt = NO_RTT };

	size_up(fp, &st);
	if (tcp)
		flow_tcp(f, fp, &st);
	f->answered |= fp->way != f->opener;
	take(t, f, fp, &st, lives(f, tcp));
	if ((st.flags & TCP_SYN) != 0)
		offered(f, fp->way, &st);
	take(t, sess, fp, &st, ALL_SECS);
}

void
flow_sweep(struct flow_table *t, tstamp now)
{
	uint32_t n = flow_table_size(t) / SLICES, s = second(now);

	for (uint32_t i = t->sweep_next; i < t->sweep_next + n; i++)
		if (t->tag[i].hash != 0 && t->tag[i].till <= s)
			end(t, &t->flow[i], t->flow[i].closed ? FLOW_CLOSED :
			    FLOW_IDLE);
	t->sweep_next = (t->sweep_next + n) & (flow_table_size(t) - 1);
	t->sweep_at = now + SEC(1) / SLICES;
}
