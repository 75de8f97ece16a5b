/* show sessions: the concentrator's, with columns, match and order. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/out.h"
#include "lang/value.h"

struct sess {
	struct sess_rec r;
	struct ctl_counts n;
};

struct all {
	struct sess *s;
	size_t	 n, cap;
	bool	 lost;
};

static bool
collect(const struct sess_rec *r, const struct ctl_counts *n, void *arg)
{
	struct all *all = arg;
	struct sess *s = all->s;

	if (all->n == all->cap) {
		size_t cap = all->cap > 0 ? all->cap * 2 : 64;

		s = realloc(all->s, cap * sizeof(*s));
		if (s == NULL) {
			all->lost = true;
			return false;
		}
		all->s = s;
		all->cap = cap;
	}
	s[all->n].r = *r;
	s[all->n++].n = *n;
	return true;
}

/* ---- columns, named as accel-ppp names them ---- */

typedef void col_text(const struct sess *s, tstamp now, struct txt *t);

static void
c_ifname(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%s", s->r.ifname);
}

static void
c_username(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	put_clean(s->r.name, t);
}

static void
c_ip(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	if (s->r.his_addr != 0)
		put_ip4(s->r.his_addr, t);
}

static void
c_ip6(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	put_ifid(s->r.his_ifid, t);
}

static void
c_calling(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	put_mac(s->r.key.mac, t);
}

static void
c_state(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%s", s->r.why != WHY_NONE ? "finish" :
	    s->r.link == LINK_OPEN ? "active" : "start");
}

static void
c_uptime(const struct sess *s, tstamp now, struct txt *t)
{
	put_time(s->r.up == 0 || now < s->r.up ? 0 : now - s->r.up, t);
}

static void
c_rx(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%llu", (unsigned long long)
	    (s->n.ip_in_oct + s->n.ip6_in_oct));
}

static void
c_tx(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%llu", (unsigned long long)
	    (s->n.ip_out_oct + s->n.ip6_out_oct));
}

static void
c_rx_pkts(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%llu", (unsigned long long)(s->n.ip_in + s->n.ip6_in));
}

static void
c_tx_pkts(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%llu", (unsigned long long)(s->n.ip_out + s->n.ip6_out));
}

static void
c_sid(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%u", s->r.key.sid);
}

static void
c_vlan(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	put_vlan(s->r.key.vlan, t);
}

static void
c_lane(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%u", s->r.lane);
}

static void
c_worker(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%u", s->r.worker);
}

static void
c_service(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	put_clean(s->r.service, t);
}

static void
c_circuit(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	put_clean(s->r.circuit_id, t);
}

static void
c_remote(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	put_clean(s->r.remote_id, t);
}

static void
c_mtu(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%u", s->r.mtu);
}

/* As accel-ppp shows it: down and up in kbit/s. */
static void
c_rate(const struct sess *s, tstamp now, struct txt *t)
{
	const struct rate_conf *r = &s->r.rate;

	(void)now;
	if (r->up != 0 || r->down != 0)
		txt_put(t, "%llu/%llu", (unsigned long long)r->down / 1000,
		    (unsigned long long)r->up / 1000);
}

static void
c_rate_drops(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%llu", (unsigned long long)s->n.rate_drops);
}

static void
c_queued(const struct sess *s, tstamp now, struct txt *t)
{
	(void)now;
	txt_put(t, "%u", s->n.queued);
}

