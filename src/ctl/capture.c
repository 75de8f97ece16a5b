/*
 * The writer of captures. A ring's frames are in order of time; of all rings
 * the oldest is written first, but none younger than SETTLE, since another
 * ring may just be getting an older one.
 *
 * A writer that is told to end completes its file in its own time: the disk
 * may be slow, and control does not wait for it. The rings have one reader,
 * so the next capture's thread waits until this one has ended, and takes over
 * what that has already read for it.
 */
#include "ctl/capture.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/outfile.h"
#include "wire/pcapng.h"

#define SETTLE		MSEC(2)
#define BUSY_MS		1		/* from one look to the next: frames */
#define IDLE_MS		5		/* came, or none */
#define IFACES		64		/* described in one file */
#define ROOM		65536u

struct iface {
	char	 name[IFNAMSIZ];
	bool	 line;
};

enum end { RUNS, END_FRAMES, END_OCTETS, END_SECS, END_WRITE };

/* A capture: made by control; the thread's from its start to its end, but
 * for what says otherwise. */
struct writer {
	struct taps *taps;		/* borrows */
	struct writer *before;		/* owner; it has to end first */
	struct capture_conf conf;	/* not written while it runs, */
	char	 label[LABEL_MAX + 1];	/* and so these */
	tstamp	 since;
	uint64_t lost[TAP_RINGS];	/* before this capture */
	struct outthread thread;	/* control's */
	bool	 told;			/* control's: that it ended */
	_Atomic uint64_t frames, octets;
	_Atomic int end, end_errno;	/* enum end */
	_Atomic bool complete;		/* nothing is left but to join it */
	int	 fd;
	size_t	 n;			/* in buf, not written */
	int64_t	 wall;			/* of monotonic 0, ns since 1970 */
	tstamp	 limit;			/* of time; NEVER */
	unsigned ifaces;
	struct iface iface[IFACES];
	bool	 full[TAP_RINGS];	/* next[] holds one */
	struct tap_msg next[TAP_RINGS];
	uint8_t	 buf[ROOM];
};

struct capture {
	struct taps taps;
	uint32_t serial;		/* of the profile it follows */
	bool	 may_run;
	struct writer *w;		/* owner; NULL: none */
	struct writer *leaving;		/* owner; told to end, and not joined */
	struct writer *next;		/* owner; between ready and go */
};

/* ---- the thread ---- */

static uint64_t
lost_now(const struct writer *w)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < TAP_RINGS; i++)
		if (w->taps->tap[i] != NULL)
			n += atomic_load_explicit(&w->taps->tap[i]->lost,
			    memory_order_relaxed) - w->lost[i];
	return n;
}

static void
finish(struct writer *w, enum end why)
{
	if (atomic_load(&w->end) == RUNS)
		atomic_store(&w->end, (int)why);
	taps_close(w->taps, w->conf.serial);
}

static void
flush(struct writer *w)
{
	size_t done = 0;

	while (done < w->n && w->end != END_WRITE) {
		ssize_t n = write(w->fd, w->buf + done, w->n - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			atomic_store(&w->end_errno, n == 0 ? ENOSPC : errno);
			finish(w, END_WRITE);
		}
	}
	atomic_fetch_add(&w->octets, done);
	w->n = 0;
}

/* Room for one block more. */
static struct wr
room(struct writer *w)
{
	if (ROOM - w->n < TAP_DATA + PCAPNG_EXTRA)
		flush(w);
	return wr_of(w->buf + w->n, ROOM - w->n);
}

static void
put(struct writer *w, const struct wr *block)
{
	BUG_ON(block->bad);
	w->n += wr_size(block);
}

static uint64_t
wall(const struct writer *w, tstamp at)
{
	return (uint64_t)(w->wall + (int64_t)at);
}

/* Its number, described first when it is new. */
static uint32_t
iface_of(struct writer *w, const struct tap_msg *m)
{
	unsigned i = 0;
	struct wr b;

	while (i < w->ifaces && (w->iface[i].line != m->line ||
	    strcmp(w->iface[i].name, m->ifname) != 0))
		i++;
	if (i < w->ifaces || i == IFACES)
		return i < IFACES ? i : IFACES - 1;
	memcpy(w->iface[i].name, m->ifname, sizeof(m->ifname));
	w->iface[i].line = m->line;
	w->ifaces++;
	b = room(w);
	pcapng_interface(&b, m->line ? PCAPNG_PPP : PCAPNG_ETHERNET,
	    m->line ? "line" : m->ifname);
	put(w, &b);
	return i;
}

