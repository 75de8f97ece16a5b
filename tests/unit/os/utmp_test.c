/* Entries of utmp, read back with getutxent(3). */
#ifdef __linux__
#include <atf-c.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <utmpx.h>

#include "lib/netns.h"
#include "os/utmp.h"

/* Whom who(1) would show on @line; "": nobody. */
static const char *
who(const char *line)
{
	static char user[sizeof(((struct utmpx *)0)->ut_user) + 1];
	struct utmpx *u;

	user[0] = '\0';
	setutxent();
	while ((u = getutxent()) != NULL)
		if (u->ut_type == USER_PROCESS &&
		    strncmp(u->ut_line, line, sizeof(u->ut_line)) == 0)
			memcpy(user, u->ut_user, sizeof(u->ut_user));
	endutxent();
	return user;
}

NET_TEST(by_line, "two servers' first peers are two entries")
{
	ATF_REQUIRE_EQ(0, unshare(CLONE_NEWNS));
	ATF_REQUIRE_EQ(0, mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	sh("mount -t tmpfs none /var/log && mount -t tmpfs none /var/run &&"
	    "touch /var/log/wtmp /var/run/utmp");
	os_utmp_in("eth0/1", "fred", "02:00:00:00:00:01");
	os_utmp_in("eth1/1", "wilma", "02:00:00:00:00:02");
	ATF_CHECK_STREQ("fred", who("eth0/1"));
	ATF_CHECK_STREQ("wilma", who("eth1/1"));
	os_utmp_out("eth0/1");
	ATF_CHECK_STREQ("", who("eth0/1"));
	ATF_CHECK_STREQ("wilma", who("eth1/1"));
	os_utmp_in("eth0/1", "barney", "02:00:00:00:00:03");
	ATF_CHECK_STREQ("barney", who("eth0/1"));
	os_utmp_out("eth1/1");
	os_utmp_out("eth0/1");
	sh("test \"$(stat -c %%s /var/run/utmp)\" = %zu",
	    2 * sizeof(struct utmpx));
	sh("test \"$(stat -c %%s /var/log/wtmp)\" = %zu",
	    6 * sizeof(struct utmpx));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, by_line);
	return atf_no_error();
}
#endif
