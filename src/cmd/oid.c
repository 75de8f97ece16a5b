/* Reading the rows of cmd/oid_rows.c, and the lines that set them. */
#include "cmd/oid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/oid_rows.h"
#include "cmd/pool.h"
#include "os/cpu.h"

/* ---- gathering ---- */

static void
look_conf(struct oid_view *v, const struct draft *d)
{
	const struct lb_conf *lb = &d->p.lb;

	v->conf = d;
	v->enabled = lb->ifaces > 0 && !lb->off;
	v->mode = !lb->gov.manual;
	v->debug = (d->log & LOG_BIT(LOG_DEBUG_)) != 0;
	v->algorithm = pool_algorithm(lb->algorithm);
	v->map_size = lb->max_sessions;
	v->hook = lb->ifaces > 0 ? lb->iface[0].name : "";
	v->nonstandard = d->p.com3;
	for (int i = 0; i < lb->ifaces; i++)
		v->nonstandard |= lb->iface[i].com3;
	v->cpus = cpu_count();
}

static uint64_t
wall_of(tstamp when, tstamp now)
{
	return when == 0 ? 0 : (uint64_t)clock_wall() -
	    (now - when) / SEC(1);
}

static void
look_governor(struct oid_view *v, struct ctl *c)
{
	struct ctl_governor g;
	struct gov_count n;

	ctl_governor(c, &g);
	n = gov_count(g.gov);
	v->current = n.current;
	v->active = n.active;
	v->draining = n.draining;
	v->pending = n.pending;
	v->max = g.max;
	v->cpu_usage = g.in.cpu;
	v->drill = g.drill;
	v->ahead = g.ahead;
	v->sessions = pool_sessions(&g);
	v->average = n.active > 0 ? v->sessions / n.active : 0;
	v->last_decision = gov_decision_name(g.gov->last);
	v->last_reason = gov_reason_name(g.gov->why);
	v->decision = (uint64_t)g.gov->last;
	v->reason = (uint64_t)g.gov->why;
	v->decided = wall_of(g.gov->last_at, g.now);
	v->scalings = g.gov->events;
}

static void
look_sums(struct oid_view *v, struct cmd_env *e)
{
	struct pool_sums s;
	struct health h;
	struct ctl_ac ac;

	memset(&ac, 0, sizeof(ac));
	ctl_ac(e->ctl, &ac);
	pool_sums(e, &s, true);
	pool_health(e, &s, &h);
	v->discovery = ac.padi + ac.pado + ac.padr + ac.pads + ac.padt_in +
	    ac.padt_out;
	v->session_packets = s.in + s.out;
	v->packets = v->session_packets + v->discovery;
	v->packets_in = s.in;
	v->packets_out = s.out;
	v->bytes_in = s.in_oct;
	v->bytes_out = s.out_oct;
	v->created = s.opened;
	v->destroyed = s.closed;
	v->errors = s.errors;
	v->drifts = s.drifts;
	v->score = h.score;
	v->status = health_band(h.score);
	v->availability = h.availability;
	v->distribution = h.distribution;
	v->error_rate = h.errors;
	v->affinity = h.affinity;
	v->imbalance = h.imbalance;
}

static void
look_workers(struct oid_view *v, struct ctl *c)
{
	struct ctl_worker w;

	v->workers = ctl_lanes(c);
	for (unsigned i = 0; i < v->workers; i++) {
		struct oid_worker *o = &v->worker[i];

		o->there = ctl_worker(c, i, &w);
		if (!o->there)
			continue;
		o->state = w.state;
		o->sessions = w.sessions;
		o->bytes_in = w.in_oct;
		o->bytes_out = w.out_oct;
		o->packets_in = w.in;
		o->packets_out = w.out;
		o->errors = w.losses;
		o->cpu = w.cpu;
		o->uptime = w.age;
		o->last_activity = w.active_at;
		o->pinned = w.pinned;
	}
}

static bool
look_session(const struct sess_rec *r, const struct ctl_counts *n, void *arg)
{
	struct oid_view *v = arg;
	struct oid_session *s = &v->session[v->all_sessions++];

	s->id = r->key.sid;
	s->worker = r->worker;
	s->created = r->since_wall;
	s->bytes_in = n->ip_in_oct + n->ip6_in_oct;
	s->bytes_out = n->ip_out_oct + n->ip6_out_oct;
	s->last_activity = (int64_t)wall_of(n->alive_at, clock_now());
	s->errors = n->rate_drops;
	return v->all_sessions < OID_SESSIONS;
}

