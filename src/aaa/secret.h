/*
 * ppp.secret: names, keys, addresses and labels of the peers that may call
 * us. One peer a line, `NAME KEY [HISADDR [LABEL [CALLBACK]]]` and then words
 * of our own, `rate=UP/DOWN[/BURST]` until now. Split into words like a line
 * of ppp.conf but without `$` and `~`; `#` in the first column is a comment;
 * the first line of a name counts. ppp(8), FILES.
 *
 * The file is looked at for each peer and read again only when it changed.
 * One that others may read or write, or that is neither root's nor ours, is
 * not used at all. Control thread only.
 */
#ifndef AAA_SECRET_H
#define AAA_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aaa/grant.h"
#include "base/diag.h"
#include "ppp/conf.h"
#include "wire/ip4.h"
#include "wire/rate.h"

#define SECRET_RANGES	16
#define SECRET_LABEL	50
#define SECRET_CALLBACK	64

/* What an authenticated name gets: HISADDR, LABEL, CALLBACK. */
struct aaa_grant {
	char	 name[AUTHNAME_MAX + 1];	/* as it stands in the file */
	struct ip4_range range[SECRET_RANGES];	/* HISADDR as a list */
	uint8_t	 ranges;		/* 0: see has_his */
	bool	 has_his;		/* HISADDR as ADDR or ADDR/N: his */
	struct ip4_want his;
	bool	 has_rate;
	struct rate_conf rate;		/* in place of `set rate` */
	char	 label[SECRET_LABEL + 1];	/* "" : none */
	char	 callback[SECRET_CALLBACK + 1];	/* "" : none */
	struct grant_extra extra;	/* of a RADIUS server */
};

struct secret {
	uint8_t	 key_len;
	bool	 system;		/* KEY is `*`: ask the system */
	char	 key[AUTHKEY_MAX + 1];	/* secret: wipe after use */
	struct aaa_grant grant;
};

struct secrets;

/* secrets_new - NULL: no memory. Nothing is read yet. Owner: the caller. */
struct secrets *secrets_new(const char *path);
void secrets_free(struct secrets *s);

/*
 * secret_find - by the name a peer sent (may hold NULs): exactly, else
 * without a leading `DOMAIN\`. An empty name is never found.
 * Returns 0, or -E_UNKNOWN: no such name, no file or one that is refused;
 * secrets_error() tells which. A new state of the file goes to the log once.
 */
int secret_find(struct secrets *s, const char *name, size_t len,
    struct secret *out);

/* secrets_error - why the file is not used; "" : it is. */
const char *secrets_error(const struct secrets *s);

/* secrets_count - names in use; the file is read when it changed. */
size_t secrets_count(struct secrets *s);

/*
 * secrets_fixed - every address that the file fixes for one name, so that a
 * pool keeps them back. secrets_stamp - another number once the file was
 * read anew.
 */
typedef void secrets_fixed_fn(uint32_t addr, void *arg);
void secrets_fixed(struct secrets *s, secrets_fixed_fn *fn, void *arg);
uint64_t secrets_stamp(struct secrets *s);

/*
 * secrets_check - report what is wrong with @path to @d; the names go
 * nowhere. 0, -E_FORMAT: something was reported; -E_SYS: no such file.
 */
int secrets_check(const char *path, struct diag *d);

#endif
