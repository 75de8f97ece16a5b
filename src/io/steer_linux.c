/*
 * Steering: the sockets of all lanes are one fan-out group (packet(7)), and
 * a classic BPF program names the lane of a frame, which the kernel takes as
 * the number of the socket in the order of joining. So the sockets are made
 * by one thread, in the order of lanes, and none leaves alone.
 */
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "io/packet_linux.h"

#define LANES_MOST	64
#define IGNORE_OUTGOING	0x4000		/* newer than some headers */

/* Offsets from behind the Ethernet header, where this program begins. The
 * outer tag is never in the bytes here; an inner one may be. */
#define OFF_INNER_TYPE	2
#define OFF_SID		2
#define TAG_SIZE	4

/* The lane of a frame of ours; any for those that no filter lets through. */
static int
set_program(int fd, uint16_t sess_type, unsigned lanes)
{
	struct sock_filter row[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sess_type, 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_VLAN, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_QINQ, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x9100, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, OFF_INNER_TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sess_type, 2, 3),
		/* untagged, or the outer tag only */
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, OFF_SID),
		BPF_STMT(BPF_JMP | BPF_JA, 1),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TAG_SIZE + OFF_SID),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, lanes - 1),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog prog = { .filter = row,
	    .len = sizeof(row) / sizeof(row[0]) };

	return setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &prog,
	    sizeof(prog));
}

/* The first one makes the group; *@id names it. */
static int
join(int fd, unsigned lane, const struct io_conf *c, int *id)
{
	int arg = (PACKET_FANOUT_CBPF | IGNORE_OUTGOING) << 16 | *id;
	socklen_t n = sizeof(arg);

	if (lane == 0)
		arg |= PACKET_FANOUT_FLAG_UNIQUEID << 16;
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &arg,
	    sizeof(arg)) < 0)
		return -E_SYS;
	if (lane > 0)
		return 0;
	if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &arg, &n) < 0)
		return -E_SYS;
	*id = arg & 0xffff;
	return set_program(fd, c->sess_type, c->lanes) < 0 ? -E_SYS : 0;
}

int
io_steer(const struct io_conf *c, int *fd)
{
	struct io_conf one = *c;
	char why[160];
	struct io io;
	int id = 0;

	memset(fd, 0, c->lanes * sizeof(*fd));
	if (c->lanes < 2 || c->lanes > LANES_MOST)
		return -E_SYS;
	for (one.lane = 0; one.lane < c->lanes; one.lane++) {
		if (packet_make(&io, &one, why, sizeof(why)) < 0)
			break;
		fd[one.lane] = io.fd;
		if (join(io.fd, one.lane, c, &id) < 0)
			break;
	}
	if (one.lane == c->lanes)
		return 0;
	for (unsigned i = 0; i < c->lanes; i++) {
		if (fd[i] != 0)
			close(fd[i]);
		fd[i] = 0;
	}
	return -E_SYS;
}
