/* FreeBSD: pututxline(3) writes the active, the login and the log file. */
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <utmpx.h>

#include "os/utmp.h"

static void
put(short type, const char *line, uint32_t id, const char *user,
    const char *host)
{
	struct utmpx u;

	memset(&u, 0, sizeof(u));
	u.ut_type = type;
	u.ut_pid = getpid();
	memcpy(u.ut_id, &id, sizeof(id));
	strncpy(u.ut_line, line, sizeof(u.ut_line) - 1);
	strncpy(u.ut_user, user, sizeof(u.ut_user) - 1);
	strncpy(u.ut_host, host, sizeof(u.ut_host) - 1);
	gettimeofday(&u.ut_tv, NULL);
	pututxline(&u);
}

void
os_utmp_in(const char *line, uint32_t id, const char *user, const char *host)
{
	put(USER_PROCESS, line, id, user, host);
}

void
os_utmp_out(const char *line, uint32_t id)
{
	put(DEAD_PROCESS, line, id, "", "");
}
