/* pppoetest: its modes and options, and what is printed of them. */
#include "cmd/pppoetest_opts.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/version.h"
#include "lang/help.h"

const struct pt_mode_row pt_modes[] = {
	{ "diagnose", "diag", PT_DIAGNOSE, "How the concentrator of -S or -h "
	  "is; only looks. The default." },
	{ "create", NULL, PT_CREATE, "Sets up sessions with any "
	  "concentrator, holds them, hangs up." },
	{ "mixed", NULL, PT_MIXED, "As create, and asks the concentrator "
	  "what it has before, meanwhile and after." },
	{ "accuracy", "acc", PT_ACCURACY, "Does each worker get the sessions "
	  "that the algorithm should give it?" },
	{ "affinity", "aff", PT_AFFINITY, "Does each subscriber come to the "
	  "same worker again? Needs the algorithm hash." },
	{ "governor", "gov", PT_GOVERNOR, "Has the governor add a worker, "
	  "take one away, and change its mind. Needs --allow-modify." },
	{ "stress", "load", PT_STRESS, "Many sessions that come and go all "
	  "the time; none may be lost." },
	{ "benchmark", "perf", PT_BENCHMARK, "Set-ups a second, how long "
	  "each step takes, throughput, and the concentrator's CPU time." },
	{ "client", NULL, PT_CLIENT, "A transfer through a session, to a "
	  "server." },
	{ "transfer", "xfer", PT_CLIENT, "Another name of client." },
	{ "server", NULL, PT_SERVER, "The other end of transfers." },
	{ "all", NULL, PT_ALL, "diagnose, accuracy, affinity, stress, "
	  "benchmark and governor, as far as they can be done." },
	{ "menu", NULL, PT_MENU, "Asks on the terminal what to do." },
	{ NULL, NULL, PT_DIAGNOSE, NULL },
};

const char *
pt_mode_name(enum pt_mode m)
{
	const struct pt_mode_row *r = pt_modes;

	while (r->mode != m)
		r++;
	return r->name;
}

#define FORMS	"console|json|jsonl|csv|tap"
#define M(m)	(1u << PT_##m)
#define ANY	((1u << PT_MODES) - 1)
#define XFERS	(M(SERVER) | M(CLIENT))
#define LOADS	(M(CREATE) | M(MIXED) | M(ACCURACY) | M(AFFINITY) | \
	M(STRESS) | M(BENCHMARK) | M(ALL) | M(MENU))
#define ASKS	(ANY & ~(M(CREATE) | XFERS))
#define HOLDS	(M(CREATE) | M(MIXED) | M(STRESS) | M(BENCHMARK))
#define LOOKS	(M(DIAGNOSE) | M(ALL) | M(MENU))

