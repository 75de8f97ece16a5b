/* show physical, layers, hdlc: what is below PPP. */
#include <string.h>

#include "cmd/show.h"
#include "cmd/text.h"

static void
state(const struct ctl_view *v, struct txt *t)
{
	const struct ctl_line *l = &v->line;

	if (l->open) {
		txt_put(t, "open (%s", l->info);
		if (l->kind == DEV_TTY)
			txt_put(t, ", %s", l->carrier == 1 ? "carrier" :
			    l->carrier == 0 ? "no carrier" :
			    "carrier is not watched");
		txt_put(t, ")\n");
	} else if (v->have_rec && v->rec.key.sid != 0) {
		txt_put(t, "open (PPPoE session %u, ", v->rec.key.sid);
		put_clean(v->rec.ac_name, t);
		txt_put(t, " at ");
		put_mac(v->rec.key.mac, t);
		txt_put(t, ")\n");
	} else {
		txt_put(t, "%s\n", v->link == LINK_CLOSED ? "closed" :
		    "opening");
	}
}

static void
characteristics(const struct serial_conf *s, struct txt *t)
{
	if (s->speed == 0)
		txt_put(t, "sync\n");
	else
		txt_put(t, "%ubps, cs%d, %s parity, CTS/RTS %s\n", s->speed,
		    s->parity == 'n' ? 8 : 7, s->parity == 'o' ? "odd" :
		    s->parity == 'e' ? "even" : "no",
		    s->ctsrts ? "on" : "off");
}

static void
carrier(const struct profile *p, struct txt *t)
{
	if (p->cd == CD_DEVICE)
		txt_put(t, "device specific\n");
	else if (p->cd == CD_OFF)
		txt_put(t, "no cd\n");
	else
		txt_put(t, "%u second%s%s\n", p->cd_secs,
		    p->cd_secs == 1 ? "" : "s",
		    p->cd == CD_REQUIRED ? " (required)" : "");
}

int
show_physical(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->draft->p;
	struct txt *t = cx->out;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(t, "Name: %s\n State:           ", p->name);
	state(&v, t);
	txt_put(t, " Device:          %s\n",
	    v.device[0] != '\0' ? v.device : "N/A");
	if (v.way != NULL && !v.line.open)
		txt_put(t, " Frames:          %s\n", v.way);
	txt_put(t, " Link Type:       %s\n", mode_name((enum mode)p->mode));
	txt_put(t, " Connect Count:   %u\n", v.connects);
	txt_put(t, " Physical outq:   %llu\n Queued Packets:  %u\n",
	    (unsigned long long)v.line.waits, v.count.queued);
	txt_put(t, " Phone Number:    %s\n", v.line.phone[0] != '\0' ?
	    v.line.phone : "N/A");
	txt_put(t, "\nDefaults:\n Device List:     ");
	for (int i = 0; i < p->devices; i++)
		txt_put(t, "%s\"%s\"", i > 0 ? ", " : "", p->device[i]);
	txt_put(t, "\n Characteristics: ");
	characteristics(&p->serial, t);
	txt_put(t, " CD check delay:  ");
	carrier(p, t);
	show_throughput(cx->env, &v, TRAFFIC_LINK, t);
	return 0;
}

int
show_layers(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	if (!v.line.open)
		txt_put(cx->out, "PROTO, PPPoE, Ethernet\n");
	else
		txt_put(cx->out, "PROTO, ACF, %s\n", v.line.sync ? "SYNC" :
		    "HDLC, ASYNC");
	return 0;
}

int
show_hdlc(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const uint64_t *bad;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	bad = v.line.bad;
	txt_put(cx->out, "HDLC level errors:\n"
	    " Bad Frame Check Sequence fields: %llu\n"
	    " Bad address (!= 0xff) fields:    %llu\n"
	    " Bad command (!= 0x03) fields:    %llu\n"
	    " Unrecognised protocol fields:    %llu\n"
	    " Aborted, short, too long frames: %llu, %llu, %llu\n",
	    (unsigned long long)bad[HDLC_FCS],
	    (unsigned long long)bad[HDLC_ADDR],
	    (unsigned long long)bad[HDLC_CTRL],
	    (unsigned long long)v.proto_in[PC_OTHERS],
	    (unsigned long long)bad[HDLC_ABORT],
	    (unsigned long long)bad[HDLC_SHORT],
	    (unsigned long long)bad[HDLC_LONG]);
	return 0;
}
