/* Error numbers as text. */
#include "base/err.h"

#include <errno.h>
#include <string.h>

const char *
err_text(int err)
{
	switch (-err) {
	case 0:		return "no error";
	case E_SHORT:	return "packet too short";
	case E_FORMAT:	return "malformed packet";
	case E_STALE:	return "stale answer";
	case E_STATE:	return "not in this state";
	case E_UNKNOWN:	return "unknown";
	case E_DENIED:	return "not permitted";
	case E_RANGE:	return "out of range";
	case E_FULL:	return "limit reached";
	case E_EXIST:	return "already exists";
	case E_NOMEM:	return "out of memory";
	case E_SYS:	return strerror(errno);
	default:	return "unknown error";
	}
}
