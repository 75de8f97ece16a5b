/* Chat scripts: one word after the other, expect and send in turn. */
#include "lang/chat.h"

#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/err.h"

enum state {
	NEXT_EXPECT, EXPECT_SHOWN, EXPECTING, CONNECTED, SUB_SEND, NEXT_SEND,
	SENDING, PAUSED, RUN_EXPECT, RUN_SEND, ENDED, BROKEN,
};

#define PAUSE_LONG	SEC(2)		/* \d */
#define PAUSE_SHORT	MSEC(250)	/* \p */
#define CONNECT_REST	MSEC(500)
#define FLAG		0x7e		/* a PPP frame begins */
#define TIMEOUT_MOST	3600u

/* ---- words ---- */

int
chat_split(char *text, char **word, int max, bool reduce)
{
	char *in = text, *out = text;
	int n = 0;

	for (;;) {
		bool quoted = false;

		while (*in == ' ' || *in == '\t')
			in++;
		word[n] = NULL;
		if (*in == '\0')
			return n;
		if (n == max)
			return -E_FULL;
		word[n++] = out;
		for (; *in != '\0' && (quoted || (*in != ' ' &&
		    *in != '\t')); in++) {
			if (*in == '"') {
				quoted = !quoted;
				continue;
			}
			if (*in == '\\' && in[1] != '\0') {
				if (!reduce)
					*out++ = *in;
				in++;
			}
			*out++ = *in;
		}
		if (quoted)
			return -E_FORMAT;
		if (*in != '\0')
			in++;
		*out++ = '\0';
	}
}

int
chat_init(struct chat *c, const char *script, const char *phone,
    const char *authname, const char *authkey)
{
	int n;

	memset(c, 0, sizeof(*c));
	strncpy(c->phone, phone, sizeof(c->phone) - 1);
	strncpy(c->authname, authname, sizeof(c->authname) - 1);
	strncpy(c->authkey, authkey, sizeof(c->authkey) - 1);
	c->timeout = CHAT_SECS;
	c->until = NEVER;
	if (strlen(script) >= sizeof(c->text))
		return -E_FULL;
	memcpy(c->text, script, strlen(script) + 1);
	n = chat_split(c->text, c->word, CHAT_WORDS, false);
	if (n < 0)
		c->state = BROKEN;
	return n < 0 ? n : 0;
}

void
chat_end(struct chat *c)
{
	ct_wipe(c, sizeof(*c));
	c->state = ENDED;
	c->until = NEVER;
}

/* ---- texts ---- */

static void
add(char *to, size_t *n, char ch)
{
	if (*n < CHAT_TEXT - 1)
		to[(*n)++] = ch;
	to[*n] = '\0';
}

static void
add_text(char *to, size_t *n, const char *s)
{
	while (s != NULL && *s != '\0')
		add(to, n, *s++);
}

/* So that people can read it: ^M for control characters. */
static void
show(char *to, size_t *n, char ch)
{
	unsigned char u = (unsigned char)ch;

	if (u < 32 || u == 127) {
		add(to, n, '^');
		u ^= 64;
	} else if (u > 127) {
		u = '?';
	}
	add(to, n, (char)u);
}

static void
show_text(struct chat *c, const char *before, const char *p, size_t len)
{
	size_t n = 0;

	add_text(c->shown, &n, before);
	for (size_t i = 0; i < len; i++)
		show(c->shown, &n, p[i]);
}

/*
 * One element of a text at *@s: an octet into *@out, a whole text in *@text
 * (*@secret: not to be shown), or \c, \d, \p, which are returned.
 */
static char
element(const struct chat *c, char **s, char *out, const char **text,
    bool *secret)
{
	char ch = *(*s)++;

	*text = NULL;
	*secret = false;
	*out = ch;
	if (ch == '^' && **s != '\0') {
		*out = (char)(*(*s)++ & 0x1f);
		return 0;
	}
	if (ch != '\\' || **s == '\0')
		return 0;
	ch = *(*s)++;
	switch (ch) {
	case 'c':
	case 'd':
	case 'p':
		return ch;
	case 'n':
		*out = '\n';
		break;
	case 'r':
		*out = '\r';
		break;
	case 's':
		*out = ' ';
		break;
	case 't':
		*out = '\t';
		break;
	case 'T':
		*text = c->phone;
		break;
	case 'U':
		*text = c->authname;
		break;
	case 'P':
		*text = c->authkey;
		*secret = true;
		break;
	default:
		*out = ch;
		break;
	}
	return 0;
}

