/*
 * Where log lines go: syslog (or a file where no syslog runs), standard
 * error in -foreground, prompts with a local mask, and a ring of the last
 * lines. Lines may quote a peer: control characters are shown as \ooo.
 * Control thread only. ppp(8), LOGGING.
 */
#ifndef CTL_LOGGER_H
#define CTL_LOGGER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"
#include "ctl/prompt.h"

#define LOGGER_FILE	"/var/log/ppp.log"
#define LOGGER_TAIL	200	/* lines kept for logger_tail() */

struct logger;

struct logger_conf {
	const char *ident;	/* argv[0] or its basename; copied */
	const char *dev;	/* syslogd's socket; NULL: the system's */
	const char *file;	/* without syslogd; NULL: LOGGER_FILE */
	bool	 foreground;	/* to standard error too */
};

/*
 * logger_new - becomes the sink of base/log.h; the mask starts as Phase.
 * @ps: prompts that hear lines too, may be NULL. NULL: no memory.
 * logger_free - lines go to standard error again. Before prompts_free().
 */
struct logger *logger_new(const struct logger_conf *conf,
    struct prompts *ps);
void logger_free(struct logger *lg);

/* logger_set_mask - levels for syslog (`set log`); LOG_ALWAYS is added. */
void logger_set_mask(struct logger *lg, uint32_t mask);

/*
 * logger_set_tun - what level Tun puts before each line.
 * @tun: "tun0"; "" or NULL: nothing  @name: of `iface name`, or NULL
 */
void logger_set_tun(struct logger *lg, const char *tun, const char *name);

/* logger_tail - the last @n lines, oldest first; @wall: s since 1970. */
typedef void logger_tail_fn(void *arg, int64_t wall,
    const struct log_line *line);
void logger_tail(const struct logger *lg, unsigned n, logger_tail_fn *fn,
    void *arg);

/* logger_lines - how many of them there are. */
uint64_t logger_lines(const struct logger *lg);

/*
 * logger_after_fork - the child writes its own pid from now on.
 * logger_lost - lines that no destination took.
 */
void logger_after_fork(struct logger *lg);
uint64_t logger_lost(const struct logger *lg);

#endif
