/*
 * PPP frames over a descriptor: a line of octets (terminal, TCP, pipe,
 * program) in HDLC-like framing, RFC 1662, or one that keeps frames whole
 * (UDP, `set speed sync`). It is a struct io whose frames begin with the PPP
 * protocol field; io_mac() and io_room() mean nothing. One thread.
 */
#ifndef IO_STREAM_H
#define IO_STREAM_H

#include "io/io.h"
#include "wire/hdlc.h"

#define STREAM_AHEAD	512u

struct stream_conf {
	int	 in, out;		/* non-blocking; may be the same */
	bool	 whole;			/* one frame a read, no HDLC */
	bool	 datagram;		/* nothing read is no end of file */
	uint16_t ahead_n;		/* octets that were read already: */
	uint8_t	 ahead[STREAM_AHEAD];	/* by chat script or terminal mode */
	uint32_t escape[8];		/* `set escape`: bit N of the 256 */
};

/*
 * io_stream_open - takes both descriptors. 0, or -E_NOMEM with nothing
 * taken. io_recv() answers -E_SYS with ENODEV at the end of the line, and
 * io_fd() is -1 from then on.
 */
int io_stream_open(struct io **io, const struct stream_conf *c);

/* io_stream_agreed - what LCP has agreed: our and the peer's map, how we
 * may compress. io_stream_reset - LCP starts over. */
void io_stream_agreed(struct io *io, uint32_t mine, uint32_t his, bool acfc,
    bool pfc);
void io_stream_reset(struct io *io);

/*
 * io_stream_waits - octets that the line has not taken yet; while there are
 * any call io_stream_flush() when io_stream_out() is writable.
 * io_stream_clear - forget them: nothing has moved for too long.
 */
size_t io_stream_waits(const struct io *io);
uint64_t io_stream_written(const struct io *io);	/* octets, all */
int io_stream_out(const struct io *io);
void io_stream_flush(struct io *io);
void io_stream_clear(struct io *io);

/* io_stream_bad - HDLC_BADS counters of frames that were wrong. */
const uint64_t *io_stream_bad(const struct io *io);

#endif
