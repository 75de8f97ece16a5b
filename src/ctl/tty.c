/*
 * libedit wants to block until a line is whole, so it runs in a thread of
 * its own, as a coroutine: it works only while the loop waits for it in
 * resume(), and gives the turn back when it needs a key (park()). There is
 * never more than one of the two at work, so nothing is locked. What it
 * draws goes into memory and from there to the terminal, without blocking.
 */
#include "ctl/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "ctl/outq.h"

#define HISTORY		20	/* lines, unless EL_SIZE */
#define HISTORY_MAX	10000

enum state { WANT_KEY, HAVE_LINE, AT_EOF, ENDED };

struct tty {
	struct loop *loop;
	struct tty_hooks hook;
	int	 fd;
	struct loop_fd *watch;
	struct loop_signal *winch, *tstp, *cont;
	bool	 busy, doomed;		/* in a hook; free it afterwards */
	bool	 suspended;
	tty_raw_fn *raw;		/* NULL: lines are edited */
	void	*raw_arg;
	struct termios cooked;

	pthread_t thread;
	sem_t	 go, back;
	enum state state;
	bool	 ending;		/* the editor is to return */
	const char *line;		/* borrows: the editor's */

	EditLine *el;
	History	*hist;
	FILE	*fin, *draw;
	char	*drawn;			/* owner: of draw */
	size_t	 drawn_size;
	struct outq out;

	mbstate_t mb;
	size_t	 in_off, in_n;
	char	 in[256];
};

/* ---- the editor's side ---- */

static void
park(struct tty *t, enum state s)
{
	t->state = s;
	sem_post(&t->back);
	while (sem_wait(&t->go) < 0)
		;
}

/* The next character typed, for libedit. */
static int
next_key(EditLine *el, wchar_t *wc)
{
	struct tty *t;
	size_t n;

	el_get(el, EL_CLIENTDATA, &t);
	for (;;) {
		while (t->in_off == t->in_n && !t->ending)
			park(t, WANT_KEY);
		if (t->ending)
			return 0;
		n = mbrtowc(wc, t->in + t->in_off, 1, &t->mb);
		t->in_off++;
		if (n == 0 || n == 1)
			return 1;
		if (n == (size_t)-1) {
			memset(&t->mb, 0, sizeof(t->mb));
			*wc = L'?';
			return 1;
		}
	}
}

static void *
editor(void *arg)
{
	struct tty *t = arg;
	HistEvent ev;
	int n;

	while (sem_wait(&t->go) < 0)
		;
	while (!t->ending) {
		t->line = el_gets(t->el, &n);
		if (t->ending)
			break;
		if (t->line == NULL || n <= 0) {
			park(t, AT_EOF);
			continue;
		}
		if (t->line[strspn(t->line, " \t\r\n")] != '\0')
			history(t->hist, &ev, H_ENTER, t->line);
		park(t, HAVE_LINE);
	}
	t->state = ENDED;
	sem_post(&t->back);
	return NULL;
}

static char *
prompt(EditLine *el)
{
	union { const char *in; char *out; } p;	/* libedit's type */
	struct tty *t;

	el_get(el, EL_CLIENTDATA, &t);
	p.in = t->hook.prompt(t->hook.arg);
	return p.out;
}

/* ---- completion ---- */

static size_t
common(const char **word, size_t n)
{
	size_t len = strlen(word[0]), k;

	for (size_t i = 1; i < n; i++) {
		for (k = 0; k < len && word[i][k] == word[0][k]; k++)
			;
		len = k;
	}
	return len;
}

