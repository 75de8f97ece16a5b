/*
 * The same IP packets seen at two places, and every field that was changed
 * between them: `test path`. Tracebox compares what a router quotes; here both
 * sides are ours to see. Pure; octets are hostile.
 */
#ifndef WIRE_PATH_H
#define WIRE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum path_field {
	PATH_DSCP, PATH_ECN, PATH_TTL, PATH_ID, PATH_FRAG, PATH_LENGTH,
	PATH_FLAGS, PATH_WINDOW, PATH_MSS, PATH_OPTIONS, PATH_DATA,
	PATH_IPSUM, PATH_SUM, PATH_FIELDS
};
const char *path_field_name(enum path_field f);	/* "DSCP", "MSS", ... */

struct path_packet {
	bool	 in;			/* from the peer; of the line's side */
	bool	 six, summed;		/* summed: its TCP or UDP checksum is
					 * right */
	bool	 found;			/* on the other side, too */
	uint8_t	 proto;			/* of IP; fragments: 0 */
	uint8_t	 addr[32];		/* source, destination */
	uint32_t ports;			/* TCP, UDP */
	uint32_t seq, ack;		/* TCP */
	uint32_t data;			/* octets behind the headers */
	uint32_t has;			/* bit F: it has field F */
	uint32_t val[PATH_FIELDS];
};

/*
 * path_look - @ip: @len octets seen, of @size. false: no IP packet in good
 * form, nothing is written.
 */
bool path_look(const uint8_t *ip, size_t len, size_t size,
    struct path_packet *p);

struct path_row {
	uint32_t packets, changed;	/* seen on both sides; of them */
	uint32_t before, after;		/* of the first change; without one
					 * both are the first value */
	uint64_t values;		/* bit V: V was seen before, V < 64 */
	bool	 several;		/* more than one value */
};

struct path_report {
	uint32_t tun, line;		/* packets seen there */
	uint32_t tun_only, line_only;
	uint32_t cut, joined;		/* segments that were cut from, or
					 * joined into, larger packets */
	uint32_t completed[2];		/* checksums that were still to do */
	uint32_t wrong;			/* wrong ones on the line, sent */
	struct path_row row[2][PATH_FIELDS];	/* to the peer, from it */
};

/* path_compare - both in order of time; marks `found'. */
void path_compare(struct path_packet *tun, size_t tuns,
    struct path_packet *line, size_t lines, struct path_report *r);

#endif
