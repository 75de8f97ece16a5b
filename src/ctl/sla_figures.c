/* The results of a test under the names that mPlane knows them by. */
#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "ctl/out.h"
#include "ctl/sla.h"

#define OF(field)	offsetof(struct sla_series, field)

#define SPREAD(name, part, id)						\
	{ name ".min", (part), (id), OF(min), false },			\
	{ name ".mean", (part), (id), OF(mean), false },		\
	{ name ".max", (part), (id), OF(max), false }
#define UDP(name, id)							\
	SPREAD(name, SLA_UDP, id),					\
	{ name ".jitter", SLA_UDP, (id), OF(jitter_us), false },	\
	{ name ".error", SLA_UDP, (id), OF(loss), false }

#define RTT		"delay.twoway.icmp.us"
#define TCP_DOWN	"mSLA.tcpBandwidth.download.iperf"
#define TCP_UP		"mSLA.tcpBandwidth.upload.iperf"
#define UDP_DOWN	"mSLA.udpCapacity.download.iperf"
#define UDP_UP		"mSLA.udpCapacity.upload.iperf"

const struct sla_figure sla_figures[] = {
	SPREAD(RTT, SLA_PING, SLA_RTT),
	{ RTT ".stdev", SLA_PING, SLA_RTT, OF(stdev), false },
	{ RTT ".sent", SLA_PING, SLA_RTT, offsetof(struct sla_result, sent),
	  true },
	{ RTT ".received", SLA_PING, SLA_RTT,
	  offsetof(struct sla_result, received), true },
	SPREAD(TCP_DOWN, SLA_TCP, SLA_TCP_DOWN),
	SPREAD(TCP_UP, SLA_TCP, SLA_TCP_UP),
	UDP(UDP_DOWN, SLA_UDP_DOWN),
	UDP(UDP_UP, SLA_UDP_UP),
};
const unsigned sla_figure_count =
    sizeof(sla_figures) / sizeof(sla_figures[0]);

double
sla_figure(const struct sla_result *r, unsigned i)
{
	const struct sla_figure *f = &sla_figures[i];
	double x;
	int n;

	if (f->whole) {
		memcpy(&n, (const char *)r + f->at, sizeof(n));
		return n;
	}
	memcpy(&x, (const char *)&r->s[f->series] + f->at, sizeof(x));
	return x;
}

const char *
sla_series_name(enum sla_series_id s)
{
	static const char *const name[SLA_SERIES] = {
		[SLA_RTT] = RTT, [SLA_TCP_DOWN] = TCP_DOWN,
		[SLA_TCP_UP] = TCP_UP, [SLA_UDP_DOWN] = UDP_DOWN,
		[SLA_UDP_UP] = UDP_UP,
	};

	return name[s];
}

unsigned
sla_series_part(enum sla_series_id s)
{
	return s == SLA_RTT ? SLA_PING : s <= SLA_TCP_UP ? SLA_TCP : SLA_UDP;
}

const char *
sla_end_name(enum sla_end e)
{
	static const char *const name[] = {
		[SLA_DONE] = "done", [SLA_CANCELLED] = "stopped",
		[SLA_LOST] = "session down", [SLA_ASTRAY] = "astray",
		[SLA_BROKEN] = "failed",
	};

	return name[e];
}

void
sla_local6(const uint8_t ifid[8], const char *tun, char *text, size_t n)
{
	static const uint8_t none[8];
	uint8_t addr[16] = { 0xfe, 0x80 };
	char buf[INET6_ADDRSTRLEN];

	text[0] = '\0';
	if (memcmp(ifid, none, sizeof(none)) == 0)
		return;
	memcpy(addr + 8, ifid, 8);
	snprintf(text, n, "%s%%%s", inet_ntop(AF_INET6, addr, buf,
	    sizeof(buf)), tun);
}

/* ---- JSON ---- */

/* Whole numbers stay whole. */
static json_t *
figure(double x)
{
	return x == (double)(json_int_t)x ? json_integer((json_int_t)x) :
	    json_real((double)(json_int_t)(x * 1000 + 0.5) / 1000);
}

static json_t *
values(const struct sla_result *r)
{
	json_t *all = json_object();

	for (int s = 0; s < SLA_SERIES; s++) {
		json_t *list;

		if (!(sla_series_part((enum sla_series_id)s) & r->ask.parts))
			continue;
		list = json_array();
		for (unsigned i = 0; i < r->s[s].n; i++)
			json_array_append_new(list, figure(r->s[s].v[i]));
		json_object_set_new(all, sla_series_name((enum sla_series_id)
		    s), list);
	}
	return all;
}

static json_t *
reasons(const struct sla_result *r)
{
	json_t *all = json_object();

	for (int s = 0; s < SLA_SERIES; s++)
		if (r->s[s].why[0] != '\0')
			json_object_set_new(all,
			    sla_series_name((enum sla_series_id)s),
			    out_string(r->s[s].why));
	return all;
}

json_t *
sla_json(const struct sla_result *r, bool detail)
{
	json_t *results = json_object();
	json_t *v = json_pack("{s:o,s:o,s:i,s:s,s:s,s:o,s:i,s:I,s:I,s:s,s:o,"
	    "s:o,s:o}", "who", out_string(r->ask.who), "user",
	    out_string(r->who), "session", (int)r->sid, "interface", r->tun,
	    "source", r->from, "destination", out_string(r->to[0] != '\0' ?
	    r->to : r->ask.host), "port", (int)r->ask.port, "begun",
	    (json_int_t)r->begun, "ended", (json_int_t)r->ended, "end",
	    sla_end_name((enum sla_end)r->end), "why", out_string(r->why),
	    "results", results, "unknown", reasons(r));

	for (unsigned i = 0; v != NULL && i < sla_figure_count; i++)
		if (sla_figures[i].part & r->ask.parts)
			json_object_set_new(results, sla_figures[i].name,
			    figure(sla_figure(r, i)));
	if (v != NULL && detail)
		json_object_set_new(v, "values", values(r));
	return v;
}
