/*
 * What a prompt is made of, for the files that make it: prompt.c moves its
 * octets, prompts.c answers for one and for all of them. Nobody else.
 */
#ifndef CTL_PROMPT_IMPL_H
#define CTL_PROMPT_IMPL_H

#include <sys/queue.h>

#include "ctl/lines.h"
#include "ctl/outq.h"
#include "ctl/prompt.h"

#define PROMPT_IN	2048u	/* octets read at once */

struct prompt {
	TAILQ_ENTRY(prompt) link;
	struct prompts *ps;
	enum prompt_kind kind;
	char	 from[64];
	const char *password;		/* borrows */
	const void *owner;
	uint32_t mask;
	bool	 authed, suspended;
	bool	 follows;		/* prompt_follow() */
	bool	 shown;			/* the prompt is on the last line */
	bool	 redraw;		/* ... and has to be */
	bool	 running;		/* its command runs: do not free */
	bool	 closing;		/* free it when all is sent */
	bool	 dead;			/* free it */
	bool	 eof;
	void	(*gone)(void *arg);	/* not NULL: held */
	void	(*typed)(void *arg);	/* while held; or NULL */
	void	*gone_arg;		/* of both */
	bool	 late;			/* the stall timer runs */
	struct prompt_term term;	/* show NULL: a socket */

	int	 fd;
	struct loop_fd *watch;
	struct loop_timer *again, *stall;
	struct lines lines;
	struct outq out;
	size_t	 in_off, in_n;
	char	 in[PROMPT_IN];
};

struct prompts {
	TAILQ_HEAD(, prompt) list;
	struct loop *loop;
	struct prompt_hooks hook;
	void	(*mask_fn)(void *arg);
	void	*mask_arg;
	char	 host[64];
	char	 text[96];		/* of prompt_text() */
};

/*
 * prompt_start - watch the socket @fd (taken) and send the prompt; 0, or
 * -E_NOMEM with nothing taken. prompt_end - free it, wherever it stands.
 */
int prompt_start(struct prompt *pr, int fd);
void prompt_end(struct prompt *pr);

/* prompt_kill - free it at the next turn; prompt_drop - when all is sent. */
void prompt_kill(struct prompt *pr);
void prompt_drop(struct prompt *pr);

/* prompt_blank - is there nothing in the line? */
bool prompt_blank(const char *line);

/* prompt_exec - run @line now and put its answer. */
int prompt_exec(struct prompt *pr, const char *line);

/* prompt_flooded - it has more to take than we keep adding to. */
bool prompt_flooded(const struct prompt *pr);

/* prompt_put - text; prompt_put_aside - at any time, the prompt follows. */
void prompt_put(struct prompt *pr, const char *p, size_t n);
void prompt_put_aside(struct prompt *pr, const char *p, size_t n);

/* prompts_changed - tell whoever keeps the union of the masks. */
void prompts_changed(struct prompts *ps);

#endif
