/* What is one for the whole process: log levels, diagnostic socket, mode. */
#include <string.h>
#include <strings.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "cmd/set.h"
#include "ctl/server.h"

/* One [+|-]LEVEL. */
static int
level(struct cmd_ctx *cx, const char *word, uint32_t *mask)
{
	bool off = word[0] == '-';
	const char *name = word + (off || word[0] == '+');
	uint32_t bits;
	int n = log_level_find(name);

	if (strcasecmp(name, "all") == 0)
		bits = LOG_BIT(LOG_LEVELS) - 1;
	else if (n >= 0)
		bits = LOG_BIT(n);
	else
		return cmd_bad(cx, "%s: Invalid log value", name);
	if (bits == LOG_BIT(LOG_WARN_) || bits == LOG_BIT(LOG_ERROR_) ||
	    bits == LOG_BIT(LOG_ALERT_))
		remark(&cx->diag, "%s: always on", name);
	*mask = off ? *mask & ~bits : *mask | bits;
	return 0;
}

int
set_log(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	int i = a->n > 0 && strcasecmp(a->w[0], "local") == 0;
	bool local = i > 0;
	uint32_t mask;
	int err = 0;

	(void)r;
	if (local && cx->prompt == NULL) {
		remark(&cx->diag, "set log local: only at a prompt; a file "
		    "has none");
		return 0;
	}
	mask = !local ? cx->draft->log : cx->prompt->pr == NULL ? 0 :
	    prompt_mask(cx->prompt->pr);
	if (i == a->n || (a->w[i][0] != '+' && a->w[i][0] != '-'))
		mask = 0;
	for (; i < a->n && err == 0; i++)
		err = level(cx, a->w[i], &mask);
	if (err != 0)
		return err;
	if (!local)
		cx->draft->log = mask & ~LOG_ALWAYS;
	else if (cx->prompt->pr != NULL)
		prompt_set_mask(cx->prompt->pr, mask | LOG_ALWAYS);
	return 0;
}

/* ---- set mode ---- */

bool
cmd_mode_find(const char *word, enum mode *out)
{
	size_t n = strlen(word);
	int found = 0;

	for (int m = MODE_INTERACTIVE; m <= MODE_DIRECT && n > 0; m++) {
		const char *name = mode_name((enum mode)m);

		if (strncasecmp(name, word, n) != 0)
			continue;
		*out = (enum mode)m;
		found++;
	}
	return found == 1;
}

int
set_mode(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	enum mode m, was = (enum mode)p->mode;

	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	if (!cmd_mode_find(a->w[0], &m)) {
		diag(&cx->diag, "%s: Invalid mode", a->w[0]);
		return ROW_USAGE;
	}
	if (m == was)
		return 0;
	if ((p->lb.ifaces > 0 && cx->env->ctl != NULL) ||
	    was == MODE_DIRECT || was == MODE_DEDICATED ||
	    m == MODE_DIRECT || m == MODE_DEDICATED || m == MODE_FOREGROUND)
		return cmd_bad(cx, "Cannot change mode %s to %s",
		    mode_name(was), mode_name(m));
	p->mode = (uint8_t)m;
	return 0;
}

/* ---- set server ---- */

static int
one_word(struct cmd_ctx *cx, const char *word)
{
	struct server_want *s = &cx->draft->server;

	if (strcasecmp(word, "none") == 0) {
		ct_wipe(s, sizeof(*s));
		return 0;
	}
	if (strcasecmp(word, "closed") == 0) {
		if (s->kind != SERVER_OPEN)
			return cmd_bad(cx, "Server socket not open");
		s->kind = SERVER_CLOSED;
		return 0;
	}
	if (strcasecmp(word, "open") == 0) {
		if (s->kind == SERVER_NONE)
			return cmd_bad(cx, "Cannot reopen unset server "
			    "socket");
		s->kind = SERVER_OPEN;
		return 0;
	}
	diag(&cx->diag, "%s: a password must be given (\"\" for none)", word);
	return ROW_USAGE;
}

int
set_server(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct server_want s = { .kind = SERVER_OPEN };
	struct server_conf conf;
	char why[128];
	int err;

	(void)r;
	if (a->n == 1)
		return one_word(cx, a->w[0]);
	if (a->n < 2 || a->n > 3)
		return ROW_USAGE;
	err = server_parse(&conf, a->w[0], a->w[1],
	    a->n == 3 ? a->w[2] : NULL, 0, why, sizeof(why));
	ct_wipe(&conf, sizeof(conf));
	if (err == -E_FORMAT)
		return ROW_USAGE;
	if (err < 0)
		return cmd_bad(cx, "%s", why);
	if (a->w[1][0] != '\0' && (err = cmd_private(cx)) != 0)
		return err;
	if (strlen(a->w[0]) >= sizeof(s.addr) ||
	    strlen(a->w[1]) > PROMPT_PASSWORD ||
	    (a->n == 3 && strlen(a->w[2]) >= sizeof(s.mask)))
		return ROW_USAGE;
	strcpy(s.addr, a->w[0]);
	strcpy(s.password, a->w[1]);
	if (a->n == 3)
		strcpy(s.mask, a->w[2]);
	cx->draft->server = s;
	ct_wipe(&s, sizeof(s));
	return 0;
}
