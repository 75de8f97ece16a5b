/*
 * Output of one descriptor that must never make us wait: what the system
 * does not take now stays here. The descriptor is non-blocking.
 */
#ifndef CTL_OUTQ_H
#define CTL_OUTQ_H

#include "base/txt.h"

struct outq {			/* zero: empty; outq_free() */
	struct txt t;
	size_t	 off;		/* sent of t */
};

void outq_add(struct outq *q, const char *p, size_t n);

/* outq_size - octets not taken yet. */
size_t outq_size(const struct outq *q);

/*
 * outq_flush - give the system what it takes now. Octets taken; -E_SYS when
 * the other end is gone; -E_NOMEM when text was lost before.
 */
long outq_flush(struct outq *q, int fd);
void outq_free(struct outq *q);

#endif
