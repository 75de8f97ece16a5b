/* A row of the flow table from the inside: flow.c and flow_tcp.c. */
#ifndef SESS_FLOW_IMPL_H
#define SESS_FLOW_IMPL_H

#include "sess/flow.h"

#define NO_RTT	UINT64_MAX

/* Sequence numbers of one way; compared modulo 2^32. */
struct flow_seq {
	uint32_t next;			/* behind the highest that was seen */
	uint32_t acked;			/* by the other side, highest */
	uint32_t isn;
	uint32_t gap, gap_end;		/* [gap, gap_end) was passed over */
	uint32_t timed;			/* an ACK of this is a sample */
	tstamp	 gap_at, timed_at;
	bool	 seen, syn, acks, times, fin;
};

struct flow {
	struct guard g;
	_Atomic uint64_t word[FLOW_WORDS];	/* struct flow_row */
	/* The writer's alone: */
	bool	 named, closed, answered;
	uint8_t	 opener;
	struct flow_seq seq[2];
};

#define FLOW_AT(what)	(offsetof(struct flow_row, what) / 8)

static inline _Atomic uint64_t *
flow_at(struct flow *f, unsigned way, enum flow_count c)
{
	return &f->word[FLOW_AT(n) + way * FLOW_COUNTS + c];
}

/* What one packet adds; one of many segments adds several. */
struct flow_step {
	uint32_t pkts, octets;
	uint32_t data_pkts, data, retx_pkts, retx, ooo;
	uint64_t rtt;			/* us, of the other way; NO_RTT */
	uint16_t mss;
	uint8_t	 wscale;
	uint8_t	 flags;			/* of TCP */
};

#define TCP_FIN		0x01u
#define TCP_SYN		0x02u
#define TCP_RST		0x04u
#define TCP_ACK		0x10u

/* flow_tcp - follow one packet of TCP, whole up to its options. */
void flow_tcp(struct flow *f, const struct flow_pkt *fp,
    struct flow_step *st);

/* flow_tcp_again - a SYN that begins another connection than f's. */
bool flow_tcp_again(const struct flow *f, const struct flow_pkt *fp);

#endif
