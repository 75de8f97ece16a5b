/* test sla: one session measured, while its prompt waits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/test_wait.h"
#include "cmd/test_when.h"
#include "ctl/out.h"
#include "ctl/sla.h"
#include "lang/value.h"
#include "sess/profile.h"

#define RATE_LEAST	UINT64_C(1000)
#define RATE_MOST	UINT64_C(1000000000000)

/* ---- what is asked ---- */

static bool
take_part(const char *w, struct sla_ask *q)
{
	static const struct { const char *name; uint8_t part; } parts[] = {
		{ "ping", SLA_PING }, { "tcp", SLA_TCP }, { "udp", SLA_UDP },
		{ "all", SLA_ALL },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcasecmp(w, parts[i].name) == 0) {
			q->parts |= parts[i].part;
			return true;
		}
	return false;
}

/* HOST, HOST:PORT, [IPv6]:PORT. */
static int
take_host(struct cmd_ctx *cx, const char *w, struct sla_ask *q)
{
	char host[DEVICE_MAX], port[DEVICE_PORT];
	const char *colon = strchr(w, ':');
	uint32_t n = 0;

	if (colon == NULL || (w[0] != '[' && strchr(colon + 1, ':') != NULL)) {
		if (strlen(w) >= sizeof(q->host))
			return cmd_bad(cx, "%s: too long for a host", w);
		memcpy(q->host, w, strlen(w) + 1);
		return 0;
	}
	if (device_host(w, host, port) < 0 ||
	    val_num(port, 1, 65535, &n) < 0)
		return cmd_bad(cx, "%s: not HOST, HOST:PORT, or "
		    "[IPv6]:PORT", w);
	snprintf(q->host, sizeof(q->host), "%s", host);
	q->port = (uint16_t)n;
	return 0;
}

/* A word with a value behind it; 1: it is none. */
static int
take_pair(struct cmd_ctx *cx, const char *w, const char *val,
    struct sla_ask *q)
{
	if (strcasecmp(w, "time") == 0) {
		if (val == NULL || val_secs(val, 1, SLA_SECS_MAX,
		    &q->secs) < 0)
			return cmd_bad(cx, "time: not 1 to %u seconds",
			    SLA_SECS_MAX);
		return 0;
	}
	if (strcasecmp(w, "rate") != 0)
		return 1;
	if (val == NULL || val_rate(val, RATE_LEAST, RATE_MOST,
	    &q->rate) < 0)
		return cmd_bad(cx, "rate: not 1k to 1000g bits a second");
	return 0;
}

/* WHO is one word, or `link NAME`: how many; 0: none. */
static int
take_who(const struct args *a, struct sla_ask *q)
{
	bool link = a->n > 1 && strcasecmp(a->w[0], "link") == 0;

	if (a->n == 0)
		return 0;
	snprintf(q->who, sizeof(q->who), link ? "link %s" : "%s",
	    a->w[link]);
	return link ? 2 : 1;
}

static int
ask(struct cmd_ctx *cx, const struct args *a, struct sla_ask *q,
    struct test_wait *w, struct txt *when)
{
	int at = take_who(a, q), err;

	if (at == 0)
		return ROW_USAGE;
	for (int i = at; i < a->n; i++) {
		if (strcasecmp(a->w[i], "json") == 0)
			w->json = true;
		else if (strcasecmp(a->w[i], "detail") == 0)
			w->detail = true;
		else if (take_part(a->w[i], q))
			continue;
		else if (strcasecmp(a->w[i], "when") == 0) {
			cmd_join(a, i + 1, when);
			return when->n > 0 ? 0 : ROW_USAGE;
		}
		else if ((err = take_pair(cx, a->w[i], a->w[i + 1], q)) == 0)
			i++;
		else if (err < 0)
			return err;
		else if (i > at)
			return ROW_USAGE;
		else if ((err = take_host(cx, a->w[i], q)) != 0)
			return err;
	}
	return 0;
}

/* ---- what is told ---- */

static const char *const series_text[SLA_SERIES] = {
	[SLA_RTT] = "ping, ms", [SLA_TCP_DOWN] = "TCP download, Mbit/s",
	[SLA_TCP_UP] = "TCP upload, Mbit/s",
	[SLA_UDP_DOWN] = "UDP download, Mbit/s",
	[SLA_UDP_UP] = "UDP upload, Mbit/s",
};

