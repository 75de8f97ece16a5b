/*
 * The insides of the daemon, shared by ctl.c, ask.c and view.c (commands),
 * bundle.c (client) and accept.c (access concentrator). Control thread only.
 */
#ifndef CTL_STATE_H
#define CTL_STATE_H

#include "aaa/judge.h"
#include "base/rng.h"
#include "ctl/ctl.h"
#include "lb/worker.h"

#define CTL_SIGNALS	6

struct bundle;
struct concentrator;
struct crew;
struct assign;
struct capture;
struct flowlog;
struct radius;
struct sla;
struct path;
struct accounts;
struct dae;

struct ctl {
	struct loop *loop;		/* owner */
	struct lb *lb;			/* owner; NULL before ctl_start() */
	struct profile p;		/* in force */
	int	 unit;			/* wished; -1 any */
	char	 tun[IFNAMSIZ];
	int	 tun_unit;
	struct rng rng;
	uint32_t last_ticket;
	struct secrets *secrets;	/* owner */
	struct bundle *bundle;		/* owner; NULL: concentrator */
	struct concentrator *ac;	/* owner; NULL: client */
	struct crew *crew;		/* owner: the workers */
	struct capture *capture;	/* owner: its file and thread */
	struct flowlog *flowlog;	/* owner: flow statistics */
	struct trail *trail;		/* owner: attempts, for `show why` */
	struct sla *sla;		/* owner: the test that runs; or NULL */
	struct path *path;		/* owner: the same of `test path' */
	struct prompts *prompts;	/* owner */
	struct server *server;		/* owner */
	struct radius *radius;		/* owner */
	struct accounts *accounts;	/* owner */
	struct dae *dae;		/* owner */
	struct logger *logger;		/* owner */
	struct loop_fd *note;		/* lanes have mail */
	struct loop_fd *watch;		/* interfaces come and go */
	struct loop_timer *tick;	/* each second */
	int	 watch_fd;
	struct ctl_hooks hooks;
	struct loop_signal *sig[CTL_SIGNALS];
	tstamp	 stop_by;		/* quitting: no longer than this */
	bool	 quitting;
	unsigned stopped;		/* lanes that have closed all */
	int	 code;			/* exit code of ppp(8) */
};

/* ctl_ticket - a number no session had before. */
uint32_t ctl_ticket(struct ctl *c);

/* ctl_mail - true when it is in the lane's box. */
bool ctl_mail(struct ctl *c, unsigned lane, const struct mail *m);

/* ctl_stopped - one reason less to stay in the loop when we are leaving. */
void ctl_stopped(struct ctl *c);

/* ctl_exit - leave the loop with @code once the lanes have stopped. */
void ctl_exit(struct ctl *c, int code);

/* ctl_judge - the answer of ppp.secret to a query: aaa/judge.h.
 * ctl_verdict - an answer to MAIL_QUERY goes to the lane. */
void ctl_judge(struct ctl *c, const struct auth_query *q,
    struct auth_verdict *v, struct aaa_grant *g);
void ctl_verdict(struct ctl *c, unsigned lane, uint32_t ticket,
    const struct auth_verdict *v);

/* ctl_grant - of a session, made if it had none, to be changed; or NULL. */
struct aaa_grant *ctl_grant(struct ctl *c, uint32_t ticket);

void ctl_phase_changed(struct ctl *c);

/*
 * ctl_ident - the answer to MAIL_IDENT_DUE. ctl_ident_now - `sendident` of the
 * client's session.
 */
void ctl_ident(struct ctl *c, unsigned lane, const struct mail *m);
void ctl_ident_now(struct ctl *c, uint32_t ticket, const struct sess_rec *r,
    const struct ctl_counts *n);

/* ctl_counts_copy - the live counters of a ledger's row, copied. */
void ctl_counts_copy(struct ledger *l, uint32_t i, struct ctl_counts *out);

/* ---- client: bundle.c ---- */
struct bundle *bundle_new(struct ctl *c);
void bundle_free(struct bundle *b);
void bundle_prepare(struct bundle *b);	/* before anybody forks */
void bundle_start(struct bundle *b);
void bundle_mail(struct bundle *b, const struct mail *m);
void bundle_tick(struct bundle *b, tstamp now);
void bundle_watch(struct bundle *b);	/* an interface came or went */
int bundle_term(struct bundle *b, int at, const struct ctl_term *h,
    char *why, size_t n);
