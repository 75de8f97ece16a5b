/*
 * The TUN device: IP packets of the sessions to and from this host.
 */
#ifndef IO_TUN_H
#define IO_TUN_H

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/pkt.h"

struct tun {			/* owner: caller; tun_close() */
	int	 fd;		/* non-blocking */
	int	 unit;		/* N of tunN */
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
 * tun_read - one IP packet into @b behind its headroom.
 * Returns its octets, 0: nothing there, -E_SYS.
 */
int tun_read(struct tun *t, struct pkt *b);

/* tun_write - one IP packet; 0, -E_FULL or -E_SYS. */
int tun_write(struct tun *t, const uint8_t *ip, size_t len);

#endif
