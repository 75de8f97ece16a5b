/* FreeBSD: sysctl(3), kern.proc.pathname. */
#include "os/self.h"

#include <sys/types.h>
#include <sys/sysctl.h>

#include "base/err.h"

int
os_self(char *path, size_t n)
{
	int mib[4] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };

	return sysctl(mib, 4, path, &n, NULL, 0) < 0 ? -E_SYS : 0;
}
