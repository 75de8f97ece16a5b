/*
 * pppoed: FreeBSD's PPPoE server and its multi-worker descendant, by their
 * options. Sessions are served in this process, by worker threads: nothing
 * is run for a session.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/face.h"
#include "cmd/start.h"
#include "ctl/device.h"
#include "os/cpu.h"

#define OPTIONS	"+FLdA:C:G:I:M:P:S:a:c:e:f:l:n:p:w:"
#define LINES	20

enum { EXIT_OK, EXIT_USAGE_ = 64, EXIT_UNAVAILABLE = 69 };

struct pppoed {
	bool	 multi, front, debug, governor;
	const char *acname, *provider, *label, *exec, *conf, *socket;
	const char *workers, *algorithm, *max, *min, *poll, *high, *low;
	char	 pidfile[PATH_MAX];
	const char *iface;		/* as given: em0, em0.7, em0.100.7 */
	char	 ifname[IFNAMSIZ];
	struct vlans vlan;
	char	 dir[PATH_MAX];
	struct txt text;		/* the lines, a NUL behind each */
	size_t	 at[LINES];
	int	 lines;
};

static int
usage(void)
{
	fprintf(stderr, "usage: pppoed [-FLd] [-A ALGORITHM] [-a ACNAME] "
	    "[-f CONF] [-l LABEL] [-P PIDFILE]\n"
	    "              [-p PROVIDER] [-S SOCKET] [-w WORKERS] [-G MAX] "
	    "[-M MIN] [-I SECONDS]\n"
	    "              [-c HIGH] [-C LOW] INTERFACE\n");
	return EXIT_USAGE_;
}

static bool
bad(const char *option, const char *word, const char *want)
{
	fprintf(stderr, "pppoed: %s %s: %s\n", option, word, want);
	return false;
}

static bool
number(const char *option, const char *word, long lo, long hi)
{
	char *end, want[64];
	long n = strtol(word, &end, 10);

	if (*word != '\0' && *end == '\0' && n >= lo && n <= hi)
		return true;
	snprintf(want, sizeof(want), "not %ld to %ld", lo, hi);
	return bad(option, word, want);
}

static bool
take_governor(struct pppoed *p, int c, const char *word)
{
	p->governor = true;
	if (c == 'G')
		return number("-G", p->max = word, 0, 65535);
	if (c == 'M')
		return number("-M", p->min = word, 1, 64);
	if (c == 'I')
		return number("-I", p->poll = word, 1, 60);
	if (c == 'c')
		return number("-c", p->high = word, 1, 100);
	return number("-C", p->low = word, 1, 100);
}

static bool
take_pidfile(struct pppoed *p, const char *word)
{
	char here[PATH_MAX / 2] = "";

	if (*word != '/' && getcwd(here, sizeof(here)) == NULL)
		return bad("-P", word, strerror(errno));
	snprintf(p->pidfile, sizeof(p->pidfile), "%s%s%s", here,
	    *here != '\0' ? "/" : "", word);
	return true;
}

static bool
take(struct pppoed *p, int c, const char *word)
{
	switch (c) {
	case 'L': p->multi = true; return true;
	case 'd': p->debug = p->front = true; return true;
	case 'F': p->front = true; return true;
	case 'A': p->algorithm = word; return true;
	case 'P': return take_pidfile(p, word);
	case 'S': p->socket = word; return true;
	case 'a': p->acname = word; return true;
	case 'e': p->exec = word; return true;
	case 'f': p->conf = word; return true;
	case 'l': p->label = word; return true;
	case 'p': p->provider = word; return true;
	case 'n': return true;		/* debug level of a kernel node */
	case 'w': return number("-w", p->workers = word, 1, 64);
	case 'G': case 'M': case 'I': case 'c': case 'C':
		return take_governor(p, c, word);
	default: return false;
	}
}

/* `-e "exec /usr/sbin/ppp -direct LABEL"` is what -l LABEL says, too. */
static bool
label_of_exec(struct pppoed *p)
{
	const char *at = strstr(p->exec, "-direct ");

	if (p->label != NULL)
		return bad("-e", p->exec, "not with -l as well");
	if (at != NULL)
		at += strlen("-direct ");
	if (at == NULL || *at == '\0' || strchr(at, ' ') != NULL)
		return bad("-e", p->exec, "no program is run for a session; "
		    "put its settings into a section of ppp.conf and name it "
		    "with -l");
	p->label = at;
	return true;
}

static bool
parse(struct pppoed *p, int argc, char **argv)
{
	int c;

	optind = 1;
	while ((c = getopt(argc, argv, OPTIONS)) != -1)
		if (!take(p, c, optarg))
			return false;
	if (optind + 1 != argc)
		return false;
	p->iface = argv[optind];
	if (p->exec != NULL && !label_of_exec(p))
		return false;
	if (!p->multi && (p->workers != NULL || p->governor ||
	    p->algorithm != NULL)) {
		fprintf(stderr, "pppoed: without -L there is one worker: "
		    "-w, -A and the governor's options are ignored\n");
		p->governor = false;
		p->workers = p->algorithm = NULL;
	}
	return true;
}