static void
write_frame(struct writer *w, struct tap_msg *m)
{
	char comment[CAPTURE_COMMENT];
	struct pcapng_frame f = { .iface = iface_of(w, m),
	    .wall_ns = wall(w, m->at), .out = m->out, .p = m->data,
	    .len = m->len, .size = m->size, .comment = comment };
	struct captured c;
	struct wr b = room(w);

	capture_look(m->data, m->len, m->line, &c);
	if (w->conf.mask)
		capture_mask(m->data, m->len, &c);
	capture_comment(&c, w->label, m->who, m->out, comment);
	pcapng_frame(&b, &f);
	if (w->conf.octets != 0 && w->octets + w->n + wr_size(&b) >
	    w->conf.octets) {
		finish(w, END_OCTETS);
		return;
	}
	put(w, &b);
	if (atomic_fetch_add(&w->frames, 1) + 1 == w->conf.frames)
		finish(w, END_FRAMES);
}

static bool
of_older(const struct writer *w, const struct tap_msg *m)
{
	return (int32_t)(m->serial - w->conf.serial) < 0;
}

/* Each ring's oldest frame into next[]; those of older captures go. One of
 * a younger stays there: it is the last one that we take out of that ring. */
static void
look(struct writer *w)
{
	for (unsigned i = 0; i < TAP_RINGS; i++)
		while (w->taps->tap[i] != NULL && !w->full[i] &&
		    spsc_get(&w->taps->tap[i]->ring, &w->next[i]))
			w->full[i] = !of_older(w, &w->next[i]);
}

/* The oldest of all that are ours; -1: none before @until. */
static int
oldest(const struct writer *w, tstamp until)
{
	int best = -1;

	for (int i = 0; i < TAP_RINGS; i++)
		if (w->full[i] && w->next[i].serial == w->conf.serial &&
		    w->next[i].at <= until && (best < 0 ||
		    w->next[i].at < w->next[best].at))
			best = i;
	return best;
}

/* True: there were frames. */
static bool
drain(struct writer *w, tstamp until)
{
	bool some = false;
	int i;

	for (look(w); (i = oldest(w, until)) >= 0; look(w)) {
		w->full[i] = false;
		some = true;
		if (w->end == RUNS && w->next[i].at < w->limit)
			write_frame(w, &w->next[i]);
	}
	flush(w);
	if (clock_now() >= w->limit)
		finish(w, END_SECS);
	return some;
}

/* The last block: what is missing. */
static void
complete(struct writer *w)
{
	struct wr b = room(w);

	if (w->ifaces > 0) {
		pcapng_lost(&b, 0, wall(w, clock_now()), lost_now(w));
		put(w, &b);
	}
	flush(w);
	close(w->fd);
	w->fd = -1;
}

static void
writer_free(struct writer *w)
{
	if (w->fd >= 0)			/* it never ran */
		close(w->fd);
	free(w);
}

/* What there was before has ended, and left us what it read for us. */
static void
follow(struct writer *w)
{
	struct writer *b = w->before;

	if (b == NULL)
		return;
	outthread_join(&b->thread);
	for (unsigned i = 0; i < TAP_RINGS; i++) {
		w->full[i] = b->full[i] && !of_older(w, &b->next[i]);
		if (w->full[i])
			w->next[i] = b->next[i];
	}
	writer_free(b);
	w->before = NULL;
}

/* The file is empty from here on. */
static void
begin(struct writer *w)
{
	struct wr b = wr_of(w->buf, sizeof(w->buf));

	pcapng_section(&b, "ppp");
	w->n = wr_size(&b);
	if (ftruncate(w->fd, 0) < 0) {
		atomic_store(&w->end_errno, errno);
		finish(w, END_WRITE);
	}
}

static void *
writer_main(void *arg)
{
	struct writer *w = arg;
	struct pollfd stop = { .fd = w->thread.stop[0], .events = POLLIN };
	bool busy = false;

	follow(w);
	begin(w);
	while (w->end == RUNS && poll(&stop, 1, busy ? BUSY_MS : IDLE_MS)
	    <= 0)
		busy = drain(w, clock_now() - SETTLE);
	drain(w, NEVER);
	complete(w);
	atomic_store(&w->complete, true);
	return NULL;
}

/* ---- control ---- */

struct capture *
capture_new(void)
{
	return calloc(1, sizeof(struct capture));
}

struct taps *
capture_taps(struct capture *cp)
{
	return &cp->taps;
}

static void
join(struct capture *cp)
{
	if (cp->leaving == NULL)
		return;
	outthread_join(&cp->leaving->thread);
	writer_free(cp->leaving);
	cp->leaving = NULL;
}

/* What there is ends: its thread completes the file. */
static void
stop(struct capture *cp)
{
	struct writer *w = cp->w;

	if (w == NULL)
		return;
	cp->w = NULL;
	taps_close(&cp->taps, w->conf.serial);
	if (w->thread.runs) {
		BUG_ON(cp->leaving != NULL);	/* w has it */
		outthread_end(&w->thread);
		cp->leaving = w;
		return;
	}
	writer_free(w);
}

void
capture_free(struct capture *cp)
{
	stop(cp);
	join(cp);
	capture_cancel(cp);
	taps_free(&cp->taps);
	free(cp);
}

