/* test path: what we changed on the way, told field by field. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/test_wait.h"
#include "ctl/out.h"
#include "ctl/path.h"
#include "lang/value.h"

/* ---- what is asked ---- */

static int
take_pair(struct cmd_ctx *cx, const char *w, const char *val,
    struct path_ask *q)
{
	if (strcasecmp(w, "packets") == 0) {
		if (val == NULL || val_num(val, 1, PATH_PACKETS_MAX,
		    &q->packets) < 0)
			return cmd_bad(cx, "packets: not 1 to %u",
			    PATH_PACKETS_MAX);
		return 0;
	}
	if (strcasecmp(w, "time") != 0)
		return ROW_USAGE;
	if (val == NULL || val_secs(val, 1, PATH_SECS_MAX, &q->secs) < 0)
		return cmd_bad(cx, "time: not 1 to %u seconds",
		    PATH_SECS_MAX);
	return 0;
}

static int
ask(struct cmd_ctx *cx, const struct args *a, struct path_ask *q,
    bool *json)
{
	bool link = a->n > 1 && strcasecmp(a->w[0], "link") == 0;
	int err = a->n == 0 ? ROW_USAGE : 0;

	if (err == 0)
		snprintf(q->who, sizeof(q->who), link ? "link %s" : "%s",
		    a->w[link]);
	for (int i = 1 + link; i < a->n && err == 0; i++) {
		if (strcasecmp(a->w[i], "json") == 0) {
			*json = true;
			continue;
		}
		err = take_pair(cx, a->w[i], a->w[i + 1], q);
		i++;
	}
	return err;
}

/* ---- what is told ---- */

static bool
is_number(enum path_field f)
{
	return f == PATH_DSCP || f == PATH_ECN || f == PATH_TTL ||
	    f == PATH_LENGTH || f == PATH_MSS || f == PATH_WINDOW;
}

static void
put_value(struct out_table *ot, enum path_field f, uint32_t v)
{
	if (f == PATH_DATA || f == PATH_OPTIONS)
		out_cell(ot, "%s", "");	/* a digest */
	else
		out_cell(ot, is_number(f) ? "%u" : "0x%04x", v);
}

static unsigned
count(uint64_t bits)
{
	unsigned n = 0;

	for (; bits != 0; bits &= bits - 1)
		n++;
	return n;
}

/* Whose doing a change is. */
static void
put_why(struct out_table *ot, const struct path_result *r, int in,
    enum path_field f)
{
	const struct path_row *row = r->r.row[in];
	uint32_t pieces = in ? r->r.joined : r->r.cut;

	if (row[f].changed == 0)
		out_cell(ot, "%s", "");
	else if (f == PATH_MSS && r->mssfixup)
		out_cell(ot, "enable tcpmssfixup: MTU %u", r->mtu);
	else if (f == PATH_SUM && row[PATH_MSS].changed >= row[f].changed)
		out_cell(ot, "follows the MSS");
	else if (f == PATH_SUM && r->r.completed[in] > 0)
		out_cell(ot, "%u were left to the device", r->r.completed[in]);
	else if (pieces > 0 && f != PATH_DSCP && f != PATH_ECN &&
	    f != PATH_TTL && f != PATH_MSS)
		out_cell(ot, in ? "%u segments joined for the host" :
		    "%u segments cut for the MTU", pieces);
	else
		out_cell(ot, "unexplained");
}

static void
put_row(struct out_table *ot, const struct path_result *r, int in,
    enum path_field f)
{
	const struct path_row *row = &r->r.row[in][f];

	if (row->packets == 0)
		return;
	out_cell(ot, in ? "from peer" : "to peer");
	out_cell(ot, "%s", path_field_name(f));
	out_cell(ot, "%u", row->packets);
	out_cell(ot, "%u", row->changed);
	if (row->changed > 0 || !row->several) {
		put_value(ot, f, row->before);
		put_value(ot, f, row->after);
	} else if (f == PATH_DSCP || f == PATH_ECN) {
		out_cell(ot, "%u values", count(row->values));
		out_cell(ot, "the same");
	} else {
		out_cell(ot, "several");
		out_cell(ot, "the same");
	}
	put_why(ot, r, in, f);
}

