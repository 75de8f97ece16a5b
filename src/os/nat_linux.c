/*
 * The table of nftables comes and goes: one context of libnftables, whose
 * socket owns the table, for as long as NAT is on.
 */
#include "os/nat.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"

#define TABLES		"table ip ppp_"
#define FDS_MAX		1024

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

/* libnftables ends the process when it gets no socket: so ask first. */
static int
kernel_has_it(char *why, size_t len)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
	    NETLINK_NETFILTER);

	if (fd < 0) {
		snprintf(why, len, "this kernel has no nftables (%s)",
		    strerror(errno));
		return -E_UNKNOWN;
	}
	close(fd);
	return 0;
}

/* Programs that we start must not keep the table alive. */
static void
close_on_exec(void)
{
	for (int fd = 3; fd < FDS_MAX; fd++) {
		int domain = 0, proto = 0;
		socklen_t n = sizeof(int);

		if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) < 0 ||
		    domain != AF_NETLINK)
			continue;
		n = sizeof(int);
		if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &n) == 0 &&
		    proto == NETLINK_NETFILTER)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
}

static struct nft_ctx *
context(void)
{
	struct nft_ctx *ctx = nft_ctx_new(NFT_CTX_DEFAULT);

	if (ctx != NULL) {
		nft_ctx_buffer_output(ctx);
		nft_ctx_buffer_error(ctx);
		close_on_exec();
	}
	return ctx;
}

/* What nft has to say, in one line: its first, without where it stood. */
static void
first_line(const char *text, char *why, size_t len)
{
	const char *from = strstr(text, "Error: ");

	from = from != NULL ? from + strlen("Error: ") : text;
	snprintf(why, len, "nftables: %.*s", (int)strcspn(from, "\n"),
	    *from != '\0' ? from : "failed");
}

/* All of @command happens, or nothing. */
static int
nft(struct nft_ctx *ctx, const char *command, char *why, size_t len)
{
	int err = nft_run_cmd_from_buffer(ctx, command);

	if (err != 0)
		first_line(nft_ctx_get_error_buffer(ctx), why, len);
	close_on_exec();		/* it may have opened another */
	return err != 0 ? -E_SYS : 0;
}

static void
remove_plain(struct nft_ctx *ctx, const char *table)
{
	char command[2 * IFNAMSIZ + 64], why[64];

	/* Added first: so deleting works whether it was there or not. */
	snprintf(command, sizeof(command), "add " TABLES "%s\n"
	    "delete " TABLES "%s\n", table, table);
	nft(ctx, command, why, sizeof(why));
}

/* In place of the one that is in, if one is. */
static int
put(struct nat *n, const char *ifname, const struct nat_conf *c, uint32_t my,
    const struct nat_sums *sums, char *why, size_t len)
{
	struct txt t = { 0 };
	int err;

	if (n->ifname[0] != '\0')
		txt_put(&t, "delete " TABLES "%s\n", n->ifname);
	nat_text(c, ifname, my, !n->plain, sums, &t);
	err = t.lost ? -E_NOMEM : nft(n->ctx, txt_str(&t), why, len);
	txt_free(&t);
	if (err == -E_NOMEM)
		snprintf(why, len, "out of memory");
	return err;
}

static int
begin(struct nat *n, const char *ifname, char *why, size_t len)
{
	if (!name_fits(ifname)) {
		snprintf(why, len, "\"%s\": name is not fit for nftables",
		    ifname);
		return -E_RANGE;
	}
	if (n->ctx != NULL)
		return 0;
	if (kernel_has_it(why, len) < 0)
		return -E_UNKNOWN;
	n->ctx = context();
	if (n->ctx == NULL)
		snprintf(why, len, "nftables: out of memory");
	return n->ctx != NULL ? 0 : -E_NOMEM;
}

int
nat_set(struct nat *n, const char *ifname, const struct nat_conf *c,
    uint32_t my, char *why, size_t len)
{
	struct nat_sums sums = { { 0 } };
	int err = begin(n, ifname, why, len);

	if (err < 0)
		return err;
	if (n->ifname[0] == '\0' || nat_count(n, &sums) < 0) {
		n->ifname[0] = '\0';	/* none, or somebody removed it */
		remove_plain(n->ctx, ifname);
	}
	err = put(n, ifname, c, my, &sums, why, len);
	if (err < 0 && !n->plain && n->ifname[0] == '\0') {
		char other[160];

		n->plain = true;
		if (put(n, ifname, c, my, &sums, other, sizeof(other)) == 0)
			err = 0;
		n->plain = err == 0;
	}
	if (err == 0)
		snprintf(n->ifname, sizeof(n->ifname), "%s", ifname);
	return err;
}

void
nat_off(struct nat *n)
{
	char command[IFNAMSIZ + 32], why[64];

	if (n->ctx == NULL)
		return;
	if (n->ifname[0] != '\0') {
		snprintf(command, sizeof(command), "delete " TABLES "%s\n",
		    n->ifname);
		nft(n->ctx, command, why, sizeof(why));
	}
	nft_ctx_free(n->ctx);
	n->ctx = NULL;
	n->ifname[0] = '\0';
}

/* "counter cN {", then "packets N bytes N" on the next line. */
static void
read_counters(const char *text, struct nat_sums *out)
{
	const char *p = text;
	unsigned long long sum;
	unsigned i;

	while ((p = strstr(p, "counter c")) != NULL) {
		if (sscanf(p, "counter c%u { packets %llu", &i, &sum) == 2 &&
		    i < NAT_SUMS)
			out->n[i] = sum;
		p++;
	}
}

int
nat_count(struct nat *n, struct nat_sums *out)
{
	char command[IFNAMSIZ + 48], why[64];
	int err;

	memset(out, 0, sizeof(*out));
	if (n->ctx == NULL || n->ifname[0] == '\0')
		return 0;
	/* A context of its own: the owner's socket is never at risk. */
	struct nft_ctx *ctx = context();

	if (ctx == NULL)
		return -E_SYS;
	snprintf(command, sizeof(command), "list counters " TABLES "%s\n",
	    n->ifname);
	err = nft(ctx, command, why, sizeof(why));
	if (err == 0)
		read_counters(nft_ctx_get_output_buffer(ctx), out);
	nft_ctx_free(ctx);
	return err;
}

void
nat_sweep(void)
{
	char why[64], name[IFNAMSIZ];
	struct nft_ctx *ctx = kernel_has_it(why, sizeof(why)) == 0 ?
	    context() : NULL;

	if (ctx == NULL)
		return;
	if (nft(ctx, "list tables ip\n", why, sizeof(why)) == 0) {
		char *text = strdup(nft_ctx_get_output_buffer(ctx));
		const char *p = text;

		while (p != NULL && (p = strstr(p, TABLES)) != NULL) {
			p += strlen(TABLES);
			if (sscanf(p, "%15s", name) == 1 &&
			    name_fits(name) && if_nametoindex(name) == 0)
				remove_plain(ctx, name);
		}
		free(text);
	}
	nft_ctx_free(ctx);
}

int
nat_forwards(void)
{
	int fd = open("/proc/sys/net/ipv4/ip_forward", O_RDONLY | O_CLOEXEC);
	char c = '0';

	if (fd < 0)
		return -E_SYS;
	ssize_t n = read(fd, &c, 1);

	close(fd);
	return n != 1 ? -E_SYS : c != '0';
}