const struct pt_option pt_options[] = {
	{ "General", "mode", "MODE", 'm', PTO_MODE, ANY,
	  "One of the modes; its name alone is enough." },
	{ NULL, "socket", "SOCKET", 'S', PTO_SOCKET, ASKS,
	  "The concentrator's diagnostic socket, a path or HOST:PORT, "
	  "instead of PPP_SOCKET or /var/run/pppoed.sock." },
	{ NULL, "host", "HOST", 'h', PTO_HOST, ASKS | M(CLIENT),
	  "A concentrator on another machine whose label has `set server "
	  "port password'; of client: where the server is, else localhost. "
	  "-h with nothing behind it is help." },
	{ NULL, "host", "HOST", 'H', PTO_HOST, ASKS | M(CLIENT), NULL },
	{ NULL, "port", "PORT", 'p', PTO_PORT, ASKS | XFERS,
	  "Its port, 9001 if it is not given." },
	{ NULL, "secret", "PASSWORD", 'P', PTO_PASSWORD, ASKS | XFERS,
	  "Password of `set server'; of server and client: the one that "
	  "both must know." },
	{ NULL, "format", FORMS, 0, PTO_FORM, ANY,
	  "For people, the default; one object; an object a line as it goes; "
	  "lines with commas; TAP." },
	{ NULL, "output", FORMS, 'o', PTO_FORM, ANY, NULL },
	{ NULL, "output-file", "FILE", 'O', PTO_FILE, ANY,
	  "Reports go to this file, not to standard output." },
	{ NULL, "quiet", NULL, 'q', PTO_QUIET, ANY,
	  "No report and no progress: only the exit status." },
	{ NULL, "verbose", NULL, 'v', PTO_VERBOSE, ANY,
	  "Tell on standard error what is done: as --log-level verbose." },
	{ NULL, "debug", NULL, 'D', PTO_DEBUG, ANY,
	  "Each question and each word of a transfer, too: as --log-level "
	  "debug." },
	{ NULL, "log-level", "error|warning|info|verbose|debug", 0, PTO_LOG,
	  ANY,
	  "How much is said on standard error; info, the default, has "
	  "progress." },
	{ NULL, "no-stats", NULL, 0, PTO_STATS, ANY,
	  "No progress while a test runs." },
	{ NULL, "interval", "SECONDS", 0, PTO_INTERVAL, ANY,
	  "Between two lines of progress or of --monitor: 5. -i with a "
	  "number is the same." },
	{ NULL, "stats-interval", "SECONDS", 0, PTO_INTERVAL, ANY, NULL },
	{ NULL, "fail-early", NULL, 0, PTO_EARLY, LOADS | M(CLIENT),
	  "Stop at the first failure: hang up, leave the rest." },
	{ NULL, "no-color", NULL, 0, PTO_COLOR, ANY,
	  "Of no effect: nothing is coloured." },
	{ NULL, "version", NULL, 'V', PTO_VERSION, ANY,
	  "Print the version." },
	{ NULL, "help", NULL, 0, PTO_HELP, ANY,
	  "Print modes and options." },

	{ "Looking", "health-score", NULL, 0, PTO_HEALTH, LOOKS,
	  "The score, its parts, warnings and what to do about them." },
	{ NULL, "check-balance", NULL, 0, PTO_BALANCE, LOOKS,
	  "Sessions of each worker against the average." },
	{ NULL, "check-affinity", NULL, 0, PTO_AFFINITY, LOOKS,
	  "Whether each session is with the worker that serves its lane." },
	{ NULL, "show-workers", NULL, 0, PTO_WORKERS, LOOKS,
	  "A table of the workers." },
	{ NULL, "show-sessions", NULL, 's', PTO_SESSIONS, LOOKS,
	  "A table of the sessions." },
	{ NULL, "show-governor", NULL, 'g', PTO_GOVERNOR, LOOKS,
	  "What the governor is set to and did last." },
	{ NULL, "monitor", NULL, 0, PTO_MONITOR, M(DIAGNOSE),
	  "Sessions, workers, sessions a worker and use of the CPU, again "
	  "and again: now, an interval, 30 seconds and 5 minutes ago, and "
	  "what changed; until it is interrupted." },
	{ NULL, "count", "N", 0, PTO_COUNT, M(DIAGNOSE),
	  "End --monitor after so many times." },
	{ NULL, "balance-threshold", "PERCENT", 0, PTO_IMBALANCE,
	  LOOKS | M(MIXED),
	  "How far over the average the fullest worker may be: 20, or "
	  "PPPOETEST_IMBALANCE_THRESHOLD." },
	{ NULL, "imbalance-threshold", "PERCENT", 0, PTO_IMBALANCE,
	  LOOKS | M(MIXED), NULL },
	{ NULL, "health-threshold", "SCORE", 0, PTO_LEAST, LOOKS,
	  "A score below it fails, instead of one below 70." },
	{ NULL, "strict", NULL, 0, PTO_STRICT, LOOKS,
	  "A score below 90 fails as well." },
	{ NULL, "set-worker", "ID=STATE", 0, PTO_SET, M(DIAGNOSE),
	  "Put a worker into ACTIVE or DRAINING, or REMOVED, before looking. "
	  "Needs --allow-modify." },
	{ NULL, "allow-modify", NULL, 0, PTO_MODIFY, ASKS,
	  "What a test needs may be changed at the concentrator; it is put "
	  "back at the end. Without it nothing is ever set." },

	{ "Judging", "deviation", "PERCENT", 't', PTO_DEVIATION,
	  M(ACCURACY) | M(ALL),
	  "How far a worker's sessions may be from the expected number: 10. "
	  "With hash never less than chance allows." },
	{ NULL, "pass-threshold", "PERCENT", 0, PTO_PASS,
	  M(ACCURACY) | M(ALL),
	  "So much of all sessions must be where they are expected: 90." },
	{ NULL, "algorithm", "round-robin|hash|least-sessions", 'a',
	  PTO_ALGORITHM, M(ACCURACY) | M(AFFINITY) | M(ALL),
	  "This one must be in force; with --allow-modify it is set for the "
	  "test." },
	{ NULL, "workers", "N", 'w', PTO_ACTIVE,
	  M(ACCURACY) | M(AFFINITY) | M(STRESS) | M(BENCHMARK) | M(ALL),
	  "So many workers must be active; with --allow-modify their number "
	  "is set for the test." },
	{ NULL, "retries", "N", 'r', PTO_RETRIES, M(AFFINITY) | M(ALL),
	  "How often each subscriber comes again: 3." },
	{ NULL, "trigger", "scale-up|scale-down", 0, PTO_TRIGGER,
	  M(GOVERNOR) | M(ALL),
	  "Only this: scale-up or scale-down." },
	{ NULL, "change-mind", NULL, 0, PTO_MIND, M(GOVERNOR) | M(ALL),
	  "Only this: a drain that is called off." },
	{ NULL, "timeout", "SECONDS", 0, PTO_TIMEOUT,
	  M(GOVERNOR) | M(ALL) | XFERS,
	  "How long to wait: for the governor and in a client 30, for a "
	  "client 300." },

	{ "Sessions", "interface", "INTERFACE", 'i', PTL_INTERFACE,
	  LOADS | M(CLIENT),
	  "Where the concentrator is; of client: data leaves through it." },
	{ NULL, "sessions", "N", 'n', PTL_N, LOADS,
	  "How many sessions, 65536 at most: 100, of stress and benchmark "
	  "1000." },
	{ NULL, "rate", "N", 0, PTL_RATE, LOADS,
	  "Begin so many a second. 0, the default, is as fast as the "
	  "concentrator takes them." },
	{ NULL, "window", "N", 0, PTL_WINDOW, LOADS,
	  "How many set-ups, and at the end hang-ups, are under way at once "
	  "at most: 64; with --rate no limit." },
	{ NULL, "user", "NAME", 0, PTL_USER, LOADS,
	  "Whom they log in as; `%d' in it is the number of the session, "
	  "from 0." },
	{ NULL, "password", "SECRET", 0, PTL_PASSWORD, LOADS,
	  "Their password. Other users of the machine can see it." },
	{ NULL, "password-file", "FILE", 0, PTL_PASSWORD_FILE, LOADS,
	  "The first line of this file is it." },
	{ NULL, "auth", "any|pap|chap|mschap|mschapv2", 0, PTL_AUTH, LOADS,
	  "The only authentication that they accept." },
	{ NULL, "ip", "4|6|46", 0, PTL_IP, LOADS,
	  "Negotiate IPv4, IPv6 or, the default, both." },
	{ NULL, "hold", "TIME", 0, PTL_HOLD, HOLDS,
	  "How long the sessions stay, as 30, 30s, 5m, 2h or 1d: not at "
	  "all; with stress and benchmark 10 seconds." },
	{ NULL, "duration", "TIME", 'd', PTL_HOLD, HOLDS, NULL },
	{ NULL, "churn", "N", 0, PTL_CHURN, HOLDS,
	  "While they are held, so many a second hang up and dial again; "
	  "with stress a tenth of all." },
	{ NULL, "vlan", "IDS", 0, PTL_VLAN, LOADS,
	  "OUTER[-LAST][:INNER[-LAST]]: tags of the frames; of a range each "
	  "session gets the next one." },
	{ NULL, "mac", "FIRST", 0, PTL_MAC, LOADS,
	  "MAC address of the first session, 02:42:00:00:00:00; the others' "
	  "count up from there." },
	{ NULL, "service", "NAME", 0, PTL_SERVICE, LOADS,
	  "Only this Service-Name." },
	{ NULL, "ac", "NAME", 0, PTL_AC, LOADS,
	  "Only this access concentrator." },
	{ NULL, "tries", "N", 0, PTL_TRIES, LOADS,
	  "PADIs before one gives up: 5." },
	{ NULL, "echo", "SECONDS", 0, PTL_ECHO, LOADS,
	  "Send LCP Echo-Requests, and end when five are not answered." },
	{ NULL, "abandon", NULL, 0, PTL_ABANDON, M(CREATE),
	  "End without a word to anybody, as a power cut does." },
	{ NULL, "traffic", "echo|pair", 0, PTL_TRAFFIC, HOLDS,
	  "Numbered packets in the sessions while they are held. echo: ICMP "
	  "or ICMPv6 to the other end; pair: UDP from each session to its "
	  "neighbour, which the concentrator must forward." },
	{ NULL, "pps", "N", 0, PTL_PPS, HOLDS,
	  "So many packets a second in each session: 1, with benchmark 10." },
	{ NULL, "size", "OCTETS", 0, PTL_SIZE, HOLDS,
	  "Of an IP packet: 84, with benchmark 1400." },
	{ NULL, "target", "ADDRESS", 0, PTL_TARGET, HOLDS,
	  "Send echoes to this address behind the other end." },
	{ NULL, "max-loss", "PERCENT", 0, PTL_LOSS, HOLDS,
	  "More lost packets fail the test: 1." },

	{ "Transfers", "proto", "tcp|udp|both", 0, PTX_PROTO, M(CLIENT),
	  "What to try; the default is both." },
	{ NULL, "direction", "up|down|both", 0, PTX_DIRECTION, M(CLIENT),
	  "What to try; the default is both." },
	{ NULL, "blocks", "N", 0, PTX_BLOCKS, M(CLIENT),
	  "So many blocks: 800." },
	{ NULL, "buffer", "OCTETS", 'b', PTX_BUFFER, M(CLIENT),
	  "Of a block: 65536, or 1400 in a datagram." },
	{ NULL, "file", "FILE", 'f', PTX_SEND, M(CLIENT),
	  "Send what is in this file, up, and not what nobody can guess; "
	  "the last block is filled up with zeros." },
	{ NULL, "rate-limit", "MBIT", 0, PTX_LIMIT, M(CLIENT),
	  "Send no faster than so many Mbit/s. UDP has 20 if it is not "
	  "given; 0 is no limit for TCP." },
	{ NULL, "checksum-algo", "crc32|md5|sha256|fletcher32", 0,
	  PTX_ALGO, M(CLIENT),
	  "Of each block, and of all; crc32 if it is not given." },
	{ NULL, "any-interface", NULL, 0, PTX_ANY, M(CLIENT),
	  "Data may also go through an interface that is not "
	  "point-to-point, which is no session." },
	{ NULL, "reconnect-interval", "SECONDS", 0, PTX_RECONNECT, M(CLIENT),
	  "While nobody is there, try again so often, until --timeout." },
	{ NULL, "heartbeat-interval", "SECONDS", 0, PTX_HEARTBEAT, XFERS,
	  "A sign of life to the other side so often while blocks are under "
	  "way: 5." },
	{ NULL, "listen", "ADDRESS", 0, PTX_LISTEN, M(SERVER),
	  "Where the server waits; the default is everywhere." },
	{ NULL, "accept", "NET/BITS", 0, PTX_ACCEPT, M(SERVER),
	  "Only clients with such an address; may be repeated, 16 times." },
	{ NULL, "max-clients", "N", 0, PTX_CLIENTS, M(SERVER),
	  "So many at once: 10." },
	{ NULL, "require-auth", NULL, 0, PTX_AUTH, M(SERVER),
	  "Clients must know the password, which is never sent. -P implies "
	  "it." },
	{ NULL, "allow-create", NULL, 0, PTX_CREATE, M(SERVER),
	  "Refused: a server makes no sessions; run create where the "
	  "subscribers are." },
	{ NULL, NULL, NULL, 0, 0, 0, NULL },
};

