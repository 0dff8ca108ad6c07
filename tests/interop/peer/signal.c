/*
 * A peer that speaks the Signal protocol with libsignal-protocol-c, or with
 * libomemo-c where OMEMO is defined. State lives as long as the process.
 * Lines on stdin, an answer each, octets as hexadecimal digits:
 *	bundle 0|1		a bundle as JSON, with a one-time prekey or not
 *	start REG ID KEY SIG SPKID SPK PREID PRE	from such (- for none)
 *	send TEXT		TYPE MESSAGE
 *	recv TYPE MESSAGE	ok TEXT, or error NUMBER
 *	export			the session's record
 *	load RECORD		ok: it is the session from now on
 */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_helper.h"
#include "session_builder.h"
#include "session_cipher.h"
#include "session_pre_key.h"
#include "signal_protocol.h"
#include "protocol.h"

enum { LINE_MAX_OCTETS = 1 << 20 };

static signal_context *ctx;
static signal_protocol_store_context *store;
static signal_buffer *session;
static ratchet_identity_key_pair *identity;
static uint32_t registration = 4242;
static session_signed_pre_key *spk;
static session_pre_key *opk;
static int has_opk;
static const signal_protocol_address address = { "us", 2, 1 };

static void
must(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "%s: %d\n", what, rc);
	exit(1);
}

/* --- the cryptography that the library leaves to its user */
static int
give_random(uint8_t *p, size_t n, void *user)
{
	(void)user;
	return RAND_bytes(p, (int)n) == 1 ? 0 : -1;
}

static int
hmac_init(void **c, const uint8_t *key, size_t n, void *user)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	char name[] = "SHA256";
	OSSL_PARAM p[] = {
		OSSL_PARAM_construct_utf8_string("digest", name, 0),
		OSSL_PARAM_construct_end(),
	};

	(void)user;
	*c = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	return EVP_MAC_init(*c, key, n, p) == 1 ? 0 : -1;
}

static int
hmac_update(void *c, const uint8_t *p, size_t n, void *user)
{
	(void)user;
	return EVP_MAC_update(c, p, n) == 1 ? 0 : -1;
}

static int
hmac_final(void *c, signal_buffer **out, void *user)
{
	uint8_t p[32];
	size_t n = 0;

	(void)user;
	if (EVP_MAC_final(c, p, &n, sizeof(p)) != 1)
		return -1;
	*out = signal_buffer_create(p, n);
	return 0;
}

static void
hmac_cleanup(void *c, void *user)
{
	(void)user;
	EVP_MAC_CTX_free(c);
}

static int
sha512_init(void **c, void *user)
{
	(void)user;
	*c = EVP_MD_CTX_new();
	return EVP_DigestInit_ex(*c, EVP_sha512(), NULL) == 1 ? 0 : -1;
}

static int
sha512_update(void *c, const uint8_t *p, size_t n, void *user)
{
	(void)user;
	return EVP_DigestUpdate(c, p, n) == 1 ? 0 : -1;
}

static int
sha512_final(void *c, signal_buffer **out, void *user)
{
	uint8_t p[64];

	(void)user;
	if (EVP_DigestFinal_ex(c, p, NULL) != 1 ||
	    EVP_DigestInit_ex(c, EVP_sha512(), NULL) != 1)
		return -1;
	*out = signal_buffer_create(p, sizeof(p));
	return 0;
}

static void
sha512_cleanup(void *c, void *user)
{
	(void)user;
	EVP_MD_CTX_free(c);
}

static int
cipher(signal_buffer **out, int kind, const uint8_t *key, size_t key_n,
    const uint8_t *iv, const uint8_t *in, size_t n, int encrypt)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t *p = malloc(n + 16);
	int a = 0, b = 0, ok = 0;

	ok = key_n == 32 && kind == SG_CIPHER_AES_CBC_PKCS5 &&
	    EVP_CipherInit_ex(c, EVP_aes_256_cbc(), NULL, key, iv, encrypt) &&
	    EVP_CipherUpdate(c, p, &a, in, (int)n) &&
	    EVP_CipherFinal_ex(c, p + a, &b);
	if (ok)
		*out = signal_buffer_create(p, (size_t)(a + b));
	EVP_CIPHER_CTX_free(c);
	free(p);
	return ok ? 0 : SG_ERR_UNKNOWN;
}

