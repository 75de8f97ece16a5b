/*
 * Captured frames: the first octet says whether it is a line's, the rest is
 * the frame. Masking stays inside it and leaves nothing to mask; what is
 * masked is still what it was.
 */
#include <string.h>

#include "base/bug.h"
#include "sess/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t buf[2048], once[2048];
	char text[CAPTURE_COMMENT];
	struct captured c, again;

	if (n == 0 || n > sizeof(buf))
		return 0;
	bool line = (p[0] & 1) != 0;

	p++;
	n--;
	memcpy(buf, p, n);
	capture_look(buf, n, line, &c);
	BUG_ON(c.body > n || (c.kind == FRAME_CONTROL && c.proto < 0x8000));
	capture_mask(buf, n, &c);
	BUG_ON(memcmp(buf, p, c.body) != 0);
	capture_look(buf, n, line, &again);
	BUG_ON(memcmp(&c, &again, sizeof(c)) != 0);
	memcpy(once, buf, n);
	capture_mask(buf, n, &c);
	BUG_ON(memcmp(once, buf, n) != 0);
	capture_comment(&c, "label", "who", true, text);
	BUG_ON(memchr(text, '\0', sizeof(text)) == NULL);
	return 0;
}
