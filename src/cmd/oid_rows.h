/* Inside cmd/ only: the table of cmd/oid.c. */
#ifndef CMD_OID_ROWS_H
#define CMD_OID_ROWS_H

#include "cmd/oid.h"

#define OID_3COM	"net.graph.nonstandard_pppoe"
#define OID_FRAMES	"%f"	/* the lines that set them, whoever we are */

struct oid_alias {
	const char *name, *is;
};

extern const struct oid oids[];			/* end with a NULL name */
extern const struct oid_alias oid_aliases[];	/* these, too */

#endif