static int
encrypt(signal_buffer **out, int kind, const uint8_t *key, size_t key_n,
    const uint8_t *iv, size_t iv_n, const uint8_t *in, size_t n, void *user)
{
	(void)iv_n;
	(void)user;
	return cipher(out, kind, key, key_n, iv, in, n, 1);
}

static int
decrypt(signal_buffer **out, int kind, const uint8_t *key, size_t key_n,
    const uint8_t *iv, size_t iv_n, const uint8_t *in, size_t n, void *user)
{
	(void)iv_n;
	(void)user;
	return cipher(out, kind, key, key_n, iv, in, n, 0);
}

/* --- the stores, of one peer */
static int
load_session(signal_buffer **record, signal_buffer **more,
    const signal_protocol_address *who, void *user)
{
	(void)more;
	(void)who;
	(void)user;
	if (session == NULL)
		return 0;
	*record = signal_buffer_copy(session);
	return 1;
}

static int
store_session(const signal_protocol_address *who, uint8_t *p, size_t n,
    uint8_t *more, size_t more_n, void *user)
{
	(void)who;
	(void)more;
	(void)more_n;
	(void)user;
	signal_buffer_free(session);
	session = signal_buffer_create(p, n);
	return 0;
}

static int
contains_session(const signal_protocol_address *who, void *user)
{
	(void)who;
	(void)user;
	return session != NULL;
}

static int
load_prekey(signal_buffer **record, uint32_t id, void *user)
{
	(void)user;
	if (!has_opk || session_pre_key_get_id(opk) != id)
		return SG_ERR_INVALID_KEY_ID;
	return session_pre_key_serialize(record, opk) < 0 ? -1 : 0;
}

static int
contains_prekey(uint32_t id, void *user)
{
	(void)user;
	return has_opk && session_pre_key_get_id(opk) == id;
}

static int
remove_prekey(uint32_t id, void *user)
{
	(void)id;
	(void)user;
	has_opk = 0;
	return 0;
}

static int
load_signed(signal_buffer **record, uint32_t id, void *user)
{
	(void)user;
	if (session_signed_pre_key_get_id(spk) != id)
		return SG_ERR_INVALID_KEY_ID;
	return session_signed_pre_key_serialize(record, spk) < 0 ? -1 : 0;
}

static int
get_identity(signal_buffer **pub, signal_buffer **priv, void *user)
{
	(void)user;
	ec_public_key_serialize(pub,
	    ratchet_identity_key_pair_get_public(identity));
	ec_private_key_serialize(priv,
	    ratchet_identity_key_pair_get_private(identity));
	return 0;
}

static int
get_registration(void *user, uint32_t *id)
{
	(void)user;
	*id = registration;
	return 0;
}

static int
save_identity(const signal_protocol_address *who, uint8_t *p, size_t n,
    void *user)
{
	(void)who;
	(void)p;
	(void)n;
	(void)user;
	return 0;
}

static int
trusted(const signal_protocol_address *who, uint8_t *p, size_t n, void *user)
{
	(void)who;
	(void)p;
	(void)n;
	(void)user;
	return 1;
}

