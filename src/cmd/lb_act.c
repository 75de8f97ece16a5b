/* `lb ...`: workers by hand. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmd/pool.h"
#include "cmd/rows.h"
#include "lang/value.h"
#include "os/cpu.h"

#define WHY	256

static int
answer(struct cmd_ctx *cx, int err, const char *why)
{
	return err < 0 ? cmd_bad(cx, "%s", why) : 0;
}

static unsigned
current(const struct cmd_ctx *cx)
{
	struct ctl_governor g;

	ctl_governor(cx->env->ctl, &g);
	return gov_count(g.gov).current;
}

static int
act_add(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t n = 1;
	unsigned id;
	char why[WHY] = "";
	int err;

	(void)r;
	if (a->n > 1 || (a->n == 1 && val_num(a->w[0], 1, 64, &n) < 0))
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	for (; n > 0 && err == 0; n--) {
		err = ctl_worker_add(cx->env->ctl, &id, why, sizeof(why));
		if (err == 0)
			txt_put(cx->out, "Worker %u added (now %u "
			    "workers)\n", id, current(cx));
	}
	return answer(cx, err, why);
}

static int
act_workers(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct governor_conf *g = &cx->env->conf->p.lb.gov;
	char why[WHY] = "";
	uint32_t n;
	int err;

	(void)r;
	if (a->n != 1 || val_num(a->w[0], 1, 64, &n) < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	err = ctl_workers(cx->env->ctl, n, why, sizeof(why));
	if (err == 0)
		txt_put(cx->out, "%u workers%s\n", n, g->enabled &&
		    !g->manual ? " (the governor may change that)" : "");
	return answer(cx, err, why);
}

/* drain, activate, remove ID [force]. */
static int
act_one(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool force = a->n == 2 && strcasecmp(a->w[1], "force") == 0;
	struct ctl *c = cx->env->ctl;
	char why[WHY] = "";
	uint32_t id;
	int err;

	if (a->n < 1 || a->n > 2 || (a->n == 2 && !(force && r->lo == 2)) ||
	    val_num(a->w[0], 0, 63, &id) < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (r->lo == 0)
		err = ctl_worker_drain(c, id, why, sizeof(why));
	else if (r->lo == 1)
		err = ctl_worker_activate(c, id, why, sizeof(why));
	else
		err = ctl_worker_remove(c, id, force, why, sizeof(why));
	return answer(cx, err, why);
}

static int
act_affinity(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool off = a->n == 2 && strcasecmp(a->w[1], "off") == 0;
	char why[WHY] = "";
	uint32_t id, cpu = 0;
	int err;

	(void)r;
	if (a->n != 2 || val_num(a->w[0], 0, 63, &id) < 0 ||
	    (!off && val_num(a->w[1], 0, CPUS_MAX - 1, &cpu) < 0))
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	err = ctl_worker_pin(cx->env->ctl, id, off ? -1 : (int)cpu, why,
	    sizeof(why));
	return answer(cx, err, why);
}

static int
act_trigger(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool up = a->n == 1 && strcasecmp(a->w[0], "up") == 0;
	char why[WHY] = "";
	int err;

	(void)r;
	if (a->n != 1 || (!up && strcasecmp(a->w[0], "down") != 0))
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	err = ctl_trigger(cx->env->ctl, up, why, sizeof(why));
	return answer(cx, err, why);
}

static int
act_drill(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool clock = a->n == 2 && strcasecmp(a->w[0], "clock") == 0;
	bool off = a->n == 1 && strcasecmp(a->w[0], "off") == 0;
	char why[WHY] = "";
	uint32_t n = 0;
	int err = 0;

	(void)r;
	if (a->n != 1 + clock || (!off && val_num(a->w[clock], 0, clock ?
	    DRILL_CLOCK_MAX : 100, &n) < 0))
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (!cx->env->conf->p.lb.gov.drill)
		return cmd_bad(cx, "drills are not allowed here (set lb "
		    "drill yes)");
	if (clock)
		err = ctl_drill_clock(cx->env->ctl, n, why, sizeof(why));
	else
		ctl_drill(cx->env->ctl, off ? -1 : (int)n);
	return answer(cx, err, why);
}

static int
act_clear(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	int err;

	(void)r;
	if (a->n != 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	pool_sums(cx->env, &cx->env->pool_cleared, false);
	return 0;
}

const struct row lb_act_rows[] = {
	{ .name = "workers", .args = "n", .run = act_workers,
	  .flags = ROW_LIVE, .help = "Go to n workers now." },
	{ .name = "add", .args = "[n]", .run = act_add, .flags = ROW_LIVE,
	  .help = "One worker more, or n." },
	{ .name = "drain", .args = "id", .run = act_one, .flags = ROW_LIVE,
	  .help = "No new sessions for this worker; it goes when it has "
	  "none left and the drain's time is over." },
	{ .name = "activate", .args = "id", .run = act_one, .lo = 1,
	  .flags = ROW_LIVE, .help = "Take a draining worker back." },
	{ .name = "remove", .args = "id [force]", .run = act_one, .lo = 2,
	  .flags = ROW_LIVE, .help = "Remove a worker without sessions now; "
	  "force: end its sessions. With drain policy migrate its sessions "
	  "move to another one." },
	{ .name = "affinity", .args = "id cpu|off", .run = act_affinity,
	  .flags = ROW_LIVE, .help = "Keep this worker on that CPU while it "
	  "is there; off: as set lb cpuaffinity says." },
	{ .name = "trigger", .args = "up|down", .run = act_trigger,
	  .flags = ROW_LIVE, .help = "Let the governor decide now: one worker "
	  "more (or those that drain are taken back), or one less." },
	{ .name = "drill", .args = "percent|off|clock seconds",
	  .run = act_drill, .flags = ROW_LIVE,
	  .help = "Let the governor take this for the use of the CPUs, to "
	  "see what it would do; off: measure again. clock: its clock is so "
	  "far ahead from now on. Needs set lb drill yes." },
	{ .name = "rate", .args = "name|mac|address|all up down [burst]|"
	  "default", .run = lb_rate, .flags = ROW_LIVE,
	  .help = "Limit a session now; default: as set rate says." },
	{ .name = "clear", .args = "", .run = act_clear,
	  .flags = ROW_LIVE, .help = "Count anew for show stats and show "
	  "health." },
	END_ROWS
};
