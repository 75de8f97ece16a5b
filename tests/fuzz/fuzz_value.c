/*
 * The typed values of the language, each over one hostile word: what is
 * taken lies within its limits, and what is refused has written nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "lang/lex.h"
#include "lang/value.h"
#include "lang/vars.h"

static void
numbers(const char *s)
{
	uint32_t n = 77;
	bool on = false;

	if (val_num(s, 5, 70, &n) == 0)
		BUG_ON(n < 5 || n > 70);
	else
		BUG_ON(n != 77);
	n = 77;
	if (val_secs(s, 1, 76, &n) == 0)
		BUG_ON(n < 1 || n > 76);
	else
		BUG_ON(n != 77);
	n = 77;
	BUG_ON(val_hex(s, &n) < 0 && n != 77);
	BUG_ON(val_onoff(s, &on) < 0 && on);
	on = false;
	BUG_ON(val_yesno(s, &on) < 0 && on);
}

static void
addresses(const char *s)
{
	uint8_t ip6[16], none[16] = { 0 }, mac[6] = { 0 }, bits = 200;
	uint32_t ip = 77;

	BUG_ON(val_ip4(s, &ip) < 0 && ip != 77);
	ip = 77;
	if (val_ip4_bits(s, &ip, &bits) == 0)
		BUG_ON(bits > 32);
	else
		BUG_ON(ip != 77 || bits != 200);
	memset(ip6, 0, sizeof(ip6));
	bits = 200;
	if (val_ip6_bits(s, ip6, &bits) == 0)
		BUG_ON(bits > 128);
	else
		BUG_ON(memcmp(ip6, none, 16) != 0 || bits != 200);
	bits = 200;
	if (val_mask(s, &bits) == 0)
		BUG_ON(bits > 32);
	else
		BUG_ON(bits != 200);
	BUG_ON(val_mac(s, mac) < 0 && memcmp(mac, none, 6) != 0);
}

static void
lists(const char *s)
{
	struct val_range r[4] = { { 0, 0 } };
	uint16_t outer = 9999, inner = 9999;
	struct val_redial rd;
	int n = -5;

	if (val_ranges(s, r, 4, &n) == 0) {
		BUG_ON(n < 1 || n > 4);
		for (int i = 0; i < n; i++)
			BUG_ON(r[i].lo > r[i].hi);
	}
	if (val_vlan(s, &outer, &inner) == 0)
		BUG_ON(outer < 1 || outer > 4094 || inner > 4094);
	else
		BUG_ON(outer != 9999 || inner != 9999);
	val_redial(s, &rd);
}

static void
itself(enum var v, struct txt *out, void *arg)
{
	(void)arg;
	txt_put(out, "<%s>", var_name(v));
}

static void
words(const char *s)
{
	struct txt t = { 0 };

	vars_expand(s, itself, NULL, &t);
	BUG_ON(!vars_has(s) && strcmp(s, txt_str(&t)) != 0);
	txt_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *s = malloc(n + 1);

	BUG_ON(s == NULL);
	memcpy(s, p, n);
	s[n] = '\0';
	numbers(s);
	addresses(s);
	lists(s);
	words(s);
	free(s);
	return 0;
}
