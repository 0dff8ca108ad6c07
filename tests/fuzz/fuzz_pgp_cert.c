/*
 * Certificates and secret keys: every span lies in what was read, what is
 * written from them reads back as the same, asking whether they are valid
 * always ends, and what a passphrase opens belongs to the public half.
 */
#include "fuzz.h"

#include "pgp/cert.h"
#include "pgp/mpi.h"
#include "pgp/valid.h"

enum { NOW = 1795000000 };

/* The secret numbers, written in the clear, are read as the same. */
static void
in_the_clear(struct pgp_key *k)
{
	static const struct passphrases none = { NULL, 0 };
	struct s2k_budget budget = { .kib = 0 };
	struct buf numbers = BUF(KEY_MATERIAL_MAX);
	struct buf again = BUF(KEY_MATERIAL_MAX), secret = BUF(1 << 16);
	struct pgp_key clear = *k;

	key_secret_numbers(k, &numbers);
	buf_byte(&secret, USAGE_CLEAR);
	buf_span(&secret, buf_get0(&numbers));
	if (k->version == 4)
		buf_u16(&secret, (uint16_t)mpi_sum(buf_get0(&numbers)));
	clear.secret = buf_get0(&secret);
	clear.open = clear.unlocked = NULL;
	must(key_unlock(&clear, &none, &budget) == KEY_UNLOCKED);
	key_secret_numbers(&clear, &again);
	must(numbers.n > 0 && span_eq(buf_get0(&numbers), buf_get0(&again)));
	key_close(&clear);
	buf_free(&numbers);
	buf_free(&again);
	buf_free(&secret);
}

static void
same_public(struct pgp_key *k)
{
	struct buf a = BUF(1 << 14), b = BUF(1 << 14);

	must(key_pk(k) != NULL && pk_kind(k->unlocked) == k->kind);
	if (k->kind == PK_RSA) {
		must(pk_bits(k->unlocked) == pk_bits(k->open));
	} else {
		pk_public(k->unlocked, &a);
		pk_public(k->open, &b);
		must(a.n > 0 && span_eq(buf_get0(&a), buf_get0(&b)));
	}
	buf_free(&a);
	buf_free(&b);
}

/* The second passphrase has an end that does not count. */
static void
unlock(struct pgp_key *k, struct s2k_budget *budget)
{
	static struct span words[] = { SPAN("password"), SPAN("pass \n") };
	static const struct passphrases pw = { words, 2 };

	switch (key_unlock(k, &pw, budget)) {
	case KEY_UNLOCKED:
		must(k->has_secret && k->supported && k->unlocked != NULL);
		same_public(k);
		in_the_clear(k);
		break;
	case KEY_LOCKED:
		must(key_is_locked(k) && k->stays_locked);
		break;
	case KEY_LIMITED:
		must(budget->why != NULL);
		break;
	case KEY_NO_SECRET: case KEY_CANNOT:
		break;
	}
	must(k->unlocked != NULL || !k->has_secret ||
	    key_unlock(k, &pw, budget) != KEY_UNLOCKED);
}

static void
check(struct certs *c)
{
	struct s2k_budget budget = { .kib = 1024, .argon2 = 4,
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
				unlock(&v->key, &budget);
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
