/*
 * /etc/resolv.conf: ppp(8) section on `resolv` and `enable dns`. The file's
 * own text is remembered; our servers replace its nameserver lines.
 */
#ifndef OS_RESOLV_H
#define OS_RESOLV_H

#include <stdbool.h>
#include <stdint.h>

#define RESOLV_PATH	"/etc/resolv.conf"
#define RESOLV_MAX	16384

struct resolv {			/* owner: the bundle */
	char	 text[RESOLV_MAX];	/* as it was; "" : no file */
	uint32_t ns[2];			/* IPv4 servers in it, host order */
	bool	 existed;
	bool	 written;		/* ours is in place */
};

/* All return 0 or -E_SYS, -E_FULL (file too large: left alone). Written in
 * place, because it is often a mount of its own in containers. */
int resolv_load(struct resolv *r, const char *path);
int resolv_write(struct resolv *r, const char *path, const uint32_t ns[2]);
int resolv_restore(struct resolv *r, const char *path);

#endif
