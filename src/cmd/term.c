/* term: talk to the device, with `~' for us. ppp(8) 4.4. */
#include <string.h>

#include "cmd/rows.h"
#include "cmd/serve.h"
#include "ppp/fsm.h"

static void
say(struct serve *s, const char *text)
{
	tty_print(s->tty, text, strlen(text));
}

static void
show(void *arg, const char *p, size_t n)
{
	struct serve *s = arg;

	tty_print(s->tty, p, n);
}

static void
over(void *arg, bool packets)
{
	struct serve *s = arg;

	say(s, packets ? "\nPacket mode.\n" : "\nThe device is closed.\n");
	tty_cooked(s->tty);
}

static void
ours(struct serve *s, char c)
{
	struct ctl *ctl = s->env->ctl;
	const char both[2] = { '~', c };

	switch (c) {
	case 'p':
		ctl_term_packets(ctl, s->term_at);
		break;
	case '.':
		ctl_term_leave(ctl, s->term_at);
		say(s, "\n");
		tty_cooked(s->tty);
		break;
	case 't':
		say(s, "\n");
		prompt_run(s->term, "show timers");
		break;
	case 'm':
		say(s, "\n");
		prompt_run(s->term, "show mem");
		break;
	case '?':
	case 'h':
		say(s, "\nThe following commands are available:\n"
		    " ~p\tEnter packet mode\n ~t\tShow timers\n"
		    " ~m\tShow memory\n ~.\tTerminate program\n"
		    " ~?\tThis help\n");
		break;
	default:
		ctl_term_write(ctl, s->term_at, both, 2);
		break;
	}
}

static void
typed(void *arg, char c)
{
	struct serve *s = arg;

	if (s->tilde) {
		s->tilde = false;
		ours(s, c);
	} else if (c == '~') {
		s->tilde = true;
	} else {
		ctl_term_write(s->env->ctl, s->term_at, &c, 1);
	}
}

int
serve_term(struct serve *s, int at, char *why, size_t n)
{
	struct ctl_term h = { .arg = s, .show = show, .over = over };
	int err = ctl_term(s->env->ctl, at, &h, why, n);

	if (err < 0)
		return err;
	s->term_at = at;
	s->tilde = false;
	tty_raw(s->tty, typed, s);
	return 0;
}

static int
no(struct cmd_ctx *cx, const char *why)
{
	diag(&cx->diag, "%s", why);
	return ROW_FAILED(1);
}

int
run_term(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct serve *s = cx->env->serve;
	char why[200] = "";
	struct ctl_view v;
	int err;

	(void)r;
	if (a->n > 0)
		return ROW_USAGE;
	if (cx->prompt == NULL || cx->prompt->pr == NULL)
		return no(cx, "term: Need a prompt");
	if (prompt_kind(cx->prompt->pr) != PROMPT_CONTROLLER || s == NULL)
		return no(cx, "term: a socket carries lines, not characters: "
		    "use the terminal of ppp -interactive");
	if (cmd_held(cx, &err))
		return err;
	ctl_link_view(cx->env->ctl, cx->at == LINK_ALL ? 0 : cx->at, &v);
	if (v.have_rec && v.rec.lcp_state > FSM_CLOSED) {
		diag(&cx->diag, "LCP state is [%s]",
		    fsm_state_name((enum fsm_state)v.rec.lcp_state));
		return ROW_FAILED(1);
	}
	err = serve_term(s, cx->at == LINK_ALL ? 0 : cx->at, why, sizeof(why));
	if (err < 0)
		return no(cx, why);
	txt_put(cx->out, "%s: Entering terminal mode on %s\n"
	    "Type `~?' for help\n", cx->draft->p.name,
	    cx->draft->p.devices > 0 ? cx->draft->p.device[0] : "");
	return 0;
}
