/*
 * update-key: a key that expires soon gets three more years, self-signatures
 * over a weak hash are made anew, a subkey that encrypts is added where none
 * is left. What is revoked stays so.
 */
#include <stdlib.h>

#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/keygen.h"
#include "pgp/packet.h"
#include "pgp/selfsig.h"
#include "pgp/valid.h"

enum {
	SOON = 365 * 86400,
	REASON_SUPERSEDED = 1,
	ENCRYPTS = KEY_ENCRYPT_COMMS | KEY_ENCRYPT_STORAGE,
};

struct update {
	struct run *r;
	struct cert *c;
	struct buf *out;
	size_t own;		/* components that were in the key itself */
	struct selfsig say;
	bool renew;		/* the primary key's own words */
};

static bool
ends_soon(const struct pgp_key *k, const struct sig *s, int64_t now)
{
	return s->key_expires > 0 &&
	    k->created + s->key_expires < now + SOON;
}

/*
 * Whether the owner once said that the component belongs to the key. It may
 * come from anywhere: bound without that, a stranger's would become the
 * owner's. A weak hash is believed of what was in the key's own file only.
 */
static bool
claimed(const struct update *u, size_t i, struct sig *said)
{
	return valid_bound_once(u->c, i, i < u->own, said);
}

static bool
is_revocation(unsigned type)
{
	return type == SIG_KEY_REVOCATION || type == SIG_SUBKEY_REVOCATION ||
	    type == SIG_CERT_REVOCATION;
}

/* The old signatures, but for those over a weak hash that bind something. */
static void
write_sigs(const struct update *u, size_t i)
{
	const struct component *v = &u->c->v[i];
	struct sig s;

	for (size_t j = 0; j < v->sigs.n; j++) {
		bool weak = sig_read(v->sigs.v[j], &s) == PGP_OK &&
		    sig_names(&s, cert_primary(u->c)) &&
		    !is_revocation(s.type) && !algo_hash_strong(s.hash);

		if (!weak)
			packet_write(u->out, TAG_SIGNATURE, v->sigs.v[j]);
	}
}

/* Unlock the primary key, and see what it says of itself today. */
static bool
look(struct update *u)
{
	struct run *r = u->r;
	struct pgp_key *k = cert_primary(u->c);
	enum key_unlock lock = keys_unlock(r, u->c, k);
	struct sig self;
	const char *why = NULL;

	if (lock == KEY_LOCKED)
		return false;
	why = key_refusal(k);
	if (why == NULL && lock != KEY_UNLOCKED)
		why = keys_no_secret(lock);
	if (why != NULL)
		return run_fail(r, SOP_PRIMARY_KEY_BAD,
		    "%s: the primary key: %s", u->c->file, why);
	if (valid_revoked(u->c, 0, r->now))
		return run_fail(r, SOP_PRIMARY_KEY_BAD, "%s: the primary key "
		    "is revoked", u->c->file);
	why = valid_cert(u->c, r->now, &self);
	u->renew = why != NULL || ends_soon(k, &self, r->now);
	/* a key that never said anything is good for what such keys are */
	if (why != NULL && !valid_said_once(u->c, r->now, u->own, &self))
		self = (struct sig){ .flags = KEY_CERTIFY | KEY_SIGN };
	u->say = (struct selfsig){ .now = r->now, .env = &r->env,
	    .flags = self.flags, .likes = self.facts,
	    .seipd2 = k->version == 6 ||
	    (self.features & FEATURE_SEIPD2) != 0,
	    .lifetime = r->now - k->created + KEYGEN_LIFETIME };
	return true;
}

static bool
update_users(struct update *u)
{
	bool ok = true;

	for (size_t i = 1; ok && i < u->c->n; i++) {
		const struct component *v = &u->c->v[i];
		struct sig s;
		bool user = v->kind == COMPONENT_USER_ID;

		if (!user && v->kind != COMPONENT_ATTRIBUTE)
			continue;
		packet_write(u->out, user ? TAG_USER_ID : TAG_USER_ATTRIBUTE,
		    v->id);
		write_sigs(u, i);
		if (!user || valid_revoked(u->c, i, u->r->now))
			continue;
		u->say.primary_user = false;
		if (valid_binding(u->c, i, u->r->now, &s) == NULL)
			u->say.primary_user = s.primary_uid;
		else if (!claimed(u, i, &s))
			continue;
		else
			u->renew = true;
		if (u->renew)
			ok = selfsig_user(cert_primary(u->c), v->id, &u->say,
			    u->out);
	}
	return ok;
}

/* What a subkey is for when its binding does not say it. */
static unsigned
flags_by_algorithm(const struct pgp_key *k)
{
	if (k->kind != PK_RSA && algo_pk_signs(k->algo))
		return KEY_SIGN;
	return algo_pk_encrypts(k->algo) ? ENCRYPTS : 0;
}