static void
list(struct tty *t, const char **word, size_t n)
{
	size_t width = 0, col = 0, cols = 80;
	struct winsize ws;

	if (ioctl(t->fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		cols = ws.ws_col;
	for (size_t i = 0; i < n; i++)
		if (strlen(word[i]) > width)
			width = strlen(word[i]);
	width += 2;
	fputc('\n', t->draw);
	for (size_t i = 0; i < n; i++) {
		if (col > 0 && col + width > cols) {
			fputc('\n', t->draw);
			col = 0;
		}
		fprintf(t->draw, "%-*s", (int)width, word[i]);
		col += width;
	}
	fputc('\n', t->draw);
}

static bool
insert(struct tty *t, const char *p, size_t n)
{
	char buf[256];

	if (n == 0 || n >= sizeof(buf))
		return false;
	memcpy(buf, p, n);
	buf[n] = '\0';
	return el_insertstr(t->el, buf) == 0;
}

static unsigned char
complete_word(struct tty *t, const char *line, size_t cursor)
{
	const char *word[TTY_WORDS];
	size_t start = cursor, typed, n, len;

	n = t->hook.complete(t->hook.arg, line, cursor, word, TTY_WORDS);
	if (n == 0)
		return CC_ERROR;
	while (start > 0 && line[start - 1] != ' ' && line[start - 1] != '\t')
		start--;
	typed = cursor - start;
	len = common(word, n);
	if (len < typed || strncasecmp(word[0], line + start, typed) != 0)
		len = typed;
	if (n > 1 && len == typed) {
		list(t, word, n);
		return CC_REDISPLAY;
	}
	insert(t, word[0] + typed, len - typed);
	if (n == 1)
		insert(t, " ", 1);
	return CC_REFRESH;
}

static unsigned char
on_tab(EditLine *el, int ch)
{
	const LineInfo *li = el_line(el);
	unsigned char done;
	struct tty *t;
	char *line;

	(void)ch;
	el_get(el, EL_CLIENTDATA, &t);
	if (t->hook.complete == NULL)
		return CC_ERROR;
	line = strndup(li->buffer, (size_t)(li->lastchar - li->buffer));
	if (line == NULL)
		return CC_ERROR;
	done = complete_word(t, line, (size_t)(li->cursor - li->buffer));
	free(line);
	return done;
}

/* ---- the loop's side ---- */

static void
flush(struct tty *t)
{
	long n = outq_flush(&t->out, t->fd);
	unsigned want = LOOP_READ;

	if (t->state == AT_EOF || t->suspended)
		want = 0;
	if (n >= 0 && outq_size(&t->out) > 0)
		want |= LOOP_WRITE;
	loop_fd_want(t->watch, want);
}

/* What the editor drew becomes output. */
static void
collect(struct tty *t)
{
	fflush(t->draw);
	outq_add(&t->out, t->drawn, (size_t)ftell(t->draw));
	rewind(t->draw);
}

static void
resume(struct tty *t)
{
	sem_post(&t->go);
	while (sem_wait(&t->back) < 0)
		;
	collect(t);
}

static bool
editing(const struct tty *t)
{
	return t->state == WANT_KEY && !t->busy && !t->suspended;
}

/* To the beginning of what is being edited, and clear from there. */
static void
wipe_line(struct tty *t)
{
	const char *term = getenv("TERM");
	const LineInfo *li = el_line(t->el);
	size_t cols = 80, pos;
	struct winsize ws;
	char buf[32];
	int n;

	if (term == NULL || strcmp(term, "dumb") == 0) {
		outq_add(&t->out, "\n", 1);
		return;
	}
	if (ioctl(t->fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		cols = ws.ws_col;
	pos = strlen(t->hook.prompt(t->hook.arg)) +
	    (size_t)(li->cursor - li->buffer);
	n = pos < cols ? snprintf(buf, sizeof(buf), "\r\033[J") :
	    snprintf(buf, sizeof(buf), "\033[%zuA\r\033[J", pos / cols);
	outq_add(&t->out, buf, (size_t)n);
}

static void
destroy(struct tty *t)
{
	if (editing(t))
		wipe_line(t);
	if (t->raw != NULL)
		tcsetattr(t->fd, TCSADRAIN, &t->cooked);
	t->ending = true;
	resume(t);
	pthread_join(t->thread, NULL);
	el_end(t->el);
	history_end(t->hist);
	outq_flush(&t->out, t->fd);
	outq_free(&t->out);
	loop_fd_free(t->watch);
	loop_signal_free(t->winch);
	loop_signal_free(t->tstp);
	loop_signal_free(t->cont);
	fclose(t->draw);
	free(t->drawn);
	fclose(t->fin);
	close(t->fd);
	sem_destroy(&t->go);
	sem_destroy(&t->back);
	free(t);
}

static void
give_line(struct tty *t)
{
	char *line = strndup(t->line, strcspn(t->line, "\r\n"));

	flush(t);
	if (line != NULL)
		t->hook.line(t->hook.arg, line);
	free(line);
}

/* Let the editor work until it needs a key; false if @t is gone. */
static bool
work(struct tty *t)
{
	t->busy = true;
	do {
		resume(t);
		if (t->state == HAVE_LINE)
			give_line(t);
		else if (t->state == AT_EOF)
			t->hook.eof(t->hook.arg);
	} while (t->state == HAVE_LINE && !t->doomed && t->raw == NULL);
	t->busy = false;
	if (!t->doomed) {
		flush(t);
		return true;
	}
	destroy(t);
	return false;
}

/* ---- characters as they are ---- */

void
tty_raw(struct tty *t, tty_raw_fn *fn, void *arg)
{
	struct termios raw;

	t->raw = fn;
	t->raw_arg = arg;
	tcgetattr(t->fd, &t->cooked);
	raw = t->cooked;
	cfmakeraw(&raw);
	raw.c_oflag |= OPOST;		/* our own lines end in \n */
	tcsetattr(t->fd, TCSADRAIN, &raw);
	flush(t);
}

void
tty_cooked(struct tty *t)
{
	if (t->raw == NULL)
		return;
	t->raw = NULL;
	tcsetattr(t->fd, TCSADRAIN, &t->cooked);
	if (!t->busy)
		work(t);
}

/* What was typed behind the end of it is the editor's. */
static void
typed_raw(struct tty *t, size_t n)
{
	t->in_off = 0;
	t->in_n = n;
	t->busy = true;
	while (t->raw != NULL && !t->doomed && t->in_off < t->in_n)
		t->raw(t->raw_arg, t->in[t->in_off++]);
	t->busy = false;
	if (t->doomed)
		destroy(t);
	else if (t->raw == NULL)
		work(t);
}

static void
on_fd(void *arg, unsigned what)
{
	struct tty *t = arg;
	ssize_t n;

	if (what & LOOP_WRITE)
		flush(t);
	if (!(what & LOOP_READ) || (t->state != WANT_KEY && t->raw == NULL))
		return;
	n = read(t->fd, t->in, sizeof(t->in));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && t->raw != NULL) {
		typed_raw(t, (size_t)n);
		return;
	}
	if (n > 0) {
		t->in_off = 0;
		t->in_n = (size_t)n;
		work(t);
		return;
	}
	t->state = AT_EOF;	/* hung up */
	loop_fd_want(t->watch, 0);
	t->busy = true;
	t->hook.eof(t->hook.arg);
	t->busy = false;
	if (t->doomed)
		destroy(t);
}

/* ---- text above the line ---- */

static void
redraw(struct tty *t)
{
	el_set(t->el, EL_REFRESH);
	collect(t);
}

void
tty_print(struct tty *t, const char *p, size_t n)
{
	if (t->suspended)
		return;
	if (editing(t))
		wipe_line(t);
	outq_add(&t->out, p, n);
	if (editing(t))
		redraw(t);
	flush(t);
}

void
tty_refresh(struct tty *t)
{
	if (editing(t))
		tty_print(t, "", 0);
}

/* ---- signals ---- */

static void
on_winch(void *arg, int sig)
{
	struct tty *t = arg;

	(void)sig;
	if (!editing(t))
		return;
	el_resize(t->el);
	collect(t);
	flush(t);
}

static void
suspend(struct tty *t, bool yes)
{
	t->suspended = yes;
	if (t->hook.suspended != NULL)
		t->hook.suspended(t->hook.arg, yes);
}

static void
on_cont(void *arg, int sig)
{
	struct tty *t = arg;

	(void)sig;
	/* `bg` in the shell: the terminal is not ours until `fg`. */
	if (!t->suspended || tcgetpgrp(t->fd) != getpgrp())
		return;
	suspend(t, false);
	el_set(t->el, EL_PREP_TERM, 1);
	redraw(t);
	flush(t);
}

static void
on_tstp(void *arg, int sig)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, was;
	struct tty *t = arg;

	(void)sig;
	if (!editing(t))
		return;
	outq_add(&t->out, "\n", 1);
	suspend(t, true);
	flush(t);
	el_set(t->el, EL_PREP_TERM, 0);
	sigemptyset(&dfl.sa_mask);
	sigaction(SIGTSTP, &dfl, &was);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &was, NULL);
	on_cont(t, SIGCONT);
}

/* ---- life ---- */

static int
history_size(void)
{
	const char *s = getenv("EL_SIZE");
	long v = s != NULL ? strtol(s, NULL, 10) : HISTORY;

	return v >= 1 && v <= HISTORY_MAX ? (int)v : HISTORY;
}

static bool
open_editor(struct tty *t, const char *prog)
{
	const char *mode = getenv("EL_EDITOR");
	HistEvent ev;

	t->fin = fdopen(fcntl(t->fd, F_DUPFD_CLOEXEC, 0), "r");
	t->draw = open_memstream(&t->drawn, &t->drawn_size);
	t->hist = history_init();
	if (t->fin == NULL || t->draw == NULL || t->hist == NULL)
		return false;
	t->el = el_init_fd(prog, t->fin, t->draw, t->draw, t->fd, t->fd,
	    t->fd);
	if (t->el == NULL)
		return false;
	history(t->hist, &ev, H_SETSIZE, history_size());
	history(t->hist, &ev, H_SETUNIQUE, 1);
	el_set(t->el, EL_CLIENTDATA, t);
	el_set(t->el, EL_PROMPT, prompt);
	el_set(t->el, EL_HIST, history, t->hist);
	el_set(t->el, EL_SIGNAL, 0);
	el_set(t->el, EL_GETCFN, next_key);
	el_set(t->el, EL_EDITOR, mode != NULL && strcmp(mode, "vi") == 0 ?
	    "vi" : "emacs");
	el_set(t->el, EL_ADDFN, "ppp-complete", "Complete the word", on_tab);
	el_set(t->el, EL_BIND, "^I", "ppp-complete", NULL);
	/* A terminal stopped by ^S would stop us when its mode changes. */
	el_set(t->el, EL_SETTY, "-d", "-ixon", NULL);
	el_set(t->el, EL_SETTY, "-x", "-ixon", NULL);
	el_source(t->el, NULL);
	return true;
}

static bool
open_loop(struct tty *t)
{
	sigset_t all, was;
	int err;

	t->watch = loop_fd_new(t->loop, t->fd, on_fd, t);
	t->winch = loop_signal_new(t->loop, SIGWINCH, on_winch, t);
	t->tstp = loop_signal_new(t->loop, SIGTSTP, on_tstp, t);
	t->cont = loop_signal_new(t->loop, SIGCONT, on_cont, t);
	if (t->watch == NULL || t->winch == NULL || t->tstp == NULL ||
	    t->cont == NULL)
		return false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	err = pthread_create(&t->thread, NULL, editor, t);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return err == 0;
}

static void
undo(struct tty *t)
{
	loop_fd_free(t->watch);
	loop_signal_free(t->winch);
	loop_signal_free(t->tstp);
	loop_signal_free(t->cont);
	if (t->el != NULL)
		el_end(t->el);
	if (t->hist != NULL)
		history_end(t->hist);
	if (t->draw != NULL)
		fclose(t->draw);
	free(t->drawn);
	if (t->fin != NULL)
		fclose(t->fin);
	free(t);
}

struct tty *
tty_new(struct loop *l, int fd, const char *prog, const struct tty_hooks *h)
{
	struct tty *t = calloc(1, sizeof(*t));
	int own = fd < 0 ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) :
	    fd;

	if (t == NULL || own < 0 || !isatty(own)) {
		free(t);
		if (fd < 0 && own >= 0)
			close(own);
		return NULL;
	}
	t->loop = l;
	t->hook = *h;
	t->fd = own;
	fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK);
	setlocale(LC_CTYPE, "");
	sem_init(&t->go, 0, 0);
	sem_init(&t->back, 0, 0);
	if (!open_editor(t, prog) || !open_loop(t)) {
		if (fd < 0)
			close(own);
		undo(t);
		return NULL;
	}
	work(t);
	return t;
}

void
tty_free(struct tty *t)
{
	if (t == NULL)
		return;
	if (t->busy)
		t->doomed = true;
	else
		destroy(t);
}

bool
tty_password(const char *ask, char *word, size_t n)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios was, quiet;
	bool ok = false;
	ssize_t k;

	if (fd < 0 || n < 2)
		return false;
	if (tcgetattr(fd, &was) == 0 && write(fd, ask, strlen(ask)) > 0) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
		tcsetattr(fd, TCSAFLUSH, &quiet);
		k = read(fd, word, n - 1);
		tcsetattr(fd, TCSAFLUSH, &was);
		ok = k > 0 && word[k - 1] == '\n' &&
		    memchr(word, was.c_cc[VINTR], (size_t)k) == NULL;
		word[ok ? k - 1 : 0] = '\0';
		if (write(fd, "\n", 1) < 0)
			ok = false;
	}
	close(fd);
	return ok;
}
