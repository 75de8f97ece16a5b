/* Linux: /etc/shadow by getspnam_r(3). */
#include <shadow.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aaa/system.h"
#include "base/ct.h"

#define SHADOW_LINE	4096

char *
system_hash(const char *name)
{
	char buf[SHADOW_LINE], *hash = NULL;
	struct spwd sp, *found = NULL;
	long today = (long)(time(NULL) / 86400);

	if (getspnam_r(name, &sp, buf, sizeof(buf), &found) == 0 &&
	    found != NULL && (sp.sp_expire < 0 || sp.sp_expire > today))
		hash = strdup(sp.sp_pwdp);
	ct_wipe(buf, sizeof(buf));
	return hash;
}
