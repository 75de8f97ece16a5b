/*
 * The words that `shell`, `bg`, `log`, `ident` and a few others replace:
 * HISADDR, LABEL, ... ppp(8) compares them with case, as whole words only; a
 * backslash in front protects one and goes away.
 */
#ifndef LANG_VARS_H
#define LANG_VARS_H

#include <stdbool.h>

#include "base/txt.h"

enum var {
	VAR_AUTHNAME, VAR_DNS0, VAR_DNS1, VAR_ENDDISC, VAR_HISADDR,
	VAR_HISADDR6, VAR_INTERFACE, VAR_IPOCTETSIN, VAR_IPOCTETSOUT,
	VAR_IPPACKETSIN, VAR_IPPACKETSOUT, VAR_IPV6OCTETSIN,
	VAR_IPV6OCTETSOUT, VAR_IPV6PACKETSIN, VAR_IPV6PACKETSOUT,
	VAR_IPV6PREFIX, VAR_LABEL, VAR_MYADDR, VAR_MYADDR6, VAR_OCTETSIN,
	VAR_OCTETSOUT, VAR_PACKETSIN, VAR_PACKETSOUT, VAR_PEER_ENDDISC,
	VAR_PROCESSID, VAR_SOCKNAME, VAR_UPTIME, VAR_USER, VAR_VERSION,
	VARS
};

const char *var_name(enum var v);
const char *var_help(enum var v);	/* one sentence */

/* Puts the value of @v, which may be nothing, into @out. */
typedef void var_fn(enum var v, struct txt *out, void *arg);

/* vars_expand - @in with all variables replaced, appended to @out. */
void vars_expand(const char *in, var_fn *value, void *arg, struct txt *out);

/* vars_has - would that change @in? */
bool vars_has(const char *in);

#endif
