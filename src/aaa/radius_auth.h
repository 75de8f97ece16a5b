/*
 * RADIUS attributes and what they mean to a session: requests from what is
 * known of it, verdict and grants from the answer. RFC 2865, 2548, 2869,
 * 3162, 4679. Pure.
 */
#ifndef AAA_RADIUS_AUTH_H
#define AAA_RADIUS_AUTH_H

#include "aaa/radius_packet.h"
#include "aaa/secret.h"
#include "base/why.h"
#include "ppp/ppp.h"

#define RAD_ASYNC	0		/* NAS-Port-Type, RFC 2865 s. 5.41 */
#define RAD_VIRTUAL	5
#define RAD_ETHERNET	15

/* What every request says about us. */
struct rad_nas {
	bool	 ip, id;		/* enable NAS-IP-Address, -Identifier */
	uint32_t addr;			/* host order; 0: none, then addr6 */
	uint8_t	 addr6[16];
	char	 name[64];
};

/* What requests say about a session; "" : that attribute is left out. */
struct rad_who {
	char	 session[20];		/* Acct-Session-Id */
	char	 calling[64], called[72];
	char	 port_id[64], connect[32];
	char	 circuit[64], remote[64];
	uint32_t port;
	uint8_t	 port_type;
};

/*
 * rad_put_nas, rad_put_who - their attributes. rad_put_query - name and
 * proof; of PAP the name alone: the password is hidden for one server.
 */
void rad_put_nas(struct wr *w, const struct rad_nas *n);
void rad_put_who(struct wr *w, const struct rad_who *who);
void rad_put_query(struct wr *w, const struct auth_query *q);

/*
 * rad_verdict - what an answer that rad_check() found genuine says.
 * @v: with the message for the peer; @g: all zero unless @v->ok
 * @odd: what could not be followed, for the log; "" : nothing
 */
void rad_verdict(const struct rad_in *in, const struct auth_query *q,
    struct auth_verdict *v, struct aaa_grant *g, char *odd, size_t n);

/*
 * rad_keys - MS-MPPE-Send-Key and -Recv-Key of an Access-Accept into @v,
 * when both are there and right. @auth: of the request.
 */
void rad_keys(const struct rad_in *in, const struct rad_secret *s,
    const uint8_t auth[RAD_AUTH], struct auth_verdict *v);

/* rad_silence - the refusal when no server answered. */
void rad_silence(const struct auth_query *q, struct auth_verdict *v);

/*
 * rad_grant - the limits and addresses in @attrs into *@g, over what is
 * there. Also for a CoA-Request.
 */
void rad_grant(struct rd attrs, struct aaa_grant *g, char *odd, size_t n);

/* rad_unused - names of the attributes that nobody here follows; "" : none.
 * Cut where @max ends. */
void rad_unused(struct rd attrs, char *to, size_t max);

/* rad_vj - Framed-Compression of @e. */
enum net_vj rad_vj(const struct grant_extra *e);

/* ---- accounting, RFC 2866 ---- */

enum rad_status { RAD_START = 1, RAD_STOP, RAD_INTERIM,
	RAD_ACCT_ON = 7, RAD_ACCT_OFF };

struct rad_usage {
	uint64_t in_oct, out_oct, in, out;	/* in: from the peer */
	uint32_t secs;			/* session time */
	enum why why;			/* of a Stop */
};

/*
 * rad_put_acct - a record about a session; @g may be NULL, @u NULL for a
 * Start. @addr: the peer's, 0: none; @ifid: NULL: no IPv6; @who NULL: the
 * record is about all sessions (On, Off).
 */
struct rad_acct {
	enum rad_status status;
	const char *user;
	const struct rad_who *who;
	const struct aaa_grant *g;
	const struct rad_usage *u;
	uint32_t addr;
	const uint8_t *ifid;
	const char *multi;		/* Acct-Multi-Session-Id, or NULL */
	uint32_t links;			/* of that bundle so far */
	int64_t	 wall;			/* seconds since 1970 */
};
void rad_put_acct(struct wr *w, const struct rad_acct *a);

/* rad_cause - Acct-Terminate-Cause, section 5.10. */
uint32_t rad_cause(enum why why);

#endif
