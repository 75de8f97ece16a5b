/* Both sides of a session, watched for a while, then compared. */
#include "ctl/path.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ctl/pick.h"
#include "ctl/sla.h"
#include "ctl/state.h"
#include "io/sniff.h"
#include "sess/capture.h"
#include "wire/ip4.h"

#define LOOK		SEC(1)
#define CATCH_UP	MSEC(700)	/* the other side has them, too */
#define BATCH		64
#define SLACK		256u		/* packets more than asked for */

struct side {
	struct path *p;
	struct sniff *sniff;		/* owner */
	struct loop_fd *watch;		/* owner */
	struct path_packet *list;	/* owner; of p->cap */
	size_t	 n;
	unsigned missed;		/* until n reached p->cap */
};

struct path {
	struct ctl *c;			/* borrows: its owner */
	struct path_hooks h;
	struct pick pick;
	struct path_result r;
	struct side tun, line;
	size_t	 cap;
	tstamp	 by;			/* its end */
	struct loop_timer *timer;	/* owner */
};

static void
side_free(struct side *s)
{
	loop_fd_free(s->watch);
	sniff_close(s->sniff);
	free(s->list);
}

void
path_free(struct path *p)
{
	if (p == NULL)
		return;
	if (p->c->path == p)
		p->c->path = NULL;
	side_free(&p->tun);
	side_free(&p->line);
	loop_timer_free(p->timer);
	free(p);
}

static unsigned
missed(const struct side *s)
{
	return s->n < s->p->cap ? sniff_missed(s->sniff) : s->missed;
}

/* done() may start the next one. */
static void
finish(struct path *p, enum path_end end)
{
	p->r.end = (uint8_t)end;
	p->r.missed = missed(&p->tun) + missed(&p->line);
	path_compare(p->tun.list, p->tun.n, p->line.list, p->line.n, &p->r.r);
	p->c->path = NULL;
	p->h.done(p->h.arg, &p->r);
	path_free(p);
}

bool
path_cancel(struct ctl *c, const void *arg)
{
	if (c->path == NULL || (arg != NULL && c->path->h.arg != arg))
		return false;
	finish(c->path, PATH_STOPPED);
	return true;
}

/* ---- packets ---- */

static void
take_tun(struct side *s, const struct sniffed *f)
{
	if (path_look(f->p, f->len, f->size, &s->list[s->n]))
		s->n++;
}

/* A frame of the session; libpcap's filter knows no MAC address. */
static void
take_line(struct side *s, const struct sniffed *f)
{
	const struct sess_key *k = &s->p->pick.rec.key;
	struct path_packet *to = &s->list[s->n];
	struct captured c;
	bool in;

	capture_look(f->p, f->len, false, &c);
	in = memcmp(c.src, k->mac, ETH_ADDR) == 0;
	if (c.kind != FRAME_DATA || c.sid != k->sid ||
	    (!in && memcmp(c.dst, k->mac, ETH_ADDR) != 0))
		return;
	if (c.proto != PROTO_IP && c.proto != PROTO_IPV6) {
		s->p->r.packed[rec_proto(c.proto)]++;
	} else if (path_look(f->p + c.body, f->len - c.body,
	    f->size - c.body, to)) {
		to->in = in;
		s->n++;
	}
}

static void
readable(void *arg, unsigned what)
{
	struct side *s = arg;
	struct path *p = s->p;
	struct sniffed f;

	(void)what;
	for (int i = 0; i < BATCH && s->n < p->cap && sniff_next(s->sniff,
	    &f); i++)
		s == &p->tun ? take_tun(s, &f) : take_line(s, &f);
	if (s->n == p->cap) {
		s->missed = sniff_missed(s->sniff);
		loop_fd_want(s->watch, 0);
	}
	if (s->n >= p->r.ask.packets && p->by > clock_now() + CATCH_UP) {
		p->by = clock_now() + CATCH_UP;
		p->r.end = PATH_FULL;
		loop_timer_set(p->timer, p->by);
	}
}

static void
on_time(void *arg, tstamp now)
{
	struct path *p = arg;

	if (now >= p->by) {
		finish(p, (enum path_end)p->r.end);
	} else if (!ctl_pick_again(p->c, &p->pick)) {
		finish(p, PATH_DOWN);
	} else {
		loop_timer_set(p->timer, tstamp_min(now + LOOK, p->by));
		if (p->h.say != NULL)
			p->h.say(p->h.arg, ".");
	}
}

/* ---- birth ---- */

