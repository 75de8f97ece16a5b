/*
 * The four packet filters of ppp(8): in, out, dial, alive, each with the
 * rules 0 to 39. A rule is written once (parse.c), made into a flat array
 * of tests when a configuration is sealed (eval.c), and asked for each
 * packet that was taken apart (look.c). Pure: names are looked up by
 * functions of the caller, keywords stand for the addresses of the session
 * at hand. ppp(8), PACKET FILTERING.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lang/value.h"
#include "wire/rd.h"

#define FILTER_RULES	40
#define FILTER_FRAG_MIN	24u	/* octets; a fragment from here on hides no
				 * TCP header: RFC 1858 */

enum filter_name { FILTER_IN, FILTER_OUT, FILTER_DIAL, FILTER_ALIVE,
	FILTERS };
const char *filter_name(enum filter_name f);	/* "in", "out", ... */

/* filter_find - by name, lower case only; -1: none. */
int filter_find(const char *name);

enum filter_act { FILTER_UNSET, FILTER_PERMIT, FILTER_DENY, FILTER_GOTO };
enum filter_op { FILTER_ANY, FILTER_EQ, FILTER_LT, FILTER_GT };
enum filter_flag {
	FILTER_ESTAB	= 1u << 0,	/* ACK is set */
	FILTER_SYN	= 1u << 1,
	FILTER_FINRST	= 1u << 2,	/* FIN or RST is set */
};

/* ---- a rule as it is written ---- */

struct filter_addr {
	uint8_t	 word;			/* enum addr_word */
	uint8_t	 bits;			/* leading ones that count */
	uint8_t	 addr[16];		/* network order; IPv4: the first 4 */
};

struct filter_rule {		/* all zero: not defined */
	uint8_t	 act;			/* enum filter_act */
	uint8_t	 to;			/* FILTER_GOTO: that rule */
	bool	 invert;
	bool	 has_addr;		/* src and dst were given */
	uint8_t	 family;		/* 4, 6; 0: either */
	uint8_t	 proto;			/* 0: all */
	uint8_t	 flags;			/* enum filter_flag, all must hold */
	uint8_t	 src_op, dst_op;	/* enum filter_op */
	uint16_t src_port, dst_port;	/* src of ICMP: the type */
	struct filter_addr src, dst;
	uint32_t timeout;		/* seconds; 0: as `set timeout` */
};

struct filter_conf {
	struct filter_rule rule[FILTERS][FILTER_RULES];
};

/*
 * Where names come from: the number, or negative when there is no such
 * name. @port: a service of the protocol "tcp" or "udp"; @host: an IPv4
 * address in host order.
 */
struct filter_names {
	int	(*proto)(const char *name);
	int	(*port)(const char *name, const char *proto);
	int	(*host)(void *arg, const char *name, uint32_t *addr);
	void	*arg;
};

/* One `set filter` line. */
struct filter_line {
	uint8_t	 name;			/* enum filter_name */
	int8_t	 rule;			/* -1: the whole filter is emptied */
	struct filter_rule r;		/* act FILTER_UNSET: clear it */
};

/*
 * filter_parse - the words behind `set filter`.
 * Returns 0; -E_UNKNOWN: too few or too many words or no such filter, a
 * case for the usage line; -E_FORMAT: @why names the step and the word.
 */
int filter_parse(const struct filter_names *nm, char *const *w, int n,
    struct filter_line *out, char *why, size_t len);

/* filter_text - the rule as `show filter` prints it and `set filter` takes
 * it, from its action on; cut at @n. Returns @buf. */
#define FILTER_TEXT	256
const char *filter_text(const struct filter_rule *r, char *buf, size_t n);

/* ---- rules made ready, and packets ---- */

typedef uint64_t filter_ip[2];	/* big end first; IPv4: {0, address} */

struct filter_test {
	uint8_t	 act;			/* enum filter_act */
	uint8_t	 rule;			/* its number, for the log */
	uint8_t	 skip;			/* FILTER_GOTO: tests passed over */
	uint8_t	 family, proto, flags;
	uint8_t	 src_op, dst_op, src_word, dst_word;
	bool	 invert;
	uint16_t src_port, dst_port;
	uint32_t timeout;
	filter_ip src, dst, src_mask, dst_mask;
};

struct filter {
	uint8_t	 n;			/* 0: empty, everything passes */
	uint8_t	 name;			/* enum filter_name */
	struct filter_test test[FILTER_RULES];
};

struct filters {
	bool	 any;			/* in, out or alive is not empty */
	struct filter f[FILTERS];
};

void filters_make(struct filters *to, const struct filter_conf *from);

/* What the address keywords stand for; zero: not known, matches nothing. */
struct filter_env {
	filter_ip addr[AW_DNS1 + 1];
};
void filter_env_put4(struct filter_env *e, enum addr_word w, uint32_t addr);
void filter_env_put6(struct filter_env *e, enum addr_word w,
    const uint8_t addr[16]);

struct filter_pkt {
	uint8_t	 family;		/* 4, 6; 0: no IP packet */
	uint8_t	 proto;			/* behind IPv6 extension headers */
	uint8_t	 flags;			/* enum filter_flag */
	uint8_t	 tcp;			/* flags as on the wire */
	uint8_t	 tos;			/* or traffic class */
	bool	 cut;			/* its headers are not all there */
	bool	 tunnel;		/* PPP over UDP, but no IP inside */
	uint16_t frag;			/* octets before it; 0: the first */
	uint16_t src_port, dst_port;	/* src of ICMP: the type */
	uint32_t len, data;		/* of the IP packet; behind TCP, UDP */
	uint32_t seq, ack;		/* TCP */
	filter_ip src, dst;
	struct rd opt;			/* borrows: options of TCP */
	struct rd body;			/* borrows: behind TCP, UDP */
};

/* filter_look - take an IP packet apart. @decap: when it is PPP over UDP,
 * the packet inside (`enable filter-decapsulation`). */
void filter_look(const uint8_t *ip, size_t len, bool decap,
    struct filter_pkt *p);

struct filter_verdict {
	bool	 pass;
	int8_t	 rule;			/* that decided; -1: none */
	uint32_t timeout;		/* of that rule, seconds; 0: none */
};
struct filter_verdict filter_eval(const struct filter *f,
    const struct filter_pkt *p, const struct filter_env *e);

/* ---- for the log ---- */

/* filter_dns - the question of a DNS message, "bound query IN A NAME" or
 * "bound answer ..."; NULL: @p is none. */
#define FILTER_LINE	200
const char *filter_dns(const struct filter_pkt *p, char *buf, size_t n);
const char *filter_describe(const struct filter_pkt *p, char *buf, size_t n);
const char *filter_log(enum filter_name f, const struct filter_verdict *v,
    const struct filter_pkt *p, char *buf, size_t n);

#endif
