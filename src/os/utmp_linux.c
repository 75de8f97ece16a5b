/* Linux: /var/run/utmp and /var/log/wtmp. */
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <utmpx.h>

#include "os/utmp.h"

/* Without ut_id the line tells entries apart; its four octets would not. */
static void
fill(struct utmpx *u, short type, const char *line)
{
	struct timeval now;

	memset(u, 0, sizeof(*u));
	u->ut_type = type;
	u->ut_pid = getpid();
	strncpy(u->ut_line, line, sizeof(u->ut_line) - 1);
	gettimeofday(&now, NULL);
	u->ut_tv.tv_sec = (int32_t)now.tv_sec;
	u->ut_tv.tv_usec = (int32_t)now.tv_usec;
}

static void
put(const struct utmpx *u)
{
	setutxent();
	pututxline(u);
	endutxent();
	updwtmpx("/var/log/wtmp", u);
}

void
os_utmp_in(const char *line, const char *user, const char *host)
{
	struct utmpx u;

	fill(&u, USER_PROCESS, line);
	memcpy(u.ut_user, user, strnlen(user, sizeof(u.ut_user) - 1));
	memcpy(u.ut_host, host, strnlen(host, sizeof(u.ut_host) - 1));
	put(&u);
}

void
os_utmp_out(const char *line)
{
	struct utmpx u;

	fill(&u, DEAD_PROCESS, line);
	put(&u);
}
