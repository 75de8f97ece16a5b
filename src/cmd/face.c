/* sysctl, ngctl, kldload, service: see cmd/face.h. */
#include "cmd/face.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/face_conn.h"
#include "cmd/sysctl.h"

#define EX_USAGE_	64
#define GUARD		"PPP_SYSCTL_FACE"
#define LINE_MAX_	512

/* Takes `-S SOCKET` away from @argv. False: no word behind it. */
static bool
take_socket(struct face *f, int *argc, char **argv)
{
	int n = 0;

	for (int i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "-S") != 0) {
			argv[n++] = argv[i];
			continue;
		}
		if (++i == *argc)
			return false;
		f->socket = argv[i];
	}
	argv[n] = NULL;
	*argc = n;
	return true;
}

/* ---- sysctl ---- */

struct sysctl_face {
	struct face f;
	struct sysctl_opts o;
	int	 options;		/* argv[1] to here are options */
	char	**argv;
};

static bool
is_cpus(const char *name)
{
	return strcasecmp(name, "mp_ncpus") == 0 ||
	    strcasecmp(name, "hw.ncpu") == 0 ||
	    strcasecmp(name, "kern.smp.cpus") == 0;
}

static bool
is_ours(const char *name)
{
	return strncasecmp(name, "net.graph", 9) == 0;
}

/* What needs no daemon. */
static void
ask_here(struct sysctl_face *s, const char *line)
{
	struct txt out = { 0 }, errors = { 0 };
	struct cmd_env e;
	struct cmd_ctx cx;

	if (cmd_env_init(&e, "/etc/ppp", MODE_INTERACTIVE) == 0) {
		cmd_ctx_init(&cx, &e, NULL, &out, &errors);
		if (cmd_line(&cx, line) < 0)
			s->f.status = 1;
		fputs(txt_str(&out), stdout);
		fputs(txt_str(&errors), stderr);
		cmd_env_free(&e);
	}
	txt_free(&out);
	txt_free(&errors);
}

/* Names that are not ours are the system's: its own sysctl is asked. */
static void
ask_system(struct sysctl_face *s, char *word)
{
	static const char *const at[] = { "/sbin/sysctl", "/usr/sbin/sysctl",
	    NULL };
	char *args[32] = { "sysctl" };
	int n = 1, status = 0;
	pid_t pid;

	if (getenv(GUARD) != NULL) {
		face_error(&s->f, "unknown oid '%s'", word);
		return;
	}
	for (int i = 1; i < s->options && n < 30; i++)
		if (strcmp(s->argv[i], "-f") == 0)
			i++;
		else
			args[n++] = s->argv[i];
	args[n] = word;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		setenv(GUARD, "1", 1);
		for (int i = 0; at[i] != NULL; i++)
			execv(at[i], args);
		face_error(&s->f, "unknown oid '%s'", word);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		s->f.status = 1;
}

/* One name at a time: a prompt's line has its limits, a shell's has not. */
static bool
ask_name(struct sysctl_face *s, char *word)
{
	struct txt line = { 0 };
	bool ok = true;

	txt_put(&line, "sysctl");
	for (int i = 1; i < s->options; i++)
		if (strcmp(s->argv[i], "-f") == 0)
			i++;
		else
			face_quote(&line, s->argv[i]);
	if (word != NULL)
		face_quote(&line, word);
	if (word != NULL && is_cpus(word))
		ask_here(s, txt_str(&line));
	else if (word != NULL && !is_ours(word))
		ask_system(s, word);
	else
		ok = face_ask(&s->f, txt_str(&line));
	txt_free(&line);
	return ok;
}

static void
ask_file(struct sysctl_face *s)
{
	FILE *in = strcmp(s->o.file, "-") == 0 ? stdin :
	    fopen(s->o.file, "re");
	struct txt word = { 0 };
	char line[LINE_MAX_];
	bool ok = true;

	if (in == NULL) {
		face_error(&s->f, "%s: %s", s->o.file, strerror(errno));
		return;
	}
	s->f.file = s->o.file;
	while (ok && fgets(line, sizeof(line), in) != NULL) {
		s->f.line++;
		txt_clear(&word);
		if (!sysctl_line(line, &word))
			face_error(&s->f, "not NAME=VALUE");
		else if (word.n > 0)
			ok = ask_name(s, word.p);
	}
	s->f.file = NULL;
	if (in != stdin)
		fclose(in);
	txt_free(&word);
}

static int
sysctl_usage(void)
{
	fprintf(stderr, "usage: sysctl [-S SOCKET] [-deinNqt] [-f FILE] "
	    "NAME[=VALUE]...\n       sysctl [-S SOCKET] [-deNt] -a\n");
	return 1;
}

