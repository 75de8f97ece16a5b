/* `set governor ...`: how many workers the concentrator has. */
#include <string.h>
#include <strings.h>

#include "cmd/set.h"
#include "lang/value.h"

static int
gov_switch(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (a->n != 0)
		return ROW_USAGE;
	cx->draft->p.lb.gov.enabled = r->lo != 0;
	return 0;
}

static int
gov_mode(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool manual;

	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	manual = strcasecmp(a->w[0], "manual") == 0;
	if (!manual && strcasecmp(a->w[0], "auto") != 0)
		return ROW_USAGE;
	cx->draft->p.lb.gov.manual = manual;
	return 0;
}

static int
gov_cpu(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct governor_conf *g = &cx->draft->p.lb.gov;
	uint32_t n[2] = { 0, g->cpu_low };

	(void)r;
	if (a->n < 1 || a->n > 2)
		return ROW_USAGE;
	for (int i = 0; i < a->n; i++)
		if (val_num(a->w[i], 1, 100, &n[i]) < 0)
			return cmd_bad(cx, "%s: not 1 to 100 percent",
			    a->w[i]);
	if (n[1] >= n[0])
		return cmd_bad(cx, "the low threshold (%u) must be below the "
		    "high one (%u)", n[1], n[0]);
	g->cpu_high = (uint8_t)n[0];
	g->cpu_low = (uint8_t)n[1];
	return 0;
}

static int
gov_drain_secs(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const char *const names[] = { "wait", "cancel", "force",
	    "migrate" };
	struct governor_conf *g = &cx->draft->p.lb.gov;
	uint32_t secs;
	unsigned policy = g->drain_policy;

	(void)r;
	if (a->n < 1 || a->n > 2)
		return ROW_USAGE;
	if (val_num(a->w[0], 0, 86400, &secs) < 0)
		return cmd_bad(cx, "%s: not 0 to 86400 seconds", a->w[0]);
	if (a->n == 2)
		for (policy = 0; policy < 4; policy++)
			if (strcasecmp(a->w[1], names[policy]) == 0)
				break;
	if (policy == 4)
		return ROW_USAGE;
	g->drain_secs = secs;
	g->drain_policy = (uint8_t)policy;
	return 0;
}

/* Not a setting: it acts. */
static int
gov_desired(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char why[160] = "";
	uint32_t n;
	int err;

	(void)r;
	if (a->n != 1 || val_num(a->w[0], 1, 64, &n) < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (ctl_workers(cx->env->ctl, n, why, sizeof(why)) < 0)
		return cmd_bad(cx, "%s", why);
	return 0;
}

static int
gov_cancel_only(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	(void)r;
	if (a->n != 1 ||
	    val_yesno(a->w[0], &cx->draft->p.lb.gov.cancel_only) < 0)
		return ROW_USAGE;
	return 0;
}

const struct row gov_rows[] = {
	{ .name = "enable", .args = "", .run = gov_switch, .lo = 1,
	  .help = "Add and remove workers by load." },
	{ .name = "disable", .args = "", .run = gov_switch,
	  .help = "Keep as many workers as there are; the default." },
	{ .name = "mode", .args = "auto|manual", .run = gov_mode,
	  .help = "auto: it decides; manual: only people do." },
	{ .name = "min", .args = "n", .run = cmd_num,
	  P_NUM(lb.gov.min, 1, 64), .help = "Fewest workers; default 1." },
	{ .name = "max", .args = "n", .run = cmd_num,
	  P_NUM(lb.gov.max, 0, 65535),
	  .help = "Most workers, never over 64; 0, the default: as many as "
	  "CPUs." },
	{ .name = "poll", .args = "seconds", .run = cmd_num,
	  P_NUM(lb.gov.poll_secs, 1, 60), .unit = "seconds",
	  .help = "Time between decisions; default 5." },
	{ .name = "cpu", .args = "high [low]", .run = gov_cpu,
	  .help = "Add a worker over, give one up under this use of the "
	  "workers' CPUs in percent; default 80 30." },
	{ .name = "sessions", .args = "n", .run = cmd_num,
	  P_NUM(lb.gov.sessions, 0, 65535),
	  .help = "Sessions a worker should have; over 80 percent of it one "
	  "more is added; 0: do not count; default 500." },
	{ .name = "upinterval", .args = "seconds", .run = cmd_num,
	  P_NUM(lb.gov.up_secs, 1, 3600), .unit = "seconds",
	  .help = "At most one more worker in this time; default 10." },
	{ .name = "downinterval", .args = "seconds", .run = cmd_num,
	  P_NUM(lb.gov.down_secs, 1, 86400), .unit = "seconds",
	  .help = "At most one worker less in this time; default 60." },
	{ .name = "drain", .args = "seconds [wait|cancel|force|migrate]",
	  .run = gov_drain_secs,
	  .help = "A worker that is given up stays so long, default 30; if "
	  "it has sessions then: wait for their end, take it back, end them; "
	  "migrate: its sessions go to another worker at once." },
	{ .name = "cancelonly", .args = "yes|no", .run = gov_cancel_only,
	  .help = "Load rises while workers drain: only take them back (yes), "
	  "or add one more as well (no, the default)." },
	{ .name = "desired", .args = "n", .run = gov_desired,
	  .flags = ROW_LIVE, .help = "Go to n workers now." },
	END_ROWS
};
