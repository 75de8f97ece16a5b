/*
 * Frames through AF_PACKET (packet(7)). The socket takes every ether type,
 * because only there the kernel keeps a VLAN tag for us: the outer one comes
 * in the auxiliary data, an inner one stays in the bytes.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/packet_linux.h"
#include "io/ring_linux.h"
#include "io/xdp_linux.h"

#define BATCH 64

union aux {			/* one message of auxiliary data, aligned */
	struct cmsghdr hdr;
	uint8_t	 room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
};

struct packet {
	struct io io;			/* first: they are one object */
	struct ring ring;
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	union aux aux[BATCH];
};

static void
packet_close(struct io *io)
{
	ring_close(&((struct packet *)io)->ring);
	close(io->fd);
	free(io);
}

/* The outer tag from the auxiliary data into @b. */
static void
take_tag(struct msghdr *m, struct pkt *b)
{
	struct tpacket_auxdata aux;
	struct cmsghdr *c = CMSG_FIRSTHDR(m);

	if (c == NULL || c->cmsg_level != SOL_PACKET ||
	    c->cmsg_type != PACKET_AUXDATA ||
	    c->cmsg_len < CMSG_LEN(sizeof(aux)))
		return;
	memcpy(&aux, CMSG_DATA(c), sizeof(aux));
	if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0)
		return;
	b->tci = aux.tp_vlan_tci;
	b->tpid = (aux.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ?
	    aux.tp_vlan_tpid : ETH_P_VLAN;
}

static void
recv_prepare(struct packet *p, struct pkt *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		pkt_reset(&b[i]);
		p->iov[i] = (struct iovec){ b[i].data, PKT_ROOM };
		p->msg[i].msg_hdr = (struct msghdr){
			.msg_iov = &p->iov[i], .msg_iovlen = 1,
			.msg_control = &p->aux[i],
			.msg_controllen = sizeof(p->aux[i]),
		};
	}
}

/* Frame @from moves down to @to, where an oversized one was. */
static void
pkt_move(struct pkt *to, const struct pkt *from)
{
	memcpy(to->data, from->data, from->len);
	to->len = from->len;
	to->tci = from->tci;
	to->tpid = from->tpid;
}

