/*
 * Masquerading through nftables: one table per TUN, named after it, so that
 * it is found again after a crash and nobody else's rules are touched.
 */
#include "os/nat.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <nftables/libnftables.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

#define COMMAND_MAX 512

/* A name that means itself inside quotes and as part of a table's name. */
static bool
name_fits(const char *ifname)
{
	size_t n = 0;

	for (; ifname[n] != '\0'; n++)
		if (!isalnum((unsigned char)ifname[n]) &&
		    strchr("-_.", ifname[n]) == NULL)
			return false;
	return n > 0 && n < IFNAMSIZ;
}

/* The first line of what nft has to say. */
static void
first_line(const char *text, char *why, size_t n)
{
	snprintf(why, n, "nftables: %.*s", (int)strcspn(text, "\n"),
	    text[0] != '\0' ? text : "failed");
}

/* All of @command happens, or nothing. */
static int
nft(const char *command, char *why, size_t n)
{
	struct nft_ctx *ctx = nft_ctx_new(NFT_CTX_DEFAULT);
	int err = 0;

	if (ctx == NULL) {
		snprintf(why, n, "nftables: not available");
		return -E_SYS;
	}
	nft_ctx_buffer_output(ctx);
	nft_ctx_buffer_error(ctx);
	errno = 0;
	if (nft_run_cmd_from_buffer(ctx, command) != 0) {
		first_line(nft_ctx_get_error_buffer(ctx), why, n);
		err = -E_SYS;
	}
	int saved = errno;

	nft_ctx_free(ctx);
	errno = saved;
	return err;
}

int
nat_on(const char *ifname, char *why, size_t n)
{
	char command[COMMAND_MAX];

	if (!name_fits(ifname)) {
		snprintf(why, n, "\"%s\": name is not fit for nftables",
		    ifname);
		return -E_RANGE;
	}
	/* Added first: so deleting works whether it was there or not. */
	snprintf(command, sizeof(command),
	    "add table ip ppp_%s\n"
	    "delete table ip ppp_%s\n"
	    "add table ip ppp_%s\n"
	    "add chain ip ppp_%s postrouting "
	    "{ type nat hook postrouting priority 100; policy accept; }\n"
	    "add rule ip ppp_%s postrouting oifname \"%s\" masquerade\n",
	    ifname, ifname, ifname, ifname, ifname, ifname);
	return nft(command, why, n);
}

int
nat_off(const char *ifname)
{
	char command[COMMAND_MAX], why[128];

	if (!name_fits(ifname))
		return -E_RANGE;
	snprintf(command, sizeof(command),
	    "add table ip ppp_%s\ndelete table ip ppp_%s\n", ifname, ifname);
	return nft(command, why, sizeof(why));
}
