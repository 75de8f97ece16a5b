/* Tests that are scheduled; inside cmd/ only. */
#ifndef CMD_TEST_WHEN_H
#define CMD_TEST_WHEN_H

#include "cmd/rows.h"
#include "ctl/sla.h"

/*
 * test_when - begin @q at the times of @scope, as the mPlane capability of
 * these parts. 0, or negative: told.
 */
int test_when(struct cmd_ctx *cx, const struct sla_ask *q, bool detail,
    const char *scope);

#endif