static void
set_up(void)
{
	static const signal_crypto_provider crypto = { give_random, hmac_init,
	    hmac_update, hmac_final, hmac_cleanup, sha512_init, sha512_update,
	    sha512_final, sha512_cleanup, encrypt, decrypt, NULL };
	static const signal_protocol_session_store sessions = {
		.load_session_func = load_session,
		.store_session_func = store_session,
		.contains_session_func = contains_session };
	static const signal_protocol_pre_key_store prekeys = {
		.load_pre_key = load_prekey, .contains_pre_key =
		contains_prekey, .remove_pre_key = remove_prekey };
	static const signal_protocol_signed_pre_key_store signeds = {
		.load_signed_pre_key = load_signed };
	static const signal_protocol_identity_key_store identities = {
		.get_identity_key_pair = get_identity,
		.get_local_registration_id = get_registration,
		.save_identity = save_identity,
		.is_trusted_identity = trusted };

	must(signal_context_create(&ctx, NULL), "context");
	must(signal_context_set_crypto_provider(ctx, &crypto), "crypto");
	must(signal_protocol_store_context_create(&store, ctx), "store");
	signal_protocol_store_context_set_session_store(store, &sessions);
	signal_protocol_store_context_set_pre_key_store(store, &prekeys);
	signal_protocol_store_context_set_signed_pre_key_store(store,
	    &signeds);
	signal_protocol_store_context_set_identity_key_store(store,
	    &identities);
	must(signal_protocol_key_helper_generate_identity_key_pair(&identity,
	    ctx), "identity");
	must(signal_protocol_key_helper_generate_signed_pre_key(&spk, identity,
	    7, 1, ctx), "signed prekey");
}

/* --- the verbs */
static size_t
unhex(const char *s, uint8_t *out)
{
	size_t n = 0;

	for (; s[0] != '\0' && s[1] != '\0'; s += 2) {
		char two[3] = { s[0], s[1], '\0' };

		out[n++] = (uint8_t)strtoul(two, NULL, 16);
	}
	return n;
}

static void
print_hex(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x", p[i]);
}

static void
print_b64(const uint8_t *p, size_t n)
{
	uint8_t *text = malloc(n * 2 + 8);

	EVP_EncodeBlock(text, p, (int)n);
	printf("\"%s\"", (char *)text);
	free(text);
}

static void
print_key(const ec_public_key *key)
{
	signal_buffer *b = NULL;

	must(ec_public_key_serialize(&b, key), "key");
	print_b64(signal_buffer_data(b), signal_buffer_len(b));
	signal_buffer_free(b);
}

static void
do_bundle(int with)
{
	signal_protocol_key_helper_pre_key_list_node *list = NULL;
	static unsigned id = 20;

	printf("{\"registration_id\":%u,\"device_id\":1,\"identity_key\":",
	    registration);
	print_key(ratchet_identity_key_pair_get_public(identity));
	printf(",\"signed_prekey\":{\"id\":%u,\"key\":",
	    session_signed_pre_key_get_id(spk));
	print_key(ec_key_pair_get_public(
	    session_signed_pre_key_get_key_pair(spk)));
	printf(",\"signature\":");
	print_b64(session_signed_pre_key_get_signature(spk),
	    session_signed_pre_key_get_signature_len(spk));
	printf("},\"prekey\":");
	if (with) {
		must(signal_protocol_key_helper_generate_pre_keys(&list, id++,
		    1, ctx), "prekeys");
		opk = signal_protocol_key_helper_key_list_element(list);
		has_opk = 1;
		printf("{\"id\":%u,\"key\":", session_pre_key_get_id(opk));
		print_key(ec_key_pair_get_public(
		    session_pre_key_get_key_pair(opk)));
		printf("}");
	} else {
		printf("null");
	}
	printf(",\"kyber_prekey\":null}\n");
}

static ec_public_key *
key_of(const char *hex)
{
	uint8_t p[64];
	ec_public_key *key = NULL;

	if (strcmp(hex, "-") == 0)
		return NULL;
	must(curve_decode_point(&key, p, unhex(hex, p), ctx), "point");
	return key;
}

