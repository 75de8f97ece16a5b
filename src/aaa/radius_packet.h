/*
 * RADIUS packets, RFC 2865, 2866, 2869 and 5176: written attribute by
 * attribute, sealed with the secret, checked and read again. Pure. A packet
 * comes from anybody who can reach our port: it is read with the cursor and
 * nothing of it counts before rad_check() has found it genuine.
 */
#ifndef AAA_RADIUS_PACKET_H
#define AAA_RADIUS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/rd.h"
#include "wire/wr.h"

#define RAD_MAX		4096		/* octets of a packet, section 3 */
#define RAD_HEADER	20
#define RAD_AUTH	16		/* octets of an Authenticator */
#define RAD_VALUE	253		/* octets of an attribute's value */
#define RAD_PASS	128		/* octets of a hidden password */
#define RAD_SECRET	128		/* octets of a shared secret */

enum rad_code {
	RAD_ACCESS_REQUEST = 1, RAD_ACCESS_ACCEPT, RAD_ACCESS_REJECT,
	RAD_ACCT_REQUEST, RAD_ACCT_RESPONSE,
	RAD_ACCESS_CHALLENGE = 11,
	RAD_DISCONNECT_REQUEST = 40, RAD_DISCONNECT_ACK, RAD_DISCONNECT_NAK,
	RAD_COA_REQUEST, RAD_COA_ACK, RAD_COA_NAK,
};

enum rad_type {
	RAD_USER_NAME = 1, RAD_USER_PASSWORD, RAD_CHAP_PASSWORD,
	RAD_NAS_IP_ADDRESS, RAD_NAS_PORT, RAD_SERVICE_TYPE,
	RAD_FRAMED_PROTOCOL, RAD_FRAMED_IP_ADDRESS, RAD_FRAMED_IP_NETMASK,
	RAD_FILTER_ID = 11, RAD_FRAMED_MTU, RAD_FRAMED_COMPRESSION,
	RAD_REPLY_MESSAGE = 18,
	RAD_FRAMED_ROUTE = 22, RAD_STATE = 24, RAD_CLASS,
	RAD_VENDOR_SPECIFIC, RAD_SESSION_TIMEOUT, RAD_IDLE_TIMEOUT,
	RAD_CALLED_STATION_ID = 30, RAD_CALLING_STATION_ID,
	RAD_NAS_IDENTIFIER, RAD_PROXY_STATE,
	RAD_ACCT_STATUS_TYPE = 40, RAD_ACCT_DELAY_TIME,
	RAD_ACCT_INPUT_OCTETS, RAD_ACCT_OUTPUT_OCTETS, RAD_ACCT_SESSION_ID,
	RAD_ACCT_AUTHENTIC, RAD_ACCT_SESSION_TIME, RAD_ACCT_INPUT_PACKETS,
	RAD_ACCT_OUTPUT_PACKETS, RAD_ACCT_TERMINATE_CAUSE,
	RAD_ACCT_MULTI_SESSION_ID, RAD_ACCT_LINK_COUNT,
	RAD_ACCT_INPUT_GIGAWORDS = 52, RAD_ACCT_OUTPUT_GIGAWORDS,
	RAD_EVENT_TIMESTAMP = 55,
	RAD_CHAP_CHALLENGE = 60, RAD_NAS_PORT_TYPE,
	RAD_CONNECT_INFO = 77,
	RAD_MESSAGE_AUTHENTICATOR = 80, RAD_ACCT_INTERIM_INTERVAL = 85,
	RAD_NAS_PORT_ID = 87, RAD_FRAMED_POOL,
	RAD_NAS_IPV6_ADDRESS = 95, RAD_FRAMED_INTERFACE_ID,
	RAD_FRAMED_IPV6_PREFIX,
	RAD_FRAMED_IPV6_ROUTE = 99, RAD_ERROR_CAUSE = 101,
};

#define RAD_MICROSOFT	311u		/* RFC 2548 */
enum rad_ms {
	RAD_MS_CHAP_RESPONSE = 1, RAD_MS_CHAP_ERROR,
	RAD_MS_MPPE_POLICY = 7, RAD_MS_MPPE_TYPES,
	RAD_MS_CHAP_CHALLENGE = 11, RAD_MS_CHAP_MPPE_KEYS,
	RAD_MS_MPPE_SEND_KEY = 16, RAD_MS_MPPE_RECV_KEY,
	RAD_MS_CHAP2_RESPONSE = 25, RAD_MS_CHAP2_SUCCESS,
	RAD_MS_PRIMARY_DNS = 28, RAD_MS_SECONDARY_DNS,
	RAD_MS_PRIMARY_NBNS, RAD_MS_SECONDARY_NBNS,
};
#define RAD_DSL_FORUM	3561u		/* RFC 4679 */
enum rad_dsl { RAD_DSL_CIRCUIT_ID = 1, RAD_DSL_REMOTE_ID };
#define RAD_WISPR	14122u
enum rad_wispr { RAD_WISPR_MAX_UP = 7, RAD_WISPR_MAX_DOWN };

