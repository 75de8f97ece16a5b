/*
 * Starting: the order of ppp(8), except that a faulty configuration starts
 * nothing, and that everything is opened before the parent says so.
 */
#include "cmd/start.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/job.h"
#include "cmd/protect.h"
#include "cmd/serve.h"
#include "crypto/hash.h"
#include "ctl/daemon.h"
#include "ctl/device.h"
#include "io/io.h"
#include "os/net.h"
#include "os/priv.h"

struct start {
	const struct start_opts *o;
	struct cmd_env env;
	struct cmd_ctx cx;
	struct txt out, errors;
	struct daemon parent;
	struct serve serve;
	char	 pid_of[IFNAMSIZ];	/* interface that names the pid file */
	enum exit_code code;		/* for the parent of -background */
};

static void
flush_text(struct txt *t, FILE *to)
{
	if (t->n > 0)
		fputs(txt_str(t), to);
	fflush(to);
	txt_clear(t);
}

static void
flush_all(struct start *s)
{
	flush_text(&s->errors, stderr);
	flush_text(&s->out, stdout);
}

/* ---- before anything runs ---- */

static int
check_user(struct start *s)
{
	const struct start_opts *o = s->o;
	const char *none[] = { "default" };
	const char *const *label = o->labels > 0 ? o->label : none;
	int n = o->labels > 0 ? o->labels : 1;
	char why[512];

	if (getuid() == 0)
		return 0;
	if (protect_check(o->dir, why, sizeof(why)) < 0) {
		fprintf(stderr, "ppp: Access violation: Please protect %s\n",
		    why);
		exit(START_UNPROTECTED);
	}
	for (int i = 0; i < n; i++) {
		if (cmd_allowed(&s->env, label[i], getuid(), o->mode, why,
		    sizeof(why)) == 0)
			continue;
		fprintf(stderr, "%s: %s\n", label[i], why);
		return -E_DENIED;
	}
	return 0;
}

/* The names of Ethernet interfaces, so that a typing error is seen. */
static void
list_interfaces(struct txt *t)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i != NULL && i->if_index != 0; i++)
		if (strcmp(i->if_name, "lo") != 0)
			txt_put(t, " %s", i->if_name);
	if_freenameindex(all);
}

static int
no_interface(struct start *s, const char *name, enum where at)
{
	const struct origin *w = &s->env.conf->where[at];
	struct txt names = { 0 };

	s->cx.diag.file = w->file[0] != '\0' ? w->file : NULL;
	s->cx.diag.line = w->line;
	list_interfaces(&names);
	diag(&s->cx.diag, "%s: no such interface (there are:%s)", name,
	    txt_str(&names));
	txt_free(&names);
	return -E_UNKNOWN;
}

/* At least one device must be there; of the concentrator's, each. */
static int
check_interfaces(struct start *s)
{
	const struct profile *p = &s->env.conf->p;
	struct pppoe_device d;
	char why[160], ifname[IFNAMSIZ], missing[IFNAMSIZ] = "";
	struct vlans v;

	for (int i = 0; i < p->lb.ifaces; i++)
		if (os_if_index(p->lb.iface[i].name) < 0)
			return no_interface(s, p->lb.iface[i].name, AT_LB);
	for (int i = 0; i < p->links * DEVICES_MAX; i++) {
		const struct link_conf *l = &p->link[i / DEVICES_MAX];

		if (i % DEVICES_MAX >= l->devices)
			continue;
		if (l->mode == MODE_DIRECT ||
		    device_kind(l->device[i % DEVICES_MAX]) != DEV_PPPOE)
			return 0;
		if (pppoe_device_parse(l->device[i % DEVICES_MAX], &d, why,
		    sizeof(why)) < 0)
			continue;
		if (device_find(d.ifname, ifname, &v) == 0)
			return 0;
		memcpy(missing, d.ifname, sizeof(missing));
	}
	return missing[0] != '\0' ? no_interface(s, missing, AT_DEVICE) : 0;
}

