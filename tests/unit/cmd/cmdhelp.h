/* A prompt on an environment where nothing runs, for tests of commands. */
#ifndef UNIT_CMD_CMDHELP_H
#define UNIT_CMD_CMDHELP_H

#include <atf-c.h>

#include "cmd/cmd.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

struct bench {
	struct cmd_env env;
	struct cmd_prompt prompt;
	struct cmd_ctx cx;
	struct txt out, errors;
};

void bench_new(struct bench *b);
void bench_free(struct bench *b);

/* What the line says, answers before messages; valid until the next. */
const char *bench_say(struct bench *b, const char *line);

/* The profile after a line that must say nothing. */
const struct profile *bench_ok(struct bench *b, const char *line);

/* A file in the current folder. */
void bench_file(const char *name, const char *text);

#define SAYS(b, line, want)	ATF_CHECK_STREQ(want, bench_say(b, line))

#endif