void bundle_term_write(struct bundle *b, int at, const char *p, size_t n);
void bundle_term_packets(struct bundle *b, int at);
void bundle_term_leave(struct bundle *b, int at);
void bundle_quit(struct bundle *b);	/* no attempt goes on */
bool bundle_open_lines(const struct bundle *b);	/* of any link */
void bundle_stop(struct bundle *b);	/* undo addresses, DNS, NAT */
/* @at: of one link, or LINK_ALL. */
int bundle_open(struct bundle *b, int at, char *why, size_t n);
void bundle_close(struct bundle *b, int at, enum why why);
void bundle_lower_down(struct bundle *b, int at);
bool bundle_tell(struct bundle *b, int at, uint16_t op, uint32_t arg);
bool bundle_ident(struct bundle *b, int at);	/* false: no LCP to send it */
void bundle_clear(struct bundle *b, int at, enum traffic_part part,
    unsigned what);
void bundle_view(struct bundle *b, int at, struct ctl_view *v);
void bundle_load(const struct bundle *b, struct ctl_load *out);
bool bundle_has(const struct bundle *b, enum mode m);
/* bundle_links - those of c->p, kept by id; 0, or -E_NOMEM: as before. */
int bundle_links(struct bundle *b);
/* bundle_conf - of the link with that session; of the first without one. */
const struct link_conf *bundle_conf(const struct bundle *b,
    uint32_t ticket);
void bundle_nat_view(struct bundle *b, struct ctl_nat *out);
int bundle_nat(struct bundle *b, char *why, size_t n);
void bundle_verdict(struct bundle *b, uint32_t ticket,
    const struct auth_verdict *v, const struct aaa_grant *g);
struct aaa_grant *bundle_grant(struct bundle *b, uint32_t ticket);
bool bundle_waits(const struct bundle *b, uint32_t ticket);
int bundle_routes_flush(struct bundle *b);
int bundle_rename(struct bundle *b, const char *name, char *why, size_t n);
void bundle_publish(struct bundle *b, const struct profile *old);
void bundle_dns(struct bundle *b, uint32_t dns[2]);
int bundle_resolv(struct bundle *b, enum resolv_op op, char *why, size_t n);
int bundle_route(struct bundle *b, const struct route_want *r, bool del,
    char *why, size_t n);

/* ---- access concentrator: accept.c ---- */
struct concentrator *ac_side_new(struct ctl *c, unsigned lanes);
void ac_side_free(struct concentrator *a);
int ac_side_resolv(struct concentrator *a);	/* `resolv reload` */
int ac_side_start(struct concentrator *a, char *why, size_t n);
void ac_side_mail(struct concentrator *a, const struct mail *m);
void ac_side_watch(struct concentrator *a);
int ac_side_publish(struct concentrator *a, char *why, size_t n);
void ac_side_view(struct concentrator *a, struct ctl_ac *out);
void ac_side_discovery(const struct concentrator *a, struct hist_view *out);
void ac_side_verdict(struct concentrator *a, uint32_t ticket,
    const struct auth_verdict *v, const struct aaa_grant *g);
struct aaa_grant *ac_side_grant(struct concentrator *a, uint32_t ticket);

/* ac_side_regrant - its grant was changed: the lane hears of the rate. */
void ac_side_regrant(struct concentrator *a, uint32_t ticket);
bool ac_side_has(struct concentrator *a, uint32_t ticket);
uint32_t ac_side_load(const struct concentrator *a, unsigned lane);
unsigned ac_side_close(struct concentrator *a, const char *name);
unsigned ac_side_rate(struct concentrator *a, const char *name,
    const struct rate_conf *r);

/* ---- the workers and their governor: crew.c ---- */
struct crew *crew_new(struct ctl *c, unsigned workers);
void crew_free(struct crew *w);
unsigned crew_lanes(const struct profile *p);	/* how many at start */
int crew_start(struct crew *w);			/* their threads */
void crew_tick(struct crew *w, tstamp now);
void crew_publish(struct crew *w, const struct profile *old);
/* crew_lane - where a new session goes: an ACTIVE worker's own lane,
 * whose thread answers. */
unsigned crew_lane(struct crew *w, struct assign *a,
    const uint8_t mac[ETH_ADDR]);

#endif
