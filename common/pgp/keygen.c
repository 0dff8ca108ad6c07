/* Layouts of new keys; see keygen.h. */
#include "pgp/keygen.h"

#include "pgp/packet.h"
#include "pgp/selfsig.h"

const struct keygen_profile keygen_profiles[] = {
	{ "default", NULL,
	  "version 4, Ed25519 and Curve25519: what everybody reads",
	  { 4, PGP_EDDSA_LEGACY, PK_ED25519, 0 },
	  { 4, PGP_ECDH, PK_X25519, 0 } },
	{ "rfc9580", "performance", "version 6, Ed25519 and X25519",
	  { 6, PGP_ED25519, PK_ED25519, 0 },
	  { 6, PGP_X25519, PK_X25519, 0 } },
	{ "security", NULL, "version 6, Ed448 and X448",
	  { 6, PGP_ED448, PK_ED448, 0 },
	  { 6, PGP_X448, PK_X448, 0 } },
	{ "rfc9980", NULL,
	  "version 6, ML-DSA-65+Ed25519 and ML-KEM-768+X25519",
	  { 6, PGP_MLDSA65_ED25519, PK_MLDSA65_ED25519, 0 },
	  { 6, PGP_MLKEM768_X25519, PK_MLKEM768_X25519, 0 } },
	{ "rfc9980-high", NULL,
	  "version 6, ML-DSA-87+Ed448 and ML-KEM-1024+X448",
	  { 6, PGP_MLDSA87_ED448, PK_MLDSA87_ED448, 0 },
	  { 6, PGP_MLKEM1024_X448, PK_MLKEM1024_X448, 0 } },
	{ "compatibility", "rfc4880", "version 4, RSA of 3072 bits",
	  { 4, PGP_RSA, PK_RSA, 3072 },
	  { 4, PGP_RSA, PK_RSA, 3072 } },
	{ .name = NULL },
};

bool
keygen_available(const struct keygen_profile *p)
{
	return pk_available(p->primary.kind) && pk_available(p->subkey.kind);
}

const struct keygen_profile *
keygen_profile(struct span name)
{
	for (const struct keygen_profile *p = keygen_profiles;
	    p->name != NULL; p++)
		if (span_eq(name, span_str(p->name)) || (p->alias != NULL &&
		    span_eq(name, span_str(p->alias))))
			return p;
	return NULL;
}

bool
keygen_key(const struct key_spec *spec, bool subkey, int64_t now,
    const struct env *env, struct buf *body, struct pgp_key *out)
{
	struct buf secret = BUF(KEY_MATERIAL_MAX);
	struct pgp_key head = { .version = spec->version };
	struct s2k_budget budget = S2K_BUDGET;
	const struct passphrases none = { .n = 0 };
	bool ok = false;

	/* room at once, so that no copy is left behind in freed memory */
	buf_room(body, KEY_MATERIAL_MAX);
	ok = key_make(spec, now, env, body, &secret);
	if (ok) {
		key_secret_write(&head, buf_get0(&secret), NULL, env, body);
		ok = key_read(buf_get0(body), true, subkey, out) == PGP_OK &&
		    key_unlock(out, &none, &budget) == KEY_UNLOCKED;
	}
	buf_free_wipe(&secret);
	return ok;
}

void
keygen_packet(const struct pgp_key *k, const struct span *passphrase,
    const struct env *env, struct buf *out)
{
	struct buf secret = BUF(KEY_MATERIAL_MAX), body = BUF(SECRET_BODY_MAX);

	buf_room(&secret, KEY_MATERIAL_MAX);
	buf_room(&body, SECRET_BODY_MAX);
	key_secret_numbers(k, &secret);
	buf_span(&body, k->pub);
	key_secret_write(k, buf_get0(&secret), passphrase, env, &body);
	packet_write(out, key_tag(k), buf_get0(&body));
	buf_free_wipe(&secret);
	buf_free_wipe(&body);
}

void
key_packet(const struct pgp_key *k, struct buf *out)
{
	struct buf body = BUF(SECRET_BODY_MAX);
	unsigned tag = k->has_secret ? key_tag(k) :
	    k->subkey ? TAG_PUBLIC_SUBKEY : TAG_PUBLIC_KEY;

	buf_room(&body, SECRET_BODY_MAX);
	buf_span(&body, k->pub);
	buf_span(&body, k->secret);
	packet_write(out, tag, buf_get0(&body));
	buf_free_wipe(&body);
}

static bool
sign_all(const struct keygen *g, struct pgp_key *primary,
    struct buf *out)
{
	struct selfsig s = { .flags = KEY_CERTIFY | KEY_SIGN,
	    .lifetime = KEYGEN_LIFETIME, .now = g->now, .env = g->env,
	    .seipd2 = g->profile->primary.version == 6 };
	bool ok = selfsig_direct(primary, &s, out);

	for (size_t i = 0; ok && i < g->users_n; i++) {
		s.primary_user = i == 0;
		packet_write(out, TAG_USER_ID, span_str(g->users[i]));
		ok = selfsig_user(primary, span_str(g->users[i]), &s, out);
	}
	return ok;
}

const struct keygen_profile *
keygen_like(const struct pgp_key *primary)
{
	for (const struct keygen_profile *p = keygen_profiles;
	    p->name != NULL; p++)
		if (p->primary.version == primary->version &&
		    p->primary.kind == primary->kind)
			return p;
	return keygen_profile(primary->version == 6 ? SPAN("rfc9580") :
	    SPAN("default"));
}

bool
keygen_add_subkey(const struct keygen *g, struct pgp_key *primary,
    struct buf *out)
{
	struct buf body = BUF(SECRET_BODY_MAX);
	struct pgp_key k = { .version = 0 };
	struct selfsig s = { .flags = KEY_ENCRYPT_COMMS | KEY_ENCRYPT_STORAGE,
	    .lifetime = KEYGEN_LIFETIME, .now = g->now, .env = g->env };
	bool ok = keygen_key(&g->profile->subkey, true, g->now, g->env,
	    &body, &k);

	if (ok) {
		keygen_packet(&k, g->passphrase, g->env, out);
		ok = selfsig_subkey(primary, &k, &s, out);
	}
	key_close(&k);
	buf_free_wipe(&body);
	return ok;
}

bool
keygen_make(const struct keygen *g, struct buf *out)
{
	struct buf body = BUF(SECRET_BODY_MAX);
	struct pgp_key primary = { .version = 0 };
	bool ok = keygen_key(&g->profile->primary, false, g->now, g->env,
	    &body, &primary);

	if (ok) {
		keygen_packet(&primary, g->passphrase, g->env, out);
		ok = sign_all(g, &primary, out) &&
		    (g->signing_only || keygen_add_subkey(g, &primary, out));
	}
	key_close(&primary);
	buf_free_wipe(&body);
	return ok && !out->over;
}
