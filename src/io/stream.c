/*
 * Frames over a descriptor. What the line does not take at once waits in a
 * buffer of its own size for a whole super-packet of the host; whoever sends
 * more than that is told so by the counters.
 */
#include "io/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "io/impl.h"

#define OUT_SIZE	(192u << 10)
#define IN_SIZE		8192u

struct stream {
	struct io io;			/* first */
	int	 out;
	bool	 whole, datagram, lost;
	struct hdlc_in rx;
	struct hdlc_out tx;
	size_t	 in_at, in_n;		/* of in[]: read, not decoded */
	uint64_t written;
	size_t	 out_at, out_n;		/* of queue[]: encoded, not written */
	uint8_t	 in[IN_SIZE];
	uint8_t	 queue[OUT_SIZE];
};

static struct stream *
stream_of(struct io *io)
{
	return (struct stream *)io;
}

static const struct stream *
stream_const(const struct io *io)
{
	return (const struct stream *)io;
}

/* ---- the log ---- */

/* A password of PAP is nobody's business. */
static bool
is_secret(struct rd f)
{
	return rd_size(&f) >= 2 && f.p[0] == 0xc0 && f.p[1] == 0x23;
}

static void
dump(const struct stream *s, const char *what, struct rd frame)
{
	static const enum log_level async[] = { LOG_HDLC, LOG_ASYNC,
	    LOG_PHYSICAL }, sync[] = { LOG_SYNC, LOG_PHYSICAL };
	const enum log_level *l = s->whole ? sync : async;
	size_t n = s->whole ? 2 : 3;

	for (size_t i = 0; i < n; i++) {
		if (!log_on(l[i]))
			continue;
		log_put(l[i], "%s %zu octets%s", what, rd_size(&frame),
		    is_secret(frame) ? " of PAP, not shown" : "");
		if (!is_secret(frame))
			log_dump(l[i], frame.p, rd_size(&frame));
	}
}

/* ---- in ---- */

static int
at_end(struct stream *s)
{
	s->lost = true;
	s->io.fd = s->io.fd >= 0 ? ~s->io.fd : s->io.fd;
	errno = ENODEV;
	return -E_SYS;
}

/* Octets into in[]; 0: none now; negative: no more ever. */
static int
fill(struct stream *s)
{
	ssize_t n;

	if (s->lost)
		return at_end(s);
	do {
		n = read(s->io.fd, s->in, sizeof(s->in));
	} while (n < 0 && errno == EINTR);
	s->in_at = 0;
	s->in_n = n > 0 ? (size_t)n : 0;
	if (n > 0)
		return (int)n;
	/* A datagram that nobody took is the peer's trouble, not an end. */
	if (n < 0 && (errno == EAGAIN || s->datagram))
		return 0;
	return n == 0 && s->datagram ? 0 : at_end(s);
}

static void
deliver(struct stream *s, struct rd frame, struct pkt *b)
{
	pkt_reset(b);
	b->data -= 2;
	b->len = (uint32_t)rd_size(&frame);
	memcpy(b->data, frame.p, b->len);
	s->io.st.in++;
	s->io.st.in_octets += b->len;
	dump(s, "read", frame);
}

static bool
whole_frame(struct stream *s, struct rd *frame)
{
	enum hdlc_bad bad;

	*frame = rd_of(s->in + s->in_at, s->in_n - s->in_at);
	s->in_at = s->in_n;
	if (hdlc_strip(frame, &bad)) {
		if (rd_size(frame) <= HDLC_FRAME)
			return true;
		bad = HDLC_LONG;
	}
	s->rx.bad[bad]++;
	return false;
}

static bool
next_frame(struct stream *s, struct rd *frame)
{
	struct rd in = rd_of(s->in + s->in_at, s->in_n - s->in_at);
	bool some;

	if (s->whole)
		return whole_frame(s, frame);
	some = hdlc_input(&s->rx, &in, frame);
	s->in_at = s->in_n - rd_size(&in);
	return some;
}

static int
stream_recv(struct io *io, struct pkt *b, int n)
{
	struct stream *s = stream_of(io);
	struct rd frame;
	int done = 0, got;

	while (done < n) {
		if (s->in_at == s->in_n) {
			got = fill(s);
			if (got <= 0)
				return done > 0 ? done : got;
		}
		if (next_frame(s, &frame))
			deliver(s, frame, &b[done++]);
	}
	return done;
}

