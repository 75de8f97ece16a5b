/*
 * Frames through bpf(4): the filter and all options are set before the
 * interface, so that no frame of others ever waits in the buffer. One read
 * brings many frames, one write takes one. VLAN tags stay in the bytes.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "io/filter.h"
#include "io/impl.h"

#define RECV_QUEUE	(512u << 10)	/* octets of each of two buffers */

struct bpf {
	struct io io;			/* first: they are one object */
	uint8_t	*buf;			/* owner: this; what one read brings */
	size_t	 size, len, at;		/* of buf; read; taken so far */
};

static void
bpf_close(struct io *io)
{
	struct bpf *p = (struct bpf *)io;

	close(io->fd);
	free(p->buf);
	free(p);
}

/* More from the kernel; 1, 0: nothing there, -E_SYS. */
static int
fill(struct bpf *p)
{
	ssize_t got = read(p->io.fd, p->buf, p->size);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -E_SYS;
	p->len = (size_t)got;
	p->at = 0;
	return got > 0;
}

/* The next frame of the buffer into @b; false when it does not fit there. */
static bool
take(struct bpf *p, struct pkt *b)
{
	struct bpf_hdr h;
	const uint8_t *at = p->buf + p->at;

	memcpy(&h, at, sizeof(h));
	p->at += BPF_WORDALIGN(h.bh_hdrlen + h.bh_caplen);
	pkt_reset(b);
	if (h.bh_caplen < h.bh_datalen || h.bh_caplen > PKT_ROOM) {
		p->io.st.oversize++;
		return false;
	}
	memcpy(b->data, at + h.bh_hdrlen, h.bh_caplen);
	b->len = h.bh_caplen;
	p->io.st.in++;
	p->io.st.in_octets += b->len;
	return true;
}

static int
bpf_recv(struct io *io, struct pkt *b, int n)
{
	struct bpf *p = (struct bpf *)io;
	int done = 0;

	while (done < n) {
		if (p->at + sizeof(struct bpf_hdr) > p->len) {
			int more = fill(p);

			if (more <= 0)
				return done > 0 ? done : more;
			continue;
		}
		if (take(p, &b[done]))
			done++;
	}
	return done;
}

static int
bpf_send(struct io *io, struct pkt *const *b, int n)
{
	int sent = 0;

	for (int i = 0; i < n; i++) {
		if (write(io->fd, b[i]->data, b[i]->len) >= 0) {
			io->st.out++;
			io->st.out_octets += b[i]->len;
			sent++;
		} else if (errno == EMSGSIZE) {
			io->st.send_size++;
		} else if (errno == ENOBUFS || errno == EAGAIN) {
			io->st.send_full++;
		} else if (errno == EINTR) {
			i--;
		} else {
			return -E_SYS;
		}
	}
	return sent;
}

static void
bpf_stats(struct io *io)
{
	struct bpf_stat st;

	if (ioctl(io->fd, BIOCGSTATS, &st) == 0)
		io->st.kernel_drops = st.bs_drop;
}

static const struct io_ops bpf_ops = {
	bpf_recv, bpf_send, bpf_stats, NULL, bpf_close, NULL,
};

/* The link-layer entry of @ifname among @list, or NULL. */
static const struct ifaddrs *
find_link(const struct ifaddrs *list, const char *ifname)
{
	for (; list != NULL; list = list->ifa_next)
		if (strcmp(list->ifa_name, ifname) == 0 &&
		    list->ifa_addr != NULL &&
		    list->ifa_addr->sa_family == AF_LINK)
			return list;
	return NULL;
}

/* Index, MAC and MTU. */
static int
learn(struct io *io, const char *ifname)
{
	const struct ifaddrs *link;
	struct sockaddr_dl dl;
	struct ifaddrs *list;

	if (getifaddrs(&list) < 0)
		return -E_SYS;
	link = find_link(list, ifname);
	if (link != NULL) {
		const struct if_data *data = link->ifa_data;

		memcpy(&dl, link->ifa_addr, sizeof(dl));
		io->ifindex = dl.sdl_index;
		io->mtu = (unsigned)data->ifi_mtu;
		if (dl.sdl_alen == ETH_ADDR)
			memcpy(io->mac, LLADDR(&dl), ETH_ADDR);
	}
	freeifaddrs(list);
	errno = ENXIO;
	return link != NULL ? 0 : -E_SYS;
}

