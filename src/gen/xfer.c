/*
 * Transfers. A block is, all of it big-endian,
 *
 *	magic, run, number of the block, of how many: 4 octets each
 *	offset of the payload in the whole: 8 octets
 *	kind of digest: 1 octet; length of the payload: 3
 *	digest of the payload, and zeros: 32 octets
 */
#include "gen/xfer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/err.h"
#include "base/rng.h"
#include "wire/wr.h"

#define MAGIC		0x50505045u	/* "PPPE" */
#define SLICE		200		/* ms between looks at c.stop */
#define QUIET		1000u		/* ms: no more datagrams come */

int
xfer_init(struct xfer *x, const struct xfer_conf *c)
{
	memset(x, 0, sizeof(*x));
	BUG_ON(c->blocks == 0 || c->blocks > XFER_BLOCKS);
	BUG_ON(c->size == 0 || c->size > XFER_BLOCK);
	BUG_ON(c->algo >= XFER_ALGOS);
	x->c = *c;
	x->sum = calloc(c->blocks, XFER_SUM);
	x->have = calloc(c->blocks, sizeof(*x->have));
	x->buf = malloc(XFER_HEAD + c->size);
	if (x->sum != NULL && x->have != NULL && x->buf != NULL)
		return 0;
	xfer_free(x);
	return -E_SYS;
}

void
xfer_free(struct xfer *x)
{
	free(x->sum);
	free(x->have);
	free(x->buf);
	x->sum = NULL;
	x->have = NULL;
	x->buf = NULL;
}

void
xfer_total(const struct xfer *x, uint8_t total[XFER_SUM])
{
	xfer_digest(x->c.algo, x->sum, (size_t)x->c.blocks * XFER_SUM,
	    total);
}

/* ---- waiting ---- */

/* Are we to go on? 0; -E_SYS with EINTR, or ECONNRESET. */
static int
tick(const struct xfer *x)
{
	if (*x->c.stop == 0 && (x->c.tick == NULL ||
	    x->c.tick(x->c.arg, x->got)))
		return 0;
	errno = *x->c.stop != 0 ? EINTR : ECONNRESET;
	return -E_SYS;
}

/* 0; -E_SYS with ETIMEDOUT or as tick(). */
static int
await(const struct xfer *x, int fd, short what, uint32_t ms)
{
	tstamp limit = clock_now() + MSEC(ms);
	struct pollfd pf = { .fd = fd, .events = what };

	while (clock_now() < limit) {
		if (tick(x) < 0)
			return -E_SYS;
		if (poll(&pf, 1, SLICE) > 0)
			return 0;
	}
	errno = ETIMEDOUT;
	return -E_SYS;
}

static bool
again(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK || err == EINTR ||
	    err == ENOBUFS;
}

/* ---- sending ---- */

/* Payload that no one can guess: xorshift from a random beginning. */
static void
fill(uint64_t *seed, uint8_t *p, size_t n)
{
	uint64_t v = *seed;

	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0) {
			v ^= v << 13;
			v ^= v >> 7;
			v ^= v << 17;
		}
		p[i] = (uint8_t)(v >> i % 8 * 8);
	}
	*seed = v;
}

/* Payload out of the file; zeros behind its end. */
static int
load(struct xfer *x, uint32_t k)
{
	uint8_t *p = x->buf + XFER_HEAD;
	ssize_t n = pread(x->c.file, p, x->c.size,
	    (off_t)k * (off_t)x->c.size);

	if (n < 0)
		return -E_SYS;
	memset(p + n, 0, x->c.size - (size_t)n);
	return 0;
}

static int
make(struct xfer *x, uint32_t k, uint64_t *seed)
{
	uint8_t *sum = x->sum + (size_t)k * XFER_SUM;
	struct wr w = wr_of(x->buf, XFER_HEAD);

	if (!x->c.from_file)
		fill(seed, x->buf + XFER_HEAD, x->c.size);
	else if (load(x, k) < 0)
		return -E_SYS;
	xfer_digest(x->c.algo, x->buf + XFER_HEAD, x->c.size, sum);
	wr_u32(&w, MAGIC);
	wr_u32(&w, x->c.run);
	wr_u32(&w, k);
	wr_u32(&w, x->c.blocks);
	wr_u32(&w, (uint32_t)((uint64_t)k * x->c.size >> 32));
	wr_u32(&w, (uint32_t)((uint64_t)k * x->c.size));
	wr_u32(&w, (uint32_t)x->c.algo << 24 | x->c.size);
	wr_put(&w, sum, XFER_SUM);
	BUG_ON(w.bad || wr_size(&w) != XFER_HEAD);
	return 0;
}

