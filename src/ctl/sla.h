/*
 * Tests of one session with packets of our own: `test sla`. Ten pings, then
 * TCP and UDP throughput each way against an iperf3 server at the far side.
 * A process of its own does the work (ctl/sla_run.h), one test at a time;
 * nothing here waits. Control thread only. Names and figures are those of
 * mSLAcert's results; -1: unknown.
 */
#ifndef CTL_SLA_H
#define CTL_SLA_H

#include <jansson.h>

#include "ctl/ctl.h"

#define SLA_WHO		(REC_NAME + 8)
#define SLA_HOST	256
#define SLA_PORT	5201u		/* of iperf3 */
#define SLA_PINGS	10u
#define SLA_SECS	30u		/* by itself: a third for each part; */
#define SLA_SECS_ONE	10u		/* of TCP or UDP alone, */
#define SLA_SECS_PING	2u		/* of pings alone */
#define SLA_SECS_MAX	3600u
#define SLA_POINTS	300u		/* single values of a series, at most */

/* What is measured. */
#define SLA_PING	1u
#define SLA_TCP		2u
#define SLA_UDP		4u
#define SLA_ALL		(SLA_PING | SLA_TCP | SLA_UDP)

struct sla_ask {			/* zero: all of it, as by itself */
	char	 who[SLA_WHO];		/* as ctl_pick() takes it */
	char	 host[SLA_HOST];	/* address or name; "": the peer's own
					 * address */
	uint16_t port;			/* of the iperf3 server; 0: SLA_PORT */
	uint8_t	 parts;			/* SLA_PING | ...; 0: all */
	uint32_t secs;			/* the whole test; 0: see above */
	uint64_t rate;			/* of UDP, bits/s; 0: half of what TCP
					 * reached, or 10 Mbit/s */
};

/* Download: to the subscriber, whichever end we are. */
enum sla_series_id { SLA_RTT, SLA_TCP_DOWN, SLA_TCP_UP, SLA_UDP_DOWN,
	SLA_UDP_UP, SLA_SERIES };

struct sla_series {			/* microseconds; of the others Mbit/s */
	double	 min, mean, max, stdev;	/* stdev: of SLA_RTT alone */
	double	 jitter_us, loss;	/* of UDP; percent */
	unsigned n;
	double	 v[SLA_POINTS];		/* each ping, each interval */
	char	 why[160];		/* nothing is known: why; or "" */
};

enum sla_end { SLA_DONE, SLA_CANCELLED, SLA_LOST, SLA_ASTRAY, SLA_BROKEN };

struct sla_result {
	struct sla_ask ask;		/* with what zeros stand for */
	char	 who[REC_NAME];		/* the session's name, or "" */
	uint16_t sid;
	char	 tun[IFNAMSIZ];
	char	 from[64], to[64];	/* addresses as text; "" : none yet */
	int64_t	 begun, ended;		/* seconds since 1970 */
	uint8_t	 end;			/* enum sla_end */
	char	 why[256];		/* in words, unless SLA_DONE */
	int	 sent, received;	/* pings; -1: none was tried */
	struct sla_series s[SLA_SERIES];
};

/*
 * sla_start - 0: it runs, and done() comes once, later, from the loop or
 * from sla_cancel() (not when the program ends meanwhile). say() may be
 * NULL; it gets pieces of text as the test goes on, one a second at least.
 * Else with the reason in @why: -E_UNKNOWN (no such session), -E_STATE (it
 * is not up), -E_EXIST (a test runs), -E_SYS, -E_NOMEM.
 */
struct sla_hooks {
	void	*arg;
	void	(*say)(void *arg, const char *text);
	void	(*done)(void *arg, const struct sla_result *r);
};
int sla_start(struct ctl *c, const struct sla_ask *q,
    const struct sla_hooks *h, char *why, size_t n);

/* sla_cancel - the test of that @arg, NULL: any, ends; false: none runs. */
bool sla_cancel(struct ctl *c, const void *arg);

struct sla;
void sla_free(struct sla *s);		/* NULL allowed */

/*
 * The table of results: name, unit, the figure (-1: unknown). Those of parts
 * that were not asked for are left out by sla_json().
 */
struct sla_figure {
	const char *name;		/* "delay.twoway.icmp.us.min", ... */
	unsigned part;			/* SLA_PING, ... */
	uint8_t	 series;		/* enum sla_series_id */
	uint16_t at;			/* of the double in struct sla_series;
					 * or of the int in sla_result */
	bool	 whole;			/* the latter */
};
extern const struct sla_figure sla_figures[];
extern const unsigned sla_figure_count;
double sla_figure(const struct sla_result *r, unsigned i);

/* sla_series_name - "delay.twoway.icmp.us", ...: single values; _part -
 * SLA_PING, ...; sla_end_name - "done", "stopped", ... */
const char *sla_series_name(enum sla_series_id s);
unsigned sla_series_part(enum sla_series_id s);
const char *sla_end_name(enum sla_end e);

/* sla_local6 - "fe80::1%tun0" of that interface identifier; "": it is 0. */
void sla_local6(const uint8_t ifid[8], const char *tun, char *text, size_t n);

/*
 * sla_json - {session, ..., ended, results: {name: figure}}; @detail: also
 * {values: {series: [...]}}. A new reference, NULL: no memory.
 */
json_t *sla_json(const struct sla_result *r, bool detail);

#endif
