#include "unit/cmd/cmdhelp.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void
bench_new(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	ATF_REQUIRE_EQ(0, cmd_env_init(&b->env, ".", MODE_INTERACTIVE));
	b->env.no_lookup = true;
	b->prompt.origin = "test";
	cmd_ctx_init(&b->cx, &b->env, &b->prompt, &b->out, &b->errors);
}

void
bench_free(struct bench *b)
{
	cmd_env_free(&b->env);
	txt_free(&b->out);
	txt_free(&b->errors);
}

const char *
bench_say(struct bench *b, const char *line)
{
	txt_clear(&b->out);
	txt_clear(&b->errors);
	cmd_line(&b->cx, line);
	txt_add(&b->out, txt_str(&b->errors), b->errors.n);
	return txt_str(&b->out);
}

const struct profile *
bench_ok(struct bench *b, const char *line)
{
	ATF_CHECK_STREQ("", bench_say(b, line));
	return &b->env.conf->p;
}

void
bench_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ATF_REQUIRE(f != NULL);
	fputs(text, f);
	fclose(f);
	ATF_REQUIRE_EQ(0, chmod(name, 0600));
}
