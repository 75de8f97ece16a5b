/* Programs: posix_spawn(3). */
#include "os/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

extern char **environ;

static void
attributes(posix_spawnattr_t *at, bool own_session)
{
	sigset_t none, all;
	short flags = POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETSIGDEF;

	sigemptyset(&none);
	sigfillset(&all);
#ifdef POSIX_SPAWN_SETSID
	if (own_session)
		flags |= POSIX_SPAWN_SETSID;
#else
	(void)own_session;
#endif
	posix_spawnattr_init(at);
	posix_spawnattr_setflags(at, flags);
	posix_spawnattr_setsigmask(at, &none);
	posix_spawnattr_setsigdefault(at, &all);
}

/* Ours are above 3, so none is overwritten before it is copied. */
static void
actions(posix_spawn_file_actions_t *fa, const int fd[4])
{
	posix_spawn_file_actions_init(fa);
	for (int i = 0; i < 4; i++) {
		if (fd[i] >= 0)
			posix_spawn_file_actions_adddup2(fa, fd[i], i);
		else if (fd[i] == -1 && i < 3)
			posix_spawn_file_actions_addopen(fa, i, "/dev/null",
			    i == 0 ? O_RDONLY : O_WRONLY, 0);
	}
}

int
os_spawn(const struct spawn *s, char *const *argv, pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	int err;

	attributes(&at, s->own_session);
	actions(&fa, s->fd);
	err = posix_spawnp(pid, argv[0], &fa, &at, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	return err;
}
