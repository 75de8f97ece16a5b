/* RFC 1321 A.5, RFC 1320 A.5, FIPS 180 and FIPS 46 vectors. */
#include <atf-c.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"

struct vector {
	enum hash h;
	const char *in, *out;
};

static const struct vector vectors[] = {
	{ HASH_MD5, "", "d41d8cd98f00b204e9800998ecf8427e" },
	{ HASH_MD5, "a", "0cc175b9c0f1b6a831c399e269772661" },
	{ HASH_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72" },
	{ HASH_MD5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
	{ HASH_MD5, "abcdefghijklmnopqrstuvwxyz",
	    "c3fcd3d76192e4007dfb496cca67e13b" },
	{ HASH_MD5, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789", "d174ab98d277d9f5a5611c2c9f419d9f" },
	{ HASH_MD4, "", "31d6cfe0d16ae931b73c59d7e0c089c0" },
	{ HASH_MD4, "a", "bde52cb31de33e46245e05fbdbd6fb24" },
	{ HASH_MD4, "abc", "a448017aaf21d8525fc10ae87aa6729d" },
	{ HASH_MD4, "message digest", "d9130a8164549fe818874806e1c7014b" },
	{ HASH_MD4, "abcdefghijklmnopqrstuvwxyz",
	    "d79e1c308aa5bbcdeea8ed63df412da9" },
	{ HASH_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad" },
};
#define VECTORS	(sizeof(vectors) / sizeof(vectors[0]))

static const size_t sizes[HASH_COUNT] = {
	[HASH_MD4] = MD4_SIZE, [HASH_MD5] = MD5_SIZE,
	[HASH_SHA1] = SHA1_SIZE, [HASH_SHA256] = SHA256_SIZE,
};

static const char *
hex(const uint8_t *p, size_t n)
{
	static _Thread_local char text[2 * HASH_MAX + 1];

	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", p[i]);
	return text;
}

ATF_TC_WITHOUT_HEAD(init);
ATF_TC_BODY(init, tc)
{
	ATF_CHECK_EQ(0, crypto_init());
	ATF_CHECK_STREQ("", crypto_why());
	ATF_CHECK_EQ(0, crypto_init());
}

ATF_TC_WITHOUT_HEAD(rfc_vectors);
ATF_TC_BODY(rfc_vectors, tc)
{
	uint8_t out[HASH_MAX];

	for (size_t i = 0; i < VECTORS; i++) {
		const struct vector *v = &vectors[i];

		ATF_CHECK_EQ(0, hash_one(v->h, v->in, strlen(v->in), out));
		ATF_CHECK_STREQ(v->out, hex(out, sizes[v->h]));
	}
}

ATF_TC_WITHOUT_HEAD(parts_are_one_input);
ATF_TC_BODY(parts_are_one_input, tc)
{
	const struct hash_part part[] = {
		{ "mess", 4 }, { NULL, 0 }, { "age ", 4 }, { "digest", 6 },
	};
	uint8_t out[HASH_MAX];

	ATF_CHECK_EQ(0, hash_parts(HASH_MD5, part, 4, out));
	ATF_CHECK_STREQ("f96b697d7cb7938d525a2f31aaf161d0",
	    hex(out, MD5_SIZE));
}

ATF_TC_WITHOUT_HEAD(des);
ATF_TC_BODY(des, tc)
{
	static const uint8_t key[8] = { 0x13, 0x34, 0x57, 0x79, 0x9b, 0xbc,
	    0xdf, 0xf1 };
	static const uint8_t in[8] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab,
	    0xcd, 0xef };
	uint8_t odd[8], out[8];

	ATF_CHECK_EQ(0, des_block(key, in, out));
	ATF_CHECK_STREQ("85e813540f0ab405", hex(out, 8));
	for (int i = 0; i < 8; i++)	/* parity does not count */
		odd[i] = key[i] ^ 1;
	ATF_CHECK_EQ(0, des_block(odd, in, out));
	ATF_CHECK_STREQ("85e813540f0ab405", hex(out, 8));
}

/* Contexts are per thread: no result of one shows up in another. */
static void *
many(void *arg)
{
	uint8_t out[HASH_MAX];
	intptr_t bad = 0;

	(void)arg;
	for (size_t i = 0; i < 2000; i++) {
		const struct vector *v = &vectors[i % VECTORS];

		if (hash_one(v->h, v->in, strlen(v->in), out) != 0 ||
		    strcmp(v->out, hex(out, sizes[v->h])) != 0)
			bad++;
	}
	return (void *)bad;
}

ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	pthread_t t[4];
	void *bad;

	for (int i = 0; i < 4; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, many, NULL));
	for (int i = 0; i < 4; i++) {
		ATF_REQUIRE_EQ(0, pthread_join(t[i], &bad));
		ATF_CHECK_EQ(NULL, bad);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, init);
	ATF_TP_ADD_TC(tp, rfc_vectors);
	ATF_TP_ADD_TC(tp, parts_are_one_input);
	ATF_TP_ADD_TC(tp, des);
	ATF_TP_ADD_TC(tp, threads);
	return atf_no_error();
}
