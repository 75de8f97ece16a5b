/* A ppp.secret of any content: read, and every name in it looked up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aaa/secret.h"
#include "base/bug.h"
#include "base/log.h"
#include "lang/lex.h"

static void
quiet(const struct log_line *line, void *arg)
{
	(void)arg;
	BUG_ON(memchr(line->text, '\0', sizeof(line->text)) == NULL);
}

/* A line that splits into two words names somebody, unless it is refused. */
static void
look_up(struct secrets *s, const char *line)
{
	struct secret got;
	struct words w;

	if (lex_split(line, &w) != 0 || w.n == 0)
		return;
	if (secret_find(s, w.w[0], strlen(w.w[0]), &got) != 0) {
		BUG_ON(w.n == 2 && line[0] != '#' && w.w[0][0] != '\0' &&
		    strlen(w.w[0]) <= AUTHNAME_MAX &&
		    strlen(w.w[1]) <= AUTHKEY_MAX);
		return;
	}
	BUG_ON(strlen(got.key) != got.key_len);
	BUG_ON(got.grant.ranges > SECRET_RANGES);
	BUG_ON(got.grant.ranges > 0 && got.grant.has_his);
	for (int i = 0; i < got.grant.ranges; i++)
		BUG_ON(got.grant.range[i].lo > got.grant.range[i].hi);
	BUG_ON(got.grant.his.bits > 32);
	BUG_ON(got.system != (strcmp(got.key, "*") == 0));
}

static void
nothing(uint32_t addr, void *arg)
{
	*(uint32_t *)arg ^= addr;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("secret", 0);
	char path[64], *text = malloc(size + 1);
	struct secrets *s;
	uint32_t all = 0;

	BUG_ON(fd < 0 || text == NULL || fchmod(fd, 0600) != 0);
	BUG_ON(write(fd, data, size) != (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	log_set_sink(quiet, NULL);
	s = secrets_new(path);
	BUG_ON(s == NULL);
	secrets_fixed(s, nothing, &all);
	memcpy(text, data, size);
	text[size] = '\0';
	if (strlen(text) == size)
		for (char *line = strtok(text, "\n"); line != NULL;
		    line = strtok(NULL, "\n"))
			look_up(s, line);
	secrets_free(s);
	free(text);
	close(fd);
	return 0;
}
