/*
 * Requests to the kernel's rtnetlink(7), one at a time, and its answers.
 */
#ifndef OS_NETLINK_H
#define OS_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define NL_ROOM 512u		/* our longest request is under 200 octets */

struct nl_req {			/* owner: caller, on the stack */
	_Alignas(struct nlmsghdr) uint8_t buf[NL_ROOM];
};

/*
 * nl_begin - a new request of @type (RTM_NEWADDR ...) with @flags besides
 * NLM_F_REQUEST and a family header (ifaddrmsg ...) of @n octets.
 */
void nl_begin(struct nl_req *q, uint16_t type, uint16_t flags,
    const void *family, size_t n);

/* nl_attr - append one attribute; nl_nest/nl_nest_end put others inside. */
void nl_attr(struct nl_req *q, uint16_t type, const void *p, size_t n);
void nl_attr_u32(struct nl_req *q, uint16_t type, uint32_t v);
size_t nl_nest(struct nl_req *q, uint16_t type);
void nl_nest_end(struct nl_req *q, size_t at);

/*
 * nl_do - send @q and wait for the kernel's verdict. Returns 0; -E_EXIST
 * (EEXIST); -E_UNKNOWN (ENODEV, ESRCH, EADDRNOTAVAIL: no such interface,
 * route, address); -E_SYS with the kernel's number in errno.
 */
int nl_do(struct nl_req *q);

/* The same by another protocol than NETLINK_ROUTE. */
int nl_do_by(int protocol, struct nl_req *q);

/*
 * nl_dump - send @q (a GET with NLM_F_DUMP) and give each message of the
 * answer to @fn. Returns as nl_do(); -E_STALE when the kernel's table
 * changed meanwhile and the answer is not complete.
 */
typedef void nl_fn(const struct nlmsghdr *m, void *arg);
int nl_dump(struct nl_req *q, nl_fn *fn, void *arg);
int nl_dump_by(int protocol, struct nl_req *q, nl_fn *fn, void *arg);

#endif
