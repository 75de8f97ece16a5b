/*
 * The faces of the binary, chosen by the name it was started under or by its
 * first word; without one it is ppp.
 */
#include <string.h>

#include "cmd/cli.h"
#include "cmd/face.h"
#include "cmd/pppctl.h"
#include "cmd/pppoetest.h"
#include "ctl/sla_run.h"
#include "os/title.h"

/* ---- faces ---- */

static const struct {
	const char *name;
	int	(*main)(int argc, char **argv);
} faces[] = {
	{ "pppctl", pppctl_main },
	{ "sysctl", sysctl_main },
	{ "ngctl", ngctl_main },
	{ "kldload", kldload_main },
	{ "service", service_main },
	{ "pppoed", pppoed_main },
	{ "pppoetest", pppoetest_main },
	{ SLA_RUN_FACE, sla_run_main },
};

static int
face_of(const char *name)
{
	const char *base = strrchr(name, '/');

	base = base != NULL ? base + 1 : name;
	for (size_t i = 0; i < sizeof(faces) / sizeof(*faces); i++)
		if (strcmp(base, faces[i].name) == 0)
			return (int)i;
	return -1;
}

int
main(int argc, char **argv)
{
	int f = argc > 0 ? face_of(argv[0]) : -1;

	os_title_init(argc, argv);

	if (f >= 0)
		return faces[f].main(argc, argv);
	f = argc > 1 && strchr(argv[1], '/') == NULL ? face_of(argv[1]) : -1;
	if (f >= 0)
		return faces[f].main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "-L") == 0)
		return pppoed_main(argc, argv);
	return cli_main(argc, argv);
}
