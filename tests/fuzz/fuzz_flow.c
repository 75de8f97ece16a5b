/*
 * Flow statistics. The input is packets: way and a step of time, octets of a
 * segment, length, then that many octets of IP. A small table is shared by
 * all of them; no row is lost or counted twice, whatever the packets say.
 */
#include <stdlib.h>

#include "base/bug.h"
#include "sess/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct spsc out;
static struct flow_table t;

static uint64_t
check_row(const struct flow_row *r)
{
	for (unsigned way = 0; way < 2; way++) {
		BUG_ON(r->n[way][FLOW_RETX] > r->n[way][FLOW_DATA]);
		BUG_ON(r->n[way][FLOW_RTTS] == 0 &&
		    r->n[way][FLOW_RTT_SUM] > 0);
		BUG_ON(r->n[way][FLOW_RTT_MIN] > r->n[way][FLOW_RTT_MAX]);
	}
	BUG_ON(r->last < r->first);
	return r->id.family != 0 ? flow_sum(r, FLOW_OCTETS) : 0;
}

static uint64_t
packet(struct rd *in, tstamp *now)
{
	uint8_t how = rd_u8(in), size = rd_u8(in);
	struct rd ip = rd_sub(in, rd_u8(in));
	struct filter_pkt p;
	struct flow_pkt fp = { .p = &p, .ticket = 1 + (how >> 2 & 1),
	    .way = how & 1, .len = (uint32_t)rd_size(&ip), .size = size };
	struct flow *f, *s;

	*now += how & 2 ? SEC(how >> 3) : MSEC(how >> 3);
	fp.now = *now;
	if (ip.bad)
		return 0;
	filter_look(ip.p, rd_size(&ip), false, &p);
	if (p.family == 0)
		return 0;
	f = flow_find(&t, &fp);
	s = flow_sess(&t, &fp, f);
	flow_packet(&t, f, s, &fp);
	if (t.sweep_at <= *now)
		flow_sweep(&t, *now);
	if (how == 0xff)
		flow_sess_end(&t, 1);
	return fp.len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd in = rd_of(p, n);
	uint64_t least = 0, got = 0;
	struct flow_row r;
	tstamp now = SEC(5);

	if (n > 4096)
		return 0;
	BUG_ON(spsc_init(&out, 8192, sizeof(struct flow_row)) < 0);
	BUG_ON(flow_table_init(&t, FLOW_LEAST, 1, &out) < 0);
	while (rd_size(&in) > 0)
		least += packet(&in, &now);
	for (uint32_t i = 0; i < flow_table_size(&t); i++)
		if (flow_read(&t, i, &r))
			got += check_row(&r);
	while (spsc_get(&out, &r))
		got += check_row(&r);
	BUG_ON(t.lost > 0 || got < least);
	flow_table_free(&t);
	spsc_free(&out);
	return 0;
}
