/*
 * `ngctl`: the messages of FreeBSD's node pppoe_lb, each of them a line of
 * our own language. Every spelling that its documents use is taken.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/oid.h"
#include "cmd/rows.h"

#define NUMBERS	3
static const char *const updown[NUMBERS] = { NULL, "up", "down" };
static const char *const kernel[NUMBERS] = { "up", "down", "down" };

/* `%1` is the first word behind the name, `%2` the second. */
static const struct message {
	const char *names;		/* blanks between */
	int	 least, most;		/* words behind it */
	const char *line;
	const char *const *numbers;	/* what 0, 1 and 2 say; or NULL */
} messages[] = {
	{ "showworkers workers lb_workers get_worker_info "
	  "get_workers_by_state", 0, 0, "show workers", NULL },
	{ "worker lb_worker get_worker_info", 1, 1, "show workers %1", NULL },
	{ "worker lb_worker", 3, 3,
	  "sysctl -q " OID_LB ".workers.%1.state=%3", NULL },
	{ "set_worker_state setworkerstate", 2, 2,
	  "sysctl -q " OID_LB ".workers.%1.state=%2", NULL },
	{ "showgovernor governor lb_governor", 0, 0, "show governor", NULL },
	{ "showstats getstats stats lb_stats lb_show show get_stats", 0, 0,
	  "show stats", NULL },
	{ "showmap getmap map lb_map get_map", 0, 0, "show map", NULL },
	{ "showhealth health", 0, 0, "show health", NULL },
	{ "addworker add_worker", 0, 0, "lb add", NULL },
	{ "setworkers", 1, 1, "lb workers %1", NULL },
	{ "rmworker remove_worker remove_worker_by_id", 1, 1, "lb drain %1",
	  NULL },
	{ "trigger lb_trigger", 1, 1, "lb trigger %1", updown },
	{ "trigger_scale", 1, 1, "lb trigger %1", kernel },
	{ "setalgorithm", 1, 1, "set lb algorithm %1", NULL },
	{ "setdebug", 1, 1, "sysctl -q " OID_LB ".debug=%1", NULL },
	{ "setconfig set_config", 1, 1, "set lb interface %1", NULL },
};

/* Of `config [algorithm n] [max_workers n] [debug n]`, also name=n. */
static const struct {
	const char *name, *line;
} settings[] = {
	{ "algorithm", "set lb algorithm %1" },
	{ "max_workers", "set governor max %1" },
	{ "debug", "sysctl -q " OID_LB ".debug=%1" },
	{ "debug_level", "sysctl -q " OID_LB ".debug=%1" },
	{ "worker_id", "" }, { "state", "" },
};

static bool
is_among(const char *names, const char *word)
{
	size_t n = strlen(word);

	while (*names != '\0') {
		size_t k = strcspn(names, " ");

		if (k == n && strncasecmp(names, word, n) == 0)
			return true;
		names += k + strspn(names + k, " ");
	}
	return false;
}

/* Words that other documents use for values of ours. */
static const char *
our_word(const char *const *numbers, const char *word)
{
	int i = *word - '0';

	if (numbers != NULL && i >= 0 && i < NUMBERS && word[1] == '\0' &&
	    numbers[i] != NULL)
		return numbers[i];
	if (strcasecmp(word, "least-loaded") == 0)
		return "least-sessions";
	return word;
}

static int
wrong(struct cmd_ctx *cx, const char *errno_text, const char *text)
{
	return diag(&cx->diag, "ngctl: send msg: %s: %.*s", errno_text,
	    (int)strcspn(text, "\n"), text);
}

/* Invalid argument, or what a kernel would have said about it. */
static const char *
kind_of(const char *text)
{
	return strstr(text, "there is no worker") != NULL ?
	    "No such file or directory" : strstr(text, "active sessions") !=
	    NULL ? "Device busy" : "Invalid argument";
}

static int
run_line(struct cmd_ctx *cx, const char *pattern,
    const char *const *numbers, char *const *w, int n)
{
	struct txt line = { 0 }, errors = { 0 };
	int err;

	for (const char *p = pattern; *p != '\0'; p++) {
		int i = *p == '%' ? p[1] - '1' : -1;
		char q[2 * LEX_TEXT + 3];

		if (i < 0 || i >= n) {
			txt_add(&line, p, 1);
			continue;
		}
		lex_quote(our_word(numbers, w[i]), q, sizeof(q));
		txt_put(&line, "%s", q);
		p++;
	}
	err = cmd_once(cx, txt_str(&line), cx->out, &errors);
	if (err < 0) {
		const char *text = txt_str(&errors);

		if (strncmp(text, "sysctl: ", 8) == 0)
			text += 8;
		wrong(cx, kind_of(text), text);
	}
	txt_free(&line);
	txt_free(&errors);
	return err;
}

static int
set_one(struct cmd_ctx *cx, char *name, char *value)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcasecmp(settings[i].name, name) == 0)
			return run_line(cx, settings[i].line, NULL, &value, 1);
	diag(&cx->diag, "ngctl: send msg: Invalid argument: no setting "
	    "\"%s\" (algorithm, max_workers, debug)", name);
	return -E_UNKNOWN;
}

