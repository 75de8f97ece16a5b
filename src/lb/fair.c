/* Queues of flows, in the manner of RFC 8290 section 4. */
#include "lb/fair.h"

#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"
#include "lb/table.h"
#include "wire/pkt.h"

#define FLOWS	256u
#define OWNERS	256u
#define QUANTUM	16384			/* octets of a turn */
#define LEAST	1514			/* ... of one among many of an owner */

enum kind { SUPER, SMALL, KINDS };

struct flow {
	struct fair_pkt *first, *last;
	struct flow *next;
	int32_t	 credit;
	uint16_t n[KINDS];		/* packets of each kind */
	uint8_t	 owner;
	bool	 listed;
};

struct list {
	struct flow *first, *last;
};

struct fair {
	uint64_t seed;
	unsigned waits, flows;		/* packets; flows that are listed */
	struct list fresh, old;
	struct flow flow[FLOWS];
	uint16_t busy[OWNERS];		/* flows that are listed */
	struct fair_pkt *idle[KINDS];
	unsigned made[KINDS];		/* those behind were never used */
	struct fair_pkt pkt[FAIR_SUPERS + FAIR_SMALLS];
	uint8_t	 small[FAIR_SMALLS][PKT_ROOM];
	uint8_t	 super[FAIR_SUPERS][SUPER_MAX + 1];
};

struct fair *
fair_new(uint64_t seed)
{
	/* Pages that are never used cost nothing. */
	struct fair *f = malloc(sizeof(*f));

	if (f != NULL) {
		memset(f, 0, offsetof(struct fair, pkt));
		f->seed = seed;
	}
	return f;
}

void
fair_free(struct fair *f)
{
	free(f);
}

unsigned
fair_waits(const struct fair *f)
{
	return f->waits;
}

unsigned
fair_flows(const struct fair *f)
{
	return f->flows;
}

bool
fair_is_full(const struct fair *f)
{
	return f->idle[SUPER] == NULL && f->made[SUPER] == FAIR_SUPERS;
}

static enum kind
kind_of(const struct fair *f, const struct fair_pkt *p)
{
	return p < f->pkt + FAIR_SUPERS ? SUPER : SMALL;
}

static struct fair_pkt *
make(struct fair *f, enum kind k)
{
	static const unsigned most[] = { FAIR_SUPERS, FAIR_SMALLS };
	unsigned i = f->made[k];
	struct fair_pkt *p;

	if (i == most[k])
		return NULL;
	f->made[k]++;
	p = &f->pkt[k == SUPER ? i : FAIR_SUPERS + i];
	p->data = k == SUPER ? f->super[i] : f->small[i];
	p->next = NULL;
	return p;
}

void
fair_give(struct fair *f, struct fair_pkt *p)
{
	enum kind k = kind_of(f, p);

	p->next = f->idle[k];
	f->idle[k] = p;
}

/* ---- one flow ---- */

static void
append(struct list *l, struct flow *q)
{
	q->next = NULL;
	if (l->first == NULL)
		l->first = q;
	else
		l->last->next = q;
	l->last = q;
}

static struct fair_pkt *
pop(struct fair *f, struct flow *q)
{
	struct fair_pkt *p = q->first;

	if (p == NULL)
		return NULL;
	q->first = p->next;
	q->n[kind_of(f, p)]--;
	f->waits--;
	return p;
}

/* The oldest ones of the flow that has most of this kind, until one is
 * free; how many. */
static unsigned
drop(struct fair *f, enum kind k)
{
	struct flow *most = f->flow;
	unsigned n = 0;

	for (struct flow *q = f->flow; q < f->flow + FLOWS; q++)
		if (q->n[k] > most->n[k])
			most = q;
	for (bool found = false; !found; n++) {
		struct fair_pkt *p = pop(f, most);

		if (p == NULL)
			break;
		found = kind_of(f, p) == k;
		fair_give(f, p);
	}
	return n;
}

/* The first idle one of a kind, which stays there until it is filled. */
static struct fair_pkt *
room(struct fair *f, enum kind k, unsigned *lost)
{
	struct fair_pkt *p;

	*lost = 0;
	if (f->idle[k] == NULL && (p = make(f, k)) != NULL)
		fair_give(f, p);
	if (f->idle[k] == NULL)
		*lost = drop(f, k);
	return f->idle[k];
}

uint8_t *
fair_room(struct fair *f, unsigned *lost)
{
	return room(f, SUPER, lost)->data;
}

/* Fragments of a packet have no ports: none is looked at in any. */
unsigned
fair_flow(const struct fair *f, const uint8_t *ip, size_t len)
{
	struct filter_pkt p;

	filter_look(ip, len, false, &p);
	uint64_t h = p.dst[0] ^ p.dst[1] ^ (uint64_t)p.proto << 56;

	if (p.proto == 6 || p.proto == 17)
		h ^= (uint64_t)p.src_port << 32 ^ (uint64_t)p.dst_port << 40;
	h = table_hash(h, f->seed) ^ p.src[0] ^ p.src[1];
	return table_hash(h, f->seed) % FLOWS;
}

unsigned
fair_put(struct fair *f, const uint8_t *ip, size_t len,
    const struct offload *o, uint32_t owner)
{
	enum kind k = len > PKT_ROOM ? SUPER : SMALL;
	struct flow *q = &f->flow[fair_flow(f, ip, len)];
	unsigned lost;
	struct fair_pkt *p = room(f, k, &lost);

	f->idle[k] = p->next;
	p->next = NULL;
	p->o = *o;
	p->len = (uint32_t)len;
	if (p->data != ip)
		memcpy(p->data, ip, len);
	if (q->first == NULL)
		q->first = p;
	else
		q->last->next = p;
	q->last = p;
	q->n[k]++;
	f->waits++;
	if (!q->listed) {
		q->listed = true;
		q->owner = (uint8_t)(owner % OWNERS);
		q->credit = QUANTUM;
		f->flows++;
		f->busy[q->owner]++;
		append(&f->fresh, q);
	}
	return lost;
}

/* ---- the next one ---- */

/* An empty flow stays among the old ones for a round: else one that always
 * wakes up anew would always be first. */
static void
empty(struct fair *f, struct flow *q, bool fresh)
{
	if (fresh && f->old.first != NULL) {
		append(&f->old, q);
		return;
	}
	q->listed = false;
	f->flows--;
	f->busy[q->owner]--;
}

static void
refill(struct fair *f, struct flow *q)
{
	int32_t part = QUANTUM / f->busy[q->owner];

	q->credit += part > LEAST ? part : LEAST;
	append(&f->old, q);
}

struct fair_pkt *
fair_get(struct fair *f)
{
	while (f->waits > 0) {
		bool fresh = f->fresh.first != NULL;
		struct list *l = fresh ? &f->fresh : &f->old;
		struct flow *q = l->first;

		if (q->first != NULL && q->credit > 0) {
			struct fair_pkt *p = pop(f, q);

			q->credit -= (int32_t)p->len;
			return p;
		}
		l->first = q->next;
		if (q->first == NULL)
			empty(f, q, fresh);
		else
			refill(f, q);
	}
	return NULL;
}
