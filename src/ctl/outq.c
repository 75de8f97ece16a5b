/* Output that never makes us wait. */
#include "ctl/outq.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

#define KEEP	65536u	/* an empty buffer larger than this is given back */

void
outq_add(struct outq *q, const char *p, size_t n)
{
	if (q->off > 0 && q->off >= q->t.n / 2) {
		q->t.n -= q->off;
		memmove(q->t.p, q->t.p + q->off, q->t.n + 1);
		q->off = 0;
	}
	txt_add(&q->t, p, n);
}

size_t
outq_size(const struct outq *q)
{
	return q->t.n - q->off;
}

long
outq_flush(struct outq *q, int fd)
{
	size_t start = q->off;
	ssize_t n;

	if (q->t.lost)
		return -E_NOMEM;
	while (q->off < q->t.n) {
		n = write(fd, q->t.p + q->off, q->t.n - q->off);
		if (n > 0)
			q->off += (size_t)n;
		else if (n < 0 && errno == EINTR)
			continue;
		else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			return -E_SYS;
		else
			return (long)(q->off - start);
	}
	start = q->t.n - start;
	q->off = 0;
	if (q->t.cap > KEEP)
		txt_free(&q->t);
	else
		txt_clear(&q->t);
	return (long)start;
}

void
outq_free(struct outq *q)
{
	txt_free(&q->t);
	q->off = 0;
}