/* "{ algorithm=0 debug=0 }" and "algorithm 0 debug 0". */
static int
config(struct cmd_ctx *cx, char *const *w, int n)
{
	char name[64], *eq, *value;
	int err = 0;

	for (int i = 0; i < n && err == 0; i++) {
		if (strcmp(w[i], "{") == 0 || strcmp(w[i], "}") == 0)
			continue;
		snprintf(name, sizeof(name), "%s", w[i]);
		eq = strchr(name, '=');
		if (eq != NULL)
			*eq = '\0';
		value = eq != NULL ? eq + 1 : i + 1 < n ? w[++i] : NULL;
		if (value == NULL)
			return wrong(cx, "Invalid argument", "a setting "
			    "without its value");
		err = set_one(cx, name, value);
	}
	return err;
}

static bool
is_config(char *const *w, int n)
{
	return strcasecmp(w[0], "config") == 0 ||
	    strcasecmp(w[0], "lb_config") == 0 ||
	    (is_among("setconfig set_config", w[0]) && n > 1 &&
	    (n > 2 || strchr(w[1], '=') != NULL));
}

static int
message(struct cmd_ctx *cx, char *const *w, int n)
{
	bool known = false;
	const size_t all = sizeof(messages) / sizeof(messages[0]);

	if (is_config(w, n))
		return config(cx, w + 1, n - 1);
	for (size_t i = 0; i < all; i++) {
		const struct message *m = &messages[i];

		if (!is_among(m->names, w[0]))
			continue;
		known = true;
		if (n - 1 >= m->least && n - 1 <= m->most)
			return run_line(cx, m->line, m->numbers, w + 1,
			    n - 1);
	}
	return diag(&cx->diag, "ngctl: send msg: Invalid argument: %s \"%s\"",
	    known ? "too few or too many words for" : "no such command",
	    w[0]);
}

/* pppoe_lb:pppoed, pppoe_lb0:, lb: and so on. */
static bool
is_ours(const char *path)
{
	return strncasecmp(path, "pppoe_lb", 8) == 0 ||
	    strncasecmp(path, "lb", 2) == 0;
}

/* As ngctl(8) prints nodes: what stands for them here. */
static void
list(struct cmd_ctx *cx)
{
	const struct lb_conf *lb = &cx->env->conf->p.lb;
	struct ctl_worker w;
	unsigned workers = 0, id = 1, lanes = ctl_lanes(cx->env->ctl);

	for (unsigned i = 0; i < lanes; i++)
		workers += ctl_worker(cx->env->ctl, i, &w);
	txt_put(cx->out, "There are %u total nodes:\n",
	    lb->ifaces + 1u + workers);
	for (int i = 0; i < lb->ifaces; i++)
		txt_put(cx->out, "  Name: %-15s Type: %-15s ID: %08x   "
		    "Num hooks: 1\n", lb->iface[i].name, "ether", id++);
	txt_put(cx->out, "  Name: %-15s Type: %-15s ID: %08x   "
	    "Num hooks: %u\n", "pppoe_lb", "pppoe_lb", id++,
	    lb->ifaces + workers);
	for (unsigned i = 0; i < lanes; i++) {
		char name[24];

		if (!ctl_worker(cx->env->ctl, i, &w))
			continue;
		snprintf(name, sizeof(name), "worker%u", i);
		txt_put(cx->out, "  Name: %-15s Type: %-15s ID: %08x   "
		    "Num hooks: 1\n", name, "pppoe", id++);
	}
}

/* `pppoe_lb stats [path]`, `lb_worker path 0 state 1`: commands that are
 * messages. False: this is none; else *@err is how it went. */
static bool
is_command(struct cmd_ctx *cx, const struct args *a, int *err)
{
	bool group = strcasecmp(a->w[0], "pppoe_lb") == 0;
	char *w[LEX_WORDS];
	int n = 0, i = group ? 1 : 0;

	if (i >= a->n || (!group && strncasecmp(a->w[0], "lb_", 3) != 0))
		return false;
	w[n++] = a->w[i++];
	if (i < a->n && is_ours(a->w[i]))
		i++;
	for (; i < a->n; i++)
		w[n++] = a->w[i];
	*err = message(cx, w, n);
	return true;
}

static int
act(struct cmd_ctx *cx, const struct args *a)
{
	int err;

	const char *verb = a->w[0];

	if (strcasecmp(verb, "list") == 0 || strcasecmp(verb, "ls") == 0) {
		list(cx);
		return 0;
	}
	/* building the graph: there is nothing to build here */
	if (is_among("mkpeer name connect rmhook config debug", verb))
		return 0;
	if (is_command(cx, a, &err))
		return err;
	if (a->n < 2)
		return ROW_USAGE;
	if (!is_ours(a->w[1]))
		return diag(&cx->diag, "ngctl: send msg: No such file or "
		    "directory: no node \"%s\" (pppoe_lb:)", a->w[1]);
	if (strcasecmp(verb, "msg") == 0)
		return a->n < 3 ? ROW_USAGE : message(cx, a->w + 2, a->n - 2);
	if (strcasecmp(verb, "show") == 0 || strcasecmp(verb, "info") == 0 ||
	    strcasecmp(verb, "status") == 0)
		return run_line(cx, "show stats", NULL, NULL, 0);
	if (strcasecmp(verb, "shutdown") == 0)
		return diag(&cx->diag, "ngctl: shutdown: Operation not "
		    "permitted: the workers end with their program (`service "
		    "pppoed stop', `quit all')");
	return diag(&cx->diag, "ngctl: %s: unknown command", verb);
}

int
run_ngctl(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	int err;

	(void)r;
	if (a->n < 1)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	return act(cx, a);
}
