/* set capture, show capture: frames into a file for Wireshark. */
#include <string.h>
#include <strings.h>

#include "cmd/set.h"
#include "cmd/show.h"
#include "cmd/text.h"
#include "io/capfilter.h"

#define OCTETS_DEFAULT	UINT64_C(100000000)
#define OCTETS_LEAST	UINT64_C(4096)
#define OCTETS_MOST	UINT64_C(1000000000000)
#define SECS_MOST	(30u * 86400u)

/* ---- set ---- */

static bool
is_ours(const char *word)
{
	static const char *const ours[] = { "discovery", "control", "all",
	    "mac", "session", "count", "size", "time", "filter", "mask" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcasecmp(word, ours[i]) == 0)
			return true;
	return false;
}

static int
take_filter(struct cmd_ctx *cx, const char *text, struct capture_conf *c)
{
	struct capfilter *f;
	char why[256] = "out of memory";

	if (strlen(text) >= sizeof(c->filter))
		return cmd_bad(cx, "filter longer than %zu octets",
		    sizeof(c->filter) - 1);
	if (capfilter_new(&f, text, why, sizeof(why)) < 0)
		return cmd_bad(cx, "filter: %s", why);
	capfilter_free(f);
	memcpy(c->filter, text, strlen(text) + 1);
	return 0;
}

/* The expression is one word in quotes, or all words up to one of ours: a
 * shell has taken the quotes that were given to pppctl. */
static int
filter_words(struct cmd_ctx *cx, char *const *w, int *i,
    struct capture_conf *c)
{
	struct txt t = { 0 };
	int err;

	do
		txt_put(&t, "%s%s", t.n > 0 ? " " : "", w[*i]);
	while (w[++*i] != NULL && !is_ours(w[*i]));
	--*i;
	err = take_filter(cx, txt_str(&t), c);
	txt_free(&t);
	return err;
}

static int
take_size(struct cmd_ctx *cx, const char *word, struct capture_conf *c)
{
	c->octets = 0;
	if (strcasecmp(word, "none") == 0 || val_rate(word, OCTETS_LEAST,
	    OCTETS_MOST, &c->octets) == 0)
		return 0;
	return cmd_bad(cx, "size %s: not 4096 to 1000g octets (k, m, g), or "
	    "none", word);
}

/* A word with a value behind it; 1: it is none of them. */
static int
take_pair(struct cmd_ctx *cx, const char *word, const char *val,
    struct capture_conf *c)
{
	uint32_t n = 0;

	if (strcasecmp(word, "size") == 0)
		return take_size(cx, val, c);
	if (strcasecmp(word, "mac") == 0) {
		if (val_mac(val, c->mac) < 0)
			return cmd_bad(cx, "%s: no MAC address", val);
		c->by_mac = true;
	} else if (strcasecmp(word, "session") == 0) {
		if (val_num(val, 1, 65535, &n) < 0)
			return cmd_bad(cx, "session %s: not 1 to 65535", val);
		c->sid = (uint16_t)n;
	} else if (strcasecmp(word, "count") == 0) {
		if (val_num(val, 1, UINT32_MAX, &c->frames) < 0)
			return cmd_bad(cx, "count %s: not 1 to %u frames",
			    val, UINT32_MAX);
	} else if (strcasecmp(word, "time") == 0) {
		if (val_secs(val, 1, SECS_MOST, &c->secs) < 0)
			return cmd_bad(cx, "time %s: not 1 to %u seconds",
			    val, SECS_MOST);
	} else
		return 1;
	return 0;
}

/* A word alone; false: it is none of them. */
static bool
take_word(const char *word, struct capture_conf *c)
{
	if (strcasecmp(word, "mask") == 0) {
		c->mask = true;
		return true;
	}
	for (int w = CAPTURE_DISCOVERY; w <= CAPTURE_ALL; w++)
		if (strcasecmp(word, capture_what_name(
		    (enum capture_what)w)) == 0) {
			c->what = (uint8_t)w;
			return true;
		}
	return false;
}

int
set_capture(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct capture_conf *in = &cx->draft->p.capture;
	struct capture_conf c;
	int err = 0;

	(void)r;
	memset(&c, 0, sizeof(c));
	c.serial = in->serial + 1;
	c.what = CAPTURE_CONTROL;
	c.octets = OCTETS_DEFAULT;
	if (a->n == 0)
		return ROW_USAGE;
	if (strcasecmp(a->w[0], "off") != 0)
		err = cmd_path(cx, a->w[0], c.path, sizeof(c.path));
	else if (a->n > 1)
		return ROW_USAGE;
	for (int i = 1; i < a->n && err == 0; i++) {
		if (take_word(a->w[i], &c))
			continue;
		if (i + 1 == a->n)
			return ROW_USAGE;
		i++;
		err = strcasecmp(a->w[i - 1], "filter") == 0 ?
		    filter_words(cx, a->w, &i, &c) :
		    take_pair(cx, a->w[i - 1], a->w[i], &c);
		if (err == 1)
			return ROW_USAGE;
	}
	if (err == 0)
		memcpy(in, &c, sizeof(c));
	return err;
}

/* ---- show ---- */

void
put_capture(const struct capture_conf *c, struct txt *t)
{
	char mac[MAC_TEXT];

	txt_put(t, "%s", c->what == CAPTURE_DISCOVERY ? "Discovery" :
	    c->what == CAPTURE_ALL ? "all frames" :
	    "Discovery and PPP control packets");
	if (c->by_mac)
		txt_put(t, ", to and from %s", mac_text(c->mac, mac));
	if (c->sid != 0)
		txt_put(t, ", session %u", c->sid);
	if (c->filter[0] != '\0')
		txt_put(t, ", that pass \"%s\"", c->filter);
	txt_put(t, "; secrets %s", c->mask ? "masked" : "as they are");
}

void
put_capture_limits(const struct capture_conf *c, struct txt *t)
{
	const char *sep = "";

	if (c->frames != 0) {
		txt_put(t, "%u frames", c->frames);
		sep = ", ";
	}
	if (c->octets != 0) {
		txt_put(t, "%s%llu octets", sep,
		    (unsigned long long)c->octets);
		sep = ", ";
	}
	if (c->secs != 0) {
		txt_put(t, "%s%u seconds", sep, c->secs);
		sep = ", ";
	}
	if (*sep == '\0')
		txt_put(t, "none");
}

int
show_capture(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct txt *t = cx->out;
	struct capture_view v;
	int err;

	(void)r;
	if (a->n != 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	ctl_capture(cx->env->ctl, &v);
	if (v.state == CAPTURE_NONE) {
		txt_put(t, "No capture.\n");
		return 0;
	}
	txt_put(t, "Capture %s: ", v.conf.path);
	if (v.state == CAPTURE_RUNS)
		txt_put(t, "running\n");
	else if (v.state == CAPTURE_LEAVES)
		txt_put(t, "off, the last frames are being written\n");
	else
		txt_put(t, "ended, %s\n", v.end);
	txt_put(t, " Frames:  ");
	put_capture(&v.conf, t);
	txt_put(t, "\n Limits:  ");
	put_capture_limits(&v.conf, t);
	txt_put(t, "\n Written: %llu frames, %llu octets\n Lost:    %llu "
	    "frames that came faster than they were written\n",
	    (unsigned long long)v.frames, (unsigned long long)v.octets,
	    (unsigned long long)v.lost);
	return 0;
}
