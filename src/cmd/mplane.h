/*
 * mPlane: capabilities, specifications, receipts and results, for prompts and
 * for HTTP. What runs is in the table of ctl/measure.h. Control thread only.
 */
#ifndef CMD_MPLANE_H
#define CMD_MPLANE_H

#include "cmd/cmd.h"
#include "cmd/mplane_msg.h"
#include "ctl/http.h"

/*
 * mplane_begin - a specification with its values checked. @token "": one of
 * ours; @label "": the capability's. @secs: how long a test takes where the
 * scope does not say; 0: as by itself. NULL with @why.
 */
struct measure *mplane_begin(struct cmd_env *e, const struct mplane_msg *m,
    uint32_t secs, char *why, size_t n);

/* mplane_spec - what @m was asked for; borrows from it. */
void mplane_spec(const struct measure *m, struct mplane_spec *s);

/*
 * mplane_answer - what there is of @m: a receipt while nothing is, a result,
 * an envelope of results when its scope repeats, an exception.
 */
json_t *mplane_answer(const struct measure *m);

/* mplane_take - a message of a client, answered. *@err: negative for an
 * exception. */
json_t *mplane_take(struct cmd_env *e, const char *text, size_t len,
    int *err);

/*
 * Paths below /mplane. mplane_get leaves @an as it is (404) when it does not
 * know the path; so does mplane_post (405). @may: there is a password.
 */
void mplane_get(struct cmd_env *e, const struct http_request *rq, bool may,
    struct http_answer *an);
void mplane_post(struct cmd_env *e, const struct http_request *rq, bool may,
    struct http_answer *an);

#endif