#define COLS		22
#define COLS_SHOWN	11		/* without a list */
static const struct {
	struct out_col col;
	col_text *text;
} cols[COLS] = {
	{ { "ifname", NULL, false }, c_ifname },
	{ { "username", NULL, false }, c_username },
	{ { "ip", NULL, false }, c_ip },
	{ { "ip6", NULL, false }, c_ip6 },
	{ { "calling-sid", NULL, false }, c_calling },
	{ { "state", NULL, false }, c_state },
	{ { "uptime", NULL, false }, c_uptime },
	{ { "rx-bytes", NULL, true }, c_rx },
	{ { "tx-bytes", NULL, true }, c_tx },
	{ { "sid", NULL, true }, c_sid },
	{ { "vlan", NULL, false }, c_vlan },
	{ { "rx-pkts", NULL, true }, c_rx_pkts },
	{ { "tx-pkts", NULL, true }, c_tx_pkts },
	{ { "lane", NULL, true }, c_lane },
	{ { "worker", NULL, true }, c_worker },
	{ { "service", NULL, false }, c_service },
	{ { "circuit-id", NULL, false }, c_circuit },
	{ { "remote-id", NULL, false }, c_remote },
	{ { "mtu", NULL, true }, c_mtu },
	{ { "rate-limit", NULL, false }, c_rate },
	{ { "rate-drops", NULL, true }, c_rate_drops },
	{ { "queued", NULL, true }, c_queued },
};

static int
col_find(const char *name, size_t n)
{
	for (int i = 0; i < COLS; i++)
		if (strlen(cols[i].col.head) == n &&
		    strncasecmp(cols[i].col.head, name, n) == 0)
			return i;
	return -1;
}

struct ask {			/* what `show sessions` was asked for */
	int	 col[COLS], n;
	int	 match, order;		/* columns; -1: not asked */
	uint32_t limit;			/* rows at most */
	regex_t	 re;
	int	 worker;		/* -1: any */
	bool	 has_mac;
	uint8_t	 mac[ETH_ADDR];
	const char *user;		/* borrows; NULL: any */
	enum out_form form;
};

/* `a,b,c` into k->col. */
static int
ask_columns(struct cmd_ctx *cx, struct ask *k, const char *list)
{
	k->n = 0;
	for (;; list++) {
		size_t n = strcspn(list, ",");
		int c = col_find(list, n);

		if (c < 0 || k->n == COLS)
			return cmd_bad(cx, "%.*s: no such column", (int)n,
			    list);
		k->col[k->n++] = c;
		list += n;
		if (*list == '\0')
			return 0;
	}
}

static int
ask_match(struct cmd_ctx *cx, struct ask *k, const char *re)
{
	if (k->match >= 0) {
		regfree(&k->re);
		k->match = -1;
	}
	if (regcomp(&k->re, re, REG_EXTENDED | REG_NOSUB) != 0)
		return cmd_bad(cx, "%s: not a regular expression", re);
	return 0;
}

/* `worker 3`, `user fred`, a MAC: returns how many words. */
static int
ask_whose(struct ask *k, const struct args *a, int i)
{
	uint32_t id;

	if (val_mac(a->w[i], k->mac) == 0) {
		k->has_mac = true;
		return 1;
	}
	if (i + 1 == a->n)
		return 0;
	if (strcasecmp(a->w[i], "worker") == 0 &&
	    val_num(a->w[i + 1], 0, 63, &id) == 0) {
		k->worker = (int)id;
		return 2;
	}
	if (strcasecmp(a->w[i], "user") != 0)
		return 0;
	k->user = a->w[i + 1];
	return 2;
}

static bool
is_meant(const struct ask *k, const struct sess_rec *r)
{
	return (k->worker < 0 || r->worker == k->worker) &&
	    (!k->has_mac || memcmp(r->key.mac, k->mac, ETH_ADDR) == 0) &&
	    (k->user == NULL || strcmp(r->name, k->user) == 0);
}

