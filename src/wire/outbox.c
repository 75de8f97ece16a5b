/* The outbox: a list of items over one byte buffer. */
#include "wire/outbox.h"

struct wr
outbox_begin(struct outbox *ob, size_t max)
{
	size_t room = OUTBOX_BYTES - ob->used;

	return wr_of(ob->buf + ob->used, max < room ? max : room);
}

static struct out_item *
add(struct outbox *ob, const struct wr *w)
{
	struct out_item *it;

	if (ob->n == OUTBOX_ITEMS || (w != NULL && w->bad)) {
		ob->full = true;
		return NULL;
	}
	it = &ob->item[ob->n++];
	memset(it, 0, sizeof(*it));
	it->off = ob->used;
	if (w != NULL) {
		it->len = (uint16_t)wr_size(w);
		ob->used += it->len;
	}
	return it;
}

bool
outbox_ppp(struct outbox *ob, const struct wr *w, uint16_t proto)
{
	struct out_item *it = add(ob, w);

	if (it == NULL)
		return false;
	it->kind = OUT_PPP;
	it->proto = proto;
	return true;
}

bool
outbox_disc(struct outbox *ob, const struct wr *w, const uint8_t dst[6])
{
	struct out_item *it = add(ob, w);

	if (it == NULL)
		return false;
	it->kind = OUT_DISC;
	memcpy(it->dst, dst, 6);
	return true;
}

bool
outbox_event(struct outbox *ob, uint16_t event, uint32_t arg,
    const struct wr *w)
{
	struct out_item *it = add(ob, w);

	if (it == NULL)
		return false;
	it->kind = OUT_EVENT;
	it->event = event;
	it->arg = arg;
	return true;
}
