/*
 * Certificates and secret keys: every span lies in what was read, what is
 * written from them reads back as the same, and asking whether they are valid
 * always ends.
 */
#include "fuzz.h"

#include "pgp/cert.h"
#include "pgp/valid.h"

enum { NOW = 1795000000 };

static void
check(struct certs *c)
{
	static const struct passphrases none = { NULL, 0 };
	struct s2k_budget budget = { .kib = 1024, .argon2 = 1,
	    .ms = 1000, .hashed = 1 << 16 };
	struct span raw = buf_get0(&c->raw);

	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++) {
			struct component *v = &c->v[i].v[j];

			inside(v->id, raw);
			inside(v->key.pub, raw);
			inside(v->key.secret, raw);
			for (size_t k = 0; k < v->sigs.n; k++)
				inside(v->sigs.v[k], raw);
			if (v->kind == COMPONENT_USER_ID)
				valid_user(&c->v[i], j, NOW);
			if (v->kind == COMPONENT_PRIMARY ||
			    v->kind == COMPONENT_SUBKEY) {
				valid_key(&c->v[i], j, NOW, KEY_SIGN);
				key_unlock(&v->key, &none, &budget);
			}
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	for (int secret = 0; secret < 2; secret++) {
		struct pgp_error e = { PGP_OK, NULL }, f = e;
		struct certs c = CERTS, back = CERTS;
		struct buf text = BUF(1 << 25), again = BUF(1 << 25);
		const char *why = NULL;
		struct in in;

		in_of_span(&in, span_of(data, n), &e);
		if (certs_read(&in, secret, &c, &why) == PGP_OK) {
			check(&c);
			for (size_t i = 0; i < c.n; i++)
				cert_write_public(&c.v[i], &text);
			in_of_span(&in, buf_get0(&text), &f);
			must(certs_read(&in, false, &back, &why) == PGP_OK);
			must(back.n == c.n);
			for (size_t i = 0; i < back.n; i++)
				cert_write_public(&back.v[i], &again);
			must(span_eq(buf_get0(&text), buf_get0(&again)));
		} else {
			must(why != NULL);
		}
		in_free(&in);
		certs_free(&c);
		certs_free(&back);
		buf_free(&text);
		buf_free(&again);
	}
	return 0;
}
