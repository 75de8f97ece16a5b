/*
 * PPP in HDLC-like framing on lines of octets, RFC 1662: flags, escapes,
 * the check sequence FCS-16, address and control field. Pure; one owner.
 * A frame here begins with the PPP protocol field.
 */
#ifndef WIRE_HDLC_H
#define WIRE_HDLC_H

#include "wire/rd.h"

#define HDLC_FRAME	2050u	/* protocol and 2048 octets, at most */
/* Octets that a frame of @n can take on the line: all escaped, two flags,
 * address, control, a protocol made whole and check sequence. */
#define HDLC_LINE(n)	(2u * ((n) + 5u) + 2u)

/* What is wrong with frames that came; `show hdlc`. */
enum hdlc_bad {
	HDLC_FCS,		/* check sequence */
	HDLC_ABORT,		/* escape before a flag */
	HDLC_SHORT,		/* less than protocol and check sequence */
	HDLC_LONG,
	HDLC_ADDR,		/* neither address 255 nor a protocol */
	HDLC_CTRL,		/* control is not 3 */
	HDLC_BADS
};

#define HDLC_BUF	(HDLC_FRAME + 4u)

/*
 * Octets below 32 that come bare may be the line's own, if they are in the
 * map that we asked the peer to escape; but frames are decoded before
 * what LCP agrees is known. So they count, and only a frame whose check
 * sequence is wrong is tried again without them.
 */
struct hdlc_in {
	uint32_t accm;		/* of us */
	bool	 inside;	/* behind a flag */
	bool	 escaped, large;
	bool	 some_bare;	/* a bit of bare[] is set */
	uint16_t fcs;
	uint32_t n;
	uint64_t good, bad[HDLC_BADS];
	uint8_t	 bare[(HDLC_BUF + 7) / 8];
	uint8_t	 buf[HDLC_BUF];
};

/* What one side escapes and leaves out when it sends. LCP packets are sent
 * as if nothing had been agreed: RFC 1662 section 7.1. */
struct hdlc_out {
	uint32_t accm;		/* of the peer: what we escape below 32 */
	uint32_t extra[8];	/* `set escape`: bit N of all 256 */
	bool	 acfc, pfc;	/* the peer takes fields compressed */
};

/* hdlc_in_reset, hdlc_out_reset - as before LCP; counters, extra stay. A
 * zeroed struct needs it, too. */
void hdlc_in_reset(struct hdlc_in *h);
void hdlc_out_reset(struct hdlc_out *h);

/*
 * hdlc_input - take octets from @in until a frame is whole. True: *@frame is
 * it, good until the next call; call again for the rest of @in. False: @in
 * is used up. Octets before the first flag are passed over, bad frames are
 * counted; both forms of address, control and protocol are understood.
 */
bool hdlc_input(struct hdlc_in *h, struct rd *in, struct rd *frame);

/*
 * hdlc_output - @frame as octets for the line, a flag at both ends.
 * @out: HDLC_LINE() of its size. Returns how many were written; 0: @frame is
 * shorter than its protocol field.
 */
size_t hdlc_output(const struct hdlc_out *h, struct rd frame, uint8_t *out);

/*
 * hdlc_bare - the same without flags, escapes and check sequence, for lines
 * that keep frames whole. @out: its size + 3. hdlc_strip - the way back:
 * the address and control field off; false: what is there is wrong.
 */
size_t hdlc_bare(const struct hdlc_out *h, struct rd frame, uint8_t *out);
bool hdlc_strip(struct rd *frame, enum hdlc_bad *bad);

/* hdlc_fcs - the check sequence over more octets; begin with FCS_INIT, a
 * frame with its own is FCS_GOOD. */
#define FCS_INIT	0xffffu
#define FCS_GOOD	0xf0b8u
uint16_t hdlc_fcs(uint16_t fcs, uint8_t octet);

#endif
