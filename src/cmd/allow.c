/* `allow users`, `allow modes`: who may use a section. ppp(8) 1.8. */
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/rows.h"
#include "lang/reader.h"

struct allowed {
	const char *user;		/* name of the real user */
	enum mode mode;
	bool	 fresh;			/* no `allow users` in this section */
	bool	 users, modes;		/* the answers so far */
	const struct diag *at;		/* where the line stands */
	char	 by_user[300], by_mode[300];	/* the last rule, FILE:LINE */
};

static void
note(const struct allowed *al, char by[300])
{
	snprintf(by, 300, "%.280s:%u", al->at->file, al->at->line);
}

static void
allow_users(struct allowed *al, const struct words *w)
{
	if (al->fresh || w->n == 2)
		al->users = false;
	al->fresh = false;
	note(al, al->by_user);
	for (int i = 2; i < w->n; i++)
		if (strcmp(w->w[i], "*") == 0 ||
		    strcmp(w->w[i], al->user) == 0)
			al->users = true;
}

static void
allow_modes(struct allowed *al, const struct words *w)
{
	enum mode m;

	al->modes = false;
	note(al, al->by_mode);
	for (int i = 2; i < w->n; i++)
		if (strcmp(w->w[i], "*") == 0 ||
		    (cmd_mode_find(w->w[i], &m) && m == al->mode))
			al->modes = true;
}

static int
allow_line(const struct words *w, void *arg)
{
	bool many;
	const struct row *r = row_find(top_rows, w->w[0], WHO_FILE, &many);

	if (r == NULL || r->sub != allow_rows || w->n < 2)
		return 0;
	r = row_find(allow_rows, w->w[1], WHO_FILE, &many);
	if (r == NULL)
		return 0;
	if (strcmp(r->name, "users") == 0)
		allow_users(arg, w);
	else if (strcmp(r->name, "modes") == 0)
		allow_modes(arg, w);
	return 0;
}

static int
denied(char *why, size_t n, const char *text, int err)
{
	snprintf(why, n, "%s", text);
	return err;
}

/* Who may not learns which rule said so. */
static int
no_user(const struct allowed *al, const char *label, char *why, size_t n)
{
	if (al->by_user[0] != '\0')
		snprintf(why, n, "User access denied (allow users at %s does "
		    "not name %s)", al->by_user, al->user);
	else
		snprintf(why, n, "User access denied (neither default nor %s "
		    "has `allow users'; only root may)", label);
	return -E_DENIED;
}

static int
no_mode(const struct allowed *al, char *why, size_t n)
{
	snprintf(why, n, "Mode denied for this label (allow modes at %s does "
	    "not name %s)", al->by_mode, mode_name(al->mode));
	return -E_DENIED;
}

int
cmd_allowed(struct cmd_env *e, const char *label, unsigned uid, enum mode m,
    char *why, size_t n)
{
	struct allowed al = { .mode = m, .fresh = true, .modes = true };
	struct txt lost = { 0 };
	struct diag d = { .to = &lost };
	struct reader r = { e->dir, &d };
	const struct passwd *pw = getpwuid((uid_t)uid);
	char path[PATH_MAX];
	int err;

	al.at = &d;
	al.user = pw != NULL ? pw->pw_name : "";
	snprintf(path, sizeof(path), "%s/ppp.conf", e->dir);
	reader_run(&r, path, "default", allow_line, &al);
	al.fresh = true;
	err = reader_run(&r, path, label, allow_line, &al);
	txt_free(&lost);
	if (err == -E_SYS)
		return denied(why, n, "File not found", err);
	if (err < 0)
		return denied(why, n, "Configuration label not found", err);
	if (uid != 0 && !al.users)
		return no_user(&al, label, why, n);
	if (uid != 0 && !al.modes)
		return no_mode(&al, why, n);
	return 0;
}
