/*
 * Multilink fragments. Sequence numbers are compared by their distance: less
 * than half of the number space ahead is newer. RFC 1990 sections 3 and 4.
 */
#include "ppp/mp.h"

#include "base/err.h"

#define STRIDE		256u
#define SLOT(seq)	((seq) & (MP_SLOTS - 1))

static uint32_t
mask(bool twelve)
{
	return twelve ? 0xfff : 0xffffff;
}

/* How far @a is ahead of @b; half or more of the numbers: behind it. */
static uint32_t
ahead(const struct mp *m, uint32_t a, uint32_t b)
{
	return (a - b) & mask(m->short_in);
}

static bool
is_behind(const struct mp *m, uint32_t a, uint32_t b)
{
	return ahead(m, a, b) > mask(m->short_in) / 2;
}

/* ---- links ---- */

void
mp_init(struct mp *m, struct mp_window *w)
{
	memset(m, 0, sizeof(*m));
	m->w = w;
	m->wait = MP_WAIT;
	m->deadline = NEVER;
}

static bool
sends(const struct mp_link *l)
{
	return l->used && !l->leaves;
}

/* The link that has sent least; -1: there is none. The sums wrap, but they
 * stay close to each other. */
static int
choose(const struct mp *m)
{
	int best = -1;

	for (int i = 0; i < MP_LINKS; i++)
		if (sends(&m->link[i]) && (best < 0 || (int64_t)
		    (m->link[i].sent - m->link[best].sent) < 0))
			best = i;
	return best;
}

int
mp_join(struct mp *m, unsigned room, uint32_t weight)
{
	int least = choose(m), i = 0;
	uint64_t sent = least < 0 ? 0 : m->link[least].sent;

	while (i < MP_LINKS && m->link[i].used)
		i++;
	if (i == MP_LINKS)
		return -E_FULL;
	m->link[i] = (struct mp_link){ .used = true,
	    .weight = weight != 0 ? weight : 1, .sent = sent,
	    .room = (uint16_t)(room < MP_FRAG ? room : MP_FRAG),
	    .last = (m->next - 1) & mask(m->short_in) };
	return i;
}

void
mp_leave(struct mp *m, int link, tstamp now)
{
	m->link[link].leaves = true;
	m->link[link].until = now + m->wait;
}

void
mp_gone(struct mp *m, int link)
{
	m->link[link].used = false;
}

unsigned
mp_links(const struct mp *m)
{
	unsigned n = 0;

	for (int i = 0; i < MP_LINKS; i++)
		n += sends(&m->link[i]);
	return n;
}

void
mp_weigh(struct mp *m, int link, uint32_t weight)
{
	m->link[link].weight = weight != 0 ? weight : 1;
}

/* ---- receiving ---- */

/*
 * Numbers wrap: what a silent link brought last must not look new again, so
 * it is moved along from time to time.
 */
static void
advance(struct mp *m, uint32_t n)
{
	uint32_t was = m->next, done;

	m->next = (was + n) & mask(m->short_in);
	m->deadline = NEVER;
	if (was / STRIDE == m->next / STRIDE)
		return;
	done = (m->next - 1) & mask(m->short_in);
	for (int i = 0; i < MP_LINKS; i++)
		if (is_behind(m, m->link[i].last, done))
			m->link[i].last = done;
}

/* Gives up slots from next on, @n of them. */
static void
pass(struct mp *m, uint32_t n)
{
	uint32_t steps = n < MP_SLOTS ? n : MP_SLOTS;

	for (uint32_t i = 0; i < steps; i++) {
		uint32_t at = SLOT(m->next + i);

		if (m->w->slot[at].used) {
			m->w->slot[at].used = false;
			m->waiting--;
			m->count.dropped++;
		} else {
			m->count.lost++;
		}
	}
	m->count.lost += n - steps;
	advance(m, n);
}

