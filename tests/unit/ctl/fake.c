/* A program behind a prompt, for tests. */
#include "unit/ctl/fake.h"

#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

static void
sink(const struct log_line *line, void *arg)
{
	struct fake *f = arg;

	txt_put(&f->logged, "%s: %s\n", log_level_name(line->level),
	    line->text);
	prompts_log(f->ps, line->level, true, line->text);
}

static const char *
word_of(void *arg)
{
	struct fake *f = arg;

	return f->word;
}

static bool
is(const char *line, const char *cmd, const char **rest)
{
	size_t n = strlen(cmd);

	if (strncmp(line, cmd, n) != 0 || (line[n] != '\0' && line[n] != ' '))
		return false;
	*rest = line + n + (line[n] == ' ');
	return true;
}

static void
new_word(struct fake *f, const char *word)
{
	static const char *const words[] = { "ppp", "Ppp", "PPp", "PPP" };

	for (int i = 0; i < 4; i++)
		if (strcmp(words[i], word) == 0)
			f->word = words[i];
	prompts_refresh(f->ps);
}

static int
set_server(struct fake *f, const char *rest, struct txt *out)
{
	struct server_conf conf;
	char addr[128], why[256] = "";
	int err;

	snprintf(addr, sizeof(addr), "%.*s", (int)strcspn(rest, " "), rest);
	rest += strcspn(rest, " ");
	if (strcmp(addr, "closed") == 0)
		err = server_close(f->server, why, sizeof(why));
	else
		err = server_parse(&conf, addr, rest + strspn(rest, " "),
		    NULL, 0, why, sizeof(why));
	if (err == 0 && strcmp(addr, "closed") != 0)
		err = server_open(f->server, &conf, why, sizeof(why));
	if (err < 0)
		txt_put(out, "Warning: %s\n", why);
	return err;
}

static int
privileged(struct fake *f, struct prompt *pr, const char *line,
    struct txt *out)
{
	const char *rest;

	if (is(line, "lines", &rest)) {
		for (int i = 1; i <= atoi(rest); i++)
			txt_put(out, "line %d\n", i);
	} else if (is(line, "octets", &rest)) {
		for (int i = 1; i <= atoi(rest); i++)
			txt_add(out, i % 64 == 0 ? "\n" : "x", 1);
	} else if (is(line, "word", &rest)) {
		new_word(f, rest);
	} else if (is(line, "slow", &rest)) {
		prompts_refresh(f->ps);
		txt_put(out, "slow\n");
	} else if (is(line, "log", &rest)) {
		log_put(LOG_PHASE, "%s", rest);
	} else if (is(line, "local", &rest)) {
		prompt_set_mask(pr, LOG_BIT(LOG_PHASE));
		log_set_mask(LOG_BIT(LOG_PHASE));
	} else if (is(line, "fake", &rest)) {
		txt_put(out, "ppp ON %s> \nPPP ON %s> quit\n a > \n> ",
		    f->host, f->host);
	} else if (is(line, "blank", &rest)) {
		txt_put(out, "\nblank\n");
	} else if (is(line, "tail", &rest)) {
		txt_put(out, "no end");
	} else if (is(line, "server", &rest)) {
		return set_server(f, rest, out);
	} else if (!is(line, "none", &rest)) {
		txt_put(out, "Warning: %s: Invalid command\n", line);
		return -1;
	}
	return 0;
}

static int
run(void *arg, struct prompt *pr, const char *line, struct txt *out)
{
	struct fake *f = arg;
	const char *rest;

	f->ran++;
	if (is(line, "quit", &rest)) {
		if (prompt_quit(pr, strcmp(rest, "all") == 0)) {
			f->ended = true;
			loop_stop(f->loop);
		}
	} else if (is(line, "passwd", &rest) && !prompt_authed(pr)) {
		prompt_passwd(pr, rest);
	} else if (is(line, "show", &rest)) {
		txt_put(out, "PPP Version 3.4.2\n");
	} else if (prompt_authed(pr)) {
		return privileged(f, pr, line, out);
	} else {
		txt_put(out, "Warning: %s: Invalid command\n", line);
	}
	return 0;
}