/* What is expected, or an ABORT text. \c, \d and \p say nothing here.
 * *@secret: a key is in it. */
static size_t
expand(const struct chat *c, char *s, char to[CHAT_TEXT], bool *secret)
{
	const char *text;
	size_t n = 0;
	bool key;
	char ch;

	*secret = false;
	to[0] = '\0';
	while (*s != '\0') {
		if (element(c, &s, &ch, &text, &key) != 0)
			continue;
		*secret |= key;
		if (text != NULL)
			add_text(to, &n, text);
		else
			add(to, &n, ch);
	}
	if (n == 2 && memcmp(to, "\"\"", 2) == 0)
		n = 0;		/* quotes that were escaped once too often */
	return n;
}

/* ---- expect ---- */

static enum chat_do
failed(struct chat *c, const char *before, const char *p, size_t n)
{
	c->state = BROKEN;
	c->until = NEVER;
	show_text(c, before, p, n);
	return CHAT_FAILED;
}

/* Cuts @s at the next dash that is no literal one; the rest, or NULL. */
static char *
cut_dash(char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0') {
			s++;
		} else if (*s == '-') {
			*s = '\0';
			return s + 1;
		}
	}
	return NULL;
}

static bool
dashes_odd(const char *s)
{
	bool odd = false;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		else if (*s == '-')
			odd = !odd;
	}
	return odd;
}

static void
show_want(struct chat *c, const char *before)
{
	if (c->secret)
		show_text(c, before, "********", 8);
	else
		show_text(c, before, c->want, c->want_n);
}

static enum chat_do
begin_expect(struct chat *c, char *word)
{
	c->secret = false;
	if (c->literal) {
		c->want_n = strlen(word);
		memcpy(c->want, word, c->want_n + 1);
	} else {
		c->want_n = expand(c, word, c->want, &c->secret);
	}
	c->secs = c->timeout;
	c->seen_n = 0;
	c->state = EXPECT_SHOWN;
	show_want(c, "");
	return CHAT_EXPECT;
}

static enum chat_do
expect_word(struct chat *c, char *word)
{
	bool odd = !c->literal && dashes_odd(word);

	c->sub = c->literal || odd ? NULL : cut_dash(word);
	if (!odd)
		return begin_expect(c, word);
	begin_expect(c, word);
	show_text(c, "odd number of dashes, taken as they are: ", word,
	    strlen(word));
	return CHAT_REMARK;
}

/* ABORT TEXT, TIMEOUT N. */
static bool
keyword(struct chat *c, enum chat_do *what)
{
	char *word = c->word[c->at], *arg = c->word[c->at + 1], *end;
	unsigned long n;

	if (arg == NULL || (strcmp(word, "ABORT") != 0 &&
	    strcmp(word, "TIMEOUT") != 0))
		return false;
	c->at += 2;
	*what = CHAT_WAIT;
	if (word[0] == 'T') {
		n = strtoul(arg, &end, 10);
		if (*arg < '0' || *arg > '9' || *end != '\0' || n == 0 ||
		    n > TIMEOUT_MOST) {
			show_text(c, "TIMEOUT: not 1 to 3600 seconds: ", arg,
			    strlen(arg));
			*what = CHAT_REMARK;
		} else {
			c->timeout = (uint32_t)n;
		}
		return true;
	}
	char text[CHAT_TEXT];
	bool secret;
	size_t len = expand(c, arg, text, &secret);

	if (secret || len == 0 || len >= sizeof(c->abort[0]) ||
	    c->aborts == CHAT_ABORTS) {
		show_text(c, "ABORT: empty, too long or too many: ", arg,
		    strlen(arg));
		*what = CHAT_REMARK;
	} else {
		memcpy(c->abort[c->aborts++], text, len + 1);
	}
	return true;
}

