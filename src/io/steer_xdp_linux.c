/*
 * Steering into AF_XDP sockets: a program that the driver (or, where it
 * cannot, the stack) runs for each frame. Those of data of our sessions go
 * to the socket of their lane if it is on the queue they came by; everything
 * else goes on to the stack, where the packet sockets are. The program hangs
 * on a link (bpf(2), BPF_LINK_CREATE): it is gone with the last descriptor
 * of it, however we end, and another's program is never replaced.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/err.h"
#include "io/btf_linux.h"
#include "io/packet_linux.h"
#include "io/xdp_linux.h"
#include "io/xsk_linux.h"

#define ROWS		64
#define OFF_TYPE	12		/* in a frame without tags */
#define OFF_SID		16
#define OFF_PROTO	20
#define TAG_SIZE	4
#define DEV_BOUND	(1u << 6)	/* BPF_F_XDP_DEV_BOUND_ONLY */
#define LEAST		(OFF_PROTO + 2 + 2 * TAG_SIZE)	/* octets we look at */

/* Registers: R1 to R5 are arguments of calls. */
enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 };

#define CTX	R6
#define AT	R7			/* the frame, later behind its tags */
#define END	R8
#define TYPE	R9
#define LANE	R9			/* the type is known by then */

struct program {
	struct bpf_insn row[ROWS];
	int	 n;
	int	 pass[ROWS], passes;	/* rows that jump to the end */
};

static void
put(struct program *p, unsigned code, unsigned dst, unsigned src, int off,
    int32_t imm)
{
	BUG_ON(p->n == ROWS);
	p->row[p->n++] = (struct bpf_insn){ .code = (uint8_t)code,
	    .dst_reg = dst & 15, .src_reg = src & 15, .off = (int16_t)off,
	    .imm = imm };
}

static void
load(struct program *p, unsigned size, unsigned dst, unsigned src, int off)
{
	put(p, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

/* To the end, where the frame goes to the stack, if dst OP imm or src. */
static void
pass_if(struct program *p, unsigned op, unsigned dst, unsigned src,
    int32_t imm)
{
	p->pass[p->passes++] = p->n;
	put(p, BPF_JMP32 | op, dst, src, 0, imm);
}

static void
pass_beyond(struct program *p, unsigned op, int32_t octets)
{
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, R2, AT, 0, 0);
	put(p, BPF_ALU64 | BPF_ADD | BPF_K, R2, 0, 0, octets);
	p->pass[p->passes++] = p->n;
	put(p, BPF_JMP | op | BPF_X, R2, END, 0, 0);
}

/* As it lies in the frame. */
static int32_t
net16(unsigned v)
{
	return htons((uint16_t)v);
}

/* A tag is passed over. */
static void
put_tag(struct program *p)
{
	load(p, BPF_H, TYPE, AT, OFF_TYPE);
	put(p, BPF_JMP | BPF_JEQ | BPF_K, TYPE, 0, 2, net16(ETH_P_VLAN));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, TYPE, 0, 1, net16(ETH_P_QINQ));
	put(p, BPF_JMP | BPF_JNE | BPF_K, TYPE, 0, 1, net16(0x9100));
	put(p, BPF_ALU64 | BPF_ADD | BPF_K, AT, 0, 0, TAG_SIZE);
}

/* Control has sockets of its own; as in steer_linux.c. */
static void
put_part(struct program *p)
{
	load(p, BPF_H, R3, AT, OFF_PROTO);
	put(p, BPF_JMP | BPF_JEQ | BPF_K, R3, 0, 3, net16(IO_CCP));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, R3, 0, 2, net16(IO_LQR));
	put(p, BPF_ALU | BPF_END | BPF_TO_BE, R3, 0, 0, 16);
	pass_if(p, BPF_JGE, R3, 0, IO_CONTROL_FIRST);
}

/* A tag that the driver took out of the frame: only packet sockets are told
 * of it. @tag: the kernel's function that knows; 0: there can be none. */
static void
put_hidden_tag(struct program *p, uint32_t tag)
{
	if (tag == 0)
		return;
	put(p, BPF_ST | BPF_MEM | BPF_DW, R10, 0, -8, 0);
	put(p, BPF_ST | BPF_MEM | BPF_DW, R10, 0, -16, 0);
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, R1, CTX, 0, 0);
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, R2, R10, 0, 0);
	put(p, BPF_ALU64 | BPF_ADD | BPF_K, R2, 0, 0, -8);
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, R3, R10, 0, 0);
	put(p, BPF_ALU64 | BPF_ADD | BPF_K, R3, 0, 0, -16);
	put(p, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, (int32_t)tag);
	pass_if(p, BPF_JEQ, R0, 0, 0);
}

