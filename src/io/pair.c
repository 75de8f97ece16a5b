/*
 * Two ends of a wire in memory: a socket pair that keeps frames whole.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/impl.h"

#define PAIR_QUEUE	(4 << 20)
#define PAIR_MTU	1500u

static int
gone(void)
{
	errno = ENODEV;
	return -E_SYS;
}

static int
pair_recv(struct io *io, struct pkt *b, int n)
{
	int done = 0;

	while (done < n) {
		struct pkt *to = &b[done];
		struct iovec iov;
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

		pkt_reset(to);
		iov = (struct iovec){ to->data, PKT_ROOM };
		ssize_t got = recvmsg(io->fd, &m, MSG_DONTWAIT);
		if (got <= 0) {
			bool empty = got < 0 && errno == EAGAIN;

			return done > 0 || empty ? done : gone();
		}
		if ((m.msg_flags & MSG_TRUNC) != 0) {
			io->st.oversize++;
			continue;
		}
		to->len = (uint32_t)got;
		io->st.in++;
		io->st.in_octets += to->len;
		done++;
	}
	return done;
}

static int
pair_send(struct io *io, struct pkt *const *b, int n)
{
	int sent = 0;

	for (int i = 0; i < n; i++) {
		if (send(io->fd, b[i]->data, b[i]->len,
		    MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
			if (errno != EAGAIN && errno != ENOBUFS)
				return gone();
			io->st.send_full++;
			continue;
		}
		io->st.out++;
		io->st.out_octets += b[i]->len;
		sent++;
	}
	return sent;
}

static void
pair_close(struct io *io)
{
	close(io->fd);
	free(io);
}

static const struct io_ops pair_ops = {
	pair_recv, pair_send, NULL, NULL, pair_close, NULL,
};

static struct io *
pair_end(int fd, unsigned ifindex, const uint8_t mac[ETH_ADDR])
{
	struct io *io = calloc(1, sizeof(*io));
	int octets = PAIR_QUEUE;

	if (io == NULL)
		return NULL;
	io->ops = &pair_ops;
	io->way = "memory";
	io->fd = fd;
	io->ifindex = ifindex;
	io->mtu = PAIR_MTU;
	memcpy(io->mac, mac, ETH_ADDR);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof(octets));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	return io;
}

int
io_pair(struct io **a, struct io **b, const uint8_t mac_a[ETH_ADDR],
    const uint8_t mac_b[ETH_ADDR])
{
	int fd[2];

	*a = *b = NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0, fd) < 0)
		return -E_SYS;
	*a = pair_end(fd[0], 1, mac_a);
	*b = pair_end(fd[1], 2, mac_b);
	if (*a != NULL && *b != NULL)
		return 0;
	free(*a);
	free(*b);
	*a = *b = NULL;
	close(fd[0]);
	close(fd[1]);
	errno = ENOMEM;
	return -E_SYS;
}
