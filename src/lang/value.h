/*
 * Typed values of the language. Each function takes one whole word and
 * returns 0, -E_FORMAT (not that kind of value) or -E_RANGE (outside its
 * limits); on error nothing is written. IPv4 addresses in host order, IPv6
 * in network order.
 */
#ifndef LANG_VALUE_H
#define LANG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keywords for the addresses of a link, in any case, whole. */
enum addr_word { AW_NONE, AW_MYADDR, AW_HISADDR, AW_MYADDR6, AW_HISADDR6,
	AW_DNS0, AW_DNS1 };
enum addr_word val_addr_word(const char *s);	/* AW_NONE: it is none */
const char *addr_word_name(enum addr_word w);	/* NULL for AW_NONE */

/* Decimal, nothing after it. */
int val_num(const char *s, uint32_t lo, uint32_t hi, uint32_t *out);

/* Seconds: `30`, `90s`, `5m`, `2h`, `1d`. */
int val_secs(const char *s, uint32_t lo, uint32_t hi, uint32_t *out);

/* A number with k, m or g behind it: times 1000, a million, a milliard. */
int val_rate(const char *s, uint64_t lo, uint64_t hi, uint64_t *out);

/* Hexadecimal with or without 0x. */
int val_hex(const char *s, uint32_t *out);

/* on|off, yes|no, in any case. */
int val_onoff(const char *s, bool *out);
int val_yesno(const char *s, bool *out);

/* MAC address, six octets with `:` or `-` between. */
int val_mac(const char *s, uint8_t out[6]);

/* ADDR, ADDR/N; without /N 32, of 0.0.0.0 and `0` always 0. */
int val_ip4(const char *s, uint32_t *out);
int val_ip4_bits(const char *s, uint32_t *addr, uint8_t *bits);

/* IPv6, known by two colons; ADDR/N, without /N 128. */
int val_ip6_bits(const char *s, uint8_t addr[16], uint8_t *bits);

/* ip6_text - the address into @buf of IP6_TEXT octets; returns buf. */
#define IP6_TEXT 46
const char *ip6_text(const uint8_t addr[16], char buf[IP6_TEXT]);

/* A netmask with its ones in front, or `0`; *@bits gets how many. */
int val_mask(const char *s, uint8_t *bits);

/*
 * val_host - an IPv4 address or a host name, which is looked up (blocks).
 * -E_UNKNOWN: no such name.
 */
int val_host(const char *s, uint32_t *out);

/* `A-B,C,D-E`: addresses and ranges. *@n: how many; -E_FULL: over @max. */
struct val_range {
	uint32_t lo, hi;		/* both included */
};
int val_ranges(const char *s, struct val_range *out, int max, int *n);

/* N or N:M, VLAN ids 1..4094; *@inner 0 without M. */
int val_vlan(const char *s, uint16_t *outer, uint16_t *inner);

/*
 * val_redial - SECS|random[+INC[-MAX]][.NEXT|.random]. What is not given
 * gets ppp(8)'s default: INC 0, MAX 10, NEXT 3.
 */
#define VAL_RANDOM	UINT32_MAX
struct val_redial {
	uint32_t secs, inc, max, next;	/* secs, next: or VAL_RANDOM */
};
int val_redial(const char *s, struct val_redial *out);

#endif