/* ---- lines ---- */

static void
put(struct pppoed *p, const char *command, const char *word)
{
	char q[2 * LEX_TEXT + 3] = "";

	p->at[p->lines++] = p->text.n;
	if (word != NULL && strlen(word) <= LEX_TEXT)
		lex_quote(word, q, sizeof(q));
	txt_put(&p->text, "%s%s%s", command, word != NULL ? " " : "", q);
	txt_add(&p->text, "", 1);
}

static void
put_given(struct pppoed *p, const char *command, const char *word)
{
	if (word != NULL)
		put(p, command, word);
}

/* Only -G, -M, -I, -c and -C say that the number of workers may change. */
static void
put_governor(struct pppoed *p)
{
	char cpu[64];

	if (!p->governor)
		return;
	put_given(p, "set governor min", p->min);
	put_given(p, "set governor max", p->max);
	put_given(p, "set governor poll", p->poll);
	if (p->high != NULL || p->low != NULL) {
		snprintf(cpu, sizeof(cpu), "set governor cpu %s %s",
		    p->high != NULL ? p->high : "80",
		    p->low != NULL ? p->low : "30");
		put(p, cpu, NULL);
	}
	put(p, "set governor enable", NULL);
}

static void
put_lines(struct pppoed *p)
{
	char iface[96];

	snprintf(iface, sizeof(iface), "set lb interface %s%s", p->ifname,
	    p->vlan.outer != 0 ? " vlan " : "");
	if (p->vlan.inner != 0)
		snprintf(iface + strlen(iface), 16, "%u:%u", p->vlan.outer,
		    p->vlan.inner);
	else if (p->vlan.outer != 0)
		snprintf(iface + strlen(iface), 16, "%u", p->vlan.outer);
	put(p, iface, NULL);
	put_given(p, "set lb acname", p->acname);
	if (p->provider != NULL && *p->provider != '\0')
		put(p, "set lb service", p->provider);
	put_given(p, "set lb workers", p->workers);
	put_given(p, "set lb algorithm", p->algorithm);
	put_governor(p);
	if (p->debug)
		put(p, "set log +debug", NULL);
}

/* ---- starting ---- */

/* -f names ppp.conf, or the directory that it is in. */
static bool
find_dir(struct pppoed *p)
{
	const char *slash;
	struct stat st;

	snprintf(p->dir, sizeof(p->dir), "/etc/ppp");
	if (p->conf == NULL)
		return true;
	if (stat(p->conf, &st) < 0)
		return bad("-f", p->conf, strerror(errno));
	snprintf(p->dir, sizeof(p->dir), "%s", p->conf);
	if (S_ISDIR(st.st_mode))
		return true;
	slash = strrchr(p->conf, '/');
	if (strcmp(slash != NULL ? slash + 1 : p->conf, "ppp.conf") != 0)
		return bad("-f", p->conf, "the file must be called ppp.conf");
	if (slash == NULL)
		strcpy(p->dir, ".");
	else
		p->dir[slash - p->conf] = '\0';
	return true;
}

/* -l, else the section that is called as the provider, else only default. */
static const char *
label(struct pppoed *p)
{
	struct cmd_env e;
	bool has;

	if (p->label != NULL || p->provider == NULL ||
	    cmd_env_init(&e, p->dir, MODE_BACKGROUND) < 0)
		return p->label;
	has = cmd_has_label(&e, p->provider);
	cmd_env_free(&e);
	return has ? p->provider : NULL;
}

static int
start(struct pppoed *p)
{
	char server[PATH_MAX + 64];
	const char *before[2] = { server, NULL }, *after[LINES + 1] = { 0 };
	const char *name = label(p);
	struct start_opts o = { .ident = "pppoed", .quiet = true,
	    .mode = p->front ? MODE_FOREGROUND : MODE_BACKGROUND,
	    .mode_given = true, .unit = -1, .dir = p->dir,
	    .labels = name != NULL, .label = &name,
	    .pidfile = p->pidfile[0] != '\0' ? p->pidfile : NULL,
	    .before = before, .after = after };
	int code;

	cpu_name_self("pppoed");	/* whatever the file is called */
	snprintf(server, sizeof(server), "set server %s \"\" 0177",
	    p->socket != NULL ? p->socket : FACE_SOCKET);
	put_lines(p);
	for (int i = 0; i < p->lines; i++)
		after[i] = p->text.p + p->at[i];
	code = start_main(&o);
	return code == 0 ? EXIT_OK : EXIT_UNAVAILABLE;
}

int
pppoed_main(int argc, char **argv)
{
	struct pppoed p = { .multi = false };
	int code;

	if (!parse(&p, argc, argv))
		return usage();
	if (!find_dir(&p))
		return EXIT_USAGE_;
	if (device_find(p.iface, p.ifname, &p.vlan) < 0) {
		fprintf(stderr, "pppoed: %s: no such interface\n", p.iface);
		return EXIT_UNAVAILABLE;
	}
	code = start(&p);
	txt_free(&p.text);
	return code;
}