void
fake_open(struct fake *f)
{
	struct prompt_hooks hooks = { f, run, word_of };

	signal(SIGPIPE, SIG_IGN);
	*f = (struct fake){ .loop = loop_new(), .word = "ppp" };
	f->ps = prompts_new(f->loop, &hooks);
	f->server = server_new(f->loop, f->ps);
	gethostname(f->host, sizeof(f->host) - 1);
	f->host[strcspn(f->host, ".")] = '\0';
	log_set_mask(LOG_BIT(LOG_PHASE));
	log_set_sink(sink, f);
}

void
fake_close(struct fake *f)
{
	server_free(f->server);
	log_set_sink(NULL, NULL);
	prompts_free(f->ps);
	loop_free(f->loop);
	txt_free(&f->logged);
}

void
fake_listen(struct fake *f, const char *addr, const char *password,
    const char *mask)
{
	struct server_conf conf;
	char why[256] = "";

	ATF_REQUIRE_EQ_MSG(0, server_parse(&conf, addr, password, mask, 0,
	    why, sizeof(why)), "%s", why);
	ATF_REQUIRE_EQ_MSG(0, server_open(f->server, &conf, why,
	    sizeof(why)), "%s", why);
}

int
fake_connect(struct fake *f, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	ATF_REQUIRE_EQ(0, connect(fd, (struct sockaddr *)&un, sizeof(un)));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	loop_once(f->loop, MSEC(50));
	return fd;
}

void
fake_turn(struct fake *f, int ms)
{
	tstamp end = clock_now() + MSEC((tstamp)ms);

	/* A busy machine may have let the time go by. */
	for (int i = 0; i < 5 || clock_now() < end; i++) {
		tstamp now = clock_now();

		loop_once(f->loop, now < end ? end - now : MSEC(1));
	}
}

void
fake_send(struct fake *f, int fd, const char *text)
{
	ATF_REQUIRE_EQ((ssize_t)strlen(text), write(fd, text, strlen(text)));
	loop_once(f->loop, MSEC(10));
}

static bool
ends(const char *s, size_t n, const char *end)
{
	size_t len = strlen(end);

	return n >= len && memcmp(s + n - len, end, len) == 0;
}

const char *
fake_read(struct fake *f, int fd, const char *end)
{
	static char buf[1 << 20];
	tstamp limit = clock_now() + SEC(60);
	size_t n = 0;
	ssize_t k;

	while (clock_now() < limit && !ends(buf, n, end)) {
		k = read(fd, buf + n, sizeof(buf) - 8 - n);
		if (k > 0)
			n += (size_t)k;
		else if (k == 0 || errno == ECONNRESET) {
			memcpy(buf + n, "<EOF>", 5);
			n += 5;
			break;
		} else
			loop_once(f->loop, MSEC(10));
	}
	buf[n] = '\0';
	return buf;
}

void
fake_expect(struct fake *f, int fd, const char *text)
{
	struct txt want = { 0 };
	const char *p, *got;

	for (; (p = strstr(text, "%H")) != NULL; text = p + 2) {
		txt_add(&want, text, (size_t)(p - text));
		txt_add(&want, f->host, strlen(f->host));
	}
	txt_put(&want, "%s", text);
	/* Whatever comes later would be too much. */
	got = fake_read(f, fd, want.p);
	ATF_CHECK_STREQ(want.p, got);
	fake_turn(f, 20);
	got = "";
	if (!ends(want.p, want.n, "<EOF>")) {
		static char more[256];
		ssize_t k = read(fd, more, sizeof(more) - 1);

		more[k > 0 ? k : 0] = '\0';
		got = more;
	}
	ATF_CHECK_STREQ("", got);
	txt_free(&want);
}
