/*
 * What a server's prompt sends, as pppctl sees it: where an answer ends and
 * which of it came unasked. Pure.
 *
 * A prompt is `WORD ON HOST> ` or `WORD on HOST> ` at the start of a line
 * and at the end of all data; the same inside an answer is text. When the
 * phase changes the server sends a line end and a new prompt unasked: data
 * after a prompt that begin with a line end are such, up to the next prompt.
 */
#ifndef CMD_ANSWER_H
#define CMD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#define ANSWER_HOST	64

struct answer_prompt {
	size_t	 at, len;	/* in the data */
	bool	 on;		/* ` ON `: no password needed any more */
	char	 host[ANSWER_HOST];
	char	 text[ANSWER_HOST + 16];
};

/*
 * answer_prompt - is there a prompt at @p? Its length, or 0.
 * @host: which host's; NULL: any
 */
size_t answer_prompt(const char *p, size_t n, const char *host,
    struct answer_prompt *pr);

/*
 * answer_ends - do all data end with a prompt? Then @pr says where: at the
 * first of them, when several that nobody asked for came with it.
 */
bool answer_ends(const char *p, size_t n, const char *host,
    struct answer_prompt *pr);

/*
 * answer_unasked - how many octets at the start of an answer came unasked,
 * their prompt included; 0: none. @text: where that prompt begins.
 */
size_t answer_unasked(const char *p, size_t n, const char *host,
    size_t *text);

#endif