static bool
is_command(struct chat *c, char **word)
{
	if ((*word)[0] != '!')
		return false;
	if ((*word)[1] == '!') {
		(*word)++;
		return false;
	}
	strncpy(c->command, *word + 1, sizeof(c->command) - 1);
	c->until = NEVER;
	return true;
}

static enum chat_do
next_expect(struct chat *c)
{
	enum chat_do what;

	while (c->word[c->at] != NULL && keyword(c, &what))
		if (what != CHAT_WAIT)
			return what;
	char *word = c->word[c->at];

	if (word == NULL) {
		c->state = ENDED;
		return CHAT_DONE;
	}
	c->at++;
	c->literal = false;
	if (is_command(c, &word)) {
		c->state = RUN_EXPECT;
		return CHAT_RUN;
	}
	return expect_word(c, word);
}

/* It did not come: what the sub-send is for, or the end. */
static enum chat_do
too_late(struct chat *c)
{
	if (c->sub == NULL) {
		failed(c, "", "", 0);
		show_want(c, "no answer like ");
		return CHAT_FAILED;
	}
	c->next = c->sub;
	c->sub = cut_dash(c->sub);
	c->state = SUB_SEND;
	c->literal = c->no_cr = false;
	return CHAT_WAIT;
}

/* ---- send ---- */

/* Up to a pause or the end of the word. */
static enum chat_do
send_some(struct chat *c, tstamp now)
{
	size_t shown = 0, before;
	const char *text;
	bool secret;
	char ch, what;

	c->out_n = 0;
	c->shown[0] = '\0';
	while (*c->next != '\0') {
		what = c->literal ? 0 :
		    element(c, &c->next, &ch, &text, &secret);
		if (c->literal) {
			ch = *c->next++;
			text = NULL;
			secret = false;
		}
		if (what == 'c') {
			c->no_cr = true;
			continue;
		}
		if (what != 0) {
			c->until = now + (what == 'd' ? PAUSE_LONG :
			    PAUSE_SHORT);
			c->state = PAUSED;
			return CHAT_SEND;
		}
		before = c->out_n;
		if (text != NULL)
			add_text(c->out, &c->out_n, text);
		else
			add(c->out, &c->out_n, ch);
		if (secret)
			add_text(c->shown, &shown, "********");
		else
			for (; before < c->out_n; before++)
				show(c->shown, &shown, c->out[before]);
	}
	if (!c->no_cr) {
		add(c->out, &c->out_n, '\r');
		add_text(c->shown, &shown, "^M");
	}
	c->next = NULL;
	/* In the midst of an expect the second text is what is awaited. */
	c->state = c->sub != NULL ? SENDING : NEXT_EXPECT;
	return CHAT_SEND;
}

static enum chat_do
next_send(struct chat *c, tstamp now)
{
	char *word = c->word[c->at];

	if (word == NULL) {
		c->state = ENDED;
		return CHAT_DONE;
	}
	c->at++;
	c->literal = c->no_cr = false;
	c->sub = NULL;
	if (is_command(c, &word)) {
		c->state = RUN_SEND;
		return CHAT_RUN;
	}
	c->next = word;
	c->state = SENDING;
	return send_some(c, now);
}

void
chat_ran(struct chat *c, bool ok, const char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	if (n >= sizeof(c->ran))
		n = sizeof(c->ran) - 1;
	memcpy(c->ran, p, n);
	c->ran[n] = '\0';
	if (strlen(c->ran) != n)
		ok = false;
	if (!ok)
		c->state = BROKEN;
	else if (n == 0)	/* it has talked to the line itself */
		c->state = c->state == RUN_EXPECT ? NEXT_SEND : NEXT_EXPECT;
	c->literal = true;
	if (!ok)
		show_text(c, "failed: ", c->command, strlen(c->command));
}

/* ---- the whole ---- */

