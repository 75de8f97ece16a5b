/*
 * Programs that a prompt waits for and the program does not: `shell`. Their
 * output goes to the prompt as it comes. Control thread only.
 */
#ifndef CMD_JOB_H
#define CMD_JOB_H

#include <sys/types.h>

#include "cmd/cmd.h"

/*
 * job_start - @pid runs and writes into the other end of @out, both taken.
 * @pr waits until it ends. 0 or -E_NOMEM with @out closed.
 */
int job_start(struct cmd_env *e, struct prompt *pr, pid_t pid, int out);

/* job_leave - nobody waits for @pid, and it shall not stay a zombie. */
void job_leave(struct cmd_env *e, pid_t pid);

/* jobs_end - forget all: the loop ends. */
void jobs_end(struct cmd_env *e);

#endif
