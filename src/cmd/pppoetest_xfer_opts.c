/* pppoetest: options of transfers. */
#include <stdio.h>
#include <string.h>

#include "cmd/pppoetest_opts.h"
#include "gen/xfer.h"
#include "lang/value.h"

void
pt_xfer_default(struct pt_xfer *x)
{
	*x = (struct pt_xfer){ .blocks = 800, .heartbeat = 5, .clients = 10,
	    .tcp = true, .udp = true, .up = true, .down = true };
}

/* @a, @b or both. */
static bool
either(const char *what, const char *word, const char *a, const char *b,
    bool *is_a, bool *is_b)
{
	char form[40];
	bool both = strcmp(word, "both") == 0;

	*is_a = both || strcmp(word, a) == 0;
	*is_b = both || strcmp(word, b) == 0;
	snprintf(form, sizeof(form), "%s, %s or both", a, b);
	return *is_a || *is_b || pt_refuse(what, word, form);
}

static bool
algo_of(const char *word, uint8_t *to)
{
	for (int a = 0; a < XFER_ALGOS; a++)
		if (strcmp(word, xfer_algo_name((enum xfer_algo)a)) == 0) {
			*to = (uint8_t)a;
			return true;
		}
	return pt_refuse("--checksum-algo", word, "crc32, md5, sha256 or "
	    "fletcher32");
}

/* NET or NET/BITS, IPv4 or IPv6. */
static bool
net_of(struct pt_xfer *x, const char *word)
{
	struct pt_net *n = &x->net[x->nets];
	uint8_t addr[16], bits;
	uint32_t ip4;

	if (x->nets == PT_NETS)
		return pt_refuse("--accept", word, "one of at most 16");
	if (val_ip4_bits(word, &ip4, &bits) == 0) {
		const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff,
		    [12] = (uint8_t)(ip4 >> 24), [13] = (uint8_t)(ip4 >> 16),
		    [14] = (uint8_t)(ip4 >> 8), [15] = (uint8_t)ip4 };

		memcpy(addr, mapped, sizeof(addr));
		bits = (uint8_t)(bits + 96);
	} else if (val_ip6_bits(word, addr, &bits) < 0) {
		return pt_refuse("--accept", word, "a network as 10.0.0.0/8 "
		    "or fd00::/8");
	}
	memcpy(&n->addr, addr, sizeof(addr));
	n->bits = bits;
	x->nets++;
	return true;
}

static bool
take_number(struct pt_xfer *x, int id, const char *word)
{
	switch (id) {
	case PTX_BUFFER:
		return pt_number("-b", word, 1, XFER_BLOCK, &x->size);
	case PTX_BLOCKS:
		return pt_number("--blocks", word, 1, XFER_BLOCKS,
		    &x->blocks);
	case PTX_LIMIT:
		return pt_number("--rate-limit", word, 0, 100000, &x->mbps);
	case PTX_RECONNECT:
		return pt_number("--reconnect-interval", word, 1, 3600,
		    &x->reconnect);
	case PTX_HEARTBEAT:
		return pt_number("--heartbeat-interval", word, 1, 3600,
		    &x->heartbeat);
	case PTX_CLIENTS:
		return pt_number("--max-clients", word, 1, 1000,
		    &x->clients);
	default:
		return false;
	}
}

bool
pt_xfer_take(struct pt_xfer *x, int id, const char *word)
{
	switch (id) {
	case PTX_LISTEN:
		x->listen = word;
		return true;
	case PTX_SEND:
		x->file = word;
		return true;
	case PTX_ANY: return x->any_interface = true;
	case PTX_AUTH: return x->auth = true;
	case PTX_CREATE:
		fprintf(stderr, "pppoetest: --allow-create: a server makes "
		    "no sessions; run pppoetest create where the subscribers "
		    "are\n");
		return false;
	case PTX_ACCEPT: return net_of(x, word);
	case PTX_PROTO:
		return either("--proto", word, "tcp", "udp", &x->tcp,
		    &x->udp);
	case PTX_DIRECTION:
		return either("--direction", word, "up", "down", &x->up,
		    &x->down);
	case PTX_ALGO: return algo_of(word, &x->algo);
	default: return take_number(x, id, word);
	}
}
