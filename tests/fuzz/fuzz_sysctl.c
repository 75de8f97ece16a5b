/* Any line of a sysctl.conf: what comes out is NAME=VALUE without blanks
 * around them, or nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "cmd/sysctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct txt out = { 0 };
	char *line = malloc(n + 1);

	BUG_ON(line == NULL);
	memcpy(line, p, n);
	line[n] = '\0';
	if (sysctl_line(line, &out) && out.n > 0) {
		const char *eq = strchr(out.p, '=');

		BUG_ON(eq == NULL || eq == out.p);
		BUG_ON(strchr(" \t", eq[-1]) != NULL);
		BUG_ON(strchr(" \t", out.p[0]) != NULL);
	}
	free(line);
	txt_free(&out);
	return 0;
}
