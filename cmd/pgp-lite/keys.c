/* Which keys sign and which are encrypted to. */
#include <stdlib.h>

#include "base/vec.h"
#include "pgp-lite.h"
#include "pgp/valid.h"
#include "sys/say.h"

/* --for, in the order of its choices. */
static unsigned
purpose(const struct run *r)
{
	static const unsigned flags[] = {
		KEY_ENCRYPT_COMMS | KEY_ENCRYPT_STORAGE,
		KEY_ENCRYPT_STORAGE, KEY_ENCRYPT_COMMS,
	};

	return flags[r->a.purpose];
}

enum key_unlock
keys_unlock(struct run *r, const struct cert *c, struct pgp_key *k)
{
	enum key_unlock u = key_unlock(k, &r->key_passwords, &r->key_budget);

	if (u == KEY_LOCKED)
		run_fail(r, SOP_KEY_IS_PROTECTED, "%s: the key is locked, "
		    "and no passphrase fits", c->file);
	else if (u == KEY_LIMITED)
		run_fail(r, SOP_KEY_IS_PROTECTED, "%s: the key stays locked: "
		    "%s", c->file, r->key_budget.why);
	return u == KEY_LIMITED ? KEY_LOCKED : u;
}

const char *
keys_no_secret(enum key_unlock u)
{
	return u == KEY_NO_SECRET ? "its secret part is not in the file" :
	    "its secret part is damaged, or of an unknown form";
}

/* The newest key of the certificate that may sign now; subkeys first. */
static bool
add_signer(struct run *r, struct cert *c, unsigned type,
    struct signers *out)
{
	enum key_unlock u = KEY_CANNOT;
	const char *why = NULL;

	for (size_t i = c->n; i-- > 0;) {
		if (!component_is_key(&c->v[i]))
			continue;
		why = valid_key(c, i, r->now, KEY_SIGN);
		if (why != NULL) {
			say_detail("%s: key %zu: %s", c->file, i, why);
			continue;
		}
		u = keys_unlock(r, c, &c->v[i].key);
		if (u == KEY_NO_SECRET && i > 0)
			continue;
		if (u == KEY_LOCKED)
			return false;
		if (u != KEY_UNLOCKED)
			return run_fail(r, SOP_KEY_CANNOT_SIGN, "%s: the key: "
			    "%s", c->file, keys_no_secret(u));
		return signers_add(out, &c->v[i].key, type, r->now, &r->env)
		    || run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "too many signers");
	}
	return run_fail(r, SOP_KEY_CANNOT_SIGN, "%s: no key that may sign: "
	    "%s", c->file, why);
}

bool
keys_signers(struct run *r, struct files *keys, unsigned type,
    struct signers *out)
{
	for (size_t i = 0; i < keys->n; i++)
		for (size_t j = 0; j < keys->v[i].n; j++)
			if (!add_signer(r, &keys->v[i].v[j], type, out))
				return false;
	return true;
}

/*
 * Whoever breaks one of the keys that a message is encrypted to reads it (RFC
 * 9980 section 3.1): of a certificate that has both kinds, the classical ones
 * are left out. Its holder has the others, too.
 */
static void
prefer_post(struct recipients *out, size_t from)
{
	size_t n = from;

	for (size_t i = from; i < out->n; i++)
		if (algo_pk_is_post(out->v[i].key->algo))
			out->v[n++] = out->v[i];
	if (n > from)
		out->n = n;
}

/*
 * Sections 5.2.3.14, 5.2.3.15 and 12.2: of a list that is there nothing else
 * may be used, but for AES-128, which stands at the end of each.
 */
static void
note_preferences(const struct sig *self, struct recipients *out)
{
	bool ocb = self->pref_aead.n == 0;

	for (size_t i = 0; i + 1 < self->pref_aead.n; i += 2)
		ocb |= self->pref_aead.p[i] == SYM_AES256 &&
		    self->pref_aead.p[i + 1] == PGP_OCB;
	out->aes256_ocb &= ocb;
	out->aes256 &= self->pref_sym.n == 0 ||
	    span_chr(self->pref_sym, SYM_AES256) < self->pref_sym.n;
}

void
recipients_init(struct recipients *to)
{
	*to = (struct recipients){ .seipd2 = true, .aes256 = true,
	    .aes256_ocb = true };
}

/* Whether it is the algorithm that a key of the certificate is refused for. */
static bool
for_algorithm(struct cert *c, struct pgp_key *k, const char *why)
{
	return why == key_unsupported(k) ||
	    why == key_unsupported(cert_primary(c));
}

bool
keys_of_cert(struct run *r, struct cert *c, struct recipients *out,
    const char **reason)
{
	struct sig self;
	const char *why = NULL, *unsupported = NULL, *lost = NULL;
	size_t before = out->n;

	for (size_t i = 0; i < c->n; i++) {
		struct pgp_key *k = &c->v[i].key;

		if (!component_is_key(&c->v[i]) || algo_pk_signs_only(k->algo))
			continue;
		why = valid_key(c, i, r->now, purpose(r));
		if (why == NULL)
			*VEC_PUSH(out) = (struct recipient){ k,
			    cert_primary(c) };
		else if (for_algorithm(c, k, why))
			unsupported = why;
		if (algo_pk_is_post(k->algo) && why == unsupported)
			lost = why;
	}
	prefer_post(out, before);
	out->unsupported = out->n == before && unsupported != NULL;
	if (lost != NULL && out->n > before)
		say_warn("%s: a quantum computer could read it: its "
		    "post-quantum key is not used: %s", c->file, lost);
	if (valid_cert(c, r->now, &self) != NULL ||
	    (self.features & FEATURE_SEIPD2) == 0)
		out->seipd2 = false;
	if (out->n > before)
		note_preferences(&self, out);
	if (out->unsupported)
		*reason = unsupported;
	else if (why != NULL)
		*reason = why;
	return out->n > before;
}

unsigned
recipients_version(const struct recipients *to)
{
	return to->n > 0 && to->seipd2 ? 2 : 1;
}

unsigned
recipients_cipher(const struct recipients *to, unsigned version)
{
	return (version == 2 ? to->aes256_ocb : to->aes256) ? SYM_AES256 :
	    SYM_AES128;
}

static bool
add_recipients(struct run *r, struct cert *c, struct recipients *out)
{
	const char *why = "it has none for that";

	return keys_of_cert(r, c, out, &why) || run_fail(r,
	    out->unsupported ? SOP_UNSUPPORTED_ASYMMETRIC_ALGO :
	    SOP_CERT_CANNOT_ENCRYPT, "%s: no key to encrypt to: %s",
	    c->file, why);
}

bool
keys_recipients(struct run *r, struct files *certs, struct recipients *out)
{
	size_t post = 0;

	recipients_init(out);
	for (size_t i = 0; i < certs->n; i++)
		for (size_t j = 0; j < certs->v[i].n; j++)
			if (!add_recipients(r, &certs->v[i].v[j], out))
				return false;
	for (size_t i = 0; i < out->n; i++)
		if (algo_pk_is_post(out->v[i].key->algo))
			post++;
	/* section 8.1: it may be done, with a warning */
	if (post > 0 && post < out->n)
		say_warn("a quantum computer could read it: only %zu of the "
		    "%zu keys that it is encrypted to withstand one", post,
		    out->n);
	return true;
}
