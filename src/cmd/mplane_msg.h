/*
 * Messages of the mPlane protocol as JSON: what a client says (pure, all of it
 * hostile), the capabilities there are, and what is answered. Protocol
 * version 1. Vocabulary of the core registry and of mSLAcert where they have
 * a word; the rest is in the registry that mplane_registry() prints.
 */
#ifndef CMD_MPLANE_MSG_H
#define CMD_MPLANE_MSG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/measure.h"
#include "ctl/sla.h"
#include "lang/when.h"

#define MPLANE_VERSION	1
#define MPLANE_REGISTRY	"/mplane/registry"
#define MPLANE_LINK	"/mplane/specification"
#define MPLANE_TEXT	8192		/* octets of a message, at most */
#define MPLANE_DEPTH	8		/* arrays and objects in one another */

/* ---- capabilities ---- */

enum mplane_source { MPLANE_TEST, MPLANE_SESSIONS, MPLANE_PRESENCE,
	MPLANE_ECHO, MPLANE_ECHO_COURSE };

enum mplane_param { MP_SESSION, MP_HOST, MP_PORT, MP_RATE, MP_PARAMS };
#define MP_BIT(p)	(1u << (p))

struct mplane_cap {
	const char *label;
	unsigned params;		/* MP_BITs */
	uint32_t period;		/* seconds, at least */
	const char *const *results;	/* NULL at the end */
	enum mplane_source source;
	uint8_t	 parts;			/* of a test: SLA_PING | ... */
	bool	 detail;		/* of a test: its single values */
	const char *algorithm;		/* in words */
};
extern const struct mplane_cap mplane_caps[];	/* NULL label at the end */

const struct mplane_cap *mplane_cap(const char *label);	/* or NULL */

/* ---- what a client says ---- */

struct mplane_ask {			/* values of the parameters */
	char	 session[SLA_WHO];	/* "" : not given */
	char	 host[SLA_HOST];
	uint16_t port;			/* 0: not given */
	uint64_t rate;
};

/*
 * mplane_set - a parameter, its value as text. 0; -E_UNKNOWN: @cap has none
 * of this name; -E_FORMAT, -E_RANGE: outside of its constraint; with @why.
 */
int mplane_set(struct mplane_ask *q, const struct mplane_cap *cap,
    const char *name, const char *value, char *why, size_t n);

/* mplane_when - may @cap be measured at those times? 0, -E_RANGE, @why. */
int mplane_when(const struct mplane_cap *cap, const struct when *w,
    char *why, size_t n);

enum mplane_kind { MPLANE_SPECIFICATION, MPLANE_REDEMPTION,
	MPLANE_INTERRUPT };

struct mplane_msg {
	enum mplane_kind kind;
	char	 label[MEASURE_LABEL], token[MEASURE_TOKEN];	/* "" : none */
	const struct mplane_cap *cap;	/* of a specification */
	struct mplane_ask ask;
	struct when when;
};

/*
 * mplane_parse - one message. A specification finds its capability by its
 * parameters and results; without results, by its label. Negative with
 * @why, which quotes nothing but names and what is printable.
 */
int mplane_parse(struct mplane_msg *m, const char *text, size_t len,
    char *why, size_t n);

/* ---- what is answered; new references, NULL: no memory ---- */

json_t *mplane_capability(const struct mplane_cap *cap, bool link);
json_t *mplane_capabilities(bool link);	/* an envelope of them */
json_t *mplane_registry(void);
json_t *mplane_exception(const char *token, const char *message);

/* What a specification was, for its receipt and results. */
struct mplane_spec {
	const struct mplane_cap *cap;
	struct mplane_ask ask;
	const struct when *when;
	const char *label, *token;
};
json_t *mplane_receipt(const struct mplane_spec *s);
json_t *mplane_result(const struct mplane_spec *s,
    const struct measure_result *r);
json_t *mplane_envelope(const char *of, json_t *contents, const char *token);

#endif