/* The line of -direct must be one: said while somebody listens. */
static int
check_line(void)
{
	struct stat st;

	if (fstat(STDIN_FILENO, &st) == 0 && (isatty(STDIN_FILENO) ||
	    S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		return 0;
	fprintf(stderr, "-direct: standard input is the line, but it is no "
	    "terminal, socket or pipe\n");
	return -E_STATE;
}

static int
read_files(struct start *s)
{
	const struct start_opts *o = s->o;

	/* First, so that the labels' rules find it on. */
	s->env.conf->p.nat = s->env.conf->p.iface_alias = o->nat;
	s->cx.before = o->before;
	s->cx.after = o->after;
	return cmd_load(&s->cx, o->labels, o->label);
}

static int
explain(struct start *s)
{
	int code = 0;

	for (int i = 0; i < s->o->commands; i++)
		if (cmd_line(&s->cx, s->o->command[i]) < 0)
			code = XC_START;
	cmd_explain(s->env.conf, &s->env, &s->out);
	return code;
}

/* -e without a mode: the answers, and nothing else. */
static int
run_commands(struct start *s)
{
	int code = 0;

	for (int i = 0; i < s->o->commands; i++) {
		if (cmd_line(&s->cx, s->o->command[i]) < 0)
			code = XC_START;
		flush_all(s);
	}
	return code;
}

/* ---- the daemon ---- */

static int
make_daemon(struct start *s)
{
	struct logger_conf lc = { .ident = s->o->ident,
	    .foreground = s->o->mode == MODE_FOREGROUND };
	char secret[PATH_MAX], why[256] = "";
	int err;

	snprintf(secret, sizeof(secret), "%s/ppp.secret", s->o->dir);
	s->env.ctl = ctl_new(&s->env.conf->p, s->o->unit, secret);
	if (s->env.ctl == NULL)
		return diag(&s->cx.diag, "out of memory");
	err = serve_init(&s->serve, &s->env, &lc);
	if (err == 0)
		err = ctl_start(s->env.ctl, why, sizeof(why));
	if (err < 0)
		return diag(&s->cx.diag, "%s",
		    why[0] != '\0' ? why : err_text(err));
	return 0;
}

static void
link_is_up(void *arg)
{
	struct start *s = arg;

	daemon_report(&s->parent, XC_NORMAL);
}

static void
link_retries(void *arg, bool reconnect)
{
	struct start *s = arg;

	daemon_report(&s->parent, reconnect ? XC_RECONNECT : XC_REDIAL);
}

/* Nobody looks at a terminal: the log is told. */
static void
log_errors(struct txt *errors)
{
	char *rest;

	if (errors->n > 0)
		for (char *line = strtok_r(errors->p, "\n", &rest);
		    line != NULL; line = strtok_r(NULL, "\n", &rest))
			log_put(LOG_WARN_, "%s", line);
	txt_clear(errors);
}

static void
script(void *arg, bool up, bool ipv6)
{
	struct start *s = arg;
	struct cmd_ctx cx;
	struct txt out = { 0 }, errors = { 0 };

	cmd_ctx_init(&cx, &s->env, NULL, &out, &errors);
	cmd_section(&cx, up ? "ppp.linkup" : "ppp.linkdown", ipv6);
	log_errors(&errors);
	txt_free(&out);
	txt_free(&errors);
}

static void
fill(void *arg, const struct sess_rec *r, const struct ctl_counts *n,
    const char *in, struct txt *out)
{
	struct start *s = arg;

	cmd_fill(&s->env, r, n, in, out);
}

static void
expand(void *arg, const char *in, struct txt *out)
{
	struct start *s = arg;

	cmd_expand_env(&s->env, in, out);
}

static void
phase_changed(void *arg)
{
	struct start *s = arg;

	serve_refresh(&s->serve);
}

static bool
goes_away(enum mode m)
{
	return m == MODE_AUTO || m == MODE_BACKGROUND || m == MODE_DDIAL ||
	    m == MODE_DEDICATED;
}

/* Returns DAEMON_CHILD in the process that goes on, else its exit code. */
static int
go_background(struct start *s)
{
	enum mode m = s->o->mode;
	int code = DAEMON_CHILD;

	if (!goes_away(m))
		return DAEMON_CHILD;
	flush_all(s);
	code = daemon_fork(&s->parent, m == MODE_BACKGROUND, s->o->quiet);
	if (code == DAEMON_CHILD) {
		loop_after_fork(ctl_loop(s->env.ctl));
		logger_after_fork(ctl_logger(s->env.ctl));
		daemon_close_std(false);
	}
	return code;
}

static void
begin(struct start *s)
{
	struct ctl *c = s->env.ctl;
	struct ctl_hooks h = { .arg = s, .link_script = script,
	    .phase_changed = phase_changed, .up = link_is_up,
	    .retry = link_retries, .fill = fill, .expand = expand };
	enum io_kind io = (enum io_kind)s->env.conf->p.io;
	char why[160] = "";
	struct ctl_view v;

	ctl_set_hooks(c, &h);
	ctl_view(c, &v);
	logger_set_tun(ctl_logger(c), v.tun, NULL);
	memcpy(s->pid_of, v.tun, sizeof(s->pid_of));
	pidfile_write(NULL, s->pid_of);
	if (s->o->pidfile != NULL && pidfile_write(NULL, s->o->pidfile) < 0)
		log_put(LOG_WARN_, "%s: %s", s->o->pidfile, strerror(errno));
	cmd_begin(&s->cx);
	if (priv_drop(io == IO_XDP || io == IO_XDP_SEND, why, sizeof(why)) < 0)
		log_put(LOG_WARN_, "privileges are kept: %s", why);
	if (crypto_init() < 0)
		log_put(LOG_WARN_, "%s", crypto_why());
	log_put(LOG_PHASE, "PPP Started (%s mode).", mode_name(s->o->mode));
	for (int i = 0; i < s->o->commands; i++)
		cmd_line(&s->cx, s->o->command[i]);
	if (goes_away(s->o->mode))
		log_errors(&s->errors);
	flush_all(s);
	if (s->env.conf->p.lb.ifaces > 0)
		daemon_report(&s->parent, XC_NORMAL);
}

/* We end already: one signal more must not cut that short and leave files
 * and addresses behind. Only KILL does. */
static void
end_in_peace(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int
serve(struct start *s)
{
	struct ctl *c = s->env.ctl;
	struct ctl_view v;
	int code;

	begin(s);
	if (s->o->mode == MODE_FOREGROUND)
		daemon_close_std(true);
	if (s->o->mode == MODE_DIRECT)
		daemon_close_err();
	if (s->o->mode == MODE_INTERACTIVE && serve_terminal(&s->serve) < 0) {
		fprintf(stderr, "Cannot open /dev/tty for input !\n");
		return XC_SOCK;
	}
	code = ctl_run(c);
	end_in_peace();
	ctl_view(c, &v);
	log_put(LOG_PHASE, "PPP Terminated (%s).", exit_name(code));
	s->code = (enum exit_code)code;
	return s->o->mode == MODE_FOREGROUND ? XC_NORMAL : code;
}

static void
announce(const struct start *s)
{
	struct ctl_view v;

	if (s->o->quiet || s->o->mode == MODE_DIRECT)
		return;
	ctl_view(s->env.ctl, &v);
	printf("Working in %s mode\nUsing interface: %s\n",
	    mode_name(s->o->mode), v.tun);
	fflush(stdout);
}

static int
run_daemon(struct start *s)
{
	int code;

	if (s->o->mode == MODE_DIRECT && s->env.conf->p.lb.ifaces == 0 &&
	    check_line() < 0)
		return XC_START;
	if (check_interfaces(s) < 0 || make_daemon(s) < 0)
		return XC_START;
	announce(s);
	code = go_background(s);
	if (code != DAEMON_CHILD) {
		flush_all(s);
		_exit(code);	/* the child's files stay */
	}
	return serve(s);
}

static int
choose(struct start *s)
{
	const struct start_opts *o = s->o;

	if (check_user(s) < 0 || read_files(s) < 0)
		return XC_START;
	flush_text(&s->errors, stderr);		/* remarks */
	if (o->explain)
		return explain(s);
	if (o->commands > 0 && !o->mode_given)
		return run_commands(s);
	return run_daemon(s);
}

/* Last of all: whoever waits for this may start the next one at once. */
static void
tell_end(struct start *s)
{
	if (s->pid_of[0] == '\0')
		return;
	pidfile_remove(NULL, s->pid_of);
	if (s->o->pidfile != NULL)
		pidfile_remove(NULL, s->o->pidfile);
	if (s->code != XC_NORMAL)
		daemon_report(&s->parent, s->code);
}

int
start_main(const struct start_opts *o)
{
	struct start *s = calloc(1, sizeof(*s));
	int code = XC_START;

	if (s == NULL || cmd_env_init(&s->env, o->dir, o->mode) < 0) {
		fprintf(stderr, "ppp: out of memory\n");
		free(s);
		return XC_START;
	}
	s->o = o;
	s->parent.fd = -1;
	s->env.no_lookup = o->explain;
	crypto_init();
	cmd_ctx_init(&s->cx, &s->env, NULL, &s->out, &s->errors);
	code = choose(s);
	flush_all(s);
	if (s->env.ctl != NULL)
		test_end(&s->env);
	jobs_end(&s->env);
	serve_end(&s->serve);
	if (s->env.ctl != NULL)
		ctl_free(s->env.ctl);
	tell_end(s);
	cmd_env_free(&s->env);
	txt_free(&s->out);
	txt_free(&s->errors);
	free(s);
	return code;
}
