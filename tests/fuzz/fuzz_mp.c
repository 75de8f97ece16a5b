/*
 * Multilink fragments of a hostile peer, over up to four links.
 *
 *	settings	1 octet: bit 0 short numbers, bits 1-2 links less one
 *	step		1 octet: link (bits 0-1), time goes on (bit 2), a link
 *			leaves (bit 3) or comes (bit 4), then 1 octet: how many
 *			octets of fragment follow
 *
 * Never more in the window than it holds, never a packet above the MRRU, and
 * what was kept is given out or given up in the end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "ppp/mp.h"

#define MRRU	600

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct mp m;
static struct mp_window *w;
static tstamp now;

static void
drain(void)
{
	struct rd packet;

	while (mp_next(&m, now, &packet))
		BUG_ON(rd_size(&packet) > MRRU + 2);
	BUG_ON(m.waiting > MP_SLOTS);
	BUG_ON(m.waiting > 0 && m.deadline == NEVER);
	BUG_ON(m.waiting == 0 && m.deadline != NEVER);
}

static void
fragment(int link, struct rd in)
{
	size_t n = rd_size(&in);
	uint8_t *copy = malloc(n + !n);	/* exactly: sanitizers look */
	struct rd whole;

	BUG_ON(copy == NULL);
	rd_copy(&in, copy, n);
	if (m.link[link].used &&
	    mp_input(&m, link, rd_of(copy, n), &whole) == 1)
		BUG_ON(rd_size(&whole) > MRRU + 2 || whole.p < copy ||
		    whole.end > copy + n);
	drain();
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd in = rd_of(p, n);
	uint8_t set = rd_u8(&in);

	if (w == NULL)
		w = malloc(sizeof(*w));
	BUG_ON(w == NULL);
	memset(w->slot, 0, sizeof(w->slot));
	mp_init(&m, w);
	m.short_in = set & 1;
	m.mrru = MRRU;
	now = SEC(1);
	for (int i = 0; i <= (set >> 1 & 3); i++)
		mp_join(&m, 1492, 0);
	while (rd_size(&in) > 2) {
		uint8_t what = rd_u8(&in);
		size_t size = rd_u8(&in);

		if (what & 4)
			now += MP_WAIT / 2;
		if (m.deadline <= now) {
			mp_expire(&m, now);
			drain();
		}
		if (what & 8 && m.link[what & 3].used) {
			if (m.link[what & 3].leaves)
				mp_gone(&m, what & 3);
			else
				mp_leave(&m, what & 3, now);
			drain();
		}
		if (what & 16)
			mp_join(&m, 1492, 1);
		if (size > rd_size(&in))
			size = rd_size(&in);
		fragment(what & 3, rd_sub(&in, size));
	}
	for (int i = 0; i < 2 * (int)MP_SLOTS && m.waiting > 0; i++) {
		now += MP_WAIT;
		mp_expire(&m, now);
		drain();
	}
	BUG_ON(m.waiting > 0);
	return 0;
}
