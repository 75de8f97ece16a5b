/*
 * Is what the peer sent right for this secret? Pure; for whoever keeps the
 * secrets. Lengths are compared first, then octets in constant time, so an
 * empty password is right for an empty secret only.
 */
#ifndef PPP_CHECK_H
#define PPP_CHECK_H

#include <stddef.h>

#include "ppp/ppp.h"

/*
 * pap_check, chap_check - judge @q against @secret and fill *@v, message
 * too. chap_check: all three algorithms. Returns 0; -E_FORMAT: the query is
 * not of that protocol or its sizes are wrong; -E_UNKNOWN: OpenSSL lacks an
 * algorithm. On error the verdict is a refusal.
 */
int pap_check(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v);
int chap_check(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v);

/* auth_judge - whichever of the two @q needs. */
int auth_judge(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v);

/*
 * auth_refuse - a refusal in the words of the protocol: `Login incorrect`,
 * `Invalid!!`, `E=691 R=0 C=... V=3 M=Invalid!!`.
 * auth_welcome - PAP's or CHAP's welcome; not for MS-CHAPv2, whose Success
 * must prove the secret.
 */
void auth_refuse(const struct auth_query *q, struct auth_verdict *v);
void auth_welcome(const struct auth_query *q, struct auth_verdict *v);

#endif
