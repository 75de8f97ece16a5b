/* Matching a word with the rows of a table. */
#include "lang/row.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool
row_may(const struct row *r, enum row_who who)
{
	if (who == WHO_LOCKED)
		return r->flags & (ROW_ANYONE | ROW_LOCKED);
	if (r->flags & ROW_LOCKED)
		return false;
	return true;
}

static bool
is(const char *name, const char *word)
{
	return name != NULL && strcasecmp(name, word) == 0;
}

static bool
begins(const char *name, const char *word, size_t n)
{
	return name != NULL && strncasecmp(name, word, n) == 0;
}

bool
row_begins(const struct row *r, const char *word)
{
	size_t n = strlen(word);

	return begins(r->name, word, n) || begins(r->alias, word, n);
}

/* Rows of one generation that @word begins: how many, and one of them. */
static int
prefix(const struct row *table, const char *word, enum row_who who,
    bool newer, const struct row **one)
{
	int found = 0;

	for (const struct row *r = table; r->name != NULL; r++) {
		if (newer != ((r->flags & (ROW_NEW | ROW_HIDDEN)) != 0) ||
		    !row_may(r, who))
			continue;
		if (row_begins(r, word)) {
			*one = r;
			found++;
		}
	}
	return found;
}

const struct row *
row_find(const struct row *table, const char *word, enum row_who who,
    bool *ambiguous)
{
	const struct row *one = NULL;
	int n;

	*ambiguous = false;
	if (*word == '\0')
		return NULL;
	for (const struct row *r = table; r->name != NULL; r++)
		if (row_may(r, who) && (is(r->name, word) ||
		    is(r->alias, word)))
			return r;
	n = prefix(table, word, who, false, &one);
	if (n == 0)
		n = prefix(table, word, who, true, &one);
	*ambiguous = n > 1;
	return n == 1 ? one : NULL;
}

#define NEAR_LEN	32

/* How many octets must be put in, taken out, changed or swapped. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[3][NEAR_LEN + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > NEAR_LEN || lb > NEAR_LEN)
		return NEAR_LEN;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = row[2][j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned *cur = row[i % 3], *up = row[(i + 2) % 3];
		const unsigned *up2 = row[(i + 1) % 3];

		cur[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			int ca = tolower((unsigned char)a[i - 1]);
			int cb = tolower((unsigned char)b[j - 1]);
			unsigned best = up[j - 1] + (ca != cb);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (cur[j - 1] + 1 < best)
				best = cur[j - 1] + 1;
			if (i > 1 && j > 1 && up2[j - 2] + 1 < best &&
			    ca == tolower((unsigned char)b[j - 2]) &&
			    cb == tolower((unsigned char)a[i - 2]))
				best = up2[j - 2] + 1;
			cur[j] = best;
		}
	}
	return row[la % 3][lb];
}

const char *
row_near(const struct row *table, const char *word, enum row_who who)
{
	unsigned most = strlen(word) > 4 ? 2 : 1, best = most + 1;
	const char *name = NULL;

	for (const struct row *r = table; r->name != NULL; r++) {
		const char *names[2] = { r->name, r->alias };

		if (!row_may(r, who) || (r->flags & ROW_HIDDEN))
			continue;
		for (int i = 0; i < 2; i++) {
			unsigned d = names[i] == NULL ? best :
			    distance(word, names[i]);

			if (d < best && d < strlen(word)) {
				best = d;
				name = names[i];
			}
		}
	}
	return name;
}

/* A word that is nothing here, but may be a mistyped secret command. */
static bool
suspect(const struct row *table, const char *word)
{
	for (const struct row *r = table; r->name != NULL; r++)
		if (r->flags & (ROW_SECRET1 | ROW_SECRET2) &&
		    (begins(r->name, word, 1) || begins(r->alias, word, 1)))
			return true;
	return false;
}

/*
 * The flags of the row whose arguments begin at word *@i, as far as rows go
 * down. ppp(8) hides what follows any word that begins like `passwd`.
 */
static unsigned
deepest(const struct row *table, const struct words *w, int *i)
{
	const struct row *next;
	unsigned flags = 0;
	bool ambiguous;

	while (table != NULL && *i < w->n) {
		next = row_find(table, w->w[*i], WHO_FILE, &ambiguous);
		if (next == NULL)
			next = row_find(table, w->w[*i], WHO_LOCKED,
			    &ambiguous);
		if (next == NULL && suspect(table, w->w[*i]))
			flags = ROW_SECRET1;
		++*i;
		if (next == NULL)
			break;
		flags = next->flags;
		table = next->sub;
	}
	return flags;
}

void
row_mask(const struct row *table, const struct words *w, struct txt *out)
{
	int first = 0;
	unsigned flags = deepest(table, w, &first);
	char q[2 * LEX_TEXT + 3];

	for (int i = 0; i < w->n; i++) {
		bool secret = ((flags & ROW_SECRET1) && i >= first) ||
		    ((flags & ROW_SECRET2) && i == first + 1);

		txt_put(out, "%s", i > 0 ? " " : "");
		if (secret) {
			txt_put(out, "********");
			continue;
		}
		lex_quote(w->w[i], q, sizeof(q));
		txt_put(out, "%s", q);
	}
}