/* ---- what is printed of them ---- */

static void
brief(FILE *to)
{
	fprintf(to, "usage: pppoetest [MODE] [OPTION ...]\n       "
	    "pppoetest --help\nMODE:");
	for (const struct pt_mode_row *r = pt_modes; r->name != NULL; r++)
		fprintf(to, "%s%s", r == pt_modes ? " " : " | ", r->name);
	fprintf(to, "\n");
}

/* @text from column 24 on. */
static void
folded(const char *text)
{
	int at = 24;

	while (*text != '\0') {
		int n = (int)strcspn(text, " ");

		if (at + n + 1 > 79)
			at = printf("\n%23s", "") - 1;
		at += printf(" %.*s", n, text);
		text += n + (text[n] == ' ');
	}
	printf("\n");
}

static void
names(const struct pt_option *o, char *to, size_t n)
{
	char first[] = { ' ', ' ', '-', o->letter, ',', ' ', '\0' };

	if (o->letter == 0)
		first[2] = '\0';
	snprintf(to, n, "%s--%s%s%s", first, o->name, o->arg != NULL ? " " :
	    "", o->arg != NULL ? o->arg : "");
}

static void
help(void)
{
	char name[64];

	printf("usage: pppoetest [MODE] [OPTION ...]\n\nModes:\n");
	for (const struct pt_mode_row *r = pt_modes; r->name != NULL; r++) {
		snprintf(name, sizeof(name), "  %s%s%s", r->name,
		    r->alias != NULL ? ", " : "",
		    r->alias != NULL ? r->alias : "");
		printf("%-23s", name);
		folded(r->help);
	}
	for (const struct pt_option *o = pt_options; o->name != NULL; o++) {
		if (o->head != NULL)
			printf("\n%s:\n", o->head);
		names(o, name, sizeof(name));
		printf("%-23s", name);
		if (strlen(name) > 23)
			printf("\n%23s", "");
		folded(o->help != NULL ? o->help : "The same.");
	}
}