static void
line_filter(const struct sess_key *k, char *text, size_t n)
{
	size_t at = 0;

	text[0] = '\0';
	if (k->vlan.outer != 0)
		at += (size_t)snprintf(text + at, n - at, "vlan %u and ",
		    k->vlan.outer);
	if (k->vlan.inner != 0)
		at += (size_t)snprintf(text + at, n - at, "vlan %u and ",
		    k->vlan.inner);
	snprintf(text + at, n - at, "pppoes %u", k->sid);
}

/* Many sessions share a concentrator's TUN. */
static void
tun_filter(const struct sess_rec *r, char *text, size_t n)
{
	char ip[IP4_TEXT], ip6[64], *zone;

	text[0] = '\0';
	if (r->role != ROLE_AC)
		return;
	sla_local6(r->his_ifid, "", ip6, sizeof(ip6));
	zone = strchr(ip6, '%');
	if (zone != NULL)
		*zone = '\0';
	snprintf(text, n, "%s%s%s%s%s", r->his_addr != 0 ? "ip host " : "",
	    r->his_addr != 0 ? ip4_text(r->his_addr, ip) : "",
	    r->his_addr != 0 && ip6[0] != '\0' ? " or " : "",
	    ip6[0] != '\0' ? "ip6 host " : "", ip6);
}

static int
side_open(struct path *p, struct side *s, const char *ifname,
    const char *filter, char *why, size_t n)
{
	s->p = p;
	s->list = calloc(p->cap, sizeof(*s->list));
	s->sniff = sniff_open(ifname, filter, why, n);
	if (s->sniff == NULL)
		return -E_SYS;
	s->watch = loop_fd_new(p->c->loop, sniff_fd(s->sniff), readable, s);
	snprintf(why, n, "out of memory");
	return s->list != NULL && s->watch != NULL &&
	    loop_fd_want(s->watch, LOOP_READ) == 0 ? 0 : -E_NOMEM;
}

static int
begin(struct path *p, char *why, size_t n)
{
	const struct profile *pr = ctl_profile(p->c);
	const struct sess_rec *r = &p->pick.rec;
	char filter[128];
	int err;

	memcpy(p->r.who, r->name, sizeof(p->r.who));
	p->r.sid = r->key.sid;
	p->r.mtu = r->mtu;
	p->r.mssfixup = pr->tcpmssfixup;
	p->r.nat = pr->nat;
	p->r.end = PATH_TIME;
	memcpy(p->r.tun, p->pick.tun, sizeof(p->r.tun));
	snprintf(p->r.ifname, sizeof(p->r.ifname), "%s", r->ifname);
	p->cap = p->r.ask.packets + SLACK;
	tun_filter(r, filter, sizeof(filter));
	err = side_open(p, &p->tun, p->r.tun, filter, why, n);
	line_filter(&r->key, filter, sizeof(filter));
	if (err == 0)
		err = side_open(p, &p->line, p->r.ifname, filter, why, n);
	p->timer = loop_timer_new(p->c->loop, on_time, p);
	if (err < 0 || p->timer == NULL)
		return err < 0 ? err : -E_NOMEM;
	p->by = clock_now() + SEC((tstamp)p->r.ask.secs);
	loop_timer_set(p->timer, tstamp_min(clock_now() + LOOK, p->by));
	return 0;
}

int
path_start(struct ctl *c, const struct path_ask *q,
    const struct path_hooks *h, char *why, size_t n)
{
	struct pick pick;
	struct path *p;
	int err;

	if (c->path != NULL) {
		snprintf(why, n, "a test of %s runs, and one at a time "
		    "looks; `test stop' ends it", c->path->r.ask.who);
		return -E_EXIST;
	}
	err = ctl_pick(c, q->who, &pick, why, n);
	if (err < 0)
		return err;
	if (pick.rec.is_bundle || pick.rec.key.sid == 0) {
		snprintf(why, n, "%s: only sessions of PPPoE that are in no "
		    "multilink bundle can be compared", q->who);
		return -E_STATE;
	}
	p = calloc(1, sizeof(*p));
	snprintf(why, n, "out of memory");
	if (p == NULL)
		return -E_NOMEM;
	p->c = c;
	p->h = *h;
	p->pick = pick;
	p->r.ask = *q;
	if (q->packets == 0)
		p->r.ask.packets = PATH_PACKETS;
	if (q->secs == 0)
		p->r.ask.secs = PATH_SECS;
	err = begin(p, why, n);
	if (err < 0)
		path_free(p);
	else
		c->path = p;
	return err;
}