void
oid_look(struct cmd_env *e, const struct draft *conf, bool sessions,
    struct oid_view *v)
{
	memset(v, 0, sizeof(*v));
	v->drill = -1;
	v->last_decision = v->last_reason = "none";
	v->status = health_band(0);
	look_conf(v, conf);
	if (e->ctl == NULL)
		return;
	look_governor(v, e->ctl);
	look_sums(v, e);
	look_workers(v, e->ctl);
	if (sessions)
		v->session = calloc(OID_SESSIONS, sizeof(*v->session));
	if (v->session != NULL)
		ctl_sessions(e->ctl, look_session, v);
}

void
oid_done(struct oid_view *v)
{
	free(v->session);
	v->session = NULL;
}

/* ---- names ---- */

/* How many there are of what a row with `%` counts, or of this one. */
static unsigned
many(const struct oid_view *v, const struct oid *o)
{
	return o->from == OID_WORKER ? v->workers :
	    o->from == OID_SESSION ? v->all_sessions :
	    o->from == OID_TEST ? v->conf->p.lb.gov.drill : 1;
}

static bool
is_there(const struct oid_view *v, const struct oid *o, unsigned i)
{
	return o->from != OID_WORKER || v->worker[i].there;
}

static void
full_name(const struct oid *o, unsigned i, char *name, size_t n)
{
	const char *at = strchr(o->name, '%');

	if (at == NULL)
		snprintf(name, n, "%s", o->name);
	else
		snprintf(name, n, "%.*s%u%s", (int)(at - o->name), o->name, i,
		    at + 1);
}

static bool
is_below(const char *name, const char *top)
{
	size_t n = strlen(top);

	return n == 0 || (strncasecmp(name, top, n) == 0 &&
	    (name[n] == '\0' || name[n] == '.'));
}

/* Rows from @o on that count the same, all for one worker, then for the
 * next one. Returns the row behind them. */
static const struct oid *
each_of(const struct oid_view *v, const struct oid *o, const char *top,
    oid_fn *fn, void *arg, unsigned *found)
{
	const struct oid *end = o + 1, *r;
	char name[OID_NAME];

	while (o->from >= OID_WORKER && end->name != NULL &&
	    end->from == o->from)
		end++;
	for (unsigned i = 0; i < many(v, o); i++)
		for (r = o; r < end && is_there(v, o, i); r++) {
			full_name(r, i, name, sizeof(name));
			if (!is_below(name, top))
				continue;
			++*found;
			if (fn != NULL)
				fn(arg, name, r, i);
		}
	return end;
}

unsigned
oid_each(const struct oid_view *v, const char *name, oid_fn *fn, void *arg)
{
	const struct oid *o = oids;
	unsigned found = 0;

	while (o->name != NULL)
		o = each_of(v, o, name, fn, arg, &found);
	return found;
}

const char *
oid_alias(const char *name)
{
	for (const struct oid_alias *a = oid_aliases; a->name != NULL; a++)
		if (strcasecmp(a->name, name) == 0)
			return a->is;
	return name;
}

struct finding {
	const char *name;
	const struct oid *found;
	unsigned index;
};

static void
is_it(void *arg, const char *name, const struct oid *o, unsigned index)
{
	struct finding *f = arg;

	if (strcasecmp(name, f->name) != 0)
		return;
	f->found = o;
	f->index = index;
}

const struct oid *
oid_find(const struct oid_view *v, const char *name, unsigned *index)
{
	struct finding f = { .name = oid_alias(name) };

	oid_each(v, f.name, is_it, &f);
	*index = f.index;
	return f.found;
}

/* ---- values ---- */

static const void *
place(const struct oid_view *v, const struct oid *o, unsigned i)
{
	const void *base = v->conf;

	if (o->from == OID_VIEW || o->from == OID_TEST)
		base = v;
	else if (o->from == OID_WORKER)
		base = &v->worker[i];
	else if (o->from == OID_SESSION)
		base = &v->session[i];
	return (const char *)base + o->at;
}

void
oid_value(const struct oid_view *v, const struct oid *o, unsigned i,
    struct txt *out)
{
	const void *p = place(v, o, i);
	uint64_t n = 0;

	if (o->type == OID_STR)
		txt_put(out, "%s", *(const char *const *)p);
	else if (o->size == 1)
		n = *(const uint8_t *)p;
	else if (o->size == 2)
		n = *(const uint16_t *)p;
	else if (o->size == 4)
		n = *(const uint32_t *)p;
	else
		n = *(const uint64_t *)p;
	if (o->type != OID_STR)
		txt_put(out, "%lld", (long long)n);
}