static void
put_lane(struct program *p, const struct io_conf *all)
{
	load(p, BPF_H, LANE, AT, OFF_SID);
	put(p, BPF_ALU | BPF_END | BPF_TO_BE, LANE, 0, 0, 16);
	put(p, BPF_ALU64 | BPF_AND | BPF_K, LANE, 0, 0, all->lanes - 1);
}

static void
put_redirect(struct program *p, int map)
{
	load(p, BPF_W, R3, CTX, offsetof(struct xdp_md, rx_queue_index));
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, R2, LANE, 0, 0);
	pass_if(p, BPF_JNE | BPF_X, R3, R2, 0);
	put(p, BPF_LD | BPF_IMM | BPF_DW, R1, BPF_PSEUDO_MAP_FD, 0, map);
	put(p, 0, 0, 0, 0, 0);
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, R3, 0, 0, XDP_PASS);
	put(p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map);
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void
build(struct program *p, const struct io_conf *all, const struct io *io,
    int map, uint32_t tag)
{
	uint32_t hi;
	uint16_t lo;

	memcpy(&hi, io->mac, 4);
	memcpy(&lo, io->mac + 4, 2);
	p->n = p->passes = 0;
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, CTX, R1, 0, 0);
	load(p, BPF_W, AT, CTX, offsetof(struct xdp_md, data));
	load(p, BPF_W, END, CTX, offsetof(struct xdp_md, data_end));
	pass_beyond(p, BPF_JGT, LEAST);
	pass_beyond(p, BPF_JLE,
	    (int32_t)xsk_fits(io->mtu + ETH_HDR_MAX) + 1);
	load(p, BPF_W, R3, AT, 0);
	pass_if(p, BPF_JNE, R3, 0, (int32_t)hi);
	load(p, BPF_H, R3, AT, 4);
	pass_if(p, BPF_JNE, R3, 0, lo);
	put_tag(p);
	put_tag(p);
	load(p, BPF_H, TYPE, AT, OFF_TYPE);
	pass_if(p, BPF_JNE, TYPE, 0, net16(all->sess_type));
	put_part(p);
	put_lane(p, all);
	put_hidden_tag(p, tag);
	put_redirect(p, map);
	for (int i = 0; i < p->passes; i++)
		p->row[p->pass[i]].off = (int16_t)(p->n - p->pass[i] - 1);
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, XDP_PASS);
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* ---- the kernel's part ---- */

static int
bpf(int op, union bpf_attr *a)
{
	return (int)syscall(SYS_bpf, op, a, sizeof(*a));
}

static int
map_make(unsigned lanes)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_type = BPF_MAP_TYPE_XSKMAP;
	a.key_size = a.value_size = sizeof(uint32_t);
	a.max_entries = lanes;
	return bpf(BPF_MAP_CREATE, &a);
}

/* @ifindex: only for that interface, as functions of its driver are asked;
 * 0: for any. */
static int
load_program(const struct program *p, unsigned ifindex)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.prog_type = BPF_PROG_TYPE_XDP;
	a.expected_attach_type = BPF_XDP;
	a.insns = (uintptr_t)p->row;
	a.insn_cnt = (uint32_t)p->n;
	a.license = (uintptr_t)"Dual BSD/GPL";
	a.prog_ifindex = ifindex;
	a.prog_flags = ifindex != 0 ? DEV_BOUND : 0;
	memcpy(a.prog_name, "ppp_steer", 9);
	return bpf(BPF_PROG_LOAD, &a);
}

static int
attach(int prog, unsigned ifindex, unsigned mode)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = (uint32_t)prog;
	a.link_create.target_ifindex = ifindex;
	a.link_create.attach_type = BPF_XDP;
	a.link_create.flags = mode;
	return bpf(BPF_LINK_CREATE, &a);
}

int
xdp_join(int map, unsigned lane, int fd)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_fd = (uint32_t)map;
	a.key = (uintptr_t)&(uint32_t){ lane };
	a.value = (uintptr_t)&(uint32_t){ (uint32_t)fd };
	return bpf(BPF_MAP_UPDATE_ELEM, &a) < 0 ? -E_SYS : 0;
}

/* ---- io.h ---- */

static int
refuse(const char *ifname, const char *what, char *why, size_t n)
{
	int err = errno;

	snprintf(why, n, "%s: io xdp: %s: %s%s", ifname, what, strerror(err),
	    err == EPERM ? " (needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW, "
	    "and `set io xdp' already at the start)" : "");
	return -E_STATE;
}

static bool
is_taken(int err)
{
	return err == EBUSY || err == EEXIST;
}

