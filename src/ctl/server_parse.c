/* The address words of `set server`. */
#include "ctl/server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ctl/listen.h"

static bool
parse_port(const char *s, int unit, uint16_t *port)
{
	bool plus = s[0] == '+';
	unsigned long v;
	struct servent *se;

	s += plus;
	if (s[0] != '\0' && s[strspn(s, "0123456789")] == '\0') {
		v = strlen(s) > 5 ? 0 : strtoul(s, NULL, 10);
		if (plus && unit > 0)
			v += (unsigned long)unit;
		*port = (uint16_t)v;
		return v >= 1 && v <= UINT16_MAX;
	}
	se = plus ? NULL : getservbyname(s, "tcp");
	if (se == NULL)
		return false;
	*port = ntohs((uint16_t)se->s_port);
	return true;
}

int
server_parse(struct server_conf *conf, const char *addr,
    const char *password, const char *mask, int unit, char *why, size_t n)
{
	*conf = (struct server_conf){ .local = addr[0] == '/' };
	if (strlen(password) > PROMPT_PASSWORD) {
		snprintf(why, n, "set server: Password longer than %d octets",
		    PROMPT_PASSWORD);
		return -E_RANGE;
	}
	memcpy(conf->password, password, strlen(password) + 1);
	if (!conf->local && mask != NULL)
		return -E_FORMAT;
	if (!conf->local && !parse_port(addr, unit, &conf->port)) {
		snprintf(why, n, "%s: Invalid port or service", addr);
		return -E_UNKNOWN;
	}
	conf->masked = mask != NULL;
	if (conf->masked && !listen_mask(mask, &conf->mask)) {
		snprintf(why, n, "set server: %s: Invalid mask", mask);
		return -E_RANGE;
	}
	if (conf->local && !listen_path(addr, unit, conf->path,
	    sizeof(conf->path))) {
		snprintf(why, n, "%s: Path too long", addr);
		return -E_RANGE;
	}
	return 0;
}