int
sysctl_main(int argc, char **argv)
{
	struct sysctl_face s = { .f = { .name = "sysctl" }, .argv = argv };
	char why[64];
	bool ok = true;

	if (!take_socket(&s.f, &argc, argv))
		return sysctl_usage();
	s.options = sysctl_options(argv + 1, argc - 1, &s.o, why,
	    sizeof(why)) + 1;
	if (s.options < 1) {
		fprintf(stderr, "sysctl: %s\n", why);
		return sysctl_usage();
	}
	if (s.options == argc && s.o.file == NULL && !s.o.all)
		return sysctl_usage();
	if (s.o.file != NULL)
		ask_file(&s);
	else if (s.options == argc)
		ask_name(&s, NULL);
	for (int i = s.options; i < argc && ok; i++)
		ok = ask_name(&s, argv[i]);
	face_done(&s.f);
	return s.f.status;
}

/* ---- ngctl ---- */

static bool
ng_words(struct face *f, int n, char **w)
{
	struct txt line = { 0 };
	bool ok;

	txt_put(&line, "ngctl");
	for (int i = 0; i < n; i++)
		face_quote(&line, w[i]);
	ok = face_ask(f, txt_str(&line));
	txt_free(&line);
	return ok;
}

static void
ng_file(struct face *f, const char *path)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char buf[LINE_MAX_], line[LINE_MAX_ + 8];
	bool ok = true;

	if (in == NULL) {
		face_error(f, "%s: %s", path, strerror(errno));
		return;
	}
	while (ok && fgets(buf, sizeof(buf), in) != NULL) {
		char *p = buf + strspn(buf, " \t+");

		p[strcspn(p, "\r\n")] = '\0';
		if (*p == '\0' || *p == '#')
			continue;
		if (strcmp(p, "quit") == 0 || strcmp(p, "exit") == 0)
			break;
		snprintf(line, sizeof(line), "ngctl %s", p);
		ok = face_ask(f, line);
	}
	if (in != stdin)
		fclose(in);
}

int
ngctl_main(int argc, char **argv)
{
	struct face f = { .name = "ngctl" };
	const char *file = NULL;
	bool ok = take_socket(&f, &argc, argv);
	int c;

	optind = 1;
	while (ok && (c = getopt(argc, argv, "+df:n:")) != -1)
		if (c == 'f')
			file = optarg;
		else
			ok = c == 'd' || c == 'n';
	if (!ok) {
		fprintf(stderr, "usage: ngctl [-S SOCKET] [-f FILE] [COMMAND "
		    "[ARG...]]\n");
		return EX_USAGE_;
	}
	if (optind < argc && file == NULL)
		ng_words(&f, argc - optind, argv + optind);
	else
		ng_file(&f, file != NULL ? file : "-");
	face_done(&f);
	return f.status;
}

/* ---- kldload ---- */

int
kldload_main(int argc, char **argv)
{
	static const char *const known[] = { "netgraph", "ng_ether",
	    "ng_pppoe", "ng_pppoe_lb", "ng_socket", NULL };
	int status = argc < 2;

	for (int i = 1; i < argc; i++) {
		int k = 0;
		size_t n = strcspn(argv[i], ".");

		if (argv[i][0] == '-')
			continue;
		while (known[k] != NULL && (strlen(known[k]) != n ||
		    strncmp(known[k], argv[i], n) != 0))
			k++;
		if (known[k] != NULL)
			continue;
		fprintf(stderr, "kldload: can't load %s: No such file or "
		    "directory\n", argv[i]);
		status = 1;
	}
	return status;
}

/* ---- service ---- */

/* Where our start-up scripts are: beside us as `make install` puts them. */
static bool
script_of(const char *name, char *path, size_t n)
{
	static const char *const below[] = { "../lib/ppp/rc.d", "../etc/rc.d",
	    "../../etc/rc.d", NULL };
	const char *dir = getenv("PPP_RC_DIR");
	char self[PATH_MAX - 64];
	ssize_t k;

	if (dir != NULL) {
		snprintf(path, n, "%s/%s", dir, name);
		return access(path, R_OK) == 0;
	}
	k = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (k <= 0)
		k = snprintf(self, sizeof(self), "/usr/local/sbin/ppp");
	self[k] = '\0';
	*strrchr(self, '/') = '\0';
	for (int i = 0; below[i] != NULL; i++) {
		snprintf(path, n, "%s/%s/%s", self, below[i], name);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

int
service_main(int argc, char **argv)
{
	char path[PATH_MAX];

	if (argc < 3) {
		fprintf(stderr, "usage: service ppp|pppoed start|stop|"
		    "restart|status|... [ARG...]\n");
		return EX_USAGE_;
	}
	if (strchr(argv[1], '/') != NULL ||
	    !script_of(argv[1], path, sizeof(path))) {
		fprintf(stderr, "service: %s does not exist in the scripts "
		    "of ppp ($PPP_RC_DIR)\n", argv[1]);
		return 1;
	}
	argv[0] = "sh";
	argv[1] = path;
	execv("/bin/sh", argv);
	perror("/bin/sh");
	return 1;
}
