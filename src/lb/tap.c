/* Captured frames on their way to the file. */
#include "lb/tap.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "wire/wr.h"

#define ADDRS	12u			/* before the first tag */

static struct tap *
tap_new(uint32_t frames)
{
	struct tap *t = aligned_alloc(64, (sizeof(*t) + 63) & ~(size_t)63);

	if (t == NULL)
		return NULL;
	memset(t, 0, sizeof(*t));
	if (spsc_init(&t->ring, frames, sizeof(struct tap_msg)) < 0) {
		free(t);
		return NULL;
	}
	return t;
}

static int
make_one(struct taps *t, unsigned i, uint32_t frames)
{
	if (t->tap[i] == NULL)
		t->tap[i] = tap_new(frames);
	return t->tap[i] != NULL ? 0 : -E_NOMEM;
}

int
taps_make(struct taps *t, unsigned lanes)
{
	uint32_t each = TAP_FRAMES / lanes;
	int err = make_one(t, TAP_CONTROL, TAP_MOST);

	BUG_ON(lanes > TAP_LANES);	/* a power of two */
	if (each > TAP_MOST)
		each = TAP_MOST;
	for (unsigned i = 0; i < lanes && err == 0; i++)
		err = make_one(t, i, each);
	return err;
}

void
taps_free(struct taps *t)
{
	for (unsigned i = 0; i < TAP_RINGS; i++) {
		if (t->tap[i] == NULL)
			continue;
		spsc_free(&t->tap[i]->ring);
		free(t->tap[i]);
		t->tap[i] = NULL;
	}
}

void
taps_open(struct taps *t, uint32_t serial)
{
	atomic_store(&t->on, serial);
}

void
taps_close(struct taps *t, uint32_t serial)
{
	atomic_compare_exchange_strong(&t->on, &serial, 0);
}

void
tap_fill(struct tap_msg *m, const struct pkt *b, bool line)
{
	struct wr w = wr_of(m->data, sizeof(m->data));
	uint32_t front = line || b->tpid == 0 ? 0 : ADDRS;
	uint32_t n = b->len < TAP_DATA - 4 ? b->len : TAP_DATA - 4;

	if (front > n)
		front = n;
	wr_put(&w, b->data, front);
	if (line) {
		wr_u16(&w, 0xff03);	/* RFC 1662 section 3.1 */
	} else if (b->tpid != 0) {
		wr_u16(&w, b->tpid);
		wr_u16(&w, b->tci);
	}
	wr_put(&w, b->data + front, n - front);
	m->len = (uint16_t)wr_size(&w);
	m->size = (uint16_t)(m->len + b->len - n);
	m->line = line;
}

bool
tap_take(struct tap_msg *m, const struct capture_conf *c,
    const struct capfilter *f, const struct pkt *b, bool line,
    struct captured *look)
{
	/* Most frames are data that nobody wants: not even copied. */
	if (!line) {
		capture_look(b->data, b->len, false, look);
		if (!capture_wants(c, look))
			return false;
	}
	tap_fill(m, b, line);
	if (line || b->tpid != 0)
		capture_look(m->data, m->len, line, look);
	return capture_wants(c, look) && (f == NULL ||
	    capfilter_match(f, line, m->data, m->len));
}

void
tap_put(struct tap *t, const struct tap_msg *m)
{
	if (!spsc_put(&t->ring, m))
		atomic_store_explicit(&t->lost, atomic_load_explicit(&t->lost,
		    memory_order_relaxed) + 1, memory_order_relaxed);
}