static bool
is_capture(const uint8_t *head, size_t n)
{
	static const uint8_t magic[4] = { 0x0a, 0x0d, 0x0d, 0x0a };

	return n == 0 || (n >= 4 && memcmp(head, magic, 4) == 0);
}

static const struct outfile_kind kind = { "capture", is_capture };

/* Behind the one that still leaves. */
static int
start(struct capture *cp)
{
	struct writer *w = cp->w;
	int err;

	w->before = cp->leaving;
	err = outthread_start(&w->thread, "ppp: capture", writer_main, w);
	if (err == 0)
		cp->leaving = NULL;
	else
		w->before = NULL;
	return err;
}

int
capture_run(struct capture *cp)
{
	cp->may_run = true;
	return cp->w != NULL && !cp->w->thread.runs ? start(cp) : 0;
}

static void
fresh(struct writer *w, struct capture *cp, const struct profile *p)
{
	w->taps = &cp->taps;
	w->conf = p->capture;
	w->since = clock_now();
	w->wall = clock_epoch();
	w->limit = w->conf.secs != 0 ? w->since + SEC(w->conf.secs) : NEVER;
	snprintf(w->label, sizeof(w->label), "%s", p->label);
	for (unsigned i = 0; i < TAP_RINGS; i++)
		if (cp->taps.tap[i] != NULL)
			w->lost[i] = atomic_load(&cp->taps.tap[i]->lost);
}

void
capture_cancel(struct capture *cp)
{
	if (cp->next == NULL)
		return;
	writer_free(cp->next);
	cp->next = NULL;
}

int
capture_ready(struct capture *cp, const struct profile *p, unsigned lanes,
    char *why, size_t n)
{
	char text[384];

	if (p->capture.serial == cp->serial || p->capture.path[0] == '\0')
		return 0;
	cp->next = calloc(1, sizeof(*cp->next));
	if (cp->next == NULL || taps_make(&cp->taps, lanes) < 0) {
		snprintf(why, n, "out of memory for a capture");
		free(cp->next);
		cp->next = NULL;
		return -E_NOMEM;
	}
	cp->next->fd = outfile_open(p->capture.path, &kind, text,
	    sizeof(text));
	if (cp->next->fd >= 0)
		return 0;
	snprintf(why, n, "set capture: %s", text);
	free(cp->next);
	cp->next = NULL;
	return -E_DENIED;
}

void
capture_go(struct capture *cp, const struct profile *p)
{
	struct writer *w = cp->next;

	if (p->capture.serial == cp->serial)
		return;
	cp->serial = p->capture.serial;
	stop(cp);
	cp->w = w;
	cp->next = NULL;
	if (w == NULL)
		return;
	fresh(w, cp, p);
	if (cp->may_run && start(cp) < 0) {
		w->end_errno = errno;
		w->end = END_WRITE;
		return;
	}
	taps_open(&cp->taps, cp->serial);
	log_put(LOG_PHASE, "Capturing into %s", w->conf.path);
}

/* ---- what became of it ---- */

static void
why_ended(struct writer *w, char *to, size_t n)
{
	static const char *const text[] = {
		[RUNS] = "", [END_FRAMES] = "enough frames",
		[END_OCTETS] = "the file has its size",
		[END_SECS] = "its time is over",
	};
	int end = atomic_load(&w->end);

	snprintf(to, n, "%s", end == END_WRITE ?
	    strerror(atomic_load(&w->end_errno)) : text[end]);
}

void
capture_tick(struct capture *cp)
{
	struct writer *w = cp->w;
	char why[96];

	if (cp->leaving != NULL && atomic_load(&cp->leaving->complete))
		join(cp);
	if (w == NULL || w->told || atomic_load(&w->end) == RUNS)
		return;
	w->told = true;
	why_ended(w, why, sizeof(why));
	log_put(LOG_PHASE, "Capture into %s has ended: %s", w->conf.path,
	    why);
}

static uint8_t
state_of(struct capture *cp)
{
	if (cp->w != NULL)
		return atomic_load(&cp->w->end) == RUNS ? CAPTURE_RUNS :
		    CAPTURE_ENDED;
	return cp->leaving != NULL && !atomic_load(&cp->leaving->complete) ?
	    CAPTURE_LEAVES : CAPTURE_NONE;
}

void
capture_view(struct capture *cp, struct capture_view *v)
{
	struct writer *w = cp->w != NULL ? cp->w : cp->leaving;

	memset(v, 0, sizeof(*v));
	v->state = state_of(cp);
	if (v->state == CAPTURE_NONE)
		return;
	v->conf = w->conf;
	why_ended(w, v->end, sizeof(v->end));
	v->frames = atomic_load(&w->frames);
	v->octets = atomic_load(&w->octets);
	v->lost = lost_now(w);
	v->since = w->since;
}