void
pt_modes_mdoc(struct txt *out)
{
	for (const struct pt_mode_row *r = pt_modes; r->name != NULL; r++) {
		txt_put(out, ".It Cm %s%s%s\n", r->name,
		    r->alias != NULL ? " , " : "",
		    r->alias != NULL ? r->alias : "");
		help_prose(r->help, out);
	}
}

static void
mdoc_name(const struct pt_option *o, const char *sep, struct txt *out)
{
	if (o->letter != 0)
		txt_put(out, "%sFl %c , ", sep, o->letter);
	txt_put(out, "%sFl -%s", o->letter != 0 ? "" : sep, o->name);
	if (o->arg != NULL && o->help != NULL)
		txt_put(out, " Ar %s", o->arg);
}

void
pt_options_mdoc(struct txt *out)
{
	for (const struct pt_option *o = pt_options; o->name != NULL; o++) {
		const char *text = o->help;

		if (o->head != NULL)
			txt_put(out, "%s.Ss %s\n.Bl -tag -width indent\n",
			    o != pt_options ? ".El\n" : "", o->head);
		mdoc_name(o, ".It ", out);
		for (; o[1].name != NULL && o[1].help == NULL; o++)
			mdoc_name(o + 1, " , ", out);
		txt_put(out, "\n");
		help_prose(text, out);
	}
	txt_put(out, ".El\n");
}

