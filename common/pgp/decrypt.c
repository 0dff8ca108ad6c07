/* Finding the session key; see decrypt.h. */
#include "pgp/decrypt.h"

#include <openssl/crypto.h>

/* Section 5.13: which versions of the two go together. */
static bool
goes_with(const struct seipd_head *h, unsigned esk)
{
	if (h->version == 2)
		return esk == 6;
	return esk == 3 || esk == 4 || (esk == 5 && h->version == 0);
}

/* Take it if the encrypted data can be read with it at all. */
static bool
take(struct decrypter *d, const struct seipd_head *h,
    const struct session *s)
{
	size_t n = 0;

	d->session = *s;
	if (h->version != 1 && s->sym == 0)
		d->session.sym = h->sym;
	return algo_sym(d->session.sym, &n) != NULL && n == s->n &&
	    (h->version == 1 || d->session.sym == h->sym);
}

/* The same of one that may be wrong, if that can be seen. */
static bool
take_if_right(struct decrypter *d, const struct seipd_head *h,
    struct packet *p, const struct session *s)
{
	return take(d, h, s) && (h->version != 1 ||
	    seipd_quick_check(p, &d->session));
}

static bool
by_session(struct decrypter *d, const struct seipd_head *h,
    struct packet *p)
{
	for (size_t i = 0; i < d->sessions_n; i++)
		if (take_if_right(d, h, p, &d->sessions[i]))
			return true;
	return false;
}

/* A passphrase as it is, or trimmed. */
static bool
by_password(struct decrypter *d, const struct seipd_head *h,
    struct packet *p, struct span esk, struct span pw)
{
	struct session s = { .sym = 0 };
	enum pgp_result r = skesk_open(esk, pw, d->budget, &s);
	bool ok = r == PGP_OK && take_if_right(d, h, p, &s);
	size_t n = 0;

	if (r == PGP_LIMIT)
		d->limited = d->budget->why;
	else if (r == PGP_UNSUPPORTED &&
	    algo_sym_refusal(skesk_cipher(esk), &n) != NULL)
		d->unsupported = algo_sym_refusal(skesk_cipher(esk), &n);
	OPENSSL_cleanse(&s, sizeof(s));
	return ok;
}

static bool
by_passwords(struct decrypter *d, const struct esks *esks,
    const struct seipd_head *h, struct packet *p)
{
	for (size_t i = 0; i < esks->n; i++) {
		struct span esk = buf_get0(&esks->v[i].body);

		if (!esks->v[i].passphrase ||
		    !goes_with(h, skesk_version(esk)))
			continue;
		for (size_t j = 0; j < d->passwords->n; j++) {
			struct span pw = d->passwords->v[j];

			if (by_password(d, h, p, esk, pw) ||
			    (passphrase_trim(pw).n != pw.n &&
			    by_password(d, h, p, esk,
			    passphrase_trim(pw))))
				return true;
		}
	}
	return false;
}

/*
 * Open it with a key that is unlocked. A session key for a cipher that is not
 * read was opened all the same. That this can be told from one under RSA whose
 * padding fails is of no use to who asks often (section 13.5): padding, length,
 * cipher and checksum fit by chance once in 2 to the 46 times.
 */
static bool
by_unlocked(struct decrypter *d, const struct seipd_head *h,
    const struct pkesk *e, struct pgp_key *k)
{
	struct session s = { .sym = 0 };
	size_t n = 0;
	bool opened = pkesk_open(e, k, &s), ok = opened && take(d, h, &s);
	const char *unread = opened ? algo_sym_refusal(s.sym, &n) : NULL;

	if (unread != NULL) {
		d->unsupported = unread;
	} else if (!ok && k->kind == PK_RSA) {
		d->rsa_failed |= e->id.n + e->fpr.n > 0;
		d->rsa_tried = true;
	}
	OPENSSL_cleanse(&s, sizeof(s));
	return ok;
}

static bool
by_key(struct decrypter *d, const struct seipd_head *h,
    const struct pkesk *e, struct pgp_key *k)
{
	enum key_unlock u = KEY_CANNOT;

	if (!pkesk_names(e, k) || algo_pk_signs_only(k->algo))
		return false;
	if (key_unsupported(k) != NULL) {
		d->unsupported = key_unsupported(k);
		return false;
	}
	u = key_unlock(k, d->key_passwords, d->key_budget);
	if (u == KEY_LOCKED)
		d->locked = true;
	else if (u == KEY_LIMITED)
		d->limited = d->key_budget->why;
	return u == KEY_UNLOCKED && by_unlocked(d, h, e, k);
}

static bool
by_cert(struct decrypter *d, const struct seipd_head *h,
    const struct pkesk *e, struct cert *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (component_is_key(&c->v[i]) &&
		    by_key(d, h, e, &c->v[i].key)) {
			d->recipient = c;
			return true;
		}
	return false;
}

static bool
by_keys(struct decrypter *d, const struct esks *esks,
    const struct seipd_head *h)
{
	for (size_t i = 0; i < esks->n; i++) {
		struct pkesk e;

		if (esks->v[i].passphrase ||
		    pkesk_read(buf_get0(&esks->v[i].body), &e) != PGP_OK ||
		    !goes_with(h, e.version))
			continue;
		for (size_t j = 0; j < d->files_n; j++)
			for (size_t k = 0; k < d->files[j].n; k++)
				if (by_cert(d, h, &e, &d->files[j].v[k]))
					return true;
	}
	return false;
}

/*
 * Section 13.5: who asks whether the padding of a session key under RSA holds
 * can have others decrypted. So the data is read under a random key then, and
 * what comes of it is told, as if it had been changed.
 */
static void
instead(struct decrypter *d, const struct seipd_head *h)
{
	struct session *s = &d->session;

	*s = (struct session){ .sym = h->version == 1 ? SYM_AES256 : h->sym };
	algo_sym(s->sym, &s->n);
	d->env->random(d->env->arg, s->key, s->n);
}

static void
refuse(struct decrypter *d, struct pgp_error *e)
{
	if (d->limited)
		pgp_fail(e, PGP_NO_KEY, d->limited);
	else if (d->locked)
		pgp_fail(e, PGP_LOCKED,
		    "the secret key is locked by a passphrase");
	else if (d->unsupported)
		pgp_fail(e, PGP_UNSUPPORTED, d->unsupported);
	else
		pgp_fail(e, PGP_NO_KEY,
		    "no key, passphrase or session key fits");
}

bool
decrypter_open(void *decrypter, const struct esks *esks, struct packet *p,
    struct in *out)
{
	struct decrypter *d = decrypter;
	struct seipd_head h;

	if (!seipd_head(p, &h))
		return false;
	if (!by_session(d, &h, p) && !by_passwords(d, esks, &h, p) &&
	    !by_keys(d, esks, &h)) {
		if (!d->rsa_failed && (!d->rsa_tried || d->locked ||
		    d->limited)) {
			refuse(d, p->in->error);
			return false;
		}
		instead(d, &h);
	}
	if (seipd_open(&d->seipd, p, &h, &d->session, out) != PGP_OK) {
		seipd_close(&d->seipd);
		pgp_fail(p->in->error, PGP_NO_KEY,
		    "no key, passphrase or session key fits");
		return false;
	}
	d->opened = true;
	d->version = h.version;
	return true;
}

void
decrypter_close(void *decrypter)
{
	struct decrypter *d = decrypter;

	seipd_close(&d->seipd);
}
