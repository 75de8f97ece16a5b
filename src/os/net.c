/* What needs rights is a line of level ID0, whatever became of it. */
#include "os/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/err.h"
#include "base/log.h"
#include "os/net_impl.h"

static int
told(const char *what, const char *ifname, uint8_t family,
    const uint8_t *addr, unsigned bits, int err)
{
	char text[INET6_ADDRSTRLEN];

	if (log_on(LOG_ID0))
		log_put(LOG_ID0, "%s %s/%u on %s: %s", what,
		    inet_ntop(family, addr, text, sizeof(text)), bits, ifname,
		    err < 0 ? err_text(err) : "done");
	return err;
}

int
os_addr_add(const char *ifname, const struct os_addr *a)
{
	return told("address", ifname, a->family, a->addr, a->bits,
	    sys_addr_add(ifname, a));
}

int
os_addr_del(const char *ifname, const struct os_addr *a)
{
	return told("no address", ifname, a->family, a->addr, a->bits,
	    sys_addr_del(ifname, a));
}

int
os_route_add(const char *ifname, const struct os_route *r, bool replace)
{
	return told("route", ifname, r->family, r->dst, r->bits,
	    sys_route_add(ifname, r, replace));
}

int
os_route_del(const char *ifname, const struct os_route *r)
{
	return told("no route", ifname, r->family, r->dst, r->bits,
	    sys_route_del(ifname, r));
}
