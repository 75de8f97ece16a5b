/*
 * NAT of what leaves through our TUN: nftables through libnftables on
 * Linux, in one table of our own (`ip ppp_TUN`), replaced as a whole by each
 * change. The table is owned by our socket, so it ends with the process,
 * however that ends; where the kernel has no owned tables (before Linux
 * 5.12) the next nat_sweep() removes what a dead process left. IPv4 only:
 * IPv6 is neither translated nor filtered.
 */
#ifndef OS_NAT_H
#define OS_NAT_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/txt.h"

#define NAT_RULES	64
#define NAT_LOCALS	8

/* Addresses in host order. */
enum nat_kind { NAT_PORT = 1, NAT_ADDR, NAT_PROTO, NAT_PROXY };
struct nat_ports {
	uint16_t lo, hi;		/* both included; 0: any */
};
struct nat_rule {
	uint8_t	 kind;			/* enum nat_kind */
	uint8_t	 proto;			/* IP protocol; PROXY: TCP or UDP */
	uint8_t	 locals;		/* of `local`, at least 1 */
	uint8_t	 src_bits, dst_bits;	/* PROXY */
	uint16_t order;			/* PROXY: `rule N`, lower first */
	uint32_t local[NAT_LOCALS];	/* whom packets go to; 0: this host */
	uint32_t pub;			/* 0: the link's address */
	uint32_t remote;		/* 0: any */
	uint32_t src, dst;		/* PROXY: nets; 0/0: any */
	struct nat_ports lport, pport, rport;
};

enum nat_target { NAT_TO_DEFAULT, NAT_TO_MYADDR, NAT_TO_ADDR };
struct nat_conf {
	bool	 deny_incoming;		/* drop what nothing asked for */
	bool	 unregistered_only;	/* translate RFC 1918 sources only */
	bool	 change_ports;		/* same_ports no */
	bool	 log;
	uint8_t	 target_kind;		/* enum nat_target */
	uint8_t	 rules;
	uint32_t target;
	struct nat_rule rule[NAT_RULES];
};

/* Connections by rule, then those of the table; `denied`: packets. */
enum nat_sum { NAT_OUT = NAT_RULES, NAT_TARGETED, NAT_DENIED, NAT_SUMS };
struct nat_sums {
	uint64_t n[NAT_SUMS];
};

struct nat {			/* zeroed, then nat_set(); owner: hostnet */
	void	*ctx;			/* of libnftables; owner */
	char	 ifname[IFNAMSIZ];	/* whose table is in; "" : none */
	bool	 plain;			/* no owned tables on this kernel */
};

/*
 * nat_text - the commands of nftables that make the table of @ifname, whose
 * address is @my. Pure; @sums: what its counters begin with.
 */
void nat_text(const struct nat_conf *c, const char *ifname, uint32_t my,
    bool owned, const struct nat_sums *sums, struct txt *out);

/*
 * nat_set - the table of @ifname becomes that of @c, in one step; counters
 * go on. Returns 0; else nothing has changed and the text is in @why:
 * -E_SYS, -E_RANGE (a name nftables cannot take), -E_UNKNOWN (this system
 * has no NAT for us). Forwarding is not switched on.
 */
int nat_set(struct nat *n, const char *ifname, const struct nat_conf *c,
    uint32_t my, char *why, size_t len);

/* nat_off - undo it; also when it was not on. */
void nat_off(struct nat *n);

/* nat_count - read the counters. 0 or -E_SYS. */
int nat_count(struct nat *n, struct nat_sums *out);

/* nat_sweep - remove tables of ours whose interface is gone. */
void nat_sweep(void);

/*
 * nat_forget - forget the connections that were translated to @addr, so
 * that they are translated anew. 0 or -E_SYS.
 */
int nat_forget(uint32_t addr);

/*
 * Connections as they come and go, for `nat log`. nat_flow_open - a
 * descriptor that is readable when there is something to say; owner: caller,
 * close(2). -E_SYS; -E_UNKNOWN: this system does not tell.
 * nat_flow_read - calls @fn for each connection that was translated, at most
 * a bufferful; true when some were lost.
 */
struct nat_flow {
	bool	 end;			/* it is over */
	uint8_t	 proto;
	uint32_t src, dst;		/* as it was asked for */
	uint32_t from, to;		/* as it went on */
	uint16_t sport, dport, from_port, to_port;	/* 0: none */
};
typedef void nat_flow_fn(const struct nat_flow *f, void *arg);
int nat_flow_open(void);
bool nat_flow_read(int fd, nat_flow_fn *fn, void *arg);

/* nat_forwards - 1: this host forwards IPv4, 0: not, -E_SYS: unknown. */
int nat_forwards(void);

#endif