static int
bring_up(const char *ifname)
{
	struct ifreq ifr = { .ifr_name = "" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -E_SYS;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	err = ioctl(fd, SIOCGIFFLAGS, &ifr);
	if (err == 0 && (ifr.ifr_flags & IFF_UP) == 0) {
		ifr.ifr_flags |= IFF_UP;
		err = ioctl(fd, SIOCSIFFLAGS, &ifr);
	}
	int saved = errno;

	close(fd);
	errno = saved;
	return err < 0 ? -E_SYS : 0;
}

static int
set_filter(int fd, const struct io_conf *c, const uint8_t mac[ETH_ADDR])
{
	struct bpf_insn row[FILTER_ROWS];
	struct bpf_program prog = { .bf_insns = row };
	struct filter f;

	filter_build(&f, c, mac);
	prog.bf_len = f.n;
	for (unsigned i = 0; i < f.n; i++)
		row[i] = (struct bpf_insn){ f.row[i].code, f.row[i].jt,
		    f.row[i].jf, f.row[i].k };
	return ioctl(fd, BIOCSETF, &prog);
}

/* Immediately, incoming only, our source addresses as we write them. */
static int
set_options(struct bpf *p, const struct io_conf *c)
{
	unsigned on = 1, in = BPF_D_IN, size = RECV_QUEUE;
	struct ifreq ifr = { .ifr_name = "" };
	int fd = p->io.fd;

	memcpy(ifr.ifr_name, c->ifname, sizeof(ifr.ifr_name));
	if (ioctl(fd, BIOCSBLEN, &size) < 0 ||
	    ioctl(fd, BIOCIMMEDIATE, &on) < 0 ||
	    ioctl(fd, BIOCSDIRECTION, &in) < 0 ||
	    ioctl(fd, BIOCSHDRCMPLT, &on) < 0 ||
	    set_filter(fd, c, p->io.mac) < 0 ||
	    ioctl(fd, BIOCSETIF, &ifr) < 0 ||
	    (c->oui != 0 && ioctl(fd, BIOCPROMISC, NULL) < 0) ||
	    ioctl(fd, BIOCGBLEN, &size) < 0)
		return -E_SYS;
	p->size = size;
	return 0;
}

static int
start(struct bpf *p, const struct io_conf *c, char *why, size_t n)
{
	unsigned dlt = 0;

	if (learn(&p->io, c->ifname) < 0)
		return io_errno("interface", c->ifname, why, n);
	if (bring_up(c->ifname) < 0)
		return io_errno("bringing it up", c->ifname, why, n);
	if (set_options(p, c) < 0)
		return io_errno("bpf", c->ifname, why, n);
	if (ioctl(p->io.fd, BIOCGDLT, &dlt) < 0 || dlt != DLT_EN10MB) {
		snprintf(why, n, "%s: not an Ethernet interface", c->ifname);
		return -E_UNKNOWN;
	}
	p->buf = malloc(p->size);
	return p->buf != NULL ? 0 : io_errno("buffer", c->ifname, why, n);
}

unsigned
io_system_tags(struct vlans v)
{
	return (v.outer != 0 ? 4u : 0) + (v.inner != 0 ? 4u : 0);
}

int
io_system_open(struct io **io, const struct io_conf *c, char *why, size_t n)
{
	struct bpf *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		snprintf(why, n, "%s: out of memory", c->ifname);
		return -E_SYS;
	}
	p->io.ops = &bpf_ops;
	p->io.way = "bpf";
	p->io.fd = open("/dev/bpf", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (p->io.fd < 0) {
		int err = io_errno("/dev/bpf", c->ifname, why, n);

		free(p);
		return err;
	}
	int err = start(p, c, why, n);

	if (err < 0) {
		int saved = errno;

		bpf_close(&p->io);
		errno = saved;
		return err;
	}
	*io = &p->io;
	return 0;
}