/* Frames of one batch that are whole, moved together. */
static unsigned
recv_finish(struct packet *p, struct pkt *b, unsigned n)
{
	unsigned good = 0;

	for (unsigned i = 0; i < n; i++) {
		if ((p->msg[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) {
			p->io.st.oversize++;
			continue;
		}
		b[i].len = p->msg[i].msg_len;
		take_tag(&p->msg[i].msg_hdr, &b[i]);
		if (good != i)
			pkt_move(&b[good], &b[i]);
		p->io.st.in_octets += b[good].len;
		good++;
	}
	p->io.st.in += good;
	return good;
}

/* Down is told once by the kernel; was it the end of the interface? */
static int
recv_error(struct io *io)
{
	char name[IFNAMSIZ];
	int err = errno;

	if (err == EAGAIN || err == EINTR)
		return 0;
	if (err == ENETDOWN && if_indextoname(io->ifindex, name) == NULL)
		err = ENODEV;
	errno = err;
	return -E_SYS;
}

/* An empty ring: is there an error that poll(2) told of? */
static int
ring_error(struct io *io)
{
	socklen_t n = sizeof(int);
	int err = 0;

	getsockopt(io->fd, SOL_SOCKET, SO_ERROR, &err, &n);
	if (err == 0)
		return 0;
	errno = err;
	return recv_error(io);
}

static void
packet_release(struct io *io)
{
	struct packet *p = (struct packet *)io;

	if (p->ring.mem != NULL)
		ring_release(&p->ring);
}

static bool
packet_look(const struct io *io, unsigned at, struct pkt *b)
{
	const struct packet *p = (const struct packet *)io;

	return p->ring.mem != NULL && ring_look(&p->ring, at, b);
}

static int
packet_recv(struct io *io, struct pkt *b, int n)
{
	struct packet *p = (struct packet *)io;
	int done = 0;

	if (p->ring.mem != NULL) {
		done = ring_recv(&p->ring, &io->st, b, n);
		return done > 0 ? done : ring_error(io);
	}
	while (done < n) {
		unsigned want = (unsigned)(n - done);

		if (want > BATCH)
			want = BATCH;
		recv_prepare(p, b + done, want);
		int got = recvmmsg(io->fd, p->msg, want, MSG_DONTWAIT, NULL);
		if (got < 0)
			return done > 0 ? done : recv_error(io);
		done += (int)recv_finish(p, b + done, (unsigned)got);
		if ((unsigned)got < want)
			break;
	}
	return done;
}

/* One system call for frames b[0..n); how many the kernel took, or -1. */
static int
give(struct packet *p, struct pkt *const *b, unsigned n)
{
	if (n == 1)			/* a cheaper one */
		return send(p->io.fd, b[0]->data, b[0]->len,
		    MSG_DONTWAIT) < 0 ? -1 : 1;
	for (unsigned i = 0; i < n; i++) {
		p->iov[i] = (struct iovec){ b[i]->data, b[i]->len };
		p->msg[i].msg_hdr = (struct msghdr){
			.msg_iov = &p->iov[i], .msg_iovlen = 1,
		};
	}
	return sendmmsg(p->io.fd, p->msg, n, MSG_DONTWAIT);
}

static int
send_batch(struct packet *p, struct pkt *const *b, unsigned n)
{
	int sent = give(p, b, n);

	for (int i = 0; i < sent; i++)
		p->io.st.out_octets += b[i]->len;
	p->io.st.out += sent > 0 ? (unsigned)sent : 0;
	return sent;
}

static int
packet_send(struct io *io, struct pkt *const *b, int n)
{
	struct packet *p = (struct packet *)io;
	int sent = 0;

	for (int at = 0; at < n; ) {
		int want = n - at < BATCH ? n - at : BATCH;
		int got = send_batch(p, b + at, (unsigned)want);

		if (got > 0) {
			sent += got;
			at += got;
		} else if (errno == EAGAIN) {	/* our own queue is full */
			io->st.send_full += (unsigned)(n - at);
			break;
		} else if (errno == ENOBUFS || errno == EMSGSIZE) {
			if (errno == ENOBUFS)
				io->st.send_full++;
			else
				io->st.send_size++;
			at++;		/* only this frame is lost */
		} else if (errno != EINTR) {
			return -E_SYS;
		}
	}
	return sent;
}

static void
packet_stats(struct io *io)
{
	struct tpacket_stats st;
	socklen_t n = sizeof(st);

	/* Reading sets the kernel's count back to zero. */
	if (getsockopt(io->fd, SOL_PACKET, PACKET_STATISTICS, &st, &n) == 0)
		io->st.kernel_drops += st.tp_drops;
}

static const struct io_ops packet_ops = {
	packet_recv, packet_send, packet_stats, packet_release, packet_close,
	packet_look,
};

unsigned
io_system_tags(struct vlans v)
{
	return v.inner != 0 ? 8 : 0;
}

int
io_system_open(struct io **io, const struct io_conf *c, char *why, size_t n)
{
	struct packet *p = calloc(1, sizeof(*p));
	int err;

	if (p == NULL) {
		snprintf(why, n, "%s: out of memory", c->ifname);
		return -E_SYS;
	}
	p->io.ops = &packet_ops;
	p->io.way = "packet";
	err = (c->fd != 0 ? packet_know : packet_make)(&p->io, c, why, n);
	if (err < 0) {
		free(p);
		return err;
	}
	if (c->ring != 0 && ring_map(&p->ring, p->io.fd, c->ring) < 0) {
		err = io_errno("receive ring", c->ifname, why, n);
		packet_close(&p->io);
		return err;
	}
	*io = &p->io;
	if (c->map != 0 || c->kind == IO_XDP_SEND)
		*io = xdp_open(&p->io, c);
	return 0;
}
