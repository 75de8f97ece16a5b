/* What the commands ask of the bundle about this host's network. */
#include <stdio.h>

#include "ctl/bundle.h"

void
bundle_nat_view(struct bundle *b, struct ctl_nat *out)
{
	out->addr = b->host.nat_addr;
	nat_count(&b->host.nat, &out->sums);
}

int
bundle_nat(struct bundle *b, char *why, size_t n)
{
	char text[160] = "";
	int err = hostnet_nat(&b->host, &b->c->p, text, sizeof(text));

	if (err < 0)
		snprintf(why, n, "nat: %s", text);
	return err;
}