struct rad_secret {
	uint8_t	 len;
	char	 p[RAD_SECRET];		/* secret: wipe after use */
};

/* How the Authenticator of a packet comes about. */
enum rad_kind {
	RAD_RANDOM,	/* Access-Request: chance */
	RAD_DIGEST,	/* Accounting-, Disconnect-, CoA-Request: a digest */
	RAD_REPLY,	/* a digest over that of the request */
};

/* ---- writing ---- */

/*
 * rad_begin - code and Identifier; a Message-Authenticator comes first when
 * @sign, filled in by rad_seal().
 */
void rad_begin(struct wr *w, uint8_t code, uint8_t id, bool sign);

/* An attribute of 1 to 253 octets; none at all when @n is 0; bad above. */
void rad_put(struct wr *w, uint8_t type, const void *p, size_t n);
void rad_text(struct wr *w, uint8_t type, const char *s);
void rad_u32(struct wr *w, uint8_t type, uint32_t v);
void rad_vsa(struct wr *w, uint32_t vendor, uint8_t type, const void *p,
    size_t n);

/*
 * rad_seal - length, Authenticator, Message-Authenticator.
 * @auth: RAD_RANDOM: what to send; RAD_REPLY: the request's; RAD_DIGEST:
 *	not looked at
 * Returns 0; -E_FULL: @w went bad or the packet is too long; -E_UNKNOWN: no
 * MD5 in OpenSSL.
 */
int rad_seal(struct wr *w, enum rad_kind kind, const uint8_t auth[RAD_AUTH],
    const struct rad_secret *s);

/*
 * rad_hide - User-Password, section 5.2. @n: at most RAD_PASS.
 * Returns the octets of @out, a multiple of 16; -E_RANGE; -E_UNKNOWN.
 */
int rad_hide(const struct rad_secret *s, const uint8_t auth[RAD_AUTH],
    const char *pass, size_t n, uint8_t out[RAD_PASS]);

/* ---- reading ---- */

struct rad_in {
	uint8_t	 code, id;
	bool	 signed_;		/* it had a Message-Authenticator */
	uint8_t	 auth[RAD_AUTH];
	struct rd attrs;		/* borrows; structure checked */
};

/* rad_read - header and the lengths of all attributes. 0 or -E_FORMAT. */
int rad_read(struct rd in, struct rad_in *out);

/*
 * rad_check - is what rad_read() took apart genuine? @packet: the same
 * octets; @auth: RAD_REPLY: of the request. RAD_RANDOM cannot be told
 * without a Message-Authenticator. Constant time.
 * Returns 0; -E_DENIED; -E_UNKNOWN: no MD5.
 */
int rad_check(const struct rad_in *in, struct rd packet, enum rad_kind kind,
    const uint8_t auth[RAD_AUTH], const struct rad_secret *s);

/* rad_next - the next attribute; false at the end. */
bool rad_next(struct rd *r, uint8_t *type, struct rd *val);

/* rad_vendor - takes the Vendor-Id off; false: too short.
 * rad_vendor_next - the vendor's own attributes, in the usual format. */
bool rad_vendor(struct rd *val, uint32_t *vendor);
bool rad_vendor_next(struct rd *val, uint8_t *type, struct rd *sub);

/* rad_find - the first attribute of @type; false: there is none. */
bool rad_find(struct rd attrs, uint8_t type, struct rd *val);

/* rad_number - 4 octets; false: of another size. */
bool rad_number(struct rd val, uint32_t *out);

/*
 * rad_unsalt - MS-MPPE-Send-Key and -Recv-Key, RFC 2548 section 2.4.2.
 * @val: salt and ciphertext; @auth: of the request
 * Returns the octets of the key in @out (at most @max); -E_FORMAT;
 * -E_UNKNOWN.
 */
int rad_unsalt(const struct rad_secret *s, const uint8_t auth[RAD_AUTH],
    struct rd val, uint8_t *out, size_t max);

/* rad_code_name - "Access-Request", ...; "code" when unknown. */
const char *rad_code_name(uint8_t code);

#endif