/* "said": the newest that binds it, in force or not. */
static bool
renew_subkey(struct update *u, size_t i, const struct sig *said)
{
	struct run *r = u->r;
	struct pgp_key *k = &u->c->v[i].key;
	struct selfsig say = u->say;
	struct sig s;
	bool bound = valid_binding(u->c, i, r->now, &s) == NULL;

	if (bound && !ends_soon(k, &s, r->now))
		return true;
	say.flags = bound ? s.flags : said->has_flags ? said->flags :
	    flags_by_algorithm(k);
	say.lifetime = r->now - k->created + KEYGEN_LIFETIME;
	if (say.flags == 0)
		return true;
	/* without its secret a subkey that signs cannot agree: leave it */
	if ((say.flags & KEY_SIGN) != 0 &&
	    keys_unlock(r, u->c, k) == KEY_LOCKED)
		return false;
	if ((say.flags & KEY_SIGN) != 0 && k->unlocked == NULL)
		return true;
	return selfsig_subkey(cert_primary(u->c), k, &say, u->out);
}

static bool
update_subkeys(struct update *u, bool *encrypts)
{
	struct run *r = u->r;
	bool ok = true;

	for (size_t i = 1; ok && i < u->c->n; i++) {
		struct pgp_key *k = &u->c->v[i].key;
		struct sig said;

		if (u->c->v[i].kind != COMPONENT_SUBKEY)
			continue;
		key_packet(k, u->out);
		write_sigs(u, i);
		if (valid_revoked(u->c, i, r->now) || !claimed(u, i, &said))
			continue;
		if (key_refusal(k) != NULL) {
			if (r->a.revoke_deprecated)
				ok = selfsig_revocation(cert_primary(u->c),
				    k, REASON_SUPERSEDED, r->now, &r->env,
				    u->out);
			continue;
		}
		if (algo_pk_encrypts(k->algo) && (!said.has_flags ||
		    (said.flags & ENCRYPTS) != 0))
			*encrypts = true;
		ok = renew_subkey(u, i, &said);
	}
	return ok;
}

static bool
add_subkey(struct update *u)
{
	struct run *r = u->r;
	struct pgp_key *primary = cert_primary(u->c);
	struct keygen g = { .profile = keygen_like(primary), .now = r->now,
	    .env = &r->env, .passphrase = key_is_locked(primary) ?
	    &primary->passphrase : NULL };

	return keygen_add_subkey(&g, primary, u->out);
}

/*
 * User IDs come before the subkeys, and the direct-key signature before
 * them; but whether it is renewed is only known when they were looked at.
 */
static bool
update_cert(struct run *r, struct cert *c, size_t own, struct buf *out)
{
	struct buf users = BUF(CERT_FILE_MAX);
	struct update u = { .r = r, .c = c, .out = &users, .own = own };
	bool encrypts = false, ok = look(&u) && update_users(&u);

	u.out = out;
	if (ok) {
		key_packet(cert_primary(c), out);
		write_sigs(&u, 0);
	}
	if (ok && u.renew)
		ok = selfsig_direct(cert_primary(c), &u.say, out);
	buf_span(out, buf_get0(&users));
	if (users.over)
		ok = run_fail(r, SOP_UNSPECIFIED_FAILURE, "%s: its user IDs "
		    "are too long together", c->file);
	buf_free(&users);
	ok = ok && update_subkeys(&u, &encrypts);
	if (ok && !encrypts && !r->a.no_added && !r->a.signing_only)
		ok = add_subkey(&u);
	return ok || run_fail(r, SOP_PRIMARY_KEY_BAD,
	    "%s: the primary key cannot sign", c->file);
}

static bool
update(struct run *r)
{
	struct certs c = CERTS;
	struct files f = { .n = 0 };
	struct buf out = BUF(CERT_FILE_MAX);
	bool ok = run_passwords(r) && run_read_files(r, r->a.merge_certs.v,
	    r->a.merge_certs.n, &f) && run_close_in(r) &&
	    run_parse_files(r, false, &f) && run_parse_stdin(r, true, &c);

	if (ok)
		buf_room(&out, 2 * c.raw.n + (1 << 20));
	for (size_t i = 0; ok && i < c.n; i++) {
		size_t own = c.v[i].n;

		ok = run_learn(r, &c.v[i], f.v, f.n) &&
		    update_cert(r, &c.v[i], own, &out);
	}
	ok = ok && stage_packets(r, ARMOR_PRIVATE_KEY, &out);
	buf_free_wipe(&out);
	certs_free(&c);
	run_free_files(&f);
	return ok;
}

int
update_key_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_UPDATE_KEY, argc, argv, 0, 0))
		update(&r);
	return run_end(&r);
}