/* ---- setting ---- */

static unsigned
count_words(const struct oid *o)
{
	unsigned n = 0;

	while (o->words[n] != NULL || n == 0)
		n++;
	return n;
}

/* The word that stands for a number, or that was typed itself. */
static const char *
word_of(const struct oid *o, const char *text, long n, bool is_number)
{
	unsigned most = count_words(o);

	if (is_number && o->clamp && n >= (long)most)
		n = (long)most - 1;
	if (is_number)
		return n >= 0 && n < (long)most ? o->words[n] : NULL;
	for (unsigned i = 0; i < most; i++)
		if (o->words[i] != NULL && strcasecmp(o->words[i], text) == 0)
			return o->words[i];
	return NULL;
}

static bool
as_number(const char *text, long *n)
{
	char *end;

	errno = 0;
	*n = strtol(text, &end, 0);
	return *text != '\0' && *end == '\0' && errno == 0;
}

static int
not_a_number(const char *text, char *why, size_t n)
{
	snprintf(why, n, "invalid integer '%.40s'", text);
	return -E_FORMAT;
}

/* What goes for `%v`; NULL: *@err, @why. */
static const char *
value_word(const struct oid *o, const char *text, char *buf, size_t size,
    char *why, size_t len)
{
	bool is_number;
	const char *w;
	long n = 0;

	is_number = as_number(text, &n);
	if (o->words != NULL) {
		w = word_of(o, text, n, is_number);
		if (w == NULL && !is_number)
			not_a_number(text, why, len);
		else if (w == NULL)
			snprintf(why, len, "%ld: not %u to %u", n,
			    o->words[0] == NULL, count_words(o) - 1);
		return w;
	}
	if (!is_number) {
		not_a_number(text, why, len);
		return NULL;
	}
	if (n == -1 && o->minus != NULL)
		return o->minus;
	snprintf(buf, size, "%ld", n);
	return buf;
}

static void
put_if(const struct lb_if *f, bool com3, struct txt *line)
{
	txt_put(line, "\nset lb interface %s", f->name);
	if (f->any_vlan)
		txt_put(line, " vlan any");
	else if (f->vlan.inner != 0)
		txt_put(line, " vlan %u:%u", f->vlan.outer, f->vlan.inner);
	else if (f->vlan.outer != 0)
		txt_put(line, " vlan %u", f->vlan.outer);
	txt_put(line, "%s", com3 ? " 3com" : "");
}

/* The client's link has one kind of frames; the concentrator serves both
 * kinds beside each other. */
static void
frame_lines(const struct oid_view *v, bool com3, struct txt *line)
{
	const struct lb_conf *lb = &v->conf->p.lb;

	if (lb->ifaces == 0) {
		txt_put(line, "set pppoe %s", com3 ? "3Com" : "standard");
		return;
	}
	txt_put(line, "set lb interface none");
	for (int i = 0; i < lb->ifaces; i++)
		put_if(&lb->iface[i], false, line);
	for (int i = 0; i < lb->ifaces && com3; i++)
		put_if(&lb->iface[i], true, line);
}

/* `%{name}`: from `{` on; returns the place behind `}`. */
static const char *
put_other(const struct oid_view *v, const char *p, struct txt *line)
{
	const char *end = strchr(p, '}');
	char name[OID_NAME];
	const struct oid *o;
	unsigned i;

	snprintf(name, sizeof(name), "%s.%.*s", OID_LB, (int)(end - p - 1),
	    p + 1);
	o = oid_find(v, name, &i);
	if (o != NULL)
		oid_value(v, o, i, line);
	return end + 1;
}

int
oid_line(const struct oid_view *v, const struct oid *o, unsigned index,
    const char *text, struct txt *line, char *why, size_t n)
{
	char buf[24];
	const char *p = o->set, *w;

	w = value_word(o, text, buf, sizeof(buf), why, n);
	if (w == NULL)
		return -E_FORMAT;
	while (*p != '\0') {
		size_t k = strcspn(p, "%");

		txt_add(line, p, k);
		p += k;
		if (*p == '\0')
			break;
		p++;
		if (*p == '{') {
			p = put_other(v, p, line);
			continue;
		}
		if (*p == 'v')
			txt_put(line, "%s", w);
		else if (*p == 'i')
			txt_put(line, "%u", index);
		else
			frame_lines(v, strcmp(w, "3com") == 0, line);
		p++;
	}
	return 0;
}