/* The words behind `show sessions`. */
static int
ask(struct cmd_ctx *cx, const struct args *a, struct ask *k)
{
	int c, err;

	for (int i = 0; i < a->n; i++) {
		int whose = ask_whose(k, a, i);
		bool match = strcasecmp(a->w[i], "match") == 0;

		if (whose > 0) {
			i += whose - 1;
		} else if (match || strcasecmp(a->w[i], "order") == 0) {
			if (i + 1 + match >= a->n)
				return ROW_USAGE;
			c = col_find(a->w[i + 1], strlen(a->w[i + 1]));
			if (c < 0)
				return cmd_bad(cx, "%s: no such column",
				    a->w[i + 1]);
			if (match && (err = ask_match(cx, k,
			    a->w[i + 2])) != 0)
				return err;
			*(match ? &k->match : &k->order) = c;
			i += 1 + match;
		} else if (strcasecmp(a->w[i], "limit") == 0) {
			if (++i == a->n || val_num(a->w[i], 1, UINT32_MAX,
			    &k->limit) < 0)
				return ROW_USAGE;
		} else if (out_form_find(a->w[i]) >= 0) {
			k->form = (enum out_form)out_form_find(a->w[i]);
		} else if (strcasecmp(a->w[i], "all") == 0) {
			for (k->n = 0; k->n < COLS; k->n++)
				k->col[k->n] = k->n;
		} else if ((err = ask_columns(cx, k, a->w[i])) != 0) {
			return err;
		}
	}
	return 0;
}

/* qsort(3) has no argument of ours; prompts run on one thread. */
static const struct ask *sorting;
static tstamp sort_now;

static int
compare(const void *pa, const void *pb)
{
	const struct sess *a = pa, *b = pb;
	struct txt ta = { 0 }, tb = { 0 };
	int c = sorting->order, d;

	if (c == col_find("ip", 2))
		return (a->r.his_addr > b->r.his_addr) -
		    (a->r.his_addr < b->r.his_addr);
	cols[c].text(a, sort_now, &ta);
	cols[c].text(b, sort_now, &tb);
	if (cols[c].col.number || cols[c].text == c_uptime)
		d = (ta.n > tb.n) - (ta.n < tb.n);
	else
		d = 0;
	if (d == 0)
		d = strcmp(txt_str(&ta), txt_str(&tb));
	txt_free(&ta);
	txt_free(&tb);
	return d;
}

static bool
matches(const struct ask *k, const struct sess *s, tstamp now)
{
	struct txt t = { 0 };
	bool yes;

	if (k->match < 0)
		return true;
	cols[k->match].text(s, now, &t);
	yes = regexec(&k->re, txt_str(&t), 0, NULL, 0) == 0;
	txt_free(&t);
	return yes;
}

static void
print(const struct ask *k, const struct all *all, tstamp now,
    struct txt *out)
{
	struct out_col head[COLS];
	struct out_table *ot;
	struct txt t = { 0 };
	uint32_t left = k->limit;

	for (int i = 0; i < k->n; i++)
		head[i] = cols[k->col[i]].col;
	ot = out_table_new(head, (unsigned)k->n);
	for (size_t i = 0; i < all->n && left > 0; i++) {
		if (!is_meant(k, &all->s[i].r) ||
		    !matches(k, &all->s[i], now))
			continue;
		left--;
		for (int c = 0; c < k->n; c++) {
			txt_clear(&t);
			cols[k->col[c]].text(&all->s[i], now, &t);
			out_cell(ot, "%s", txt_str(&t));
		}
	}
	out_table_put(ot, k->form, out);
	out_table_free(ot);
	txt_free(&t);
}

int
show_sessions(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ask k = { .n = COLS_SHOWN, .match = -1, .order = -1,
	    .worker = -1, .limit = UINT32_MAX };
	struct all all = { 0 };
	tstamp now = clock_now();
	int err;

	(void)r;
	for (int i = 0; i < k.n; i++)
		k.col[i] = i;
	if (cmd_held(cx, &err))
		return err;
	err = ask(cx, a, &k);
	if (err == 0) {
		ctl_sessions(cx->env->ctl, collect, &all);
		sorting = &k;
		sort_now = now;
		if (k.order >= 0 && all.n > 0)
			qsort(all.s, all.n, sizeof(all.s[0]), compare);
		print(&k, &all, now, cx->out);
		if (all.lost)
			remark(&cx->diag, "out of memory: not all of them");
	}
	if (k.match >= 0)
		regfree(&k.re);
	free(all.s);
	return err;
}
