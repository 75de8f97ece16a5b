/* Inside cmd/ only: the difference between two drafts takes effect. */
#ifndef CMD_APPLY_H
#define CMD_APPLY_H

#include "cmd/cmd.h"

/*
 * cmd_apply - the daemon e->ctl goes from @was to @d: profile, mode, log
 * levels, HTTP and diagnostic socket. 0, or negative and told: all is as it
 * was.
 */
int cmd_apply(struct diag *dg, struct cmd_env *e, const struct draft *was,
    const struct draft *d);

#endif
