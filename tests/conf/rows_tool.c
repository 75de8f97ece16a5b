/* Prints a table of commands for the manual page, or all as a plain list. */
#include <stdio.h>

#include "cmd/cmd.h"

int
main(int argc, char **argv)
{
	struct txt t = { 0 };
	bool known = cmd_dump(argc > 1 ? argv[1] : NULL, &t);

	fputs(txt_str(&t), stdout);
	txt_free(&t);
	return known ? 0 : 1;
}
