/*
 * The physical layer of a link that is not PPPoE: opens the device, runs the
 * chat scripts, waits for carrier, gives the descriptors to the lane; when
 * PPP is over logout and hangup, and the device is closed. ppp(8): the link
 * states dial, carrier, login, ready, logout, hangup. Control thread only.
 */
#ifndef CTL_PHYSICAL_H
#define CTL_PHYSICAL_H

#include "base/why.h"
#include "ctl/dev.h"
#include "io/stream.h"
#include "sess/rec.h"

struct physical;

/* All come from the loop, never from inside a call of this header. */
struct physical_hooks {
	void	*arg;
	void	(*state)(void *arg, enum link_state to);
	/* PPP may begin; the descriptors in @c are the callee's */
	void	(*ready)(void *arg, const struct stream_conf *c);
	/* nothing is open (any more) and PPP did not begin */
	void	(*failed)(void *arg, enum why why);
	void	(*lost)(void *arg);	/* carrier, while PPP runs */
	void	(*closed)(void *arg);	/* after physical_end() */
	void	(*term)(void *arg, const char *p, size_t n);	/* received */
	void	(*packets)(void *arg);	/* terminal mode: a PPP frame came */
	dev_expand_fn *expand;
	/* the link's settings as they are now; this one is asked */
	const struct link_conf *(*conf)(void *arg);
};

/* physical_new - NULL: no memory. */
struct physical *physical_new(struct loop *l,
    const struct physical_hooks *h);
void physical_free(struct physical *ph);	/* NULL allowed */

/*
 * physical_open - open @device (a word of `set device`, not PPPoE) and go
 * on until ready() or failed(). @scripts: chat scripts are run. @tun: the
 * interface's name.
 * physical_direct - the same for the line we were started on.
 * 0; negative with the reason in @why: not opened, no hook will be called.
 */
int physical_open(struct physical *ph, const char *device, bool scripts,
    const char *tun, char *why, size_t n);
int physical_direct(struct physical *ph, const int fd[2], bool scripts,
    char *why, size_t n);

/*
 * physical_abort - not ready yet: failed(@why) follows; false: nothing is
 * under way. physical_end - PPP is over: closed() follows, after the scripts
 * unless the line is @lost. @keep: a leased line stays open for the next
 * physical_open().
 */
bool physical_abort(struct physical *ph, enum why why);
void physical_end(struct physical *ph, bool lost, bool keep);

/* Is anything open or under way? Are scripts (or their end) awaited? */
bool physical_busy(const struct physical *ph);
bool physical_ending(const struct physical *ph);

/* Numbers of `set phone` that this round has not tried. */
bool physical_more_numbers(const struct physical *ph);

/*
 * Terminal mode. physical_term - open @device and pass octets both ways; as
 * physical_open(). physical_in_term - is it so? physical_packets - go on to
 * ready() from there.
 */
int physical_term(struct physical *ph, const char *device, const char *tun,
    char *why, size_t n);
bool physical_in_term(const struct physical *ph);
void physical_write(struct physical *ph, const char *p, size_t n);
void physical_packets(struct physical *ph);

/* What there is to see; texts are borrowed until the next call. */
struct physical_view {
	bool	 open;
	enum device_kind kind;
	bool	 sync;
	int	 carrier;		/* 1, 0; -1: not watched */
	const char *info, *phone;	/* "" : none */
};
void physical_see(const struct physical *ph, struct physical_view *v);

#endif
