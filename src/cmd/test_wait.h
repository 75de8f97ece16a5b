/* A prompt that waits for its test; inside cmd/ only. */
#ifndef CMD_TEST_WAIT_H
#define CMD_TEST_WAIT_H

#include "cmd/rows.h"

struct test_wait {		/* owner: the test, until test_told() */
	struct ctl *ctl;
	struct prompt *pr;		/* NULL: has gone */
	bool	 (*cancel)(struct ctl *c, const void *arg);
	bool	 detail, json;		/* of what is told */
	bool	 midline;		/* a line is begun */
};

/* test_hold - the prompt of @cx waits; when it goes @w->cancel() is called. */
void test_hold(struct cmd_ctx *cx, struct test_wait *w);

/* test_said - hooks' say(); @arg: struct test_wait. */
void test_said(void *arg, const char *text);

/* test_told - @t is the answer, unless the prompt has gone; frees both. */
void test_told(struct test_wait *w, struct txt *t);

#endif
