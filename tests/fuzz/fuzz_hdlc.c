/*
 * Any octets of a line, in pieces of any size: each frame that is whole fits
 * its buffer, and what is sent again comes back as it was.
 */
#include <stdint.h>
#include <string.h>

#include "base/bug.h"
#include "wire/hdlc.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct hdlc_in rx, back;
static uint8_t line[HDLC_LINE(HDLC_FRAME)];

static void
check(struct rd frame, const struct hdlc_out *tx)
{
	struct rd in, again;
	size_t n;

	BUG_ON(rd_size(&frame) == 0 || rd_size(&frame) > HDLC_FRAME);
	n = hdlc_output(tx, frame, line);
	BUG_ON(n > sizeof(line));
	if (n == 0)			/* less than a protocol */
		return;
	memset(&back, 0, sizeof(back));
	hdlc_in_reset(&back);
	in = rd_of(line, n);
	/* A protocol that was short on the line may be long now. */
	if (rd_size(&frame) == HDLC_FRAME)
		return;
	BUG_ON(!hdlc_input(&back, &in, &again));
	BUG_ON(rd_size(&again) < rd_size(&frame) - 1);
	BUG_ON(rd_size(&frame) > 2 && memcmp(again.end - 1, frame.end - 1,
	    1) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct hdlc_out tx = { .accm = 0 };
	struct rd in = rd_of(p, n), frame, piece;
	uint8_t how = rd_u8(&in), size = rd_u8(&in);
	enum hdlc_bad bad;

	memset(&rx, 0, sizeof(rx));
	hdlc_in_reset(&rx);
	rx.accm = how & 1 ? UINT32_MAX : 0;
	tx.accm = how & 2 ? UINT32_MAX : 0;
	tx.acfc = how & 4;
	tx.pfc = how & 8;
	piece = in;
	if (hdlc_strip(&piece, &bad))
		BUG_ON(rd_size(&piece) == 0);
	while (rd_size(&in) > 0) {
		size_t take = size != 0 && size < rd_size(&in) ? size :
		    rd_size(&in);

		piece = rd_sub(&in, take);
		while (hdlc_input(&rx, &piece, &frame))
			check(frame, &tx);
		BUG_ON(rd_size(&piece) != 0);
	}
	return 0;
}
