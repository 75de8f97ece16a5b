/*
 * What a client of `set http' says, and the words of the command: the first
 * octet chooses, the rest is hostile. What is taken fits where it was put.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "ctl/http.h"

static void
query(const char *s)
{
	char v[16];

	if (!http_query(s, "q", v, sizeof(v)))
		return;
	BUG_ON(strlen(v) >= sizeof(v));
	for (const char *p = v; *p != '\0'; p++)
		BUG_ON((unsigned char)*p < ' ' || *p == 0x7f);
}

static void
place(const char *s)
{
	struct http_conf c;
	char why[64];

	if (http_parse(&c, s, "pw", NULL, 3, why, sizeof(why)) < 0)
		return;
	BUG_ON(c.local ? c.path[0] != '/' : c.port == 0);
	http_is_near(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s;

	if (size == 0 || (s = malloc(size)) == NULL)
		return 0;
	memcpy(s, data + 1, size - 1);
	s[size - 1] = '\0';
	switch (data[0] % 4) {
	case 0:
		query(s);
		break;
	case 1:
		place(s);
		break;
	case 2:
		BUG_ON(http_host_ok(s, "gw.example.net") &&
		    strstr(s, "evil") != NULL);
		break;
	default:
		http_auth_ok(s, "secret");
		break;
	}
	free(s);
	return 0;
}
