/* FreeBSD has a call for it. */
#include "os/title.h"

#include <sys/types.h>
#include <unistd.h>

void
os_title_init(int argc, char **argv)
{
	(void)argc;
	(void)argv;
}

void
os_title(const char *text)
{
	if (text == NULL)
		setproctitle(NULL);
	else
		setproctitle("-%s", text);
}
