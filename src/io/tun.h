/*
 * The TUN device: IP packets of the sessions to and from this host.
 */
#ifndef IO_TUN_H
#define IO_TUN_H

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/offload.h"
#include "wire/pkt.h"

struct tun {			/* owner: caller; tun_close() */
	int	 fd;		/* non-blocking */
	int	 unit;		/* N of tunN */
	bool	 gso, uso;	/* takes joined TCP; joined UDP */
	char	 name[IFNAMSIZ];
};

/*
 * tun_open - device tun@unit, or the first free one when @unit is -1.
 * Returns 0, -E_EXIST (that unit is busy), -E_DENIED or -E_SYS; @why: text
 * that says what to do (/dev/net/tun missing, no CAP_NET_ADMIN, ...).
 */
int tun_open(struct tun *t, int unit, char *why, size_t n);
void tun_close(struct tun *t);

/*
 * tun_read - one IP packet, maybe a super-packet that the reader must cut.
 * @b: it is here, behind the headroom, when it fits PKT_ROOM
 * @big: room for SUPER_MAX octets: it is whole in here when it does not
 * @o: what is left to do; OFF_NONE and no needs_sum: nothing
 * Returns its octets, 0: nothing there, -E_SYS.
 */
int tun_read(struct tun *t, struct pkt *b, uint8_t *big, struct offload *o);

/*
 * tun_write - @n pieces that are one IP packet together; with @o->kind a
 * super-packet (only if t->gso, for OFF_UDP t->uso). 0, -E_FULL or -E_SYS.
 */
int tun_write(struct tun *t, const struct piece *piece, unsigned n,
    const struct offload *o);

#endif
