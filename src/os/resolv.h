/*
 * /etc/resolv.conf: ppp(8) section on `resolv` and `enable dns`. The file's
 * own text is remembered; our servers replace its nameserver lines.
 */
#ifndef OS_RESOLV_H
#define OS_RESOLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESOLV_PATH	"/etc/resolv.conf"
#define RESOLV_MAX	16384

struct resolv {			/* owner: the bundle */
	char	 text[RESOLV_MAX];	/* as it was; "" : no file */
	size_t	 len;			/* octets of it, NUL not counted */
	uint32_t ns[2];			/* first IPv4 servers, host order */
	bool	 existed;
	int	 failed;		/* of loading; then never touched */
	bool	 written;		/* ours is in place */
	char	 ours[RESOLV_MAX + 64];	/* what we wrote */
	size_t	 ours_len;
	/* NULL, or the folder where a note of both texts stays while ours
	 * is in place, for resolv_recover() after a crash. */
	const char *notes;
	int	 note;			/* descriptor and lock + 1; 0: none */
};

/*
 * All return 0, -E_SYS (errno), or -E_FULL (file of RESOLV_MAX octets or
 * more: left alone). Written in place, because it is often a mount of its
 * own in containers; a link is followed.
 *
 * resolv_load - remember the file; one that is absent is an empty one. One
 * that cannot be read or is too large is never written either.
 * resolv_write - its text without nameserver lines (IPv6 ones neither), an
 * empty line, then @ns (host order, 0: none; both 0: nothing is written).
 * resolv_restore - the remembered text, to the octet; removes a file that
 * was not there before.
 */
int resolv_load(struct resolv *r, const char *path);
int resolv_write(struct resolv *r, const char *path, const uint32_t ns[2]);
int resolv_restore(struct resolv *r, const char *path);

/* resolv_is_ours - does the file still hold what we wrote? */
bool resolv_is_ours(const struct resolv *r, const char *path);

/*
 * resolv_recover - put back what processes that died replaced: for each of
 * their notes in @dir, when the file still holds what they wrote. Returns
 * whether something was put back. resolv_note(), resolv_unnote() - write and
 * remove the note of this process; a courtesy, no error.
 */
bool resolv_recover(const char *dir, const char *path);
void resolv_note(struct resolv *r);
void resolv_unnote(struct resolv *r);

#endif