/* The oldest of what came last by each link: M. */
static uint32_t
oldest(const struct mp *m, tstamp now)
{
	uint32_t min = 0;
	bool some = false;

	for (int i = 0; i < MP_LINKS; i++) {
		const struct mp_link *l = &m->link[i];

		if (!l->used || (l->leaves && l->until <= now) ||
		    (some && !is_behind(m, l->last, min)))
			continue;
		min = l->last;
		some = true;
	}
	return some ? min : (m->next - 1) & mask(m->short_in);
}

static void
keep(struct mp *m, uint32_t seq, uint8_t flags, struct rd in)
{
	uint32_t at = SLOT(seq);

	m->w->slot[at].used = true;
	m->w->slot[at].seq = seq;
	m->w->slot[at].flags = flags;
	m->w->slot[at].len = (uint16_t)rd_size(&in);
	rd_copy(&in, m->w->data[at], rd_size(&in));
	m->waiting++;
}

static void
heard(struct mp *m, int link, uint32_t seq)
{
	if (!is_behind(m, seq, m->link[link].last))
		m->link[link].last = seq;
}

static int
read_header(const struct mp *m, struct rd *in, uint32_t *seq, uint8_t *flags)
{
	uint32_t h = m->short_in ? rd_u16(in) : rd_u32(in);
	unsigned bits = m->short_in ? 12 : 24;

	if (in->bad)
		return -E_SHORT;
	*flags = (uint8_t)(h >> (m->short_in ? 8 : 24)) & 0xc0;
	*seq = h & mask(m->short_in);
	/* Behind B and E: 2 bits, or 6 of the long header, that are zero. */
	if ((h >> bits & (m->short_in ? 0x3 : 0x3f)) != 0)
		return -E_FORMAT;
	return rd_size(in) > MP_FRAG ? -E_FORMAT : 0;
}

int
mp_input(struct mp *m, int link, struct rd in, struct rd *whole)
{
	uint32_t seq, off;
	uint8_t flags;
	int err = read_header(m, &in, &seq, &flags);

	if (err < 0)
		return err;
	m->count.in++;
	off = ahead(m, seq, m->next);
	if (off > mask(m->short_in) / 2) {
		m->count.dropped++;
		return -E_STALE;
	}
	heard(m, link, seq);
	if (off == 0 && flags == (MP_BEGIN | MP_END) &&
	    !m->w->slot[SLOT(seq)].used) {
		advance(m, 1);
		m->count.whole++;
		*whole = in;
		return rd_size(&in) <= m->mrru + 2u ? 1 : -E_FORMAT;
	}
	if (off >= MP_SLOTS)		/* the window moves on */
		pass(m, off - MP_SLOTS + 1);
	if (m->w->slot[SLOT(seq)].used) {
		m->count.dropped++;
		return -E_STALE;
	}
	keep(m, seq, flags, in);
	return 0;
}

/* From the first slot on: fragments that hang together. */
struct run {
	uint32_t n;			/* how many, the bad one included */
	size_t	 octets;
	bool	 complete;		/* B ... E */
	bool	 broken;		/* can become nothing */
};

static struct run
first_run(const struct mp *m)
{
	struct run r = { 0 };

	for (; r.n < MP_SLOTS; r.n++) {
		uint32_t at = SLOT(m->next + r.n);
		uint8_t flags = m->w->slot[at].flags;

		if (!m->w->slot[at].used)
			return r;
		if ((r.n == 0) != ((flags & MP_BEGIN) != 0)) {
			r.n += r.n == 0;
			r.broken = true;
			return r;
		}
		r.octets += m->w->slot[at].len;
		if (flags & MP_END) {
			r.n++;
			r.complete = true;
			r.broken = r.octets > m->mrru + 2u;
			return r;
		}
	}
	r.broken = true;		/* a window full of one packet */
	return r;
}

