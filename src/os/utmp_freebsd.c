/* FreeBSD: pututxline(3) writes the active, the login and the log file. */
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <utmpx.h>

#include "os/utmp.h"

/* FNV-1a: ut_id tells entries apart, and the line may not fit into it. */
static uint64_t
id_of(const char *line)
{
	uint64_t h = 14695981039346656037u;

	for (; *line != '\0'; line++)
		h = (h ^ (uint8_t)*line) * 1099511628211u;
	return h;
}

static void
put(short type, const char *line, const char *user, const char *host)
{
	uint64_t id = id_of(line);
	struct utmpx u;

	_Static_assert(sizeof(id) == sizeof(u.ut_id), "ut_id");

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
os_utmp_in(const char *line, const char *user, const char *host)
{
	put(USER_PROCESS, line, user, host);
}

void
os_utmp_out(const char *line)
{
	put(DEAD_PROCESS, line, "", "");
}
