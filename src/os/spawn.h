/* Programs that we start: `shell`, `bg`, `set device "!..."`, chat scripts. */
#ifndef OS_SPAWN_H
#define OS_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

struct spawn {
	int	 fd[4];		/* what becomes 0 to 3; -1: /dev/null, of 3:
				 * closed; SPAWN_KEEP: ours */
	bool	 own_session;
};
#define SPAWN_KEEP (-2)

/*
 * os_spawn - start argv[0], found by PATH, as the real user, with our
 * signal settings undone; all other descriptors of ours are close-on-exec.
 * 0 with *@pid, or errno.
 */
int os_spawn(const struct spawn *s, char *const *argv, pid_t *pid);

#endif
