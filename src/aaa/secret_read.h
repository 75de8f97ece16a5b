/*
 * Between secret.c and secret_read.c only: the file as a hash table.
 */
#ifndef AAA_SECRET_READ_H
#define AAA_SECRET_READ_H

#include <sys/stat.h>

#include "aaa/secret.h"

/* One line. The texts lie behind it: name, key, HISADDR, label, callback,
 * rate, each with its NUL. */
struct secret_row {
	struct secret_row *next;	/* in its bucket */
	uint32_t hash;
	uint8_t	 name_len, key_len;
	uint16_t his, label, callback, rate;	/* offsets into text */
	uint16_t len;			/* octets of text */
	char	 text[];
};

struct secret_table {		/* owner: whoever declared it */
	struct secret_row **bucket;
	size_t	 buckets, n;		/* buckets: 0 or a power of two */
};

/*
 * table_read - @path into an empty @t; faults of lines go to @d and their
 * lines are passed over. @st: the file that was read.
 * Returns 0; -E_SYS (errno); -E_DENIED: the file is not private, said to @d.
 */
int table_read(struct secret_table *t, const char *path, struct stat *st,
    struct diag *d);
void table_free(struct secret_table *t);

/* table_find - the row of exactly this name, or NULL. */
const struct secret_row *table_find(const struct secret_table *t,
    const char *name, size_t len);

/* row_grant - what the row gives, HISADDR taken apart. 0 or -E_FORMAT. */
int row_grant(const struct secret_row *r, struct aaa_grant *g);

#endif
