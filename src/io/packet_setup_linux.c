/*
 * Setting up an AF_PACKET socket. The filter is attached before the socket is
 * bound to the interface, so that no frame of others ever waits in its queue.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/filter.h"
#include "io/packet_linux.h"
#include "io/ring_linux.h"

#define RECV_QUEUE	(8 << 20)	/* octets the kernel may hold */
#define SEND_QUEUE	(1 << 20)
#define TYPE_ALL	0x0003		/* ETH_P_ALL, outgoing ones too */
#define FIRST_BAND	7		/* TC_PRIO_CONTROL: before data */

static int
if_ask(int fd, unsigned long op, struct ifreq *ifr, const char *ifname)
{
	memset(ifr, 0, sizeof(*ifr));
	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", ifname);
	return ioctl(fd, op, ifr);
}

int
packet_learn(struct io *io, const char *ifname, char *why, size_t n)
{
	struct ifreq ifr;

	if (if_ask(io->fd, SIOCGIFINDEX, &ifr, ifname) < 0)
		return io_errno("index", ifname, why, n);
	io->ifindex = (unsigned)ifr.ifr_ifindex;
	if (if_ask(io->fd, SIOCGIFMTU, &ifr, ifname) < 0)
		return io_errno("MTU", ifname, why, n);
	io->mtu = (unsigned)ifr.ifr_mtu;
	if (if_ask(io->fd, SIOCGIFHWADDR, &ifr, ifname) < 0)
		return io_errno("MAC address", ifname, why, n);
	memcpy(io->mac, ifr.ifr_hwaddr.sa_data, ETH_ADDR);
	if (ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER)
		return 0;
	snprintf(why, n, "%s: not an Ethernet interface", ifname);
	return -E_UNKNOWN;
}

static int
bring_up(struct io *io, const char *ifname, char *why, size_t n)
{
	struct ifreq ifr;

	if (if_ask(io->fd, SIOCGIFFLAGS, &ifr, ifname) < 0)
		return io_errno("flags", ifname, why, n);
	if ((ifr.ifr_flags & IFF_UP) != 0)
		return 0;
	ifr.ifr_flags |= IFF_UP;
	if (ioctl(io->fd, SIOCSIFFLAGS, &ifr) < 0)
		return io_errno("bringing it up", ifname, why, n);
	return 0;
}

/* Queue sizes beyond the system's limit need CAP_NET_ADMIN. */
static void
set_queue(int fd, int force, int polite, int octets)
{
	if (setsockopt(fd, SOL_SOCKET, force, &octets, sizeof(octets)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, polite, &octets,
		    sizeof(octets));
}

static int
set_filter(struct io *io, const struct io_conf *c)
{
	struct sock_filter row[FILTER_ROWS];
	struct sock_fprog prog = { .filter = row };
	struct filter f;
	int on = 1;

	filter_build(&f, c, io->mac);
	prog.len = (unsigned short)f.n;
	for (unsigned i = 0; i < f.n; i++)
		row[i] = (struct sock_filter){ f.row[i].code, f.row[i].jt,
		    f.row[i].jf, f.row[i].k };
	if (setsockopt(io->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
	    sizeof(prog)) < 0 ||
	    setsockopt(io->fd, SOL_PACKET, PACKET_AUXDATA, &on,
	    sizeof(on)) < 0)
		return -E_SYS;
	return setsockopt(io->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
	    sizeof(on)) < 0 ? -E_SYS : 0;
}

/* The kernel forgets it when the socket is closed. */
static int
be_promiscuous(const struct io *io)
{
	struct packet_mreq m = { .mr_ifindex = (int)io->ifindex,
	    .mr_type = PACKET_MR_PROMISC };

	return setsockopt(io->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m,
	    sizeof(m));
}

static int
make(struct io *io, const struct io_conf *c, char *why, size_t n)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(TYPE_ALL),
	};
	int err = packet_learn(io, c->ifname, why, n);

	if (err == 0)
		err = bring_up(io, c->ifname, why, n);
	if (err < 0)
		return err;
	if (set_filter(io, c) < 0)
		return io_errno("filter", c->ifname, why, n);
	if (c->ring != 0)
		ring_ask(io->fd, c->ring);
	set_queue(io->fd, SO_RCVBUFFORCE, SO_RCVBUF, RECV_QUEUE);
	set_queue(io->fd, SO_SNDBUFFORCE, SO_SNDBUF, SEND_QUEUE);
	if (c->part == IO_CONTROL)	/* a help, where the device queues */
		(void)setsockopt(io->fd, SOL_SOCKET, SO_PRIORITY,
		    &(int){ FIRST_BAND }, sizeof(int));
	ll.sll_ifindex = (int)io->ifindex;
	if (bind(io->fd, (struct sockaddr *)&ll, sizeof(ll)) < 0)
		return io_errno("bind", c->ifname, why, n);
	if (c->oui != 0 && be_promiscuous(io) < 0)
		return io_errno("promiscuous mode", c->ifname, why, n);
	return 0;
}

static int
closed(struct io *io, int err)
{
	int saved = errno;

	close(io->fd);
	errno = saved;
	return err;
}

int
packet_make(struct io *io, const struct io_conf *c, char *why, size_t n)
{
	/* Protocol 0: nothing is received before bind(2). */
	io->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (io->fd < 0)
		return io_errno("raw socket", c->ifname, why, n);
	int err = make(io, c, why, n);

	return err < 0 ? closed(io, err) : 0;
}

int
packet_know(struct io *io, const struct io_conf *c, char *why, size_t n)
{
	io->fd = c->fd;
	int err = packet_learn(io, c->ifname, why, n);

	return err < 0 ? closed(io, err) : 0;
}
