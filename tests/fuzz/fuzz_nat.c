/*
 * Words of `nat` commands: what is refused changes nothing, what is taken is
 * sound, and the table made of it has only the words and numbers of nftables
 * in it, whatever was typed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/log.h"
#include "cmd/cmd.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
swallow(const struct log_line *line, void *arg)
{
	(void)line;
	(void)arg;
}

static void
check_ports(struct nat_ports p)
{
	BUG_ON(p.lo > p.hi);
}

static void
check_rule(const struct nat_rule *r)
{
	BUG_ON(r->kind < NAT_PORT || r->kind > NAT_PROXY);
	BUG_ON(r->locals < 1 || r->locals > NAT_LOCALS);
	BUG_ON(r->src_bits > 32 || r->dst_bits > 32);
	check_ports(r->lport);
	check_ports(r->pport);
	check_ports(r->rport);
	if (r->kind == NAT_PORT)
		BUG_ON(r->lport.lo == 0 || r->pport.lo == 0 ||
		    r->lport.hi - r->lport.lo != r->pport.hi - r->pport.lo);
	if (r->kind == NAT_PROXY)
		BUG_ON(r->lport.lo == 0 || r->lport.lo != r->lport.hi ||
		    r->pport.lo == 0 || r->pport.lo != r->pport.hi);
	if (r->kind == NAT_PROTO)
		BUG_ON(r->proto == 0);
}

static void
check_table(const struct nat_conf *c)
{
	static const char fits[] = "abcdefghijklmnopqrstuvwxyz"
	    "0123456789 .,:;-_/{}!=&\"\n";
	static const struct nat_sums none;
	struct txt t = { 0 };

	BUG_ON(c->rules > NAT_RULES || c->target_kind > NAT_TO_ADDR);
	for (int i = 0; i < c->rules; i++)
		check_rule(&c->rule[i]);
	nat_text(c, "tun0", 0x0a000001, true, &none, &t);
	BUG_ON(t.lost || strspn(txt_str(&t), fits) != t.n);
	txt_free(&t);
}

static void
one_line(struct cmd_env *e, const char *words)
{
	struct cmd_prompt pr = { .origin = "fuzz" };
	struct txt line = { 0 }, out = { 0 }, errors = { 0 };
	struct nat_conf before = e->conf->p.natc;
	struct cmd_ctx cx;

	txt_put(&line, "nat %s", words);
	cmd_ctx_init(&cx, e, &pr, &out, &errors);
	if (cmd_line(&cx, txt_str(&line)) < 0) {
		BUG_ON(errors.n == 0);
		BUG_ON(memcmp(&before, &e->conf->p.natc,
		    sizeof(before)) != 0);
	}
	txt_free(&line);
	txt_free(&out);
	txt_free(&errors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *text, *rest, *line;
	struct cmd_env e;
	struct txt out = { 0 };

	if (n > 2048)
		return 0;
	text = malloc(n + 1);
	BUG_ON(text == NULL || cmd_env_init(&e, "/nonexistent",
	    MODE_INTERACTIVE) < 0);
	e.no_lookup = true;
	e.conf->p.nat = true;
	log_set_sink(swallow, NULL);
	memcpy(text, p, n);
	text[n] = '\0';
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL)
		one_line(&e, line);
	check_table(&e.conf->p.natc);
	cmd_explain(e.conf, &e, &out);
	txt_free(&out);
	cmd_env_free(&e);
	free(text);
	return 0;
}