static void
take(struct mp *m, const struct run *r, struct rd *packet)
{
	size_t at = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		uint32_t s = SLOT(m->next + i);

		memcpy(m->w->packet + at, m->w->data[s], m->w->slot[s].len);
		at += m->w->slot[s].len;
		m->w->slot[s].used = false;
	}
	m->waiting = (uint16_t)(m->waiting - r->n);
	advance(m, r->n);
	if (r->n == 1)
		m->count.whole++;
	else
		m->count.joined++;
	*packet = rd_of(m->w->packet, at);
}

/* The hole behind the first @n slots: as wide as it is. */
static uint32_t
hole(const struct mp *m, uint32_t n)
{
	uint32_t w = 0;

	while (n + w < MP_SLOTS && !m->w->slot[SLOT(m->next + n + w)].used)
		w++;
	return w;
}

bool
mp_next(struct mp *m, tstamp now, struct rd *packet)
{
	while (m->waiting > 0) {
		struct run r = first_run(m);
		uint32_t gone;

		if (r.complete && !r.broken) {
			take(m, &r, packet);
			return true;
		}
		if (r.broken) {
			pass(m, r.n);
			continue;
		}
		/* A hole: lost as far as every link has passed it. */
		gone = ahead(m, oldest(m, now), (m->next + r.n) &
		    mask(m->short_in));
		if (gone == 0 || gone > mask(m->short_in) / 2) {
			if (m->deadline == NEVER)
				m->deadline = now + m->wait;
			return false;
		}
		uint32_t wide = hole(m, r.n);

		pass(m, r.n + (wide < gone ? wide : gone));
	}
	m->deadline = NEVER;
	return false;
}

void
mp_expire(struct mp *m, tstamp now)
{
	struct run r;

	if (m->deadline > now || m->waiting == 0)
		return;
	r = first_run(m);
	/* With nothing behind it the hole is what the peer has yet to send. */
	pass(m, r.n + (r.complete || r.broken || r.n == m->waiting ? 0 :
	    hole(m, r.n)));
}

/* ---- sending ---- */

static size_t
header_size(const struct mp *m)
{
	return m->short_out ? 2 : MP_HDR;
}

/* What each link can carry behind the header; 0: there is no link. */
static size_t
least_room(const struct mp *m)
{
	size_t least = 0;

	for (int i = 0; i < MP_LINKS; i++)
		if (sends(&m->link[i]) && (least == 0 ||
		    m->link[i].room < least))
			least = m->link[i].room;
	return least > header_size(m) ? least - header_size(m) : 0;
}

bool
mp_cut(const struct mp *m, struct mp_cut *c, size_t len)
{
	size_t room = least_room(m);

	if (room == 0 || len == 0 || len > m->peer_mrru + 2u)
		return false;
	c->left = len;
	c->pieces = (unsigned)((len + room - 1) / room);
	c->first = true;
	return true;
}

bool
mp_piece(struct mp *m, struct mp_cut *c, int *link, uint8_t hdr[MP_HDR],
    size_t *hl, size_t *n)
{
	struct mp_link *l;
	uint8_t flags;

	if (c->left == 0)
		return false;
	*link = choose(m);
	l = &m->link[*link];
	*n = (c->left + c->pieces - 1) / c->pieces;
	c->left -= *n;
	c->pieces--;
	flags = (uint8_t)((c->first ? MP_BEGIN : 0) |
	    (c->left == 0 ? MP_END : 0));
	c->first = false;
	*hl = header_size(m);
	if (m->short_out) {
		hdr[0] = (uint8_t)(flags | m->out_seq >> 8);
		hdr[1] = (uint8_t)m->out_seq;
	} else {
		hdr[0] = flags;
		hdr[1] = (uint8_t)(m->out_seq >> 16);
		hdr[2] = (uint8_t)(m->out_seq >> 8);
		hdr[3] = (uint8_t)m->out_seq;
	}
	m->out_seq = (m->out_seq + 1) & mask(m->short_out);
	l->sent += ((uint64_t)(*n + *hl) << 32) / l->weight;
	m->count.out++;
	return true;
}
