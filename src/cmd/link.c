/* Links and the context of a command: link, clone, rename, remove. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/rows.h"

#define SEPARATORS	", \t"

/* ---- the context ---- */

int
cmd_context(struct cmd_ctx *cx, const struct row *r, const char *words)
{
	if (r->flags & ROW_LINK && cx->link == NULL &&
	    cx->draft->p.links > 1)
		return diag(&cx->diag, "%s: No context (use the `link' "
		    "command)", words);
	if (cx->link != NULL && !(r->flags & (ROW_LINK | ROW_OPT)))
		remark(&cx->diag, "%s: Redundant context (%s) ignored", words,
		    cx->link);
	return 0;
}

int
cmd_context_run(struct cmd_ctx *cx, const struct row *r,
    const struct args *a, bool sets)
{
	int answer, at = cx->at;

	if (!(r->flags & (ROW_LINK | ROW_OPT)))
		cx->at = LINK_ALL;	/* it was told so */
	/* For a command that sets something the link is the first one. */
	cx->swapped = cx->at > 0 && sets ? cx->at : 0;
	profile_swap(&cx->draft->p, cx->swapped);
	answer = r->run(cx, r, a);
	profile_swap(&cx->draft->p, cx->swapped);
	cx->swapped = 0;
	cx->at = at;
	return answer;
}

static int
in_link(struct cmd_ctx *cx, int at, int word)
{
	char name[LINK_NAME + 1];
	int err;

	strcpy(name, cx->draft->p.link[at].name);
	cx->link = name;
	cx->at = at;
	err = cmd_rows_run(cx, top_rows, word);
	cx->link = NULL;
	cx->at = LINK_ALL;
	return err;
}

/* `*`: those that there are now; the command may remove some. */
static int
in_all(struct cmd_ctx *cx, int word)
{
	const struct profile *p = &cx->draft->p;
	uint32_t id[LINKS_MAX];
	int n = p->links, err = 0;

	for (int i = 0; i < n; i++)
		id[i] = p->link[i].id;
	for (int i = 0; i < n; i++) {
		int at = profile_link_id(p, id[i]);

		if (at >= 0 && in_link(cx, at, word) < 0)
			err = -E_FORMAT;
	}
	return err;
}

static int
no_link(struct cmd_ctx *cx, const char *name)
{
	const struct profile *p = &cx->draft->p;
	struct txt t = { 0 };
	int answer;

	for (int i = 0; i < p->links; i++)
		txt_put(&t, " %s", p->link[i].name);
	answer = cmd_bad(cx, "link: %s: Invalid link name (one of:%s)", name,
	    txt_str(&t));
	txt_free(&t);
	return answer;
}

int
run_link(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char names[LEX_LINE], *rest = names, *name;
	const char *before = cx->link;
	int at, was = cx->at, word = cx->word + 2, err = 0;

	(void)r;
	if (a->n < 1 || strlen(a->w[0]) >= sizeof(names))
		return ROW_USAGE;
	strcpy(names, a->w[0]);
	while ((name = strsep(&rest, SEPARATORS)) != NULL)
		if (*name != '\0' && strcmp(name, "*") != 0 &&
		    profile_link(&cx->draft->p, name) < 0)
			return no_link(cx, name);
	if (a->n < 2) {
		diag(&cx->diag, "usage: link name[,name...]|* command...");
		return ROW_FAILED(2);
	}
	strcpy(names, a->w[0]);
	rest = names;
	while ((name = strsep(&rest, SEPARATORS)) != NULL) {
		at = profile_link(&cx->draft->p, name);
		if (strcmp(name, "*") == 0 ? in_all(cx, word) < 0 :
		    at >= 0 && in_link(cx, at, word) < 0)
			err = -E_FORMAT;
	}
	cx->link = before;
	cx->at = was;
	return err;
}

/* ---- their life ---- */

static int
free_name(struct cmd_ctx *cx, const char *what, const char *name)
{
	if (name[0] == '\0' || strcmp(name, "*") == 0)
		return cmd_bad(cx, "%s: `%s' is no name for a link", what,
		    name);
	if (strlen(name) > LINK_NAME)
		return cmd_bad(cx, "%s: %s: a link's name is at most %d "
		    "octets", what, name, LINK_NAME);
	if (profile_link(&cx->draft->p, name) >= 0)
		return cmd_bad(cx, "%s: %s: there is a link of that name",
		    what, name);
	return 0;
}

static int
clone(struct cmd_ctx *cx, const char *name)
{
	int err = free_name(cx, "clone", name);

	/* The link of the context is the first one meanwhile. */
	if (err == 0 && profile_clone(&cx->draft->p, 0, name) < 0)
		return cmd_bad(cx, "clone: %s: more than %d links", name,
		    LINKS_MAX);
	return err;
}

int
run_clone(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char names[LEX_LINE], *rest, *name;
	int err = 0;

	(void)r;
	if (a->n < 1)
		return ROW_USAGE;
	for (int i = 0; i < a->n && err == 0; i++) {
		snprintf(names, sizeof(names), "%s", a->w[i]);
		rest = names;
		while (err == 0 &&
		    (name = strsep(&rest, SEPARATORS)) != NULL)
			if (*name != '\0')
				err = clone(cx, name);
	}
	return err;
}

int
run_rename(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	int err;

	(void)r;
	if (a->n != 1 || strpbrk(a->w[0], SEPARATORS) != NULL)
		return ROW_USAGE;
	if (strcasecmp(a->w[0], p->name) != 0) {
		err = free_name(cx, "rename", a->w[0]);
		if (err != 0)
			return err;
	}
	memset(p->name, 0, sizeof(p->name));
	memcpy(p->name, a->w[0], strnlen(a->w[0], LINK_NAME));
	return 0;
}

int
run_remove(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	struct ctl_view v;
	int at;

	(void)r;
	if (a->n != 0)
		return ROW_USAGE;
	if (cx->env->ctl != NULL && !cx->hold && ctl_is_ac(cx->env->ctl))
		return cmd_bad(cx, "remove: an access concentrator has no "
		    "links of its own");
	if (cx->env->ctl != NULL && !cx->hold) {
		at = profile_link_id(ctl_profile(cx->env->ctl), p->id);
		if (at >= 0)
			ctl_link_view(cx->env->ctl, at, &v);
		if (at >= 0 && v.busy)
			return cmd_bad(cx, "remove: %s is not closed (`link "
			    "%s close')", p->name, p->name);
	}
	if (p->links > 1) {
		/* Back where it was, and away. */
		profile_swap(p, cx->swapped);
		profile_remove(p, cx->swapped);
		cx->swapped = 0;
		return 0;
	}
	if (cx->hold || cx->env->ctl == NULL)
		return cmd_bad(cx, "remove: %s is the only link, and the "
		    "program would end with it", p->name);
	ctl_quit(cx->env->ctl);
	return 0;
}
