/*
 * Going into the background, what the parent tells the shell, and the pid
 * file. ppp(8), -background and EXIT CODES.
 */
#ifndef CTL_DAEMON_H
#define CTL_DAEMON_H

#include <stdbool.h>
#include <sys/types.h>

/* Exit codes of the program, also the bytes from child to parent. */
enum exit_code {
	XC_NORMAL, XC_START, XC_SOCK, XC_MODEM, XC_DIAL, XC_DEAD, XC_DONE,
	XC_REBOOT, XC_ERRDEAD, XC_HANGUP, XC_TERM, XC_NODIAL, XC_NOLOGIN,
	XC_REDIAL, XC_RECONNECT,	/* only as bytes: the parent waits on */
	XC_COUNT
};

/* exit_name - "normal", "start", ...; "unknown" for any other number. */
const char *exit_name(int code);

struct daemon {
	int	 fd;		/* child: to the parent, -1 when done; owner */
	pid_t	 child;		/* parent: of the child; -1: fork failed */
};

/*
 * daemon_fork - fork; must come before any thread is started. In the child:
 * DAEMON_CHILD, in a session of its own (call loop_after_fork() and
 * logger_after_fork()). In the parent: the code to give to _exit(2), never
 * exit(3), so that the child's socket file stays. If fork fails: XC_SOCK
 * with d->child -1, `fork: REASON` printed.
 * @wait: -background: the parent returns when the child has reported
 * @quiet: -quiet: no `PPP enabled`, `Attempting ...`
 * While waiting the parent answers HUP, INT, QUIT and TERM by SIGINT to the
 * child; its notices are also logged at Phase as `Parent: ...`.
 */
#define DAEMON_CHILD	(-1)
int daemon_fork(struct daemon *d, bool wait, bool quiet);

/*
 * daemon_report - tell a waiting parent; does nothing when nobody waits any
 * more. XC_NORMAL: the link is up. XC_REDIAL, XC_RECONNECT: another try.
 * Any other: we gave up, end with that code.
 */
void daemon_report(struct daemon *d, enum exit_code code);

/*
 * daemon_close_std - descriptors 0 to 2 become /dev/null; with @keep_err
 * not 2 (-foreground); -direct closes 2 only: daemon_close_err().
 */
void daemon_close_std(bool keep_err);
void daemon_close_err(void);

/*
 * pidfile_write - DIR/TUN.pid with our pid (DIR is /var/run if NULL); a @tun
 * with a slash is the whole path. 0, or -E_SYS. pidfile_remove - if it still
 * names us.
 */
int pidfile_write(const char *dir, const char *tun);
void pidfile_remove(const char *dir, const char *tun);

#endif
