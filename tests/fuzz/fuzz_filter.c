/*
 * The packet filters. The first line is the words behind `set filter`: what
 * is taken must come back the same from its own text. The rest is an IP
 * packet, judged by that rule and by a few more, described and taken for
 * DNS: nothing is read beyond it.
 */
#include <string.h>

#include "base/bug.h"
#include "filter/filter.h"
#include "lang/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int
proto(const char *name)
{
	return name[0] == 'p' ? 99 : -1;
}

static int
port(const char *name, const char *of)
{
	return name[0] == 's' ? of[0] : -1;
}

static int
host(void *arg, const char *name, uint32_t *addr)
{
	(void)arg;
	*addr = 0xc0000201;
	return name[0] == 'h' ? 0 : -1;
}

static const struct filter_names names = { proto, port, host, NULL };

static bool
parse(const char *line, struct filter_line *out)
{
	char why[200];
	struct words w;

	if (lex_split(line, &w) != 0)
		return false;
	int err = filter_parse(&names, w.w, w.n, out, why, sizeof(why));

	BUG_ON(err == 0 && out->rule < -1);
	BUG_ON(err == 0 && out->rule >= FILTER_RULES);
	BUG_ON(memchr(why, '\0', sizeof(why)) == NULL);
	return err == 0;
}

static void
check_text(const struct filter_line *l)
{
	char line[FILTER_TEXT + 16] = "in 0 ";
	struct filter_line again;

	filter_text(&l->r, line + 5, FILTER_TEXT);
	BUG_ON(!parse(line, &again));
	BUG_ON(memcmp(&again.r, &l->r, sizeof(l->r)) != 0);
}

static void
add(struct filter_conf *c, const char *line)
{
	struct filter_line l;

	BUG_ON(!parse(line, &l));
	c->rule[l.name][l.rule] = l.r;
}

static void
check_packet(const struct filters *f, const uint8_t *ip, size_t n)
{
	struct filter_env e = { 0 };
	struct filter_pkt p;
	char text[FILTER_LINE];

	filter_env_put4(&e, AW_MYADDR, 0x0a000001);
	for (int decap = 0; decap < 2; decap++) {
		filter_look(ip, n, decap != 0, &p);
		BUG_ON(p.body.p != NULL && (p.body.p < ip ||
		    p.body.end > ip + n || p.body.p > p.body.end));
		for (int i = 0; i < FILTERS; i++) {
			struct filter_verdict v = filter_eval(&f->f[i], &p,
			    &e);

			BUG_ON(v.rule >= FILTER_RULES);
			BUG_ON(f->f[i].n == 0 && !v.pass);
			BUG_ON(p.cut && f->f[i].n > 0 && p.frag == 0 &&
			    v.pass);
			filter_log((enum filter_name)i, &v, &p, text,
			    sizeof(text));
		}
		filter_describe(&p, text, sizeof(text));
		filter_dns(&p, text, sizeof(text));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct filter_conf c;
	static struct filters f;
	const uint8_t *end = memchr(p, '\n', n);
	char line[LEX_TEXT];
	struct filter_line l;
	size_t len = end != NULL ? (size_t)(end - p) : n;

	if (len >= sizeof(line))
		return 0;
	memcpy(line, p, len);
	line[len] = '\0';
	memset(&c, 0, sizeof(c));
	add(&c, "in 0 30 tcp");
	add(&c, "out 0 deny ! MYADDR any udp src gt 1023 timeout 9");
	add(&c, "out 1 permit any 2001:db8::/33");
	add(&c, "alive 0 permit icmp src eq 8");
	if (parse(line, &l) && l.rule >= 0) {
		if (l.r.act != FILTER_UNSET && l.r.act != FILTER_GOTO)
			check_text(&l);
		c.rule[l.name][l.rule] = l.r;
	}
	filters_make(&f, &c);
	if (end != NULL)
		check_packet(&f, end + 1, n - len - 1);
	return 0;
}