static void
put_table(const struct path_result *r, bool json, struct txt *t)
{
	static const struct out_col cols[] = { { "way", NULL, false },
		{ "field", NULL, false }, { "packets", NULL, true },
		{ "changed", NULL, true }, { "before", NULL, false },
		{ "after", NULL, false }, { "why", NULL, false } };
	struct out_table *ot = out_table_new(cols, 7);

	for (int in = 0; in < 2; in++)
		for (int f = 0; f < PATH_FIELDS; f++)
			put_row(ot, r, in, (enum path_field)f);
	if (json || out_table_rows(ot) > 0)
		out_table_put(ot, json ? OUT_JSON : OUT_TEXT, t);
	out_table_free(ot);
}

static const char *const end[] = { [PATH_FULL] = "enough packets",
	[PATH_TIME] = "time is over", [PATH_STOPPED] = "stopped",
	[PATH_DOWN] = "the session went down" };

static void
put_json(const struct path_result *r, struct txt *t)
{
	const struct path_report *c = &r->r;
	json_t *packed = json_object(), *v;
	struct txt rows = { 0 };

	for (int i = 0; i < PROTO_COUNTS; i++)
		if (r->packed[i] > 0)
			json_object_set_new(packed, rec_proto_name(
			    (enum proto_count)i), json_integer(r->packed[i]));
	put_table(r, true, &rows);
	v = json_pack("{s:o,s:o,s:i,s:s,s:s,s:s,s:i,s:i,s:i,s:i,s:i,s:b,s:o,"
	    "s:i,s:o}", "who", out_string(r->ask.who), "user",
	    out_string(r->who), "session", (int)r->sid, "interface", r->tun,
	    "line", r->ifname,
	    "end", end[r->end], "interface_packets", (int)c->tun,
	    "line_packets", (int)c->line, "interface_only", (int)c->tun_only,
	    "line_only", (int)c->line_only, "wrong_checksums", (int)c->wrong,
	    "nat", r->nat, "packed", packed, "missed",
	    (int)r->missed, "fields",
	    json_loads(txt_str(&rows), 0, NULL));
	out_json(t, v, true);
	json_decref(v);
	txt_free(&rows);
}

static void
put_notes(const struct path_result *r, struct txt *t)
{
	const struct path_report *c = &r->r;

	txt_put(t, "%s: session %u, %s and %s: %s; %u packets on %s, %u "
	    "on the line\n", r->ask.who, r->sid, r->tun, r->ifname,
	    end[r->end], c->tun, r->tun, c->line);
	if (c->tun_only > 0 || c->line_only > 0)
		txt_put(t, "On one side alone: %u on %s, %u on the line "
		    "(filters, rates, the first and last ones)\n",
		    c->tun_only, r->tun, c->line_only);
	if (r->missed > 0)
		txt_put(t, "Missed, for they came too fast: %u\n", r->missed);
	if (c->wrong > 0)
		txt_put(t, "Wrong checksums sent to the peer: %u\n", c->wrong);
	for (int i = 0; i < PROTO_COUNTS; i++)
		if (r->packed[i] > 0)
			txt_put(t, "Not compared: %u frames of %s on the "
			    "line\n", r->packed[i],
			    rec_proto_name((enum proto_count)i));
	if (r->nat)
		txt_put(t, "NAT is the host's work behind %s: here addresses "
		    "and ports are as on the line\n", r->tun);
}

/* ---- while it runs ---- */

static void
on_done(void *arg, const struct path_result *r)
{
	struct test_wait *w = arg;
	struct txt t = { 0 };

	if (w->json) {
		put_json(r, &t);
	} else {
		put_notes(r, &t);
		put_table(r, false, &t);
	}
	test_told(w, &t);
}

int
test_path(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct test_wait *w = calloc(1, sizeof(*w));
	struct path_hooks h = { w, test_said, on_done };
	struct path_ask q;
	char why[256];
	int err;

	(void)r;
	memset(&q, 0, sizeof(q));
	if (w == NULL)
		return cmd_bad(cx, "out of memory");
	err = ask(cx, a, &q, &w->json);
	if (err == 0 && cmd_held(cx, &err)) {
		free(w);
		return err;
	}
	if (err == 0 && cx->prompt->pr == NULL)
		err = cmd_bad(cx, "give it at a prompt, or by pppctl");
	w->ctl = cx->env->ctl;
	w->cancel = path_cancel;
	if (err == 0 && path_start(w->ctl, &q, &h, why, sizeof(why)) < 0)
		err = cmd_bad(cx, "%s", why);
	if (err != 0) {
		free(w);
		return err;
	}
	test_hold(cx, w);
	return 0;
}
