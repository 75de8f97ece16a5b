/* show why: the last attempts of peers, or of our own link. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/out.h"
#include "lang/value.h"

#define PEERS_SHOWN	100u

struct asked {
	const char *name;		/* NULL: who did not come up */
	uint8_t	 mac[ETH_ADDR];
	bool	 by_mac, ac;
	struct txt *out;
	json_t	*list;			/* NULL: text */
	unsigned shown;
};

static bool
is_meant(const struct asked *q, const struct trail_peer *p)
{
	const struct trail_try *y = trail_last(p, 0);

	if (q->by_mac)
		return memcmp(p->mac, q->mac, ETH_ADDR) == 0;
	if (q->name == NULL)
		return !q->ac || (y->over && y->step < TRAIL_UP) ||
		    y->drop != DROP_COUNT;
	for (unsigned i = 0; (y = trail_last(p, i)) != NULL; i++)
		if (strcmp(y->name, q->name) == 0 ||
		    (!q->ac && strcmp(y->ifname, q->name) == 0))
			return true;
	return false;
}

static void
put_when(int64_t wall, struct txt *t)
{
	time_t when = (time_t)wall;
	struct tm tm;
	char text[32] = "?";

	if (localtime_r(&when, &tm) != NULL)
		strftime(text, sizeof(text), "%F %T", &tm);
	txt_put(t, "%s", text);
}

/* "PADI x3, PADO, PADR, PADS" */
static void
put_packets(const struct trail_try *y, struct txt *t)
{
	const struct { const char *name; unsigned n; } list[] = {
		{ "PADI", y->padi }, { "PADO", y->pado },
		{ "PADR", y->padr }, { "PADS", y->sid != 0 },
	};
	const char *between = "";

	for (int i = 0; i < 4; i++) {
		if (list[i].n == 0)
			continue;
		txt_put(t, "%s%s", between, list[i].name);
		if (list[i].n > 1)
			txt_put(t, " x%u", list[i].n);
		between = ", ";
	}
}

/* Silence in Discovery has a cause that only the packets show. */
static void
put_discovery(const struct trail_try *y, struct txt *t)
{
	if (y->drop != DROP_COUNT)
		txt_put(t, "not answered: %s (we refused)",
		    drop_text((enum drop)y->drop));
	else if (y->pado > 0 && y->padr == 0)
		txt_put(t, "offered; the peer did not choose us (peer)");
	else
		txt_put(t, "under way");
}

static void
put_end(const struct trail_try *y, struct txt *t)
{
	if (y->step == TRAIL_UP)
		txt_put(t, y->over ? "was up, ended: %s (%s)" : "up",
		    why_text((enum why)y->why), why_side((enum why)y->why));
	else if (y->over)
		txt_put(t, "failed at %s: %s (%s)",
		    trail_step_name((enum trail_step)y->step),
		    why_text((enum why)y->why), why_side((enum why)y->why));
	else
		txt_put(t, "now at %s",
		    trail_step_name((enum trail_step)y->step));
}

static void
put_try(const struct asked *q, const struct trail_try *y, struct txt *t)
{
	txt_put(t, "  ");
	put_when(y->begun, t);
	txt_put(t, "  ");
	put_packets(y, t);
	if (y->padi != 0 || y->padr != 0)
		txt_put(t, "; ");
	if (y->name[0] != '\0') {
		txt_put(t, q->ac ? "name " : "AC ");
		put_clean(y->name, t);
		txt_put(t, "; ");
	}
	if (y->sid != 0)
		txt_put(t, "session %u; ", y->sid);
	if (q->ac && y->sid == 0)
		put_discovery(y, t);
	else
		put_end(y, t);
	if (y->text[0] != '\0') {
		txt_put(t, ": ");
		put_clean(y->text, t);
	}
	if (y->over && y->last > y->begun)
		txt_put(t, " after %lld s", (long long)(y->last - y->begun));
	txt_put(t, "\n");
}

static void
peer_text(const struct asked *q, const struct trail_peer *p)
{
	const struct trail_try *y = trail_last(p, 0);

	if (!q->ac) {
		put_clean(y->ifname, q->out);
	} else {
		put_mac(p->mac, q->out);
		txt_put(q->out, " on %s", y->ifname);
		if (y->vlan.outer != 0) {
			txt_put(q->out, " vlan ");
			put_vlan(y->vlan, q->out);
		}
	}
	txt_put(q->out, ":\n");
	for (unsigned i = 0; (y = trail_last(p, i)) != NULL; i++)
		put_try(q, y, q->out);
}

static json_t *
try_json(const struct trail_try *y)
{
	bool failed = y->over && y->step < TRAIL_UP;
	const char *refused = y->drop != DROP_COUNT ? "we" :
	    y->over ? why_side((enum why)y->why) : "";

	return json_pack("{s:I,s:I,s:i,s:i,s:i,s:i,s:o,s:s,s:s,s:b,s:b,s:s,"
	    "s:o}",
	    "begun", (json_int_t)y->begun, "last", (json_int_t)y->last,
	    "padi", (int)y->padi, "pado", (int)y->pado, "padr",
	    (int)y->padr, "session", (int)y->sid, "name", out_string(y->name),
	    "step", trail_step_name((enum trail_step)y->step), "reason",
	    y->drop != DROP_COUNT ? drop_name((enum drop)y->drop) :
	    y->over ? why_name((enum why)y->why) : "", "over", y->over,
	    "failed", failed || y->drop != DROP_COUNT, "side", refused,
	    "text", out_string(y->text));
}

static void
peer_json(const struct asked *q, const struct trail_peer *p)
{
	const struct trail_try *y = trail_last(p, 0);
	json_t *tries = json_array();
	struct txt mac = { 0 };

	put_mac(p->mac, &mac);
	json_array_append_new(q->list, json_pack("{s:s,s:s,s:i,s:i,s:o}",
	    q->ac ? "mac" : "link", q->ac ? txt_str(&mac) : y->ifname,
	    "interface", y->ifname, "outer_vlan", (int)y->vlan.outer,
	    "inner_vlan", (int)y->vlan.inner, "tries", tries));
	for (unsigned i = 0; (y = trail_last(p, i)) != NULL; i++)
		json_array_append_new(tries, try_json(y));
	txt_free(&mac);
}

static bool
one_peer(const struct trail_peer *p, void *arg)
{
	struct asked *q = arg;

	if (!is_meant(q, p))
		return true;
	if (q->list != NULL)
		peer_json(q, p);
	else
		peer_text(q, p);
	return ++q->shown < PEERS_SHOWN;
}

static int
nobody(struct cmd_ctx *cx, const struct asked *q)
{
	if (q->name != NULL)
		return cmd_bad(cx, "%s: not heard of lately", q->name);
	txt_put(cx->out, q->ac ? "No peer failed lately.\n" :
	    "Not dialled yet.\n");
	return 0;
}

int
show_why(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct asked q = { .out = cx->out };
	bool json = a->n > 0 && strcasecmp(a->w[a->n - 1], "json") == 0;
	int err;

	(void)r;
	if (a->n - json > 1)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	q.ac = ctl_is_ac(cx->env->ctl);
	q.name = a->n - json == 1 ? a->w[0] : NULL;
	q.by_mac = q.ac && q.name != NULL && val_mac(q.name, q.mac) == 0;
	q.list = json ? json_array() : NULL;
	ctl_trail(cx->env->ctl, one_peer, &q);
	if (q.list != NULL) {
		out_json(cx->out, q.list, true);
		json_decref(q.list);
	} else if (q.shown == 0) {
		return nobody(cx, &q);
	}
	return 0;
}