/* ---- the command line ---- */

static const struct option *
longs(void)
{
	static struct option list[sizeof(pt_options) / sizeof(pt_options[0])];
	int n = 0;

	for (const struct pt_option *o = pt_options; o->name != NULL; o++)
		list[n++] = (struct option){ o->name, o->arg != NULL ?
		    required_argument : no_argument, NULL, o->id };
	return list;
}

static const char *
letters(char *to, size_t n)
{
	size_t at = 0;

	for (const struct pt_option *o = pt_options; o->name != NULL; o++)
		if (o->letter != 0 && at + 3 < n) {
			to[at++] = o->letter;
			if (o->arg != NULL)
				to[at++] = ':';
		}
	to[at] = '\0';
	return to;
}

/* By what getopt_long() says: a letter, or the id. */
static const struct pt_option *
option(int c)
{
	const struct pt_option *o = pt_options;

	while (o->name != NULL && o->id != c && o->letter != c)
		o++;
	return o->name != NULL ? o : NULL;
}

/* Does each option mean something in this mode? */
static bool
all_fit(const struct pt_opts *o, const bool *used)
{
	for (const struct pt_option *r = pt_options; r->name != NULL; r++)
		if (used[r->id - PTO_FIRST] &&
		    (r->modes & (1u << o->mode)) == 0) {
			fprintf(stderr, "pppoetest: --%s means nothing in "
			    "mode %s\n", r->name, pt_mode_name(o->mode));
			return false;
		}
	return true;
}

