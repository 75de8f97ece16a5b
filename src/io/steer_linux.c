/*
 * Steering: the sockets of all lanes are one fan-out group (packet(7)), and
 * a classic BPF program names the lane of a frame, and whether it is control;
 * the kernel takes that as the number of the socket in the order of joining.
 * So the sockets are made by one thread, data and control of each lane in
 * turn, at the end one of Discovery, and none leaves alone but that.
 */
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/packet_linux.h"

#define IGNORE_OUTGOING	0x4000		/* newer than some headers */

/* Offsets from behind the Ethernet header, where this program begins. The
 * outer tag is never in the bytes here; an inner one may be. */
#define OFF_INNER_TYPE	2
#define OFF_SID		2
#define OFF_PROTO	6
#define TAG_SIZE	4

#define LD(what, off)	BPF_STMT(BPF_LD | (what), (uint32_t)(off))
#define IF(op, k, yes, no) BPF_JUMP(BPF_JMP | (op) | BPF_K, (k), (yes), (no))
#define RET(k)		BPF_STMT(BPF_RET | BPF_K, (k))

struct group {
	const struct io_conf *all;
	uint32_t disc;			/* the number of Discovery's socket */
	int	 id;
	bool	 made;
};

/*
 * 2 * lane + (is it control?) of a session's frame, g->disc of Discovery; any
 * number for those that no socket's filter lets through. One too short to tell
 * is data.
 */
static int
set_program(int fd, const struct group *g)
{
	const struct io_conf *all = g->all;
	struct sock_filter row[] = {
		LD(BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
		IF(BPF_JEQ, all->disc_type, 5, 0),
		IF(BPF_JEQ, all->sess_type, 9, 0),
		IF(BPF_JEQ, ETH_P_VLAN, 4, 0),
		IF(BPF_JEQ, ETH_P_QINQ, 3, 0),
		IF(BPF_JEQ, 0x9100, 2, 0),
		RET(0),
		RET(g->disc),
		LD(BPF_H | BPF_ABS, OFF_INNER_TYPE),
		IF(BPF_JEQ, all->disc_type, 19, 0),
		BPF_STMT(BPF_LDX | BPF_IMM, TAG_SIZE),
		BPF_STMT(BPF_JMP | BPF_JA, 1),
		BPF_STMT(BPF_LDX | BPF_IMM, 0),
		LD(BPF_H | BPF_IND, OFF_SID),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, all->lanes - 1u),
		BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 1),
		BPF_STMT(BPF_ST, 0),
		LD(BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_X, 0),
		IF(BPF_JGE, OFF_PROTO + 2, 0, 4),
		LD(BPF_H | BPF_IND, OFF_PROTO),
		IF(BPF_JEQ, IO_CCP, 2, 0),
		IF(BPF_JEQ, IO_LQR, 1, 0),
		IF(BPF_JGE, IO_CONTROL_FIRST, 2, 0),
		LD(BPF_MEM, 0),
		BPF_STMT(BPF_RET | BPF_A, 0),
		LD(BPF_MEM, 0),
		BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_A, 0),
		RET(g->disc),
	};
	struct sock_fprog prog = { .filter = row,
	    .len = sizeof(row) / sizeof(row[0]) };

	return setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &prog,
	    sizeof(prog));
}

/* The first one makes the group. */
static int
join(struct group *g, int fd)
{
	int arg = (PACKET_FANOUT_CBPF | IGNORE_OUTGOING) << 16 | g->id;
	socklen_t n = sizeof(arg);

	if (!g->made)
		arg |= PACKET_FANOUT_FLAG_UNIQUEID << 16;
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &arg,
	    sizeof(arg)) < 0)
		return -E_SYS;
	if (g->made)
		return 0;
	if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &arg, &n) < 0)
		return -E_SYS;
	g->id = arg & 0xffff;
	g->made = true;
	return set_program(fd, g) < 0 ? -E_SYS : 0;
}

static int
add(struct group *g, const struct io_conf *c, int *fd)
{
	char why[160];
	struct io io;

	if (packet_make(&io, c, why, sizeof(why)) < 0)
		return -E_SYS;
	*fd = io.fd;
	return join(g, io.fd);
}

static int
add_all(struct group *g, int *data, int *control, int *disc)
{
	struct io_conf d, c, x;

	io_parts(g->all, &d, &c, disc != NULL ? &x : NULL);
	for (uint16_t i = 0; i < g->all->lanes; i++) {
		d.lane = c.lane = i;
		if (add(g, &d, &data[i]) < 0 || add(g, &c, &control[i]) < 0)
			return -E_SYS;
	}
	return disc != NULL ? add(g, &x, disc) : 0;
}

static void
undo(int *fd, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (fd[i] != 0)
			close(fd[i]);
		fd[i] = 0;
	}
}

int
io_steer(const struct io_conf *all, int *data, int *control, int *disc)
{
	struct group g = { .all = all, .disc = 1 };

	if (disc != NULL) {
		g.disc = 2u * all->lanes;
		*disc = 0;
	}
	memset(data, 0, all->lanes * sizeof(*data));
	memset(control, 0, all->lanes * sizeof(*control));
	if (all->lanes > IO_LANES_MAX)
		return -E_SYS;
	if (add_all(&g, data, control, disc) == 0)
		return 0;
	undo(disc, disc != NULL);
	undo(data, all->lanes);
	undo(control, all->lanes);
	return -E_SYS;
}
