/* What the program says it is. */
#ifndef CMD_VERSION_H
#define CMD_VERSION_H

#define PPP_VERSION	"3.4.2"		/* ppp(8)'s language, as scripts ask */

#endif
