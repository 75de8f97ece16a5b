/* A prompt that waits for its test. */
#include "cmd/test_wait.h"

#include <stdlib.h>
#include <string.h>

static void
forsaken(void *arg)
{
	struct test_wait *w = arg;

	w->pr = NULL;
	w->cancel(w->ctl, w);
}

void
test_hold(struct cmd_ctx *cx, struct test_wait *w)
{
	w->pr = cx->prompt->pr;
	prompt_hold(w->pr, forsaken, w);
}

/* A second of silence is what pppctl bears; blanks are no part of JSON. */
void
test_said(void *arg, const char *text)
{
	struct test_wait *w = arg;
	struct txt t = { 0 };

	if (w->pr == NULL)
		return;
	if (w->json)
		txt_put(&t, " ");
	else if (strcmp(text, ".") == 0)
		txt_put(&t, ".");
	else
		txt_put(&t, "%s%s ", w->midline ? "\n" : "", text);
	w->midline = !w->json;
	prompt_more(w->pr, t.p, t.n);
	txt_free(&t);
}

void
test_told(struct test_wait *w, struct txt *t)
{
	if (w->pr != NULL) {
		if (w->midline)
			prompt_more(w->pr, "\n", 1);
		prompt_more(w->pr, txt_str(t), t->n);
		prompt_release(w->pr);
	}
	txt_free(t);
	free(w);
}