static int
refuse_attach(const char *ifname, char *why, size_t n)
{
	if (!is_taken(errno))
		return refuse(ifname, "attaching the program", why, n);
	snprintf(why, n, "%s: io xdp: another XDP program is attached to it "
	    "(see ip link)", ifname);
	return -E_STATE;
}

/* Does the driver take tags out of frames, as far as it says? */
static bool
hides_tags(int fd, const char *ifname)
{
	struct ethtool_value v = { .cmd = ETHTOOL_GFLAGS };
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name));
	ifr.ifr_data = (void *)&v;
	return ioctl(fd, SIOCETHTOOL, &ifr) == 0 &&
	    (v.data & ETH_FLAG_RXVLAN) != 0;
}

static int
program_for(const struct io_conf *all, const struct io *io, int map,
    uint32_t tag)
{
	struct program p;

	build(&p, all, io, map, tag);
	return load_program(&p, tag != 0 ? io->ifindex : 0);
}

static int
attach_closed(int prog, unsigned ifindex, unsigned mode)
{
	int link = attach(prog, ifindex, mode);
	int saved = errno;

	close(prog);
	errno = saved;
	return link;
}

/*
 * By the driver, which is asked for tags that it hides where it tells them:
 * else none may be hidden. If the driver cannot, by the stack.
 */
static int
put_on(const struct io_conf *all, const struct io *io, struct io_xdp *x,
    const char **how, char *why, size_t n)
{
	uint32_t tag = !all->tells_tags ? 0 :
	    btf_func("bpf_xdp_metadata_rx_vlan_tag");
	int prog = tag == 0 ? -1 : program_for(all, io, x->map, tag);

	*how = "native";
	if (prog >= 0) {
		x->link = attach_closed(prog, io->ifindex,
		    XDP_FLAGS_DRV_MODE);
		if (x->link >= 0)
			return 0;
		if (is_taken(errno))
			return refuse_attach(all->ifname, why, n);
	}
	if (hides_tags(io->fd, all->ifname)) {
		snprintf(why, n, "%s: io xdp: its driver takes VLAN tags out "
		    "of frames (ethtool -K %s rxvlan off)", all->ifname,
		    all->ifname);
		return -E_STATE;
	}
	prog = program_for(all, io, x->map, 0);
	if (prog < 0)
		return refuse(all->ifname, "loading the program", why, n);
	x->link = attach(prog, io->ifindex, XDP_FLAGS_DRV_MODE);
	if (x->link < 0 && !is_taken(errno)) {
		*how = "generic";
		x->link = attach(prog, io->ifindex, XDP_FLAGS_SKB_MODE);
	}
	int saved = errno;

	close(prog);
	errno = saved;
	return x->link < 0 ? refuse_attach(all->ifname, why, n) : 0;
}

static int
make(const struct io_conf *all, struct io *io, struct io_xdp *x,
    const char **how, char *why, size_t n)
{
	int err = packet_learn(io, all->ifname, why, n);

	if (err < 0)
		return err;
	x->map = map_make(all->lanes);
	if (x->map < 0)
		return refuse(all->ifname, "map of sockets", why, n);
	return put_on(all, io, x, how, why, n);
}

/* A program that the stack runs sees the bytes, and no tag beside them. */
static void
warn_of_tags(const struct io_conf *all, const char *how, char *why, size_t n)
{
	if (all->tags && strcmp(how, "generic") == 0)
		snprintf(why, n, "%s: io xdp (generic): sessions with a VLAN "
		    "tag get nothing where it is kept apart from the frame, "
		    "as by a bridge: there use set io packet", all->ifname);
}

int
io_xdp(const struct io_conf *all, struct io_xdp *x, const char **how,
    char *why, size_t n)
{
	struct io io = { .fd = -1 };
	int err;

	*x = (struct io_xdp){ 0, 0 };
	*how = "";
	why[0] = '\0';
	if (all->kind != IO_XDP)
		return 0;
	io.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (io.fd < 0)
		return refuse(all->ifname, "socket", why, n);
	err = make(all, &io, x, how, why, n);
	close(io.fd);
	if (err == 0) {
		warn_of_tags(all, *how, why, n);
		return 0;
	}
	if (x->map > 0)
		close(x->map);
	*x = (struct io_xdp){ 0, 0 };
	return err;
}

int
io_xdp_map(const struct io_xdp *x)
{
	int fd = x->map != 0 ? fcntl(x->map, F_DUPFD_CLOEXEC, 0) : 0;

	return fd > 0 ? fd : 0;
}

bool
io_kind_here(enum io_kind k)
{
	return k != IO_BPF;
}