/* The line that was received so far becomes text; false: it is empty. */
static bool
end_line(struct chat *c)
{
	bool some = c->line_n > 0;

	c->line[c->line_n] = '\0';
	c->line_n = 0;
	if (c->authkey[0] != '\0' && strstr(c->line, c->authkey) != NULL)
		strcpy(c->line, "********");	/* it was echoed */
	return some;
}

enum chat_do
chat_step(struct chat *c, tstamp now)
{
	enum chat_do what;

	if (c->line_due) {
		c->line_due = false;
		return CHAT_LINE;
	}
	for (;;) {
		switch ((enum state)c->state) {
		case NEXT_EXPECT:
			return next_expect(c);
		case EXPECT_SHOWN:
			c->until = now + SEC(c->secs);
			c->state = c->want_n == 0 ? NEXT_SEND : EXPECTING;
			break;
		case EXPECTING:
			if (now < c->until)
				return CHAT_WAIT;
			what = too_late(c);
			if (what != CHAT_WAIT)
				return what;
			break;
		case CONNECTED:
			if (c->until == NEVER)
				c->until = now + CONNECT_REST;
			if (now < c->until)
				return CHAT_WAIT;
			c->state = NEXT_SEND;
			if (end_line(c))
				return CHAT_LINE;
			break;
		case SUB_SEND:
			c->until = NEVER;
			return send_some(c, now);
		case SENDING:
			if (c->next != NULL)
				return send_some(c, now);
			char *word = c->sub;

			c->sub = cut_dash(word);
			return begin_expect(c, word);
		case PAUSED:
			if (now < c->until)
				return CHAT_WAIT;
			c->until = NEVER;
			c->state = SENDING;
			break;
		case NEXT_SEND:
			c->until = NEVER;
			return next_send(c, now);
		case RUN_EXPECT:
			return c->literal ? expect_word(c, c->ran) :
			    CHAT_WAIT;
		case RUN_SEND:
			if (!c->literal)
				return CHAT_WAIT;
			c->next = c->ran;
			c->state = SENDING;
			break;
		case ENDED:
			return CHAT_DONE;
		case BROKEN:
			return CHAT_FAILED;
		}
	}
}

tstamp
chat_deadline(const struct chat *c)
{
	return c->until;
}

static bool
ends_with(const struct chat *c, const char *p, size_t n)
{
	return c->seen_n >= n &&
	    memcmp(c->seen + c->seen_n - n, p, n) == 0;
}

/* For the log: lines as people read them. */
static void
note(struct chat *c, char ch)
{
	unsigned char u = (unsigned char)ch;

	if (ch == '\n')
		c->line_due = end_line(c);
	else if (u >= 32 && u < 127 && c->line_n < sizeof(c->line) - 1)
		c->line[c->line_n++] = ch;
}

/* One more octet; true: the caller has to step. */
static bool
octet(struct chat *c, char ch)
{
	if (c->seen_n == sizeof(c->seen)) {
		memmove(c->seen, c->seen + CHAT_TEXT, CHAT_TEXT);
		c->seen_n = CHAT_TEXT;
	}
	c->seen[c->seen_n++] = ch;
	note(c, ch);
	for (int k = 0; k < c->aborts; k++) {
		size_t n = strlen(c->abort[k]);

		if (ends_with(c, c->abort[k], n)) {
			failed(c, "the line said ", c->abort[k], n);
			return true;
		}
	}
	if (!ends_with(c, c->want, c->want_n))
		return c->line_due;
	c->state = ch != '\n' && strstr(c->want, "CONNECT") != NULL ?
	    CONNECTED : NEXT_SEND;
	c->until = NEVER;
	return true;
}

size_t
chat_input(struct chat *c, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && c->state == EXPECTING)
		if (octet(c, p[i++]))
			return i;
	while (i < n && c->state == CONNECTED) {
		if (p[i] == FLAG || c->line_due) {
			c->state = NEXT_SEND;
			c->line_due |= end_line(c);
			break;
		}
		note(c, p[i++]);
		if (p[i - 1] == '\n')
			c->state = NEXT_SEND;
	}
	return i;
}
