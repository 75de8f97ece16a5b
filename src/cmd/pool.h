/* Inside cmd/ only: the worker pool in numbers. */
#ifndef CMD_POOL_H
#define CMD_POOL_H

#include "cmd/cmd.h"
#include "lb/health.h"

/* pool_sums - over all workers; @since: since `lb clear`. */
void pool_sums(const struct cmd_env *e, struct pool_sums *s, bool since);

/* pool_health - what `show health` says. */
void pool_health(const struct cmd_env *e, const struct pool_sums *s,
    struct health *h);

/* "round-robin", "hash", "least-sessions". */
const char *pool_algorithm(unsigned algorithm);

uint32_t pool_sessions(const struct ctl_governor *g);

#endif
