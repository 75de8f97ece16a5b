/*
 * Control packets from text, the other way round than ppp_describe():
 *	Configure-Request id=1 MRU=1492 Magic-Number=00000001
 *	IPCP Configure-Nak id=2 IP-Address=10.0.0.7
 *	PAP Authenticate-Request id=1 Peer-ID="fred" Password="secret"
 *	CHAP Challenge id=1 Value=00112233 Name="isp"
 *	Protocol-Reject id=9 Protocol=IPV6CP Data=01010004
 *	raw 8021 0101000a...
 */
#ifndef TESTS_PPPTEXT_H
#define TESTS_PPPTEXT_H

#include <stddef.h>
#include <stdint.h>

#define PPPTEXT_MAX	2048

/*
 * ppptext_build - the packet of @text.
 * Returns its octets in @buf and the protocol in *@proto; negative when the
 * text makes no sense, with the offending word in @why.
 */
int ppptext_build(const char *text, uint16_t *proto,
    uint8_t buf[PPPTEXT_MAX], char *why, size_t n);

/* ppptext_ip - "10.0.0.1" as a number in host order; negative: it is none. */
int ppptext_ip(const char *text, uint32_t *addr);

/* ppptext_hex - octets from hex digits; their number, negative: odd. */
int ppptext_hex(const char *text, uint8_t *buf, size_t max);

/*
 * ppptext_word - cut the next word off *@text into @word: blanks separate,
 * double quotes (removed) hold blanks together. 0 at the end.
 */
int ppptext_word(const char **text, char *word, size_t n);

#endif
