/*
 * IP packets as `test path' looks at them: the first octet is how much of the
 * packet was not seen; compared with itself nothing is changed.
 */
#include <string.h>

#include "base/bug.h"
#include "wire/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct path_packet tun, line;
	struct path_report r;

	if (n == 0 || n > 2048 ||
	    !path_look(p + 1, n - 1, n - 1 + p[0], &tun))
		return 0;
	BUG_ON(tun.data > n || tun.has >> PATH_FIELDS != 0);
	line = tun;
	path_compare(&tun, 1, &line, 1, &r);
	BUG_ON(r.tun_only != 0 || r.line_only != 0 || !tun.found);
	for (int f = 0; f < PATH_FIELDS; f++)
		BUG_ON(r.row[0][f].changed != 0 || r.row[1][f].packets != 0);
	return 0;
}