bool
pt_take_mode(struct pt_opts *o, const char *word)
{
	for (const struct pt_mode_row *r = pt_modes; r->name != NULL; r++)
		if (strcmp(word, r->name) == 0 ||
		    (r->alias != NULL && strcmp(word, r->alias) == 0)) {
			o->mode = r->mode;
			return true;
		}
	fprintf(stderr, "pppoetest: mode %s: not", word);
	for (const struct pt_mode_row *r = pt_modes; r->name != NULL; r++)
		fprintf(stderr, "%s %s", r == pt_modes ? "" :
		    r[1].name == NULL ? " or" : ",", r->name);
	fprintf(stderr, "\n");
	return false;
}

/* -h with nothing behind it. */
static bool
asks_for_help(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[argc - 1], "-h") == 0;
}

int
pt_parse(struct pt_opts *o, int argc, char **argv)
{
	bool used[PTX_LAST - PTO_FIRST] = { false };
	char shorts[128];
	int c;

	if (asks_for_help(argc, argv)) {
		help();
		return -1;
	}
	optind = 1;
	while ((c = getopt_long(argc, argv, letters(shorts, sizeof(shorts)),
	    longs(), NULL)) != -1) {
		const struct pt_option *r = option(c);

		if (r == NULL) {
			brief(stderr);
			return PT_USAGE;
		}
		if (r->id == PTO_HELP) {
			help();
			return -1;
		}
		if (r->id == PTO_VERSION) {
			printf("pppoetest %s\n", PPP_VERSION);
			return -1;
		}
		if (!pt_take(o, c == 'i' ? 'i' : r->id, optarg))
			return PT_USAGE;
		used[r->id - PTO_FIRST] |= c != 'i' ||
		    o->load.gen.ifname[0] != '\0';
	}
	for (; optind < argc; optind++)
		if (!pt_take_mode(o, argv[optind]))
			return PT_USAGE;
	return all_fit(o, used) ? PT_PASSED : PT_USAGE;
}
