/* crypt(3) against what the system keeps. */
#include "aaa/system.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ct.h"

void
system_hash_free(char *hash)
{
	if (hash != NULL)
		ct_wipe(hash, strlen(hash));
	free(hash);
}

bool
system_password(const char *name, const char *pass)
{
	char *hash = system_hash(name);
	const char *have;
	bool ok = false;

	if (hash != NULL && hash[0] != '\0' && pass[0] != '\0') {
		have = crypt(pass, hash);
		ok = have != NULL && have[0] != '*' &&
		    ct_equal(have, strlen(have), hash, strlen(hash));
	}
	system_hash_free(hash);
	return ok;
}