static void
cell(struct out_table *ot, double x, double per)
{
	if (x < 0)
		out_cell(ot, "-1");
	else
		out_cell(ot, "%.3f", x / per);
}

static void
put_table(const struct sla_result *r, struct txt *t)
{
	static const struct out_col cols[] = { { "", NULL, false },
		{ "min", NULL, true }, { "mean", NULL, true },
		{ "max", NULL, true }, { "stdev", NULL, true },
		{ "jitter ms", NULL, true }, { "loss %", NULL, true } };
	struct out_table *ot = out_table_new(cols, 7);

	for (unsigned i = 0; i < SLA_SERIES; i++) {
		const struct sla_series *s = &r->s[i];
		double per = i == SLA_RTT ? 1000 : 1;
		double loss = i == SLA_RTT && r->sent > 0 ? 100.0 *
		    (r->sent - r->received) / r->sent : s->loss;

		if (!(sla_series_part((enum sla_series_id)i) & r->ask.parts))
			continue;
		out_cell(ot, "%s", series_text[i]);
		cell(ot, s->min, per);
		cell(ot, s->mean, per);
		cell(ot, s->max, per);
		cell(ot, s->stdev, per);
		cell(ot, s->jitter_us, 1000);
		cell(ot, loss, 1);
	}
	out_table_put(ot, OUT_TEXT, t);
	out_table_free(ot);
}

/* Each ping, each interval. */
static void
put_values(const struct sla_result *r, struct txt *t)
{
	for (int i = 0; i < SLA_SERIES; i++) {
		const struct sla_series *s = &r->s[i];

		if (s->n == 0)
			continue;
		txt_put(t, "%s:", series_text[i]);
		for (unsigned k = 0; k < s->n; k++)
			if (s->v[k] < 0)
				txt_put(t, " -1");
			else
				txt_put(t, " %.3f", i == SLA_RTT ?
				    s->v[k] / 1000 : s->v[k]);
		txt_put(t, "\n");
	}
}

static void
put_text(const struct sla_result *r, bool detail, struct txt *t)
{
	txt_put(t, "%s: session %u on %s, from %s to %s", r->ask.who, r->sid,
	    r->tun, r->from[0] != '\0' ? r->from : "?", r->to[0] != '\0' ?
	    r->to : r->ask.host);
	if (r->sent >= 0)
		txt_put(t, "; %d pings sent, %d answered", r->sent,
		    r->received);
	txt_put(t, "\n");
	put_table(r, t);
	if (detail)
		put_values(r, t);
	for (int i = 0; i < SLA_SERIES; i++)
		if (r->s[i].why[0] != '\0')
			txt_put(t, "%s: %s\n", series_text[i], r->s[i].why);
	if (r->end != SLA_DONE)
		txt_put(t, "Not complete: %s\n", r->why);
}

/* ---- while it runs ---- */

static void
on_done(void *arg, const struct sla_result *r)
{
	struct test_wait *w = arg;
	struct txt t = { 0 };
	json_t *v;

	if (w->json) {
		v = sla_json(r, w->detail);
		out_json(&t, v, true);
		json_decref(v);
	} else {
		put_text(r, w->detail, &t);
	}
	test_told(w, &t);
}

/* 0: the test has @w. */
static int
begin(struct cmd_ctx *cx, const struct sla_ask *q, struct test_wait *w)
{
	struct sla_hooks h = { w, test_said, on_done };
	char why[256];

	if (cx->prompt->pr == NULL)
		return cmd_bad(cx, "give it at a prompt, or by pppctl");
	w->ctl = cx->env->ctl;
	w->cancel = sla_cancel;
	if (sla_start(w->ctl, q, &h, why, sizeof(why)) < 0)
		return cmd_bad(cx, "%s", why);
	test_hold(cx, w);
	return 0;
}

int
test_sla(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct test_wait *w = calloc(1, sizeof(*w));
	struct txt when = { 0 };
	struct sla_ask q;
	int err;

	(void)r;
	memset(&q, 0, sizeof(q));
	if (w == NULL)
		return cmd_bad(cx, "out of memory");
	err = ask(cx, a, &q, w, &when);
	if (err == 0 && !cmd_held(cx, &err)) {
		if (when.n > 0) {
			err = test_when(cx, &q, w->detail, when.p);
		} else {
			err = begin(cx, &q, w);
			w = err == 0 ? NULL : w;
		}
	}
	txt_free(&when);
	free(w);
	return err;
}
