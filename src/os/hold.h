/*
 * Addresses that several programs give out of the same list: each holds the
 * one that its peer gets by a lock on that octet of a common file, which the
 * system takes away with the process, however that ends. One holder a
 * process; a child holds nothing.
 */
#ifndef OS_HOLD_H
#define OS_HOLD_H

#include <stdint.h>

struct addr_hold {
	int	 fd;			/* of the file; -1: not open */
	uint32_t addr;			/* host order; 0: none */
};

void addr_hold_init(struct addr_hold *h);

/*
 * addr_hold - @addr instead of what was held. -E_EXIST: another process
 * holds it, what was held stays; -E_SYS (errno): there is no such file.
 * addr_let_go - nothing is held. addr_hold_done - and the file is closed.
 */
int addr_hold(struct addr_hold *h, const char *path, uint32_t addr);
void addr_let_go(struct addr_hold *h);
void addr_hold_done(struct addr_hold *h);

#endif
