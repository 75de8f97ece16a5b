/* A program that makes the key of a challenge. */
#include "ctl/keyprog.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/log.h"
#include "os/spawn.h"

#define PATIENCE	SEC(8)		/* the peer asks three times in 9 s */
#define OUTPUT_MAX	1024

struct keyprog {
	struct loop_fd *watch;		/* owner; its output */
	struct loop_timer *limit;	/* owner */
	int	 fd;
	pid_t	 pid;
	keyprog_fn *fn;
	void	*arg;
	struct auth_key k;
	size_t	 n;
	char	 out[OUTPUT_MAX + 1];	/* secret */
};

/* ---- the program ---- */

/* A challenge of one-time passwords is text; any other goes as hex. */
static int
put_challenge(const struct auth_key *k, char *to, size_t n)
{
	size_t at = 0;

	for (unsigned i = 0; i < k->challenge_len; i++)
		if (k->challenge[i] < ' ' || k->challenge[i] > '~')
			goto hex;
	return snprintf(to, n, "%.*s", (int)k->challenge_len,
	    (const char *)k->challenge);
hex:
	for (unsigned i = 0; i < k->challenge_len; i++)
		at += (size_t)snprintf(to + at, n - at, "%02x",
		    k->challenge[i]);
	return (int)at;
}

/* Less than a pipe holds, so that this never waits. */
static void
tell(int fd, const struct auth_key *k, const char *authname)
{
	char text[1024], name[AUTHNAME_MAX + 1], c[2 * AUTH_CHALLENGE + 1];
	int n;

	snprintf(name, sizeof(name), "%s", k->name);
	for (char *p = name; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '.';
	put_challenge(k, c, sizeof(c));
	n = snprintf(text, sizeof(text), "%s\n%s\n%s\n", name, c, authname);
	if (write(fd, text, (size_t)n) < 0)
		return;			/* it does not want to know */
}

/* ---- its output ---- */

static bool
two_lines(struct keyprog *p, struct auth_key *k)
{
	char *key, *end;

	p->out[p->n] = '\0';
	key = strchr(p->out, '\n');
	if (key == NULL || strlen(p->out) != p->n)
		return false;
	*key++ = '\0';
	end = strchr(key, '\n');
	if (end != NULL)
		*end = '\0';
	if (strlen(p->out) > AUTHNAME_MAX || strlen(key) > AUTHKEY_MAX ||
	    key[0] == '\0')
		return false;
	memset(k->name, 0, sizeof(k->name));
	strcpy(k->name, p->out);
	strcpy(k->key, key);
	return true;
}

void
keyprog_end(struct keyprog *p)
{
	if (p == NULL)
		return;
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);	/* or it has ended already */
		while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	loop_fd_free(p->watch);
	loop_timer_free(p->limit);
	close(p->fd);
	ct_wipe(p, sizeof(*p));
	free(p);
}

static void
done(struct keyprog *p, const char *why)
{
	struct auth_key k = p->k;
	keyprog_fn *fn = p->fn;
	void *arg = p->arg;

	k.ok = why == NULL && two_lines(p, &k);
	if (!k.ok)
		log_put(LOG_WARN_, "authkey: the program %s", why != NULL ?
		    why : "did not give two lines, name and key");
	keyprog_end(p);
	fn(arg, &k);
	ct_wipe(&k, sizeof(k));
}

static void
readable(void *arg, unsigned what)
{
	struct keyprog *p = arg;
	ssize_t n = read(p->fd, p->out + p->n, OUTPUT_MAX - p->n);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		p->n += (size_t)n;
	if (n <= 0 || p->n == OUTPUT_MAX)
		done(p, NULL);
}

static void
too_late(void *arg, tstamp now)
{
	(void)now;
	done(arg, "took longer than 8 seconds");
}

bool
keyprog_is(const struct keyprog *p, const struct auth_key *k)
{
	return p->k.id == k->id && p->k.challenge_len == k->challenge_len &&
	    memcmp(p->k.challenge, k->challenge, k->challenge_len) == 0;
}

/* ---- birth ---- */

static bool
watch(struct keyprog *p, struct loop *l)
{
	p->watch = loop_fd_new(l, p->fd, readable, p);
	p->limit = loop_timer_new(l, too_late, p);
	if (p->watch == NULL || p->limit == NULL ||
	    loop_fd_want(p->watch, LOOP_READ) < 0)
		return false;
	loop_timer_set(p->limit, clock_now() + PATIENCE);
	return true;
}

struct keyprog *
keyprog_start(struct loop *l, char *const *argv, const struct auth_key *k,
    const char *authname, keyprog_fn *fn, void *arg, char *why, size_t n)
{
	struct keyprog *p = calloc(1, sizeof(*p));
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err;
	struct spawn s = { .fd = { -1, -1, -1, -1 } };

	snprintf(why, n, "out of memory");
	if (p == NULL)
		return NULL;
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0) {
		err = errno;
	} else {
		s.fd[0] = in[0];
		s.fd[1] = out[1];
		err = os_spawn(&s, argv, &p->pid);
	}
	if (err == 0)
		tell(in[1], k, authname);
	for (int i = 0; i < 2; i++)
		if (in[i] >= 0)
			close(in[i]);
	if (out[1] >= 0)
		close(out[1]);
	p->fd = out[0];
	p->fn = fn;
	p->arg = arg;
	p->k = *k;
	if (err == 0 && fcntl(p->fd, F_SETFL, O_NONBLOCK) == 0 && watch(p, l))
		return p;
	if (err != 0) {
		p->pid = 0;
		snprintf(why, n, "%s: %s", argv[0], strerror(err));
	}
	if (p->fd >= 0)
		keyprog_end(p);
	else
		free(p);
	return NULL;
}
