/* Values as people read them. */
#include "cmd/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

void
put_ip4(uint32_t addr, struct txt *out)
{
	txt_put(out, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 0xff,
	    addr >> 8 & 0xff, addr & 0xff);
}

void
put_want(const struct ip4_want *w, struct txt *out)
{
	put_ip4(w->addr, out);
	if (w->bits != 32)
		txt_put(out, "/%u", w->bits);
}

void
put_ip6(const uint8_t addr[16], struct txt *out)
{
	char text[INET6_ADDRSTRLEN];

	txt_put(out, "%s", inet_ntop(AF_INET6, addr, text, sizeof(text)));
}

void
put_ifid(const uint8_t ifid[8], struct txt *out)
{
	static const uint8_t none[8];
	uint8_t addr[16] = { 0xfe, 0x80 };

	if (memcmp(ifid, none, 8) == 0)
		return;
	memcpy(addr + 8, ifid, 8);
	put_ip6(addr, out);
}

void
put_mac(const uint8_t mac[6], struct txt *out)
{
	for (int i = 0; i < 6; i++)
		txt_put(out, "%s%02x", i > 0 ? ":" : "", mac[i]);
}

void
put_vlan(struct vlans v, struct txt *out)
{
	if (v.outer != 0)
		txt_put(out, "%u", v.outer);
	if (v.inner != 0)
		txt_put(out, ":%u", v.inner);
}

void
put_time(tstamp dt, struct txt *out)
{
	unsigned long long s = dt / SEC(1);

	txt_put(out, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
}

void
put_date(int64_t wall, struct txt *out)
{
	time_t s = (time_t)wall;
	char text[40];
	struct tm tm;

	if (localtime_r(&s, &tm) != NULL && strftime(text, sizeof(text),
	    "%a %b %e %H:%M:%S %Y", &tm) > 0)
		txt_put(out, "%s", text);
}

void
put_pause(uint32_t secs, struct txt *out)
{
	if (secs == PAUSE_RANDOM)
		txt_put(out, "random");
	else
		txt_put(out, "%us", secs);
}

void
put_enddisc(uint8_t class, const uint8_t *p, size_t n, struct txt *out)
{
	static const char *const names[] = { "Null Class", "Local Addr: ",
	    "Local IP: ", "Local MAC: ", "Magic: 0x", "Phone: " };

	if (class > 5) {
		txt_put(out, "Unknown Class %u", class);
		return;
	}
	txt_put(out, "%s", names[class]);
	for (size_t i = 0; i < n && class != 0; i++)
		switch (class) {
		case 2:
			txt_put(out, "%s%u", i > 0 ? "." : "", p[i]);
			break;
		case 3:
			txt_put(out, "%s%02x", i > 0 ? ":" : "", p[i]);
			break;
		case 4:
			txt_put(out, "%02x", p[i]);
			break;
		default:
			txt_put(out, "%c", p[i] > 31 && p[i] < 127 ?
			    p[i] : '?');
			break;
		}
}

static void
end_of_route(uint8_t word, uint8_t family, const uint8_t a[16],
    struct txt *out)
{
	if (word != AW_NONE)
		txt_put(out, "%s", addr_word_name((enum addr_word)word));
	else if (family == AF_INET6)
		put_ip6(a, out);
	else
		txt_put(out, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
}

void
put_route(const struct route_want *r, struct txt *out)
{
	bool v6 = r->family == AF_INET6;

	if (r->dst_word == AW_NONE && r->bits == 0)
		txt_put(out, "default");
	else {
		end_of_route(r->dst_word, r->family, r->dst, out);
		if (r->bits != (v6 ? 128 : 32))
			txt_put(out, "/%u", r->bits);
	}
	txt_put(out, " ");
	end_of_route(r->gw_word, r->family, r->gw, out);
}

void
put_clean(const char *s, struct txt *out)
{
	for (; *s != '\0'; s++)
		txt_put(out, "%c", (unsigned char)*s > 31 &&
		    (unsigned char)*s != 127 ? *s : '?');
}

void
put_safe(const char *s, struct txt *out)
{
	for (const char *begin = s; *s != '\0'; s++) {
		bool plain = (*s >= 'a' && *s <= 'z') ||
		    (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
		    strchr("@._+:/", *s) != NULL ||
		    (*s == '-' && s != begin);	/* an option otherwise */

		txt_put(out, "%c", plain ? *s : '_');
	}
}
