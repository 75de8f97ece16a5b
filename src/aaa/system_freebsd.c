/* FreeBSD: the password database; root sees the hashes. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aaa/system.h"
#include "base/ct.h"

#define PASSWD_LINE	4096

char *
system_hash(const char *name)
{
	char buf[PASSWD_LINE], *hash = NULL;
	struct passwd pw, *found = NULL;

	if (getpwnam_r(name, &pw, buf, sizeof(buf), &found) == 0 &&
	    found != NULL && (pw.pw_expire == 0 || pw.pw_expire > time(NULL)))
		hash = strdup(pw.pw_passwd);
	ct_wipe(buf, sizeof(buf));
	return hash;
}
