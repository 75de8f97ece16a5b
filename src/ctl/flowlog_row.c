/*
 * Flow statistics in columns. Their names are those of Tstat's logs where
 * it has one: c_ is the side that began, s_ the other; of a session's own
 * row c_ is the peer's. Times of data to its acknowledgement are its
 * sender's: c_rtt is the way to the server and back.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/bug.h"
#include "ctl/flowlog.h"

#define SIDE(x)								\
	{ x "_pkts_all", NULL, true }, { x "_bytes_ip", NULL, true },	\
	{ x "_pkts_data", NULL, true }, { x "_bytes_all", NULL, true },	\
	{ x "_bytes_uniq", NULL, true }, { x "_pkts_retx", NULL, true }, \
	{ x "_bytes_retx", NULL, true }, { x "_pkts_ooo", NULL, true },	\
	{ x "_ack_cnt", NULL, true }, { x "_syn_cnt", NULL, true },	\
	{ x "_fin_cnt", NULL, true }, { x "_rst_cnt", NULL, true },	\
	{ x "_rtt_cnt", NULL, true }, { x "_rtt_min", NULL, true },	\
	{ x "_rtt_avg", NULL, true }, { x "_rtt_max", NULL, true },	\
	{ x "_mss", NULL, true }, { x "_win_scl", NULL, true }

/* flowlog.c knows a file of ours by the first ones. */
const struct out_col flow_cols[] = {
	{ "first", NULL, true }, { "last", NULL, true },
	{ "durat", NULL, true }, { "end", NULL, false },
	{ "interface", NULL, false }, { "peer", NULL, false },
	{ "sid", NULL, true }, { "user", NULL, false },
	{ "proto", NULL, false }, { "way", NULL, false },
	{ "c_ip", NULL, false }, { "c_port", NULL, true },
	{ "s_ip", NULL, false }, { "s_port", NULL, true },
	SIDE("c"), SIDE("s"),
};
const unsigned flow_cols_n = sizeof(flow_cols) / sizeof(flow_cols[0]);

const char *
flow_proto(const struct flow_row *r, char buf[FLOW_TEXT])
{
	if (r->id.family == 0)
		return "all";
	switch (r->id.proto) {
	case 1:
		return "icmp";
	case 6:
		return "tcp";
	case 17:
		return "udp";
	case 58:
		return "icmp6";
	default:
		snprintf(buf, FLOW_TEXT, "%u", r->id.proto);
		return buf;
	}
}

const char *
flow_addr(const struct flow_row *r, unsigned way, const struct anon *a,
    char buf[FLOW_TEXT])
{
	const uint64_t *from = r->id.addr[way];
	size_t n = r->id.family == 4 ? 4 : 16;
	uint8_t addr[16];

	buf[0] = '\0';
	if (r->id.family == 0)
		return buf;
	for (size_t i = 0; i < 16; i++)
		addr[i] = (uint8_t)(from[i / 8] >> (56 - 8 * (i % 8)));
	memmove(addr, addr + 16 - n, n);
	if (a != NULL)
		anon_addr(a, addr, n);
	BUG_ON(inet_ntop(n == 4 ? AF_INET : AF_INET6, addr, buf,
	    FLOW_TEXT) == NULL);
	return buf;
}

static void
when(struct out_table *ot, int64_t ns)
{
	long long ms = ns / 1000000;

	out_cell(ot, "%lld.%03lld", ms / 1000, ms % 1000);
}

/* Milliseconds; nothing without a sample. */
static void
rtt(struct out_table *ot, const uint64_t *n, uint64_t us)
{
	if (n[FLOW_RTTS] == 0)
		out_cell(ot, "%s", "");
	else
		out_cell(ot, "%llu.%03llu", (unsigned long long)us / 1000,
		    (unsigned long long)us % 1000);
}

static void
offer(struct out_table *ot, uint64_t n, uint64_t less)
{
	if (n == 0)
		out_cell(ot, "%s", "");
	else
		out_num(ot, n - less);
}

static void
side(struct out_table *ot, const uint64_t *n)
{
	out_num(ot, n[FLOW_PKTS]);
	out_num(ot, n[FLOW_OCTETS]);
	out_num(ot, n[FLOW_DATA_PKTS]);
	out_num(ot, n[FLOW_DATA]);
	out_num(ot, n[FLOW_DATA] - n[FLOW_RETX]);
	out_num(ot, n[FLOW_RETX_PKTS]);
	out_num(ot, n[FLOW_RETX]);
	out_num(ot, n[FLOW_OOO]);
	out_num(ot, n[FLOW_ACKS]);
	out_num(ot, n[FLOW_SYN]);
	out_num(ot, n[FLOW_FIN]);
	out_num(ot, n[FLOW_RST]);
	out_num(ot, n[FLOW_RTTS]);
	rtt(ot, n, n[FLOW_RTT_MIN]);
	rtt(ot, n, n[FLOW_RTTS] > 0 ? n[FLOW_RTT_SUM] / n[FLOW_RTTS] : 0);
	rtt(ot, n, n[FLOW_RTT_MAX]);
	offer(ot, n[FLOW_MSS], 0);
	offer(ot, n[FLOW_WSCALE], 1);
}

static void
ports(struct out_table *ot, const struct flow_row *r, unsigned way,
    const struct anon *a)
{
	char buf[FLOW_TEXT];

	out_cell(ot, "%s", flow_addr(r, way, a, buf));
	if (r->id.proto == 6 || r->id.proto == 17)
		out_num(ot, r->id.port[way]);
	else
		out_cell(ot, "%s", "");
}

void
flow_put(struct out_table *ot, const struct flow_row *r, int64_t wall,
    const struct anon *a)
{
	const uint8_t *m = r->who.mac;
	char buf[FLOW_TEXT];

	when(ot, wall + (int64_t)r->first);
	when(ot, wall + (int64_t)r->last);
	when(ot, (int64_t)(r->last - r->first));
	out_cell(ot, "%s", flow_end_name((enum flow_end)r->end));
	out_cell(ot, "%s", r->who.ifname);
	if (a != NULL || r->who.sid == 0)
		out_cell(ot, "%s", "");
	else
		out_cell(ot, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
		    m[2], m[3], m[4], m[5]);
	out_num(ot, r->who.sid);
	out_cell(ot, "%s", a != NULL ? "" : r->who.name);
	out_cell(ot, "%s", flow_proto(r, buf));
	out_cell(ot, "%s", r->id.family == 0 ? "" :
	    r->opener == FLOW_IN ? "in" : "out");
	ports(ot, r, r->opener, a);
	ports(ot, r, !r->opener, a);
	side(ot, r->n[r->opener]);
	side(ot, r->n[!r->opener]);
}
