/*
 * The devices of ppp(8) that are lines of octets or datagrams: how each is
 * opened and what it is afterwards. Opening never waits: what takes time is
 * told later. Control thread only.
 */
#ifndef CTL_DEV_H
#define CTL_DEV_H

#include <sys/types.h>
#include <termios.h>

#include "base/txt.h"
#include "ctl/loop.h"
#include "sess/profile.h"

struct dev_net;

/* An open device. */
struct dev {			/* zero, then dev_init() */
	enum device_kind kind;		/* DEV_NONE: closed */
	int	 in, out;		/* owner; -1: closed */
	bool	 whole, datagram;	/* see struct stream_conf */
	bool	 await_peer;		/* UDP server: the first packet tells
				 * who it is */
	bool	 restore;		/* .was is how the terminal was */
	bool	 keep_open;		/* descriptor 0: nobody's to close */
	int	 flags[2];		/* of its in and out, as they were */
	struct termios was;
	pid_t	 pid;			/* of the program; 0: none */
	char	 lock[DEVICE_MAX];	/* terminal that we have locked */
	char	 note[DEVICE_MAX];	/* /var/run/NAME.if of it, or "" */
	char	 info[160];		/* for `show physical` */
};

void dev_init(struct dev *d);

/* A macro word of a program replaced; hook of the commands. */
typedef void dev_expand_fn(void *arg, const char *in, struct txt *out);

/*
 * dev_open_tty - @word as a serial line with speed and parity of @s; @tun:
 * for /var/run/NAME.if. dev_open_program - `!COMMAND ARGS`. dev_open_direct
 * - the line that the program was started on: @fd[0] in, @fd[1] out when
 * the first is a pipe; copies are made.
 * 0, or negative with the reason in @why and nothing opened.
 */
int dev_open_tty(struct dev *d, const char *word,
    const struct serial_conf *s, const char *tun, char *why, size_t n);
int dev_open_program(struct dev *d, const char *word, bool sync,
    dev_expand_fn *expand, void *arg, char *why, size_t n);
int dev_open_direct(struct dev *d, const int fd[2],
    const struct serial_conf *s, char *why, size_t n);

/* dev_raw - packets follow: 8 bits without parity. */
void dev_raw(struct dev *d, const struct serial_conf *s);

/* dev_close - all of it; a program sees the end of its input and is given
 * a moment: dev_reap() ends and collects those that do not go. dev_leave -
 * so for another program that nobody waits for any more. */
void dev_close(struct dev *d);
void dev_leave(pid_t pid);
void dev_reap(tstamp now);
void dev_reap_all(void);

/* ---- dev_net.c ---- */

struct dev_net_hooks {
	void	*arg;
	/* @fd is the connection, the callee's; -1: @why says what is wrong */
	void	(*done)(void *arg, int fd, const char *why);
};

/*
 * dev_net_new - connect to HOST:PORT of @word; done() comes once, later.
 * NULL: no memory. dev_net_free - also while it is under way.
 */
struct dev_net *dev_net_new(struct loop *l, const char *word,
    const struct dev_net_hooks *h);
void dev_net_free(struct dev_net *d);		/* NULL allowed */

#endif
