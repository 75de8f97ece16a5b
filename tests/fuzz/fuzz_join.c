/*
 * Packets through the joiner, and whatever it joined through the cutter:
 * the same packets must come out, octet by octet (but for what a cut counts
 * on itself), and nothing may be read outside. Input: length, packet, ...
 */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "wire/cksum.h"
#include "wire/join.h"
#include "wire/seg.h"

#define PACKETS	40

static uint8_t whole[SUPER_MAX + 1], again[2048];
static const uint8_t *in[PACKETS];
static size_t inlen[PACKETS];

/* A joined flow cut again: each segment is one of the input's. */
static void
check(const struct piece *p, unsigned n, const struct offload *o)
{
	size_t len = 0, got;
	struct seg s;

	for (unsigned i = 0; i < n; i++) {
		BUG_ON(len + p[i].n > SUPER_MAX);
		memcpy(whole + len, p[i].p, p[i].n);
		len += p[i].n;
	}
	if (o->kind == OFF_NONE)
		return;
	BUG_ON(seg_start(&s, whole, len, o, 2000) < 0);
	while ((got = seg_next(&s, again)) > 0) {
		bool found = false;
		bool six = again[0] >> 4 == 6;

		for (int i = 0; i < PACKETS && !found; i++) {
			size_t from = six ? 0 : 12;

			found = in[i] != NULL && inlen[i] == got &&
			    memcmp(in[i] + from, again + from,
			    o->l4 - from) == 0 &&
			    memcmp(in[i] + o->hdr, again + o->hdr,
			    got - o->hdr) == 0;
		}
		BUG_ON(!found);
	}
}

static void
take(struct join *j, unsigned i)
{
	const struct piece *p;
	struct offload o;
	unsigned n = join_take(j, i, &p, &o);

	check(p, n, &o);
	join_drop(j, i);
}

/* Half of the inputs get right checksums, or little would be joined. */
static void
fix(uint8_t *ip, size_t len)
{
	size_t l4 = ip[0] >> 4 == 6 ? 40 : 20, at;
	uint8_t proto;
	uint16_t s;

	if (len < 28)
		return;
	proto = l4 == 40 ? ip[6] : ip[9];
	at = l4 + (proto == 17 ? 6 : 16);
	if (len < at + 2 || (proto != 6 && proto != 17))
		return;
	if (l4 == 20) {
		memset(ip + 10, 0, 2);
		s = (uint16_t)~sum_fold(sum_add(0, ip, 20));
		memcpy(ip + 10, &s, 2);
	}
	memset(ip + at, 0, 2);
	s = (uint16_t)~sum_fold(sum_add(sum_pseudo(ip, proto, len - l4),
	    ip + l4, len - l4));
	memcpy(ip + at, &s, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct join j;
	bool right = size > 0 && (data[0] & 1) != 0;
	size_t at = 1;
	int n = 0;

	j.n = 0;
	memset(in, 0, sizeof(in));
	while (n < PACKETS && at + 2 < size) {
		size_t len = data[at] | (size_t)(data[at + 1] & 7) << 8;
		int r;

		at += 2;
		len = len < size - at ? len : size - at;
		if (len == 0 || len > 1900)
			break;
		uint8_t *copy = malloc(len);	/* ASan sees its end */

		memcpy(copy, data + at, len);
		if (right)
			fix(copy, len);
		in[n] = copy;
		inlen[n++] = len;
		at += len;
		while ((r = join_add(&j, copy, len, true)) >= 0)
			take(&j, (unsigned)r);
	}
	while (j.n > 0)
		take(&j, 0);
	while (n-- > 0)
		free((void *)(uintptr_t)in[n]);
	return 0;
}