static int
put(struct xfer *x, int fd)
{
	size_t n = XFER_HEAD + x->c.size, done = 0;

	while (done < n) {
		ssize_t got = send(fd, x->buf + done, n - done, MSG_NOSIGNAL);

		if (got >= 0)
			done += (size_t)got;
		else if (!again(errno) ||
		    await(x, fd, POLLOUT, x->c.timeout) < 0)
			return -E_SYS;
	}
	return 0;
}

/* No faster than was asked for. */
static void
pace(const struct xfer *x, uint32_t k)
{
	tstamp due, now = clock_now();

	if (x->c.mbps == 0)
		return;
	due = x->began + (uint64_t)k * (XFER_HEAD + x->c.size) * 8000 /
	    x->c.mbps;
	if (due > now)
		poll(NULL, 0, (int)((due - now) / MSEC(1)));
}

int
xfer_send(struct xfer *x, int fd)
{
	struct rng rng;
	uint64_t seed;

	rng_system(&rng);
	rng_fill(&rng, &seed, sizeof(seed));
	seed |= 1;
	x->began = clock_now();
	for (uint32_t k = 0; k < x->c.blocks; k++) {
		if (tick(x) < 0 || make(x, k, &seed) < 0)
			return -E_SYS;
		pace(x, k);
		if (put(x, fd) < 0)
			return -E_SYS;
		x->have[k] = true;
		x->got++;
	}
	x->ended = clock_now();
	return 0;
}

/* ---- receiving ---- */

void
xfer_take(struct xfer *x, struct rd in, tstamp now)
{
	uint32_t magic = rd_u32(&in), run = rd_u32(&in), k = rd_u32(&in);
	uint32_t all = rd_u32(&in), high = rd_u32(&in), low = rd_u32(&in);
	uint32_t form = rd_u32(&in);
	uint8_t want[XFER_SUM], is[XFER_SUM];

	rd_copy(&in, want, XFER_SUM);
	if (in.bad || magic != MAGIC || run != x->c.run)
		return;
	xfer_digest(x->c.algo, in.p, rd_size(&in), is);
	if (all != x->c.blocks || k >= all || rd_size(&in) != x->c.size ||
	    form != ((uint32_t)x->c.algo << 24 | x->c.size) ||
	    ((uint64_t)high << 32 | low) != (uint64_t)k * x->c.size ||
	    memcmp(want, is, XFER_SUM) != 0) {
		x->damaged++;
		return;
	}
	if (x->have[k]) {
		x->twice++;
		return;
	}
	x->late += k < x->next;
	if (k >= x->next)
		x->next = k + 1;
	if (x->got++ == 0)
		x->began = now;
	x->ended = now;
	x->have[k] = true;
	memcpy(x->sum + (size_t)k * XFER_SUM, is, XFER_SUM);
}

static int
recv_datagrams(struct xfer *x, int fd)
{
	while (x->got + x->damaged < x->c.blocks) {
		ssize_t n = recv(fd, x->buf, XFER_HEAD + x->c.size, 0);

		if (n >= 0)
			xfer_take(x, rd_of(x->buf, (size_t)n), clock_now());
		else if (!again(errno))
			return -E_SYS;
		else if (await(x, fd, POLLIN, x->got > 0 ? QUIET :
		    x->c.timeout) < 0)
			return errno == ETIMEDOUT && x->got > 0 ? 0 : -E_SYS;
	}
	return 0;
}

int
xfer_recv(struct xfer *x, int fd)
{
	size_t all = XFER_HEAD + x->c.size, done = 0;

	if (x->c.udp)
		return recv_datagrams(x, fd);
	for (uint32_t k = 0; k < x->c.blocks; ) {
		ssize_t n = recv(fd, x->buf + done, all - done, 0);

		if (n == 0) {
			errno = 0;
			return -E_SYS;
		}
		if (n < 0) {
			if (!again(errno) ||
			    await(x, fd, POLLIN, x->c.timeout) < 0)
				return -E_SYS;
			continue;
		}
		done += (size_t)n;
		if (done < all)
			continue;
		if (tick(x) < 0)
			return -E_SYS;
		xfer_take(x, rd_of(x->buf, all), clock_now());
		done = 0;
		k++;
	}
	return 0;
}