/* ---- out ---- */

size_t
io_stream_waits(const struct io *io)
{
	return stream_const(io)->out_n - stream_const(io)->out_at;
}

uint64_t
io_stream_written(const struct io *io)
{
	return stream_const(io)->written;
}

int
io_stream_out(const struct io *io)
{
	return stream_const(io)->out;
}

void
io_stream_flush(struct io *io)
{
	struct stream *s = stream_of(io);
	ssize_t n = 0;

	while (!s->whole && s->out_at < s->out_n) {
		n = write(s->out, s->queue + s->out_at, s->out_n - s->out_at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		s->out_at += (size_t)n;
		s->written += (size_t)n;
	}
	if (n < 0 && errno != EAGAIN)
		s->out_at = s->out_n;	/* reading will tell of the end */
	if (s->out_at == s->out_n)
		s->out_at = s->out_n = 0;
}

void
io_stream_clear(struct io *io)
{
	struct stream *s = stream_of(io);

	s->out_at = s->out_n = 0;
}

static bool
send_whole(struct stream *s, struct rd frame)
{
	uint8_t buf[HDLC_FRAME + 4];
	ssize_t n;

	if (rd_size(&frame) > HDLC_FRAME) {
		s->io.st.send_size++;
		return true;
	}
	size_t len = hdlc_bare(&s->tx, frame, buf);

	do {
		n = write(s->out, buf, len);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
		return false;
	return true;
}

static bool
queue(struct stream *s, struct rd frame)
{
	size_t most = HDLC_LINE(rd_size(&frame));

	if (s->out_n + most > sizeof(s->queue) && s->out_at > 0) {
		memmove(s->queue, s->queue + s->out_at, s->out_n - s->out_at);
		s->out_n -= s->out_at;
		s->out_at = 0;
	}
	if (s->out_n + most > sizeof(s->queue))
		return false;
	s->out_n += hdlc_output(&s->tx, frame, s->queue + s->out_n);
	return true;
}

static int
stream_send(struct io *io, struct pkt *const *b, int n)
{
	struct stream *s = stream_of(io);
	int sent = 0;

	for (int i = 0; i < n; i++) {
		struct rd frame = rd_of(b[i]->data, b[i]->len);

		if (!(s->whole ? send_whole : queue)(s, frame)) {
			s->io.st.send_full++;
			continue;
		}
		s->io.st.out++;
		s->io.st.out_octets += b[i]->len;
		dump(s, "write", frame);
		sent++;
	}
	io_stream_flush(io);
	return sent;
}

/* ---- life ---- */

static void
stream_close(struct io *io)
{
	struct stream *s = stream_of(io);
	int in = io->fd >= 0 ? io->fd : ~io->fd;

	io_stream_flush(io);
	close(in);
	if (s->out != in)
		close(s->out);
	free(s);
}

static const struct io_ops stream_ops = {
	stream_recv, stream_send, NULL, NULL, stream_close, NULL,
};

int
io_stream_open(struct io **io, const struct stream_conf *c)
{
	struct stream *s = calloc(1, sizeof(*s));

	*io = NULL;
	if (s == NULL)
		return -E_NOMEM;
	s->io.ops = &stream_ops;
	s->io.way = "stream";
	s->io.fd = c->in;
	s->io.mtu = PKT_ROOM;
	s->out = c->out;
	s->whole = c->whole;
	s->datagram = c->datagram;
	memcpy(s->tx.extra, c->escape, sizeof(s->tx.extra));
	s->in_n = c->ahead_n <= sizeof(c->ahead) ? c->ahead_n : 0;
	memcpy(s->in, c->ahead, s->in_n);
	io_stream_reset(&s->io);
	*io = &s->io;
	return 0;
}

void
io_stream_agreed(struct io *io, uint32_t mine, uint32_t his, bool acfc,
    bool pfc)
{
	struct stream *s = stream_of(io);

	s->rx.accm = mine;
	s->tx.accm = his;
	s->tx.acfc = acfc;
	s->tx.pfc = pfc;
}

void
io_stream_reset(struct io *io)
{
	struct stream *s = stream_of(io);
	/* A frame may be half read: that is no part of what starts over. */
	s->rx.accm = UINT32_MAX;
	hdlc_out_reset(&s->tx);
}

const uint64_t *
io_stream_bad(const struct io *io)
{
	return stream_const(io)->rx.bad;
}
