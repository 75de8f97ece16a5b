/*
 * The tags of one Discovery packet (behind its header): the walk, the texts
 * made of them, and the packet in words.
 */
#include "base/bug.h"
#include "pppoe/pppoe.h"
#include "pppoe/tag.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check_text(const char *s, size_t max)
{
	size_t n = strlen(s);

	BUG_ON(n >= max);
	for (size_t i = 0; i < n; i++)
		BUG_ON(s[i] < 0x20 || s[i] > 0x7e);
}

/* What a good walk gave lies inside the packet and keeps its limits. */
static void
check_tags(const struct tags *t, const uint8_t *p, size_t n)
{
	char a[PPPOE_LINE + 1], b[PPPOE_LINE + 1];
	size_t total = 0;

	BUG_ON(t->all.p < p || t->all.end > p + n);
	for (int i = 0; i < T_SLOTS; i++) {
		const struct rd *v = &t->val[i];

		BUG_ON(v->bad || v->p < p || v->end > p + n);
		BUG_ON(t->count[i] == 0 && rd_size(v) != 0);
		total += t->count[i];
		tag_text(*v, a, sizeof(a));
		check_text(a, sizeof(a));
		tag_id(*v, a, sizeof(a));
		check_text(a, sizeof(a));
	}
	BUG_ON(total * 4 > n);
	BUG_ON(rd_size(&t->val[T_HOST_UNIQ]) > PPPOE_UNIQ);
	BUG_ON(rd_size(&t->val[T_RELAY]) > PPPOE_RELAY);
	BUG_ON(rd_size(&t->val[T_COOKIE]) > 255);
	BUG_ON(tags_have(t, T_MAX_PAYLOAD) &&
	    rd_size(&t->val[T_MAX_PAYLOAD]) != 2);
	BUG_ON(tags_offer(t, "isp", 3) && !tags_have(t, T_SERVICE));
	tags_line(t, a, b, sizeof(a));
	check_text(a, sizeof(a));
	check_text(b, sizeof(b));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t packet[PPPOE_HDR + 1500];
	struct wr w = wr_of(packet, sizeof(packet));
	char words[300];
	struct tags t;

	if (n > 1494)
		return 0;
	if (tags_read(rd_of(p, n), &t) == 0)
		check_tags(&t, p, n);
	pppoe_describe(rd_of(p, n), words, sizeof(words));
	check_text(words, sizeof(words));
	pppoe_write(&w, CODE_PADI, 0, (uint16_t)n);
	wr_put(&w, p, n);
	pppoe_describe(rd_of(packet, wr_size(&w)), words, sizeof(words));
	check_text(words, sizeof(words));
	return 0;
}
