/* Programs that a prompt waits for. */
#include "cmd/job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

#define LOOK		(SEC(1) / 50)	/* for its end, once its output is */
#define FULL		(SEC(1) / 10)	/* the prompt takes no more: later */
#define CHUNK		4096

struct job {
	struct job *next;
	struct cmd_env *env;
	struct prompt *pr;		/* waits; NULL: nobody (any more) */
	pid_t	 pid;
	int	 fd;			/* its output; -1: ended */
	struct loop_fd *watch;
	struct loop_timer *timer;
};

static void
job_free(struct job *j)
{
	struct job **at = &j->env->jobs;

	while (*at != NULL && *at != j)
		at = &(*at)->next;
	if (*at == j)
		*at = j->next;
	loop_fd_free(j->watch);
	loop_timer_free(j->timer);
	if (j->fd >= 0)
		close(j->fd);
	if (j->pr != NULL)
		prompt_release(j->pr);
	free(j);
}

static void
output_ended(struct job *j)
{
	loop_fd_free(j->watch);
	j->watch = NULL;
	close(j->fd);
	j->fd = -1;
	loop_timer_set(j->timer, clock_now());
}

static void
on_output(void *arg, unsigned what)
{
	struct job *j = arg;
	char buf[CHUNK];
	ssize_t n;

	(void)what;
	if (j->pr != NULL && prompt_unsent(j->pr) > PROMPT_UNSENT) {
		loop_fd_want(j->watch, 0);
		loop_timer_set(j->timer, clock_now() + FULL);
		return;
	}
	n = read(j->fd, buf, sizeof(buf));
	if (n > 0 && j->pr != NULL)
		prompt_more(j->pr, buf, (size_t)n);
	else if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		output_ended(j);
}

static void
on_timer(void *arg, tstamp now)
{
	struct job *j = arg;
	int status;
	pid_t p;

	if (j->fd >= 0) {
		loop_fd_want(j->watch, LOOP_READ);
		return;
	}
	p = waitpid(j->pid, &status, WNOHANG);
	if (p == 0 || (p < 0 && errno == EINTR))
		loop_timer_set(j->timer, now + LOOK);
	else
		job_free(j);
}

/* The client went; the program may go on. */
static void
forsaken(void *arg)
{
	struct job *j = arg;

	j->pr = NULL;
}

static struct job *
job_new(struct cmd_env *e, pid_t pid, int fd)
{
	struct loop *l = ctl_loop(e->ctl);
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->env = e;
	j->pid = pid;
	j->fd = fd;
	j->timer = loop_timer_new(l, on_timer, j);
	if (fd >= 0)
		j->watch = loop_fd_new(l, fd, on_output, j);
	j->next = e->jobs;
	e->jobs = j;
	if (j->timer == NULL || (fd >= 0 && (j->watch == NULL ||
	    loop_fd_want(j->watch, LOOP_READ) < 0))) {
		job_free(j);
		return NULL;
	}
	return j;
}

int
job_start(struct cmd_env *e, struct prompt *pr, pid_t pid, int out)
{
	struct job *j;

	fcntl(out, F_SETFL, fcntl(out, F_GETFL) | O_NONBLOCK);
	j = job_new(e, pid, out);
	if (j == NULL) {
		close(out);
		return -E_NOMEM;
	}
	j->pr = pr;
	prompt_hold(pr, forsaken, j);
	return 0;
}

void
job_leave(struct cmd_env *e, pid_t pid)
{
	struct job *j = job_new(e, pid, -1);

	if (j != NULL)
		loop_timer_set(j->timer, clock_now() + LOOK);
}

void
jobs_end(struct cmd_env *e)
{
	while (e->jobs != NULL)
		job_free(e->jobs);
}
