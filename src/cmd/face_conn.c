/* The faces' connection: one line, one answer, errors told apart. */
#include "cmd/face_conn.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/face.h"
#include "lang/lex.h"

#define TIMEOUT	10000		/* ms */

void
face_error(struct face *f, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	if (f->file != NULL)
		fprintf(stderr, "%s:%u: ", f->file, f->line);
	fprintf(stderr, "%s: ", f->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	f->status = 1;
}

void
face_quote(struct txt *line, const char *word)
{
	char q[2 * LEX_TEXT + 3];

	if (strlen(word) > LEX_TEXT)
		return;
	lex_quote(word, q, sizeof(q));
	txt_put(line, " %s", q);
}

static const char *
where(const struct face *f)
{
	const char *env = getenv("PPP_SOCKET");

	if (f->socket != NULL)
		return f->socket;
	return env != NULL && *env != '\0' ? env : FACE_SOCKET;
}

static bool
reach(struct face *f)
{
	const char *at = where(f);

	if (f->open)
		return true;
	f->conn.fd = -1;
	f->conn.timeout = TIMEOUT;
	if (conn_open(&f->conn, at) != 0) {
		face_error(f, "nobody serves %s (`service pppoed start', or "
		    "-S SOCKET for the `set server' of another ppp)", at);
		return false;
	}
	if (conn_greeting(&f->conn) != CONN_PROMPT) {
		face_error(f, "%s does not answer", at);
	} else if (!f->conn.on && f->password != NULL &&
	    (conn_passwd(&f->conn, f->password) != CONN_PROMPT ||
	    !f->conn.on)) {
		face_error(f, "%s: wrong password", at);
	} else if (!f->conn.on) {
		face_error(f, "%s wants a password: use pppctl", at);
	} else {
		f->open = true;
		return true;
	}
	conn_close(&f->conn);
	return false;
}

/* "sysctl: text", also behind "FILE:LINE: ". */
static bool
is_error(const struct face *f, const char *line)
{
	size_t n = strlen(f->name);

	return strncmp(line, "usage: ", 7) == 0 ||
	    (strncmp(line, f->name, n) == 0 && line[n] == ':');
}

/* What the daemon tells every prompt, at any time. */
static bool
is_remark(const char *line)
{
	return strncmp(line, "Warning: ", 9) == 0 ||
	    strncmp(line, "Error: ", 7) == 0;
}

static void
sort_out(struct face *f, char *answer)
{
	char *line, *rest = answer;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (rest == NULL && *line == '\0')
			break;
		bool error = is_error(f, line);

		if (!error && !is_remark(line)) {
			printf("%s\n", line);
			continue;
		}
		fflush(stdout);
		if (f->file != NULL)
			fprintf(stderr, "%s:%u: ", f->file, f->line);
		fprintf(stderr, "%s\n", line);
		f->status |= error;
	}
	fflush(stdout);
}

bool
face_fetch(struct face *f, const char *line, struct txt *out)
{
	enum conn_end end;

	if (!reach(f))
		return false;
	f->conn.into = out;
	end = conn_command(&f->conn, line);
	f->conn.into = NULL;
	if (end == CONN_PROMPT)
		return true;
	face_error(f, "%s does not answer", where(f));
	return false;
}

bool
face_ask(struct face *f, const char *line)
{
	struct txt answer = { 0 };
	bool ok = face_fetch(f, line, &answer);

	if (answer.p != NULL)
		sort_out(f, answer.p);
	txt_free(&answer);
	return ok;
}

void
face_done(struct face *f)
{
	if (!f->open)
		return;
	conn_quit(&f->conn);
	conn_close(&f->conn);
	f->open = false;
}
