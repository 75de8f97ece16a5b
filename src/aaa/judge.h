/*
 * Is the peer who it says it is? The answer to PPP_EV_AUTH_QUERY out of
 * ppp.secret and the system's passwords. Control thread only.
 */
#ifndef AAA_JUDGE_H
#define AAA_JUDGE_H

#include <stdbool.h>

#include "aaa/secret.h"
#include "ppp/ppp.h"

/*
 * aaa_judge - judge @q.
 * @passwdauth: PAP names that ppp.secret does not know are users of the
 *	system; so is a name whose KEY is `*`, for PAP alone
 * @v: the verdict, with the message for the peer
 * @g: what the name is granted; all zero unless @v->ok
 * A system password costs the time of crypt(3), a tenth of a second.
 * Returns 0; -E_UNKNOWN: OpenSSL cannot do MS-CHAP (refused; the caller
 * logs crypto_why()); -E_FORMAT: not a query of ours (refused).
 */
int aaa_judge(struct secrets *s, const struct auth_query *q, bool passwdauth,
    struct auth_verdict *v, struct aaa_grant *g);

#endif