static void
do_start(char **v)
{
	session_pre_key_bundle *b = NULL;
	session_builder *builder = NULL;
	uint8_t sig[64];
	ec_public_key *pre = key_of(v[7]);
	int rc = 0;

	unhex(v[3], sig);
	must(session_pre_key_bundle_create(&b, (uint32_t)strtoul(v[0], NULL,
	    10), atoi(v[1]), pre ? (uint32_t)strtoul(v[6], NULL, 10) : 0, pre,
	    (uint32_t)strtoul(v[4], NULL, 10), key_of(v[5]), sig, sizeof(sig),
	    key_of(v[2])), "bundle");
	must(session_builder_create(&builder, store, &address, ctx),
	    "builder");
#ifdef OMEMO
	session_builder_set_version(builder, 3);
#endif
	rc = session_builder_process_pre_key_bundle(builder, b);
	printf(rc == 0 ? "ok\n" : "error %d\n", rc);
	session_builder_free(builder);
}

static session_cipher *
make_cipher(void)
{
	session_cipher *c = NULL;

	must(session_cipher_create(&c, store, &address, ctx), "cipher");
#ifdef OMEMO
	session_cipher_set_version(c, 3);
#endif
	return c;
}

static void
do_send(const char *hex)
{
	session_cipher *c = make_cipher();
	uint8_t *p = malloc(strlen(hex) / 2 + 1);
	ciphertext_message *m = NULL;
	signal_buffer *b = NULL;

	must(session_cipher_encrypt(c, p, unhex(hex, p), &m), "encrypt");
	b = ciphertext_message_get_serialized(m);
	printf("%d ", ciphertext_message_get_type(m));
	print_hex(signal_buffer_data(b), signal_buffer_len(b));
	printf("\n");
	free(p);
	session_cipher_free(c);
}

static void
do_recv(int type, const char *hex)
{
	session_cipher *c = make_cipher();
	uint8_t *p = malloc(strlen(hex) / 2 + 1);
	size_t n = unhex(hex, p);
	signal_buffer *out = NULL;
	pre_key_signal_message *first = NULL;
	signal_message *m = NULL;
	int rc = 0;

	if (type == CIPHERTEXT_PREKEY_TYPE) {
		rc = pre_key_signal_message_deserialize(&first, p, n, ctx);
		if (rc == 0)
			rc = session_cipher_decrypt_pre_key_signal_message(c,
			    first, NULL, &out);
	} else {
		rc = signal_message_deserialize(&m, p, n, ctx);
		if (rc == 0)
			rc = session_cipher_decrypt_signal_message(c, m, NULL,
			    &out);
	}
	if (rc == 0) {
		printf("ok ");
		print_hex(signal_buffer_data(out), signal_buffer_len(out));
		printf("\n");
	} else {
		printf("error %d\n", rc);
	}
	free(p);
	session_cipher_free(c);
}

static void
do_load(const char *hex)
{
	uint8_t *p = malloc(strlen(hex) / 2 + 1);
	size_t n = unhex(hex, p);

	store_session(&address, p, n, NULL, 0, NULL);
	free(p);
	printf("ok\n");
}

int
main(void)
{
	static char line[LINE_MAX_OCTETS];
	char *v[10];

	set_up();
	setvbuf(stdout, NULL, _IOLBF, 1 << 16);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		int n = 0;

		line[strcspn(line, "\n")] = '\0';
		for (char *s = line; n < 9 && s != NULL; n++)
			v[n] = strsep(&s, " ");
		v[n] = NULL;
		if (strcmp(v[0], "bundle") == 0 && n == 2)
			do_bundle(v[1][0] == '1');
		else if (strcmp(v[0], "start") == 0 && n == 9)
			do_start(v + 1);
		else if (strcmp(v[0], "send") == 0 && n == 2)
			do_send(v[1]);
		else if (strcmp(v[0], "recv") == 0 && n == 3)
			do_recv(atoi(v[1]), v[2]);
		else if (strcmp(v[0], "export") == 0 && session != NULL) {
			print_hex(signal_buffer_data(session),
			    signal_buffer_len(session));
			printf("\n");
		} else if (strcmp(v[0], "load") == 0 && n == 2) {
			do_load(v[1]);
		} else {
			printf("error\n");
		}
		fflush(stdout);
	}
	return 0;
}
