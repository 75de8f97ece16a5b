/* RADIUS: its file, and what the requests carry. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "aaa/radius_conf.h"
#include "base/ct.h"
#include "base/err.h"
#include "cmd/set.h"
#include "lang/value.h"

/* Every fault of the file is told, with its line. */
static int
check_file(struct cmd_ctx *cx, const char *path)
{
	struct rad_conf *c = malloc(sizeof(*c));
	struct diag d = { .to = cx->diag.to };
	struct stat st;
	int err;

	if (c == NULL)
		return cmd_bad(cx, "out of memory");
	err = rad_conf_read(c, path, &st, &d);
	if (err == -E_SYS)
		err = cmd_bad(cx, "%s: %s", path, strerror(errno));
	cx->diag.errors += d.errors;
	ct_wipe(c, sizeof(*c));
	free(c);
	return err < 0 ? ROW_FAILED(1) : 0;
}

int
set_radius(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	char path[RADIUS_MAX];
	int n, err;

	(void)r;
	if (a->n > 1)
		return ROW_USAGE;
	if (a->n == 0 || a->w[0][0] == '\0') {
		memset(p->radius, 0, sizeof(p->radius));
		return 0;
	}
	n = snprintf(path, sizeof(path), "%s%s%s",
	    a->w[0][0] == '/' ? "" : cx->env->dir,
	    a->w[0][0] == '/' ? "" : "/", a->w[0]);
	if (n >= (int)sizeof(path))
		return cmd_bad(cx, "%s: longer than %d octets", a->w[0],
		    RADIUS_MAX - 1);
	err = check_file(cx, path);
	if (err != 0)
		return err;
	memset(p->radius, 0, sizeof(p->radius));
	strcpy(p->radius, path);
	return 0;
}

int
set_rad_alive(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	uint32_t secs;

	(void)r;
	if (a->n != 1)
		return cmd_bad(cx, "%s RADIUS alive interval values",
		    a->n == 0 ? "Too few" : "Too many");
	if (val_secs(a->w[0], 0, 86400, &secs) < 0)
		return cmd_bad(cx, "%s: not 0 to 86400 seconds", a->w[0]);
	if (p->radius[0] == '\0' && secs != 0)
		return cmd_bad(cx, "rad_alive requires radius to be "
		    "configured");
	p->rad_alive = secs;
	return 0;
}

int
set_rad_port_id(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	static const char *const names[] = { "default", "pid", "ifnum",
	    "tunnum" };
	struct profile *p = &cx->draft->p;

	(void)r;
	for (int i = 0; a->n == 1 && i < 4; i++) {
		if (strcasecmp(a->w[0], names[i]) != 0)
			continue;
		if (p->radius[0] == '\0')
			return cmd_bad(cx, "rad_port_id requires radius to "
			    "be configured");
		p->rad_port_id = (uint8_t)i;
		return 0;
	}
	return cmd_bad(cx, "RADIUS port id must be one of default, pid, "
	    "ifnum or tunnum");
}
