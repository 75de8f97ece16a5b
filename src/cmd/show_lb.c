/* show lb: the access concentrator as a whole. */
#include <stdio.h>
#include <string.h>

#include "cmd/pool.h"
#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/out.h"
#include "io/io.h"

static void
num(struct out_table *ot, const char *name, uint64_t n)
{
	out_cell(ot, "%s", name);
	out_cell(ot, "%llu", (unsigned long long)n);
}

static void
lb_numbers(const struct ctl_ac *ac, struct out_table *ot)
{
	char name[64];

	num(ot, "sessions", ac->sessions);
	num(ot, "starting", ac->starting);
	num(ot, "opened", ac->opened);
	num(ot, "closed", ac->closed);
	num(ot, "refused", ac->refused);
	num(ot, "padi-in", ac->padi);
	num(ot, "pado-out", ac->pado);
	num(ot, "padr-in", ac->padr);
	num(ot, "pads-out", ac->pads);
	num(ot, "padt-in", ac->padt_in);
	num(ot, "padt-out", ac->padt_out);
	num(ot, "addresses", ac->pool_size);
	num(ot, "addresses-used", ac->pool_used);
	num(ot, "interfaces", ac->ports);
	num(ot, "interfaces-steered", ac->steered);
	num(ot, "lanes-xdp", ac->lanes_xdp);
	for (int i = 0; i < WHY_COUNT; i++)
		if (ac->by_why[i] != 0) {
			snprintf(name, sizeof(name), "ended-%s",
			    why_name((enum why)i));
			num(ot, name, ac->by_why[i]);
		}
	for (int i = 0; i < WHY_COUNT; i++)
		if (ac->failed[i] != 0) {
			snprintf(name, sizeof(name), "failed-%s",
			    why_name((enum why)i));
			num(ot, name, ac->failed[i]);
		}
	for (int i = 0; i < DROP_COUNT; i++)
		if (ac->drop[i] != 0) {
			snprintf(name, sizeof(name), "dropped-%s",
			    drop_name((enum drop)i));
			num(ot, name, ac->drop[i]);
		}
}

static void
lb_settings(const struct profile *p, struct txt *t)
{
	const struct lb_conf *lb = &p->lb;

	txt_put(t, "Interfaces:");
	for (int i = 0; i < lb->ifaces; i++) {
		const struct lb_if *f = &lb->iface[i];

		txt_put(t, " %s", f->name);
		if (f->any_vlan)
			txt_put(t, " vlan any");
		else if (f->vlan.outer != 0) {
			txt_put(t, " vlan ");
			put_vlan(f->vlan, t);
		}
		txt_put(t, "%s%s", f->com3 ? " 3com" : "",
		    i + 1 < lb->ifaces ? "," : "");
	}
	txt_put(t, "\nAC-Name: %s\nServices:", lb->ac.acname[0] != '\0' ?
	    lb->ac.acname : "the host name");
	for (int i = 0; i < lb->ac.services; i++)
		txt_put(t, " \"%s\"", lb->ac.service[i]);
	txt_put(t, "%s\n", lb->ac.any_service ? " *" :
	    lb->ac.services == 0 ? " \"\"" : "");
	txt_put(t, "Workers: %u at the start; algorithm %s; governor %s; "
	    "respawn %s\n", lb->workers, pool_algorithm(lb->algorithm),
	    !lb->gov.enabled ? "off" : lb->gov.manual ? "manual" : "auto",
	    lb->gov.respawn ? "on" : "off");
	txt_put(t, "Limits: %u sessions, %u a MAC, %u a name (0: any), "
	    "%u PADIs a second, %u a MAC\n", lb->max_sessions,
	    lb->mac_sessions, lb->name_sessions,
	    lb->ac.padi_rate, lb->ac.mac_rate);
}

/* What was asked for, and what became of it. */
static void
lb_io(const struct profile *p, const struct ctl_ac *ac, struct txt *t)
{
	txt_put(t, "I/O: %s", io_kind_name((enum io_kind)p->io));
	for (unsigned i = 0; i < ac->ports; i++) {
		const struct ctl_ac_port *v = &ac->port[i];

		txt_put(t, "; %s%s%s%s", v->ifname,
		    v->how[0] != '\0' ? " (" : "", v->how,
		    v->how[0] != '\0' ? ")" : "");
		for (int k = 0; k < CTL_WAYS && v->by[k].way != NULL; k++)
			txt_put(t, "%s %s %u lane%s", k > 0 ? "," : ":",
			    v->by[k].way, v->by[k].lanes,
			    v->by[k].lanes == 1 ? "" : "s");
	}
	txt_put(t, "\n");
}

int
show_lb(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const struct out_col head[] = {
		{ "what", NULL, false }, { "count", NULL, true },
	};
	int form = a->n > 0 ? out_form_find(a->w[0]) : OUT_TEXT, err;
	struct out_table *ot;
	struct ctl_ac ac;

	(void)r;
	if (a->n > 1 || form < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	memset(&ac, 0, sizeof(ac));
	ctl_ac(cx->env->ctl, &ac);
	if (form == OUT_TEXT) {
		lb_settings(&cx->env->conf->p, cx->out);
		lb_io(&cx->env->conf->p, &ac, cx->out);
	}
	ot = out_table_new(head, 2);
	lb_numbers(&ac, ot);
	out_table_put(ot, (enum out_form)form, cx->out);
	out_table_free(ot);
	return 0;
}
