/* set rate, lb rate: how many bits a second a session may carry. */
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/set.h"
#include "cmd/text.h"

static int
limit(struct cmd_ctx *cx, const char *word, uint64_t *out)
{
	uint64_t n;

	if (strcmp(word, "0") == 0 || strcasecmp(word, "none") == 0) {
		*out = 0;
		return 0;
	}
	if (val_rate(word, RATE_MIN, RATE_MAX, &n) < 0)
		return cmd_bad(cx, "%s: not 8k to 400g bits a second (k, m, "
		    "g), or 0 for no limit", word);
	*out = n;
	return 0;
}

/* UP DOWN [BURST] */
static int
rate_words(struct cmd_ctx *cx, int n, char *const *w, struct rate_conf *r)
{
	uint64_t burst = 0;

	if (n < 2 || n > 3)
		return ROW_USAGE;
	if (n == 3 && val_rate(w[2], RATE_BURST_MIN, RATE_BURST_MAX,
	    &burst) < 0)
		return cmd_bad(cx, "%s: not 3000 to 1g octets of burst",
		    w[2]);
	memset(r, 0, sizeof(*r));
	r->burst = (uint32_t)burst;
	int err = limit(cx, w[0], &r->up);

	return err < 0 ? err : limit(cx, w[1], &r->down);
}

int
set_rate(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct rate_conf rate = { 0 };
	int err = 0;

	(void)r;
	if (a->n > 0 && (a->n > 1 || strcmp(a->w[0], "0") != 0))
		err = rate_words(cx, a->n, a->w, &rate);
	if (err == 0)
		cx->draft->p.rate = rate;
	return err;
}

int
lb_rate(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct rate_conf rate;
	bool back = a->n == 2 && strcasecmp(a->w[1], "default") == 0;
	int err;

	(void)r;
	if (a->n < 2)
		return ROW_USAGE;
	if (!back) {
		err = rate_words(cx, a->n - 1, a->w + 1, &rate);
		if (err != 0)
			return err;
	}
	if (cmd_held(cx, &err))
		return err;
	if (!ctl_is_ac(cx->env->ctl))
		return cmd_bad(cx, "no access concentrator runs; the "
		    "client's own limit is `set rate'");
	txt_put(cx->out, "%u changed\n", ctl_rate_session(cx->env->ctl,
	    a->w[0], back ? NULL : &rate));
	return 0;
}

void
put_bps(uint64_t bps, struct txt *out)
{
	static const char *const unit[] = { "", "k", "m", "g" };
	int i = 0;

	for (; i < 3 && bps >= 1000 && bps % 1000 == 0; i++)
		bps /= 1000;
	txt_put(out, "%llu%s", (unsigned long long)bps, unit[i]);
}
